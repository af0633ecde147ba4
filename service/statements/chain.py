"""Whether statements of a file follow those before them, told to who hands the file in."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from service.bank.findings import Finding, FindingCode, found
from service.bank.model import KeptFinding
from service.i18n import language
from service.money import format_euros
from service.statements.model import MessageKind, ReadStatement, StatementBefore


def chained(
    statements: Sequence[ReadStatement], our_accounts: Collection[str]
) -> list[ReadStatement]:
    """The statements of our accounts that a chain is made of; notifications are of none."""
    return [
        one
        for one in statements
        if one.kind is not MessageKind.NOTIFICATION and one.account in our_accounts
    ]


def findings_of(
    statements: Iterable[ReadStatement], before: Mapping[int, StatementBefore]
) -> list[KeptFinding]:
    """Notes on a gap or repeat in the numbers, and on balances that do not join.

    `before` is the last one known before each, by place: files may be read in any order, so a
    statement is compared with its neighbour, whatever was read last. Notes only: what is missing
    may follow, and `statement_chain` says what is broken then.
    """
    earlier: list[ReadStatement] = []
    findings: list[KeptFinding] = []
    for one in sorted(statements, key=_order):
        known = _nearest(one, earlier, before.get(one.place))
        findings += [
            KeptFinding(one.place, note.code, note.severity, note.sentence())
            for note in (_notes(one, known) if known else ())
        ]
        earlier.append(one)
    return findings


def _order(one: ReadStatement | StatementBefore) -> tuple[date, int]:
    return one.first_day or date.min, -1 if one.sequence is None else one.sequence


def _nearest(
    one: ReadStatement, earlier: Iterable[ReadStatement], before: StatementBefore | None
) -> ReadStatement | StatementBefore | None:
    known: list[ReadStatement | StatementBefore] = [before] if before else []
    known += [
        other
        for other in earlier
        if (other.account, other.kind) == (one.account, one.kind)
        and other.statement_id != one.statement_id
    ]
    return max(known, key=_order, default=None)


def _notes(one: ReadStatement, before: ReadStatement | StatementBefore) -> Iterator[Finding]:
    """Numbers begin anew each year with most banks, so a first number is never a gap."""
    number, last = one.sequence, before.sequence
    follows = number is None or last is None or number == last + 1
    if number is not None and number == last:
        yield found(FindingCode.SEQUENCE_REPEAT, number=str(number))
    elif number is not None and number > 1 and not follows:
        yield found(FindingCode.SEQUENCE_GAP, number=str(number), last=str(last))
    opening, closing = one.opening_cents, before.closing_cents
    if not follows or one.kind is not MessageKind.STATEMENT or opening is None or closing is None:
        return
    if opening != closing:
        yield found(
            FindingCode.CHAIN_BROKEN,
            opening=format_euros(opening, language()),
            closing=format_euros(closing, language()),
        )
