"""The nightly end of agreements, as the worker does it."""

from datetime import UTC, date, datetime

from jobs import agreements
from service.actor import SYSTEM
from service.agreements import actions
from service.agreements.model import State
from service.ledger import actions as ledger
from service.period import Month
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.hired import Hired, hire


async def state_of(given: Given, person: Hired) -> State:
    async with given.db.transaction(SYSTEM) as tx:
        return (await actions.read_agreement(tx, person.agreement_id)).agreement.state


async def suspend_june(given: Given, person: Hired) -> None:
    by = actor_of(person.officer)
    async with given.db.transaction(by) as tx:
        await actions.suspend_agreement(
            tx,
            person.agreement_id,
            starts_on=date(2026, 6, 1),
            last_day=date(2026, 6, 30),
            reason="Ill for a month",
            by=by,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def test_an_agreement_is_completed_in_the_night_after_its_last_day(given: Given) -> None:
    officer = await given.case_officer()
    over, goes_on = [
        await hire(given, officer, scheme="WS-70", starts_on=starts_on, wage_cents=600_00)
        for starts_on in (date(2026, 5, 2), date(2026, 5, 3))
    ]

    completed = await agreements.complete(given.db, given.clock)
    again = await agreements.complete(given.db, given.clock)

    assert (completed, again) == (1, 0)
    assert await state_of(given, over) is State.COMPLETED
    assert await state_of(given, goes_on) is State.ACTIVE


async def test_money_that_a_completed_agreement_cannot_use_is_free_again(
    given: Given, clock: FixedClock
) -> None:
    later = clock.now()
    clock.move_to(datetime(2026, 6, 10, 9, tzinfo=UTC))
    officer = await given.case_officer()
    person = await hire(
        given, officer, scheme="WS-70", starts_on=date(2026, 5, 1), wage_cents=600_00
    )
    await suspend_june(given, person)
    clock.move_to(later)
    await given.computed_month(Month(date(2026, 6, 1)))

    await agreements.complete(given.db, given.clock)

    async with given.db.transaction(SYSTEM) as tx:
        (line,) = [one for one in await ledger.list_budget_lines(tx) if one.scheme_code == "WS-70"]
    assert line.committed_cents == 5 * 350_00 + 600_00
