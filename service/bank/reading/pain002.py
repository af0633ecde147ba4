"""Reads a customer payment status report, pain.002, of any version."""

from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256

import msgspec

from service.bank.findings import FindingCode
from service.bank.messages import (
    PARTLY,
    BlockStatus,
    MessageKind,
    PaymentStatus,
    StatusReport,
    Verdict,
)
from service.bank.reading import values
from service.bank.reading.noting import Notes
from service.bank.reading.refusing import NotABankFile
from service.bank.reading.scanning import BODY, REPEATED, UNKNOWN, Fields
from service.i18n import _
from service.money import Cents

PAYMENTS_MAX = 200_000
BLOCKS_MAX = 10_000
COUNTS_MAX = 1_000
REASON_LETTERS = 35
REJECTED = "RJCT"
# ISO 20022 external payment status codes that are not about the payee's name.
KNOWN = frozenset(
    {"ACCC", "ACCP", "ACFC", "ACIS", "ACPD", "ACSC", "ACSP", "ACTC", "ACWC", "ACWP"}
) | {"BLCK", "CANC", "PART", "PATC", "PDNG", "PRES", "RCVD", "RJCT"}
# Verification of payee: completed with a match, closely, with none, not applicable, and mixed.
PAYEE_VERIFICATION = frozenset({"RCVC", "RVCM", "RCVM", "RVNC", "RVNM", "RCVN", "RVMC", "RVNA"})


class _Told(msgspec.Struct, frozen=True, gc=False):
    """What stands with one payment, before its block and message are known."""

    end_to_end_id: str
    instruction_id: str
    verdict: Verdict | None
    amount_cents: Cents | None
    block: int | None


