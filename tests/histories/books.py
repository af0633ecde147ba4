"""What was computed of an agreement and put into payouts, kept by hand: the model's other half.

Like `obvious`, it uses nothing of the service.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum

import msgspec

from tests.histories.obvious import (
    SUBSIDY,
    Agreement,
    Due,
    MinimumWage,
    first_of_month,
    month_due,
    pieces,
    same_day,
)
from tests.histories.retained import RETENTION, retention

Key = tuple[date, str]  # a month and a kind of payment


class Line(msgspec.Struct, frozen=True):
    """What a payout has due for a month, and what of it is kept back for which overpaid months."""

    key: Key
    due_cents: int
    kept_back: tuple[tuple[Key, int], ...]

    @property
    def kept_cents(self) -> int:
        """All that is kept back."""
        return sum(cents for _, cents in self.kept_back)

    def puts_in(self) -> Iterator[tuple[Key, int]]:
        """What the line adds to what payouts hold, by month; less for what it keeps back."""
        yield self.key, self.due_cents
        for key, cents in self.kept_back:
            yield key, -cents


class Page(msgspec.Struct):
    """The lines of one agreement in a payout; and what stood, and had been computed how often."""

    lines: list[Line]
    stood: dict[Key, tuple[Due, int]]
    is_decided: bool = False

    def touched(self) -> set[Key]:
        """The months that it pays or keeps back."""
        return {key for line in self.lines for key, _ in line.puts_in()}


class Freshness(Enum):
    """Whether the lines of a payout still stand."""

    FRESH = "fresh"
    UNCLEAR = "unclear"
    STALE = "stale"


class Books(msgspec.Struct):
    """One agreement: what stands, what waits to be computed, and the pages of its payouts."""

    agreement: Agreement
    standing: dict[Key, Due]
    waiting: set[date]
    ahead: set[date]  # months to come into which what is paid once falls
    computed: Counter[Key]
    pages: list[Page]

    @classmethod
    def opened(cls, agreement: Agreement) -> "Books":
        """Nothing was computed yet, and everything from the first month on is to be."""
        return cls(agreement, {}, {first_of_month(agreement.first_day)}, set(), Counter(), [])

    # ----- a month is computed

    def compute(
        self, month: date, wages: Sequence[MinimumWage], *, everything: bool = False
    ) -> None:
        """A run of a month: from the first month that a fact has changed, at least this one.

        It goes as far as anything was computed before; the months in between that were never asked
        for and follow from nothing that changed are left for their own run.
        """
        first = self._first_to_compute(month, everything=everything)
        if first is None:
            return
        last = max([month, *(one for one, _ in self.standing)])
        if any(since <= last for since in self.waiting) or (month, SUBSIDY) not in self.standing:
            for key in self.standing:
                self.computed[key] += key[0] >= first
        self._compute_between(first, last, wages)
        self.waiting = {since for since in self.waiting if since > last}

    def _first_to_compute(self, month: date, *, everything: bool) -> date | None:
        begun = first_of_month(self.agreement.first_day)
        lasts = first_of_month(self.agreement.last_day)
        asked = [since for since in {*self.waiting, *self.ahead} if since <= month]
        if begun <= month <= lasts and not any(one == month for one, _ in self.standing):
            asked.append(month)
        if everything and begun <= month:
            asked.append(begun)
        return min(asked, default=None)

    def _compute_between(self, first: date, last: date, wages: Sequence[MinimumWage]) -> None:
        """Programme months, then what is paid once; what stood and is gone says so."""
        own = pieces(self.agreement, wages, first)
        once = retention(self.agreement, wages)
        gone = {key for key in self.standing if first <= key[0] <= last}
        if once is not None and first <= once.month <= last:
            self.standing[once.month, RETENTION] = Due(once.cents, once.reason)
            gone.discard((once.month, RETENTION))
        for month in self._months_between(first, last):
            paid = any(piece.month == month for piece in own)
            if paid or once is None or once.month != month:
                before = sum(
                    due.cents
                    for (past, kind), due in self.standing.items()
                    if past < month and kind == SUBSIDY
                )
                self.standing[month, SUBSIDY] = month_due(self.agreement, own, month, before)
                gone.discard((month, SUBSIDY))
        for key in gone:
            self.standing[key] = Due(0, "outside_period")
        is_over = self.agreement.last_day < same_day(last, 1)
        is_ahead = is_over and once is not None and once.month > last
        self.ahead = {once.month} if once is not None and is_ahead else set()

    def _months_between(self, first: date, last: date) -> list[date]:
        """Those that the agreement touches."""
        months = []
        touched = first_of_month(self.agreement.first_day)
        while touched <= self.agreement.last_day:
            months.append(touched)
            touched = same_day(touched, 1)
        return [month for month in months if first <= month <= last]

    # ----- payouts

    def put_in(self, *, decided_only: bool = False) -> Counter[Key]:
        """What payouts hold of each month, less what they keep back for it."""
        held: Counter[Key] = Counter()
        for page in self.pages:
            if page.is_decided or not decided_only:
                for line in page.lines:
                    for key, cents in line.puts_in():
                        held[key] += cents
        return held

    def undecided(self) -> set[Key]:
        """The months that stand in a payout which nobody has decided on."""
        return {key for page in self.pages if not page.is_decided for key in page.touched()}

    def put_up(self, month: date) -> Page | None:
        """What a payout up to a month takes of this agreement; None when that is nothing.

        A month that a change reaches which is not computed yet is not paid before it is.
        """
        held, undecided = self.put_in(), self.undecided()
        differences = {
            key: due.cents - held[key]
            for key, due in sorted(self.standing.items())
            if key[0] <= month and key not in undecided
        }
        owed = {key: -cents for key, cents in differences.items() if cents < 0}
        lines = []
        for key, cents in differences.items():
            if cents > 0 and not any(since <= key[0] for since in self.waiting):
                lines.append(Line(key, cents, tuple(_keep_back(cents, owed))))
        if not lines:
            return None
        stood = {key: (due, self.computed[key]) for key, due in self.standing.items()}
        page = Page(lines, stood)
        self.pages.append(page)
        return page

    def freshness(self, page: Page) -> Freshness:
        """Whether what a page was written from still stands, as far as this model can tell.

        What was computed again and came out alike may have come about in another way.
        """
        if any(self.standing[key] != page.stood[key][0] for key in page.touched()):
            return Freshness.STALE
        if any(self.computed[key] != page.stood[key][1] for key in page.touched()):
            return Freshness.UNCLEAR
        return Freshness.FRESH

    def approve(self, page: Page) -> None:
        """The page holds for good."""
        page.is_decided = True

    def reject(self, page: Page) -> None:
        """The page never was."""
        self.pages = [one for one in self.pages if one is not page]

    def calculated(self) -> dict[Key, int]:
        """What is due for each month beyond what approved payouts hold, where there is any."""
        held = self.put_in(decided_only=True)
        open_cents = {key: due.cents - held[key] for key, due in self.standing.items()}
        return {key: cents for key, cents in open_cents.items() if cents > 0}

    def recoverable(self) -> dict[Key, int]:
        """What approved payouts hold of each month beyond what is due, where there is any."""
        held = self.put_in(decided_only=True)
        over = {key: held[key] - due.cents for key, due in self.standing.items()}
        return {key: cents for key, cents in over.items() if cents > 0}


def _keep_back(cents: int, owed: dict[Key, int]) -> Iterator[tuple[Key, int]]:
    """Takes what is owed, the oldest month first, from what can bear it."""
    for key in sorted(owed):
        taken = min(cents, owed[key])
        if taken:
            owed[key] -= taken
            cents -= taken
            yield key, taken
