"""Accounts as administrators keep them: nobody is left alone, duties stay apart."""

import asyncio
import re

import httpx
import pytest

from service.accounts import administration, rules
from service.accounts.model import Search
from service.actor import Role
from service.crypto import Sealer
from service.db import Database
from service.problems import NotAllowed
from tests.conftest import FixedClock, SignIn
from tests.given import Given, actor_of

WHY = "moves to another task"


async def test_the_last_of_an_office_a_role_or_a_firm_stays(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer, chief = await given.case_officer("prizren"), await given.representative()
    alone = [officer, chief, await given.finance_officer()]
    fields = await visit(await given.account(Role.ADMINISTRATOR))

    refused = [await client.post(f"/accounts/{one.id}/disable", data=fields) for one in alone]

    assert [answer.status_code for answer in refused] == [409, 409, 409]
    assert "last case officer of the office" in refused[0].text
    assert "last person who may do everything" in refused[1].text
    assert "last account of its role" in refused[2].text


async def test_an_account_with_a_colleague_ends_and_comes_back(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer, _colleague = await given.case_officer(), await given.case_officer()
    fields = await visit(await given.account(Role.ADMINISTRATOR))

    ended = await client.post(f"/accounts/{officer.id}/disable", data=fields)
    shown = await client.get(f"/accounts/{officer.id}")
    back = await client.post(f"/accounts/{officer.id}/enable", data=fields)

    assert ended.status_code == back.status_code == 303
    assert "Give the account back" in shown.text


async def test_nobody_ends_or_changes_their_own_account(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    me, _other = await given.account(Role.ADMINISTRATOR), await given.account(Role.ADMINISTRATOR)
    fields = await visit(me)

    ended = await client.post(f"/accounts/{me.id}/disable", data=fields)
    changed = await client.post(
        f"/accounts/{me.id}/role", data=fields | {"role": "auditor", "reason": WHY}
    )

    assert ended.status_code == changed.status_code == 403


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Role.CASE_OFFICER, Role.FINANCE_OFFICER),
        (Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER),
        (Role.ADMINISTRATOR, Role.FINANCE_OFFICER),
        (Role.FINANCE_AUTHORISER, Role.AUDITOR),
    ],
)
async def test_duties_that_are_kept_apart_are_refused(
    client: httpx.AsyncClient, given: Given, visit: SignIn, before: Role, after: Role
) -> None:
    office = await given.office() if before is Role.CASE_OFFICER else None
    person, _ = [await given.account(before, office_id=office) for _ in range(2)]
    fields = await visit(await given.account(Role.ADMINISTRATOR))

    refused = await client.post(
        f"/accounts/{person.id}/role", data=fields | {"role": str(after), "reason": WHY}
    )

    assert refused.status_code == 409
    assert "does not hold these two duties" in refused.text
    assert WHY in refused.text


async def test_a_detour_over_a_third_role_does_not_help(
    given: Given, db: Database, clock: FixedClock
) -> None:
    person, _ = [await given.case_officer() for _ in range(2)]
    keeper = actor_of(await given.account(Role.ADMINISTRATOR))

    async def become(role: Role) -> None:
        async with db.transaction(keeper) as tx:
            await administration.change_role(
                tx, person.id, role, office_id=None, reason=WHY, by=keeper, at=clock.now()
            )

    await become(Role.ADMINISTRATOR)
    with pytest.raises(rules.DutiesConflict):
        await become(Role.FINANCE_OFFICER)


async def test_the_database_keeps_duties_apart_too(given: Given, db: Database) -> None:
    person, _ = [await given.case_officer() for _ in range(2)]
    keeper = actor_of(await given.account(Role.ADMINISTRATOR))

    chief = await given.representative()
    change = "UPDATE account SET role = $2, office_id = NULL, employer_id = NULL WHERE id = $1"

    with pytest.raises(rules.DutiesConflict), administration.leaving_nobody_alone():
        async with db.transaction(keeper) as tx:
            await tx.execute(change, person.id, "finance_officer")
    with pytest.raises(rules.StaysWithFirm), administration.leaving_nobody_alone():
        async with db.transaction(keeper) as tx:
            await tx.execute(change, chief.id, "auditor")


