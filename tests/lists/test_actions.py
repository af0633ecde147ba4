"""Walking through a list page by page, forward and back, in every order."""

from itertools import product

import pytest

from service.candidates import actions
from service.candidates.model import Summary
from service.db import Connection
from service.lists import Found, Wanted, read_rows
from service.paging import Going
from tests.given import act_as
from tests.lists.conftest import Register

NAMES = ["Krasniqi", "Çelik", "Krasniqi", "Krasniqi", "Đorđević", "Berisha", "Krasniqi"]


def ids(*pages: Found[Summary]) -> list[str]:
    return [one.reference for page in pages for one in page.rows]


@pytest.mark.parametrize(
    ("order", "descending"), [*product(["newest", "name", "born"], [False, True])]
)
async def test_pages_hold_every_row_once_forward_and_back(
    registered: Register, tx: Connection, order: str, *, descending: bool
) -> None:
    by, people = await registered(NAMES)
    await act_as(tx, by)
    whole = await actions.list_candidates(tx, Wanted(order, descending), by=by)

    pages = [await actions.list_candidates(tx, Wanted(order, descending, at_most=3), by=by)]
    while (after := pages[-1].after) is not None:
        wanted = Wanted(order, descending, Going.AFTER, after, at_most=3)
        pages.append(await actions.list_candidates(tx, wanted, by=by))
    back = [pages[-1]]
    while (before := back[0].before) is not None:
        wanted = Wanted(order, descending, Going.BEFORE, before, at_most=3)
        back.insert(0, await actions.list_candidates(tx, wanted, by=by))

    assert len(whole.rows) == len(people) == 7
    assert [len(page.rows) for page in pages] == [3, 3, 1]
    assert ids(*pages) == ids(*back) == ids(whole)
    assert {page.count for page in pages} == {7}


async def test_opposite_directions_are_opposite(registered: Register, tx: Connection) -> None:
    by, _ = await registered(NAMES)
    await act_as(tx, by)

    up = await actions.list_candidates(tx, Wanted("name"), by=by)
    down = await actions.list_candidates(tx, Wanted("name", descending=True), by=by)

    names = [f"{one.given_name} {one.family_name}" for one in up.rows]
    assert ids(up) == ids(down)[::-1]
    assert names[0].endswith("Berisha")


async def test_a_page_back_that_meets_the_start_is_the_whole_first_page(
    registered: Register, tx: Connection
) -> None:
    by, _ = await registered(NAMES)
    await act_as(tx, by)
    first = await actions.list_candidates(tx, Wanted("newest", descending=True), by=by)
    place = (first.rows[1].registered_at.isoformat(), str(first.rows[1].id))

    back = await actions.list_candidates(
        tx, Wanted("newest", True, Going.BEFORE, place, at_most=3), by=by
    )

    assert ids(back) == ids(first)[:3]
    assert back.before is None
    assert back.after is not None


async def test_rows_are_read_through_to_the_end_for_a_file(
    registered: Register, tx: Connection
) -> None:
    by, _ = await registered(NAMES)
    await act_as(tx, by)

    async def find(tx: Connection, wanted: Wanted, _values: object) -> Found[Summary]:
        return await actions.list_candidates(tx, wanted, by=by)

    reading = read_rows(tx, find, {}, order="name", descending=False, at_once=2)
    read = [rows async for rows in reading]

    assert [len(rows) for rows in read] == [2, 2, 2, 1]
    assert len({one.id for rows in read for one in rows}) == 7
