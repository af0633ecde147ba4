"""Ranking, proposing and agreeing, against the real database."""

from datetime import date
from typing import Any

import asyncpg
import pytest

from service.agreements import actions as agreements
from service.candidates import actions as candidates
from service.candidates.rules import age_on
from service.db import Connection
from service.ids import MatchId, new_id
from service.matching import actions, rules, store
from service.matching.model import Explanation, Requirement, Score, State
from service.matching.rules import AlreadyMatched, RequirementsNotMet
from service.problems import NotAllowed, NotFound
from tests.given import Given, act_as, actor_of

TODAY = date(2026, 11, 2)


async def explained(
    given: Given, placement: dict[str, Any], candidate: dict[str, Any]
) -> Explanation:
    """Why a pair does not fit, and that the ranking says the same."""
    officer = await given.case_officer()
    posted = await given.approved_placement(**placement)
    person = await given.candidate(officer, **candidate)
    by = actor_of(officer)
    async with given.db.transaction(by) as tx:
        ranked = await actions.rank_candidates(tx, posted.id, most=9, by=by, on=TODAY)
        fitting = await actions.rank_placements(tx, person.id, most=9, by=by, on=TODAY)
        told = await actions.explain(tx, posted.id, person.id, by=by, on=TODAY)
    assert [one.candidate.candidate_id for one in ranked] == ([] if told.failed else [person.id])
    assert [one.placement.placement_id for one in fitting] == ([] if told.failed else [posted.id])
    return told


@pytest.mark.parametrize(
    ("placement", "candidate", "missing"),
    [
        ({}, {}, None),
        ({"occupation_code": "5222"}, {}, None),
        ({"occupation_code": "7512"}, {}, Requirement.OCCUPATION),
        ({"education_min": "vocational"}, {}, None),
        ({"education_min": "bachelor"}, {}, Requirement.EDUCATION),
        ({"education_min": "upper_secondary"}, {"education": "lower_secondary"},
         Requirement.EDUCATION),
        ({"languages": ["sq", "en"]}, {}, None),
        ({"languages": ["sq", "sr"]}, {}, Requirement.LANGUAGES),
        ({"driving_licences": ["B"]}, {}, None),
        ({"driving_licences": ["B", "C"]}, {}, Requirement.LICENCES),
        ({"skills": ["welding"]}, {}, None),
        ({"skills_demanded": ["EXCEL "]}, {}, None),
        ({"skills_demanded": ["welding"]}, {}, Requirement.SKILLS),
        ({}, {"born_on": "2008-12-01", "unemployed_since": "2025-01-01"}, None),
        ({}, {"born_on": "2008-12-02", "unemployed_since": "2025-01-01"}, Requirement.AGE),
        ({}, {"born_on": "1996-12-02"}, None),
        ({}, {"born_on": "1996-12-01"}, Requirement.AGE),
        ({"municipality_code": "fushe-kosove"}, {"travel_km": 6}, None),
        ({"municipality_code": "fushe-kosove"}, {"travel_km": 5}, Requirement.DISTANCE),
        ({"municipality_code": "prizren"}, {"travel_km": 60}, Requirement.DISTANCE),
        ({}, {"travel_km": 0}, None),
    ],
)  # fmt: skip
async def test_a_hard_requirement_keeps_somebody_out_and_says_which(
    given: Given,
    placement: dict[str, Any],
    candidate: dict[str, Any],
    missing: Requirement | None,
) -> None:
    told = await explained(given, placement, candidate)

    assert told.failed == ([] if missing is None else [missing])


async def test_the_ranking_puts_the_better_candidate_first_and_says_why(given: Given) -> None:
    officer = await given.case_officer()
    placement = await given.approved_placement(skills=["excel"])
    fine = await given.candidate(officer, family_name="Hoxha", skills=[])
    better = await given.candidate(officer, family_name="Berisha", skills=["excel"])
    by = actor_of(officer)

    async with given.db.transaction(by) as tx:
        ranked = await actions.rank_candidates(tx, placement.id, most=9, by=by, on=TODAY)

    assert [one.candidate.candidate_id for one in ranked] == [better.id, fine.id]
    assert ranked[0].score.points - ranked[1].score.points == rules.SKILLS_MOST


async def test_a_candidate_of_another_office_is_neither_ranked_nor_visible(given: Given) -> None:
    placement = await given.approved_placement()
    theirs = await given.candidate(await given.case_officer("prizren"))
    by = actor_of(await given.case_officer("prishtine"))

    async with given.db.transaction(by) as tx:
        ranked = await actions.rank_candidates(tx, placement.id, most=9, by=by, on=TODAY)
        for refused in (
            actions.explain(tx, placement.id, theirs.id, by=by, on=TODAY),
            actions.rank_placements(tx, theirs.id, most=9, by=by, on=TODAY),
            actions.propose(tx, placement.id, theirs.id, by=by, at=given.clock.now(), on=TODAY),
        ):
            with pytest.raises(NotFound):
                await refused

    assert ranked == []


async def test_an_officer_who_does_not_know_a_reference_is_told_so(given: Given) -> None:
    mine, officer = await given.case_officer("prishtine"), await given.case_officer("prizren")
    candidate = await given.candidate(mine)
    by = actor_of(mine)

    async with given.db.transaction(by) as tx:
        found = await actions.find_candidate(tx, f" {candidate.reference.lower()} ", by=by)
    async with given.db.transaction(actor_of(officer)) as tx:
        for reference in (candidate.reference, "", "C-\x00"):
            with pytest.raises(rules.UnknownReference):
                await actions.find_candidate(tx, reference, by=actor_of(officer))

    assert found.id == candidate.id


