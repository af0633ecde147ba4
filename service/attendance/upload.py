"""A month's sheet as a file: given out to be filled in, and read back, row by row."""

import csv
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO

import msgspec
from openpyxl import load_workbook

from service.attendance import sheet
from service.attendance.model import SheetRow
from service.i18n import LANGUAGES, N_, _, use_language
from service.problems import Problem

REFERENCE, NAME = "reference", "candidate_name"
# The headings of a sheet, each in the words of the page; by them a file is read, in any language.
HEADINGS = {
    REFERENCE: N_("Agreement"),
    NAME: N_("Candidate"),
    "days_expected": N_("Days expected"),
    "days_worked": N_("Days worked"),
    "days_paid_leave": N_("Paid leave"),
    sheet.WAGE: N_("Gross wage paid, in euros"),
}
NEEDED = (REFERENCE, *sheet.CELLS)
ROWS_MAX, COLUMNS_MAX = 5_000, 40
FILE_BYTES_MAX = 2_000_000
UNPACKED_BYTES_MAX = 50_000_000


class UnreadableSheet(Problem):
    """A file that is no sheet, or none of this kind."""

    slug = "unreadable-sheet"
    title = N_(
        "This file cannot be read as a sheet. Download the sheet of the month, "
        "fill it in, and upload that."
    )
    status = 422


class SheetTooLarge(Problem):
    """More than any employer has people."""

    slug = "sheet-too-large"
    title = N_("The file is larger than a month's sheet can be: 2 MB and 5,000 rows at most.")
    status = 422


class MissingColumns(Problem):
    """The first row does not say what is in the columns."""

    slug = "sheet-missing-columns"
    title = N_("The first row of the sheet has to name its columns. Missing: {columns}.")
    status = 422


class Uploaded(msgspec.Struct, frozen=True):
    """What a file says: cells as if typed on the page, each one's row, and rows that fit nobody."""

    typed: Mapping[str, str]
    rows: Mapping[str, int]
    wrong: Mapping[str, str]


def table_of(rows: Iterable[SheetRow]) -> list[list[str]]:
    """The rows of the sheet that is given out: who, and what was reported so far."""
    rows = list(rows)
    cells = sheet.written(rows)
    return [
        [row.reference, row.candidate_name]
        + [cells[sheet.cell(name, row.agreement_id)] for name in sheet.CELLS]
        for row in rows
    ]


def read(content: bytes, rows: Sequence[SheetRow]) -> Uploaded:
    """What a file says of the people of a month.

    Raises UnreadableSheet, SheetTooLarge or MissingColumns; what is wrong in a row is told by row.
    """
    if len(content) > FILE_BYTES_MAX:
        raise SheetTooLarge
    table = _read_xlsx(content) if content.startswith(b"PK") else _read_csv(content)
    places = _places(table[0] if table else [])
    people = {row.reference: row for row in rows}
    typed: dict[str, str] = {}
    numbers: dict[str, int] = {}
    wrong: dict[str, str] = {}
    for number, cells in enumerate(table[1:], start=2):
        texts = {name: _text(cells, place) for name, place in places.items()}
        if not any(texts[name] for name in sheet.CELLS):
            continue
        row = people.get(texts[REFERENCE].upper())
        complaint = _complaint(row, texts[REFERENCE], typed)
        if row is None or complaint:
            wrong[f"row-{number}"] = _("Row {row}: {complaint}").format(
                row=number, complaint=complaint
            )
            continue
        for name in sheet.CELLS:
            key = sheet.cell(name, row.agreement_id)
            typed[key], numbers[key] = texts[name], number
    return Uploaded(typed, numbers, wrong)


def by_row(errors: Mapping[str, str], uploaded: Uploaded) -> dict[str, str]:
    """Sentences beside cells, each told with the row of the file that it is about."""
    told = {
        key: _("Row {row}: {complaint}").format(row=uploaded.rows[key], complaint=sentence)
        if key in uploaded.rows
        else sentence
        for key, sentence in errors.items()
    }
    return {**uploaded.wrong, **told}


def _complaint(row: SheetRow | None, reference: str, typed: Mapping[str, str]) -> str | None:
    if not reference:
        return _("The agreement is missing. Copy its reference from the sheet that you downloaded.")
    if row is None:
        return _("No agreement of this month has this reference. Compare it with your agreements.")
    if sheet.cell(sheet.WAGE, row.agreement_id) in typed:
        return _("This agreement stands in the sheet twice. Leave one row of it.")
    return None


def _places(first: Sequence[str]) -> dict[str, int]:
    """Which column holds what."""
    words = [text.strip().casefold() for text in first]
    places: dict[str, int] = {}
    for name, heading in HEADINGS.items():
        for language in LANGUAGES:
            with use_language(language):
                known = _(heading).casefold()
            if known in words:
                places[name] = words.index(known)
                break
    if missing := [_(HEADINGS[name]) for name in NEEDED if name not in places]:
        raise MissingColumns(_(MissingColumns.title).format(columns=", ".join(missing)))
    return places


def _text(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _read_csv(content: bytes) -> list[list[str]]:
    if b"\0" in content:
        raise UnreadableSheet
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1250", errors="replace")  # what old spreadsheets here write
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    try:
        table = list(csv.reader(StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise UnreadableSheet from error
    if len(table) > ROWS_MAX:
        raise SheetTooLarge
    return table


def _read_xlsx(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED_BYTES_MAX:
                raise SheetTooLarge
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        first = book.worksheets[0]
        # Read row by row, and no further than a sheet goes, whatever it says of its size.
        found = first.iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX, values_only=True)
        return [[_written(cell) for cell in row] for row in found]
    except Problem:
        raise
    except Exception as error:  # openpyxl has no error of its own for all that a file can be
        raise UnreadableSheet from error


def _written(cell: object) -> str:
    """A cell as somebody would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        rounded = round(cell, 6)  # 0.1 + 0.2 is 0.3, as the spreadsheet shows it
        if rounded.is_integer():
            return f"{rounded:.0f}"
        return f"{rounded:.2f}" if round(rounded, 2) == rounded else str(rounded)
    return str(cell)
