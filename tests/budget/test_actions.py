"""Appropriating by two people, reducing no more than is free, and no payout beyond a line."""

from datetime import date

import asyncpg
import pytest

from service.actor import SYSTEM, Actor, Role
from service.budget import actions, rules
from service.budget.model import DonorForm, Put
from service.db import Connection, Database
from service.ids import new_id
from service.instalments import actions as instalments
from service.instalments.model import BUDGET_EXHAUSTED, Outcome
from service.ledger import actions as ledger
from service.ledger.model import NewTransfer, Reason, Source
from service.money import Cents
from service.payouts import actions as payouts
from service.problems import InvalidFields, NotAllowed
from tests.budget import money
from tests.given import Given, act_as, actor_of
from tests.instalments.later import standing
from tests.payouts.corrections import MARCH, MAY, at_work, earn, earn_nothing, end
from tests.payouts.hired import Hired, draft
from tests.payouts.rows import OCTOBER, due_month


async def test_what_two_people_appropriate_is_free_on_the_line(given: Given) -> None:
    await money.appropriated(given, amount_cents=1_000_00)

    (share,) = await money.shares_of(given, "OJT")
    assert (share.appropriated_cents, share.free_cents) == (1_000_00, 1_000_00)
    async with given.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)


async def test_nobody_confirms_their_own_and_nothing_is_decided_twice(given: Given) -> None:
    first, second = await money.two_people(given)
    appropriation_id = await money.proposed(given, first)

    with pytest.raises(rules.SecondPersonNeeded):
        await money.confirmed(given, appropriation_id, first)
    await money.confirmed(given, appropriation_id, second)
    with pytest.raises(rules.AppropriationDecided):
        await money.confirmed(given, appropriation_id, second)


async def test_what_is_refused_gives_nothing(given: Given) -> None:
    first, second = await money.two_people(given)
    appropriation_id = await money.proposed(given, first)

    async with given.db.transaction(second) as tx:
        await actions.refuse_appropriation(tx, appropriation_id, by=second, at=given.clock.now())

    assert await money.shares_of(given, "OJT") == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"scheme_code": "NONE"}, "scheme_code"),
        ({"donor_code": "NOBODY"}, "donor_code"),
        ({"first_day": "soon"}, "first_day"),
        ({"last_day": "2025-12-31"}, "last_day"),
        ({"priority": 0}, "priority"),
        ({"amount_cents": 0}, "amount"),
        ({"amount_cents": None}, "amount"),
        ({"document_reference": " "}, "document_reference"),
    ],
)
async def test_a_wrong_field_is_named(given: Given, facts: dict[str, object], field: str) -> None:
    first, _ = await money.two_people(given)

    with pytest.raises(InvalidFields) as refused:
        await money.proposed(given, first, **facts)

    assert list(refused.value.fields) == [field]


async def test_only_a_finance_officer_proposes_and_opens_donors(given: Given) -> None:
    _, authoriser = await money.two_people(given)

    with pytest.raises(NotAllowed):
        await money.proposed(given, authoriser)
    form = DonorForm(code="EU", name="The Union")
    with pytest.raises(NotAllowed):
        async with given.db.transaction(authoriser) as tx:
            await actions.open_donor(tx, form, by=authoriser, at=given.clock.now())


async def test_a_donors_code_names_one_donor_and_is_plain(given: Given) -> None:
    await money.donor(given, "EU-IPA")

    with pytest.raises(rules.DonorKnown):
        await money.donor(given, "EU-IPA")
    with pytest.raises(InvalidFields):
        await money.donor(given, "eu ipa")


async def test_a_reduction_takes_what_is_free_and_not_a_cent_of_what_is_committed(
    given: Given,
) -> None:
    await due_month(given)
    budget, donor_a = await money.shares_of(given, "WS-70")

    await money.reduced(given, donor_a.appropriation_id, cents=donor_a.free_cents)
    with pytest.raises(rules.ReductionBelowUse):
        await money.reduced(given, budget.appropriation_id, cents=budget.free_cents + 1)
    await money.reduced(given, budget.appropriation_id, cents=budget.free_cents)

    after = await money.shares_of(given, "WS-70")
    assert [one.free_cents for one in after] == [0, 0]
    assert after[0].appropriated_cents == budget.appropriated_cents - budget.free_cents
    async with given.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)


async def test_a_reduction_cannot_be_reduced(given: Given) -> None:
    first, _ = await money.two_people(given)
    await money.appropriated(given)
    (share,) = await money.shares_of(given, "OJT")
    await money.reduced(given, share.appropriation_id, cents=1_00)
    async with given.db.transaction(first) as tx:
        newest = (await actions.list_appropriations(tx))[0]
    assert newest.amount_cents == -1_00

    with pytest.raises(rules.NothingToReduce):
        await money.reduced(given, newest.id, cents=1_00)


async def test_money_takes_its_place_behind_what_the_line_has_drawn_on(given: Given) -> None:
    await money.donor(given, "EU-IPA")
    await due_month(given)
    early = {"scheme_code": "WS-70", "donor_code": "EU-IPA", "first_day": "2023-01-01"}

    with pytest.raises(rules.DrawnOnLater):
        await money.appropriated(given, **early)
    await money.appropriated(given, scheme_code="WS-70", donor_code="EU-IPA")

    assert [one.donor_code for one in await money.shares_of(given, "WS-70")] == [
        "BUDGET", "DONOR-A", "EU-IPA"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE appropriation SET amount_cents = amount_cents + 1",
        "UPDATE appropriation SET confirmed_at = NULL, confirmed_by = NULL",
    ],
)
async def test_a_decided_appropriation_is_never_edited(
    db: Database, given: Given, change: str
) -> None:
    finance = actor_of(await given.finance_officer())

    with pytest.raises(asyncpg.RestrictViolationError, match="decided on once"):
        async with db.transaction(finance) as tx:
            await tx.execute(change)


