"""A case goes from one office to another, with all of it, and once."""

import asyncio

import asyncpg
import pytest

from service.actor import SYSTEM, Actor
from service.agreements import actions as agreements
from service.candidates import actions as candidates
from service.candidates import sensitive
from service.candidates.model import Candidate, Characteristic
from service.crypto import Sealer
from service.db import Connection, Database
from service.handovers import actions
from service.handovers.model import MOVES, Event, State
from service.handovers.rules import (
    HandoverAnswered,
    HandoverOpen,
    HandoverReasonMissing,
    NoSuchOffice,
    SameOffice,
    move,
)
from service.ids import HandoverId, OfficeId, new_id
from service.problems import NotAllowed, NotFound
from tests.conftest import FixedClock
from tests.given import Given, act_as, actor_of

WHY = "Moved to another town"


async def offered(given: Given, person: Candidate, by: Actor, to_office: OfficeId) -> HandoverId:
    """An offer that waits."""
    async with given.db.transaction(by) as tx:
        return await actions.offer(
            tx, person.id, to_office=to_office, reason=WHY, by=by, at=given.clock.now()
        )


@pytest.mark.parametrize("state", [one for one in State if one is not State.OFFERED])
@pytest.mark.parametrize("event", list(Event))
def test_an_answer_is_final(state: State, event: Event) -> None:
    assert not MOVES[state]
    with pytest.raises(HandoverAnswered):
        move(state, event)


async def test_an_accepted_case_is_the_other_offices_with_all_of_it(
    given: Given, tx: Connection, clock: FixedClock, sealer: Sealer
) -> None:
    giving = actor_of(officer := await given.case_officer("prizren"))
    taking = actor_of(await given.case_officer("peje"))
    person = await given.candidate(officer, characteristics=["disability"])
    agreement = await given.active_agreement(officer, candidate=person)
    handover_id = await offered(given, person, giving, taking.office)

    await act_as(tx, taking)
    await actions.accept(tx, handover_id, by=taking, at=clock.at, sealer=sealer)
    moved = await candidates.get_candidate(tx, person.id)
    dossier = await agreements.read_agreement(tx, agreement.id)
    opened = await sensitive.read_sensitive(
        tx, person.id, purpose="first talk", by=taking, at=clock.at, sealer=sealer
    )
    listed = await sensitive.list_with_characteristic(
        tx, characteristic="disability", purpose="first talk", by=taking, at=clock.at, sealer=sealer
    )

    assert moved.office_id == dossier.agreement.office_id == taking.office
    assert opened.characteristics == [Characteristic.DISABILITY]
    assert [one.id for one in listed] == [person.id]


async def test_the_former_office_sees_no_more_than_that_it_handed_the_case_over(
    given: Given, tx: Connection, clock: FixedClock, sealer: Sealer
) -> None:
    giving = actor_of(officer := await given.case_officer("prizren"))
    taking = actor_of(await given.case_officer("peje"))
    person = await given.candidate(officer)
    agreement = await given.active_agreement(officer, candidate=person)
    handover_id = await offered(given, person, giving, taking.office)
    await act_as(tx, taking)
    await actions.accept(tx, handover_id, by=taking, at=clock.at, sealer=sealer)

    await act_as(tx, giving)
    for table in ("candidate", "candidate_sensitive", "agreement", "placement_match"):
        assert await tx.fetchval(f"SELECT count(*) FROM {table}") == 0, table
    with pytest.raises(NotFound):
        await agreements.read_agreement(tx, agreement.id)
    (kept,) = await actions.list_handovers(tx, by=giving)

    assert (kept.state, kept.is_incoming) == (State.ACCEPTED, False)
    assert (kept.candidate_id, kept.candidate_reference) == (None, None)
    assert kept.candidate_name == "A. K."
    assert kept.open_agreements == []


async def test_while_it_is_offered_both_offices_know_of_whom_they_speak(
    given: Given, tx: Connection
) -> None:
    giving = actor_of(officer := await given.case_officer("prizren"))
    taking = actor_of(await given.case_officer("peje"))
    third = actor_of(await given.case_officer("gjakove"))
    person = await given.candidate(officer)
    agreement = await given.active_agreement(officer, candidate=person)
    await offered(given, person, giving, taking.office)

    await act_as(tx, taking)
    (seen,) = await actions.list_handovers(tx, by=taking)
    await act_as(tx, third)
    nothing = await actions.list_handovers(tx, by=third)

    assert (seen.is_incoming, seen.candidate_id) == (True, None)
    assert seen.candidate_name == person.full_name
    assert seen.open_agreements == [agreement.reference]
    assert nothing == []


