"""Introducing, answering and agreeing, against the real database; the last seat, raced."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest

from service.accounts.model import Account
from service.actor import SYSTEM, Actor
from service.agreements import actions as agreements
from service.crypto import Sealer
from service.db import Connection, Database
from service.ids import MatchId
from service.matching import actions, store
from service.matching.model import Introduction, Match, Side, State
from service.matching.rules import (
    CandidateTaken,
    MatchHasAgreement,
    MatchMovedOn,
    NoSeatLeft,
    PlacementNotOpen,
)
from service.placements import actions as placements
from service.placements.rules import ReasonMissing
from service.problems import NotAllowed, NotFound
from tests.conftest import FixedClock
from tests.given import Given, act_as, actor_of

BLOCKED_SECONDS = 0.2


async def seen_by_employer(given: Given, representative: Account) -> list[Introduction]:
    by = actor_of(representative)
    async with given.db.transaction(by) as tx:
        return await actions.list_introductions(tx, state=None, before=None, most=9, by=by)


async def match_of(given: Given, match_id: MatchId, officer: Account) -> Match:
    by = actor_of(officer)
    async with given.db.transaction(by) as tx:
        return await actions.get_match(tx, match_id, by=by)


async def test_an_employer_sees_a_candidate_only_once_introduced(given: Given) -> None:
    representative, officer = await given.representative(), await given.case_officer()
    placement = await given.approved_placement(representative)
    match = await given.proposed_match(officer, placement=placement)
    before = await seen_by_employer(given, representative)

    async with given.db.transaction(actor_of(officer)) as tx:
        await actions.introduce(tx, match.id, by=actor_of(officer), at=given.clock.now())
    after = await seen_by_employer(given, representative)

    assert before == []
    assert [one.id for one in after] == [match.id]
    assert after[0].given_name == "Arta"


async def test_the_policies_hide_what_is_not_introduced_from_any_query_of_an_employer(
    given: Given, tx: Connection
) -> None:
    representative, officer = await given.representative(), await given.case_officer()
    placement = await given.approved_placement(representative)
    await given.proposed_match(officer, placement=placement)

    await act_as(tx, actor_of(representative))

    assert await tx.fetchval("SELECT count(*) FROM placement_match") == 0
    assert await tx.fetchval("SELECT count(*) FROM candidate") == 0
    assert await tx.fetchval("SELECT count(*) FROM placement_fit") == 0


async def test_an_employer_can_do_nothing_with_what_it_does_not_see(given: Given) -> None:
    representative, officer = await given.representative(), await given.case_officer()
    placement = await given.approved_placement(representative)
    match = await given.proposed_match(officer, placement=placement)

    with pytest.raises(NotFound):
        await given.accepted(match.id, representative)
    with pytest.raises(NotFound):
        await given.declined(match.id, representative)


async def test_another_employer_and_another_office_see_nothing_of_a_match(given: Given) -> None:
    officer, elsewhere = await given.case_officer(), await given.case_officer("prizren")
    match = await given.introduced_match(officer)
    stranger = await given.representative()

    assert await seen_by_employer(given, stranger) == []
    for account in (stranger, elsewhere):
        with pytest.raises(NotFound):
            await given.accepted(match.id, account)


async def test_both_yeses_agree_and_take_a_seat(given: Given, clock: FixedClock) -> None:
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative, seats=2)
    match = await given.introduced_match(officer, placement=placement)

    await given.accepted(match.id, representative)
    clock.move_to(clock.now() + timedelta(hours=1))
    await given.accepted(match.id, officer)

    agreed = await match_of(given, match.id, officer)
    async with given.db.transaction(actor_of(representative)) as tx:
        after = await placements.get_placement(tx, placement.id)
    assert agreed.state is State.AGREED
    assert agreed.employer_accepted_at != agreed.candidate_accepted_at
    assert (after.seats_taken, after.seats_left) == (1, 1)


async def test_the_same_side_does_not_answer_twice(given: Given) -> None:
    officer = await given.case_officer()
    match = await given.introduced_match(officer)
    await given.accepted(match.id, officer)

    with pytest.raises(MatchMovedOn):
        await given.accepted(match.id, officer)


async def test_nobody_answers_before_the_introduction(given: Given) -> None:
    officer = await given.case_officer()
    match = await given.proposed_match(officer)

    with pytest.raises(MatchMovedOn):
        await given.accepted(match.id, officer)


async def test_an_auditor_answers_for_nobody(given: Given) -> None:
    match = await given.introduced_match(await given.case_officer())

    async with given.db.transaction(SYSTEM) as tx:
        with pytest.raises(NotAllowed):
            await actions.accept(tx, match.id, by=SYSTEM, at=given.clock.now())


async def test_a_no_keeps_its_side_and_reason(given: Given) -> None:
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative)
    match = await given.introduced_match(officer, placement=placement)

    await given.declined(match.id, representative, "  Found   somebody else. ")

    declined = await match_of(given, match.id, officer)
    assert declined.state is State.DECLINED
    assert declined.declined_side is Side.EMPLOYER
    assert declined.decline_reason == "Found somebody else."


async def test_why_a_candidate_declined_stays_with_the_office(given: Given) -> None:
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative)
    match = await given.introduced_match(officer, placement=placement)

    await given.declined(match.id, officer, "Has to care for a child.")

    shown = await seen_by_employer(given, representative)
    assert shown[0].declined_side is Side.CANDIDATE
    assert shown[0].decline_reason is None


@pytest.mark.parametrize("reason", ["", "   ", "no"])
async def test_a_no_without_a_reason_changes_nothing(given: Given, reason: str) -> None:
    officer = await given.case_officer()
    match = await given.introduced_match(officer)

    with pytest.raises(ReasonMissing):
        await given.declined(match.id, officer, reason)

    assert (await match_of(given, match.id, officer)).state is State.INTRODUCED


async def test_a_full_placement_introduces_and_agrees_nobody_more(given: Given) -> None:
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative)
    proposed = await given.proposed_match(officer, placement=placement)
    introduced = await given.introduced_match(officer, placement=placement)
    await given.accepted(introduced.id, officer)
    await given.agreed_match(officer, placement=placement)

    with pytest.raises(NoSeatLeft):
        await given.accepted(introduced.id, representative)
    async with given.db.transaction(actor_of(officer)) as tx:
        with pytest.raises(NoSeatLeft):
            await actions.introduce(tx, proposed.id, by=actor_of(officer), at=given.clock.now())


async def test_a_closed_placement_agrees_nobody(given: Given) -> None:
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative)
    match = await given.introduced_match(officer, placement=placement)
    await given.accepted(match.id, officer)
    by = actor_of(representative)
    async with given.db.transaction(by) as tx:
        await placements.close_placement(tx, placement.id, by=by, at=given.clock.now())

    with pytest.raises(PlacementNotOpen):
        await given.accepted(match.id, representative)


async def test_one_person_is_not_agreed_twice_for_the_same_days(given: Given) -> None:
    officer, second = await given.case_officer(), await given.representative()
    candidate = await given.candidate(officer)
    other = await given.introduced_match(
        officer, placement=await given.approved_placement(second), candidate=candidate
    )
    await given.accepted(other.id, officer)
    await given.agreed_match(officer, candidate=candidate)

    with pytest.raises(CandidateTaken):
        await given.accepted(other.id, second)


async def test_an_agreed_match_given_up_frees_its_seat(given: Given) -> None:
    officer = await given.case_officer()
    placement = await given.approved_placement()
    first = await given.agreed_match(officer, placement=placement)

    await given.declined(first.id, officer)
    second = await given.agreed_match(officer, placement=placement)

    assert second.state is State.AGREED


async def test_a_match_with_an_agreement_is_not_given_up(given: Given, clock: FixedClock) -> None:
    officer = await given.case_officer()
    match = await given.agreed_match(officer)
    by = actor_of(officer)
    async with given.db.transaction(by) as tx:
        placement = await placements.get_placement(tx, match.placement_id)
        await agreements.draft_agreement(
            tx,
            match.id,
            starts_on=placement.period.start,
            by=by,
            on=clock.today(),
            at=clock.now(),
        )

    with pytest.raises(MatchHasAgreement):
        await given.declined(match.id, officer)


Answer = Callable[[Connection, MatchId, Actor], Awaitable[object]]


async def last_seat_raced(given: Given, answer: Answer) -> tuple[BaseException | None, int]:
    """Two employers' answers for one seat: the second waits for the first, then is refused."""
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative)
    one, two = [await given.introduced_match(officer, placement=placement) for _ in range(2)]
    await given.accepted(one.id, officer)
    await given.accepted(two.id, officer)
    by = actor_of(representative)

    async def second() -> None:
        async with given.db.transaction(by) as tx:
            await answer(tx, two.id, by)

    async with given.db.transaction(by) as tx:
        await answer(tx, one.id, by)
        waiting = asyncio.create_task(second())
        await asyncio.sleep(BLOCKED_SECONDS)
        assert not waiting.done()
    (refused,) = await asyncio.gather(waiting, return_exceptions=True)
    async with given.db.transaction(by) as tx:
        return refused, await store.seats_taken(tx, placement.id)


async def test_the_last_seat_is_taken_once_however_close_the_answers(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    async def accept(tx: Connection, match_id: MatchId, by: Actor) -> None:
        await actions.accept(tx, match_id, by=by, at=clock.now())

    refused, taken = await last_seat_raced(Given(committed, clock, sealer), accept)

    assert isinstance(refused, NoSeatLeft)
    assert taken == 1


async def test_the_database_itself_lets_the_last_seat_be_taken_once(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    async def write(tx: Connection, match_id: MatchId, by: Actor) -> None:
        await store.record_employer_accepted(
            tx, match_id, State.AGREED, account_id=by.account, at=clock.now()
        )

    refused, taken = await last_seat_raced(Given(committed, clock, sealer), write)

    assert isinstance(refused, asyncpg.CheckViolationError)
    assert refused.constraint_name == "placement_match_within_seats"
    assert taken == 1
