"""Lists in a browser: filters, sorting, pages, and files with who took them."""

import re
from html import unescape
from io import BytesIO

import httpx
import openpyxl
import pytest
from asyncpg import InsufficientPrivilegeError

from service.actor import Role
from service.db import Database
from tests.conftest import SignIn
from tests.given import Given, actor_of

LINK = re.compile(r'href="([^"]+)"')
FIRMS = [f"Firma {number:02}" for number in range(53)]


def links(page: httpx.Response, part: str) -> list[str]:
    """The addresses on a page that hold a part."""
    return [unescape(href) for href in LINK.findall(page.text) if part in href]


@pytest.fixture
async def firms(given: Given) -> None:
    """Three firms more than a page holds."""
    officer = await given.case_officer()
    for name in FIRMS:
        await given.employer(officer, legal_name=name)


@pytest.mark.usefixtures("firms")
async def test_a_list_goes_on_and_back(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.case_officer())

    first = await client.get("/employers?name=firma")
    second = await client.get(links(first, "page=")[0])
    back = await client.get(links(second, "page=")[0])

    assert "53 rows. Sorted by Name." in first.text
    assert FIRMS[49] in first.text
    assert FIRMS[50] not in first.text
    assert all(name in second.text for name in FIRMS[50:])
    assert 'rel="next"' not in second.text
    assert 'rel="prev"' not in back.text
    assert FIRMS[0] in back.text


@pytest.mark.usefixtures("firms")
async def test_a_heading_sorts_and_turns_the_order(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.case_officer())

    up = await client.get("/employers?sort=name")
    turned = await client.get(links(up, "sort=-name")[0])

    assert 'aria-sort="ascending"' in up.text
    assert 'aria-sort="descending"' in turned.text
    assert turned.text.index(FIRMS[52]) < turned.text.index(FIRMS[51])
    assert FIRMS[0] not in turned.text


async def test_a_filter_that_cannot_be_read_comes_back_with_a_word(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.finance_officer())

    answer = await client.get("/bank/suspense?older_than_days=many&kind=sideways")

    assert answer.status_code == 422
    assert "older_than_days-error" in answer.text
    assert "kind-error" in answer.text
    assert 'value="many"' in answer.text


@pytest.mark.parametrize(
    "query",
    ["sort=password_hash", "sort=--name", "page=AAAA", "page=%00", "page=" + "A" * 3_000],
)
async def test_what_no_link_says_is_refused(
    client: httpx.AsyncClient, given: Given, visit: SignIn, query: str
) -> None:
    await visit(await given.case_officer())

    answer = await client.get(f"/employers?{query}")

    assert answer.status_code == 422
    assert "bug" not in answer.text


@pytest.mark.usefixtures("firms")
async def test_a_page_of_one_person_order_or_list_is_no_page_of_another(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.case_officer())
    address = links(await client.get("/employers"), "page=")[0]
    token = address.split("page=")[1]

    own = await client.get(address)
    other_order = await client.get(f"/employers?sort=newest&page={token}")
    other_list = await client.get(f"/agreements?page={token}")
    await visit(await given.case_officer())
    other_person = await client.get(address)

    assert own.status_code == 200
    assert [a.status_code for a in (other_order, other_list, other_person)] == [422] * 3


