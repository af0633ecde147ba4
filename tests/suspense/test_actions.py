"""Money that matched nothing: matched, split, explained, confirmed by two, and taken back."""

import httpx
import pytest

from service.actor import SYSTEM, Actor
from service.bank.model import BankFile
from service.db import Database
from service.ids import AttemptId, EntryId
from service.ledger import actions as ledger
from service.statements import actions as statements
from service.suspense import actions, rules
from service.suspense.model import Category, Waiting
from tests.bank.state import approved_payout, export, read, states
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.statements.reports import Told, account_report, status_report

WHY = "The bank confirmed it by telephone."


@pytest.fixture
async def officer(given: Given) -> Actor:
    """Who hands files in."""
    return actor_of(await given.finance_officer())


@pytest.fixture
async def sent(given: Given, officer: Actor) -> BankFile:
    """An order of three payments: 350.00, 280.00 and 70.00."""
    return await export(given, await approved_payout(given, 350_00, 280_00, 70_00), officer)


async def orders(given: Given, by: Actor) -> dict[int, tuple[AttemptId, str]]:
    """The orders, with their end-to-end ids, by their cents."""
    async with given.db.transaction(by) as tx:
        rows = await tx.fetch("SELECT id, end_to_end_id, amount_cents FROM payment_attempt")
    return {row["amount_cents"]: (AttemptId(row["id"]), row["end_to_end_id"]) for row in rows}


async def waiting(given: Given, by: Actor) -> list[Waiting]:
    """What waits now."""
    async with given.db.transaction(by) as tx:
        return (await actions.list_entries(tx, today=given.clock.today())).rows


async def put_in_suspense(given: Given, by: Actor, *told: Told) -> list[EntryId]:
    """Entries of one statement that match nothing, in the order in which they were told.

    The list has them by day and id; the ids of one statement are made at one moment, in no order.
    """
    before = {one.id for one in await waiting(given, by)}
    await read(given, account_report("camt.053", f"STM-{told[0].reference}", told), by)
    entries = [one for one in await waiting(given, by) if one.id not in before]
    amounts = [abs(one.cents) for one in told]
    return [one.id for one in sorted(entries, key=lambda one: amounts.index(one.amount_cents))]


async def match(given: Given, by: Actor, entry: EntryId, *attempts: AttemptId) -> None:
    """Says that an entry is some orders."""
    async with given.db.transaction(by) as tx:
        resolved = await actions.match_entry(
            tx, entry, attempts, reason=WHY, by=by, at=given.clock.now()
        )
    second = actor_of(await given.finance_officer())
    async with given.db.transaction(second) as tx:
        await actions.confirm_resolution(
            tx, resolved, is_granted=True, by=second, at=given.clock.now()
        )


async def check_ledger(db: Database) -> None:
    """Everything that must always hold of the money holds."""
    async with db.transaction(SYSTEM) as tx:
        assert await ledger.broken_invariants(tx) == []


async def test_an_entry_is_matched_to_one_order_once_two_people_say_so(
    db: Database, given: Given, officer: Actor, sent: BankFile
) -> None:
    (entry,) = await put_in_suspense(given, officer, Told("X", -350_00))
    attempt, name = (await orders(given, officer))[350_00]

    await match(given, officer, entry, attempt)

    assert (await states(given, officer))[name] == ("settled", None)
    assert await waiting(given, officer) == []
    async with db.transaction(officer) as tx:
        history = await statements.list_history(tx, attempt)
    assert [(one.said, one.from_state, one.to_state) for one in history] == [
        ("settled", "sent", "settled")
    ]
    await check_ledger(db)


async def test_nothing_moves_before_the_second_person_confirms(
    given: Given, officer: Actor, sent: BankFile
) -> None:
    (entry,) = await put_in_suspense(given, officer, Told("X", -350_00))
    attempt, name = (await orders(given, officer))[350_00]
    async with given.db.transaction(officer) as tx:
        resolved = await actions.match_entry(
            tx, entry, [attempt], reason=WHY, by=officer, at=given.clock.now()
        )

    with pytest.raises(rules.SecondPersonResolves):
        async with given.db.transaction(officer) as tx:
            await actions.confirm_resolution(
                tx, resolved, is_granted=True, by=officer, at=given.clock.now()
            )

    assert (await states(given, officer))[name] == ("sent", None)
    assert [one.resolution_kind for one in await waiting(given, officer)] == ["match"]


