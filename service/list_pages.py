"""A list in a browser: its filters and sorting read, its links written, and its files sent."""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Mapping
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import urlencode

import msgspec
from babel.numbers import format_decimal
from litestar.response import Redirect, Stream, Template

from service.actor import Actor
from service.answers import tidy
from service.clock import Clock
from service.crypto import Sealer, WrongKey
from service.db import Connection
from service.downloads import actions as downloads
from service.i18n import N_, _, language, ngettext
from service.list_filters import LONGEST_TEXT, filter_complaint, read_filter
from service.lists import Column, Filter, Find, Found, Listing, Place, Values, Wanted, read_rows
from service.paging import Going
from service.problems import InvalidFields, Problem
from service.sheets import MEDIA_TYPES, ROWS_MAX, Format, Sheet, TooManyRows, open_sheet
from service.web import ActingDatabase, AnyRequest, page, redirect

LONGEST_TOKEN = 2_000
CHUNK_BYTES = 65_536
LOCALES = {"sq": "sq", "sr": "sr_Latn", "en": "en"}
PRIVATE_GIVEN = "given"  # what the log of downloads says of a filter that is personal


class UnknownPage(Problem):
    """A page of a list, or a sealed filter, that this person was not given."""

    slug = "unknown-page"
    title = N_("This page of the list cannot be found any more. Start again from its first page.")
    status = 422


class UnknownOrder(Problem):
    """A list cannot be sorted by this."""

    slug = "unknown-order"
    title = N_("The list cannot be sorted by this. Choose one of the headings.")
    status = 422


class Asked(msgspec.Struct, frozen=True):
    """What was asked of a list: the page, the filters as values, as typed, and as addresses say."""

    wanted: Wanted
    values: Values
    typed: Mapping[str, str]
    parameters: Mapping[str, str]
    errors: Mapping[str, str]

    @property
    def sort(self) -> str:
        """The order as an address says it."""
        return f"{'-' if self.wanted.descending else ''}{self.wanted.order}"


