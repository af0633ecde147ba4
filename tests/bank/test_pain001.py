"""The order that goes to the bank, and what other readers make of it."""

from decimal import Decimal
from io import BytesIO
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyiso20022.pain.pain_001_001_03 import Document as Document03
from pyiso20022.pain.pain_001_001_09 import Document
from sepaxml import SepaTransfer
from xsdata.formats.dataclass.parsers import XmlParser

from service.bank.orders import complaint
from service.bank.pain001 import (
    NAMESPACE,
    OrderDiffersFromApproval,
    OrderNotValid,
    OrderWriter,
    euros,
)
from service.bank_profiles.model import AddressForm, ChargeBearer, MessageVersion
from service.bank_profiles.rules import write
from service.crypto import fingerprint
from service.money import Cents
from tests.bank.samples import LATIN, PROFILE, order, payment, write_order
from tests.bank.test_orders import ALPHABET, IBAN
from tests.bank.test_orders import line as attempt

THREE = order(payment("E-ONE-1"), payment("E-THREE-1", 1), payment("E-TWO-1", 425_50))
PAYMENTS = list(THREE.payments)


def test_the_same_order_is_always_the_same_bytes() -> None:
    assert write_order(THREE) == write_order(THREE)


@pytest.mark.parametrize(
    ("amount_cents", "written"),
    [(1, "0.01"), (10, "0.10"), (350_00, "350.00"), (99_999_999_999, "999999999.99")],
)
def test_an_amount_has_two_digits_after_the_point(amount_cents: int, written: str) -> None:
    assert euros(amount_cents) == written
    assert f">{written}</InstdAmt>".encode() in write_order(order(payment("E-ONE-1", amount_cents)))


def test_another_reader_finds_what_was_written() -> None:
    read = XmlParser().from_bytes(write_order(THREE), Document).cstmr_cdt_trf_initn

    assert read is not None
    header, block = read.grp_hdr, read.pmt_inf[0]
    assert (header.msg_id, block.pmt_inf_id) == ("M-ONE", "P-ONE")
    assert {header.nb_of_txs, block.nb_of_txs} == {"3"}
    assert {header.ctrl_sum, block.ctrl_sum} == {Decimal("775.51")}
    assert [
        (one.pmt_id.end_to_end_id, one.amt.instd_amt.value, one.cdtr_acct.id.iban, one.purp.cd)
        for one in block.cdt_trf_tx_inf
    ] == [
        (one.end_to_end_id, Decimal(one.amount_cents) / 100, one.iban, "AEMP")
        for one in THREE.payments
    ]


def facts(content: bytes) -> dict[str, list[str]]:
    """The texts of a file by the local name of their element, in order."""
    found: dict[str, list[str]] = {}
    for one in etree.fromstring(content).iter():
        if one.text and one.text.strip():
            found.setdefault(etree.QName(one).localname, []).append(one.text)
    return found


def test_another_writer_says_the_same_of_the_money() -> None:
    profile = THREE.profile
    other = SepaTransfer(
        {
            "name": profile.debtor_name,
            "IBAN": profile.debtor_iban,
            "BIC": profile.debtor_bic,
            "batch": True,
            "currency": "EUR",
            "domestic": True,
        },
        schema="pain.001.001.09",
    )
    for one in THREE.payments:
        other.add_payment(
            {
                "name": one.payee_name,
                "IBAN": one.iban,
                "amount": one.amount_cents,
                "execution_date": THREE.execute_on,
                "description": one.text,
                "endtoend_id": one.end_to_end_id,
            }
        )

    ours, theirs = facts(write_order(THREE)), facts(other.export(validate=True))

    for name in ("NbOfTxs", "CtrlSum", "InstdAmt", "IBAN", "EndToEndId", "Ustrd", "Dt"):
        assert sorted(ours[name]) == sorted(theirs[name])


def test_nothing_in_the_order_tells_of_a_person_or_of_sepa() -> None:
    written = facts(write_order(THREE))

    assert written["Ustrd"] == ["I-7K3M92QFA0 2026-10"] * 3
    assert "SvcLvl" not in written
    assert written["Cd"][0] == "GOVT"
    assert "AdrLine" not in written


def test_the_day_of_payment_and_the_moment_of_approval_are_given() -> None:
    written = facts(write_order(THREE))

    assert written["Dt"] == ["2026-11-03"]
    assert written["CreDtTm"] == ["2026-11-02T09:00:00Z"]


@pytest.mark.parametrize("amount_cents", [0, -1, 100_000_000_000])
def test_an_amount_no_bank_takes_is_refused(amount_cents: int) -> None:
    with pytest.raises(OrderNotValid):
        write_order(order(payment("E-ONE-1", amount_cents)))


