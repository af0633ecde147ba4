"""The desk where payouts are put up, approved and rejected, in the database and by hand."""

from collections.abc import Callable, Sequence
from datetime import date
from random import Random
from typing import Any

import msgspec
import pytest

from service.actor import SYSTEM, Actor, Role
from service.payouts.model import Payout
from service.payouts.rules import ContentChanged, NothingToPay
from service.period import Month
from tests.given import Given, actor_of
from tests.histories import stored
from tests.histories.books import Freshness, Page
from tests.histories.life import Life
from tests.histories.stored import Stored

Compare = Callable[[str, Stored, Callable[[Life], Any]], None]


class Waiting(msgspec.Struct):
    """A payout that nobody has decided on: its pages by history, and the database's own."""

    month: date
    pages: dict[int, Page]
    payout: Payout | None

    @property
    def name(self) -> str:
        """For messages."""
        return f"the payout for {self.month:%Y-%m}"


class Desk:
    """Two people of the finance office; `shown` are the histories that the database lives."""

    def __init__(
        self, given: Given, lives: Sequence[Life], shown: Sequence[Life], compare: Compare
    ) -> None:
        self._given = given
        self._lives = lives
        self._shown = shown
        self._compare = compare
        self._preparer: Actor
        self._approver: Actor
        self.waiting: list[Waiting] = []
        self.decided = {Freshness.FRESH: 0, Freshness.STALE: 0, Freshness.UNCLEAR: 0}

    async def open(self) -> None:
        """Somebody who puts up, and somebody who decides."""
        self._preparer = actor_of(await self._given.finance_officer())
        self._approver = actor_of(await self._given.account(Role.FINANCE_AUTHORISER))

    async def work(self, chance: Random, over: Sequence[date]) -> None:
        """Sometimes puts up what is due up to a month that is over; sometimes decides."""
        if chance.random() < 0.6:
            month = over[-1] if chance.random() < 0.7 else chance.choice(over)
            if month not in {one.month for one in self.waiting}:
                await self._put_up(month)
                if chance.random() < 0.65:  # at once, before anything is computed again
                    await self._decide(self.waiting[-1:], chance)
        if chance.random() < 0.35:
            await self._decide(list(self.waiting), chance)

    async def _put_up(self, month: date) -> None:
        pages = {
            life.number: page
            for life in self._lives
            if life.books is not None and (page := life.books.put_up(month)) is not None
        }
        payout = None
        if any(life.number in pages for life in self._shown):
            payout = await self._given.submitted_payout(Month(month), by=self._preparer)
        else:
            with pytest.raises(NothingToPay):
                await self._given.submitted_payout(Month(month), by=self._preparer)
        if not pages:
            return
        self.waiting.append(Waiting(month, pages, payout))
        if payout is not None:
            await self._compare_lines(self.waiting[-1], payout)

    async def _compare_lines(self, waiting: Waiting, payout: Payout) -> None:
        async with self._given.db.transaction(SYSTEM) as tx:
            lines = await stored.lines(tx, payout.id)
            held = await stored.held(tx)
        self._compare(waiting.name, lines, lambda life: stored.lines_of(waiting.pages, life))
        self._compare("what payouts hold", held, stored.held_of)

    async def _decide(self, waiting: Sequence[Waiting], chance: Random) -> None:
        for one in waiting:
            freshness = self._freshness(one)
            self.decided[freshness] += 1
            if freshness is Freshness.FRESH and chance.random() < 0.8:
                await self._approve(one)
            else:
                await self._reject(one, try_first=freshness is Freshness.STALE)
            self.waiting.remove(one)
        async with self._given.db.transaction(SYSTEM) as tx:
            held, balances = await stored.held(tx), await stored.balances(tx)
        self._compare("what payouts hold", held, stored.held_of)
        self._compare("the ledger", balances, stored.balances_of)

    def _freshness(self, waiting: Waiting) -> Freshness:
        """One line that does not stand is enough for the whole not to be approved."""
        found = {
            life.books.freshness(waiting.pages[life.number])
            for life in self._lives
            if life.books is not None and life.number in waiting.pages
        }
        return next(one for one in (*STRONGEST_FIRST, Freshness.FRESH) if one in found)

    async def _approve(self, waiting: Waiting) -> None:
        for life in self._lives:
            if life.books is not None and life.number in waiting.pages:
                life.books.approve(waiting.pages[life.number])
        if waiting.payout is not None:
            await self._given.approved_payout(waiting.payout, by=self._approver)

    async def _reject(self, waiting: Waiting, *, try_first: bool) -> None:
        """What has changed since is refused before; a history alone may not be what has changed."""
        for life in self._lives:
            if life.books is not None and life.number in waiting.pages:
                life.books.reject(waiting.pages[life.number])
        if waiting.payout is None:
            return
        if try_first and len(self._shown) == len(self._lives):
            with pytest.raises(ContentChanged):
                await self._given.approved_payout(waiting.payout, by=self._approver)
        await self._given.rejected_payout(waiting.payout, by=self._approver)


STRONGEST_FIRST = (Freshness.STALE, Freshness.UNCLEAR)
