"""What decisions come to, put together while the server is still busy with those before them."""

from collections.abc import Collection, Iterable

from service.bank.model import Decision, Effect
from service.ids import EntryId, new_ids
from service.money import ZERO, Cents
from service.statements import rules
from service.statements.model import Event, WrittenDecision


class Gathered:
    """Decisions with the ids of their rows, what blocks add to the history of orders, and what the
    booked entries of each statement come to, by its place, in signed cents."""

    def __init__(self) -> None:
        self.written: list[WrittenDecision] = []
        self.events: list[Event] = []
        self._booked: dict[int, Cents] = {}

    def add(self, decisions: Collection[Decision]) -> None:
        """Takes decisions in, with new ids."""
        made = [
            WrittenDecision(EntryId(row), one)
            for row, one in zip(new_ids(len(decisions)), decisions, strict=True)
        ]
        self.written += made
        self.events += _events_of(made)
        for place, cents in rules.booked_cents(decisions).items():
            self._booked[place] = Cents(self.booked_cents(place) + cents)

    def booked_cents(self, place: int) -> Cents:
        """Credits less debits of a statement's booked entries."""
        return self._booked.get(place, ZERO)


def _events_of(made: Iterable[WrittenDecision]) -> Iterable[Event]:
    """An entry that names one order is its own word in that one's history."""
    blocks = (one for one in made if one.decision.effect is Effect.BATCH)
    return (event for one in blocks for event in rules.events_of(one.decision, one.entry_id))
