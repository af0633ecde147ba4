"""Collects what is odd in a message, without drowning a person in ten thousand equal notes."""

from collections import Counter

from service.bank.findings import Finding, FindingCode, found
from service.bank.reading.scanning import REPEATED, UNKNOWN, Fields

# Of one code in one statement; one reason is enough to hold it, twenty places to find it.
ALIKE_MAX = 20
FINDINGS_MAX = 10_000
TEXT_LETTERS = 140


class Notes:
    """The findings of one message as it is read."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._alike: Counter[tuple[FindingCode, int | None]] = Counter()

    def note(
        self,
        code: FindingCode,
        *,
        statement: int | None = None,
        entry: int | None = None,
        **told: str,
    ) -> None:
        """Adds a finding, unless twenty like it stand already."""
        self._alike[code, statement] += 1
        if self._alike[code, statement] <= ALIKE_MAX and len(self.findings) < FINDINGS_MAX:
            self.findings.append(found(code, statement=statement, entry=entry, **told))

    def note_structure(
        self, fields: Fields, *, statement: int | None = None, entry: int | None = None
    ) -> None:
        """Notes elements that are unknown or stand twice."""
        if UNKNOWN in fields:
            self.note(
                FindingCode.UNKNOWN_ELEMENT,
                statement=statement,
                entry=entry,
                element=fields[UNKNOWN],
            )
        if REPEATED in fields:
            self.note(
                FindingCode.REPEATED_ELEMENT,
                statement=statement,
                entry=entry,
                element=fields[REPEATED],
            )

    def short(self, text: str, *, letters: int = TEXT_LETTERS, statement: int | None = None) -> str:
        """A text cut to what the standard allows, with a note when it was longer."""
        if len(text) <= letters:
            return text
        self.note(FindingCode.LONG_TEXT, statement=statement)
        return text[:letters]
