"""What the books must say, worked out by the simplest means: sums over what happened.

Knows nothing of the service: months by number, people by number, cents. What stays is asked after
each step by `Books.balances`, which the ledger's accounts must equal.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

Month = tuple[int, int]  # whose agreement it is of, and which month

SENT, ACCEPTED, REJECTED, SETTLED, RETURNED = (
    "sent",
    "accepted",
    "rejected",
    "settled",
    "returned",
)
# How far the bank has got with an order. Nothing goes back.
RANK = {SENT: 0, ACCEPTED: 1, REJECTED: 2, SETTLED: 2, RETURNED: 3}


class Line:
    """One month in a payout: what is due, and what is kept back for which months."""

    def __init__(self, month: Month, due: int) -> None:
        self.month, self.due = month, due
        self.kept: dict[Month, int] = {}

    @property
    def amount(self) -> int:
        """What the bank is told to pay."""
        return self.due - sum(self.kept.values())


class Payout:
    """What was put up together."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines, self.state = lines, "submitted"
        self.signed, self.acted, self.is_void_asked = 0, 0, False

    @property
    def amount(self) -> int:
        """Its total."""
        return sum(line.amount for line in self.lines)


class Order:
    """What the bank was told to pay, and where that stands."""

    def __init__(self, amount: int) -> None:
        self.amount, self.state = amount, SENT

    def hear(self, said: str) -> None:
        """The bank's word; a late one does nothing. A return proves that it was paid."""
        if self.state == REJECTED or RANK[said] <= RANK[self.state]:
            return
        self.state = said


class Books:
    """Everything that happened."""

    def __init__(self) -> None:
        self.due: dict[Month, int] = {}
        self.payouts: list[Payout] = []
        self.orders: dict[str, Order] = {}

    def live(self, *states: str) -> list[Payout]:
        """Payouts in one of some states."""
        return [one for one in self.payouts if one.state in states]

    def put_in(self, payouts: Iterable[Payout]) -> dict[Month, int]:
        """What payouts hold of each month."""
        held: dict[Month, int] = defaultdict(int)
        for payout in payouts:
            for line in payout.lines:
                held[line.month] += line.due
                for month, cents in line.kept.items():
                    held[month] -= cents
        return held

    def to_put_up(self, until: int) -> Payout | None:
        """What would be put up now for all months until one; None when there is no line."""
        undecided = self.put_in(self.live("submitted"))
        held = self.put_in(self.live("approved", "exported"))
        open_cents = {
            month: due - held[month]
            for month, due in sorted(self.due.items())
            if month[1] <= until and month not in undecided
        }
        lines: list[Line] = []
        for person in sorted({person for person, _ in open_cents}):
            lines += self._lines_of({m: c for m, c in open_cents.items() if m[0] == person})
        return Payout(lines) if lines else None

    def _lines_of(self, open_cents: dict[Month, int]) -> Iterator[Line]:
        over = {month: -cents for month, cents in open_cents.items() if cents < 0}
        for month, cents in open_cents.items():
            if cents > 0:
                line = Line(month, cents)
                for other in over:
                    kept = min(line.amount, over[other])
                    over[other] -= kept
                    if kept:
                        line.kept[other] = kept
                yield line

    def balances(self) -> dict[str, int]:
        """What must stand on each account."""
        held = self.put_in(self.live("approved", "exported"))
        missing = [due - held[month] for month, due in self.due.items()]
        stands: dict[str, int] = defaultdict(int)
        for order in self.orders.values():
            stands[order.state] += order.amount
        waiting = sum(one.amount for one in self.live("approved"))
        return {
            "calculated": sum(cents for cents in missing if cents > 0),
            "recoverable": sum(cents for cents in missing if cents < 0),
            "approved": waiting,
            "in_transit": stands[SENT] + stands[ACCEPTED],
            "paid": stands[SETTLED],
            "returned": stands[REJECTED] + stands[RETURNED],
        }
