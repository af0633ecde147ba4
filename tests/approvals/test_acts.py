"""Approving, voiding and reopening, one act at a time, and days on which nothing of it happens."""

from datetime import date, timedelta

import pytest

from service.actor import SYSTEM, Actor, Role
from service.approvals import actions as approvals
from service.approvals import rules as approval_rules
from service.approvals.model import ActKind, Band, Stop
from service.db import Database
from service.ledger import actions as ledger
from service.money import Cents
from service.payouts import actions, rules
from service.payouts.model import Payout, PayoutState
from tests.approving import REASON, set_rule, sign, standing_of
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.corrections import APRIL, MARCH, Paying, at_work, earn, overpaid_once
from tests.payouts.rows import OCTOBER, due_month, supersede


@pytest.fixture
async def preparer(given: Given) -> Actor:
    return actor_of(await given.finance_officer())


@pytest.fixture
async def officer(given: Given) -> Actor:
    return actor_of(await given.finance_officer())


@pytest.fixture
async def authoriser(given: Given) -> Actor:
    return actor_of(await given.account(Role.FINANCE_AUTHORISER))


async def voided(given: Given, payout: Payout) -> Payout:
    """A payout that one officer asked to void and another voided."""
    first, second = [actor_of(await given.finance_officer()) for _ in range(2)]
    at = given.clock.now()
    async with given.db.transaction(first) as tx:
        await actions.request_void(
            tx, payout.id, digest=payout.digest, reason=REASON, by=first, at=at
        )
    async with given.db.transaction(second) as tx:
        return await actions.void(tx, payout.id, digest=payout.digest, by=second, at=at)


async def broken(given: Given) -> list[object]:
    async with given.db.transaction(SYSTEM) as tx:
        return list(await ledger.broken_invariants(tx))


async def frozen(given: Given, stop: Stop) -> None:
    """Two administrators freeze this day and the next."""
    first, second = [actor_of(await given.account(Role.ADMINISTRATOR)) for _ in range(2)]
    today = given.clock.today()
    async with given.db.transaction(first) as tx:
        freeze = await approvals.propose_freeze(
            tx,
            first_day=today,
            last_day=today + timedelta(days=1),
            stops=[stop],
            reason="The year is closed.",
            by=first,
            at=given.clock.now(),
        )
    async with given.db.transaction(second) as tx:
        await approvals.confirm_freeze(tx, freeze.id, by=second, at=given.clock.now())


