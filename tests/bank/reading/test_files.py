"""Which files are read at all, and those that were kept from the first readers."""

import pytest

from service.bank.messages import AccountReport, StatusReport
from service.bank.reading.files import read_file
from service.bank.reading.refusing import NotABankFile
from tests.bank.samples import sample

OTHERS = {
    "nothing": b"",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "JSON": b'{"Document": {}}',
    "HTML": b"<!doctype html><html><body>Sign in</body></html>",
    "XHTML": b'<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
    "no namespace": b"<Document><BkToCstmrStmt/></Document>",
    "half a file": sample("camt053_version_08.xml")[:900],
    "our own order": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">'
    b"<CstmrCdtTrfInitn/></Document>",
    "a report of nothing": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08">'
    b"<BkToCstmrAcctRpt/></Document>",
    "another message inside": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
    b"<CstmrPmtStsRpt/></Document>",
    "another root": b'<Envelope xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
    b"<BkToCstmrStmt/></Envelope>",
    "NUL bytes": b"\x00" * 100,
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_not_a_banks_answer_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(NotABankFile) as refused:
        read_file(content)

    assert refused.value.sentence().endswith(".")


def test_two_messages_in_one_document_are_refused() -> None:
    content = sample("camt053_version_08.xml")
    body = content[content.index(b"<BkToCstmrStmt>") : content.index(b"</Document>")]

    with pytest.raises(NotABankFile, match="more than one"):
        read_file(content.replace(b"</Document>", body + b"</Document>"))


def test_a_block_of_an_old_version_is_taken_apart() -> None:
    (report,) = read_file(sample("camt053_version_02.xml")).messages

    assert isinstance(report, AccountReport)
    (statement,) = report.statements
    assert [
        (one.end_to_end_id, one.amount_cents, one.part)
        for one in statement.entries
        if one.booking == "booked"
    ] == [("E-ONE-1", 350_00, 0), ("E-TWO-1", 300_00, 1), (None, 1_50, 0)]
    assert (statement.opening_cents, statement.closing_cents) == (1_000_00, 348_50)


def test_a_reason_of_the_bank_itself_and_a_verdict_on_the_rest_are_kept() -> None:
    (report,) = read_file(sample("pain002_version_03.xml")).messages

    assert isinstance(report, StatusReport)
    assert report.payments[0].verdict.reason_code == "CLOSED-ACCOUNT"
    rest = report.for_the_rest()
    assert rest is not None
    assert (rest.code, rest.reason_code) == ("RJCT", "AM04")