class Heading(msgspec.Struct, frozen=True):
    """A column's heading; a link where it sorts, and how it sorts now, as ARIA says it."""

    label: str
    is_number: bool
    href: str | None = None
    sorted: str | None = None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A list as its page shows it: what templates/lists.html asks for."""

    title: str
    path: str
    filters: tuple[Filter, ...]
    choices: Mapping[str, list[tuple[str, str]]]
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    is_filtered: bool
    is_private: bool
    sort: str
    headings: list[Heading]
    rows: list[Any]
    counted: str
    sorted_by: str
    previous: str | None
    next: str | None
    files: list[tuple[str, str]]


async def show_list(
    request: AnyRequest,
    db: ActingDatabase,
    sealer: Sealer,
    listing: Listing,
    find: Find,
    template: str,
    **context: object,
) -> Template:
    """A page of a list; with filters that cannot be read, the form and a word beside each."""
    async with db.transaction() as tx:
        shown = await read_list(request, tx, sealer, listing, find)
    status = InvalidFields.status if shown.errors else 200
    return page(template, status=status, shown=shown, errors=shown.errors, **context)


async def read_list(
    request: AnyRequest, tx: Connection, sealer: Sealer, listing: Listing, find: Find
) -> Shown:
    """A page of a list as it is shown, for a page that shows more besides."""
    me: Actor = request.scope["state"]["actor"]
    asked = read(request, listing, sealer, me)
    found: Found[Any] = Found([])
    if not asked.errors:
        try:
            found = await find(tx, asked.wanted, asked.values)
        except InvalidFields as refused:
            asked = msgspec.structs.replace(asked, errors=refused.fields)
    return present(listing, asked, found, request.url.path.rstrip("/"), sealer, me)


async def search_list(request: AnyRequest, listing: Listing, sealer: Sealer, me: Actor) -> Redirect:
    """A search by what is private: it is posted, and the address that shows it holds it sealed."""
    form = await request.form()
    given = {
        one.name: str(form.get(one.name, ""))[:LONGEST_TEXT].strip() for one in listing.filters
    }
    parameters = {
        one.name: _seal(listing, one.name, given[one.name], sealer, me)
        if one.is_private
        else given[one.name]
        for one in listing.filters
        if given[one.name]
    }
    sort = str(form.get("sort", ""))[:40]
    path = request.url.path.rpartition("/")[0]
    return redirect(_link(path, parameters | ({"sort": sort} if sort else {})))


async def download_list(
    request: AnyRequest,
    db: ActingDatabase,
    clock: Clock,
    sealer: Sealer,
    listing: Listing,
    find: Find,
) -> Stream:
    """The whole list as a file; who took what is written down before the first byte leaves."""
    me: Actor = request.scope["state"]["actor"]
    asked = read(request, listing, sealer, me)
    if asked.errors:
        raise InvalidFields(asked.errors)
    written_as = request.query_params.get("format", Format.CSV)
    if written_as not in set(Format):
        raise InvalidFields({"format": _("Choose CSV or XLSX.")})
    kind = Format(written_as)
    file = TemporaryFile()  # noqa: SIM115 - it is closed when the last byte has been sent
    try:
        count = await _write_sheet(db, file, kind, listing, asked, find)
        said = {
            one.name: PRIVATE_GIVEN if one.is_private else asked.typed[one.name]
            for one in listing.filters
            if asked.typed[one.name]
        }
        async with db.transaction() as tx:
            await downloads.record_download(
                tx,
                list_name=listing.name,
                filters={**said, "sort": asked.sort},
                kind=kind,
                row_count=count,
                by=me,
                at=clock.now(),
            )
    except BaseException:
        file.close()
        raise
    name = f"ura-{listing.name.replace('_', '-')}-{clock.today()}.{kind}"
    return Stream(
        _chunks(file),
        media_type=MEDIA_TYPES[kind],
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def _write_sheet(
    db: ActingDatabase, file: IO[bytes], kind: Format, listing: Listing, asked: Asked, find: Find
) -> int:
    headings = [_(column.label) for column in listing.columns]
    sheet = open_sheet(kind, file, headings=headings, language=language())
    order, descending = asked.wanted.order, asked.wanted.descending
    count = 0
    async with db.reading() as tx:
        async for rows in read_rows(tx, find, asked.values, order=order, descending=descending):
            count += len(rows)
            if count > ROWS_MAX:
                raise TooManyRows
            await asyncio.to_thread(_write_rows, sheet, listing.columns, rows)
    await asyncio.to_thread(sheet.close)
    file.seek(0)
    return count


def _write_rows(sheet: Sheet, columns: tuple[Column, ...], rows: Any) -> None:
    sheet.write([[column.cell(row) for column in columns] for row in rows])


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


# ----- reading


def read(request: AnyRequest, listing: Listing, sealer: Sealer, me: Actor) -> Asked:
    """What an address asks of a list; UnknownOrder, UnknownPage for what no link of ours says."""
    parameters = {
        one.name: request.query_params.get(one.name, one.default)[:LONGEST_TOKEN]
        for one in listing.filters
    }
    typed, values, errors = {}, {}, {}
    for one in listing.filters:
        text = parameters[one.name]
        if one.is_private and text:
            text = _open(listing, one.name, text, sealer, me)
        typed[one.name] = text = tidy(text)
        values[one.name] = read_filter(one, text)
        if text and values[one.name] is None:
            errors[one.name] = filter_complaint(one)
    wanted = _wanted(request, listing, sealer, me)
    return Asked(wanted, values, typed, parameters, errors)


def _wanted(request: AnyRequest, listing: Listing, sealer: Sealer, me: Actor) -> Wanted:
    sort = request.query_params.get("sort", "")
    order, descending = sort.removeprefix("-"), sort.startswith("-")
    if not sort:
        order, descending = listing.order, listing.descending
    if order not in listing.orders:
        raise UnknownOrder
    token = request.query_params.get("page", "")
    if not token:
        return Wanted(order, descending)
    text = _open(listing, f"page by {order}", token[:LONGEST_TOKEN], sealer, me)
    going, *place = msgspec.json.decode(text, type=list[str])
    return Wanted(order, descending, Going(going), tuple(place))


# ----- showing


def present(
    listing: Listing, asked: Asked, found: Found[Any], path: str, sealer: Sealer, me: Actor
) -> Shown:
    """A page of a list with the addresses of everything that can be asked of it next."""
    given = {name: text for name, text in asked.parameters.items() if text}
    here = {**given, "sort": asked.sort}

    def to_page(going: Going, place: Place | None) -> str | None:
        if place is None:
            return None
        text = msgspec.json.encode([going, *place]).decode()
        token = _seal(listing, f"page by {asked.wanted.order}", text, sealer, me)
        return _link(path, {**here, "page": token})

    return Shown(
        title=_(listing.title),
        path=path,
        filters=listing.filters,
        choices={
            one.name: [(code, _(words)) for code, words in one.choices.items()]
            for one in listing.filters
        },
        typed=asked.typed,
        errors=asked.errors,
        is_filtered=bool(given),
        is_private=any(one.is_private for one in listing.filters),
        sort=asked.sort,
        headings=[_heading(column, asked, path, given) for column in listing.columns],
        rows=found.rows,
        counted=_counted(found),
        sorted_by=_sorted_by(listing, asked),
        previous=to_page(Going.BEFORE, found.before),
        next=to_page(Going.AFTER, found.after),
        files=[(kind.upper(), _link(f"{path}/sheet", {**here, "format": kind})) for kind in Format],
    )


def _heading(column: Column, asked: Asked, path: str, given: Mapping[str, str]) -> Heading:
    label = _(column.label)
    if column.order is None:
        return Heading(label, column.is_number)
    is_sorted = column.order == asked.wanted.order
    turned = is_sorted and not asked.wanted.descending
    href = _link(path, {**given, "sort": f"{'-' if turned else ''}{column.order}"})
    direction = "descending" if asked.wanted.descending else "ascending"
    return Heading(label, column.is_number, href, direction if is_sorted else None)


def _counted(found: Found[Any]) -> str:
    if found.count is None:
        return ""
    if found.is_beyond_counting:
        return _("More than %(count)s rows.") % {
            "count": format_decimal(found.counted_to, locale=LOCALES[language()])
        }
    counted = ngettext("%(count)s row.", "%(count)s rows.", found.count)
    return counted % {"count": found.count}


def _sorted_by(listing: Listing, asked: Asked) -> str:
    order = asked.wanted.order
    label = next((one.label for one in listing.columns if one.order == order), None)
    if label is None:
        return ""
    if asked.wanted.descending:
        return _("Sorted by %(heading)s, the highest or newest first.") % {"heading": _(label)}
    return _("Sorted by %(heading)s.") % {"heading": _(label)}


def _link(path: str, parameters: Mapping[str, str]) -> str:
    query = urlencode(parameters)
    return f"{path}?{query}" if query else path


# ----- what only this person can open


def _seal(listing: Listing, purpose: str, text: str, sealer: Sealer, me: Actor) -> str:
    sealed = sealer.seal(text.encode(), table=listing.name, column=purpose, row_id=me.account)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _open(listing: Listing, purpose: str, token: str, sealer: Sealer, me: Actor) -> str:
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        plain = sealer.open(sealed, table=listing.name, column=purpose, row_id=me.account)
    except (WrongKey, binascii.Error, ValueError):
        raise UnknownPage from None
    return plain.decode()
