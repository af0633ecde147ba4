"""What is read of files of every message and version, and of the habits of banks."""

from datetime import date

import pytest

from service.bank.findings import FindingCode, Severity
from service.bank.messages import (
    AccountReport,
    Booking,
    MessageKind,
    Side,
    StatusReport,
    Verdict,
)
from service.bank.reading.files import read_file
from tests.bank.reading import corpus
from tests.bank.reading.corpus import is_quarantined


def read_report(content: bytes) -> AccountReport:
    """The one account report of a file."""
    (message,) = read_file(content).messages
    assert isinstance(message, AccountReport)
    return message


def read_status(content: bytes) -> StatusReport:
    """The one status report of a file."""
    (message,) = read_file(content).messages
    assert isinstance(message, StatusReport)
    return message


def codes(message: AccountReport | StatusReport) -> set[FindingCode]:
    """What was found, without the note that every file gets."""
    return {one.code for one in message.findings} - {FindingCode.NOT_VALIDATED}


@pytest.mark.parametrize("version", corpus.CAMT_VERSIONS)
@pytest.mark.parametrize("kind", corpus.ROOTS)
def test_a_month_reads_the_same_in_every_message_and_version(kind: str, version: str) -> None:
    report = read_report(corpus.account_file(kind, version))

    (statement,) = report.statements
    assert (report.kind, report.message_type) == (kind, f"{kind}.001.{version}")
    assert statement.account == corpus.ACCOUNT
    assert (statement.entry_count, statement.booked_cents) == (5, corpus.MONTH_CENTS)
    assert [
        (one.ordinal, one.part, one.side, one.amount_cents, one.end_to_end_id, one.reason_code)
        for one in statement.entries
    ] == [
        (0, 0, Side.DEBIT, 350_00, "E-ONE-1", None),
        (1, 0, Side.DEBIT, 300_00, "E-TWO-1", None),
        (2, 0, Side.DEBIT, 325_00, "E-THREE-1", None),
        (2, 1, Side.DEBIT, 325_00, "E-FOUR-1", None),
        (3, 0, Side.DEBIT, 1_50, None, None),
        (4, 0, Side.CREDIT, 300_00, "E-TWO-1", "AC04"),
    ]
    assert codes(report) == {FindingCode.NO_DETAILS}


def test_an_entry_says_everything_that_matching_needs() -> None:
    (statement,) = read_report(corpus.account_file()).statements

    first, *_others, returned = statement.entries
    assert (first.booking, first.booked_on, first.value_on) == (
        Booking.BOOKED,
        date(2026, 11, 3),
        date(2026, 11, 3),
    )
    assert first.servicer_reference == "D1"
    assert first.transaction_code == "PMNT-ICDT-DMCT"
    assert (first.counterparty_name, first.counterparty_iban) == ("Furra Çeliku", corpus.PAYEE)
    assert first.remittance == "I-1 2026-10"
    assert (returned.is_return, returned.is_reversal, first.is_return) == (True, False, False)
    assert (statement.opening_cents, statement.closing_cents) == (2_000_00, 998_50)
    assert (statement.electronic_number, statement.legal_number) == (7, None)


def test_an_entry_is_known_again_in_another_message_but_not_taken_for_it() -> None:
    (booked,) = read_report(corpus.account_file("camt.053", "02")).statements
    (told,) = read_report(corpus.account_file("camt.054", "10")).statements

    assert [one.booking_key for one in booked.entries] == [one.booking_key for one in told.entries]
    assert not {one.key for one in booked.entries} & {one.key for one in told.entries}


def test_keys_do_not_depend_on_where_the_account_stands() -> None:
    (usual,) = read_report(corpus.account_file()).statements
    (moved,) = read_report(
        corpus.HARMLESS["elements out of order"](corpus.account_file().decode())
    ).statements

    assert moved.entries == usual.entries


def test_equal_entries_are_told_apart_by_count() -> None:
    fee = corpus.entry("", 1_50)
    content = corpus.message("camt.053", "08", corpus.statement("camt.053", fee * 3, booked=-4_50))

    (statement,) = read_report(content.encode()).statements

    assert len({one.key for one in statement.entries}) == 3
    assert len({one.booking_key for one in statement.entries}) == 3


