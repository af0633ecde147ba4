"""Our reader beside another one that was generated from the published schemas."""

import importlib
from decimal import Decimal
from typing import Any

import pytest
from xsdata.formats.dataclass.parsers import XmlParser

from service.bank.messages import AccountReport, Entry, Side, StatusReport
from service.bank.reading.files import read_file
from tests.bank.reading import corpus

NOTHING = "NOTPROVIDED"


def by_schema(content: bytes, kind: str, version: str) -> Any:
    """The message as dataclasses; a file against the schema raises."""
    family = kind.partition(".")[0]
    name = f"{kind.replace('.', '_')}_001_{version}"
    module = importlib.import_module(f"pyiso20022.{family}.{name}")
    return XmlParser().from_bytes(content, module.Document)


def signed(entry: Entry) -> Decimal:
    """The amount of one of our entries in euros, less than nothing when it left."""
    assert entry.amount_cents is not None
    euros = Decimal(entry.amount_cents) / 100
    return euros if entry.side is Side.CREDIT else -euros


def theirs(entry: Any) -> list[tuple[Decimal, str]]:
    """The payments of one of their entries."""
    sign = 1 if entry.cdt_dbt_ind.value == "CRDT" else -1
    details = [one for each in entry.ntry_dtls for one in each.tx_dtls]
    if not details:
        return [(sign * entry.amt.value, NOTHING)]
    return [(sign * one.amt.value, one.refs.end_to_end_id) for one in details]


@pytest.mark.parametrize("version", ["04", "06", "08"])
def test_another_reader_finds_the_same_entries_in_a_statement(version: str) -> None:
    content = corpus.account_file("camt.053", version)

    (told,) = by_schema(content, "camt.053", version).bk_to_cstmr_stmt.stmt
    (read,) = read_file(content).messages

    assert isinstance(read, AccountReport)
    ours = [(signed(one), one.end_to_end_id or NOTHING) for one in read.statements[0].entries]
    assert ours == [payment for entry in told.ntry for payment in theirs(entry)]


@pytest.mark.parametrize("version", ["03", "10"])
def test_another_reader_finds_the_same_payments_in_a_report(version: str) -> None:
    content = corpus.status_file(version)

    (block,) = by_schema(content, "pain.002", version).cstmr_pmt_sts_rpt.orgnl_pmt_inf_and_sts
    (read,) = read_file(content).messages

    assert isinstance(read, StatusReport)
    assert [(one.end_to_end_id, one.verdict.code) for one in read.payments] == [
        (one.orgnl_end_to_end_id, getattr(one.tx_sts, "value", one.tx_sts))
        for one in block.tx_inf_and_sts
    ]
