"""Lists: what a person asked of one, the page that answers, and where the pages beside it begin."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from service import db
from service.db import Connection, Query
from service.money import Cents
from service.paging import (
    Going,
    Layout,
    count_query,
    filters_of,
    page_query,
    place_parameters,
    sort_keys,
)

ROWS_AT_ONCE = 50
ROWS_READ_AT_ONCE = 1_000

Row = TypeVar("Row")
Place: TypeAlias = tuple[str, ...]


class Euros(msgspec.Struct, frozen=True):
    """An amount in a cell of a sheet, in cents."""

    cents: Cents


Cell: TypeAlias = str | int | date | datetime | Euros | None


class Wanted(msgspec.Struct, frozen=True):
    """Which page of a list: sorted by what, from which place on, and how many rows of it."""

    order: str
    descending: bool = False
    going: Going | None = None
    place: Place = ()
    at_most: int = ROWS_AT_ONCE
    counts: bool = True


class Found(msgspec.Struct, Generic[Row], frozen=True):
    """A page: its rows, the places that the pages beside it begin at, and how many rows in all.

    `count` goes no further than one beyond `counted_to`; None when it was not asked for.
    """

    rows: list[Row]
    before: Place | None = None
    after: Place | None = None
    count: int | None = None
    counted_to: int = 0

    @property
    def is_beyond_counting(self) -> bool:
        """Whether there are more rows than are counted."""
        return self.count is not None and self.count > self.counted_to


class Column(msgspec.Struct, frozen=True):
    """A column of a list: its heading, its cell in a sheet, and the order that it sorts by."""

    label: str
    cell: Callable[[Any], Cell]
    order: str | None = None
    is_number: bool = False


class Filter(msgspec.Struct, frozen=True):
    """A field above a list; its kind is one of service/list_filters.py.

    What is private, such as a person's name, is sealed wherever an address shows it.
    """

    name: str
    label: str
    kind: str = "text"
    choices: Mapping[Any, str] = {}
    hint: str | None = None
    is_private: bool = False
    default: str = ""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A list: its name in files and in the log of downloads, its title, columns and filters."""

    name: str
    title: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    order: str
    descending: bool = False

    @property
    def orders(self) -> frozenset[str]:
        """What its columns can be sorted by, and the order it begins with."""
        return frozenset(one.order for one in self.columns if one.order) | {self.order}


Values: TypeAlias = Mapping[str, Any]
Find: TypeAlias = Callable[[Connection, Wanted, Values], Awaitable[Found[Any]]]


def newest_before(last: UUID | None, *, at_most: int = ROWS_AT_ONCE) -> Wanted:
    """The newest rows by their ids, which sort by age; those before one, for the next page."""
    place = () if last is None else (str(last),)
    going = None if last is None else Going.AFTER
    return Wanted("newest", True, going, place, at_most, counts=False)


async def fetch_page(
    tx: Connection, query: Query, row_type: type[Row], wanted: Wanted, /, **values: object
) -> Found[Row]:
    """A page of a list whose query service/paging.py understands; a filter of None is not used."""
    optional = filters_of(query)
    given = {name: value for name, value in values.items() if _is_given(name, value, optional)}
    found = await _fetch(tx, query, row_type, wanted, given)
    if wanted.going is Going.BEFORE and len(found.rows) < wanted.at_most:
        # The start of the list: shown as the whole first page rather than what is left of one.
        first = msgspec.structs.replace(wanted, going=None, place=())
        found = await _fetch(tx, query, row_type, first, given)
    if not wanted.counts:
        return found
    counting = count_query(query, frozenset(given))
    count = await db.fetch_value(tx, counting, int, **_kept(counting, given))
    return msgspec.structs.replace(found, count=count, counted_to=query.counted_to)


async def read_rows(
    tx: Connection,
    find: Find,
    values: Values,
    *,
    order: str,
    descending: bool,
    at_once: int = ROWS_READ_AT_ONCE,
) -> AsyncIterator[Sequence[Any]]:
    """Every row of a list in its order, page by page, so that they need not fit in memory."""
    wanted = Wanted(order, descending, at_most=at_once, counts=False)
    while True:
        found = await find(tx, wanted, values)
        if found.rows:
            yield found.rows
        if found.after is None:
            return
        wanted = msgspec.structs.replace(wanted, going=Going.AFTER, place=found.after)


async def _fetch(
    tx: Connection, query: Query, row_type: type[Row], wanted: Wanted, given: Values
) -> Found[Row]:
    layout = Layout(wanted.order, wanted.descending, wanted.going)
    statement = page_query(query, layout, frozenset(given), wanted.at_most + 1)
    names = place_parameters(sort_keys(query, wanted.order))
    place = dict(zip(names, wanted.place, strict=True)) if wanted.going else {}
    records = await db.fetch_records(tx, statement, **_kept(statement, {**given, **place}))
    has_more = len(records) > wanted.at_most
    shown = records[: wanted.at_most]
    if wanted.going is Going.BEFORE:
        shown.reverse()
    places = [tuple(record.pop("place")) for record in shown]
    rows = db.type_rows(shown, row_type)
    goes_back = wanted.going is Going.BEFORE
    has_before = has_more if goes_back else wanted.going is not None
    has_after = goes_back or has_more
    return Found(
        rows,
        before=places[0] if places and has_before else None,
        after=places[-1] if places and has_after else None,
    )


def _kept(statement: Query, values: Values) -> dict[str, object]:
    return {name: value for name, value in values.items() if name in statement.parameters}


def _is_given(name: str, value: object, optional: frozenset[str]) -> bool:
    return value is not None or name not in optional
