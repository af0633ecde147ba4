"""Reads an account report: camt.052, .053 or .054 of any version."""

from collections.abc import Callable, Mapping

from service.bank.findings import FindingCode
from service.bank.messages import AccountReport, Balance, MessageKind, Side, Statement
from service.bank.reading import adding_up, values
from service.bank.reading.ahead import Ahead
from service.bank.reading.entries import SIDES, Detail, DetailCodes, EntryReader, detail_of
from service.bank.reading.noting import Notes
from service.bank.reading.refusing import NotABankFile
from service.bank.reading.scanning import BODY, REPEATED, UNKNOWN, Fields
from service.bank.reading.shapes import STATEMENTS
from service.i18n import _
from service.money import Cents

# Entries and payments of batches together; what is held of so many stays under 300 MB.
PARTS_MAX = 200_000
STATEMENTS_MAX = 10_000
BALANCES_MAX = 1_000


class AccountReader:
    """Takes the units of one file as they end and answers the report at last."""

    def __init__(self, kind: MessageKind, message_type: str, ahead: Ahead | None = None) -> None:
        self._kind = kind
        self._ahead = ahead
        self._message_type = message_type
        self._notes = Notes()
        self._header: Fields = {}
        self._body_seen = False
        self._statements: list[Statement] = []
        self._parts = 0
        self._detail_codes: dict[str, DetailCodes] = {}
        self._begin_statement()
        self._begin_entry()

    @property
    def has_body(self) -> bool:
        """Whether the message that the namespace promises was there."""
        return self._body_seen

    def begin(self) -> Mapping[str, Callable[[], None]]:
        """What happens when a unit begins."""
        return {STATEMENTS[self._kind]: self._begin_statement, "Ntry": self._begin_entry}

    def end(self) -> Mapping[str, Callable[[Fields], None]]:
        """What happens with the fields of a unit."""
        return {
            BODY: self._end_body,
            STATEMENTS[self._kind]: self._end_statement,
            "Acct": self._end_account,
            "Bal": self._end_balance,
            "Ntry": self._end_entry,
            "Btch": self._end_batch,
            "TxDtls": self._end_detail,
        }

    def report(self) -> AccountReport:
        """What the whole file says; NotABankFile when it holds no statement."""
        if not self._statements:
            raise NotABankFile(_("The file holds no statement. Ask the bank for it again."))
        self._notes.note_structure(self._header)
        return AccountReport(
            kind=self._kind,
            message_type=self._message_type,
            message_id=self._notes.short(self._header.get("GrpHdr/MsgId", "")),
            created_at=values.moment(self._header.get("GrpHdr/CreDtTm", "")),
            statements=tuple(self._statements),
            findings=tuple(self._notes.findings),
        )

    def _begin_statement(self) -> None:
        if len(self._statements) >= STATEMENTS_MAX:
            raise NotABankFile(_("The file has too many statements. Ask the bank to split it."))
        self._entries = EntryReader(self._kind, len(self._statements), self._notes)
        self._balances: list[Balance] = []
        self._account = ""

    def _begin_entry(self) -> None:
        self._details: list[Detail] = []
        self._batch: Fields | None = None

    def _end_body(self, fields: Fields) -> None:
        if self._body_seen:
            raise NotABankFile(_("The file holds more than one message. Send them one by one."))
        self._body_seen, self._header = True, fields

    def _count_part(self) -> None:
        self._parts += 1
        if self._parts > PARTS_MAX:
            raise NotABankFile(_("The file has too many entries. Ask the bank to split it."))

    def _end_detail(self, fields: Fields) -> None:
        self._count_part()
        if REPEATED in fields or UNKNOWN in fields:
            self._notes.note_structure(fields, statement=self._entries.statement)
        self._details.append(detail_of(fields, self._detail_codes))

    def _end_batch(self, fields: Fields) -> None:
        self._notes.note_structure(fields, statement=self._entries.statement)
        self._batch = fields if self._batch is None else {}

    def _end_entry(self, fields: Fields) -> None:
        if not self._details:
            self._count_part()
        self._entries.read(fields, self._batch or {}, self._details)
        if self._ahead is not None and not self._statements:
            self._entries.tell(self._ahead, self._kind)
        self._begin_entry()

    def _end_account(self, fields: Fields) -> None:
        here = len(self._statements)
        self._notes.note_structure(fields, statement=here)
        if self._account:
            # The keys of entries may hold the first one already.
            self._notes.note(FindingCode.REPEATED_ELEMENT, statement=here, element="Acct")
            return
        written = fields.get("Id/IBAN") or fields.get("Id/Othr/Id") or ""
        self._account = self._notes.short(written.replace(" ", "").upper(), statement=here)
        if not self._entries.count:
            self._entries.account = self._account
        if fields.get("Ccy"):
            self._entries.currencies.add(fields["Ccy"])

    def _end_balance(self, fields: Fields) -> None:
        here = len(self._statements)
        self._notes.note_structure(fields, statement=here)
        if len(self._balances) >= BALANCES_MAX:
            raise NotABankFile(_("A statement has too many balances. Ask the bank."))
        amount = values.cents(fields.get("Amt", ""))
        side = SIDES.get(fields.get("CdtDbtInd", ""))
        if amount is None or side is None:
            self._notes.note(FindingCode.AMOUNT, statement=here)
            return
        falls_on = fields.get("Dt/Dt") or fields.get("Dt/DtTm") or ""
        self._balances.append(
            Balance(
                code=fields.get("Tp/CdOrPrtry/Cd") or fields.get("Tp/CdOrPrtry/Prtry") or "",
                subtype=fields.get("Tp/SubTp/Cd", ""),
                amount_cents=amount if side is Side.CREDIT else Cents(-amount),
                currency=fields.get("Amt@", ""),
                falls_on=values.day(falls_on),
            )
        )

    def _end_statement(self, fields: Fields) -> None:
        here, notes = len(self._statements), self._notes
        notes.note_structure(fields, statement=here)
        if self._ahead is not None and not self._statements:
            self._entries.tell_rest(self._ahead, self._kind)
        pages = {name.rpartition("/")[2]: text for name, text in fields.items() if "Pgntn/" in name}
        currencies = {one.currency for one in self._balances} | self._entries.currencies
        read = Statement(
            ordinal=here,
            account=self._account,
            currencies=frozenset(currencies),
            statement_id=notes.short(fields.get("Id", ""), statement=here),
            electronic_number=values.number(fields.get("ElctrncSeqNb", "")),
            legal_number=values.number(fields.get("LglSeqNb", "")),
            created_at=values.moment(fields.get("CreDtTm", "")),
            first_day=values.day(_either(fields, "FrToDt/FrDtTm", "FrToDt/FrDt")),
            last_day=values.day(_either(fields, "FrToDt/ToDtTm", "FrToDt/ToDt")),
            page=values.number(pages.get("PgNb", "")),
            is_last_page=pages.get("LastPgInd", "true") in {"true", "1"},
            balances=tuple(self._balances),
            opening_cents=adding_up.opening_of(self._balances),
            closing_cents=adding_up.closing_of(self._balances),
            booked_cents=adding_up.booked_of(self._entries),
            entry_count=self._entries.count,
            entries=self._entries.keyed(self._account),
        )
        adding_up.note_sums(read, fields, self._entries, self._kind, notes)
        self._statements.append(read)


def _either(fields: Fields, *names: str) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")
