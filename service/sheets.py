"""Lists as files: CSV as spreadsheets of a language read it, XLSX; no cell is ever a formula."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import TextIOWrapper
from typing import IO, Protocol

import msgspec
import xlsxwriter

from service.clock import BUSINESS_ZONE
from service.i18n import N_
from service.lists import Cell, Euros
from service.problems import Problem

# What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection), and the wide
# letters that some of them read as the same.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ROWS_MAX = 250_000
WIDEST = 32_767  # characters that a cell of XLSX holds


class TooManyRows(Problem):
    """A sheet would have more rows than anybody reads, and than a server should write at once."""

    slug = "too-many-rows"
    title = N_("The list has more than 250,000 rows. Narrow it with the filters, then download it.")
    status = 422


class Format(StrEnum):
    """The kinds of file that a list can be had as."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class CsvDialect(msgspec.Struct, frozen=True):
    """How spreadsheets of a language read CSV: what separates cells, and what decimals."""

    separator: str
    decimal_mark: str


DIALECTS = {"sq": CsvDialect(";", ","), "sr": CsvDialect(";", ","), "en": CsvDialect(",", ".")}


class Sheet(Protocol):
    """A file that takes rows one after the other, and is whole once it is closed."""

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Adds rows."""

    def close(self) -> None:
        """Writes what is left; the file itself stays open."""


def open_sheet(kind: Format, file: IO[bytes], *, headings: Sequence[str], language: str) -> Sheet:
    """A sheet with its headings, written into a file."""
    if kind is Format.XLSX:
        return XlsxSheet(file, headings)
    return CsvSheet(file, headings, DIALECTS.get(language, DIALECTS["en"]))


class CsvSheet:
    """UTF-8 with a byte order mark, by which spreadsheets know it."""

    def __init__(self, file: IO[bytes], headings: Sequence[str], dialect: CsvDialect) -> None:
        self._text = TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
        self._writer = csv.writer(self._text, delimiter=dialect.separator, lineterminator="\r\n")
        self._decimal_mark = dialect.decimal_mark
        self._writer.writerow([harmless(heading) for heading in headings])

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Adds rows."""
        self._writer.writerows([self._written(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Writes what is left; the file itself stays open."""
        self._text.flush()
        self._text.detach()

    def _written(self, cell: Cell) -> str:
        match cell:
            case None:
                return ""
            case Euros(cents):
                return str(Decimal(cents).scaleb(-2)).replace(".", self._decimal_mark)
            case datetime():
                return f"{cell.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}"
            case date():
                return cell.isoformat()
            case int():
                return str(cell)
            case str():
                return harmless(cell)


class XlsxSheet:
    """Typed cells: texts as texts, numbers and days as such; a written row is on disk."""

    def __init__(self, file: IO[bytes], headings: Sequence[str]) -> None:
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True})
        self._sheet = self._book.add_worksheet()
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._amount = self._book.add_format({"num_format": "#,##0.00"})
        self._row = 1
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(0, len(headings) - 1), 20)
        bold = self._book.add_format({"bold": True})
        for column, heading in enumerate(headings):
            self._sheet.write_string(0, column, heading, bold)

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Adds rows."""
        for row in rows:
            for column, cell in enumerate(row):
                self._write_cell(column, cell)
            self._row += 1

    def close(self) -> None:
        """Writes what is left; the file itself stays open."""
        self._book.close()

    def _write_cell(self, column: int, cell: Cell) -> None:
        match cell:
            case None:
                return
            case Euros(cents):
                amount = Decimal(cents).scaleb(-2)
                self._sheet.write_number(self._row, column, amount, self._amount)
            case datetime():
                local = cell.astimezone(BUSINESS_ZONE).replace(tzinfo=None)
                self._sheet.write_datetime(self._row, column, local, self._moment)
            case date():
                self._sheet.write_datetime(self._row, column, cell, self._day)
            case int():
                self._sheet.write_number(self._row, column, cell)
            case str():
                self._sheet.write_string(self._row, column, cell[:WIDEST])


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that could begin one is quoted."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_BEGINS) else text
