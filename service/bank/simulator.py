"""A bank that answers an order: what it accepts, refuses, books and sends back.

For the demonstration and for tests. The same order and seed always give the same answer.
"""

from random import Random

import msgspec
from lxml import etree

from service.bank.documents import add, cents, child, children, start, text
from service.bank.pain001 import euros

STATUS_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
STATEMENT_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
# Account closed, account blocked, account number wrong, transaction not allowed.
REASONS = ("AC04", "AC06", "AC01", "AG01")
SPARE_CENTS = 100_000_00


class Answer(msgspec.Struct, frozen=True):
    """The two files a bank sends back, and the end-to-end ids of what went wrong by their code."""

    status_report: bytes
    statement: bytes
    rejected: dict[str, str]
    returned: dict[str, str]


class _Ordered(msgspec.Struct, frozen=True):
    message_id: str
    block_id: str
    account: str
    day: str
    amounts: dict[str, int]


def account_of(order: bytes) -> str:
    """The account of ours that an order pays from."""
    return _read(order).account


def answer(
    order: bytes,
    *,
    seed: int,
    rejected: int = 0,
    returned: int = 0,
    opening_cents: int | None = None,
) -> Answer:
    """A bank's answer to an order of ours in which it refuses some payments and sends others back.

    At most as many go wrong as the order holds; which ones, and why, follows from the seed alone.
    The statement opens with what the one before closed with, where that is given.
    """
    ordered = _read(order)
    chance = Random(seed)
    names = list(ordered.amounts)
    unlucky = chance.sample(names, min(len(names), rejected + returned))
    reasons = {name: chance.choice(REASONS) for name in unlucky}
    refused = {name: reasons[name] for name in unlucky[:rejected]}
    sent_back = {name: reasons[name] for name in unlucky[rejected:]}
    return Answer(
        status_report=_status_report(ordered, refused),
        statement=_statement(ordered, refused, sent_back, opening_cents),
        rejected=refused,
        returned=sent_back,
    )


def _read(order: bytes) -> _Ordered:
    body = child(etree.fromstring(order), "CstmrCdtTrfInitn")
    block = child(body, "PmtInf")
    return _Ordered(
        message_id=text(body, "GrpHdr", "MsgId"),
        block_id=text(block, "PmtInfId"),
        account=text(block, "DbtrAcct", "Id", "IBAN"),
        day=text(block, "ReqdExctnDt", "Dt"),
        amounts={
            text(one, "PmtId", "EndToEndId"): cents(child(one, "Amt", "InstdAmt"))
            for one in children(block, "CdtTrfTxInf")
        },
    )


def _status_report(ordered: _Ordered, refused: dict[str, str]) -> bytes:
    document = start(STATUS_NAMESPACE)
    body = add(document, "CstmrPmtStsRpt")
    header = add(body, "GrpHdr")
    add(header, "MsgId", text=f"STS-{ordered.message_id}")
    add(header, "CreDtTm", text=f"{ordered.day}T07:30:00")
    group = add(body, "OrgnlGrpInfAndSts")
    add(group, "OrgnlMsgId", text=ordered.message_id)
    add(group, "OrgnlMsgNmId", text="pain.001.001.09")
    add(group, "GrpSts", text="PART" if refused else "ACSC")
    block = add(body, "OrgnlPmtInfAndSts")
    add(block, "OrgnlPmtInfId", text=ordered.block_id)
    for name in ordered.amounts:
        payment = add(block, "TxInfAndSts")
        add(payment, "OrgnlInstrId", text=name)
        add(payment, "OrgnlEndToEndId", text=name)
        add(payment, "TxSts", text="RJCT" if name in refused else "ACSC")
        if name in refused:
            add(payment, "StsRsnInf", "Rsn", "Cd", text=refused[name])
    return _bytes(document)


def _statement(
    ordered: _Ordered,
    refused: dict[str, str],
    sent_back: dict[str, str],
    opening_cents: int | None,
) -> bytes:
    paid = {name: amount for name, amount in ordered.amounts.items() if name not in refused}
    opening = opening_cents
    if opening is None:
        opening = sum(ordered.amounts.values()) + SPARE_CENTS
    closing = opening - sum(paid.values()) + sum(paid[name] for name in sent_back)
    document = start(STATEMENT_NAMESPACE)
    body = add(document, "BkToCstmrStmt")
    header = add(body, "GrpHdr")
    add(header, "MsgId", text=f"STM-{ordered.message_id}")
    add(header, "CreDtTm", text=f"{ordered.day}T20:00:00")
    statement = add(body, "Stmt")
    add(statement, "Id", text=f"STM-{ordered.day}")
    account = add(statement, "Acct")
    add(account, "Id", "IBAN", text=ordered.account)
    add(account, "Ccy", text="EUR")
    _add_balance(statement, "OPBD", opening, ordered.day)
    _add_balance(statement, "CLBD", closing, ordered.day)
    for name, amount in paid.items():
        _add_entry(statement, name, amount, ordered.day, reason=None)
    for name, reason in sent_back.items():
        _add_entry(statement, name, paid[name], ordered.day, reason=reason)
    return _bytes(document)


def _add_balance(statement: etree._Element, kind: str, amount: int, day: str) -> None:
    balance = add(statement, "Bal")
    add(balance, "Tp", "CdOrPrtry", "Cd", text=kind)
    add(balance, "Amt", text=euros(amount)).set("Ccy", "EUR")
    add(balance, "CdtDbtInd", text="CRDT")
    add(balance, "Dt", "Dt", text=day)


def _add_entry(
    statement: etree._Element, name: str, amount: int, day: str, *, reason: str | None
) -> None:
    """A payment that left the account or, with a reason, came back to it."""
    entry = add(statement, "Ntry")
    add(entry, "Amt", text=euros(amount)).set("Ccy", "EUR")
    add(entry, "CdtDbtInd", text="CRDT" if reason else "DBIT")
    add(entry, "Sts", "Cd", text="BOOK")
    add(entry, "BookgDt", "Dt", text=day)
    add(entry, "ValDt", "Dt", text=day)
    add(entry, "AcctSvcrRef", text=f"{'R' if reason else 'D'}{name[1:]}")
    domain = add(entry, "BkTxCd", "Domn")
    add(domain, "Cd", text="PMNT")
    family = add(domain, "Fmly")
    add(family, "Cd", text="ICDT")
    add(family, "SubFmlyCd", text="RRTN" if reason else "DMCT")
    payment = add(entry, "NtryDtls", "TxDtls")
    add(payment, "Refs", "EndToEndId", text=name)
    add(payment, "Amt", text=euros(amount)).set("Ccy", "EUR")
    add(payment, "CdtDbtInd", text="CRDT" if reason else "DBIT")
    if reason:
        add(payment, "RtrInf", "Rsn", "Cd", text=reason)


def _bytes(document: etree._Element) -> bytes:
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")
