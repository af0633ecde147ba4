"""How the statements of a list are made, and that no cell of a sheet is a formula."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from service.db import parse_queries
from service.lists import Cell, Euros, Found
from service.money import Cents
from service.paging import Going, Layout, count_query, page_query, sort_keys
from service.sheets import FORMULA_BEGINS, Format, harmless, open_sheet

(QUERY,) = parse_queries(
    """
-- name: list_people
-- by name: p.name::text, p.id::uuid
-- by due: (upper(p.period) + make_interval(months => 3))::date,
--   p.id::uuid
SELECT
    p.id,
    coalesce(p.name, '') AS name
FROM person AS p
WHERE
    p.office_id = :office_id
    AND (:name::text IS NULL OR p.name = :name)
    AND (
        :open_on::date IS NULL
        OR (p.ends_on > :open_on AND seats(p.id) < p.seats)
    )
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;
"""
).values()


def test_a_filter_that_is_given_stands_alone_and_the_others_are_left_out() -> None:
    page = page_query(QUERY, Layout("name"), frozenset({"open_on"}), 51)

    assert "IS NULL" not in page.text
    assert "AND TRUE" in page.text
    assert "AND ((p.ends_on > $2 AND seats(p.id) < p.seats))" in page.text
    assert page.parameters == ("office_id", "open_on")


@pytest.mark.parametrize(
    ("descending", "going", "sign", "order"),
    [
        (False, Going.AFTER, ">", "p.name, p.id"),
        (True, Going.AFTER, "<", "p.name DESC, p.id DESC"),
        (False, Going.BEFORE, "<", "p.name DESC, p.id DESC"),
        (True, Going.BEFORE, ">", "p.name, p.id"),
    ],
)
def test_a_page_goes_on_beyond_a_place_in_its_own_direction(
    *, descending: bool, going: Going, sign: str, order: str
) -> None:
    page = page_query(QUERY, Layout("name", descending, going), frozenset(), 51)

    assert f"(p.name, p.id) {sign} ($2::text::text, $3::text::uuid)" in page.text
    assert f"ORDER BY {order}\nLIMIT 51" in page.text
    assert page.parameters == ("office_id", "place_0", "place_1")


def test_the_first_page_has_no_place_and_every_row_says_its_own() -> None:
    page = page_query(QUERY, Layout("due"), frozenset(), 3)

    assert "AND TRUE\nORDER BY (upper(p.period)" in page.text
    assert (
        "ARRAY[((upper(p.period) + make_interval(months => 3)))::text, (p.id)::text] AS place"
        in (page.text)
    )


def test_a_count_reads_no_column_and_stops() -> None:
    counting = count_query(QUERY, frozenset({"name"}))

    assert counting.text.startswith("SELECT count(*) FROM (SELECT 1 FROM person AS p")
    assert "LIMIT 10001" in counting.text
    assert "ORDER BY" not in counting.text
    assert counting.parameters == ("office_id", "name")


def test_what_a_list_sorts_by_is_split_outside_brackets() -> None:
    assert [key.type for key in sort_keys(QUERY, "due")] == ["date", "uuid"]


def test_counting_stops_one_beyond_what_is_said() -> None:
    (costly,) = parse_queries(
        "-- name: list_seats\n-- counted to 1000\n-- by age: p.id::uuid\n"
        "SELECT p.id\nFROM seat AS p\nWHERE :beyond\nORDER BY :by::text\nLIMIT :at_most;"
    ).values()

    assert "LIMIT 1001" in count_query(costly, frozenset()).text
    assert Found[str]([], count=1_001, counted_to=1_000).is_beyond_counting
    assert not Found[str]([], count=1_000, counted_to=1_000).is_beyond_counting


# ----- sheets

ROW: list[Cell] = [
    "=1+1",
    Euros(Cents(-1_234_56)),
    7,
    date(2026, 10, 31),
    datetime(2026, 10, 31, 23, 30, tzinfo=UTC),
    None,
]
HEADINGS = ["a", "b", "c", "d", "e", "f"]


def written(kind: Format, rows: list[list[Cell]], language: str = "sq") -> BytesIO:
    file = BytesIO()
    sheet = open_sheet(kind, file, headings=HEADINGS, language=language)
    sheet.write(rows)
    sheet.close()
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("sq", "'=1+1;-1234,56;7;2026-10-31;2026-11-01 00:30;"),
        ("sr", "'=1+1;-1234,56;7;2026-10-31;2026-11-01 00:30;"),
        ("en", "'=1+1,-1234.56,7,2026-10-31,2026-11-01 00:30,"),
    ],
)
def test_csv_is_as_spreadsheets_of_the_language_read_it(language: str, line: str) -> None:
    content = written(Format.CSV, [ROW], language).getvalue()

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").split("\r\n")[1] == line


def test_cells_of_xlsx_have_their_types_and_none_is_a_formula() -> None:
    sheet = openpyxl.load_workbook(written(Format.XLSX, [ROW])).worksheets[0]

    text, amount, count, day, moment, nothing = next(sheet.iter_rows(min_row=2))
    assert (text.value, text.data_type) == ("=1+1", "s")
    assert (amount.value, amount.number_format) == (-1234.56, "#,##0.00")
    assert (count.value, count.data_type) == (7, "n")
    assert day.value == datetime(2026, 10, 31)  # noqa: DTZ001 - a spreadsheet knows no zone
    assert moment.value == datetime(2026, 11, 1, 0, 30)  # noqa: DTZ001 - the same
    assert nothing.value is None


@hypothesis_given(st.text(max_size=30))
def test_no_text_of_csv_begins_a_formula_and_every_one_comes_back(text: str) -> None:
    shown = text.replace("\r", " ").replace("\n", " ")
    content = written(Format.CSV, [[shown, None, None, None, None, None]], "en").getvalue()

    cell = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))[1][0]
    assert not cell.lstrip(" ").startswith(FORMULA_BEGINS)
    assert cell.removeprefix("'") == shown.removeprefix("'")


@pytest.mark.parametrize("begin", FORMULA_BEGINS)
def test_what_could_begin_a_formula_is_quoted(begin: str) -> None:
    assert harmless(f"{begin}cmd|' /C calc'!A0") == f"'{begin}cmd|' /C calc'!A0"
    assert harmless(f"  {begin}1") == f"'  {begin}1"
    assert harmless(f"Agim {begin}") == f"Agim {begin}"
