"""What is read from status reports and statements of several versions."""

import re
from contextlib import suppress
from datetime import date
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from service.bank.camt053 import read_statements
from service.bank.documents import NotABankFile, parse_document
from service.bank.model import Effect, Entry, EntryKind, StatementFile, StatusReport, Verdict
from service.bank.pain002 import read_status_report
from service.problems import Problem
from tests.bank.samples import OUR_ACCOUNT, sample


def status_report(content: bytes) -> StatusReport:
    """The report in a file."""
    return read_status_report(parse_document(content))


def statements(content: bytes) -> StatementFile:
    """The statements in a file."""
    return read_statements(parse_document(content))


def short(entry: Entry) -> tuple[object, ...]:
    """An entry without its key and dates."""
    return entry.kind, entry.says, entry.end_to_end_id, entry.amount_cents, entry.reason_code


def test_a_report_of_version_03_refuses_the_rest_of_its_block() -> None:
    report = status_report(sample("pain002_version_03.xml"))

    assert (report.message_id, report.original_message_id) == ("BANK-2026-11-03-0001", "M-ONE")
    assert [short(one) for one in report.entries] == [
        (EntryKind.STATUS, Effect.REJECTED, "E-ONE-1", 350_00, "CLOSED-ACCOUNT")
    ]
    assert report.for_the_rest == Verdict("RJCT", "AM04")


def test_a_report_of_version_10_speaks_of_each_payment() -> None:
    report = status_report(sample("pain002_version_10.xml"))

    assert [short(one)[1:] for one in report.entries] == [
        (Effect.ACCEPTED, "E-ONE-1", None, "ACSC"),
        (Effect.REJECTED, "E-TWO-1", None, "AC04"),
        (Effect.NONE, "E-THREE-1", None, "PDNG"),
        (Effect.NONE, "E-FOUR-1", None, "RVNM"),
        (Effect.REJECTED, "E-FIVE-1", None, "MS03"),
    ]
    assert report.for_the_rest is None


def group_only(status: str) -> bytes:
    """A report that says one thing of the whole message."""
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.15"><CstmrPmtStsRpt>'
        "<OrgnlGrpInfAndSts><OrgnlMsgId>M-ONE</OrgnlMsgId>"
        f"{status}</OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("<GrpSts>ACTC</GrpSts>", Verdict("ACTC", "MS03")),
        (
            "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>",
            Verdict("RJCT", "FF01"),
        ),
        ("<GrpSts>PART</GrpSts>", None),
        ("", None),
    ],
)
def test_a_report_may_speak_of_the_whole_message_only(status: str, verdict: Verdict | None) -> None:
    report = status_report(group_only(status))

    assert report.for_the_rest == verdict
    assert report.entries == ()


def test_two_reports_of_one_status_are_two_entries() -> None:
    content = sample("pain002_version_10.xml")
    first = {one.key for one in status_report(content).entries}
    again = {one.key for one in status_report(content).entries}
    later = {one.key for one in status_report(content.replace(b"STS2026", b"STS2027")).entries}

    assert first == again
    assert len(first) == 5
    assert not first & later


def test_a_statement_of_version_02_takes_a_block_apart() -> None:
    (statement,) = statements(sample("camt053_version_02.xml")).statements

    assert statement.account == OUR_ACCOUNT
    assert statement.currencies == {"EUR"}
    assert (statement.opening_cents, statement.booked_cents, statement.closing_cents) == (
        1_000_00,
        -651_50,
        348_50,
    )
    assert [short(one) for one in statement.entries] == [
        (EntryKind.DEBIT, Effect.SETTLED, "E-ONE-1", 350_00, None),
        (EntryKind.DEBIT, Effect.SETTLED, "E-TWO-1", 300_00, None),
        (EntryKind.DEBIT, Effect.SETTLED, None, 1_50, None),
    ]
    assert {one.booked_on for one in statement.entries} == {date(2026, 11, 3)}


def test_a_statement_of_version_08_shows_what_came_back() -> None:
    (statement,) = statements(sample("camt053_version_08.xml")).statements

    assert statement.account == OUR_ACCOUNT
    assert (statement.opening_cents, statement.booked_cents, statement.closing_cents) == (
        -100_00,
        650_00,
        550_00,
    )
    assert [short(one) for one in statement.entries] == [
        (EntryKind.CREDIT, Effect.RETURNED, "E-ONE-1", 350_00, "AC04"),
        (EntryKind.CREDIT, Effect.RETURNED, "E-TWO-1", 300_00, "MS03"),
        (EntryKind.CREDIT, Effect.UNMATCHED, None, 0, None),
    ]


