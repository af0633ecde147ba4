"""Whatever was computed is computed again, to the byte, from what was known then."""

from datetime import date, datetime, timedelta
from random import Random

import pytest

from service.actor import SYSTEM
from service.attendance import actions as attendance
from service.attendance.model import ConfirmedFor, Report
from service.instalments import actions, rules
from service.instalments.model import Outcome
from service.money import Cents
from service.period import Month
from service.problems import NotFound
from service.schemes.language.traces import unfold
from tests.agreements import moves
from tests.conftest import FixedClock
from tests.facts.history import FIRST_DAY, as_known, canonical, live_through, versions
from tests.given import Given, actor_of
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import due_month

OCTOBER = Month(date(2026, 10, 1))
LATER = timedelta(hours=1)


async def correct(given: Given, person: Hired, *, wage_cents: int) -> None:
    """The employer says now what was paid in October, and the office confirms it now."""
    employer, officer = actor_of(person.representative), actor_of(person.officer)
    said = Report(
        agreement_id=person.agreement_id,
        days_expected=20,
        days_worked=20,
        days_paid_leave=0,
        gross_wage_cents=Cents(wage_cents),
    )
    on, at = given.clock.today(), given.clock.now()
    async with given.db.transaction(employer) as tx:
        await attendance.report_month(tx, OCTOBER, [said], by=employer, on=on, at=at)
        (row,) = await attendance.list_month(tx, OCTOBER, by=employer)
    assert row.attendance_id is not None
    async with given.db.transaction(officer) as tx:
        await attendance.confirm_attendance(
            tx, row.attendance_id, confirmed_for=ConfirmedFor.OFFICE, by=officer, at=at
        )


@pytest.mark.parametrize("seed", range(8))
async def test_every_version_of_a_random_history_comes_out_again_to_the_byte(
    given: Given, clock: FixedClock, seed: int
) -> None:
    officer = await given.case_officer()
    person = await hire(given, officer, scheme="SP-FLAT", starts_on=FIRST_DAY, wage_cents=600_00)
    await live_through(given, clock, person, Random(seed))

    stored = await versions(given, person.agreement_id)

    assert sum(one.superseded_at is not None for one in stored) > 2
    for one in stored:
        assert await as_known(given, one) == canonical(one), (one.month, one.version)


async def test_between_two_facts_the_first_counts_though_nobody_computed_then(
    given: Given, clock: FixedClock
) -> None:
    due = await due_month(given, amount_cents=297_50)
    clock.move_to(clock.now() + LATER)
    between = clock.now()
    clock.move_to(clock.now() + LATER)
    await correct(given, due.hired, wage_cents=500_00)

    async with given.db.transaction(SYSTEM) as tx:
        (then,) = await actions.reproduce(
            tx, due.agreement_id, OCTOBER, known_at=between, now=clock.now()
        )
        (now,) = await actions.reproduce(
            tx, due.agreement_id, OCTOBER, known_at=clock.now(), now=clock.now()
        )

    assert (then.result.amount_cents, now.result.amount_cents) == (297_50, 350_00)


async def test_a_report_counts_from_its_confirmation_on(given: Given, clock: FixedClock) -> None:
    due = await due_month(given)
    reported = clock.now()
    before_it_was_reported = datetime.combine(date(2026, 10, 31), reported.timetz())

    async with given.db.transaction(SYSTEM) as tx:
        (missing,) = await actions.reproduce(
            tx, due.agreement_id, OCTOBER, known_at=before_it_was_reported, now=clock.now()
        )

    assert (missing.result.outcome, missing.result.reason) == (
        Outcome.BLOCKED,
        "evidence_missing",
    )


async def test_a_break_is_open_until_the_return_is_known(given: Given, clock: FixedClock) -> None:
    due = await due_month(given)
    clock.move_to(clock.now() + LATER)
    await moves.suspend(given, due.hired.agreement, date(2026, 10, 5))
    while_open = clock.now()
    clock.move_to(clock.now() + LATER)
    await moves.resume(given, due.hired.agreement, date(2026, 10, 12))

    async with given.db.transaction(SYSTEM) as tx:
        program = await actions.program_of(tx, due.agreement_id)
        covered = []
        for known_at in (while_open, clock.now()):
            (entry,) = await actions.reproduce(
                tx, due.agreement_id, OCTOBER, known_at=known_at, now=clock.now()
            )
            lines = unfold(program, entry.kind, entry.result.trace)
            counted = [line for line in lines if line.step and line.step.name == "covered"]
            covered.append([int(line.value) for line in counted if line.table == "month"])

    assert covered == [[4], [24]]


async def test_before_it_began_an_agreement_comes_to_nothing(
    given: Given, clock: FixedClock
) -> None:
    due = await due_month(given)

    async with given.db.transaction(SYSTEM) as tx:
        entries = await actions.reproduce(
            tx,
            due.agreement_id,
            OCTOBER,
            known_at=datetime(2026, 9, 30, tzinfo=clock.now().tzinfo),
            now=clock.now(),
        )

    assert entries == []


async def test_what_is_to_come_is_not_known(given: Given, clock: FixedClock) -> None:
    due = await due_month(given)

    async with given.db.transaction(SYSTEM) as tx:
        with pytest.raises(rules.MomentNotPast):
            await actions.reproduce(
                tx, due.agreement_id, OCTOBER, known_at=clock.now() + LATER, now=clock.now()
            )


async def test_strangers_reproduce_nothing(given: Given, clock: FixedClock) -> None:
    due = await due_month(given)
    stranger = actor_of(await given.representative())

    async with given.db.transaction(stranger) as tx:
        with pytest.raises(NotFound):
            await actions.reproduce(
                tx, due.agreement_id, OCTOBER, known_at=clock.now(), now=clock.now()
            )
