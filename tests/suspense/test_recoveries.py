"""Money that matched nothing settles what somebody owes back, once two people say so."""

import asyncpg
import httpx
import pytest

from service.ids import EntryId, RecoveryId, ResolutionId
from service.money import Cents
from service.problems import InvalidFields
from service.recoveries.model import RecoveryState
from service.recoveries.rules import MoreThanOwed
from service.suspense import actions, rules
from service.suspense.model import RecoveryPart
from tests.conftest import FixedClock, SignIn
from tests.given import Given
from tests.recoveries.owing import Office, office_of, overpaid
from tests.statements.reports import Told
from tests.suspense.test_actions import WHY, put_in_suspense, waiting


@pytest.fixture
async def office(given: Given, clock: FixedClock) -> Office:
    """The finance office of a town where one firm owes 70.00."""
    office = await office_of(given, clock)
    await overpaid(office)
    await office.sweep()
    return office


@pytest.fixture
async def large(given: Given, clock: FixedClock) -> Office:
    """The same where it owes 350.00: more than one person alone may match."""
    office = await office_of(given, clock)
    await overpaid(office, to_wage_cents=300_00)
    await office.sweep()
    return office


async def came_in(office: Office, cents: int) -> EntryId:
    """An entry of a statement that matches nothing."""
    (entry,) = await put_in_suspense(office.given, office.preparer, Told("X", cents))
    return entry


async def settle(office: Office, entry: EntryId, *parts: tuple[RecoveryId, int]) -> ResolutionId:
    """One person says which recoveries an entry settles."""
    async with office.given.db.transaction(office.preparer) as tx:
        return await actions.settle_recoveries(
            tx,
            entry,
            [RecoveryPart(one, Cents(cents)) for one, cents in parts],
            reason=WHY,
            by=office.preparer,
            at=office.clock.now(),
        )


async def confirm(office: Office, resolution: ResolutionId, *, is_granted: bool = True) -> None:
    """Another person's word."""
    async with office.given.db.transaction(office.authoriser) as tx:
        await actions.confirm_resolution(
            tx, resolution, is_granted=is_granted, by=office.authoriser, at=office.clock.now()
        )


async def test_a_small_sum_settles_a_recovery_at_once(office: Office) -> None:
    one = await office.only()
    entry = await came_in(office, 70_00)

    await settle(office, entry, (one.id, 70_00))

    settled, books = await office.only(), await office.books()
    assert (settled.state, settled.open_cents) == (RecoveryState.SETTLED, 0)
    assert (books.receivable_cents, books.recoverable_cents) == (0, 0)
    assert await waiting(office.given, office.preparer) == []
    (payment,) = (await office.dossier(one.id)).payments
    assert payment.bank_reference == f"bank entry {entry}"


async def test_a_large_sum_settles_nothing_before_another_person_confirms(large: Office) -> None:
    one = await large.only()
    entry = await came_in(large, 350_00)
    resolution = await settle(large, entry, (one.id, 350_00))
    before = await large.only()

    with pytest.raises(rules.SecondPersonResolves):
        async with large.given.db.transaction(large.preparer) as tx:
            await actions.confirm_resolution(
                tx, resolution, is_granted=True, by=large.preparer, at=large.clock.now()
            )
    await confirm(large, resolution)

    assert (before.open_cents, (await large.only()).open_cents) == (350_00, 0)
    await large.books()


async def test_what_a_second_person_refuses_waits_again_and_settles_nothing(large: Office) -> None:
    one = await large.only()
    entry = await came_in(large, 350_00)

    await confirm(large, await settle(large, entry, (one.id, 350_00)), is_granted=False)

    assert (await large.only()).open_cents == 350_00
    assert [row.id for row in await waiting(large.given, large.preparer)] == [entry]


@pytest.mark.parametrize(
    ("in_cents", "part_cents"), [(80_00, 70_00), (-70_00, 70_00), (60_00, 70_00)]
)
async def test_parts_are_the_whole_of_money_that_came_in(
    office: Office, in_cents: int, part_cents: int
) -> None:
    one = await office.only()
    entry = await came_in(office, in_cents)

    with pytest.raises(rules.RecoveriesDiffer):
        await settle(office, entry, (one.id, part_cents))

    assert (await office.only()).open_cents == 70_00


