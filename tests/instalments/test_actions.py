"""A month is asked for, computed in chunks, and computed again when the facts have changed."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from service.actor import SYSTEM, Role
from service.agreements import actions as agreements
from service.agreements.model import EndCause
from service.attendance import actions as attendance
from service.attendance.model import Report
from service.db import Connection
from service.ids import new_id
from service.instalments import actions, rules
from service.instalments.actions import LostLease
from service.instalments.model import Chunk, Instalment, Outcome, Progress, RunState
from service.ledger import actions as ledger
from service.money import Cents
from service.period import Month
from service.problems import NotAllowed
from tests.conftest import FixedClock
from tests.given import Given, act_as, actor_of
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import due_month, report

SEPTEMBER, OCTOBER, NOVEMBER = (Month(date(2026, month, 1)) for month in (9, 10, 11))


async def hired(given: Given, starts_on: date = OCTOBER, wage_cents: int = 600_00) -> Hired:
    officer = await given.case_officer()
    return await hire(given, officer, scheme="WS-70", starts_on=starts_on, wage_cents=wage_cents)


async def request(given: Given, month: Month) -> None:
    async with given.db.transaction(SYSTEM) as tx:
        await actions.request_month(
            tx, month, by=SYSTEM, at=given.clock.now(), today=given.clock.today()
        )


async def claim(given: Given) -> Chunk:
    async with given.db.transaction(SYSTEM) as tx:
        chunk = await actions.claim_chunk(tx)
    assert chunk is not None
    return chunk


async def run(given: Given, month: Month) -> Progress:
    progress = await given.computed_month(month)
    async with given.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)
    return progress


async def versions(given: Given, person: Hired, month: Month) -> list[Instalment]:
    async with given.db.transaction(SYSTEM) as tx:
        found = await actions.list_of_agreement(tx, person.agreement_id)
    return [one for one in found if one.month == month]


async def test_an_active_agreement_gets_one_instalment_and_again_changes_nothing(
    given: Given,
) -> None:
    person = await hired(given)
    await report(given, person, OCTOBER, wage_cents=600_00)

    first, again = await run(given, OCTOBER), await run(given, OCTOBER)

    (only,) = await versions(given, person, OCTOBER)
    assert (only.outcome, only.amount_cents, only.version) == (Outcome.DUE, 350_00, 1)
    assert (first.done_count, first.written_count, first.due_cents) == (1, 1, 350_00)
    assert (again.agreement_count, again.standing_count) == (0, 1)
    assert (again.written_count, again.due_count, again.due_cents) == (0, 1, 350_00)
    assert again.state is RunState.FINISHED


async def test_a_corrected_wage_supersedes_and_the_ledger_follows(given: Given) -> None:
    person = await hired(given)
    await report(given, person, OCTOBER, wage_cents=600_00)
    await run(given, OCTOBER)
    await report(given, person, OCTOBER, wage_cents=500_01)

    progress = await run(given, OCTOBER)

    before, now = await versions(given, person, OCTOBER)
    assert before.superseded_at is not None
    assert (now.version, now.superseded_at, now.amount_cents) == (2, None, 350_00)
    assert before.trace != now.trace
    assert progress.written_count == 1


async def test_without_a_report_a_month_is_blocked_until_there_is_one(given: Given) -> None:
    person = await hired(given)
    await run(given, OCTOBER)
    await report(given, person, OCTOBER, wage_cents=600_00)

    await run(given, OCTOBER)

    before, now = await versions(given, person, OCTOBER)
    assert (before.outcome, before.reason) == (Outcome.BLOCKED, "evidence_missing")
    assert (now.outcome, now.amount_cents) == (Outcome.DUE, 350_00)


async def test_a_report_that_nobody_confirmed_blocks_the_month(given: Given) -> None:
    person = await hired(given)
    employer = actor_of(person.representative)
    said = Report(
        agreement_id=person.agreement_id,
        days_expected=22,
        days_worked=22,
        days_paid_leave=0,
        gross_wage_cents=Cents(600_00),
    )
    async with given.db.transaction(employer) as tx:
        await attendance.report_month(
            tx, OCTOBER, [said], by=employer, on=given.clock.today(), at=given.clock.now()
        )

    await run(given, OCTOBER)

    (only,) = await versions(given, person, OCTOBER)
    assert (only.outcome, only.reason) == (Outcome.BLOCKED, "evidence_unconfirmed")


async def test_the_month_of_a_start_in_its_middle_says_why_nothing_is_due(given: Given) -> None:
    person = await hired(given, starts_on=date(2026, 9, 17))

    progress = await run(given, SEPTEMBER)

    (only,) = await versions(given, person, SEPTEMBER)
    assert (only.outcome, only.reason) == (Outcome.NOT_DUE, "programme_month_runs")
    assert (progress.not_due_count, progress.due_cents) == (1, 0)


async def test_an_end_recorded_late_takes_back_the_months_after_it(given: Given) -> None:
    person = await hired(given, starts_on=SEPTEMBER)
    for month in (SEPTEMBER, OCTOBER):
        await report(given, person, month, wage_cents=600_00)
        await run(given, month)
    officer = actor_of(person.officer)
    async with given.db.transaction(officer) as tx:
        await agreements.end_agreement(
            tx,
            person.agreement_id,
            last_day=date(2026, 9, 15),
            cause=EndCause.CANDIDATE_LEFT,
            reason="Left for another job",
            by=officer,
            on=given.clock.today(),
            at=given.clock.now(),
        )

    progress = await run(given, OCTOBER)

    _, now = await versions(given, person, OCTOBER)
    assert (now.outcome, now.reason) == (Outcome.NOT_DUE, "outside_period")
    assert progress.agreement_count == 1


async def test_what_is_approved_is_superseded_when_the_facts_change(
    given: Given, clock: FixedClock
) -> None:
    due = await due_month(given)
    preparer = actor_of(await given.finance_officer())
    approver = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    clock.move_to(clock.now() + timedelta(days=20))
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await given.approved_payout(payout, by=approver)
    await report(given, due.hired, OCTOBER, wage_cents=700_00)

    progress = await run(given, OCTOBER)

    paid, now = await versions(given, due.hired, OCTOBER)
    assert (paid.superseded_at, now.superseded_at) == (clock.now(), None)
    assert (progress.written_count, progress.due_cents) == (1, 350_00)


async def test_a_month_that_has_not_ended_is_refused(given: Given) -> None:
    with pytest.raises(rules.MonthNotOver):
        await request(given, NOVEMBER)


async def test_a_second_run_of_a_month_waits_for_the_first(given: Given) -> None:
    await hired(given)
    await request(given, OCTOBER)

    with pytest.raises(rules.RunUnderWay):
        await request(given, OCTOBER)


@pytest.mark.parametrize("role", [Role.FINANCE_AUTHORISER, Role.AUDITOR, Role.ADMINISTRATOR])
async def test_only_a_finance_officer_computes_or_cancels(
    given: Given, tx: Connection, role: Role
) -> None:
    by = actor_of(await given.account(role))
    at = given.clock.now()

    with pytest.raises(NotAllowed):
        await actions.request_month(tx, OCTOBER, by=by, at=at, today=given.clock.today())
    with pytest.raises(NotAllowed):
        await actions.cancel_month(tx, OCTOBER, by=by, at=at)


async def test_a_worker_thought_dead_writes_nothing_when_it_comes_back(
    given: Given, tx: Connection
) -> None:
    await hired(given)
    await request(given, OCTOBER)
    chunk = await claim(given)
    late = msgspec.structs.replace(chunk, lease_token=str(new_id()))
    await act_as(tx, SYSTEM)

    with pytest.raises(LostLease):
        await actions.compute_chunk(tx, late, at=given.clock.now())

    assert await actions.count_uncomputed(tx, OCTOBER) == 1


async def test_a_chunk_that_is_done_is_not_done_twice(given: Given, tx: Connection) -> None:
    await hired(given)
    await request(given, OCTOBER)
    chunk = await claim(given)
    await act_as(tx, SYSTEM)
    await actions.compute_chunk(tx, chunk, at=given.clock.now())

    with pytest.raises(LostLease):
        await actions.compute_chunk(tx, chunk, at=given.clock.now())


async def test_a_cancelled_run_writes_nothing_more_and_makes_room_for_another(
    given: Given, tx: Connection
) -> None:
    await hired(given)
    await request(given, OCTOBER)
    chunk = await claim(given)
    await act_as(tx, SYSTEM)
    await actions.cancel_month(tx, OCTOBER, by=SYSTEM, at=given.clock.now())

    with pytest.raises(LostLease):
        await actions.compute_chunk(tx, chunk, at=given.clock.now())
    with pytest.raises(rules.NoRunUnderWay):
        await actions.cancel_month(tx, OCTOBER, by=SYSTEM, at=given.clock.now())

    assert (await run(given, OCTOBER)).done_count == 1


async def test_a_chunk_that_fails_says_why_and_waits(given: Given, tx: Connection) -> None:
    await hired(given)
    await request(given, OCTOBER)
    chunk = await claim(given)
    await act_as(tx, SYSTEM)

    await actions.put_back(tx, chunk, RuntimeError("out of paper"))

    progress = await actions.find_progress(tx, OCTOBER, at=datetime(2026, 11, 2, tzinfo=UTC))
    assert progress is not None
    assert progress.last_error == "RuntimeError: out of paper"
    assert progress.remaining_count == 1
    assert await actions.claim_chunk(tx) is None
