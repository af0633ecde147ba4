"""Reference data in a browser: one proposes, another confirms, the old row ends."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from service.accounts.model import Account
from service.actor import Actor, Role
from service.db import Database
from service.reference import actions, rules
from service.reference.model import SORTS, Row, Table
from tests.conftest import FixedClock, SignIn
from tests.given import Given, actor_of

BASIS = "Decision 12/2026"


async def two(given: Given) -> tuple[Account, Account]:
    return await given.account(Role.ADMINISTRATOR), await given.account(Role.ADMINISTRATOR)


async def rows_of(given: Given, table: Table, by: Actor) -> list[Row]:
    async with given.db.transaction(by) as tx:
        return await actions.list_rows(tx, table, by=by, at=given.clock.now())


async def propose(
    given: Given, table: Table, by: Actor, *, row_id: UUID | None, **typed: str
) -> object:
    first_day = (given.clock.today() + timedelta(days=10)).isoformat()
    async with given.db.transaction(by) as tx:
        return await actions.propose_change(
            tx,
            table,
            {"valid_from": first_day, "basis": BASIS} | typed,
            row_id=row_id,
            by=by,
            at=given.clock.now(),
        )


CHANGES = {
    Table.FLAG_RULE: {"weight": "99"},
    Table.CHECK_RULE: {"is_blocking": "no", "is_overridable": "no"},
    Table.QUALITY_RULE: {"sample_bp": "12.5"},
    Table.STATE_AID_RULE: {"ceiling_cents": "300000"},
    Table.MINIMUM_WAGE: {"monthly_cents": "550"},
    Table.RECOVERY_TERMS: {"netting_share_bp": "40"},
    Table.RECOVERY_RULE: {"within_months": "9"},
    Table.REASON_CODE: {"action": "person"},
    Table.SECOND_FACTOR_RULE: {"is_required": "yes"},
    Table.DUTY_CONFLICT: {"months": "18"},
}


@pytest.mark.parametrize("table", list(Table))
async def test_each_table_changes_by_two_and_the_row_before_ends(
    given: Given, table: Table
) -> None:
    first, second = [actor_of(one) for one in await two(given)]
    before = await rows_of(given, table, first)
    row = before[-1]
    present = {f.name: rules.written(f, row.row_values.get(f.name)) for f in SORTS[table].fields}

    change_id = await propose(given, table, first, row_id=row.id, **present | CHANGES[table])
    async with given.db.transaction(second) as tx:
        await actions.confirm_change(tx, change_id, by=second, at=given.clock.now())  # type: ignore[arg-type]

    after = await rows_of(given, table, first)
    name, typed = next(iter(CHANGES[table].items()))
    field = next(f for f in SORTS[table].fields if f.name == name)
    written = {rules.written(field, one.row_values[name]) for one in after}
    assert any(typed in text for text in written), written
    if SORTS[table].is_dated:
        first_day = given.clock.today() + timedelta(days=10)
        assert len(after) == len(before) + 1
        assert sum(one.valid_from == first_day for one in after) == 1
        assert sum(one.valid_until == first_day for one in after) == 1


async def test_nobody_confirms_their_own_change_nor_twice(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    first, second = await two(given)
    row = (await rows_of(given, Table.FLAG_RULE, actor_of(first)))[0]
    change_id = await propose(
        given, Table.FLAG_RULE, actor_of(first), row_id=row.id, weight="7", is_active="yes",
        parameters=rules.written(SORTS[Table.FLAG_RULE].fields[-1], row.row_values["parameters"]),
    )  # fmt: skip
    address = f"/reference/changes/{change_id}/confirm"

    own = await client.post(address, data=await visit(first))
    fields = await visit(second)
    seen = (await client.get("/reference")).text
    confirmed = await client.post(address, data=fields)
    again = await client.post(address, data=fields)

    assert own.status_code == 403
    assert BASIS in seen
    assert confirmed.status_code == 303
    assert again.status_code == 409


async def test_a_form_that_is_wrong_comes_back_with_a_word_beside_each_field(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    first, _ = await two(given)
    row = (await rows_of(given, Table.RECOVERY_TERMS, actor_of(first)))[0]
    fields = await visit(first)
    address = f"/reference/recovery_terms/new?of={row.id}"

    shown = await client.get(address)
    refused = await client.post(
        address,
        data=fields
        | {"netting_share_bp": "101", "valid_from": "2020-01-01", "basis": "", "floor_cents": "x"},
    )

    assert shown.status_code == 200
    assert 'name="payee"' not in shown.text
    assert refused.status_code == 422
    assert "Write a number from 0 to 100." in refused.text
    assert "today or later" in refused.text
    assert 'value="101"' in refused.text


async def test_what_is_no_row_of_the_table_and_no_table_is_not_there(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    first, _ = await two(given)
    flag = (await rows_of(given, Table.FLAG_RULE, actor_of(first)))[0]
    await visit(first)

    answers = [
        await client.get(address)
        for address in (
            "/reference/account",
            f"/reference/check_rule/new?of={flag.id}",
            "/reference/check_rule/new",
        )
    ]

    assert [one.status_code for one in answers] == [404, 404, 404]


async def test_the_application_itself_cannot_write_a_rule(
    given: Given, db: Database, clock: FixedClock
) -> None:
    first = actor_of((await two(given))[0])
    row = (await rows_of(given, Table.MINIMUM_WAGE, first))[0]
    change_id = await propose(given, Table.MINIMUM_WAGE, first, row_id=row.id, monthly_cents="1000")

    with pytest.raises(Exception, match="second administrator confirms"):
        async with db.transaction(first) as tx:
            await tx.execute("SELECT put_reference_in_force($1)", change_id)
    with pytest.raises(Exception, match="permission denied"):
        async with db.transaction(first) as tx:
            await tx.execute("UPDATE flag_rule SET weight = 1")


async def test_an_auditor_reads_every_table(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.account(Role.AUDITOR))

    answers = [await client.get(f"/reference/{table}") for table in Table]

    assert {one.status_code for one in answers} == {200}
    assert not any("Propose a change" in one.text for one in answers)