async def test_a_declined_case_stays_where_it_is(
    given: Given, tx: Connection, clock: FixedClock, sealer: Sealer
) -> None:
    giving = actor_of(officer := await given.case_officer("prizren"))
    taking = actor_of(await given.case_officer("peje"))
    person = await given.candidate(officer)
    handover_id = await offered(given, person, giving, taking.office)

    await act_as(tx, taking)
    with pytest.raises(HandoverReasonMissing):
        await actions.decline(tx, handover_id, " no ", by=taking, at=clock.at)
    await actions.decline(tx, handover_id, "Lives in your town", by=taking, at=clock.at)
    with pytest.raises(HandoverAnswered):
        await actions.accept(tx, handover_id, by=taking, at=clock.at, sealer=sealer)

    await act_as(tx, giving)
    assert (await candidates.get_candidate(tx, person.id)).office_id == giving.office
    assert await actions.find_open(tx, person.id) is None


async def test_each_side_does_its_own_part(
    given: Given, tx: Connection, clock: FixedClock, sealer: Sealer
) -> None:
    giving = actor_of(officer := await given.case_officer("prizren"))
    taking = actor_of(await given.case_officer("peje"))
    third = actor_of(await given.case_officer("gjakove"))
    handover_id = await offered(given, await given.candidate(officer), giving, taking.office)

    await act_as(tx, giving)
    with pytest.raises(NotAllowed):
        await actions.accept(tx, handover_id, by=giving, at=clock.at, sealer=sealer)
    await act_as(tx, taking)
    with pytest.raises(NotAllowed):
        await actions.withdraw(tx, handover_id, by=taking, at=clock.at)
    await act_as(tx, third)
    with pytest.raises(NotFound):
        await actions.accept(tx, handover_id, by=third, at=clock.at, sealer=sealer)
    await act_as(tx, giving)
    await actions.withdraw(tx, handover_id, by=giving, at=clock.at)


async def test_what_cannot_be_offered_is_refused(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    by = actor_of(officer := await given.case_officer("prizren"))
    person = await given.candidate(officer)
    elsewhere = await given.candidate(await given.case_officer("gjakove"))
    other = await given.office("peje")
    await act_as(tx, by)
    for candidate, office, why, refusal in (
        (person, by.office, WHY, SameOffice),
        (person, OfficeId(new_id()), WHY, NoSuchOffice),
        (person, other, "", HandoverReasonMissing),
        (elsewhere, other, WHY, NotFound),
    ):
        with pytest.raises(refusal):
            await actions.offer(tx, candidate.id, to_office=office, reason=why, by=by, at=clock.at)
    await offered(given, person, by, other)
    await act_as(tx, by)
    with pytest.raises(HandoverOpen):
        await actions.offer(tx, person.id, to_office=other, reason=WHY, by=by, at=clock.at)


async def test_nobody_moves_a_person_or_an_answer_by_hand(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    giving = actor_of(officer := await given.case_officer("prizren"))
    taking = actor_of(await given.case_officer("peje"))
    person = await given.candidate(officer)
    handover_id = await offered(given, person, giving, taking.office)

    for actor, statement, name in (
        (giving, f"UPDATE candidate SET office_id = '{taking.office}'",
         "candidate_moves_by_handover"),
        (taking, "UPDATE handover SET state = 'accepted', answered_at = now(), answered_by = "
         f"'{taking.account}'", None),
        (giving, "UPDATE handover SET reason = 'Another reason'", "handover_answered_once"),
    ):  # fmt: skip
        await act_as(tx, actor)
        savepoint = tx.transaction()
        await savepoint.start()
        with pytest.raises(asyncpg.PostgresError) as refused:
            await tx.execute(statement)
        await savepoint.rollback()
        assert getattr(refused.value, "constraint_name", None) == name
    await act_as(tx, SYSTEM)
    assert await tx.fetchval("SELECT state FROM handover WHERE id = $1", handover_id) == "offered"


async def test_of_two_who_accept_at_once_one_does(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    given = Given(committed, clock, sealer)
    giving = actor_of(officer := await given.case_officer("prizren"))
    two = [actor_of(await given.case_officer("peje")) for _ in range(2)]
    person = await given.candidate(officer)
    handover_id = await offered(given, person, giving, two[0].office)

    async def accept(by: Actor) -> object:
        async with committed.transaction(by) as tx:
            return await actions.accept(tx, handover_id, by=by, at=clock.at, sealer=sealer)

    done = await asyncio.gather(*(accept(by) for by in two), return_exceptions=True)

    assert sorted(type(one).__name__ for one in done) == ["HandoverAnswered", "UUID"]
