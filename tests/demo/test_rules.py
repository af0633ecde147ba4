"""The demo country is the same for the same seed, and could be a real one."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from service.candidates.rules import age_on
from service.demo.chance import count_working_days, stream, working_day
from service.demo.model import Country, DemoOptions
from service.demo.people import COMMUNITIES, NAMES, SERBIAN, name_in
from service.demo.plan import plan_country
from service.demo.trades import JOBS
from service.iban import parse_iban
from service.period import Period, add_months, month_period
from tests.demo.reference import REFERENCE, SMALL


@pytest.fixture(scope="module")
def country() -> Country:
    return plan_country(REFERENCE, SMALL)


def rows(country: Country) -> Iterator[msgspec.Struct]:
    for field in country.__struct_fields__:
        yield from getattr(country, field)


def test_the_same_seed_and_month_give_the_same_rows(country: Country) -> None:
    assert plan_country(REFERENCE, SMALL) == country


@pytest.mark.parametrize("change", [{"seed": 8}, {"until": date(2026, 9, 1)}])
def test_another_seed_or_month_gives_another_country(
    country: Country, change: dict[str, object]
) -> None:
    other = plan_country(REFERENCE, msgspec.structs.replace(SMALL, **change))

    mine = {candidate.id for candidate in country.candidates}
    assert mine.isdisjoint(candidate.id for candidate in other.candidates)


def test_it_has_the_size_that_was_asked_for(country: Country) -> None:
    assert (len(country.candidates), len(country.employers)) == (500, 120)
    assert len(country.sensitive) == len(country.candidates)
    assert 0.3 < len(country.agreements) / len(country.candidates) < 0.7
    roles = Counter(person.role for person in country.people)
    assert roles == {
        "case_officer": len(REFERENCE.places),
        "employer": 120,
        "finance_officer": 5,
        "finance_authoriser": 3,
        "auditor": 1,
        "administrator": 2,
    }


def test_nothing_happens_after_the_last_month(country: Country) -> None:
    morning_after = datetime.combine(SMALL.as_of, datetime.max.time()).astimezone()

    late = [
        (type(row).__name__, field, moment)
        for row in rows(country)
        for field in row.__struct_fields__
        if isinstance(moment := getattr(row, field), datetime) and moment > morning_after
    ]

    assert not late


def test_every_id_and_number_is_its_own(country: Country) -> None:
    people = country.candidates
    lists: list[list[object]] = [
        [row.personal_number for row in people],
        [row.reference for row in people],
        [row.business_number for row in country.employers],
        [row.iban for row in country.bank_accounts],
        [row.email for row in country.people],
        [row.id for row in country.agreements],
        [row.id for row in country.matches],
    ]

    assert all(len(numbers) == len(set(numbers)) for numbers in lists)


def test_every_account_number_is_valid(country: Country) -> None:
    assert all(parse_iban(account.iban) == account.iban for account in country.bank_accounts)


def test_people_start_between_18_and_29_and_after_everybody_signed(country: Country) -> None:
    born = {candidate.id: candidate.born_on for candidate in country.candidates}
    last = {one.agreement_id: one.signed_at.date() for one in country.signatures}
    parties = Counter(one.agreement_id for one in country.signatures)

    ages = Counter(age_on(born[a.candidate_id], a.starts_on) for a in country.agreements)
    started = [agreement for agreement in country.agreements if agreement.started_at]

    assert set(ages) <= set(range(18, 30))
    assert len(ages) > 8
    assert all(parties[one.id] == 3 and last[one.id] < one.starts_on for one in started)


def test_every_job_pays_the_minimum_wage_of_its_first_month(country: Country) -> None:
    for placement in country.placements:
        least = REFERENCE.minimum_cents(placement.period.start) * placement.weekly_hours
        assert placement.gross_wage_cents * 40 >= least
        assert placement.gross_wage_cents * 40 <= least * 3


def test_almost_every_month_pays_the_minimum_wage_and_a_few_do_not(country: Country) -> None:
    agreements = {agreement.id: agreement for agreement in country.agreements}
    below = 0
    for report in country.attendance:
        agreement = agreements[report.agreement_id]
        month = month_period(report.month)
        employed = agreement.employment.overlap(month)
        assert employed is not None
        present = report.days_worked + report.days_paid_leave
        owed = REFERENCE.minimum_cents(report.month) * agreement.weekly_hours * employed.days
        owed = owed * present // (40 * month.days * report.days_expected)
        below += report.superseded_at is None and report.gross_wage_cents < owed

    assert 0 <= below < len(country.attendance) // 40


def test_who_stays_is_reported_for_the_whole_contract_where_it_is_paid_for() -> None:
    options = msgspec.structs.replace(SMALL, months=16)
    country = plan_country(REFERENCE, options)
    agreements = {agreement.id: agreement for agreement in country.agreements}
    paying = {scheme.id for scheme in REFERENCE.schemes if scheme.final_max_cents}

    later = {
        agreements[report.agreement_id]
        for report in country.attendance
        if report.month >= agreements[report.agreement_id].period.end
    }

    assert len(later) > 20
    assert {agreement.scheme_version_id for agreement in later} == paying
    assert all(agreement.state == "completed" for agreement in later)
    assert any(agreement.employment.end <= options.as_of for agreement in later)


def test_the_last_months_have_gaps_and_corrections(country: Country) -> None:
    by_month: dict[date, Counter[str]] = defaultdict(Counter)
    ends = {agreement.id: agreement.period.end for agreement in country.agreements}
    for report in country.attendance:
        if report.month >= ends[report.agreement_id]:
            continue
        by_month[report.month].update(
            [
                "superseded"
                if report.superseded_at
                else "confirmed"
                if report.confirmed_at
                else "open"
            ]
        )
    worked = Counter(
        month
        for agreement in country.agreements
        if agreement.started_at
        for month in by_month
        if agreement.period.overlap(month_period(month))
    )

    total = sum(by_month.values(), Counter())
    assert total["superseded"] > 0
    assert by_month[SMALL.until]["open"] > 0
    reported = by_month[SMALL.until]["open"] + by_month[SMALL.until]["confirmed"]
    assert 0 < worked[SMALL.until] - reported < worked[SMALL.until] // 5
    assert total["confirmed"] > 0.9 * total.total()


def test_agreements_end_in_every_way(country: Country) -> None:
    states = Counter(agreement.state for agreement in country.agreements)
    causes = {agreement.end_cause for agreement in country.agreements}

    assert set(states) >= {"completed", "ended_early", "active", "cancelled"}
    assert states["completed"] > 3 * states["ended_early"] > 0
    assert len(causes - {None, "completed"}) >= 3


def test_matches_stand_where_their_milestones_say(country: Country) -> None:
    states = {match.state for match in country.matches}
    agreed = {match.id for match in country.matches if match.state == "agreed"}

    assert states >= {"agreed", "declined", "proposed"}
    assert agreed == {agreement.match_id for agreement in country.agreements}
    assert all(sum(r.points for r in match.reasons) == match.score for match in country.matches)


def test_names_are_those_of_the_place(country: Country) -> None:
    here: dict[str, Counter[str]] = defaultdict(Counter)
    for person in country.candidates:
        here[person.municipality_code][person.languages[0]] += 1

    assert here["prishtine"].most_common(1)[0][0] == "sq"
    assert here["gracanice"].most_common(1)[0][0] == "sr"
    assert here["mamushe"].most_common(1)[0][0] == "tr"
    assert any("ë" in person.family_name for person in country.candidates)
    assert any("ć" in person.family_name for person in country.candidates)


def test_outcomes_come_after_their_points(country: Country) -> None:
    ends = {agreement.id: agreement.period.end for agreement in country.agreements}

    assert {outcome.months_after for outcome in country.outcomes} >= {0, 3}
    for outcome in country.outcomes:
        due_on = add_months(ends[outcome.agreement_id], outcome.months_after)
        assert due_on <= outcome.observed_on < SMALL.as_of


def test_every_community_has_names_for_women_and_men() -> None:
    lived = {name for shares in [*COMMUNITIES.values(), SERBIAN] for name, _ in shares}

    assert lived <= NAMES.keys()
    for community in NAMES:
        for sex in ("female", "male"):
            given, family = name_in(stream(1, "names"), community, sex)
            assert given.isalpha()
            assert family.isalpha()


def test_every_job_is_among_the_occupations_of_the_country(checkout: Path) -> None:
    country = (checkout / "sql" / "countries" / "kosovo.sql").read_text()

    assert [isco for isco in JOBS if f"'{isco}'" not in country] == []


@pytest.mark.parametrize("months", [1, 3, 24])
def test_any_number_of_months_can_be_asked_for(months: int) -> None:
    options = DemoOptions(until=SMALL.until, candidates=60, employers=30, months=months)

    country = plan_country(REFERENCE, options)

    first = min((agreement.starts_on for agreement in country.agreements), default=SMALL.until)
    assert first >= options.first_month


def test_working_days_are_mondays_to_fridays() -> None:
    saturday = date(2026, 10, 31)

    assert working_day(saturday) == date(2026, 11, 2)
    assert working_day(saturday - timedelta(days=1)) == date(2026, 10, 30)
    week = Period(saturday, saturday + timedelta(days=7))
    assert count_working_days(week.start, week.end) == 5


def test_whoever_looks_around_as_the_first_employer_finds_people_at_work(country: Country) -> None:
    (first,) = [one for one in country.people if one.email.startswith("employer.1@")]
    month = month_period(SMALL.until)

    at_work = [
        one
        for one in country.agreements
        if one.employer_id == first.employer_id
        and one.state == "active"
        and one.period.overlap(month) is not None
    ]

    assert len(at_work) >= 3
    assert first.employer_id in {one.employer_id for one in country.bank_accounts}
    assert len({one.email for one in country.people}) == len(country.people)
