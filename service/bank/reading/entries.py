"""The entries of one statement: taken apart where they add up, each with its keys."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from hashlib import sha256

import msgspec

from service.bank.findings import FindingCode
from service.bank.messages import Booking, Entry, MessageKind, Side
from service.bank.reading import values
from service.bank.reading.noting import Notes
from service.bank.reading.refusing import NotABankFile
from service.bank.reading.scanning import REPEATED, UNKNOWN, Fields
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

    amount_cents: Cents | None
    side: Side | None
    servicer_reference: str
    end_to_end_id: str
    instruction_id: str
    block_id: str
    message_id: str
    is_return: bool
    reason_code: str
    transaction_code: str
    debtor: tuple[str, str]
    creditor: tuple[str, str]
    remittance: str


def detail_of(fields: Fields) -> Detail:
    """The fields of a TxDtls."""
    get = fields.get
    path = "Amt" if "Amt" in fields else "AmtDtls/TxAmt/Amt"
    return Detail(
        amount_cents=values.cents(get(path, "")) if get(path + "@") == EURO else None,
        side=SIDES.get(get("CdtDbtInd", "")),
        servicer_reference=get("Refs/AcctSvcrRef", ""),
        end_to_end_id=get("Refs/EndToEndId", ""),
        instruction_id=get("Refs/InstrId", ""),
        block_id=get("Refs/PmtInfId", ""),
        message_id=get("Refs/MsgId", ""),
        is_return="RtrInf" in fields or get("BkTxCd/Domn/Fmly/SubFmlyCd") == RETURN_SUBFAMILY,
        reason_code=get("RtrInf/Rsn/Cd") or get("RtrInf/Rsn/Prtry") or "",
        transaction_code=_transaction_code(fields),
        debtor=_party(get, DEBTOR),
        creditor=_party(get, CREDITOR),
        remittance=get("RmtInf/Ustrd") or get("RmtInf/Strd/CdtrRefInf/Ref") or "",
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


NOTHING_SAID = detail_of({})


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

    def read(self, fields: Fields, batch: Fields, details: list[Detail]) -> None:
        """One entry of the bank with the payments in it; NotABankFile when it has no side."""
        ordinal, self.count = self.count, self.count + 1
        if REPEATED in fields or UNKNOWN in fields:
            self._notes.note_structure(fields, statement=self.statement, entry=ordinal)
        whole = self._whole(fields, ordinal)
        self._add(whole)
        parts = _taken_apart(whole, details)
        if parts is None:
            self._append_whole(whole, batch, details)
            return
        for part, (detail, amount, side) in enumerate(parts):
            self._append(whole, detail, amount=amount, side=side, part=part)
        if batch:
            self._note_batch(whole, batch, details)

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
        side = SIDES.get(get("CdtDbtInd", ""))
        if side is None:
            raise NotABankFile(
                _("An amount of the statement says neither debit nor credit. Ask the bank.")
            )
        amount, reversal = values.cents(get("Amt", "")), get("RvslInd", "")
        status = get("Sts/Cd") or get("Sts") or get("Sts/Prtry") or ""
        booking = BOOKINGS.get(status, Booking.UNKNOWN)
        if amount is None:
            self.all_readable = False
            self._note(FindingCode.AMOUNT, ordinal)
        if booking is Booking.UNKNOWN or reversal not in KNOWN:
            self._note(FindingCode.UNKNOWN_BOOKING, ordinal)
        return _Whole(
            ordinal=ordinal,
            booking=booking,
            side=side,
            amount_cents=amount,
            currency=get("Amt@", ""),
            is_reversal=reversal in TRUE,
            is_return=get("BkTxCd/Domn/Fmly/SubFmlyCd") == RETURN_SUBFAMILY,
            booked_on=self._day(get("BookgDt/Dt") or get("BookgDt/DtTm") or "", ordinal),
            value_on=self._day(get("ValDt/Dt") or get("ValDt/DtTm") or "", ordinal),
            servicer_reference=self._short(get("AcctSvcrRef", "")),
            entry_reference=self._short(get("NtryRef", "")),
            transaction_code=_transaction_code(fields),
        )

    def _day(self, written: str, ordinal: int) -> date | None:
        read = values.day(written)
        if read is None and written:
            self._note(FindingCode.DAY, ordinal)
        return read

    def _add(self, whole: "_Whole") -> None:
        self.currencies.add(whole.currency)
        place = whole.booking, whole.side
        self.counts[place] += 1
        self.sums[place] += whole.amount_cents or 0

    def _append_whole(self, whole: "_Whole", batch: Fields, details: list[Detail]) -> None:
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
        self._append(whole, lone, amount=whole.amount_cents, side=whole.side, count=count)

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
        name = detail.end_to_end_id
        if not name or name == NOT_PROVIDED:
            name = "" if detail.instruction_id == NOT_PROVIDED else detail.instruction_id
        reason = detail.reason_code[:REASON_LETTERS]
        reference = whole.servicer_reference or whole.entry_reference
        identity = (
            f"{reference}|{detail.servicer_reference}|{whole.value_on}|{reason}|{side}|{amount}"
            f"|{whole.booked_on}|{name}"
        )
        if not self.account:
            self._identities.append(identity)
        key, booking_key = self._keys(identity, whole.booking)
        party, account = self._counterparty(detail, side)
        self._entries.append(
            Entry(
                key=key,
                booking_key=booking_key,
                ordinal=whole.ordinal,
                part=part,
                booking=whole.booking,
                side=side,
                amount_cents=amount,
                currency=whole.currency,
                is_reversal=whole.is_reversal,
                is_return=whole.is_return or whole.is_reversal or detail.is_return,
                booked_on=whole.booked_on,
                value_on=whole.value_on,
                servicer_reference=whole.servicer_reference
                or self._short(detail.servicer_reference),
                entry_reference=whole.entry_reference,
                end_to_end_id=self._short(name) or None,
                instruction_id=self._short(detail.instruction_id) or None,
                block_id=self._short(detail.block_id) or None,
                message_id=self._short(detail.message_id) or None,
                transaction_count=count,
                reason_code=reason or None,
                transaction_code=whole.transaction_code or detail.transaction_code,
                counterparty_name=self._short(party),
                counterparty_iban=self._short(account),
                remittance=self._short(detail.remittance, letters=REMITTANCE_LETTERS),
            )
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


class _Whole(msgspec.Struct, frozen=True, gc=False):
    """What is said of an entry as a whole."""

    ordinal: int
    booking: Booking
    side: Side
    amount_cents: Cents | None
    currency: str
    is_reversal: bool
    is_return: bool
    booked_on: date | None
    value_on: date | None
    servicer_reference: str
    entry_reference: str
    transaction_code: str


Part = tuple[Detail, Cents | None, Side]


def _taken_apart(whole: _Whole, details: list[Detail]) -> list[Part] | None:
    """The payments of an entry when they add up to it; None when it stays whole.

    Where all payments have one sign it is the entry's, for some banks repeat that of the payment
    that is returned. Only mixed ones are added up with their signs.
    """
    if len(details) <= 1:
        return None
    mixed = len({one.side for one in details}) > 1
    total = 0
    parts: list[Part] = []
    for one in details:
        if one.amount_cents is None:
            return None
        side = one.side if mixed and one.side is not None else whole.side
        total += one.amount_cents if side is whole.side else -one.amount_cents
        parts.append((one, one.amount_cents, side))
    return parts if total == whole.amount_cents else None