def test_an_order_against_the_schema_is_refused_without_its_values() -> None:
    wrong = msgspec.structs.replace(payment(), iban="not an IBAN")

    with pytest.raises(OrderNotValid) as refused:
        write_order(order(wrong))

    assert refused.value.members["element"] == "IBAN"
    assert "not an IBAN" not in str(refused.value.members) + refused.value.sentence()


@pytest.mark.parametrize(
    "change",
    [{"approved_count": 2}, {"approved_cents": Cents(775_50)}, {"payments": PAYMENTS[:2]}],
)
def test_an_order_that_is_not_what_was_approved_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(OrderDiffersFromApproval):
        write_order(msgspec.structs.replace(THREE, **change))


def test_two_payments_with_one_identifier_are_refused() -> None:
    with pytest.raises(OrderDiffersFromApproval):
        write_order(order(payment("E-ONE-1"), payment("E-ONE-1")))


def test_an_empty_order_is_refused_by_the_schema() -> None:
    with pytest.raises((OrderNotValid, OrderDiffersFromApproval)):
        write_order(order())


def test_a_full_order_keeps_to_the_published_schema() -> None:
    root = etree.parse(BytesIO(write_order(THREE))).getroot()

    assert etree.QName(root).namespace == f"{NAMESPACE}pain.001.001.09"


READERS = {MessageVersion.V03: Document03, MessageVersion.V09: Document}
PROFILES = [
    msgspec.structs.replace(
        THREE.profile,
        version=version,
        address_form=form,
        service_level=level,
        is_batch_booked=is_batch,
        charge_bearer=bearer,
    )
    for version in MessageVersion
    for form in AddressForm
    for level, is_batch in ((None, False), ("SEPA", True))
    for bearer in ChargeBearer
]


@pytest.mark.parametrize("is_urgent", [False, True])
def test_every_profile_gives_an_order_that_another_reader_reads(is_urgent: bool) -> None:
    addressed = [
        msgspec.structs.replace(one, town="Prishtine", address_line="Rr. B 1")
        for one in THREE.payments
    ]
    for profile in PROFILES:
        content = write_order(
            msgspec.structs.replace(THREE, profile=profile, payments=addressed, is_urgent=is_urgent)
        )
        read = XmlParser().from_bytes(content, READERS[profile.version]).cstmr_cdt_trf_initn

        block = read.pmt_inf[0]
        assert block.btch_bookg is profile.is_batch_booked
        assert block.chrg_br.value == profile.charge_bearer
        paid = [one.amt.instd_amt.value for one in block.cdt_trf_tx_inf]
        assert sum(paid) == read.grp_hdr.ctrl_sum == Decimal("775.51")
        assert (b"<AdrLine>" in content) == (profile.address_form is AddressForm.HYBRID)
        assert (b"<TwnNm>" in content) == (profile.address_form is not AddressForm.NONE)
        assert (b"<Ctry>" in content) == (b"<TwnNm>" in content)
        assert (b"<SvcLvl>" in content) == (profile.service_level is not None)
        assert (b"<InstrPrty>HIGH<" in content) == is_urgent


@settings(max_examples=2_000, deadline=None)
@given(st.one_of(st.text(min_size=1, max_size=80), st.text(LATIN + "ëÇ&Ж", max_size=80)))
def test_a_name_is_written_whole_or_its_line_is_refused(name: str) -> None:
    line = attempt(name).line
    refused = complaint(line, IBAN, PROFILE, ALPHABET)

    if refused is None:
        written = write(name, ALPHABET)
        content = write_order(order(msgspec.structs.replace(payment(), payee_name=written)))
        assert f"<Cdtr><Nm>{escape(written)}</Nm></Cdtr>".encode() in content
        assert len(written) <= 70
    else:
        assert refused.detail


def test_what_is_left_of_a_name_is_written_as_it_is_read() -> None:
    names = ["Gj. O'Brien & Sons", "A<B>C", 'say "so"', "plain"]
    orders_of = [order(msgspec.structs.replace(payment(), payee_name=name)) for name in names]

    assert [facts(write_order(one))["Nm"][-1] for one in orders_of] == names


def test_a_writer_that_is_handed_pieces_gives_the_same_bytes() -> None:
    writer = OrderWriter(THREE)

    pieces = [writer.open(), *(writer.add([one]) for one in THREE.payments), writer.close()]

    assert b"".join(pieces) == write_order(THREE)
    assert (writer.payment_count, writer.total_cents) == (3, 775_51)
    assert writer.sha256 == fingerprint(write_order(THREE))
    assert writer.byte_count == len(write_order(THREE))


def test_payments_out_of_order_are_refused_for_one_might_stand_twice() -> None:
    backwards = msgspec.structs.replace(THREE, payments=tuple(reversed(PAYMENTS)))

    with pytest.raises(OrderDiffersFromApproval):
        write_order(backwards)
