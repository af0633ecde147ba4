"""Posting and deciding, against the real database."""

from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import msgspec
import pytest

from service import db as database
from service.actor import SYSTEM, Actor
from service.db import Connection, Database
from service.ids import EmployerId, PlacementId, new_id, reference
from service.lists import newest_before
from service.placements import actions, answers, rules, store
from service.placements.model import Placement, State
from service.placements.rules import PlacementMovedOn, ReasonMissing, WageBelowMinimum
from service.problems import InvalidFields, NotAllowed, NotFound
from tests.conftest import FixedClock
from tests.forms import placement_form
from tests.given import Given, act_as, actor_of


async def test_a_posted_placement_waits_for_a_decision(given: Given, clock: FixedClock) -> None:
    representative = await given.representative()

    placement = await given.submitted_placement(representative, seats=2)

    assert placement.state is State.SUBMITTED
    assert placement.reference.startswith("P-")
    assert placement.employer_id == representative.employer_id
    assert (placement.submitted_by, placement.submitted_at) == (representative.id, clock.now())
    assert placement.seats_left == 2


async def test_a_wage_below_the_months_minimum_is_refused_in_code(given: Given) -> None:
    representative = await given.representative()

    with pytest.raises(InvalidFields) as refused:
        await given.submitted_placement(representative, gross_wage_cents=499_99)

    assert set(refused.value.fields) == {"gross_wage_cents"}


@pytest.mark.parametrize(
    ("starts_on", "last_day", "minimum_cents"),
    [
        ("2026-06-30", "2026-12-31", 425_00),
        ("2026-07-01", "2026-12-31", 500_00),
        ("2025-12-31", "2026-12-31", 350_00),
    ],
)
async def test_the_minimum_is_that_of_the_first_month(
    given: Given, starts_on: str, last_day: str, minimum_cents: int
) -> None:
    form: dict[str, Any] = {"starts_on": starts_on, "last_day": last_day}
    enough = await given.submitted_placement(gross_wage_cents=minimum_cents, **form)

    with pytest.raises(InvalidFields):
        await given.submitted_placement(gross_wage_cents=minimum_cents - 1, **form)

    assert enough.gross_wage_cents == minimum_cents


@pytest.mark.parametrize(
    ("weekly_hours", "gross_wage_cents"), [(40, 499_99), (20, 249_99), (1, 12_49)]
)
async def test_a_wage_below_the_months_minimum_is_refused_by_the_database(
    given: Given, tx: Connection, weekly_hours: int, gross_wage_cents: int
) -> None:
    placement = await given.submitted_placement()
    await act_as(tx, actor_of(await given.case_officer()))

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await tx.execute(
            "UPDATE placement SET weekly_hours = $2, gross_wage_cents = $3 WHERE id = $1",
            placement.id,
            weekly_hours,
            gross_wage_cents,
        )

    assert refused.value.constraint_name == "placement_pays_minimum_wage"


async def insert(tx: Connection, employer_id: EmployerId, by: Actor, **changes: object) -> None:
    """A row written past the rules, to see what the database itself refuses."""
    form, on = placement_form(), date(2026, 11, 2)
    facts = await store.get_posting_facts(tx, form, starts_on=date(2026, 12, 1))
    offer = msgspec.structs.replace(answers.read_offer(form, facts, on=on), **changes)
    assert facts.scheme_id is not None
    placement_id = PlacementId(new_id())
    await store.insert_placement(
        tx,
        placement_id,
        offer,
        reference=reference("P", placement_id),
        employer_id=employer_id,
        scheme_id=facts.scheme_id,
        account_id=by.account,
        at=datetime(2026, 11, 2, tzinfo=UTC),
    )


