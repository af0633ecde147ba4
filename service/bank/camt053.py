"""Reads an account statement, camt.053, of any version, by local names."""

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

import msgspec
from lxml import etree

from service.bank.documents import Document, NotABankFile, cents, child, children, day, text
from service.bank.model import (
    NOT_SPECIFIED,
    REASON_LETTERS,
    Effect,
    Entry,
    EntryKind,
    Statement,
    StatementFile,
)
from service.i18n import _
from service.money import Cents

BOOKED = "BOOK"
OPENING = ("OPBD", "PRCD")
CLOSING = ("CLBD",)
KINDS = {"DBIT": EntryKind.DEBIT, "CRDT": EntryKind.CREDIT}
# Bank transaction code, sub-family "return of a payment": some banks send it and no RtrInf.
RETURN_SUBFAMILY = "RRTN"
NOT_PROVIDED = "NOTPROVIDED"


def read_statements(document: Document) -> StatementFile:
    """Every statement of the file; entries that are only pending are left out."""
    return StatementFile(
        message_type=document.message_type,
        message_id=text(document.body, "GrpHdr", "MsgId"),
        statements=tuple(_statement(one) for one in children(document.body, "Stmt")),
    )


def _statement(element: etree._Element) -> Statement:
    account = child(element, "Acct", "Id")
    name = (text(account, "IBAN") or text(account, "Othr", "Id")).replace(" ", "").upper()
    all_balances = children(element, "Bal")
    balances = {text(one, "Tp", "CdOrPrtry", "Cd"): _signed(one) for one in all_balances}
    booked = [one for one in children(element, "Ntry") if _status(one) == BOOKED]
    currencies = {_currency(one) for one in (*all_balances, *booked)}
    currencies.update(filter(None, [text(element, "Acct", "Ccy")]))
    return Statement(
        account=name,
        currencies=frozenset(currencies),
        opening_cents=_first(balances, OPENING),
        booked_cents=Cents(sum(_signed(one) for one in booked)),
        closing_cents=_first(balances, CLOSING),
        entries=tuple(_keyed(name, (part for one in booked for part in _parts(one)))),
    )


def _status(entry: etree._Element) -> str:
    """`Sts` is text up to version 07 and holds a `Cd` from 08."""
    return text(entry, "Sts", "Cd") or text(entry, "Sts")


def _kind(element: etree._Element) -> EntryKind:
    try:
        return KINDS[text(element, "CdtDbtInd")]
    except KeyError:
        raise NotABankFile(
            _("An amount of the statement says neither debit nor credit. Ask the bank.")
        ) from None


def _signed(element: etree._Element) -> Cents:
    amount = cents(child(element, "Amt"))
    return amount if _kind(element) is EntryKind.CREDIT else Cents(-amount)


def _currency(element: etree._Element) -> str:
    amount = child(element, "Amt")
    return "" if amount is None else amount.get("Ccy", "")


def _first(balances: dict[str, Cents], names: tuple[str, ...]) -> Cents | None:
    return next((balances[name] for name in names if name in balances), None)


def _parts(entry: etree._Element) -> Iterator[tuple[Entry, str]]:
    """The payments of a booked entry, each with what tells it from others.

    A block booked as one entry is taken apart only when its payments add up to it; otherwise it is
    one entry that matches nothing, for a person.
    """
    details = [one for each in children(entry, "NtryDtls") for one in children(each, "TxDtls")]
    amount = cents(child(entry, "Amt"))
    if len(details) <= 1:
        yield _part(entry, details[0] if details else None, amount)
        return
    amounts = [_amount_of(one) for one in details]
    if sum(one or 0 for one in amounts) != amount or None in amounts:
        yield _part(entry, None, amount)
        return
    for detail, part in zip(details, amounts, strict=True):
        yield _part(entry, detail, Cents(part or 0))


def _amount_of(detail: etree._Element) -> Cents | None:
    found = child(detail, "Amt")
    if found is None:
        found = child(detail, "AmtDtls", "TxAmt", "Amt")
    return None if found is None or found.get("Ccy") != "EUR" else cents(found)


def _part(entry: etree._Element, detail: etree._Element | None, amount: Cents) -> tuple[Entry, str]:
    kind, sent_back = _kind(entry), _is_return(entry, detail)
    names = (text(detail, "Refs", "EndToEndId"), text(detail, "Refs", "InstrId"))
    name = next((one for one in names if one and one != NOT_PROVIDED), None)
    reason = text(detail, "RtrInf", "Rsn", "Cd") or text(detail, "RtrInf", "Rsn", "Prtry")
    booked_on = day(child(entry, "BookgDt"))
    identity = (
        text(entry, "AcctSvcrRef") or text(entry, "NtryRef"),
        text(detail, "Refs", "AcctSvcrRef"),
        str(day(child(entry, "ValDt"))),
        reason,
    )
    read = Entry(
        key=b"",
        kind=kind,
        says=_says(kind, sent_back=sent_back),
        end_to_end_id=name,
        amount_cents=amount,
        booked_on=booked_on,
        reason_code=(reason or NOT_SPECIFIED)[:REASON_LETTERS] if sent_back else None,
    )
    return read, "|".join(identity)


def _is_return(entry: etree._Element, detail: etree._Element | None) -> bool:
    return (
        text(entry, "RvslInd") in {"true", "1"}
        or child(detail, "RtrInf") is not None
        or RETURN_SUBFAMILY
        in {text(one, "BkTxCd", "Domn", "Fmly", "SubFmlyCd") for one in (entry, detail)}
    )


def _says(kind: EntryKind, *, sent_back: bool) -> Effect:
    """A plain debit pays and a returned credit undoes it; whatever else was booked is not ours."""
    if kind is EntryKind.DEBIT:
        return Effect.UNMATCHED if sent_back else Effect.SETTLED
    return Effect.RETURNED if sent_back else Effect.UNMATCHED


def _keyed(account: str, parts: Iterable[tuple[Entry, str]]) -> Iterator[Entry]:
    """The same entry has the same key in any file; equals within a file are told apart by count."""
    seen: Counter[str] = Counter()
    for entry, identity in parts:
        told = f"{account}|{identity}|{entry.kind}|{entry.amount_cents}|{entry.booked_on}|"
        told += entry.end_to_end_id or ""
        seen[told] += 1
        yield msgspec.structs.replace(entry, key=sha256(f"{told}|{seen[told]}".encode()).digest())
