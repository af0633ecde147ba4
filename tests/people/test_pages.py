"""An employer's people in a browser, and in the database."""

import asyncio

import asyncpg
import httpx
import pytest

from service.accounts.rules import FirmLeftEmpty
from service.actor import Right, Role
from service.auth import SESSION_COOKIE
from service.crypto import Sealer
from service.db import Database
from service.people import actions
from service.people import rules as people_rules
from service.problems import NotFound
from tests.conftest import FixedClock, SignIn
from tests.given import Given, actor_of


async def test_a_firm_opens_on_its_people_and_only_on_its_own(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    chief, other = await given.representative(), await given.representative()
    await visit(chief)

    sent = await client.get("/people")
    own = await client.get(sent.headers["location"])
    foreign = await client.get(f"/people/{other.employer_id}")

    assert own.status_code == 200
    assert chief.email in own.text
    assert foreign.status_code == 404


@pytest.mark.parametrize("right", [Right.REPORTER, Right.SIGNATORY, Right.ACCOUNTANT])
async def test_only_a_chief_says_who_may_do_what(
    client: httpx.AsyncClient, given: Given, visit: SignIn, right: Right
) -> None:
    employer = await given.employer()
    chief = await given.representative(employer)
    helper = await given.account(Role.EMPLOYER, employer_id=employer.id, rights=[right])
    fields = await visit(helper)

    seen = await client.get(f"/people/{employer.id}")
    taken = await client.post(
        f"/people/{employer.id}/{helper.id}/rights", data=fields | {"rights": "chief"}
    )
    ended = await client.post(f"/people/{employer.id}/{chief.id}/end", data=fields)

    assert seen.status_code == taken.status_code == ended.status_code == 403
    assert "has not given you the right" in taken.text


async def test_rights_change_and_the_last_chief_stays(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    employer = await given.employer()
    chief = await given.representative(employer)
    helper = await given.account(Role.EMPLOYER, employer_id=employer.id, rights=[Right.REPORTER])
    fields = await visit(chief)
    home = f"/people/{employer.id}"

    given_up = await client.post(f"{home}/{chief.id}/rights", data=fields | {"rights": "reporter"})
    ended = await client.post(f"{home}/{chief.id}/end", data=fields)
    nothing = await client.post(f"{home}/{helper.id}/rights", data=fields)
    unknown = await client.post(f"{home}/{helper.id}/rights", data=fields | {"rights": "owner"})
    changed = await client.post(
        f"{home}/{helper.id}/rights", data=fields | {"rights": ["signatory", "chief"]}
    )
    after = await client.post(f"{home}/{chief.id}/rights", data=fields | {"rights": "reporter"})

    assert given_up.status_code == ended.status_code == 409
    assert "last person who may do everything" in given_up.text
    assert nothing.status_code == unknown.status_code == 422
    assert changed.status_code == after.status_code == 303
    assert (await client.get(home)).status_code == 403  # not a chief any more


async def test_who_leaves_the_firm_is_out_at_once(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    employer = await given.employer()
    chief = await given.representative(employer)
    helper = await given.account(Role.EMPLOYER, employer_id=employer.id, rights=[Right.REPORTER])
    await visit(helper)
    session = client.cookies[SESSION_COOKIE]
    fields = await visit(chief)

    await client.post(f"/people/{employer.id}/{helper.id}/end", data=fields)
    client.cookies.set(SESSION_COOKIE, session)
    answer = await client.get("/attendance")

    assert answer.headers["location"].startswith("/sign-in")


async def test_a_case_officer_keeps_the_people_of_the_offices_firms_only(
    given: Given, db: Database, clock: FixedClock
) -> None:
    chief = await given.representative()
    near, far = await given.case_officer("prishtine"), await given.case_officer("prizren")
    assert chief.employer_id is not None

    async with db.transaction(actor_of(near)) as tx:
        seen = await actions.list_people(tx, chief.employer_id, by=actor_of(near))
    with pytest.raises(NotFound):
        async with db.transaction(actor_of(far)) as tx:
            await actions.list_people(tx, chief.employer_id, by=actor_of(far))

    assert [one.account_id for one in seen] == [chief.id]


@pytest.mark.parametrize("right", list(Right))
async def test_the_database_asks_for_the_right_too(given: Given, right: Right) -> None:
    employer = await given.employer()
    await given.representative(employer)
    person = await given.account(Role.EMPLOYER, employer_id=employer.id, rights=[right])

    async with given.db.transaction(actor_of(person)) as tx:
        held = {
            asked: await tx.fetchval("SELECT actor_has_right($1)", asked) for asked in list(Right)
        }

    assert held == {asked: right in {asked, Right.CHIEF} for asked in Right}


async def test_an_accountant_of_a_firm_cannot_be_given_rights_by_hand(
    given: Given, clock: FixedClock
) -> None:
    employer, other = await given.employer(), await given.employer()
    await given.representative(employer)
    person = await given.account(Role.EMPLOYER, employer_id=employer.id, rights=[Right.ACCOUNTANT])
    grant = (
        "INSERT INTO employer_right (id, account_id, employer_id, right_code, granted_at,"
        " granted_by) VALUES (gen_random_uuid(), $1, $2, 'chief', now(), $1)"
    )

    for firm in (employer, other):
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.RestrictViolationError)):
            async with given.db.transaction(actor_of(person)) as tx:
                await tx.execute(grant, person.id, firm.id)


async def test_two_chiefs_cannot_leave_at_the_same_moment(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    given = Given(committed, clock, sealer)
    employer = await given.employer()
    chiefs = [await given.representative(employer) for _ in range(2)]

    async def leave(person: int) -> object:
        by = actor_of(chiefs[person])
        try:
            async with committed.transaction(by) as tx:
                await actions.change_rights(
                    tx, employer.id, by.account, ["reporter"], by=by, at=clock.now()
                )
                await asyncio.sleep(0.05)
        except FirmLeftEmpty as refused:
            return refused
        return None

    left = await asyncio.gather(leave(0), leave(1))

    assert sum(one is None for one in left) == 1
    assert sum(isinstance(one, FirmLeftEmpty) for one in left) == 1


@pytest.mark.parametrize(
    ("right", "address"),
    [
        (Right.REPORTER, "/standing"),
        (Right.REPORTER, "/recoveries"),
        (Right.REPORTER, "/bank-accounts"),
        (Right.SIGNATORY, "/standing"),
    ],
)
async def test_payments_are_seen_by_chiefs_and_accountants(
    client: httpx.AsyncClient, given: Given, visit: SignIn, right: Right, address: str
) -> None:
    employer = await given.employer()
    await given.representative(employer)
    statuses = []
    for rights in ([right], [Right.ACCOUNTANT]):
        await visit(await given.account(Role.EMPLOYER, employer_id=employer.id, rights=rights))
        answer = await client.get(address, follow_redirects=True)
        statuses.append(answer.status_code)

    assert statuses == [403, 200]


def test_rights_are_those_there_are() -> None:
    assert people_rules.check_rights(["chief", "chief"]) == {Right.CHIEF}