async def test_no_more_is_settled_than_is_owed_and_no_entry_twice(office: Office) -> None:
    one = await office.only()
    (entry, other) = await put_in_suspense(
        office.given, office.preparer, Told("A", 70_01), Told("B", 20_00)
    )

    with pytest.raises(MoreThanOwed):
        await settle(office, entry, (one.id, 70_01))
    await settle(office, other, (one.id, 20_00))
    with pytest.raises(rules.AlreadyResolved):
        await settle(office, other, (one.id, 20_00))

    assert (await office.only()).open_cents == 50_00
    assert [row.id for row in await waiting(office.given, office.preparer)] == [entry]


async def test_the_database_takes_no_repayment_by_an_entry_that_was_not_said_to_be_it(
    office: Office,
) -> None:
    one = await office.only()
    entry = await came_in(office, 70_00)

    with pytest.raises(asyncpg.PostgresError) as refused:
        async with office.given.db.transaction(office.preparer) as tx:
            await tx.execute(
                """INSERT INTO recovery_payment (id, recovery_id, amount_cents, received_on,
                    bank_reference, bank_entry_id, recorded_at, recorded_by)
                VALUES (gen_random_uuid(), $1, 7000, '2026-11-02', 'bank entry', $2, $3, $4)""",
                one.id,
                entry,
                office.clock.now(),
                office.preparer.account,
            )

    assert getattr(refused.value, "constraint_name", "") == "recovery_payment_of_its_entry"


async def test_the_page_proposes_the_recovery_of_the_amount_and_settles_it(
    client: httpx.AsyncClient, office: Office, visit: SignIn
) -> None:
    one = await office.only()
    entry = await came_in(office, 70_00)
    form = await visit(await office.given.finance_officer())
    address = f"/bank/suspense/{entry}"

    shown = await client.get(address)
    wrong = await client.post(
        f"{address}/settle", data=form | {"recoveries": "R-NOBODY 70.00", "reason": WHY}
    )
    done = await client.post(
        f"{address}/settle", data=form | {"recoveries": f"{one.reference} 70.00", "reason": WHY}
    )

    assert f"{one.reference} 70.00" in shown.text
    assert (wrong.status_code, done.status_code) == (422, 303)
    assert "No recovery has the reference R-NOBODY." in wrong.text
    assert "R-NOBODY 70.00" in wrong.text
    assert (await office.only()).state is RecoveryState.SETTLED
    assert "Settled recoveries" in (await client.get("/bank/suspense")).text


async def test_the_api_lists_what_an_entry_could_settle_and_settles_it(
    client: httpx.AsyncClient, office: Office, signed_in: SignIn
) -> None:
    one = await office.only()
    entry = await came_in(office, 70_00)
    headers = await signed_in(await office.given.finance_officer())
    address = f"/api/bank/suspense/{entry}"
    wanted = {"parts": [{"recovery_id": str(one.id), "amount_cents": 70_00}], "reason": WHY}

    proposed = await client.get(f"{address}/recoveries", headers=headers)
    stranger = await signed_in(await office.given.case_officer())
    refused = await client.post(f"{address}/settle", headers=stranger, json=wanted)
    headers = await signed_in(await office.given.finance_officer())
    done = await client.post(f"{address}/settle", headers=headers, json=wanted)

    assert [row["open_cents"] for row in proposed.json()] == [70_00]
    assert (refused.status_code, done.status_code) == (403, 200)
    assert (await office.only()).open_cents == 0


def test_lines_that_name_no_amount_are_told_how_to_be_typed() -> None:
    with pytest.raises(InvalidFields):
        rules.parts_typed("R-0123456789")
    with pytest.raises(InvalidFields):
        rules.parts_typed("  \n")

    assert rules.parts_typed("r-1 7\n\nR-2 1,50\nR-1 3") == {"R-1": 10_00, "R-2": 1_50}
