"""Offices in a browser: opened, renamed, and closed when nothing is left to do."""

import asyncpg
import httpx
import pytest

from service.actor import Role
from service.db import Database
from tests.conftest import SignIn
from tests.given import Given, actor_of


async def test_an_office_with_cases_names_them_and_stays_open(
    client: httpx.AsyncClient, given: Given, visit: SignIn, db: Database
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    keeper = await given.account(Role.ADMINISTRATOR)
    fields = await visit(keeper)

    refused = await client.post(f"/offices/{officer.office_id}/close", data=fields)

    assert refused.status_code == 409
    assert candidate.reference in refused.text
    with pytest.raises(asyncpg.RestrictViolationError, match="no open case"):
        async with db.transaction(actor_of(keeper)) as tx:
            await tx.execute(
                "UPDATE office SET closed_at = now(), closed_by = $1 WHERE id = $2",
                keeper.id,
                officer.office_id,
            )


async def test_an_empty_office_closes_and_another_opens_in_its_place(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    fields = await visit(await given.account(Role.ADMINISTRATOR))
    names = {"municipality_code": "zvecan", "name_sq": "Zyra e re", "name_sr": "Nova kancelarija"}
    office = await given.office("zvecan")

    taken = await client.post("/offices", data=fields | names)
    closed = await client.post(f"/offices/{office}/close", data=fields)
    opened = await client.post("/offices", data=fields | names)
    gone = await client.get(f"/offices/{office}")
    listed = (await client.get("/offices")).text

    assert taken.status_code == 409
    assert 'value="Zyra e re"' in taken.text
    assert closed.status_code == opened.status_code == 303
    assert gone.status_code == 404
    assert "Zyra e re" in listed
    assert "no case officer" in listed


async def test_an_office_is_renamed_in_both_languages(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    fields = await visit(await given.account(Role.ADMINISTRATOR))
    office = await given.office("prizren")

    nameless = await client.post(
        f"/offices/{office}", data=fields | {"name_sq": "Zyra", "name_sr": " "}
    )
    renamed = await client.post(
        f"/offices/{office}", data=fields | {"name_sq": "Zyra në Prizren", "name_sr": "Biro"}
    )

    assert nameless.status_code == 422
    assert renamed.status_code == 303
    assert "Zyra në Prizren" in (await client.get("/offices")).text


async def test_an_auditor_reads_and_changes_nothing(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    fields = await visit(await given.account(Role.AUDITOR))
    office = await given.office()

    seen = await client.get("/offices")
    closed = await client.post(f"/offices/{office}/close", data=fields)

    assert seen.status_code == 200
    assert "Open an office" not in seen.text
    assert closed.status_code == 403
