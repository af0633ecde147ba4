"""Suspending, resuming, extending, ending, cancelling and completing, against the real database."""

from datetime import UTC, date, datetime

import asyncpg
import pytest

from service.actor import SYSTEM
from service.agreements import actions, periods, rules
from service.agreements.model import EndCause, Event, Shown, State
from service.db import Connection
from service.period import Period
from service.problems import NotFound
from tests.agreements import moves
from tests.agreements.test_actions import committed_cents
from tests.conftest import FixedClock
from tests.given import Given, act_as

TODAY = date(2026, 11, 2)
JULY = date(2026, 7, 1)


async def complete(given: Given, on: date, limit: int = 500) -> int:
    async with given.db.transaction(SYSTEM) as tx:
        return await actions.complete_agreements(tx, on=on, at=given.clock.now(), limit=limit)


async def test_an_open_suspension_lasts_until_work_resumes(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    await moves.suspend(given, agreement, date(2026, 10, 12))
    suspended = await given.agreement(agreement.id)

    await moves.resume(given, agreement, date(2026, 10, 26))

    resumed = await moves.read(given, agreement)
    assert suspended.state is State.SUSPENDED
    assert resumed.agreement.state is State.ACTIVE
    days = [(one.starts_on, one.ends_on, one.reason) for one in resumed.suspensions]
    assert days == [(date(2026, 10, 12), date(2026, 10, 26), "Sick leave")]
    assert [one.event for one in resumed.events][-2:] == [Event.SUSPENDED, Event.RESUMED]


async def test_a_suspension_with_a_last_day_leaves_the_agreement_active(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)

    await moves.suspend(given, agreement, date(2026, 11, 9), date(2026, 11, 20))

    interrupted = await moves.read(given, agreement)
    assert interrupted.agreement.state is State.ACTIVE
    assert [one.ends_on for one in interrupted.suspensions] == [date(2026, 11, 21)]
    assert interrupted.events[-1].event is Event.INTERRUPTED


async def test_a_day_is_suspended_once(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    await moves.suspend(given, agreement, date(2026, 11, 9), date(2026, 11, 20))

    with pytest.raises(periods.SuspensionOverlaps):
        await moves.suspend(given, agreement, date(2026, 11, 20), date(2026, 11, 21))


async def test_what_is_suspended_is_not_suspended_again(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    await moves.suspend(given, agreement, TODAY)

    with pytest.raises(rules.WrongState):
        await moves.suspend(given, agreement, TODAY)


async def test_suspended_days_are_given_back_at_the_end(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    await moves.suspend(given, agreement, date(2026, 10, 12), date(2026, 10, 25))

    await moves.extend(given, agreement, 14)

    extended = await given.agreement(agreement.id)
    assert extended.period == Period(JULY, date(2027, 1, 15))
    assert extended.employment == agreement.employment
    with pytest.raises(periods.ExtensionNotPossible):
        await moves.extend(given, agreement, 1)


async def test_employment_grows_with_a_subsidy_that_outgrows_it(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY, employed_until=date(2026, 12, 31))
    await moves.suspend(given, agreement, date(2026, 10, 12), date(2026, 10, 25))

    await moves.extend(given, agreement, 14)

    extended = await given.agreement(agreement.id)
    assert extended.employment == extended.period


async def test_an_agreement_does_not_grow_into_the_persons_next_one(given: Given) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    first = await given.active_agreement(
        officer, starts_on=JULY, employed_until=date(2026, 12, 31), candidate=person
    )
    await given.drafted_agreement(officer, starts_on=date(2027, 1, 1), candidate=person)
    await moves.suspend(given, first, date(2026, 10, 12), date(2026, 10, 25))

    with pytest.raises(rules.CandidateTaken):
        await moves.extend(given, first, 14)


async def test_an_early_end_cuts_subsidy_and_employment_after_the_last_day(
    given: Given, clock: FixedClock
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)

    await moves.end(given, agreement, date(2026, 10, 15), EndCause.EMPLOYER_CLOSED)

    ended = await moves.read(given, agreement)
    assert ended.agreement.state is State.ENDED_EARLY
    assert ended.agreement.period == Period(JULY, date(2026, 10, 16))
    assert ended.agreement.employment == Period(JULY, date(2026, 10, 16))
    assert ended.agreement.end_cause is EndCause.EMPLOYER_CLOSED
    assert ended.agreement.ended_at == clock.now()
    assert (ended.events[-1].event, ended.events[-1].reason) == (Event.ENDED_EARLY, "Moved abroad")


async def test_the_employment_may_end_on_another_day_than_agreed(given: Given) -> None:
    agreement = await given.completed_agreement()

    await moves.employ_until(given, agreement, date(2027, 6, 30))
    await moves.employ_until(given, agreement, date(2026, 10, 15))

    now = await moves.read(given, agreement)
    assert now.agreement.state is State.COMPLETED
    assert now.agreement.period == agreement.period
    assert now.agreement.employment == Period(agreement.employment.start, date(2026, 10, 16))
    assert [one.event for one in now.events][-2:] == [Event.EMPLOYMENT_CHANGED] * 2


@pytest.mark.parametrize("state", ["drafted", "ended"])
async def test_only_what_runs_or_ran_to_its_end_is_employed_longer(
    given: Given, state: str
) -> None:
    agreement = await (
        given.drafted_agreement() if state == "drafted" else given.active_agreement(starts_on=JULY)
    )
    if state == "ended":
        await moves.end(given, agreement, date(2026, 10, 15))

    with pytest.raises(rules.WrongState):
        await moves.employ_until(given, agreement, date(2027, 12, 31))


async def test_the_employment_never_ends_within_the_subsidy_nor_again_on_the_same_day(
    given: Given,
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)

    with pytest.raises(periods.EmploymentTooShort):
        await moves.employ_until(given, agreement, date(2026, 12, 30))
    with pytest.raises(periods.EmploymentUnchanged):
        await moves.employ_until(given, agreement, agreement.employment.last_day)


async def test_an_early_end_frees_the_months_that_will_not_come_and_no_more(
    given: Given,
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    before = await committed_cents(given, agreement.id)

    await moves.end(given, agreement, date(2026, 9, 30))

    assert before == 6 * 350_00 + 600_00
    assert await committed_cents(given, agreement.id) == 3 * 350_00 + 600_00


async def test_an_early_end_closes_an_open_suspension(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    await moves.suspend(given, agreement, date(2026, 10, 12))

    await moves.end(given, agreement, date(2026, 10, 20), EndCause.EMPLOYER_DISMISSED)

    ended = await moves.read(given, agreement)
    assert [one.ends_on for one in ended.suspensions] == [date(2026, 10, 21)]


@pytest.mark.parametrize("last_day", [date(2026, 6, 30), date(2026, 11, 3)])
async def test_an_end_before_the_start_or_in_the_future_is_refused(
    given: Given, last_day: date
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)

    with pytest.raises(periods.EndNotPossible):
        await moves.end(given, agreement, last_day)


async def test_another_office_cannot_end_it(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)

    with pytest.raises(NotFound):
        await moves.end(given, agreement, TODAY, officer=await given.case_officer("peje"))


async def test_a_cancelled_agreement_sets_all_its_money_free(given: Given) -> None:
    agreement = await given.signed_agreement()

    await moves.cancel(given, agreement)

    cancelled = await given.agreement(agreement.id)
    assert cancelled.state is State.CANCELLED
    assert cancelled.end_cause is EndCause.CANCELLED_BEFORE_START
    assert await committed_cents(given, agreement.id) == 0


async def test_what_has_started_is_not_cancelled(given: Given) -> None:
    agreement = await given.active_agreement()

    with pytest.raises(rules.WrongState):
        await moves.cancel(given, agreement)


async def test_an_agreement_is_complete_when_its_period_is_over(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    too_early = await complete(given, date(2026, 12, 31))

    done = await complete(given, date(2027, 1, 1))

    completed = await moves.read(given, agreement)
    assert (too_early, done) == (0, 1)
    assert completed.agreement.state is State.COMPLETED
    assert completed.agreement.end_cause is EndCause.COMPLETED
    last = completed.events[-1]
    assert (last.event, last.happened_by) == (Event.COMPLETED, None)
    assert await complete(given, date(2027, 1, 1)) == 0


async def test_completion_goes_in_bounded_batches(given: Given) -> None:
    for _ in range(3):
        await given.active_agreement(starts_on=JULY)

    batches = [await complete(given, date(2027, 1, 1), limit=2) for _ in range(3)]

    assert batches == [2, 1, 0]


async def test_a_suspended_agreement_waits_for_its_officer(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    await moves.suspend(given, agreement, TODAY)

    done = await complete(given, date(2027, 1, 1))

    assert done == 0
    assert (await given.agreement(agreement.id)).state is State.SUSPENDED


async def test_what_happened_cannot_be_rewritten(given: Given, tx: Connection) -> None:
    agreement: Shown = await given.active_agreement()
    await act_as(tx, SYSTEM)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await tx.execute(
            "UPDATE agreement_event SET happened_at = $2 WHERE agreement_id = $1",
            agreement.id,
            datetime(2026, 1, 1, tzinfo=UTC),
        )
