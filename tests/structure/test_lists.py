"""Every statement that a list can become is one that the database takes, and has its index."""

from itertools import product

import pytest

from service import db
from service.db import Connection, Query
from service.paging import Going, Layout, count_query, filters_of, page_query
from tests.structure.source import CHECKOUT

SQL = CHECKOUT / "sql"


def lists() -> list[Query]:
    queries = [
        query
        for folder, load in (("queries", db.load), ("reports", db.load_report))
        for file in sorted((SQL / folder).glob("*.sql"))
        for query in load(file.stem).values()
        if query.orders
    ]
    assert len(queries) > 10
    return queries


def choices_of(query: Query) -> list[frozenset[str]]:
    """No filter, each alone, and all of them: what is left out does not bear on another."""
    filters = filters_of(query)
    return sorted({frozenset(), filters, *(frozenset({one}) for one in filters)}, key=sorted)


@pytest.mark.parametrize("query", lists(), ids=lambda query: query.name)
async def test_every_page_of_a_list_prepares(query: Query, tx: Connection) -> None:
    layouts = [
        Layout(order, descending, going)
        for (order, _), descending, going in product(query.orders, (False, True), (None, *Going))
    ]

    for layout, given in product(layouts, choices_of(query)):
        page = page_query(query, layout, given, 51)
        prepared = await tx.prepare(page.text)
        assert prepared.get_attributes()[-1].name == "place"
        assert len(prepared.get_parameters()) == len(page.parameters)
        assert ":" not in page.text.replace("::", ""), "a mark was left"
    for given in choices_of(query):
        await tx.prepare(count_query(query, given).text)


@pytest.mark.parametrize("query", lists(), ids=lambda query: query.name)
def test_a_list_marks_where_its_pages_are_cut(query: Query) -> None:
    assert {"beyond", "by", "at_most"} <= set(query.parameters)
    assert query.source.count("\nFROM ") == 1, (
        "the compiler cuts at the only FROM of a first column"
    )
