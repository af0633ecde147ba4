"""What an agreement must satisfy, without a database."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.actor import Actor, Role
from service.agreements import rules
from service.agreements.model import MOVES, AgreedMatch, Event, Party, SchemeTerms, State
from service.ids import (
    CandidateId,
    EmployerId,
    MatchId,
    OfficeId,
    PlacementId,
    SchemeId,
    SchemeVersionId,
    new_id,
)
from service.money import Cents
from service.period import Period
from service.problems import NotAllowed
from service.schemes.model import Payee, Payment
from tests.schemes.samples import LABEL, a_document

TODAY = date(2026, 11, 2)
SHOWN = b"\x01" * 32
WS_70 = SchemeTerms(
    id=SchemeVersionId(new_id()),
    scheme_id=SchemeId(new_id()),
    code="WS-70",
    number=1,
    document=a_document(),
    monthly_max_cents=Cents(35000),
    months=6,
    payments={"subsidy": Payment(Payee.EMPLOYER, LABEL, is_monthly=True)},
    final_max_cents=Cents(60000),
    age_min=18,
    age_max=29,
    source="Government announcement",
)
MATCH = AgreedMatch(
    match_id=MatchId(new_id()),
    state="agreed",
    placement_id=PlacementId(new_id()),
    candidate_id=CandidateId(new_id()),
    employer_id=EmployerId(new_id()),
    office_id=OfficeId(new_id()),
    scheme_id=WS_70.scheme_id,
    candidate_name="Arta Krasniqi",
    candidate_reference="C-7K3M92QFA0",
    candidate_languages=["tr", "en"],
    born_on=date(2004, 5, 17),
    employer_name="Dru Peja Sh.P.K.",
    business_number="811234567",
    representative_name="Blerim Gashi",
    office_name_sq="Zyra e Punësimit Pejë",
    office_name_sr="Biro za zapošljavanje Peć",
    placement_reference="P-3Q9B5T1XWE",
    placement_period=Period(date(2026, 10, 1), date(2027, 10, 1)),
    title="Joiner",
    tasks="Cut & glue <boards>",
    mentor_name="Ilir Berisha",
    training_plan="Machines, then finishing",
    municipality_name_sq="Pejë",
    municipality_name_sr="Peć",
    weekly_hours=40,
    gross_wage_cents=Cents(50000),
)


def a_match(**changes: object) -> AgreedMatch:
    return msgspec.structs.replace(MATCH, **changes)


def somebody(role: Role) -> Actor:
    return Actor(role=role)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_an_event_leads_where_the_table_says_and_nowhere_else(state: State, event: Event) -> None:
    if event in MOVES[state]:
        assert rules.move(state, event) is MOVES[state][event]
    else:
        with pytest.raises(rules.WrongState):
            rules.move(state, event)


@pytest.mark.parametrize("state", [State.COMPLETED, State.ENDED_EARLY, State.CANCELLED])
def test_what_has_ended_stays_ended(state: State) -> None:
    assert set(MOVES[state].values()) <= {state}


def test_the_employment_goes_on_after_the_subsidy_and_may_end_at_any_time() -> None:
    assert set(MOVES[State.COMPLETED]) == {Event.EMPLOYMENT_CHANGED}


@pytest.mark.parametrize("state", ["proposed", "introduced", "candidate_accepted", "declined"])
def test_a_match_that_both_sides_have_not_accepted_gives_no_agreement(state: str) -> None:
    with pytest.raises(rules.MatchNotAgreed):
        rules.check_match(a_match(state=state))


@pytest.mark.parametrize(
    ("starts_on", "why"),
    [
        (date(2026, 9, 30), "a day before the placement"),
        (date(2027, 10, 1), "the day after the placement"),
        (date(2025, 10, 31), "more than a year ago"),
        (date(2027, 11, 4), "more than a year ahead"),
    ],
)
def test_a_first_day_outside_the_placement_or_too_far_away_is_refused(
    starts_on: date, why: str
) -> None:
    with pytest.raises(rules.StartNotPossible):
        rules.check_start(MATCH, starts_on=starts_on, on=TODAY)


@pytest.mark.parametrize("starts_on", [date(2026, 10, 1), TODAY, date(2027, 9, 30)])
def test_a_first_day_in_the_placement_fits(starts_on: date) -> None:
    rules.check_start(MATCH, starts_on=starts_on, on=TODAY)


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2008, 11, 2), date(2026, 11, 1), 17),
        (date(2008, 11, 2), date(2026, 11, 2), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(1996, 11, 3), date(2026, 11, 2), 29),
        (date(1996, 11, 2), date(2026, 11, 2), 30),
    ],
)
def test_age_is_in_completed_years(born_on: date, day: date, age: int) -> None:
    assert rules.age_on(born_on, day) == age


@pytest.mark.parametrize("born_on", [date(2008, 11, 3), date(1996, 11, 2)])
def test_an_age_outside_the_scheme_on_the_first_day_is_refused(born_on: date) -> None:
    with pytest.raises(rules.AgeOutsideScheme) as refused:
        rules.check_age(a_match(born_on=born_on), WS_70, starts_on=TODAY)

    assert refused.value.members == {"age_min": 18, "age_max": 29}


@pytest.mark.parametrize(
    ("hours", "wage_cents", "least_cents"),
    [(40, 49999, 50000), (20, 24999, 25000), (13, 16249, 16250), (7, 8749, 8750)],
)
def test_a_wage_below_the_minimum_for_its_hours_is_refused(
    hours: int, wage_cents: int, least_cents: int
) -> None:
    match = a_match(weekly_hours=hours, gross_wage_cents=Cents(wage_cents))

    with pytest.raises(rules.WageBelowMinimum) as refused:
        rules.check_wage(match, minimum_cents=Cents(50000))

    assert refused.value.members == {"minimum_cents": least_cents}


@given(st.integers(1, 40), st.integers(1, 100_000))
def test_the_named_minimum_is_the_least_wage_that_is_accepted(hours: int, minimum: int) -> None:
    below = a_match(weekly_hours=hours, gross_wage_cents=Cents(0))
    with pytest.raises(rules.WageBelowMinimum) as refused:
        rules.check_wage(below, minimum_cents=Cents(minimum))
    least = refused.value.members["minimum_cents"]
    assert isinstance(least, int)

    enough = a_match(weekly_hours=hours, gross_wage_cents=Cents(least))
    rules.check_wage(enough, minimum_cents=Cents(minimum))
    with pytest.raises(rules.WageBelowMinimum):
        rules.check_wage(
            a_match(weekly_hours=hours, gross_wage_cents=Cents(least - 1)),
            minimum_cents=Cents(minimum),
        )


def test_the_commitment_is_every_month_at_its_maximum() -> None:
    assert rules.commitment(WS_70) == 6 * 35000 + 60000


@pytest.mark.parametrize(
    ("party", "roles"),
    [
        (Party.EMPLOYER, {Role.EMPLOYER}),
        (Party.CANDIDATE, {Role.CASE_OFFICER, Role.CANDIDATE}),
        (Party.OFFICE, {Role.CASE_OFFICER}),
    ],
)
def test_each_signs_for_itself_and_the_officer_records_the_candidates_signature(
    party: Party, roles: set[Role]
) -> None:
    for role in roles:
        rules.check_signatory(party, somebody(role))
    for other in set(Role) - roles:
        with pytest.raises(NotAllowed):
            rules.check_signatory(party, somebody(other))


def test_a_signature_under_another_text_is_refused() -> None:
    with pytest.raises(rules.TermsChanged):
        rules.check_signing(
            Party.CANDIDATE, signed=[], shown_sha256=SHOWN, terms_sha256=b"\x02" * 32
        )


def test_nobody_signs_twice() -> None:
    with pytest.raises(rules.AlreadySigned):
        rules.check_signing(
            Party.EMPLOYER, signed=[Party.EMPLOYER], shown_sha256=SHOWN, terms_sha256=SHOWN
        )


@pytest.mark.parametrize("signed", [[], [Party.CANDIDATE], [Party.EMPLOYER]])
def test_the_office_signs_last(signed: list[Party]) -> None:
    with pytest.raises(rules.OfficeSignsLast) as refused:
        rules.check_signing(Party.OFFICE, signed=signed, shown_sha256=SHOWN, terms_sha256=SHOWN)

    missing = refused.value.members["missing"]
    assert missing == [one for one in (Party.CANDIDATE, Party.EMPLOYER) if one not in signed]


def test_candidate_and_employer_sign_in_any_order_before_the_office() -> None:
    for signed, party in [
        ([], Party.EMPLOYER),
        ([Party.EMPLOYER], Party.CANDIDATE),
        ([], Party.CANDIDATE),
        ([Party.CANDIDATE, Party.EMPLOYER], Party.OFFICE),
    ]:
        rules.check_signing(party, signed=signed, shown_sha256=SHOWN, terms_sha256=SHOWN)


@given(st.sets(st.sampled_from(Party)).filter(lambda signed: len(signed) < 3))
def test_a_start_names_everybody_who_has_not_signed(signed: set[Party]) -> None:
    with pytest.raises(rules.NotSignedByAll) as refused:
        rules.check_beginning(signed=signed, starts_on=TODAY, on=TODAY)

    sentence = refused.value.sentence()
    for party in Party:
        name = rules.name_parties([party])
        assert (name in sentence) == (party not in signed)


def test_an_agreement_starts_on_its_first_day_and_not_before() -> None:
    rules.check_beginning(signed=set(Party), starts_on=TODAY, on=TODAY)
    with pytest.raises(rules.NotYetBegun):
        rules.check_beginning(signed=set(Party), starts_on=date(2026, 11, 3), on=TODAY)