async def test_an_employer_ranks_nobody(given: Given) -> None:
    representative = await given.representative()
    placement = await given.approved_placement(representative)
    by = actor_of(representative)

    async with given.db.transaction(by) as tx:
        with pytest.raises(NotAllowed):
            await actions.rank_candidates(tx, placement.id, most=9, by=by, on=TODAY)


async def test_a_proposal_keeps_the_score_of_its_day_with_its_reasons(given: Given) -> None:
    officer = await given.case_officer()

    match = await given.proposed_match(officer)

    assert match.state is State.PROPOSED
    assert match.score == sum(reason.points for reason in match.reasons)
    assert len(match.reasons) == 5
    assert match.proposed_by_name == officer.name


async def test_nobody_is_proposed_against_a_hard_requirement(given: Given) -> None:
    officer = await given.case_officer()
    placement = await given.approved_placement(languages=["sr"])
    candidate = await given.candidate(officer)

    with pytest.raises(RequirementsNotMet) as refused:
        await given.proposed_match(officer, placement=placement, candidate=candidate)

    assert refused.value.members == {"failed": ["languages_fit"]}


async def test_nobody_is_proposed_twice_until_the_first_was_declined(given: Given) -> None:
    officer = await given.case_officer()
    placement, candidate = await given.approved_placement(), await given.candidate(officer)
    first = await given.proposed_match(officer, placement=placement, candidate=candidate)

    with pytest.raises(AlreadyMatched):
        await given.proposed_match(officer, placement=placement, candidate=candidate)
    await given.declined(first.id, officer)
    again = await given.proposed_match(officer, placement=placement, candidate=candidate)

    assert again.state is State.PROPOSED


async def test_two_proposals_at_once_become_one(given: Given, tx: Connection) -> None:
    officer = await given.case_officer()
    match = await given.proposed_match(officer)
    await act_as(tx, actor_of(officer))

    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await store.insert_match(
            tx,
            MatchId(new_id()),
            match.placement_id,
            match.candidate_id,
            Score(match.score, match.reasons),
            account_id=officer.id,
            at=given.clock.now(),
        )

    assert refused.value.constraint_name == "placement_match_once_live"


@pytest.mark.parametrize("drafted", [False, True])
async def test_who_has_agreed_to_other_work_in_that_time_is_not_free(
    given: Given, drafted: bool
) -> None:
    officer = await given.case_officer()
    candidate, by = await given.candidate(officer), actor_of(officer)
    match = await given.agreed_match(officer, candidate=candidate)
    overlapping = await given.approved_placement(starts_on="2027-11-30", last_day="2028-11-29")
    afterwards = await given.approved_placement(starts_on="2027-12-01", last_day="2028-11-30")

    async with given.db.transaction(by) as tx:
        if drafted:
            await agreements.draft_agreement(
                tx, match.id, starts_on=date(2026, 12, 1), by=by, on=TODAY, at=given.clock.now()
            )
        told = await actions.explain(tx, overlapping.id, candidate.id, by=by, on=TODAY)
        later = await actions.explain(tx, afterwards.id, candidate.id, by=by, on=TODAY)

    assert told.failed == [Requirement.CANDIDATE_FREE]
    assert later.failed == []


async def test_who_left_the_register_is_not_proposed(given: Given) -> None:
    officer = await given.case_officer()
    placement, candidate = await given.approved_placement(), await given.candidate(officer)
    by = actor_of(officer)
    async with given.db.transaction(by) as tx:
        await candidates.withdraw_candidate(tx, candidate.id, by=by, at=given.clock.now())
        told = await actions.explain(tx, placement.id, candidate.id, by=by, on=TODAY)

    assert told.failed == [Requirement.CANDIDATE_REGISTERED]


async def test_a_placement_that_is_not_approved_or_is_full_takes_nobody(given: Given) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    waiting, full = await given.submitted_placement(), await given.approved_placement()
    await given.agreed_match(officer, placement=full)
    by = actor_of(officer)

    async with given.db.transaction(by) as tx:
        not_open = await actions.explain(tx, waiting.id, candidate.id, by=by, on=TODAY)
        no_seat = await actions.explain(tx, full.id, candidate.id, by=by, on=TODAY)

    assert not_open.failed == [Requirement.PLACEMENT_OPEN]
    assert no_seat.failed == [Requirement.SEAT_LEFT]


async def test_seats_agreed_at_another_office_count(given: Given) -> None:
    placement = await given.approved_placement()
    await given.agreed_match(await given.case_officer("obiliq"), placement=placement)
    officer = await given.case_officer("prishtine")
    candidate, by = await given.candidate(officer), actor_of(officer)

    async with given.db.transaction(by) as tx:
        told = await actions.explain(tx, placement.id, candidate.id, by=by, on=TODAY)

    assert told.failed == [Requirement.SEAT_LEFT]


@pytest.mark.parametrize(
    ("latitude", "longitude", "distance_km"),
    [(42.6629, 21.1655, 0), (42.2139, 20.7397, 61), (42.6593, 20.2883, 72)],
)
async def test_distances_from_prishtina_are_those_of_the_map(
    tx: Connection, latitude: float, longitude: float, distance_km: int
) -> None:
    found = await tx.fetchval("SELECT distance_km(42.6629, 21.1655, $1, $2)", latitude, longitude)

    assert found == distance_km


@pytest.mark.parametrize(
    ("born_on", "on", "years"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(1997, 12, 1), date(2026, 12, 1), 29),
        (date(1996, 12, 1), date(2026, 12, 1), 30),
        (date(1996, 12, 2), date(2026, 12, 1), 29),
    ],
)
async def test_the_database_counts_years_as_the_register_does(
    tx: Connection, born_on: date, on: date, years: int
) -> None:
    assert await tx.fetchval("SELECT age_on($1, $2)", born_on, on) == years
    assert age_on(born_on, on) == years
