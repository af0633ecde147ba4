"""Messages as the reader gives them, turned into entries that can be decided on."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from service.bank import messages
from service.bank.findings import Finding
from service.bank.messages import AccountReport, BankUpload, Booking, PaymentStatus, Side
from service.bank.model import (
    Effect,
    Entry,
    EntryBooking,
    EntryKind,
    KeptFinding,
    Verdict,
)
from service.bank.reading.checks import check_accounts
from service.bank.rules import entry_from_verdict
from service.bank_profiles.model import SettlesBy
from service.statements.model import MessageKind, ReadFile, ReadStatement, Rest

KINDS = {Side.DEBIT: EntryKind.DEBIT, Side.CREDIT: EntryKind.CREDIT}
EURO = "EUR"


def told_of(
    upload: BankUpload, settles_by: Mapping[str, SettlesBy], told: Sequence[Entry] = ()
) -> ReadFile:
    """A file as it is posted. `settles_by` says of our accounts which message pays; a statement of
    another account waits for an officer. What was `told` ahead is of the first statement.

    Statements of several messages in one file are counted on; so are their findings.
    """
    statements: list[ReadStatement] = []
    entries = list(told)
    rests: list[Rest] = []
    findings = [_kept(one, None) for one in upload.findings]
    for message in upload.messages:
        offset = len(statements)
        findings += [_kept(one, offset) for one in message.findings]
        if isinstance(message, AccountReport):
            not_ours = check_accounts(message, settles_by.keys())
            findings += [_kept(one, offset) for one in not_ours]
            for one in message.statements:
                place = offset + one.ordinal
                statements.append(_statement(message, one, place))
                settling = is_settling(settles_by, message.kind, one.account)
                entries += entries_of(one.entries, place, settling=settling)
            continue
        entries += [_status(one, message) for one in message.payments]
        rest = message.for_the_rest()
        if rest is not None:
            named = frozenset(_name(one) or "" for one in message.payments)
            rests.append(_rest(message, rest, named))
    first = upload.messages[0]
    return ReadFile(
        message_type=first.message_type,
        message_id=first.message_id,
        statements=tuple(statements),
        entries=tuple(entries),
        rests=tuple(rests),
        findings=tuple(findings),
    )


def _kept(finding: Finding, offset: int | None) -> KeptFinding:
    place = None if finding.statement is None else finding.statement + (offset or 0)
    return KeptFinding(place, finding.code, finding.severity, finding.sentence())


def _statement(message: AccountReport, one: messages.Statement, place: int) -> ReadStatement:
    return ReadStatement(
        place=place,
        kind=MessageKind(message.kind),
        account=one.account,
        statement_id=one.statement_id,
        sequence=one.electronic_number if one.electronic_number is not None else one.legal_number,
        first_day=one.first_day,
        last_day=one.last_day,
        opening_cents=one.opening_cents,
        booked_cents=one.booked_cents,
        closing_cents=one.closing_cents,
    )


def is_settling(
    settles_by: Mapping[str, SettlesBy], kind: messages.MessageKind, account: str
) -> bool:
    """Whether a message of a kind pays what it books on an account."""
    return settles_by.get(account, SettlesBy.STATEMENT).value == kind.value


def entries_of(entries: Iterable[messages.Entry], place: int, *, settling: bool) -> Iterator[Entry]:
    """Amounts that are not in euros or not in whole cents are no money of ours to move."""
    for entry in entries:
        if entry.amount_cents is None or entry.currency != EURO:
            continue
        booked = settling and entry.booking is Booking.BOOKED
        single = entry.transaction_count <= 1
        name = (entry.end_to_end_id or entry.instruction_id) if single else None
        sent_back = entry.is_return or entry.is_reversal
        yield Entry(
            key=entry.booking_key if booked else entry.key,
            kind=KINDS[entry.side],
            says=_says(entry.side, sent_back=sent_back),
            end_to_end_id=name,
            amount_cents=entry.amount_cents,
            booked_on=entry.booked_on,
            reason_code=entry.reason_code if sent_back else None,
            booking=_weight(entry.booking, settling=settling),
            block_id=None if name else _block(entry),
            servicer_reference=entry.servicer_reference or entry.entry_reference or None,
            place=place,
        )


def _says(side: Side, *, sent_back: bool) -> Effect:
    """A plain debit pays and a returned credit undoes it; whatever else was booked is not ours."""
    if side is Side.DEBIT:
        return Effect.UNMATCHED if sent_back else Effect.SETTLED
    return Effect.RETURNED if sent_back else Effect.UNMATCHED


def _weight(booking: Booking, *, settling: bool) -> EntryBooking:
    if booking is not Booking.BOOKED:
        return EntryBooking.PENDING
    return EntryBooking.BOOKED if settling else EntryBooking.NOTIFIED


def _block(entry: messages.Entry) -> str | None:
    """The block that an entry stands for; some banks give the message's id only."""
    if entry.block_id:
        return entry.block_id
    return f"P{entry.message_id[1:]}" if entry.message_id else None


def _name(status: PaymentStatus) -> str | None:
    return status.end_to_end_id or status.instruction_id


def _verdict(one: messages.Verdict) -> Verdict:
    return Verdict(one.code, one.reason_code)


def _status(one: PaymentStatus, message: messages.StatusReport) -> Entry:
    return entry_from_verdict(
        _verdict(one.verdict),
        _name(one),
        report=(message.message_id, message.original_message_id),
        ordinal=one.ordinal,
        amount_cents=one.amount_cents,
    )


def _rest(
    message: messages.StatusReport, verdict: messages.Verdict, named: Collection[str]
) -> Rest:
    return Rest(
        message.message_id, message.original_message_id, _verdict(verdict), frozenset(named)
    )