async def test_the_database_refuses_a_low_wage_that_the_rules_did_not_see(
    given: Given, tx: Connection
) -> None:
    by = actor_of(await given.representative())
    await act_as(tx, by)

    with (
        pytest.raises(WageBelowMinimum),
        database.refusing(placement_pays_minimum_wage=WageBelowMinimum),
    ):
        await insert(tx, by.employer, by, gross_wage_cents=499_99)


async def test_nobody_posts_for_another_firm(given: Given, tx: Connection) -> None:
    by, other = actor_of(await given.representative()), await given.employer()
    await act_as(tx, by)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await insert(tx, other.id, by)


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("gross_wage_cents", -1, "placement_pays_minimum_wage"),
        ("weekly_hours", 41, "placement_hours_legal"),
        ("seats", 0, "placement_has_seats"),
        ("education_min", "doctorate", "placement_education_known"),
        ("title", "", "placement_described"),
        ("occupation_code", "0000", "placement_occupation_code_fkey"),
        ("municipality_code", "atlantis", "placement_municipality_code_fkey"),
        ("state", "approved", "placement_state_tells_milestones"),
    ],
)
async def test_the_row_cannot_lie(
    given: Given, tx: Connection, column: str, value: object, constraint: str
) -> None:
    placement = await given.submitted_placement(gross_wage_cents=1000_00)
    await act_as(tx, actor_of(await given.case_officer()))

    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await tx.execute(f"UPDATE placement SET {column} = $2 WHERE id = $1", placement.id, value)

    assert refused.value.constraint_name == constraint


@pytest.mark.parametrize(
    "fields",
    [
        {"occupation_code": "0000"},
        {"occupation_code": "52\x0023"},
        {"municipality_code": "atlantis"},
        {"scheme_code": "WS-99"},
        {"starts_on": "2026-12-32"},
        {"last_day": "2027-02-29"},
    ],
)
async def test_what_does_not_exist_is_refused_beside_its_field(
    given: Given, fields: dict[str, str]
) -> None:
    by = actor_of(await given.representative())
    form = placement_form(**fields)

    async with given.db.transaction(by) as tx:
        with pytest.raises(InvalidFields) as refused:
            await actions.post_placement(
                tx, form, by=by, at=given.clock.now(), on=given.clock.today()
            )

    assert set(refused.value.fields) == set(fields)


async def test_only_an_employer_posts(given: Given, db: Database, clock: FixedClock) -> None:
    officer = actor_of(await given.case_officer())

    async with db.transaction(officer) as tx:
        with pytest.raises(NotAllowed):
            await actions.post_placement(
                tx, placement_form(), by=officer, at=clock.now(), on=clock.today()
            )


async def approve(given: Given, placement_id: PlacementId, by: Actor) -> Placement:
    async with given.db.transaction(by) as tx:
        return await actions.approve_placement(tx, placement_id, by=by, at=given.clock.now())


async def test_an_officer_approves_and_it_is_known_who_and_when(
    given: Given, clock: FixedClock
) -> None:
    officer = await given.case_officer("prizren")

    placement = await given.approved_placement(officer=officer)

    assert placement.state is State.APPROVED
    assert (placement.decided_by, placement.decided_at) == (officer.id, clock.now())
    assert placement.decided_by_name == officer.name


async def test_an_employer_approves_nothing(given: Given) -> None:
    representative = await given.representative()
    placement = await given.submitted_placement(representative)

    with pytest.raises(NotAllowed):
        await approve(given, placement.id, actor_of(representative))


async def test_a_decision_is_made_once(given: Given) -> None:
    placement = await given.approved_placement()
    officer = actor_of(await given.case_officer())

    with pytest.raises(PlacementMovedOn):
        await approve(given, placement.id, officer)


async def test_an_approval_looks_at_the_minimum_wage_again(given: Given, tx: Connection) -> None:
    placement = await given.submitted_placement(gross_wage_cents=500_00)
    held = await store.lock_placement(tx, placement.id)

    with pytest.raises(WageBelowMinimum):
        rules.check_wage(msgspec.structs.replace(held, minimum_wage_cents=550_00))

    assert held.minimum_wage_cents == 500_00


