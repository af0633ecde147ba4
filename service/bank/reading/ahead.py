"""What is read of a long statement, told piece by piece before its end is reached."""

from collections.abc import Callable, Sequence

from service.bank.messages import Entry, MessageKind

Take = Callable[[MessageKind, str, Sequence[Entry]], None]


# The first piece comes soon, so that whoever takes it can begin; later ones cost less by the entry.
GROWTH = 2
GROWN = 4


class Ahead:
    """Is told the entries of the first statement of a file, so many at once and soon four times as
    many, in their order; the reader holds none of them any longer.

    Nothing of it is certain: the end of the file may say that it does not add up. A file that is
    read a second time, in other letters or tag by tag, `is_void`: read it once more, untold.
    """

    def __init__(self, take: Take, *, at_once: int) -> None:
        self.is_void = False
        self.told = 0
        self._take = take
        self.at_once = at_once
        self._enough = at_once

    def tell(self, kind: MessageKind, account: str, entries: Sequence[Entry]) -> bool:
        """Whether it takes what was read by now: when that is enough, and it is known of whom."""
        if len(entries) < self._enough or not account or self.is_void:
            return False
        self.told += len(entries)
        self._enough = min(GROWTH * self._enough, GROWN * self.at_once)
        self._take(kind, account, entries)
        return True

    def tell_rest(self, kind: MessageKind, account: str, entries: Sequence[Entry]) -> bool:
        """Whether it takes what is left at the end of a statement of which it took the rest."""
        if not entries or not self.told or self.is_void:
            return False
        self.told += len(entries)
        self._take(kind, account, entries)
        return True