async def test_the_database_commits_no_cent_that_is_not_appropriated(
    given: Given, tx: Connection
) -> None:
    due = await due_month(given)
    await act_as(tx, SYSTEM)
    (line,) = [one for one in await ledger.list_budget_lines(tx) if one.scheme_code == "WS-70"]
    beyond = NewTransfer(
        budget_line_id=line.id,
        reason=Reason.COMMITTED,
        amount_cents=Cents(line.appropriation_cents + 1),
        source_type=Source.AGREEMENT,
        source_id=new_id(),
        agreement_id=due.agreement_id,
        effective_on=date(2026, 11, 2),
    )

    with pytest.raises(asyncpg.RestrictViolationError, match="more would be committed"):
        await ledger.post_bulk(tx, [beyond])


async def all_but(given: Given, cents: int, *, of: Hired, then: tuple[Reason, ...]) -> None:
    """The whole line of WS-70 but some cents used by a bug, as far as the reasons go."""
    async with given.db.transaction(SYSTEM) as tx:
        lines = {line.scheme_code: line for line in await ledger.list_budget_lines(tx)}
        line = lines["WS-70"]
        left = line.appropriation_cents + line.committed_cents + line.calculated_cents
        taken = {Reason.COMMITTED: line.appropriation_cents}
        await ledger.post_bulk(
            tx,
            [
                NewTransfer(
                    budget_line_id=line.id,
                    reason=reason,
                    amount_cents=Cents(taken.get(reason, left - cents)),
                    source_type=Source.AGREEMENT,
                    source_id=new_id(),
                    agreement_id=of.agreement_id,
                    effective_on=date(2026, 11, 2),
                )
                for reason in then
            ],
        )


SPENT = (Reason.COMMITTED, Reason.CALCULATED, Reason.APPROVED)


async def test_a_payout_beyond_its_line_is_refused_with_the_shortfall_in_euros(
    given: Given,
) -> None:
    preparer = actor_of(await given.finance_officer())
    due = await due_month(given)
    await all_but(given, 349_99, of=due.hired, then=SPENT)

    with pytest.raises(rules.BudgetPassed) as refused:
        await given.submitted_payout(OCTOBER, by=preparer)

    assert "WS-70: €0.01" in refused.value.sentence()
    assert refused.value.members == {"shortfalls": {"WS-70": 1}}
    async with given.db.transaction(preparer) as tx:
        assert (await payouts.list_payouts(tx)).rows == []


async def test_to_the_cent_of_what_is_left_a_payout_passes(given: Given) -> None:
    preparer = actor_of(await given.finance_officer())
    due = await due_month(given)
    await all_but(given, 350_00, of=due.hired, then=SPENT)

    payout = await given.submitted_payout(OCTOBER, by=preparer)

    assert payout.total_cents == 350_00
    async with given.db.transaction(preparer) as tx:
        with pytest.raises(rules.BudgetPassed):
            await actions.refuse_beyond_appropriation(tx, [Put(due.instalment_id, Cents(1))])


async def exhaust(given: Given, person: Hired) -> None:
    """Everything that is left on the line of WS-70 is committed to somebody else."""
    other = await draft(given, person.officer, scheme="WS-70", starts_on=MAY, wage_cents=500_00)
    async with given.db.transaction(SYSTEM) as tx:
        await ledger.release_unused(tx, on=given.clock.today())
        lines = {line.scheme_code: line for line in await ledger.list_budget_lines(tx)}
        await ledger.commit(
            tx,
            agreement_id=other.agreement_id,
            scheme_id=lines["WS-70"].scheme_id,
            amount_cents=lines["WS-70"].appropriation_cents,
            on=given.clock.today(),
        )


async def test_a_month_without_money_is_blocked_alone_and_due_once_the_line_is_raised(
    given: Given,
) -> None:
    person, colleague = await at_work(given), await at_work(given)
    await earn_nothing(given, person, MARCH)
    await end(given, person, date(2026, 3, 31))
    await exhaust(given, person)

    await earn(given, colleague, MARCH, wage_cents=600_00)
    await earn(given, person, MARCH, wage_cents=600_00)
    again = await given.computed_month(MARCH)

    blocked = (await standing(given, person))[MARCH, "subsidy"]
    assert (blocked.outcome, blocked.reason) == (Outcome.BLOCKED, BUDGET_EXHAUSTED)
    assert (await standing(given, colleague))[MARCH, "subsidy"].amount_cents == 350_00
    assert again.written_count == 0
    async with given.db.transaction(SYSTEM) as tx:
        (known,) = await instalments.reproduce(
            tx, person.agreement_id, MARCH, known_at=blocked.computed_at, now=blocked.computed_at
        )
    assert (known.result.outcome, known.result.reason) == (Outcome.BLOCKED, BUDGET_EXHAUSTED)
    async with given.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)
    await money.appropriated(given, scheme_code="WS-70", amount_cents=350_00)
    await given.computed_month(MARCH)
    assert (await standing(given, person))[MARCH, "subsidy"].amount_cents == 350_00
    async with given.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.EMPLOYER])
async def test_others_see_nothing_of_the_budget(given: Given, role: Role) -> None:
    officer = await given.case_officer()
    account = officer if role is Role.CASE_OFFICER else await given.representative()
    by: Actor = actor_of(account)

    async with given.db.transaction(by) as tx:
        assert await actions.list_appropriations(tx) == []
        assert await actions.list_donors(tx) == []
