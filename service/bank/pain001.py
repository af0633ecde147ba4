"""Writes a customer credit transfer order, pain.001.001.03 or .09, in one pass and little memory.

The same order always gives the same bytes: nothing here is random and nothing asks the time. Each
piece is read again as it is written: its form is checked by the published schema, and what it says
is counted from there, not from what was meant. As the schema lets a block hold any number of
payments, a file is valid when each of its pieces is in the same envelope.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from xml.sax.saxutils import escape

from lxml import etree

from service.bank.outgoing import Payment, PaymentOrder
from service.bank_profiles.model import PAYMENT_CENTS_MAX, AddressForm, MessageVersion
from service.i18n import N_
from service.problems import Problem

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
# So many payments are read again together: memory is bounded by them, not by the file.
PAYMENTS_AT_ONCE = 250
CLOSING = "</PmtInf></CstmrCdtTrfInitn></Document>"


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


class OrderWriter:
    """One order, written piece by piece: `open`, then `add` any number of times, then `close`.

    Payments come in the order of their end-to-end ids, so that none can stand in it twice. Raises
    OrderNotValid, and OrderDiffersFromApproval where count, sum or order are not as approved.
    """

    def __init__(self, order: PaymentOrder, *, is_validated: bool = True) -> None:
        self._order = order
        self._opening = _opening(order)
        self._check = _Check(order.profile.version, self._opening) if is_validated else None
        self._digest = sha256()
        self._last_id = ""
        self.byte_count = 0
        self.payment_count = 0
        self.total_cents = 0

    @property
    def sha256(self) -> bytes:
        """The digest of all that was written so far."""
        return self._digest.digest()

    def open(self) -> bytes:
        """Everything before the first payment; its totals are those approved."""
        return self._written(self._opening)

    def add(self, payments: Sequence[Payment]) -> bytes:
        """The bytes of some payments, checked and counted."""
        return b"".join(
            self._add(payments[first : first + PAYMENTS_AT_ONCE])
            for first in range(0, len(payments), PAYMENTS_AT_ONCE)
        )

    def _add(self, payments: Sequence[Payment]) -> bytes:
        if not all(1 <= payment.amount_cents <= PAYMENT_CENTS_MAX for payment in payments):
            raise OrderNotValid(element="InstdAmt")
        piece = "".join(map(self._payment, payments))
        if self._check:
            ids, amounts_cents = self._check.read(piece)
        else:
            ids = [payment.end_to_end_id for payment in payments]
            amounts_cents = [payment.amount_cents for payment in payments]
        self.payment_count += len(amounts_cents)
        self.total_cents += sum(amounts_cents)
        if not all(
            one < following for one, following in zip([self._last_id, *ids], ids, strict=False)
        ):
            raise OrderDiffersFromApproval
        self._last_id = ids[-1]
        return self._written(piece)

    def _payment(self, payment: Payment) -> str:
        return _payment(payment, self._order)

    def close(self) -> bytes:
        """Everything after the last payment; what was written is what was approved, or it fails."""
        if (self.payment_count, self.total_cents) != (
            self._order.approved_count,
            self._order.approved_cents,
        ) or not self.payment_count:
            raise OrderDiffersFromApproval
        return self._written(CLOSING)

    def _written(self, text: str) -> bytes:
        written = text.encode()
        self._digest.update(written)
        self.byte_count += len(written)
        return written


def stream_order(order: PaymentOrder, *, is_validated: bool = True) -> Iterator[bytes]:
    """The bytes of an order, piece by piece; its payments are asked for as they are written."""
    writer, payments = OrderWriter(order, is_validated=is_validated), iter(order.payments)
    yield writer.open()
    while some := list(islice(payments, PAYMENTS_AT_ONCE)):
        yield writer.add(some)
    yield writer.close()


def euros(amount_cents: int) -> str:
    """Cents as a bank file writes euros: a point and two digits."""
    return f"{amount_cents // 100}.{amount_cents % 100:02d}"


# ----- what is written


def _element(name: str, text: str | None) -> str:
    return "" if text is None else f"<{name}>{escape(text)}</{name}>"


def _opening(order: PaymentOrder) -> str:
    """Header and block. Nothing of it is a constant of SEPA: Kosovo is not in it."""
    profile = order.profile
    totals = (
        f"<NbOfTxs>{order.approved_count}</NbOfTxs><CtrlSum>{euros(order.approved_cents)}</CtrlSum>"
    )
    priority = _element("InstrPrty", "HIGH" if order.is_urgent else None)
    level = f"<SvcLvl>{_element('Cd', profile.service_level)}</SvcLvl>"
    day = _element("Dt", order.execute_on.isoformat())
    is_old = profile.version is MessageVersion.V03
    bic = _element("BIC" if is_old else "BICFI", profile.debtor_bic)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<Document xmlns="{NAMESPACE}{profile.version}"><CstmrCdtTrfInitn>'
        f"<GrpHdr>{_element('MsgId', order.message_id)}"
        f"<CreDtTm>{order.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</CreDtTm>{totals}"
        f"<InitgPty>{_element('Nm', profile.debtor_name)}</InitgPty></GrpHdr>"
        f"<PmtInf>{_element('PmtInfId', order.block_id)}<PmtMtd>TRF</PmtMtd>"
        f"<BtchBookg>{str(profile.is_batch_booked).lower()}</BtchBookg>{totals}"
        f"<PmtTpInf>{priority}{level if profile.service_level else ''}"
        f"<CtgyPurp>{_element('Cd', profile.category_purpose)}</CtgyPurp></PmtTpInf>"
        f"<ReqdExctnDt>{order.execute_on.isoformat() if is_old else day}</ReqdExctnDt>"
        f"<Dbtr>{_element('Nm', profile.debtor_name)}</Dbtr>"
        f"<DbtrAcct><Id>{_element('IBAN', profile.debtor_iban)}</Id></DbtrAcct>"
        f"<DbtrAgt><FinInstnId>{bic}</FinInstnId></DbtrAgt>"
        f"{_element('ChrgBr', profile.charge_bearer)}"
    )


def _payment(payment: Payment, order: PaymentOrder) -> str:
    name = escape(payment.end_to_end_id)
    return (
        f"<CdtTrfTxInf><PmtId><InstrId>{name}</InstrId><EndToEndId>{name}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="EUR">{euros(payment.amount_cents)}</InstdAmt></Amt>'
        f"<Cdtr><Nm>{escape(payment.payee_name)}</Nm>{_address(payment, order)}</Cdtr>"
        f"<CdtrAcct><Id><IBAN>{escape(payment.iban)}</IBAN></Id></CdtrAcct>"
        f"<Purp><Cd>{order.profile.purpose}</Cd></Purp>"
        f"<RmtInf><Ustrd>{escape(payment.text)}</Ustrd></RmtInf></CdtTrfTxInf>"
    )


def _address(payment: Payment, order: PaymentOrder) -> str:
    """Town and country where the bank asks for them; a free line never alone."""
    form = order.profile.address_form
    if form is AddressForm.NONE or payment.town is None:
        return ""
    line = payment.address_line if form is AddressForm.HYBRID else None
    return (
        f"<PstlAdr>{_element('TwnNm', payment.town)}{_element('Ctry', payment.country)}"
        f"{_element('AdrLine', line)}</PstlAdr>"
    )


# ----- what was written


class _Check:
    """Reads pieces of one order again, each in the order's own envelope."""

    def __init__(self, version: MessageVersion, opening: str) -> None:
        self._schema = _schema(version)
        self._opening = opening
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True, collect_ids=False)
        self._id = f"{{{NAMESPACE}{version}}}EndToEndId"
        self._amount = f"{{{NAMESPACE}{version}}}InstdAmt"

    def read(self, piece: str) -> tuple[list[str], list[int]]:
        """The end-to-end ids and amounts in cents that stand in a piece; OrderNotValid."""
        try:
            document = etree.fromstring((self._opening + piece + CLOSING).encode(), self._parser)
        except etree.XMLSyntaxError as broken:
            raise OrderNotValid from broken
        if not self._schema.validate(document):
            raise OrderNotValid(element=_first_fault(self._schema))
        ids = [one.text or "" for one in document.iter(self._id)]
        # The schema has seen to it that these are digits and a point; euros() writes two after it.
        return ids, [int((one.text or "").replace(".", "")) for one in document.iter(self._amount)]


@cache
def _schema(version: MessageVersion) -> etree.XMLSchema:
    """The published schema, as the sepaxml package ships it."""
    published = files("sepaxml") / "schemas" / f"{version}.xsd"
    return etree.XMLSchema(etree.fromstring(published.read_bytes()))


def _first_fault(schema: etree.XMLSchema) -> str:
    """The element at fault: the message names it, but also holds its value, which stays here."""
    message: str = schema.error_log[0].message  # type: ignore[index] # the stubs leave the log bare
    return message.partition("}")[2].partition("'")[0]
