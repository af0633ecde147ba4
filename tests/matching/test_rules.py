"""How well a pair fits, what stands in its way, and which answer comes after which."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from service.actor import SYSTEM, Actor, Role
from service.candidates.model import Characteristic, Education, ReferralSource
from service.ids import CandidateId, EmployerId, OfficeId, PlacementId, new_id
from service.matching.model import (
    ACCEPTED,
    DECLINED,
    MOVES,
    Event,
    Facts,
    Fit,
    FittingCandidate,
    FittingPlacement,
    Introduction,
    Match,
    Part,
    Requirement,
    Seats,
    Side,
    State,
)
from service.matching.rules import (
    DISTANCE_MOST,
    LANGUAGES_MOST,
    OCCUPATION_EXACT,
    SKILLS_MOST,
    UNEMPLOYED_MOST,
    AlreadyMatched,
    MatchHasAgreement,
    MatchMovedOn,
    NoSeatLeft,
    PlacementNotOpen,
    RequirementsNotMet,
    check_fit,
    check_may_give_up,
    check_seat,
    failed,
    months_between,
    move,
    rank_candidates,
    rank_placements,
    score,
    side_of,
)
from service.money import Cents
from service.problems import NotAllowed

TODAY = date(2026, 11, 2)
codes = st.sampled_from(["5223", "5221", "5120", "7512", "9412"])
words = st.lists(st.sampled_from(["baking", "excel", "sales", "welding"]), max_size=4, unique=True)
spoken = st.lists(st.sampled_from(["sq", "sr", "en", "de"]), max_size=4, unique=True)
days = st.dates(min_value=date(2016, 1, 1), max_value=date(2027, 6, 1))


def facts(**changes: Any) -> Facts:
    plain: dict[str, Any] = {
        "placement_id": PlacementId(new_id()),
        "candidate_id": CandidateId(new_id()),
        "occupation_code": "5223",
        "occupations": ["5223"],
        "skills_wished": ["excel", "sales"],
        "skills_held": ["excel", "sales"],
        "languages_asked": ["sq"],
        "languages_spoken": ["sq", "en"],
        "distance_km": 0,
        "unemployed_since": date(2024, 11, 2),
    }
    return Facts(**plain | changes)


def fit(**changes: Any) -> Fit:
    plain: dict[str, Any] = {
        **msgspec.structs.asdict(facts()),
        "employer_id": EmployerId(new_id()),
        "office_id": OfficeId(new_id()),
        "skills_demanded": [],
        "licences_asked": [],
        "licences_held": [],
        "education_asked": Education.NONE,
        "education_held": Education.NONE,
        "travel_km": 20,
        "age_at_start": 23,
        "age_min": 18,
        "age_max": 29,
        **{str(requirement): True for requirement in Requirement},
    }
    return Fit(**plain | changes)


any_facts = st.builds(
    facts,
    occupation_code=codes,
    occupations=st.lists(codes, min_size=1, max_size=3, unique=True),
    skills_wished=words,
    skills_held=words,
    languages_asked=spoken,
    languages_spoken=spoken,
    distance_km=st.integers(min_value=0, max_value=300),
    unemployed_since=days,
)


def points(pair: Facts, part: Part) -> int:
    return next(reason.points for reason in score(pair, TODAY).reasons if reason.part is part)


def test_a_perfect_pair_scores_a_hundred() -> None:
    assert score(facts(), TODAY).points == 100


def test_the_weights_make_a_hundred() -> None:
    weights = OCCUPATION_EXACT + SKILLS_MOST + DISTANCE_MOST + UNEMPLOYED_MOST + LANGUAGES_MOST

    assert weights == 100


@pytest.mark.parametrize(
    ("part", "change", "expected"),
    [
        (Part.OCCUPATION, {"occupations": ["9412", "5223"]}, 35),
        (Part.OCCUPATION, {"occupations": ["5222"]}, 20),
        (Part.OCCUPATION, {"occupations": ["5120"]}, 0),
        (Part.SKILLS, {"skills_held": ["excel"]}, 12),
        (Part.SKILLS, {"skills_held": []}, 0),
        (Part.SKILLS, {"skills_wished": [], "skills_held": []}, 25),
        (Part.SKILLS, {"skills_held": ["excel", "sales", "welding"]}, 25),
        (Part.DISTANCE, {"distance_km": 15}, 15),
        (Part.DISTANCE, {"distance_km": 59}, 0),
        (Part.DISTANCE, {"distance_km": 300}, 0),
        (Part.UNEMPLOYED, {"unemployed_since": date(2025, 11, 2)}, 7),
        (Part.UNEMPLOYED, {"unemployed_since": date(2026, 10, 3)}, 0),
        (Part.UNEMPLOYED, {"unemployed_since": date(2010, 1, 1)}, 15),
        (Part.UNEMPLOYED, {"unemployed_since": date(2026, 12, 1)}, 0),
        (Part.LANGUAGES, {"languages_asked": ["sq", "sr"], "languages_spoken": ["sq"]}, 2),
        (Part.LANGUAGES, {"languages_asked": []}, 5),
    ],
)
def test_each_part_gives_the_points_of_the_table(
    part: Part, change: dict[str, Any], expected: int
) -> None:
    assert points(facts(**change), part) == expected


@for_all(any_facts)
def test_every_score_is_between_nothing_and_a_hundred_and_its_lines_add_up(pair: Facts) -> None:
    found = score(pair, TODAY)

    assert 0 <= found.points <= 100
    assert found.points == sum(reason.points for reason in found.reasons)
    assert {reason.part for reason in found.reasons} == set(Part)
    assert all(0 <= reason.points <= reason.most for reason in found.reasons)


@for_all(any_facts, st.integers(min_value=0, max_value=100))
def test_living_nearer_never_scores_less(pair: Facts, nearer_by: int) -> None:
    nearer = msgspec.structs.replace(pair, distance_km=max(0, pair.distance_km - nearer_by))

    assert score(nearer, TODAY).points >= score(pair, TODAY).points


@for_all(any_facts, words)
def test_another_skill_never_scores_less(pair: Facts, learnt: list[str]) -> None:
    skilled = msgspec.structs.replace(pair, skills_held=[*pair.skills_held, *learnt])

    assert score(skilled, TODAY).points >= score(pair, TODAY).points


@for_all(any_facts, spoken)
def test_another_language_never_scores_less(pair: Facts, learnt: list[str]) -> None:
    fluent = msgspec.structs.replace(pair, languages_spoken=[*pair.languages_spoken, *learnt])

    assert score(fluent, TODAY).points >= score(pair, TODAY).points


@for_all(any_facts, codes)
def test_looking_for_one_more_occupation_never_scores_less(pair: Facts, code: str) -> None:
    wider = msgspec.structs.replace(pair, occupations=[*pair.occupations, code])

    assert score(wider, TODAY).points >= score(pair, TODAY).points


@for_all(any_facts, st.integers(min_value=0, max_value=1000))
def test_waiting_longer_never_scores_less(pair: Facts, more_days: int) -> None:
    longer = msgspec.structs.replace(
        pair, unemployed_since=pair.unemployed_since - timedelta(days=more_days)
    )

    assert score(longer, TODAY).points >= score(pair, TODAY).points


@pytest.mark.parametrize(
    ("since", "on", "months"),
    [
        (date(2026, 10, 2), date(2026, 11, 2), 1),
        (date(2026, 10, 3), date(2026, 11, 2), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2025, 12, 1), date(2026, 1, 1), 1),
        (date(2027, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_months_are_full_months(since: date, on: date, months: int) -> None:
    assert months_between(since, on) == months


def fitting_candidate(**changes: Any) -> FittingCandidate:
    return FittingCandidate(
        **msgspec.structs.asdict(facts(**changes)),
        reference="C-1",
        given_name="Arta",
        family_name="Krasniqi",
        education=Education.VOCATIONAL,
        municipality_code="prishtine",
    )


def fitting_placement(*, starts_on: date, **changes: Any) -> FittingPlacement:
    return FittingPlacement(
        **msgspec.structs.asdict(facts(**changes)),
        reference="P-1",
        title="Shop assistant",
        employer_name="Firma",
        gross_wage_cents=Cents(500_00),
        weekly_hours=40,
        municipality_code="prishtine",
        starts_on=starts_on,
    )


def test_the_best_candidate_comes_first_and_the_list_is_cut() -> None:
    far, near = fitting_candidate(distance_km=50), fitting_candidate(distance_km=5)
    middle = fitting_candidate(distance_km=20)

    ranked = rank_candidates([far, near, middle], TODAY, most=2)

    assert [one.candidate for one in ranked] == [near, middle]
    assert [one.rank for one in ranked] == [1, 2]


def test_of_two_equal_candidates_the_one_who_waits_longer_comes_first() -> None:
    later = fitting_candidate(unemployed_since=date(2020, 6, 2))
    earlier = fitting_candidate(unemployed_since=date(2020, 6, 1))

    assert [one.candidate for one in rank_candidates([later, earlier], TODAY, most=9)] == [
        earlier,
        later,
    ]


PEOPLE = [
    fitting_candidate(distance_km=km, candidate_id=CandidateId(UUID(int=number)))
    for number, km in enumerate((5, 5, 20, 50))
]


@for_all(st.permutations(PEOPLE))
def test_the_order_of_reading_does_not_change_the_ranking(people: list[FittingCandidate]) -> None:
    ranked = rank_candidates(people, TODAY, most=9)

    assert [one.candidate for one in ranked] == PEOPLE


def test_of_two_equal_placements_the_one_that_begins_first_comes_first() -> None:
    later = fitting_placement(starts_on=date(2027, 1, 1))
    sooner = fitting_placement(starts_on=date(2026, 12, 1))

    assert [one.placement for one in rank_placements([later, sooner], TODAY, most=9)] == [
        sooner,
        later,
    ]


def test_a_pair_that_meets_everything_passes() -> None:
    check_fit(fit())

    assert failed(fit()) == []


@pytest.mark.parametrize("requirement", list(Requirement))
def test_each_requirement_is_told_when_it_fails(requirement: Requirement) -> None:
    assert failed(fit(**{str(requirement): False})) == [requirement]


def test_a_pair_that_fails_is_refused_with_every_requirement_that_fails() -> None:
    with pytest.raises(RequirementsNotMet) as refused:
        check_fit(fit(age_fits=False, distance_fits=False))

    assert refused.value.members == {"failed": ["age_fits", "distance_fits"]}


def test_a_pair_that_is_only_matched_already_is_told_so() -> None:
    with pytest.raises(AlreadyMatched):
        check_fit(fit(not_yet_matched=False))


def test_the_last_seat_can_be_taken_once() -> None:
    check_seat(Seats(open=True, seats=2), taken=1)

    with pytest.raises(NoSeatLeft):
        check_seat(Seats(open=True, seats=2), taken=2)


def test_a_closed_placement_takes_nobody() -> None:
    with pytest.raises(PlacementNotOpen):
        check_seat(Seats(open=False, seats=2), taken=0)


def test_an_agreed_match_is_given_up_only_while_no_agreement_stands_on_it() -> None:
    check_may_give_up(live_agreements=0)

    with pytest.raises(MatchHasAgreement):
        check_may_give_up(live_agreements=1)


def test_an_officer_answers_for_the_candidate_and_an_employer_for_itself() -> None:
    assert side_of(Actor(role=Role.CASE_OFFICER)) is Side.CANDIDATE
    assert side_of(Actor(role=Role.EMPLOYER)) is Side.EMPLOYER


@pytest.mark.parametrize("by", [SYSTEM, Actor(role=Role.AUDITOR)])
def test_nobody_else_answers(by: Actor) -> None:
    with pytest.raises(NotAllowed):
        side_of(by)


@pytest.mark.parametrize(
    ("first", "second"),
    [(Side.CANDIDATE, Side.EMPLOYER), (Side.EMPLOYER, Side.CANDIDATE)],
)
def test_two_yeses_agree_in_either_order(first: Side, second: Side) -> None:
    introduced = move(State.PROPOSED, Event.INTRODUCED)

    assert move(move(introduced, ACCEPTED[first]), ACCEPTED[second]) is State.AGREED


@pytest.mark.parametrize("side", list(Side))
def test_the_same_yes_is_not_said_twice(side: Side) -> None:
    once = move(State.INTRODUCED, ACCEPTED[side])

    with pytest.raises(MatchMovedOn):
        move(once, ACCEPTED[side])


@pytest.mark.parametrize("state", [s for s in State if s not in {State.PROPOSED, State.DECLINED}])
@pytest.mark.parametrize("side", list(Side))
def test_either_side_declines_after_the_introduction(state: State, side: Side) -> None:
    assert move(state, DECLINED[side]) is State.DECLINED


def test_before_the_introduction_only_the_candidate_can_decline() -> None:
    assert move(State.PROPOSED, Event.CANDIDATE_DECLINED) is State.DECLINED

    with pytest.raises(MatchMovedOn):
        move(State.PROPOSED, Event.EMPLOYER_DECLINED)


@pytest.mark.parametrize("event", list(Event))
def test_a_declined_match_stays_declined(event: Event) -> None:
    with pytest.raises(MatchMovedOn):
        move(State.DECLINED, event)


def test_every_state_can_be_reached_and_has_its_row_of_moves() -> None:
    reached = {State.PROPOSED} | {after for moves in MOVES.values() for after in moves.values()}

    assert reached == set(State) == set(MOVES)


@pytest.mark.parametrize("seen", [Facts, Fit, FittingCandidate, Match, Introduction])
def test_nothing_sensitive_is_among_the_facts(seen: type[msgspec.Struct]) -> None:
    sensitive = {"characteristics", "referral_source", "personal_number", "sex", "born_on"}
    sensitive |= set(Characteristic) | set(ReferralSource)

    assert not sensitive & set(seen.__struct_fields__)


def test_an_employer_reads_no_score_and_no_word_about_waiting() -> None:
    fields = set(Introduction.__struct_fields__)

    assert not {"score", "reasons", "unemployed_since", "candidate_id"} & fields
