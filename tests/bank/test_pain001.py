"""The order that goes to the bank, and what other readers make of it."""

from decimal import Decimal
from io import BytesIO

import msgspec
import pytest
from lxml import etree
from pyiso20022.pain.pain_001_001_09 import Document
from sepaxml import SepaTransfer
from xsdata.formats.dataclass.parsers import XmlParser

from service.bank.pain001 import (
    NAMESPACE,
    OrderDiffersFromApproval,
    OrderNotValid,
    euros,
    write_order,
)
from service.money import Cents
from tests.bank.samples import order, payment

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
