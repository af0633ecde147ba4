"""The entries of one statement: taken apart where they add up, each with its keys."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from hashlib import sha256

import msgspec

from service.bank.findings import FindingCode
from service.bank.messages import Booking, Entry, MessageKind, Side
from service.bank.reading import values
from service.bank.reading.ahead import Ahead
from service.bank.reading.noting import Notes
from service.bank.reading.refusing import NotABankFile
from service.bank.reading.scanning import ALIKE, REPEATED, UNKNOWN, Fields
from service.i18n import _
from service.money import Cents

SIDES = {"DBIT": Side.DEBIT, "CRDT": Side.CREDIT}
BOOKINGS = {
    "BOOK": Booking.BOOKED,
    "PDNG": Booking.PENDING,
    "INFO": Booking.INFO,
    "FUTR": Booking.FUTURE,
    "EXPD": Booking.INFO,
}
TRUE = frozenset({"true", "1"})
KNOWN = TRUE | {"", "false", "0"}
EURO = "EUR"
# Bank transaction code, sub-family "return of a payment": some banks send it and no RtrInf.
RETURN_SUBFAMILY = "RRTN"
NOT_PROVIDED = "NOTPROVIDED"
NAME_LETTERS = 140
REASON_LETTERS = 35
REMITTANCE_LETTERS = 500
COUNT_MAX = 2**31 - 1


def _party_paths(role: str) -> tuple[str, str, str, str]:
    party, account = f"RltdPties/{role}", f"RltdPties/{role}Acct/Id"
    return f"{party}/Nm", f"{party}/Pty/Nm", f"{account}/IBAN", f"{account}/Othr/Id"


NOBODY = ("", "")
DEBTOR, CREDITOR = _party_paths("Dbtr"), _party_paths("Cdtr")


class Detail(msgspec.Struct, frozen=True, gc=False):
    """What a bank says of one payment inside an entry; nothing of it is certain."""

    codes: "DetailCodes"
    amount_cents: Cents | None
    servicer_reference: str
    end_to_end_id: str
    instruction_id: str
    block_id: str
    message_id: str
    debtor: tuple[str, str]
    creditor: tuple[str, str]
    remittance: str


class DetailCodes(msgspec.Struct, frozen=True, gc=False):
    """What it says in codes, and where its amount stands; the same for most payments of a bank."""

    amount_path: str
    is_in_euros: bool
    side: Side | None
    is_return: bool
    reason_code: str
    transaction_code: str
    names_parties: bool


def detail_of(fields: Fields, known: dict[str, DetailCodes]) -> Detail:
    """The fields of a TxDtls; `known` are the codes of those before it that are alike."""
    get = fields.get
    alike = get(ALIKE, "")
    codes = known.get(alike)
    if codes is None:
        codes = _codes_of_detail(fields)
        if alike:
            known[alike] = codes
    return Detail(
        codes=codes,
        amount_cents=values.cents(get(codes.amount_path, "")) if codes.is_in_euros else None,
        servicer_reference=get("Refs/AcctSvcrRef", ""),
        end_to_end_id=get("Refs/EndToEndId", ""),
        instruction_id=get("Refs/InstrId", ""),
        block_id=get("Refs/PmtInfId", ""),
        message_id=get("Refs/MsgId", ""),
        debtor=_party(get, DEBTOR) if codes.names_parties else NOBODY,
        creditor=_party(get, CREDITOR) if codes.names_parties else NOBODY,
        remittance=get("RmtInf/Ustrd") or get("RmtInf/Strd/CdtrRefInf/Ref") or "",
    )


def _codes_of_detail(fields: Fields) -> DetailCodes:
    get = fields.get
    path = "Amt" if "Amt" in fields else "AmtDtls/TxAmt/Amt"
    return DetailCodes(
        amount_path=path,
        is_in_euros=get(path + "@") == EURO,
        side=SIDES.get(get("CdtDbtInd", "")),
        is_return="RtrInf" in fields or get("BkTxCd/Domn/Fmly/SubFmlyCd") == RETURN_SUBFAMILY,
        reason_code=(get("RtrInf/Rsn/Cd") or get("RtrInf/Rsn/Prtry") or "")[:REASON_LETTERS],
        transaction_code=_transaction_code(fields),
        names_parties=any(path in fields for path in (*DEBTOR, *CREDITOR)),
    )


def _party(get: Callable[[str], str | None], paths: tuple[str, str, str, str]) -> tuple[str, str]:
    name, newer_name, iban, other = paths
    account, party = get(iban) or get(other), get(name) or get(newer_name)
    if not account and not party:
        return NOBODY
    return party or "", (account or "").replace(" ", "").upper()


def _transaction_code(fields: Fields) -> str:
    get = fields.get
    family = get("BkTxCd/Domn/Fmly/Cd")
    if family is not None:
        code = f"{get('BkTxCd/Domn/Cd', '')}-{family}-{get('BkTxCd/Domn/Fmly/SubFmlyCd', '')}"
        return code[:REASON_LETTERS]
    return get("BkTxCd/Prtry/Cd", "")[:REASON_LETTERS]


NOTHING_SAID = detail_of({}, {})


class EntryReader:
    """Reads the entries of one statement; sums are cents by booking and side."""

    def __init__(self, kind: MessageKind, statement: int, notes: Notes) -> None:
        self.statement = statement
        self.account = ""
        self.currencies: set[str] = set()
        self.count = 0
        self.counts: Counter[tuple[Booking, Side]] = Counter()
        self.sums: Counter[tuple[Booking, Side]] = Counter()
        self.all_readable = True
        self._prefixes = {booking: f"{kind}|{booking}|".encode() for booking in Booking}
        self._notes = notes
        self._seen: dict[tuple[bytes, Booking], int] = {}
        self._entries: list[Entry] = []
        self._identities: list[str] = []
        self._codes: dict[str, _Codes] = {}

    def read(self, fields: Fields, batch: Fields, details: list[Detail]) -> None:
        """One entry of the bank with the payments in it; NotABankFile when it has no side."""
        ordinal, self.count = self.count, self.count + 1
        if REPEATED in fields or UNKNOWN in fields:
            self._notes.note_structure(fields, statement=self.statement, entry=ordinal)
        whole = self._whole(fields, ordinal)
        self._add(whole)
        parts = _taken_apart(whole, details) if len(details) > 1 else None
        if parts is None:
            self._append_whole(whole, batch, details)
            return
        for part, (detail, amount, side) in enumerate(parts):
            self._append(whole, detail, amount=amount, side=side, part=part)
        if batch:
            self._note_batch(whole, batch, details)

    def tell(self, ahead: Ahead, kind: MessageKind) -> None:
        """Tells ahead what was read since it last took something; `keyed` has the rest."""
        if ahead.tell(kind, self.account, self._entries):
            self._entries = []

    def tell_rest(self, ahead: Ahead, kind: MessageKind) -> None:
        """Tells ahead what is left at the end, if it took what came before."""
        if ahead.tell_rest(kind, self.account, self._entries):
            self._entries = []

    def keyed(self, account: str) -> tuple[Entry, ...]:
        """All entries; those read before the account was known get their keys now."""
        entries, self._entries = self._entries, []
        if account == self.account:
            return tuple(entries)
        self.account = account
        self._seen.clear()
        again = []
        for entry, identity in zip(entries, self._identities, strict=True):
            key, booking_key = self._keys(identity, entry.booking)
            again.append(msgspec.structs.replace(entry, key=key, booking_key=booking_key))
        return tuple(again)

    def _keys(self, identity: str, booking: Booking) -> tuple[bytes, bytes]:
        """Equals within one statement are told apart by count."""
        told = f"{self.account}|{identity}".encode()
        booking_key = sha256(told).digest()
        place = booking_key, booking
        times = self._seen[place] = self._seen.get(place, 0) + 1
        if times > 1:
            booking_key = sha256(told + b"|%d" % times).digest()
        return sha256(self._prefixes[booking] + booking_key).digest(), booking_key

    def _whole(self, fields: Fields, ordinal: int) -> "_Whole":
        get = fields.get
        alike = get(ALIKE, "")
        codes = self._codes.get(alike)
        if codes is None:
            codes = _codes_of(fields)
            if alike:
                self._codes[alike] = codes
        amount = values.cents(get("Amt", ""))
        if amount is None:
            self.all_readable = False
            self._note(FindingCode.AMOUNT, ordinal)
        for code in codes.odd:
            self._note(code, ordinal)
        reference, entry_reference = get("AcctSvcrRef", ""), get("NtryRef", "")
        if len(reference) + len(entry_reference) > NAME_LETTERS:
            reference, entry_reference = self._short(reference), self._short(entry_reference)
        return _Whole(ordinal, codes, amount, reference, entry_reference)

    def _add(self, whole: "_Whole") -> None:
        codes = whole.codes
        self.currencies.add(codes.currency)
        place = codes.booking, codes.side
        self.counts[place] += 1
        self.sums[place] += whole.amount_cents or 0

    def _append_whole(self, whole: "_Whole", batch: Fields, details: list[Detail]) -> None:
        if len(details) == 1 and not batch:
            self._append(whole, details[0], amount=whole.amount_cents, side=whole.codes.side)
            return
        lone = details[0] if len(details) == 1 else NOTHING_SAID
        counted = values.number(batch.get("NbOfTxs", "")) or 1
        if len(details) > 1:
            self._note(FindingCode.DETAILS_DIFFER, whole.ordinal)
        elif not details:
            self._note(FindingCode.NO_DETAILS, whole.ordinal)
        if batch:
            self._note_batch(whole, batch, details)
            lone = msgspec.structs.replace(
                lone,
                block_id=lone.block_id or batch.get("PmtInfId", ""),
                message_id=lone.message_id or batch.get("MsgId", ""),
            )
        count = max(len(details), min(counted, COUNT_MAX))
        self._append(whole, lone, amount=whole.amount_cents, side=whole.codes.side, count=count)

    def _note_batch(self, whole: "_Whole", batch: Fields, details: list[Detail]) -> None:
        """What the bank counts and adds up for a block, against what stands there."""
        counted, total = values.number(batch.get("NbOfTxs", "")), batch.get("TtlAmt", "")
        if details and counted is not None and counted != len(details):
            self._note(
                FindingCode.COUNT_DIFFERS,
                whole.ordinal,
                told=str(counted),
                found=str(len(details)),
            )
        if total and values.cents(total) != whole.amount_cents:
            self._note(FindingCode.DETAILS_DIFFER, whole.ordinal)

    def _append(
        self,
        whole: "_Whole",
        detail: Detail,
        *,
        amount: Cents | None,
        side: Side,
        part: int = 0,
        count: int = 1,
    ) -> None:
        codes = whole.codes
        name = detail.end_to_end_id
        if not name or name == NOT_PROVIDED:
            name = "" if detail.instruction_id == NOT_PROVIDED else detail.instruction_id
        reason = detail.codes.reason_code
        reference = whole.servicer_reference or whole.entry_reference
        identity = (
            f"{reference}|{detail.servicer_reference}|{codes.value_on}|{reason}|{side}|{amount}"
            f"|{codes.booked_on}|{name}"
        )
        if not self.account:
            self._identities.append(identity)
        key, booking_key = self._keys(identity, codes.booking)
        party, account = self._counterparty(detail, side)
        entry = Entry(
            key=key,
            booking_key=booking_key,
            ordinal=whole.ordinal,
            part=part,
            booking=codes.booking,
            side=side,
            amount_cents=amount,
            currency=codes.currency,
            is_reversal=codes.is_reversal,
            is_return=codes.is_return or codes.is_reversal or detail.codes.is_return,
            booked_on=codes.booked_on,
            value_on=codes.value_on,
            servicer_reference=whole.servicer_reference or detail.servicer_reference,
            entry_reference=whole.entry_reference,
            end_to_end_id=name or None,
            instruction_id=detail.instruction_id or None,
            block_id=detail.block_id or None,
            message_id=detail.message_id or None,
            transaction_count=count,
            reason_code=reason or None,
            transaction_code=codes.transaction_code or detail.codes.transaction_code,
            counterparty_name=party,
            counterparty_iban=account,
            remittance=detail.remittance,
        )
        self._entries.append(self._shortened(entry) if _is_long(entry) else entry)

    def _shortened(self, entry: Entry) -> Entry:
        """An entry with no text longer than the standard allows, and a note for each that was."""
        short = self._short
        return msgspec.structs.replace(
            entry,
            servicer_reference=short(entry.servicer_reference),
            end_to_end_id=short(entry.end_to_end_id or "") or None,
            instruction_id=short(entry.instruction_id or "") or None,
            block_id=short(entry.block_id or "") or None,
            message_id=short(entry.message_id or "") or None,
            counterparty_name=short(entry.counterparty_name),
            counterparty_iban=short(entry.counterparty_iban),
            remittance=short(entry.remittance, letters=REMITTANCE_LETTERS),
        )

    def _counterparty(self, detail: Detail, side: Side) -> tuple[str, str]:
        """The other side of a payment: a return may still name the parties of what it returns."""
        first, second = detail.creditor, detail.debtor
        if first is NOBODY and second is NOBODY:
            return NOBODY
        if side is Side.CREDIT:
            first, second = second, first
        is_us = bool(first[1]) and first[1] == self.account
        return second if is_us or not any(first) else first

    def _short(self, text: str, *, letters: int = NAME_LETTERS) -> str:
        if len(text) <= letters:
            return text
        return self._notes.short(text, letters=letters, statement=self.statement)

    def _note(self, code: FindingCode, ordinal: int, **told: str) -> None:
        self._notes.note(code, statement=self.statement, entry=ordinal, **told)


class _Codes(msgspec.Struct, frozen=True, gc=False):
    """What is said of an entry in codes and days, and what is odd about them; the same for most
    entries of a statement."""

    booking: Booking
    side: Side
    currency: str
    is_reversal: bool
    is_return: bool
    booked_on: date | None
    value_on: date | None
    transaction_code: str
    odd: tuple[FindingCode, ...]


class _Whole(msgspec.Struct, frozen=True, gc=False):
    """What is said of an entry as a whole."""

    ordinal: int
    codes: _Codes
    amount_cents: Cents | None
    servicer_reference: str
    entry_reference: str


Part = tuple[Detail, Cents | None, Side]


def _codes_of(fields: Fields) -> _Codes:
    """NotABankFile for an entry without a side."""
    get = fields.get
    side = SIDES.get(get("CdtDbtInd", ""))
    if side is None:
        raise NotABankFile(
            _("An amount of the statement says neither debit nor credit. Ask the bank.")
        )
    reversal = get("RvslInd", "")
    booking = BOOKINGS.get(get("Sts/Cd") or get("Sts") or get("Sts/Prtry") or "", Booking.UNKNOWN)
    odd = []
    if booking is Booking.UNKNOWN or reversal not in KNOWN:
        odd.append(FindingCode.UNKNOWN_BOOKING)
    days = []
    for path in ("BookgDt", "ValDt"):
        written = get(f"{path}/Dt") or get(f"{path}/DtTm") or ""
        days.append(values.day(written))
        if days[-1] is None and written:
            odd.append(FindingCode.DAY)
    return _Codes(
        booking=booking,
        side=side,
        currency=get("Amt@", ""),
        is_reversal=reversal in TRUE,
        is_return=get("BkTxCd/Domn/Fmly/SubFmlyCd") == RETURN_SUBFAMILY,
        booked_on=days[0],
        value_on=days[1],
        transaction_code=_transaction_code(fields),
        odd=tuple(odd),
    )


def _is_long(entry: Entry) -> bool:
    """Whether a text may be longer than the standard allows; nearly all are short together."""
    return (
        len(entry.servicer_reference)
        + len(entry.end_to_end_id or "")
        + len(entry.instruction_id or "")
        + len(entry.block_id or "")
        + len(entry.message_id or "")
        + len(entry.counterparty_name)
        + len(entry.counterparty_iban)
        + len(entry.remittance)
    ) > NAME_LETTERS


def _taken_apart(whole: _Whole, details: list[Detail]) -> list[Part] | None:
    """The payments of an entry when they add up to it; None when it stays whole.

    Where all payments have one sign it is the entry's, for some banks repeat that of the payment
    that is returned. Only mixed ones are added up with their signs.
    """
    mixed = len({one.codes.side for one in details}) > 1
    total = 0
    parts: list[Part] = []
    for one in details:
        if one.amount_cents is None:
            return None
        side = one.codes.side if mixed and one.codes.side is not None else whole.codes.side
        total += one.amount_cents if side is whole.codes.side else -one.amount_cents
        parts.append((one, one.amount_cents, side))
    return parts if total == whole.amount_cents else None
