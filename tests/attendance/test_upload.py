"""A month's sheet as a file: what employers really upload, and what nobody should."""

import zipfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from service.agreements.model import Shown
from service.attendance import upload
from service.attendance.model import SheetRow
from service.ids import AgreementId, new_id
from service.money import Cents
from tests.attendance.test_pages import two_hires
from tests.conftest import SignIn
from tests.given import Given

FIRST = [
    "Agreement", "Candidate", "Days expected", "Days worked", "Paid leave",
    "Gross wage paid, in euros",
]  # fmt: skip


def row_of(reference: str = "A-1") -> SheetRow:
    return SheetRow(
        agreement_id=AgreementId(new_id()), reference=reference, candidate_name="Arta Krasniqi",
        title="Shop", employed_from=date(2026, 7, 1), employed_until=date(2027, 1, 1),
        agreed_wage_cents=Cents(500_00), attendance_id=None, version=None, days_expected=None,
        days_worked=None, days_paid_leave=None, gross_wage_cents=None, confirmed_at=None,
        confirmed_for=None,
    )  # fmt: skip


def xlsx(*rows: Sequence[object]) -> bytes:
    book, content = Workbook(), BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    book.save(content)
    return content.getvalue()


def cells(told: upload.Uploaded, row: SheetRow) -> list[str]:
    return [
        told.typed[f"{name}-{row.agreement_id}"]
        for name in ("days_expected", "days_worked", "days_paid_leave", "gross_wage")
    ]


@pytest.mark.parametrize(
    "content",
    [
        xlsx(FIRST, ["A-1", "Arta", 22, 20.0, "2", 512.5]),
        xlsx(["x", *FIRST], ["", "a-1", "Arta", 22, 20, 2, "512.50"]),
        b"\xef\xbb\xbfAgreement;Days worked;Days expected;Paid leave;Gross wage paid, in euros\r\n"
        b"A-1;20;22;2;512.50\r\n",
        "Marrëveshja;Ditët e punuara;Ditët e pritura;Pushim i paguar;"
        "Paga bruto e paguar, në euro\nA-1;20;22;2;512.50\n".encode(),
    ],
    ids=["xlsx", "another column before", "csv", "csv in Albanian"],
)
def test_a_file_is_read_by_its_headings(content: bytes) -> None:
    row = row_of()

    told = upload.read(content, [row])

    assert told.wrong == {}
    assert cells(told, row) == ["22", "20", "2", "512.50"]


def test_amounts_are_not_rounded_and_words_not_guessed() -> None:
    row = row_of()

    told = upload.read(xlsx(FIRST, ["A-1", "", 22.5, 0.1 + 0.2, True, 512.555]), [row])

    assert cells(told, row) == ["22.50", "0.30", "True", "512.555"]


def test_rows_that_fit_nobody_are_told_by_their_number() -> None:
    rows = [row_of("A-1"), row_of("A-2")]
    line = ["", 22, 22, 0, 500]

    told = upload.read(
        xlsx(FIRST, ["A-1", *line], ["A-9", *line], ["A-1", *line], ["", *line]), rows
    )

    assert list(told.wrong) == ["row-3", "row-4", "row-5"]
    assert told.wrong["row-3"].startswith("Row 3: No agreement of this month")
    assert "twice" in told.wrong["row-4"]


def test_rows_left_empty_are_left_alone() -> None:
    assert upload.read(xlsx(FIRST, ["A-1", "Arta"], []), [row_of()]).typed == {}


def _bomb() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", upload.MissingColumns),
        (b"%PDF-1.7", upload.MissingColumns),
        (b"PK\x03\x04 not a zip", upload.UnreadableSheet),
        (b"\0\1\2", upload.UnreadableSheet),
        (xlsx(["Agreement"]), upload.MissingColumns),
        (b"x" * 2_000_001, upload.SheetTooLarge),
        (_bomb(), upload.SheetTooLarge),
        (b"a\n" * 6_000, upload.SheetTooLarge),
    ],
)
def test_what_is_no_sheet_is_refused(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        upload.read(content, [row_of()])


def test_a_sheet_that_claims_a_million_rows_is_read_no_further_than_a_sheet_goes() -> None:
    book, content = Workbook(), BytesIO()
    assert book.active is not None
    book.active.append(FIRST)
    book.active["XFD1048576"] = 1
    book.save(content)

    assert upload.read(content.getvalue(), [row_of()]).typed == {}


async def uploaded(
    client: httpx.AsyncClient, csrf: dict[str, str], content: bytes
) -> httpx.Response:
    return await client.post(
        "/attendance/2026-10/upload", data=csrf, files={"file": ("month.xlsx", content)}
    )


def filled(content: bytes, agreement: Shown, *numbers: object) -> bytes:
    """The downloaded sheet with a row filled in, as a spreadsheet program saves it."""
    book, saved = load_workbook(BytesIO(content)), BytesIO()
    assert book.active is not None
    for line in book.active.iter_rows(min_row=2):
        if line[0].value == agreement.reference:
            for cell, number in zip(line[2:], numbers, strict=True):
                cell.value = number  # type: ignore[assignment] # wider in truth than in its stubs
    book.save(saved)
    return saved.getvalue()


async def test_the_sheet_that_was_downloaded_is_filled_in_and_uploaded(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    first, second = await two_hires(given)
    csrf = await visit(await given.employer_of(first))
    empty = (await client.get("/attendance/2026-10/sheet.xlsx")).content

    wrong = await uploaded(client, csrf, filled(empty, first, 22, 22, 1, 500))
    untouched = await client.get("/attendance/2026-10")
    saved = await uploaded(client, csrf, filled(empty, second, 22, 20, 2, 512.5))
    shown = await client.get("/attendance/2026-10")

    assert (wrong.status_code, saved.status_code) == (422, 303)
    assert "Row " in wrong.text
    assert f'name="days_worked-{first.id}" value="22"' in wrong.text
    assert untouched.text.count("Not reported") == 2
    assert f'name="gross_wage-{second.id}" value="512.50"' in shown.text


async def test_a_file_that_is_none_comes_back_with_a_sentence(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    first, _ = await two_hires(given)
    csrf = await visit(await given.employer_of(first))

    nothing = await client.post("/attendance/2026-10/upload", data=csrf)
    picture = await uploaded(client, csrf, b"\x89PNG\r\n\x1a\n\0\0")

    assert (nothing.status_code, picture.status_code) == (422, 422)
    assert "The first row of the sheet has to name its columns" in nothing.text
    assert "cannot be read as a sheet" in picture.text
