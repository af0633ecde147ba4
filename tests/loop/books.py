"""What the books must say, worked out by the simplest means: sums over what happened.

Knows nothing of the service: months by number, people by number, cents. What stays is asked after
each step by `Books.balances`, which the ledger's accounts must equal.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from datetime import date

Month = tuple[int, int]  # whose agreement it is of, and which month

SENT, ACCEPTED, REJECTED, SETTLED, RETURNED = (
    "sent",
    "accepted",
    "rejected",
    "settled",
    "returned",
)
# What was paid beyond what is due: when it comes back, it counts as never put in.
OVERPAID = "overpaid"
LIVE = ("submitted", "approved", "exported")
# How far the bank has got with an order. Nothing goes back.
RANK = {SENT: 0, ACCEPTED: 1, REJECTED: 2, SETTLED: 3, RETURNED: 4}


class Line:
    """One month in a payout: what is due, or which order is paid again, what is kept back for which
    months, and what is set off against which months that somebody owes back, and why."""

    def __init__(self, month: Month, due: int, again: "Order | None" = None) -> None:
        self.month, self.due, self.again = month, due, again
        self.kept: dict[Month, int] = {}
        self.set_off: dict[tuple[Month, str], int] = {}

    @property
    def amount(self) -> int:
        """What the bank is told to pay."""
        return self.due - sum(self.kept.values()) - sum(self.set_off.values())


class Payout:
    """What was put up together."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines, self.state = lines, "submitted"
        self.signed, self.acted, self.is_void_asked = 0, 0, False
        self.approved_on: date | None = None

    @property
    def amount(self) -> int:
        """Its total."""
        return sum(line.amount for line in self.lines)


class Order:
    """What the bank was told to pay, where that stands, and whether it is to be paid again."""

    def __init__(self, month: Month, amount: int) -> None:
        self.month, self.amount, self.state = month, amount, SENT
        self.is_wanted_again = False

    def hear(self, said: str) -> None:
        """The bank's word; a late one does nothing. A return proves that it was paid, and a booking
        that what was said to be rejected was."""
        if RANK[said] > RANK[self.state]:
            self.state = said


def _again(payouts: Iterable[Payout]) -> list[Order | None]:
    """The orders that payouts pay again."""
    return [line.again for payout in payouts for line in payout.lines]


class Books:
    """Everything that happened."""

    def __init__(self) -> None:
        self.due: dict[Month, int] = {}
        self.payouts: list[Payout] = []
        self.orders: dict[str, Order] = {}
        self.booked: set[tuple[str, str]] = set()

    def hears(self, name: str, said: str) -> bool:
        """Whether the bank's word on an order counts: an entry of the account does once, and it
        waits for a person if the order was rejected and is paid again."""
        if said not in (SETTLED, RETURNED):
            return True
        is_new = (name, said) not in self.booked
        self.booked.add((name, said))
        order = self.orders[name]
        return is_new and not (order.state == REJECTED and order in _again(self.live(*LIVE)))

    def live(self, *states: str) -> list[Payout]:
        """Payouts in one of some states."""
        return [one for one in self.payouts if one.state in states]

    def put_in(self, payouts: Iterable[Payout]) -> dict[Month, int]:
        """What payouts hold of each month."""
        held: dict[Month, int] = defaultdict(int)
        for payout in payouts:
            for line in payout.lines:
                if line.again is None:
                    held[line.month] += line.due
                for month, cents in line.kept.items():
                    held[month] -= cents
                for (month, cause), cents in line.set_off.items():
                    if cause == OVERPAID:
                        held[month] -= cents
        return held

    def held(self) -> dict[Month, int]:
        """What approved payouts hold of each month."""
        return self.put_in(self.live("approved", "exported"))

    def open_until(self, until: int) -> dict[Month, int]:
        """What is due and not put up, below zero what was paid too much, of months until one."""
        undecided, held = self.put_in(self.live("submitted")), self.held()
        return {
            month: due - held[month]
            for month, due in sorted(self.due.items())
            if month[1] <= until and month not in undecided
        }

    def to_put_up(self, until: int, stopped: Container[int] = ()) -> Payout | None:
        """What would be put up now for all months until one, for everybody who is not stopped; None
        when there is no line."""
        open_cents = self.open_until(until)
        failed = [one for one in self.failed(self.live(*LIVE)) if one.month[1] <= until]
        lines: list[Line] = []
        for person in sorted({one for one, _ in [*open_cents, *(o.month for o in failed)]}):
            if person not in stopped:
                lines += self._lines_of(
                    {month: cents for month, cents in open_cents.items() if month[0] == person},
                    [order for order in failed if order.month[0] == person],
                )
        return Payout(lines) if lines else None

    def failed(self, payouts: Iterable[Payout]) -> list[Order]:
        """Orders that failed and that none of some payouts pays again."""
        again = _again(payouts)
        return [
            order
            for order in self.orders.values()
            if order.state in (REJECTED, RETURNED) and order not in again
        ]

    def _lines_of(self, open_cents: dict[Month, int], failed: list[Order]) -> Iterator[Line]:
        over = {month: -cents for month, cents in open_cents.items() if cents < 0}
        lines = [Line(month, cents) for month, cents in open_cents.items() if cents > 0]
        for order in failed:
            if order.is_wanted_again and self.due[order.month]:  # else a check stops it
                lines.append(Line(order.month, order.amount, order))
            elif order.month in over:  # it never reached the payee
                over[order.month] = max(0, over[order.month] - order.amount)
        for line in sorted(lines, key=lambda one: (one.month, one.again is None)):
            for other in sorted(over, key=lambda month: (month != line.month, month)):
                kept = min(line.amount, over[other])
                over[other] -= kept
                if kept:
                    line.kept[other] = kept
            yield line

    def balances(self) -> dict[str, int]:
        """What must stand on each account."""
        held = self.held()
        missing = [due - held[month] for month, due in self.due.items()]
        stands: dict[str, int] = defaultdict(int)
        for order in self.orders.values():
            stands[order.state] += order.amount
        waiting = sum(one.amount for one in self.live("approved"))
        failed = self.failed(self.live("approved", "exported"))
        return {
            "calculated": sum(cents for cents in missing if cents > 0),
            "recoverable": sum(cents for cents in missing if cents < 0),
            "approved": waiting,
            "in_transit": stands[SENT] + stands[ACCEPTED],
            "paid": stands[SETTLED],
            "returned": sum(order.amount for order in failed),
        }
