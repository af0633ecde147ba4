"""Reads a customer payment status report, pain.002, of any version, by local names."""

from collections import Counter

from lxml import etree

from service.bank.documents import Document, cents, child, children, text
from service.bank.model import NOT_SPECIFIED, REASON_LETTERS, StatusReport, Verdict
from service.bank.rules import entry_from_verdict

PARTLY = "PART"


def read_status_report(document: Document) -> StatusReport:
    """What the bank says of each payment it names, and of the rest of the message.

    A payment without a status of its own has that of its block, a block that of the group.
    """
    body = document.body
    group = child(body, "OrgnlGrpInfAndSts")
    message_id, original = text(body, "GrpHdr", "MsgId"), text(group, "OrgnlMsgId")
    whole = _verdict(group, "GrpSts", Verdict("", None))
    blocks = children(body, "OrgnlPmtInfAndSts")
    verdicts = [_verdict(block, "PmtInfSts", whole) for block in blocks]

    seen: Counter[tuple[str, str]] = Counter()
    entries = []
    for parent, inherited in zip([body, *blocks], [whole, *verdicts], strict=True):
        for payment in children(parent, "TxInfAndSts"):
            verdict = _verdict(payment, "TxSts", inherited)
            name = text(payment, "OrgnlEndToEndId") or text(payment, "OrgnlInstrId")
            seen[name, verdict.code] += 1
            amount = child(payment, "OrgnlTxRef", "Amt", "InstdAmt")
            entries.append(
                entry_from_verdict(
                    verdict,
                    name or None,
                    report=(message_id, original),
                    ordinal=seen[name, verdict.code],
                    amount_cents=None if amount is None else cents(amount),
                )
            )

    rest = verdicts[0] if len(verdicts) == 1 else whole
    return StatusReport(
        message_type=document.message_type,
        message_id=message_id,
        original_message_id=original,
        entries=tuple(entries),
        for_the_rest=None if rest.code in {"", PARTLY} else rest,
    )


def _verdict(element: etree._Element | None, status: str, inherited: Verdict) -> Verdict:
    code = text(element, status)
    if not code:
        return inherited
    reason = child(element, "StsRsnInf", "Rsn")
    written = text(reason, "Cd") or text(reason, "Prtry")
    return Verdict(code, (written or NOT_SPECIFIED)[:REASON_LETTERS])
