"""A year of an employment agency at random, in the database and in the model side by side."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from service.actor import SYSTEM
from service.config import Config
from service.db import Database
from service.expected import actions as expected
from service.instalments import actions as instalments
from service.instalments.actions import LostLease
from service.ledger import actions as ledger
from service.period import Month
from tests.conftest import FixedClock
from tests.facts.history import as_known, canonical, versions
from tests.given import Given
from tests.histories import stored
from tests.histories.desk import Desk
from tests.histories.life import SCHEMES, Life
from tests.histories.obvious import DAY, first_of_month, same_day
from tests.histories.rules import (
    OFFERED,
    WAGES,
    enact,
    other_rules,
    pay_whatever_is_due,
    put_in_force,
    with_act,
)
from tests.histories.stored import Stored
from tests.histories.town import Town

FIRST_DAY, LAST_DAY = date(2026, 1, 7), date(2026, 12, 20)
NINE = time(9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REPRODUCED_OF_TEN = 2
TWICE_OF_MONTHS = 5  # each fifth; every payout that is put up is computed twice as well


class Differs(AssertionError):
    """The service and the model do not agree about a history."""


class Office:
    """Histories by one seed; with `only`, the database lives one of them and the model all."""

    def __init__(
        self, seed: int, count: int, database: Database, config: Config, only: int | None = None
    ) -> None:
        self.seed = seed
        self.chance = Random(f"{seed}/office")
        self.days = list(self._plan())
        self.lives = [Life(seed, number, self.days) for number in range(count)]
        self.shown = [one for one in self.lives if only in (None, one.number)]
        self.clock = FixedClock(datetime.combine(FIRST_DAY, NINE))
        self.given = Given(database, self.clock, config.sealer)
        self.town = Town(self.given)
        self.desk = Desk(self.given, self.lives, self.shown, self.compare)
        self.config = config
        self.offer = {code: list(rules) for code, rules in OFFERED.items()}
        self.wages = list(WAGES)
        self.compared = 0
        self.computed = 0

    def _plan(self) -> Iterator[date]:
        day = FIRST_DAY
        while day < LAST_DAY:
            yield day
            day += DAY * self.chance.randint(4, 11)

    async def live(self) -> None:
        """Everything, from the first day to the last, compared whenever something was computed."""
        await pay_whatever_is_due(self.config)
        await self.town.settle()
        await self.desk.open()
        acts = self.chance.sample(self.days[4 : len(self.days) * 2 // 3], 5)
        acts[0] = self.days[3]
        for day in self.days:
            self.clock.move_to(datetime.combine(day, NINE))
            await self._happen(day)
            if day in acts[:3]:
                await self._change_scheme(day)
            if day in acts[3:]:
                await self._change_minimum_wage(day)
            await self._compute(day)
        await self._close()

    async def _happen(self, day: date) -> None:
        if self.chance.random() < 0.5:
            for life in self.lives:
                life.complete(day)
            await self.town.complete()
        happenings = [
            (one.number, what) for one in self.lives for what in one.live(day, self.offer)
        ]
        shown = {one.number for one in self.shown}
        await self.town.do([one for one in happenings if one[0] in shown])
        self._later_or_not()

    def _a_minute_later(self) -> None:
        self.clock.move_to(self.clock.now() + MINUTE)

    def _later_or_not(self) -> None:
        """Much happens at one moment by the clock, and is told apart all the same."""
        if self.chance.random() < 0.5:
            self._a_minute_later()

    # ----- rules change

    async def _change_scheme(self, day: date) -> None:
        """Who begins from tomorrow on has other rules; who is at work keeps theirs.

        It is the scheme with a retention part first, so that many of these fall due in the year.
        """
        code = SCHEMES[0] if self.offer == OFFERED else self.chance.choice(SCHEMES)
        rules = other_rules(self.chance, self.offer[code][-1][1])
        self.offer[code].append((day + DAY, rules))
        await put_in_force(self.given, code, rules, from_day=day + DAY)
        self._a_minute_later()

    async def _change_minimum_wage(self, day: date) -> None:
        """An act from a month on, that has come or is to come, in place of one in force."""
        months = [same_day(first_of_month(day), number) for number in (-2, -1, 0, 1)]
        cents = self.chance.randint(350_00, 600_00)
        acts = [with_act(self.wages, month, cents) for month in months]
        old, self.wages = self.chance.choice([one for one in acts if one[0].from_day <= day])
        for life in self.lives:
            life.minimum_wage_changed(old)
        self._a_minute_later()
        await enact(self.config, old, self.wages, at=self.clock.now())
        self._a_minute_later()

    # ----- months are computed

    def _over(self, day: date) -> list[date]:
        month, found = first_of_month(FIRST_DAY), []
        while same_day(month, 1) <= day:
            found.append(month)
            month = same_day(month, 1)
        return found

    async def _compute(self, day: date) -> None:
        """No month, one or two: mostly the last that is over, sometimes any; and payouts."""
        over = self._over(day)
        for _ in range(self.chance.choice((0, 1, 1, 2)) if over else 0):
            month = over[-1] if self.chance.random() < 0.6 else self.chance.choice(over)
            if self.chance.random() < 0.1:
                await self._begin_and_cancel(month)
            await self._compute_month(month, everything=self.chance.random() < 0.1)
            self._later_or_not()
            await self.desk.work(self.chance, over)
            self._later_or_not()

    async def _begin_and_cancel(self, month: date) -> None:
        """A run that is stopped while a worker has a chunk of it in hand has done nothing."""
        at, today = self.clock.now(), self.clock.today()
        async with self.given.db.transaction(SYSTEM) as tx:
            await instalments.request_month(tx, Month(month), by=SYSTEM, at=at, today=today)
            chunk = await instalments.claim_chunk(tx)
        if chunk is None:
            return
        async with self.given.db.transaction(SYSTEM) as tx:
            await instalments.cancel_month(tx, Month(month), by=SYSTEM, at=at)
        try:
            async with self.given.db.transaction(SYSTEM) as tx:
                await instalments.compute_chunk(tx, chunk, at=at)
        except LostLease:
            self._a_minute_later()
        else:
            raise AssertionError("a cancelled run was computed")

    async def _compute_month(self, month: date, *, everything: bool) -> None:
        for life in self.lives:
            if life.books is not None:
                life.books.compute(month, self.wages, everything=everything)
                life.diary.append(f"{self.clock.today()}: {month:%Y-%m} computed")
        await self.given.computed_month(Month(month), everything=everything)
        async with self.given.db.transaction(SYSTEM) as tx:
            standing = await stored.standing(tx)
            if self.computed % TWICE_OF_MONTHS == 0:
                assert await expected.list_unexpected(tx) == []
        self.computed += 1
        self.compare("what stands", standing, stored.standing_of)

    def compare(self, what: str, found: Stored, expected: Callable[[Life], Any]) -> None:
        """Differs, with the diary of the first history that the two do not agree about."""
        for life in self.shown:
            if life.books is None:
                continue
            ours, theirs = expected(life), found[self.town.seated[life.number].agreement_id]
            self.compared += len(ours)
            if ours != theirs:
                raise Differs(self._story(life, what, ours, theirs))

    def _story(self, life: Life, what: str, ours: Any, theirs: Any) -> str:
        keys = sorted({*ours, *theirs}, key=str)
        rows = [
            f"  {key}: the model says {ours.get(key)}, the service {theirs.get(key)}"
            for key in keys
            if ours.get(key) != theirs.get(key)
        ]
        return "\n".join(
            [
                f"{what} on {self.clock.today()} of history {life.number} of seed {self.seed};"
                f" alone: --history {self.seed}/{life.number}",
                *rows,
                str(life.agreement),
                *life.diary,
            ]
        )

    # ----- at the end

    async def _close(self) -> None:
        """Everything up to the last month, the books, and the past as it was known."""
        self.clock.move_to(datetime.combine(LAST_DAY + DAY * 20, NINE))
        await self.town.complete()
        for month in self._over(self.clock.today())[-1:]:
            await self._compute_month(month, everything=False)
        async with self.given.db.transaction(SYSTEM) as tx:
            broken = await ledger.broken_invariants(tx)
            assert not broken, broken[:3]
            self.compare("the ledger", await stored.balances(tx), stored.balances_of)
        for life in self.shown:
            if life.books is not None and self.chance.randint(1, 10) <= REPRODUCED_OF_TEN:
                await self._reproduce(life)

    async def _reproduce(self, life: Life) -> None:
        """A version that was computed is computed again, to the byte, from what was known then."""
        found = await versions(self.given, self.town.seated[life.number].agreement_id)
        one = Random(f"{self.seed}/{life.number}/past").choice(found)
        again = await as_known(self.given, one)
        if again != canonical(one):
            story = self._story(life, f"version {one.version} of {one.month}", {}, {})
            raise Differs(f"{story}\nthen {canonical(one)!r}\nnow {again!r}")