async def test_two_officers_of_an_office_cannot_go_at_the_same_moment(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    given = Given(committed, clock, sealer)
    officers = [await given.case_officer() for _ in range(2)]
    keeper = actor_of(await given.account(Role.ADMINISTRATOR))

    async def end(person: int) -> object:
        try:
            async with committed.transaction(keeper) as tx:
                await administration.disable_account(
                    tx, officers[person].id, by=keeper, at=clock.now()
                )
                await asyncio.sleep(0.05)
        except rules.OfficeLeftEmpty as refused:
            return refused
        return None

    ended = await asyncio.gather(end(0), end(1))

    assert sum(one is None for one in ended) == 1


async def test_accounts_are_found_by_parts_of_names_without_diacritics(
    given: Given, db: Database, clock: FixedClock
) -> None:
    keeper = actor_of(await given.account(Role.ADMINISTRATOR))
    person = await given.case_officer()
    async with db.transaction(keeper) as tx:
        await tx.execute("UPDATE account SET name = 'Đorđe Çela' WHERE id = $1", person.id)
        found = [
            [one.id for one in await administration.search_accounts(tx, wanted, by=keeper)]
            for wanted in (
                Search("cela djordje"),
                Search("Đorđe", role=Role.CASE_OFFICER),
                Search("cela", role=Role.AUDITOR),
                Search("cela", is_disabled=True),
                Search("%"),
            )
        ]

    assert found == [[person.id], [person.id], [], [], []]


async def test_who_searches_sends_the_words_and_a_case_officer_finds_nothing(
    client: httpx.AsyncClient, given: Given, visit: SignIn, db: Database
) -> None:
    officer = await given.case_officer()
    fields = await visit(await given.account(Role.ADMINISTRATOR))

    found = await client.post("/accounts", data=fields | {"words": officer.email[:20]})
    strange = await client.post("/accounts", data=fields | {"words": "<script>", "role": "god"})
    await visit(officer)
    refused = await client.get("/accounts")

    assert officer.email in found.text
    assert "&lt;script&gt;" in strange.text
    assert refused.status_code == 403
    with pytest.raises(NotAllowed):
        async with db.transaction(actor_of(officer)) as tx:
            await administration.search_accounts(tx, Search(), by=actor_of(officer))


async def test_an_administrator_invites_staff_and_firms_people_are_not_staff(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    office = await given.office()
    fields = await visit(await given.account(Role.ADMINISTRATOR)) | {
        "name": "Besa Kelmendi",
        "email": "besa@example.org",
        "language": "sq",
    }

    invited = await client.post(
        "/accounts/invite", data=fields | {"role": "case_officer", "office_id": str(office)}
    )
    officeless = await client.post("/accounts/invite", data=fields | {"role": "case_officer"})
    of_firm = await client.post("/accounts/invite", data=fields | {"role": "employer"})
    system = await client.post("/accounts/invite", data=fields | {"role": "system"})

    assert invited.status_code == 200
    assert "is invited until" in invited.text
    assert {one.status_code for one in (officeless, of_firm, system)} == {422}
    assert 'value="Besa Kelmendi"' in of_firm.text


async def test_everything_wrong_with_an_invitation_is_said_at_once_in_the_order_of_the_form(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    administrator = await given.account(Role.ADMINISTRATOR)
    form = await visit(administrator)

    empty = await client.post("/accounts/invite", data=form | {"language": ""})
    taken = await client.post(
        "/accounts/invite",
        data=form | {"email": administrator.email, "role": "case_officer", "language": "sq"},
    )
    unread = await client.post(
        "/accounts/invite",
        data=form | {"name": "Besa", "email": administrator.email, "office_id": "17"},
    )

    said = [re.findall(r'<li><a href="#(\w+)">', page.text) for page in (empty, taken, unread)]
    assert said == [
        ["name", "email", "role", "language"], ["name", "email", "office_id"],
        ["email", "role", "office_id"],
    ]  # fmt: skip
    assert [page.status_code for page in (empty, taken, unread)] == [422] * 3
    for page, fields in zip((empty, taken, unread), said, strict=True):
        assert all(f'id="{field}-error"' in page.text for field in fields)
