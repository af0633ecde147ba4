"""The bank that is simulated answers as a real one would, and always the same."""

import pytest
from pyiso20022.camt.camt_053_001_08 import Document as StatementDocument
from pyiso20022.pain.pain_002_001_10 import Document as ReportDocument
from xsdata.formats.dataclass.parsers import XmlParser

from service.bank import rules
from service.bank.messages import AccountReport
from service.bank.model import AttemptState, Effect
from service.bank.reading.checks import check_accounts
from service.bank.reading.files import read_file
from service.bank.simulator import answer
from service.bank_profiles.model import SettlesBy
from service.statements.telling import told_of
from tests.bank.reading.corpus import is_quarantined
from tests.bank.samples import OUR_ACCOUNT, attempt, order, payment, write_order

NAMES = [f"E{number}-1" for number in range(20)]
ORDER = write_order(order(*(payment(name, 300_00 + place) for place, name in enumerate(NAMES))))
SETTLES_BY = {OUR_ACCOUNT: SettlesBy.STATEMENT}
ATTEMPTS = {name: attempt(name, amount_cents=300_00 + place) for place, name in enumerate(NAMES)}


def test_the_same_seed_gives_the_same_files() -> None:
    assert answer(ORDER, seed=7, rejected=2, returned=3) == answer(
        ORDER, seed=7, rejected=2, returned=3
    )
    assert answer(ORDER, seed=7, rejected=2) != answer(ORDER, seed=8, rejected=2)


def test_its_statement_is_ours_and_adds_up() -> None:
    answered = answer(ORDER, seed=1, rejected=2, returned=3)

    (report,) = read_file(answered.statement).messages
    assert isinstance(report, AccountReport)
    assert not is_quarantined(report.findings)
    assert check_accounts(report, {OUR_ACCOUNT}) == []


def test_each_payment_ends_as_the_bank_meant_it() -> None:
    answered = answer(ORDER, seed=1, rejected=2, returned=3)
    report = told_of(read_file(answered.status_report), SETTLES_BY)
    statement = told_of(read_file(answered.statement), SETTLES_BY)

    decisions = rules.decide([*report.entries, *statement.entries], ATTEMPTS)

    ends = {move.attempt.end_to_end_id: move.to_state for one in decisions for move in one.moves}
    assert {name for name in ends if ends[name] is AttemptState.REJECTED} == set(answered.rejected)
    assert {name for name in ends if ends[name] is AttemptState.RETURNED} == set(answered.returned)
    assert list(ends.values()).count(AttemptState.SETTLED) == 15
    assert Effect.UNMATCHED not in {one.effect for one in decisions}


def test_another_reader_understands_both_files() -> None:
    answered = answer(ORDER, seed=1, rejected=2, returned=3)

    report = XmlParser().from_bytes(answered.status_report, ReportDocument).cstmr_pmt_sts_rpt
    statement = XmlParser().from_bytes(answered.statement, StatementDocument).bk_to_cstmr_stmt

    assert report is not None
    assert statement is not None
    assert len(report.orgnl_pmt_inf_and_sts[0].tx_inf_and_sts) == 20
    assert len(statement.stmt[0].ntry) == 18 + 3


@pytest.mark.parametrize(("rejected", "returned"), [(30, 0), (0, 30), (15, 15)])
def test_no_more_goes_wrong_than_was_ordered(rejected: int, returned: int) -> None:
    answered = answer(ORDER, seed=1, rejected=rejected, returned=returned)

    assert len(answered.rejected) + len(answered.returned) == 20
    (report,) = read_file(answered.statement).messages
    assert isinstance(report, AccountReport)
    assert not is_quarantined(report.findings)
    assert check_accounts(report, {OUR_ACCOUNT}) == []
