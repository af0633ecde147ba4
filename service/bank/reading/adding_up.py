"""Whether a statement agrees with itself: balances, sums and counts."""

from collections.abc import Iterable, Sequence

from service.bank.findings import FindingCode
from service.bank.messages import Balance, Booking, MessageKind, Side, Statement
from service.bank.reading import values
from service.bank.reading.entries import EURO, EntryReader
from service.bank.reading.noting import Notes
from service.bank.reading.scanning import Fields
from service.i18n import language
from service.money import Cents, format_euros

OPENING = ("OPBD", "PRCD")
CLOSING = ("CLBD",)
CURRENCIES_SHOWN = 5


def opening_of(balances: Sequence[Balance]) -> Cents | None:
    """The booked balance at the start, else the closing one of the statement before."""
    return _first(balances, OPENING)


def closing_of(balances: Sequence[Balance]) -> Cents | None:
    """The booked balance at the end."""
    return _first(balances, CLOSING)


def booked_of(entries: EntryReader) -> Cents:
    """Credits less debits of what is booked."""
    sums = entries.sums
    return Cents(sums[Booking.BOOKED, Side.CREDIT] - sums[Booking.BOOKED, Side.DEBIT])


def note_sums(
    read: Statement, fields: Fields, entries: EntryReader, kind: MessageKind, notes: Notes
) -> None:
    """Notes everything in which a statement differs from what it says of itself."""
    here = read.ordinal
    if not read.account:
        notes.note(FindingCode.ACCOUNT_MISSING, statement=here)
    others = read.currencies - {EURO}
    if others:
        shown = ", ".join(sorted(one[:10] or "?" for one in others)[:CURRENCIES_SHOWN])
        notes.note(FindingCode.CURRENCY, statement=here, currency=shown)
    waiting = read.entry_count - sum(
        entries.counts[Booking.BOOKED, side] for side in (Side.DEBIT, Side.CREDIT)
    )
    if waiting:
        notes.note(FindingCode.NOT_BOOKED, statement=here, count=str(waiting))
    if not read.is_last_page or (read.page or 1) > 1:
        notes.note(FindingCode.PAGE_OF_MORE, statement=here)
    _note_balances(read, kind, notes, all_readable=entries.all_readable)
    _note_summary(read, fields, entries, notes)


def _first(balances: Iterable[Balance], codes: tuple[str, ...]) -> Cents | None:
    by_code = {one.code: one.amount_cents for one in reversed(list(balances))}
    return next((by_code[code] for code in codes if code in by_code), None)


def _note_balances(read: Statement, kind: MessageKind, notes: Notes, *, all_readable: bool) -> None:
    opening, closing, here = read.opening_cents, read.closing_cents, read.ordinal
    if opening is None or closing is None:
        whole = read.is_last_page and (read.page or 1) == 1
        if kind is MessageKind.STATEMENT and whole:
            notes.note(FindingCode.BALANCE_MISSING, statement=here)
        elif kind is not MessageKind.NOTIFICATION:
            notes.note(FindingCode.BALANCE_NOT_GIVEN, statement=here)
    elif all_readable and opening + read.booked_cents != closing:
        notes.note(
            FindingCode.DOES_NOT_ADD_UP,
            statement=here,
            opening=format_euros(opening, language()),
            booked=format_euros(read.booked_cents, language()),
            closing=format_euros(closing, language()),
        )


def _note_summary(read: Statement, fields: Fields, entries: EntryReader, notes: Notes) -> None:
    """The bank's own summary; some count what is pending and some do not, both are right."""
    _note_count(fields, "TtlNtries", entries, (Side.DEBIT, Side.CREDIT), read.ordinal, notes)
    for name, side in (("TtlCdtNtries", Side.CREDIT), ("TtlDbtNtries", Side.DEBIT)):
        _note_count(fields, name, entries, (side,), read.ordinal, notes)
        told = fields.get(f"TxsSummry/{name}/Sum", "")
        booked = entries.sums[Booking.BOOKED, side]
        every = sum(entries.sums[booking, side] for booking in Booking)
        if told and entries.all_readable and values.cents(told) not in {booked, every}:
            notes.note(
                FindingCode.SUM_DIFFERS,
                statement=read.ordinal,
                told=told[:30],
                found=format_euros(booked, language()),
            )


def _note_count(
    fields: Fields,
    name: str,
    entries: EntryReader,
    sides: tuple[Side, ...],
    here: int,
    notes: Notes,
) -> None:
    told = fields.get(f"TxsSummry/{name}/NbOfNtries", "")
    booked = sum(entries.counts[Booking.BOOKED, side] for side in sides)
    every = sum(entries.counts[booking, side] for booking in Booking for side in sides)
    if told and values.number(told) not in {booked, every}:
        notes.note(FindingCode.COUNT_DIFFERS, statement=here, told=told[:30], found=str(booked))