class StatusReader:
    """Takes the units of one file as they end and answers the report at last."""

    def __init__(self, message_type: str) -> None:
        self._message_type = message_type
        self._notes = Notes()
        self._header: Fields = {}
        self._body_seen = False
        self._group: Fields = {}
        self._group_seen = False
        self._blocks: list[BlockStatus] = []
        self._open_block: int | None = None
        self._told: list[_Told] = []
        self._counts: list[Fields] = []

    @property
    def has_body(self) -> bool:
        """Whether the message that the namespace promises was there."""
        return self._body_seen

    def begin(self) -> Mapping[str, Callable[[], None]]:
        """What happens when a unit begins."""
        return {"OrgnlPmtInfAndSts": self._begin_block}

    def end(self) -> Mapping[str, Callable[[Fields], None]]:
        """What happens with the fields of a unit."""
        return {
            BODY: self._end_body,
            "OrgnlGrpInfAndSts": self._end_group,
            "OrgnlPmtInfAndSts": self._end_block,
            "NbOfTxsPerSts": self._end_count,
            "TxInfAndSts": self._end_payment,
        }

    def report(self) -> StatusReport:
        """What the whole file says; a payment without a status has that of its block or message."""
        self._notes.note_structure(self._header)
        message_id = self._notes.short(self._header.get("GrpHdr/MsgId", ""))
        original = self._notes.short(self._group.get("OrgnlMsgId", ""))
        if not message_id or not original:
            self._notes.note(FindingCode.EMPTY_NAME)
        group = _verdict(self._group, "GrpSts")
        payments = self._payments((message_id, original), group)
        self._note_counts(payments, group)
        return StatusReport(
            kind=MessageKind.STATUS_REPORT,
            message_type=self._message_type,
            message_id=message_id,
            created_at=values.moment(self._header.get("GrpHdr/CreDtTm", "")),
            original_message_id=original,
            original_message_type=self._notes.short(self._group.get("OrgnlMsgNmId", "")),
            group=group,
            blocks=tuple(self._blocks),
            payments=tuple(payments),
            findings=tuple(self._notes.findings),
        )

    def _begin_block(self) -> None:
        if len(self._blocks) >= BLOCKS_MAX:
            raise NotABankFile(_("The file has too many entries. Ask the bank to split it."))
        self._open_block = len(self._blocks)
        self._blocks.append(BlockStatus("", None))

    def _end_body(self, fields: Fields) -> None:
        if self._body_seen:
            raise NotABankFile(_("The file holds more than one message. Send them one by one."))
        self._body_seen, self._header = True, fields

    def _end_group(self, fields: Fields) -> None:
        self._notes.note_structure(fields)
        if self._group_seen:
            self._notes.note(FindingCode.REPEATED_ELEMENT, element="OrgnlGrpInfAndSts")
            return
        self._group_seen = True
        self._group = fields

    def _end_block(self, fields: Fields) -> None:
        assert self._open_block is not None, "a block ended that never began"
        self._notes.note_structure(fields)
        name = self._notes.short(fields.get("OrgnlPmtInfId", ""))
        self._blocks[self._open_block] = BlockStatus(name, _verdict(fields, "PmtInfSts"))
        self._open_block = None

    def _end_count(self, fields: Fields) -> None:
        self._notes.note_structure(fields)
        if len(self._counts) < COUNTS_MAX:
            self._counts.append(fields)

    def _end_payment(self, fields: Fields) -> None:
        ordinal = len(self._told)
        if ordinal >= PAYMENTS_MAX:
            raise NotABankFile(_("The file has too many entries. Ask the bank to split it."))
        if REPEATED in fields or UNKNOWN in fields:
            self._notes.note_structure(fields, entry=ordinal)
        written = fields.get("OrgnlTxRef/Amt/InstdAmt")
        amount = None if written is None else values.cents(written)
        if written is not None and amount is None:
            self._notes.note(FindingCode.AMOUNT, entry=ordinal)
        self._told.append(
            _Told(
                end_to_end_id=self._notes.short(fields.get("OrgnlEndToEndId", "")),
                instruction_id=self._notes.short(fields.get("OrgnlInstrId", "")),
                verdict=_verdict(fields, "TxSts"),
                amount_cents=amount,
                block=self._open_block,
            )
        )

    def _payments(self, report: tuple[str, str], group: Verdict | None) -> list[PaymentStatus]:
        seen: Counter[tuple[str, str]] = Counter()
        codes: dict[str, str] = {}
        payments = []
        for ordinal, told in enumerate(self._told):
            block = None if told.block is None else self._blocks[told.block]
            verdict = told.verdict or (block and block.verdict) or group
            if verdict is None:
                self._notes.note(FindingCode.NO_STATUS, entry=ordinal)
                verdict = NO_VERDICT
            name = told.end_to_end_id or told.instruction_id
            self._note_verdict(verdict, ordinal)
            if name and codes.setdefault(name, verdict.code) != verdict.code:
                self._notes.note(FindingCode.CONTRADICTION, entry=ordinal)
            seen[name, verdict.code] += 1
            key = "|".join(("status", *report, name, verdict.code, str(seen[name, verdict.code])))
            payments.append(
                PaymentStatus(
                    key=sha256(key.encode()).digest(),
                    ordinal=ordinal,
                    end_to_end_id=name or None,
                    instruction_id=told.instruction_id or None,
                    block_id=block.block_id if block is not None else None,
                    verdict=verdict,
                    is_own=told.verdict is not None,
                    amount_cents=told.amount_cents,
                )
            )
        return payments

    def _note_verdict(self, verdict: Verdict, entry: int | None) -> None:
        if verdict.code in PAYEE_VERIFICATION:
            self._notes.note(FindingCode.PAYEE_VERIFICATION, entry=entry, status=verdict.code)
        elif verdict.code not in KNOWN and verdict is not NO_VERDICT:
            self._notes.note(FindingCode.UNKNOWN_STATUS, entry=entry, status=verdict.code)

    def _note_counts(self, payments: list[PaymentStatus], group: Verdict | None) -> None:
        """Notes verdicts on more than one payment, and counts that the payments do not bear out.

        Banks may name refused payments only; but then each refused one must be named.
        """
        wholes = [verdict for verdict in (group, *(one.verdict for one in self._blocks)) if verdict]
        for verdict in wholes:
            self._note_verdict(verdict, None)
        if any(verdict.code == PARTLY for verdict in wholes) and not self._counts:
            self._notes.note(FindingCode.PART_WITHOUT_COUNTS)
        if group is not None and group.code == REJECTED:
            self._note_survivors(payments)
        listed = Counter(one.verdict.code for one in payments)
        told: Counter[str] = Counter()
        for count in self._counts:
            told[count.get("DtldSts", "")] += values.number(count.get("DtldNbOfTxs", "")) or 0
        for code, number in told.items():
            if listed[code] > number or (code == REJECTED and payments and listed[code] < number):
                self._notes.note(
                    FindingCode.COUNT_DIFFERS, told=str(number), found=str(listed[code])
                )

    def _note_survivors(self, payments: list[PaymentStatus]) -> None:
        for one in payments:
            if one.is_own and one.verdict.code != REJECTED:
                self._notes.note(FindingCode.CONTRADICTION, entry=one.ordinal)


NO_VERDICT = Verdict("", None)


def _verdict(fields: Fields, status: str) -> Verdict | None:
    code = fields.get(status, "")
    if not code:
        return None
    reason = fields.get("StsRsnInf/Rsn/Cd") or fields.get("StsRsnInf/Rsn/Prtry") or ""
    return Verdict(code[:REASON_LETTERS], reason[:REASON_LETTERS] or None)
