"""Posting once, committing no more than there is, and setting free what is not used."""

import asyncio
from datetime import date

import asyncpg
import pytest

from service.actor import SYSTEM, Role
from service.agreements import actions as agreements
from service.agreements.model import EndCause
from service.crypto import Sealer
from service.db import Connection, Database
from service.ids import AgreementId, BudgetLineId, SchemeId, new_id
from service.ledger import actions
from service.ledger.model import BudgetLine, NewTransfer, Reason, Source
from service.ledger.rules import BudgetExhausted
from service.money import Cents
from service.problems import NotFound
from tests.conftest import FixedClock
from tests.given import Given, act_as, actor_of
from tests.kinds import SUBSIDY
from tests.payouts.hired import Hired, draft, hire
from tests.payouts.rows import OCTOBER, due_month

TODAY = date(2026, 11, 2)
ENTITLEMENT = 6 * 350_00 + 600_00


async def line_of(tx: Connection, code: str = "WS-70") -> BudgetLine:
    (line,) = [one for one in await actions.list_budget_lines(tx) if one.scheme_code == code]
    return line


async def hired(given: Given) -> Hired:
    officer = await given.case_officer()
    return await hire(given, officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=500_00)


def calculated(line: BudgetLine, of: Hired, *, cents: int = 350_00) -> NewTransfer:
    return NewTransfer(
        budget_line_id=line.id,
        reason=Reason.CALCULATED,
        amount_cents=Cents(cents),
        source_type=Source.INSTALMENT,
        source_id=of.agreement_id,
        agreement_id=of.agreement_id,
        month=OCTOBER,
        kind=SUBSIDY,
        effective_on=TODAY,
    )


async def commit(tx: Connection, of: Hired, line: BudgetLine, *, cents: int) -> None:
    await actions.commit(
        tx,
        agreement_id=of.agreement_id,
        scheme_id=line.scheme_id,
        amount_cents=Cents(cents),
        on=TODAY,
    )


async def test_a_transfer_is_posted_once_however_often_it_comes(
    given: Given, tx: Connection
) -> None:
    person = await hired(given)
    await act_as(tx, SYSTEM)
    posting = calculated(await line_of(tx), person)

    first = await actions.post_bulk(tx, [posting])
    again = await actions.post_bulk(tx, [posting, posting])

    line = await line_of(tx)
    assert (first, again) == (1, 0)
    assert (line.committed_cents, line.calculated_cents) == (ENTITLEMENT - 350_00, 350_00)


async def test_nothing_to_post_is_nothing_posted(tx: Connection) -> None:
    await act_as(tx, SYSTEM)

    assert await actions.post_bulk(tx, []) == 0


async def test_the_same_source_with_another_amount_stops_the_work(
    given: Given, tx: Connection
) -> None:
    person = await hired(given)
    await act_as(tx, SYSTEM)
    line = await line_of(tx)
    await actions.post_bulk(tx, [calculated(line, person)])

    with pytest.raises(AssertionError, match="posted before with other facts"):
        await actions.post_bulk(tx, [calculated(line, person, cents=1)])


async def test_a_line_without_accounts_is_refused_and_not_left_out(
    given: Given, tx: Connection
) -> None:
    person = await hired(given)
    await act_as(tx, SYSTEM)
    unknown = calculated(await line_of(tx), person)
    unknown = NewTransfer(
        **{field: getattr(unknown, field) for field in NewTransfer.__struct_fields__}
        | {"budget_line_id": BudgetLineId(new_id())}
    )

    with pytest.raises(asyncpg.NotNullViolationError):
        await actions.post_bulk(tx, [unknown])


async def test_all_that_is_left_can_be_committed_and_not_a_cent_more(
    given: Given, tx: Connection
) -> None:
    officer = await given.case_officer()
    all_of_it, one_cent = [
        await draft(given, officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=500_00)
        for _ in range(2)
    ]
    await act_as(tx, SYSTEM)
    line = await line_of(tx)

    await commit(tx, all_of_it, line, cents=line.appropriation_cents)
    with pytest.raises(BudgetExhausted) as refused:
        await commit(tx, one_cent, line, cents=1)

    assert refused.value.members == {"shortfall_cents": 1}
    assert (await line_of(tx)).appropriation_cents == 0


async def test_a_scheme_without_a_budget_line_commits_nothing(tx: Connection) -> None:
    await act_as(tx, SYSTEM)

    with pytest.raises(NotFound):
        await actions.commit(
            tx,
            agreement_id=AgreementId(new_id()),
            scheme_id=SchemeId(new_id()),
            amount_cents=Cents(1),
            on=TODAY,
        )


async def test_of_several_at_once_only_as_many_commit_as_the_line_can_bear(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    given = Given(committed, clock, sealer)
    officer = await given.case_officer()
    people = [
        await draft(given, officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=500_00)
        for _ in range(6)
    ]
    async with committed.transaction(SYSTEM) as tx:
        line = await line_of(tx)
    share = line.appropriation_cents // 4

    async def commit_share(of: Hired) -> bool:
        try:
            async with committed.transaction(SYSTEM) as tx:
                await commit(tx, of, line, cents=share)
        except BudgetExhausted:
            return False
        return True

    answers = await asyncio.gather(*(commit_share(person) for person in people))

    assert answers.count(True) == 4


async def end(given: Given, person: Hired, last_day: date) -> None:
    officer = actor_of(person.officer)
    async with given.db.transaction(officer) as tx:
        await agreements.end_agreement(
            tx,
            person.agreement_id,
            last_day=last_day,
            cause=EndCause.CANDIDATE_LEFT,
            reason="Went back to school.",
            by=officer,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def test_an_early_end_sets_free_the_months_that_will_never_come(
    given: Given, tx: Connection
) -> None:
    due = await due_month(given)

    await end(given, due.hired, date(2026, 10, 31))

    await act_as(tx, SYSTEM)
    line = await line_of(tx)
    assert (line.committed_cents, line.calculated_cents) == (0, 350_00)


async def test_what_a_month_still_open_kept_is_free_once_it_is_approved(
    given: Given, tx: Connection
) -> None:
    due = await due_month(given, amount_cents=280_00)
    await end(given, due.hired, date(2026, 10, 31))
    await given.computed_month(OCTOBER)
    await act_as(tx, SYSTEM)
    kept_cents = (await line_of(tx)).committed_cents
    payout = await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    await given.approved_payout(payout, by=actor_of(await given.account(Role.FINANCE_AUTHORISER)))

    await act_as(tx, SYSTEM)
    freed_cents = await actions.release_unused(tx, on=TODAY)
    again_cents = await actions.release_unused(tx, on=TODAY)

    assert (kept_cents, freed_cents, again_cents) == (70_00, 70_00, 0)
    assert (await line_of(tx)).committed_cents == 0
    assert not await actions.broken_invariants(tx)
