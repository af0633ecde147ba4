"""Writes a customer credit transfer order, pain.001.001.09, and refuses what a bank would.

The same order always gives the same bytes: nothing here is random and nothing asks the time.
"""

from datetime import UTC
from importlib.resources import files

from lxml import etree

from service.bank.documents import add, cents, start
from service.bank.model import PAYMENT_CENTS_MAX, BankProfile, Payment, PaymentOrder
from service.i18n import N_
from service.problems import Problem

MESSAGE_TYPE = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{MESSAGE_TYPE}"


class OrderNotValid(Problem):
    """The order breaks the published schema, or an amount is outside what a bank takes."""

    slug = "order-not-valid"
    title = N_(
        "The order for the bank would not be valid. Nothing was exported; tell the operator."
    )
    status = 422


class OrderDiffersFromApproval(Problem):
    """The order does not add up to what was approved."""

    slug = "order-differs-from-approval"
    title = N_(
        "The order for the bank differs from what was approved. Nothing was exported; tell the "
        "operator."
    )
    status = 409


def write_order(order: PaymentOrder) -> bytes:
    """The bytes of an order, its totals recounted and compared, its form checked by the schema.

    Raises OrderNotValid or OrderDiffersFromApproval.
    """
    if not all(1 <= payment.amount_cents <= PAYMENT_CENTS_MAX for payment in order.payments):
        raise OrderNotValid
    document = start(NAMESPACE)
    body = add(document, "CstmrCdtTrfInitn")
    _add_header(body, order)
    block = _add_block(body, order)
    for payment in order.payments:
        _add_payment(block, payment, order.profile)
    _compare_totals(document, order)
    _check_form(document)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


def euros(amount_cents: int) -> str:
    """Cents as a bank file writes euros: a point and two digits."""
    return f"{amount_cents // 100}.{amount_cents % 100:02d}"


def _add_header(body: etree._Element, order: PaymentOrder) -> None:
    header = add(body, "GrpHdr")
    add(header, "MsgId", text=order.message_id)
    add(header, "CreDtTm", text=f"{order.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    _add_totals(header, order)
    add(header, "InitgPty", "Nm", text=order.profile.debtor_name)


def _add_block(body: etree._Element, order: PaymentOrder) -> etree._Element:
    """One block, each payment booked by itself so that the statement names it; no service level:
    Kosovo is not in SEPA."""
    profile = order.profile
    block = add(body, "PmtInf")
    add(block, "PmtInfId", text=order.block_id)
    add(block, "PmtMtd", text="TRF")
    add(block, "BtchBookg", text="false")
    _add_totals(block, order)
    add(block, "PmtTpInf", "CtgyPurp", "Cd", text=profile.category_purpose)
    add(block, "ReqdExctnDt", "Dt", text=order.execute_on.isoformat())
    add(block, "Dbtr", "Nm", text=profile.debtor_name)
    add(block, "DbtrAcct", "Id", "IBAN", text=profile.debtor_iban)
    add(block, "DbtrAgt", "FinInstnId", "BICFI", text=profile.debtor_bic)
    add(block, "ChrgBr", text=profile.charge_bearer)
    return block


def _add_payment(block: etree._Element, payment: Payment, profile: BankProfile) -> None:
    transfer = add(block, "CdtTrfTxInf")
    ids = add(transfer, "PmtId")
    add(ids, "InstrId", text=payment.end_to_end_id)
    add(ids, "EndToEndId", text=payment.end_to_end_id)
    amount = add(transfer, "Amt", "InstdAmt", text=euros(payment.amount_cents))
    amount.set("Ccy", "EUR")
    add(transfer, "Cdtr", "Nm", text=payment.payee_name)
    add(transfer, "CdtrAcct", "Id", "IBAN", text=payment.iban)
    add(transfer, "Purp", "Cd", text=profile.purpose)
    add(transfer, "RmtInf", "Ustrd", text=payment.text)


def _add_totals(parent: etree._Element, order: PaymentOrder) -> None:
    add(parent, "NbOfTxs", text=str(len(order.payments)))
    add(parent, "CtrlSum", text=euros(sum(one.amount_cents for one in order.payments)))


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"


def _compare_totals(document: etree._Element, order: PaymentOrder) -> None:
    """Counted again from what was written, at both levels, against what was approved."""
    amounts = [cents(one) for one in document.iter(_name("InstdAmt"))]
    counts = {int(one.text or 0) for one in document.iter(_name("NbOfTxs"))}
    sums = {cents(one) for one in document.iter(_name("CtrlSum"))}
    names = {one.text for one in document.iter(_name("EndToEndId"))}
    if (
        counts != {order.approved_count}
        or sums != {order.approved_cents}
        or len(amounts) != order.approved_count
        or sum(amounts) != order.approved_cents
        or len(names) != order.approved_count
    ):
        raise OrderDiffersFromApproval


def _check_form(document: etree._Element) -> None:
    """The published schema, as the sepaxml package ships it; the fault's element, not its value."""
    published = files("sepaxml") / "schemas" / f"{MESSAGE_TYPE}.xsd"
    schema = etree.XMLSchema(etree.fromstring(published.read_bytes()))
    if not schema.validate(document):
        raise OrderNotValid(element=_first_fault(schema))


def _first_fault(schema: etree.XMLSchema) -> str:
    """The element at fault: the message names it, but also holds its value, which stays here."""
    message: str = schema.error_log[0].message  # type: ignore[index] # the stubs leave the log bare
    return message.partition("}")[2].partition("'")[0]