async def test_a_payout_is_approved_when_all_are_there_and_not_before(
    given: Given, preparer: Actor, officer: Actor, authoriser: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    waiting = await sign(given, payout, by=officer)
    broken_meanwhile = await broken(given)
    approved = await sign(given, payout, by=authoriser)

    standing = await standing_of(given, payout, officer)
    assert (waiting.state, waiting.approved_at) == (PayoutState.SUBMITTED, None)
    assert (approved.state, approved.approved_at) == (PayoutState.APPROVED, given.clock.now())
    assert [(act.kind, act.account_id) for act in standing.acts] == [
        (ActKind.APPROVAL, officer.account_id), (ActKind.AUTHORISATION, authoriser.account_id),
    ]  # fmt: skip
    assert (broken_meanwhile, await broken(given)) == ([], [])


@pytest.mark.parametrize(
    ("below_cents", "approvals_needed"), [(350_01, 1), (350_00, 2), (349_99, 2)]
)
async def test_how_many_it_takes_is_fixed_when_it_is_put_up(
    given: Given, preparer: Actor, below_cents: int, approvals_needed: int
) -> None:
    await due_month(given, amount_cents=350_00)
    await set_rule(given, [Band(Cents(below_cents), 1, 1), Band(None, 2, 2)], days_ahead=0)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await set_rule(given, [Band(None, 3, 3)], days_ahead=1)

    assert payout.required_approvals == approvals_needed
    assert payout.required_authorisations == approvals_needed


async def test_an_amount_takes_whom_the_rule_of_the_country_says(given: Given) -> None:
    limits = [0, 9_999_99, 10_000_00, 99_999_99, 100_000_00, 10**12]

    async with given.db.transaction(SYSTEM) as tx:
        rows = await tx.fetch(
            "SELECT n.approvals, n.authorisations"
            " FROM unnest($1::bigint[]) WITH ORDINALITY AS t (cents, place)"
            " CROSS JOIN people_needed(t.cents, $2) AS n ORDER BY t.place",
            limits,
            given.clock.now(),
        )

    assert [tuple(row) for row in rows] == [(1, 1), (1, 1), (2, 1), (2, 1), (2, 2), (2, 2)]


async def test_a_voided_payout_leaves_the_books_as_if_it_had_not_been_approved(
    db: Database, given: Given, preparer: Actor, authoriser: Actor
) -> None:
    await due_month(given, amount_cents=297_50)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    async with db.transaction(SYSTEM) as tx:
        before = await ledger.list_budget_lines(tx)
    approved = await given.approved_payout(payout, by=authoriser)

    back = await voided(given, approved)

    async with db.transaction(SYSTEM) as tx:
        after = await ledger.list_budget_lines(tx)
    assert (back.state, after) == (PayoutState.VOIDED, before)
    assert await broken(given) == []


async def test_a_month_corrected_after_its_approval_is_due_as_corrected_when_it_is_voided(
    given: Given, preparer: Actor, officer: Actor
) -> None:
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    paying = Paying(given, preparer, officer)
    payout = await paying.pay(MARCH)
    await earn(given, person, MARCH, wage_cents=400_00)
    overpaid = (await paying.books()).recoverable_cents

    await voided(given, payout)

    books = await paying.books()
    assert (overpaid, books.recoverable_cents, books.calculated_cents) == (-70_00, 0, 280_00)
    (line,) = await paying.lines(await paying.pay(MARCH))
    assert line.amount_cents == 280_00
    await paying.books()


async def test_what_a_voided_payout_had_kept_back_is_kept_back_by_the_next(
    given: Given, preparer: Actor, officer: Actor
) -> None:
    paying = Paying(given, preparer, officer)
    await overpaid_once(paying)
    payout = await paying.pay(APRIL)
    paid = (await paying.books()).recoverable_cents

    await voided(given, payout)
    owed = (await paying.books()).recoverable_cents
    (line,) = await paying.lines(await paying.pay(APRIL))

    assert (paid, owed, line.netted_cents) == (0, -70_00, 70_00)
    assert (await paying.books()).recoverable_cents == 0


async def test_a_payout_that_somebody_asked_to_void_does_not_go_to_the_bank(
    given: Given, preparer: Actor, officer: Actor, authoriser: Actor
) -> None:
    await due_month(given)
    payout = await given.approved_payout(
        await given.submitted_payout(OCTOBER, by=preparer), by=officer
    )
    async with given.db.transaction(authoriser) as tx:
        await actions.request_void(
            *(tx, payout.id),
            digest=payout.digest,
            reason=REASON,
            by=authoriser,
            at=given.clock.now(),
        )

    with pytest.raises(rules.VoidRequested):
        await given.sent_payout(payout.id, by=officer)
    colleague = actor_of(await given.finance_officer())
    async with given.db.transaction(colleague) as tx:
        await actions.refuse_void(
            *(tx, payout.id),
            digest=payout.digest,
            reason="All is right.",
            by=colleague,
            at=given.clock.now(),
        )
    await given.sent_payout(payout.id, by=officer)


async def test_a_closed_payout_is_put_up_anew_once_and_shows_what_is_different(
    given: Given, preparer: Actor, officer: Actor
) -> None:
    await due_month(given)
    due = await due_month(given, amount_cents=297_50)
    old = await given.rejected_payout(
        await given.submitted_payout(OCTOBER, by=preparer), by=officer
    )
    await supersede(given, due, wage_cents=600_00)

    async with given.db.transaction(preparer) as tx:
        new = await actions.reopen(tx, old.id, by=preparer, at=given.clock.now())
        sheet = await actions.read_sheet(tx, new.id, at=given.clock.now())

    assert (new.reopens, new.state) == (old.id, PayoutState.SUBMITTED)
    assert [(one.before_cents, one.now_cents) for one in sheet.differences] == [(297_50, 350_00)]
    with pytest.raises(rules.NotClosed):
        async with given.db.transaction(preparer) as tx:
            await actions.reopen(tx, old.id, by=preparer, at=given.clock.now())


async def test_only_who_put_a_payout_up_takes_it_back(
    given: Given, preparer: Actor, officer: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    with pytest.raises(approval_rules.NotWithdrawable):
        async with given.db.transaction(officer) as tx:
            await actions.withdraw(
                *(tx, payout.id),
                digest=payout.digest,
                reason=REASON,
                by=officer,
                at=given.clock.now(),
            )


async def test_nothing_is_put_up_decided_or_sent_in_a_freeze_of_it(
    given: Given, preparer: Actor, officer: Actor, clock: FixedClock
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await frozen(given, Stop.ACTS)

    with pytest.raises(approval_rules.Frozen) as refused:
        await sign(given, payout, by=officer)

    assert "From 2026-11-02 to 2026-11-03 nobody decides" in refused.value.sentence()
    assert "The year is closed." in refused.value.sentence()
    clock.move_to(clock.now() + timedelta(days=2))
    approved = await given.approved_payout(payout, by=officer)
    await frozen(given, Stop.EXPORT)
    with pytest.raises(approval_rules.Frozen):
        await given.sent_payout(approved.id, by=officer)
    await due_month(given)
    await frozen(given, Stop.PUT_UP)
    with pytest.raises(approval_rules.Frozen):
        await given.submitted_payout(OCTOBER, by=preparer)


async def test_a_rule_holds_from_its_day_when_a_second_administrator_confirmed_it(
    given: Given, clock: FixedClock
) -> None:
    author, other = [actor_of(await given.account(Role.ADMINISTRATOR)) for _ in range(2)]
    at, bands = clock.now(), [Band(None, 3, 2)]

    async with given.db.transaction(author) as tx:
        with pytest.raises(approval_rules.BeginsTooEarly):
            await approvals.propose_rule(
                tx, bands, valid_from=date(2026, 11, 1), basis=REASON, by=author, at=at
            )
        rule = await approvals.propose_rule(
            tx, bands, valid_from=date(2026, 11, 3), basis=REASON, by=author, at=at
        )
        with pytest.raises(approval_rules.AdministratorNeeded):
            await approvals.confirm_rule(tx, rule.id, by=author, at=at)
    async with given.db.transaction(other) as tx:
        await approvals.confirm_rule(tx, rule.id, by=other, at=at)
        with pytest.raises(approval_rules.ProposalDecided):
            await approvals.refuse_rule(tx, rule.id, by=other, at=at)
        needed = [
            await tx.fetchrow("SELECT approvals, authorisations FROM people_needed(1, $1)", day)
            for day in (at, at + timedelta(days=1))
        ]

    assert [tuple(row) for row in needed if row] == [(1, 1), (3, 2)]
