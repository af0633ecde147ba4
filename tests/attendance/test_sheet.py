"""The sheet of a month as it was typed."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from service.attendance import sheet
from service.attendance.model import Report, SheetRow
from service.ids import AgreementId, AttendanceId, new_id
from service.money import Cents


def a_row(reported: tuple[int, int, int, int] | None = None) -> SheetRow:
    expected, worked, leave, cents = reported or (None, None, None, None)
    return SheetRow(
        agreement_id=AgreementId(new_id()),
        reference="A-0000000000",
        candidate_name="Arta Krasniqi",
        title="Shop assistant",
        employed_from=date(2026, 7, 1),
        employed_until=date(2027, 6, 30),
        agreed_wage_cents=Cents(500_00),
        attendance_id=AttendanceId(new_id()) if reported else None,
        version=1 if reported else None,
        days_expected=expected,
        days_worked=worked,
        days_paid_leave=leave,
        gross_wage_cents=None if cents is None else Cents(cents),
        confirmed_at=None,
        confirmed_for=None,
    )


def typed_row(row: SheetRow, *texts: str) -> dict[str, str]:
    return {
        sheet.cell(name, row.agreement_id): text
        for name, text in zip(sheet.CELLS, texts, strict=True)
    }


def test_a_filled_row_is_a_report() -> None:
    row = a_row()

    read = sheet.read(typed_row(row, "22", "20", "2", "512,50"), [row])

    assert read.wrong == {}
    assert read.reports == [
        Report(
            agreement_id=row.agreement_id,
            days_expected=22,
            days_worked=20,
            days_paid_leave=2,
            gross_wage_cents=Cents(512_50),
        )
    ]


def test_an_empty_row_is_none() -> None:
    row = a_row()

    assert sheet.read(typed_row(row, "", " ", "", ""), [row]).reports == []
    assert sheet.read({}, [row]).reports == []


def test_every_cell_that_cannot_be_read_has_its_word() -> None:
    row = a_row()

    wrong = sheet.read(typed_row(row, "many", "-1", "", "free"), [row]).wrong

    assert set(wrong) == {sheet.cell(name, row.agreement_id) for name in sheet.CELLS}


def test_cells_of_other_peoples_rows_are_not_read() -> None:
    own, other = a_row(), a_row()

    assert sheet.read(typed_row(other, "22", "20", "2", "500"), [own]).reports == []


def test_a_sentence_stands_beside_the_cell_it_is_about() -> None:
    first, second = a_row(), a_row()
    both = typed_row(first, "22", "20", "2", "500") | typed_row(second, "22", "20", "2", "500")
    reports = sheet.read(both, [first, second]).reports

    placed = sheet.beside_cells(
        {"rows.0.agreement_id": "Too early.", "rows.1.gross_wage_cents": "Too much."}, reports
    )

    assert placed == {
        sheet.cell("days_expected", first.agreement_id): "Too early.",
        sheet.cell("gross_wage", second.agreement_id): "Too much.",
    }


@given(
    st.tuples(st.integers(1, 31), st.integers(0, 31), st.integers(0, 31), st.integers(0, 10_000_00))
)
def test_what_was_written_reads_as_what_was_reported(reported: tuple[int, int, int, int]) -> None:
    row = a_row(reported)

    read = sheet.read(sheet.written([row]), [row])

    assert read.wrong == {}
    [report] = read.reports
    assert (
        report.days_expected,
        report.days_worked,
        report.days_paid_leave,
        report.gross_wage_cents,
    ) == reported