def test_a_block_whose_payments_do_not_add_up_stays_whole() -> None:
    content = sample("camt053_version_02.xml").replace(b">300.00000<", b">299.00<")

    (statement,) = statements(content).statements

    assert [(one.end_to_end_id, one.amount_cents) for one in statement.entries] == [
        (None, 650_00),
        (None, 1_50),
    ]


def test_an_entry_has_one_key_in_every_file_and_equals_are_told_apart() -> None:
    content = sample("camt053_version_02.xml")
    fee = content[content.index(b"<!-- The bank's") : content.index(b"PDNG")].rpartition(
        b"<ns2:Ntry>"
    )[0]
    twice = content.replace(fee, fee + fee)

    once = [one.key for one in statements(content).statements[0].entries]
    doubled = [one.key for one in statements(twice).statements[0].entries]

    assert len(set(doubled)) == 4
    assert doubled[:3] == once


def test_a_debit_that_undoes_something_pays_nothing() -> None:
    content = sample("camt053_version_08.xml").replace(
        b"CRDT</CdtDbtInd><RvslInd>", b"DBIT</CdtDbtInd><RvslInd>"
    )

    (statement,) = statements(content).statements

    assert short(statement.entries[1])[:2] == (EntryKind.DEBIT, Effect.UNMATCHED)


def test_a_return_is_known_by_its_transaction_code_too() -> None:
    family = b"<Fmly><Cd>ICDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly>"
    code = b"<BkTxCd><Domn><Cd>PMNT</Cd>" + family + b"</Domn></BkTxCd>"
    content = sample("camt053_version_08.xml").replace(b"<RvslInd>true</RvslInd>", code)

    (statement,) = statements(content).statements

    assert short(statement.entries[1])[:3] == (EntryKind.CREDIT, Effect.RETURNED, "E-TWO-1")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b">650.00<", b">650.005<"),
        (b"DBIT", b"DEBT"),
        (b'<ns2:Amt Ccy="EUR">1.50</ns2:Amt>', b""),
    ],
)
def test_a_statement_that_cannot_be_added_up_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(NotABankFile):
        statements(sample("camt053_version_02.xml").replace(old, new))


def test_a_long_reason_is_kept_to_what_the_standard_allows() -> None:
    content = sample("pain002_version_03.xml").replace(b"CLOSED-ACCOUNT", b"x" * 500)

    (entry,) = status_report(content).entries

    assert entry == msgspec.structs.replace(entry, reason_code="x" * 35)


SAMPLES = [sample(name) for name in ("pain002_version_10.xml", "camt053_version_08.xml")]
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


def read_or_refuse(content: bytes) -> None:
    """Reads a file; a refusal is an answer, anything else a bug that escapes."""
    with suppress(Problem):
        document = parse_document(content)
        (read_statements if document.kind == "camt.053" else read_status_report)(document)


@given(st.sampled_from(SAMPLES), st.integers(0, 2_000), st.binary(min_size=1, max_size=4))
def test_a_file_with_wrong_bytes_is_read_or_refused(
    content: bytes, place: int, wrong: bytes
) -> None:
    read_or_refuse(content[:place] + wrong + content[place + len(wrong) :])


@given(st.sampled_from(SAMPLES), st.data())
def test_a_file_with_other_texts_is_read_or_refused(content: bytes, data: st.DataObject) -> None:
    pieces = re.split(rb"(?<=>)([^<>]+)(?=<)", content)
    place = data.draw(st.integers(0, len(pieces) // 2 - 1)) * 2 + 1
    pieces[place] = escape(data.draw(TEXTS)).encode()

    read_or_refuse(b"".join(pieces))


@given(st.sampled_from(SAMPLES), st.data())
def test_a_file_that_lacks_an_element_is_read_or_refused(
    content: bytes, data: st.DataObject
) -> None:
    root = etree.fromstring(content)
    elements = [one for one in root.iter("*") if one.getparent() is not None]
    gone = data.draw(st.sampled_from(elements))
    parent = gone.getparent()
    assert parent is not None
    parent.remove(gone)

    read_or_refuse(etree.tostring(root))