async def test_a_name_that_is_looked_for_stands_in_no_address(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    await given.candidate(officer, family_name="Krasniqi")
    await given.candidate(officer, family_name="Berisha")
    csrf = await visit(officer)

    moved = await client.post("/candidates/search", data={**csrf, "name": "krasn"})
    found = await client.get(moved.headers["location"])

    assert moved.status_code == 303
    assert "krasn" not in moved.headers["location"].lower()
    assert "Krasniqi" in found.text
    assert "Berisha" not in found.text
    assert 'value="krasn"' in found.text
    assert not [href for href in LINK.findall(found.text) if "krasn" in href.lower()]


async def test_a_file_holds_the_whole_list_as_it_is_filtered_and_sorted(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    for name in ("=HYPERLINK(1)", "Firma A", "Firma B", "Other"):
        await given.employer(officer, legal_name=name)
    await visit(officer)

    page = await client.get("/employers?sort=-name")
    text = await client.get(links(page, "format=csv")[0])
    book = await client.get("/employers/sheet?name=firma&sort=-name&format=xlsx")

    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="ura-employers-2026-11-02.csv"' in text.headers["content-disposition"]
    assert text.headers["cache-control"] == "no-store"
    lines = text.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines] == [
        "Name", "Other", "Firma B", "Firma A", "'=HYPERLINK(1)",
    ]  # fmt: skip
    rows = list(openpyxl.load_workbook(BytesIO(book.content)).worksheets[0].values)
    assert [row[1] for row in rows] == ["Name", "Firma B", "Firma A"]


async def test_who_took_a_file_is_written_down_without_the_name_looked_for(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    await given.candidate(officer, family_name="Krasniqi")
    csrf = await visit(officer)
    found = await client.post(
        "/candidates/search", data={**csrf, "name": "Krasniqi"}, follow_redirects=True
    )
    await client.get(links(found, "format=xlsx")[0])
    await visit(await given.account(Role.AUDITOR))

    log = await client.get("/downloads")

    assert officer.name in log.text
    assert "name: given, sort: -newest" in log.text
    assert "<td>XLSX</td>" in log.text
    assert '<td class="number">1</td>' in log.text
    assert "Krasniqi" not in log.text


async def test_a_file_is_refused_like_its_list(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.finance_officer())

    answers = [
        await client.get(address)
        for address in ("/candidates/sheet", "/audit/sheet", "/downloads", "/downloads/sheet")
    ]
    unknown = await client.get("/payouts/sheet?format=exe")

    assert [answer.status_code for answer in answers] == [403] * 4
    assert unknown.status_code == 422


async def test_a_download_cannot_be_changed_or_laid_on_another(
    db: Database, given: Given, client: httpx.AsyncClient, visit: SignIn
) -> None:
    officer = await given.case_officer()
    await visit(officer)
    await client.get("/employers/sheet")
    other = await given.case_officer()

    async with db.transaction(actor_of(officer)) as tx:
        own = await tx.fetchval("SELECT count(*) FROM download")
    async with db.transaction(actor_of(other)) as tx:
        others = await tx.fetchval("SELECT count(*) FROM download")
    with pytest.raises(InsufficientPrivilegeError, match="row-level security"):
        async with db.transaction(actor_of(other)) as tx:
            await tx.execute(
                "INSERT INTO download VALUES"
                " (gen_random_uuid(), 'employers', '{}', 'csv', 0, now(), $1)",
                officer.id,
            )

    assert (own, others) == (1, 0)


PAGES = {
    Role.CASE_OFFICER: [
        "/candidates", "/employers", "/placements", "/agreements", "/attendance", "/outcomes",
    ],
    Role.EMPLOYER: ["/placements", "/agreements", "/attendance", "/recoveries"],
    Role.FINANCE_OFFICER: [
        "/payouts", "/recoveries", "/bank/suspense", "/months/2026-10/instalments", "/employers",
    ],
    Role.AUDITOR: [
        "/audit", "/audit/elsewhere", "/audit/readings", "/downloads", "/agreements", "/attendance",
        "/attendance/unreported", "/outcomes", "/payouts",
    ],
}  # fmt: skip


@pytest.mark.parametrize("role", list(PAGES))
async def test_every_order_and_file_of_every_list_answers(
    client: httpx.AsyncClient, given: Given, visit: SignIn, role: Role
) -> None:
    agreement = await given.active_agreement()
    account = {
        Role.CASE_OFFICER: given.officer_of,
        Role.EMPLOYER: given.employer_of,
    }.get(role)
    await visit(await account(agreement) if account else await given.account(role))

    for path in PAGES[role]:
        page = await client.get(path)
        assert page.status_code == 200, path
        assert page.text.count("<h1>") == 1
        tables = re.findall(r"<table>.*?</table>", page.text, re.DOTALL)
        assert all("<caption>" in table for table in tables), path
        for address in {*links(page, "sort="), f"{path}/sheet?format=xlsx"}:
            assert (await client.get(address)).status_code == 200, address
