"""Random histories of one agreement: reports, corrections, breaks, an end, and computations."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date, timedelta
from random import Random

import msgspec

from service.actor import SYSTEM
from service.ids import AgreementId
from service.instalments import actions
from service.instalments.model import Entry, Instalment
from service.period import Month
from service.problems import Problem
from tests.agreements import moves
from tests.conftest import FixedClock
from tests.given import Given
from tests.payouts.hired import Hired

FIRST_DAY = date(2026, 7, 13)
MONTHS = [Month(date(2026, month, 1)) for month in (7, 8, 9, 10)]
EVENTS = 40


async def live_through(given: Given, clock: FixedClock, person: Hired, chance: Random) -> None:
    """Lets things happen to an agreement in any order, by clocks that do not agree."""
    happenings = [_report] * 5 + [_say_unconfirmed] * 2 + [_interrupt, _extend] + [_compute] * 5
    for _ in range(EVENTS):
        await _happen(chance.choice(happenings), given, person, chance)
        clock.move_to(clock.now() + timedelta(seconds=chance.choice((-2, 0, 0, 1, 3600))))
    await _compute(given, person, chance)
    await _happen(_end, given, person, chance)
    await given.computed_month(MONTHS[-1])


Happening = Callable[[Given, Hired, Random], Awaitable[None]]


async def _happen(happening: Happening, given: Given, person: Hired, chance: Random) -> None:
    with suppress(Problem):  # what is refused has not happened
        await happening(given, person, chance)


async def _report(given: Given, person: Hired, chance: Random) -> None:
    await given.confirmed_attendance(
        person.agreement,
        chance.choice(MONTHS),
        by=person.representative,
        days_worked=chance.randint(10, 20),
        gross_wage_cents=chance.randint(300_00, 800_00),
    )


async def _say_unconfirmed(given: Given, person: Hired, chance: Random) -> None:
    await given.reported_attendance(
        person.agreement,
        chance.choice(MONTHS),
        by=person.representative,
        gross_wage_cents=chance.randint(300_00, 800_00),
    )


async def _interrupt(given: Given, person: Hired, chance: Random) -> None:
    first = given.clock.today() - timedelta(days=chance.randint(1, 30))
    await moves.suspend(given, person.agreement, first, first + timedelta(days=3))


async def _extend(given: Given, person: Hired, chance: Random) -> None:
    await moves.extend(given, person.agreement, chance.randint(1, 3))


async def _end(given: Given, person: Hired, chance: Random) -> None:
    await moves.end(given, person.agreement, chance.choice(MONTHS) + timedelta(days=20))


async def _compute(given: Given, person: Hired, chance: Random) -> None:
    await given.computed_month(chance.choice(MONTHS))


async def versions(given: Given, agreement_id: AgreementId) -> list[Instalment]:
    """Every instalment that was ever computed for an agreement."""
    async with given.db.transaction(SYSTEM) as tx:
        return await actions.list_of_agreement(tx, agreement_id)


async def as_known(given: Given, stored: Instalment) -> bytes:
    """The same month computed again from what was known when it was computed."""
    async with given.db.transaction(SYSTEM) as tx:
        entries = await actions.reproduce(
            tx,
            stored.agreement_id,
            Month(stored.month),
            known_at=stored.computed_at,
            now=max(stored.computed_at, given.clock.now()),
        )
    (entry,) = [one for one in entries if one.kind == stored.kind]
    return canonical(entry)


def canonical(one: Instalment | Entry) -> bytes:
    """What is due, why, and how it came about, as bytes that are equal when it is."""
    said = one.result if isinstance(one, Entry) else one
    facts = [said.outcome, said.amount_cents, said.reason, said.trace]
    return msgspec.json.encode(facts, order="sorted")