async def test_a_refusal_carries_its_reason(given: Given, db: Database, clock: FixedClock) -> None:
    placement, officer = await given.submitted_placement(), actor_of(await given.case_officer())

    async with db.transaction(officer) as tx:
        refused = await actions.refuse_placement(
            tx, placement.id, " The plan   teaches nothing. ", by=officer, at=clock.now()
        )

    assert refused.state is State.REFUSED
    assert refused.decision_reason == "The plan teaches nothing."


async def test_a_refusal_without_a_reason_changes_nothing(
    given: Given, db: Database, clock: FixedClock
) -> None:
    placement, officer = await given.submitted_placement(), actor_of(await given.case_officer())

    async with db.transaction(officer) as tx:
        with pytest.raises(ReasonMissing):
            await actions.refuse_placement(tx, placement.id, " ", by=officer, at=clock.now())
        after = await actions.get_placement(tx, placement.id)

    assert after.state is State.SUBMITTED


async def test_the_employer_or_an_officer_closes_it(
    given: Given, db: Database, clock: FixedClock
) -> None:
    representative = await given.representative()
    for account in (representative, await given.case_officer()):
        placement = await given.approved_placement(representative)
        by = actor_of(account)

        async with db.transaction(by) as tx:
            closed = await actions.close_placement(tx, placement.id, by=by, at=clock.now())

        assert closed.state is State.CLOSED
        assert closed.closed_by == account.id


async def test_another_employer_sees_and_closes_nothing_of_it(
    given: Given, db: Database, clock: FixedClock
) -> None:
    placement = await given.approved_placement()
    other = actor_of(await given.representative())

    async with db.transaction(other) as tx:
        with pytest.raises(NotFound):
            await actions.get_placement(tx, placement.id)
        with pytest.raises(NotFound):
            await actions.close_placement(tx, placement.id, by=other, at=clock.now())
        listed = await actions.list_placements(tx, by=other)

    assert listed.rows == []


async def test_lists_go_back_from_the_newest(given: Given, db: Database) -> None:
    representative = await given.representative()
    posted = [(await given.submitted_placement(representative)).id for _ in range(3)]
    by = actor_of(representative)

    async with db.transaction(by) as tx:
        newest = await actions.list_placements(tx, newest_before(None, at_most=2), by=by)
        older = await actions.list_placements(
            tx, newest_before(newest.rows[-1].id, at_most=2), by=by
        )

    assert [line.id for line in [*newest.rows, *older.rows]] == posted[::-1]


async def test_open_placements_are_approved_with_a_seat_left_and_not_over(
    given: Given, db: Database
) -> None:
    officer = await given.case_officer()
    representative = await given.representative()
    fresh = await given.approved_placement(representative, officer)
    full = await given.approved_placement(representative, officer)
    await given.agreed_match(officer, placement=full)
    await given.submitted_placement(representative)

    by = actor_of(representative)
    async with db.transaction(by) as tx:
        now = await actions.list_placements(tx, open_on=date(2026, 12, 1), by=by)
        over = await actions.list_placements(tx, open_on=date(2027, 12, 1), by=by)

    assert [line.id for line in now.rows] == [fresh.id]
    assert over.rows == []


async def test_each_move_of_a_placement_is_in_the_audit(given: Given, tx: Connection) -> None:
    officer = await given.case_officer()
    placement = await given.approved_placement(officer=officer)
    await act_as(tx, SYSTEM)

    entries = await tx.fetch(
        "SELECT action, actor_account, after ->> 'state' AS state FROM audit_entry "
        "WHERE row_id = $1 ORDER BY id",
        placement.id,
    )

    assert [(entry["action"], entry["state"]) for entry in entries] == [
        ("insert", "submitted"),
        ("update", "approved"),
    ]
    assert entries[1]["actor_account"] == officer.id