@pytest.mark.parametrize("habit", corpus.HARMLESS)
def test_a_harmless_habit_changes_nothing_that_is_booked(habit: str) -> None:
    report = read_report(corpus.HARMLESS[habit](corpus.account_file().decode()))

    (statement,) = report.statements
    assert (statement.entry_count, statement.booked_cents) == (5, corpus.MONTH_CENTS)
    assert [one.end_to_end_id for one in statement.entries].count("E-ONE-1") == 1
    assert not is_quarantined(report.findings)


@pytest.mark.parametrize("habit", corpus.ODD)
def test_an_odd_file_is_held_with_its_reason(habit: str) -> None:
    code, bent = corpus.ODD[habit]

    report = read_report(bent(corpus.account_file().decode()))

    held = {one.code for one in report.findings if one.severity is Severity.QUARANTINE}
    assert code in held
    assert all(one.sentence().endswith(".") for one in report.findings)


def test_only_the_odd_statement_of_several_is_held() -> None:
    good = corpus.statement("camt.053", corpus.month())
    bad = corpus.statement("camt.053", corpus.month(), booked=0, number=8)

    report = read_report(corpus.message("camt.053", "08", good, bad).encode())

    assert [is_quarantined(report.findings, one.ordinal) for one in report.statements] == [
        False,
        True,
    ]


def test_pending_entries_inform_and_are_not_added_up() -> None:
    inside = corpus.month() + corpus.entry("P1", 5_00, status="PDNG")

    report = read_report(
        corpus.message("camt.053", "08", corpus.statement("camt.053", inside)).encode()
    )

    assert report.statements[0].booked_cents == corpus.MONTH_CENTS
    assert report.statements[0].entries[-1].booking is Booking.PENDING
    assert FindingCode.NOT_BOOKED in codes(report)
    assert not is_quarantined(report.findings)


def test_a_block_without_details_stays_one_entry_that_names_its_block() -> None:
    batch = "<Btch><PmtInfId>P-ONE</PmtInfId><NbOfTxs>400</NbOfTxs></Btch>"
    inside = corpus.entry("B1", 900_00, batch)

    (statement,) = read_report(
        corpus.message(
            "camt.053", "04", corpus.statement("camt.053", inside, booked=-900_00)
        ).encode()
    ).statements

    (entry,) = statement.entries
    assert (entry.block_id, entry.transaction_count, entry.amount_cents) == ("P-ONE", 400, 900_00)


def test_a_reversal_is_flagged() -> None:
    inside = corpus.entry("X1", 5_00, side="CRDT", more="<RvslInd>true</RvslInd>")

    (statement,) = read_report(
        corpus.message("camt.053", "08", corpus.statement("camt.053", inside, booked=5_00)).encode()
    ).statements

    assert statement.entries[0].is_reversal


@pytest.mark.parametrize("version", corpus.PAIN_VERSIONS)
def test_a_status_report_reads_the_same_in_every_version(version: str) -> None:
    report = read_status(corpus.status_file(version))

    assert report.kind is MessageKind.STATUS_REPORT
    assert (report.original_message_id, report.group) == ("M-ONE", Verdict("PART", None))
    assert [(one.end_to_end_id, one.verdict, one.block_id) for one in report.payments] == [
        ("E-ONE-1", Verdict("ACSC", None), "P-ONE"),
        ("E-TWO-1", Verdict("RJCT", "AC04"), "P-ONE"),
    ]
    assert report.for_the_rest() is None
    assert codes(report) == set()


@pytest.mark.parametrize("code", ["RCVC", "RVCM", "RVNC", "RVNM", "RVMC", "RVNA"])
def test_a_comparison_of_names_is_noted_and_does_nothing(code: str) -> None:
    report = read_status(corpus.status_file(payments=corpus.payment_status("E-ONE-1", code)))

    assert FindingCode.PAYEE_VERIFICATION in codes(report)
    assert report.payments[0].verdict.code == code


def test_a_report_that_says_two_things_of_one_payment_is_held() -> None:
    twice = corpus.payment_status("E-ONE-1", "ACSC") + corpus.payment_status("E-ONE-1", "RJCT")

    report = read_status(corpus.status_file(payments=twice))

    assert FindingCode.CONTRADICTION in codes(report)
    assert is_quarantined(report.findings)


def test_a_refused_payment_that_is_counted_and_not_named_holds_the_report() -> None:
    named = corpus.payment_status("E-ONE-1", "ACSC")

    report = read_status(corpus.status_file(payments=named))

    assert FindingCode.COUNT_DIFFERS in codes(report)
