"""Files from outside: those that would harm, and those that are no bank's."""

import resource

import pytest

from service.bank import documents
from service.bank.documents import NotABankFile, parse_document
from service.bank.model import FILE_BYTES_MAX
from tests.bank.samples import sample

OPENING = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
CLOSING = "</BkToCstmrStmt></Document>"


def attack(before: str, inside: str) -> bytes:
    """A statement with something in it."""
    return f"{before}{OPENING}{inside}{CLOSING}".encode()


def billion_laughs() -> bytes:
    """Ten entities, each of ten of the one before."""
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 11))
    return attack(f'<!DOCTYPE Document [<!ENTITY l0 "lol">{levels}]>', "<Id>&l10;</Id>")


def quadratic() -> bytes:
    """One long entity, many times."""
    return attack(
        f'<!DOCTYPE Document [<!ENTITY a "{"a" * 100_000}">]>', f"<Id>{'&a;' * 10_000}</Id>"
    )


ATTACKS = {
    "entity of a file": attack(
        '<!DOCTYPE Document [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "<Id>&f;</Id>"
    ),
    "entity in an attribute": attack(
        '<!DOCTYPE Document [<!ENTITY f "EUR">]>', '<Amt Ccy="&f;">1.00</Amt>'
    ),
    "document type elsewhere": attack(
        '<!DOCTYPE Document SYSTEM "http://localhost:1/x.dtd">', "<Id>1</Id>"
    ),
    "billion laughs": billion_laughs(),
    "quadratic": quadratic(),
    "deep": attack("", "<a>" * 300_000 + "</a>" * 300_000),
    "long text": attack("", f"<Id>{'x' * 30_000_000}</Id>"),
    "UTF-16 document type": attack('<!DOCTYPE Document [<!ENTITY f "x">]>', "<Id>&f;</Id>")
    .decode()
    .encode("utf-16"),
}

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
    "a report of the day": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08">'
    b"<BkToCstmrAcctRpt/></Document>",
    "another message inside": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
    b"<CstmrPmtStsRpt/></Document>",
    "another root": b'<Envelope xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
    b"<BkToCstmrStmt/></Envelope>",
    "NUL bytes": b"\x00" * 100,
}


@pytest.mark.parametrize("content", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_refused_within_bounds(content: bytes) -> None:
    memory_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(NotABankFile):
        parse_document(content)

    memory_after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert memory_after - memory_before < 300_000


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_not_a_banks_answer_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(NotABankFile) as refused:
        parse_document(content)

    assert refused.value.sentence().endswith(".")


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(NotABankFile, match="50 MB"):
        parse_document(b"<" * (FILE_BYTES_MAX + 1))


@pytest.mark.parametrize(
    ("name", "message_type"),
    [
        ("pain002_version_03.xml", "pain.002.001.03"),
        ("pain002_version_10.xml", "pain.002.001.10"),
        ("camt053_version_02.xml", "camt.053.001.02"),
        ("camt053_version_08.xml", "camt.053.001.08"),
    ],
)
def test_any_version_is_recognised(name: str, message_type: str) -> None:
    assert parse_document(sample(name)).message_type == message_type


@pytest.mark.parametrize(
    ("written", "cents"),
    [("350", 350_00), ("350.5", 350_50), ("350.50", 350_50), ("2.50000", 2_50), ("0.01", 1)],
)
def test_an_amount_in_whole_cents_is_read_exactly(written: str, cents: int) -> None:
    element = documents.start("urn:x")
    element.text = written

    assert documents.cents(element) == cents


@pytest.mark.parametrize("written", ["", "3,50", "-1.00", "1.005", "1e3", "٣٥٠", "NaN", "9" * 20])
def test_any_other_amount_is_refused(written: str) -> None:
    element = documents.start("urn:x")
    element.text = written

    with pytest.raises(NotABankFile):
        documents.cents(element)