async def test_one_person_is_enough_for_a_small_amount(
    db: Database, given: Given, officer: Actor, sent: BankFile
) -> None:
    (entry,) = await put_in_suspense(given, officer, Told("X", -70_00))
    attempt, name = (await orders(given, officer))[70_00]

    async with given.db.transaction(officer) as tx:
        await actions.match_entry(
            tx, entry, [attempt], reason=WHY, by=officer, at=given.clock.now()
        )

    assert (await states(given, officer))[name] == ("settled", None)
    await check_ledger(db)


async def test_an_entry_is_split_over_orders_that_add_up_and_no_others(
    db: Database, given: Given, officer: Actor, sent: BankFile
) -> None:
    (entry,) = await put_in_suspense(given, officer, Told("X", -630_00))
    known = await orders(given, officer)

    with pytest.raises(rules.PartsDiffer):
        await match(given, officer, entry, known[350_00][0], known[70_00][0])
    await match(given, officer, entry, known[350_00][0], known[280_00][0])

    told = [state for state, _ in (await states(given, officer)).values()]
    assert sorted(told) == ["sent", "settled", "settled"]
    await check_ledger(db)


async def test_a_booked_order_is_no_second_entry(
    given: Given, officer: Actor, sent: BankFile
) -> None:
    attempt, name = (await orders(given, officer))[350_00]
    told = account_report("camt.053", "STM-1", [Told("D1", -350_00, name)])
    await read(given, told, officer)
    (entry,) = await put_in_suspense(given, officer, Told("D2", -350_00, name))

    with pytest.raises(rules.DoesNotFit):
        await match(given, officer, entry, attempt)


async def test_an_explanation_ends_the_wait_and_is_taken_back_by_another_row(
    db: Database, given: Given, officer: Actor, sent: BankFile
) -> None:
    (entry,) = await put_in_suspense(given, officer, Told("FEE", -1_50))
    async with given.db.transaction(officer) as tx:
        explained = await actions.explain_entry(
            tx, entry, category=Category.BANK_FEE, reason=WHY, by=officer, at=given.clock.now()
        )
    assert await waiting(given, officer) == []

    async with given.db.transaction(officer) as tx:
        await actions.undo_resolution(
            tx, explained, reason="It was interest.", by=officer, at=given.clock.now()
        )

    assert [one.id for one in await waiting(given, officer)] == [entry]
    async with given.db.transaction(officer) as tx:
        said = await actions.list_resolutions(tx)
    assert [(one.kind, one.is_undone) for one in said] == [("undo", False), ("explain", True)]
    await check_ledger(db)


async def test_an_entry_is_resolved_once(given: Given, officer: Actor, sent: BankFile) -> None:
    (entry,) = await put_in_suspense(given, officer, Told("FEE", -1_50))

    async def explain() -> None:
        async with given.db.transaction(officer) as tx:
            await actions.explain_entry(
                tx, entry, category=Category.BANK_FEE, reason=WHY, by=officer, at=given.clock.now()
            )

    await explain()

    with pytest.raises(rules.AlreadyResolved):
        await explain()


async def test_a_block_waits_for_refusals_and_then_adds_up_by_itself(
    db: Database, given: Given, officer: Actor, sent: BankFile
) -> None:
    name = (await orders(given, officer))[70_00][1]
    block = f"P{sent.message_id[1:]}"
    await put_in_suspense(given, officer, Told("B", -630_00, block=block))

    refused = await read(
        given, status_report("STS", sent.message_id, {name: "AC04"}, group="PART"), officer
    )

    assert refused.blocks == 1
    assert await waiting(given, officer) == []
    told = [state for state, _ in (await states(given, officer)).values()]
    assert sorted(told) == ["rejected", "settled", "settled"]
    await check_ledger(db)


async def test_the_api_shows_what_waits_by_age_and_proposes_orders(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, officer: Actor, sent: BankFile
) -> None:
    (entry,) = await put_in_suspense(given, officer, Told("X", -350_00, day="2026-10-28"))
    headers = await signed_in(await given.finance_officer())

    shown = await client.get("/api/bank/suspense?older_than_days=5", headers=headers)
    older = await client.get("/api/bank/suspense?older_than_days=6", headers=headers)
    proposed = await client.get(f"/api/bank/suspense/{entry}/candidates", headers=headers)

    assert [one["age_days"] for one in shown.json()] == [5]
    assert older.json() == []
    assert [one["amount_cents"] for one in proposed.json()] == [350_00]
