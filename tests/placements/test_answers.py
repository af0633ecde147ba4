"""What an employer types, read field by field; no database."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from service.candidates.model import Education
from service.ids import SchemeId, new_id
from service.money import Cents
from service.period import Period, add_months
from service.placements.answers import read_offer
from service.placements.model import Offer, PostingFacts
from service.problems import InvalidFields
from tests.forms import placement_form

TODAY = date(2026, 11, 2)
KNOWN = PostingFacts(
    scheme_id=SchemeId(new_id()),
    scheme_months=6,
    minimum_wage_cents=Cents(500_00),
    occupation_known=True,
    municipality_known=True,
)


def offer(facts: PostingFacts = KNOWN, **fields: Any) -> Offer:
    return read_offer(placement_form(**fields), facts, on=TODAY)


def wrong(facts: PostingFacts = KNOWN, **fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidFields) as refused:
        offer(facts, **fields)
    return refused.value.fields


def test_a_good_offer_is_read_as_it_will_be_kept() -> None:
    read = offer(title="  Shop   assistant ", seats=3, education_min="vocational")

    assert read.title == "Shop assistant"
    assert read.seats == 3
    assert read.education_min is Education.VOCATIONAL
    assert read.period == Period(date(2026, 12, 1), date(2027, 12, 1))


def test_skills_are_written_as_those_of_candidates_and_demanded_ones_once() -> None:
    read = offer(skills=["Excel", " excel ", "Welding"], skills_demanded=["WELDING"])

    assert read.skills == ["excel"]
    assert read.skills_demanded == ["welding"]


def test_languages_and_licences_are_kept_once_each() -> None:
    read = offer(languages=["sr", "sq", "sr"], driving_licences=["C", "B", "B"])

    assert read.languages == ["sq", "sr"]
    assert read.driving_licences == ["B", "C"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 121),
        ("title", "Shop\x00assistant"),
        ("tasks", "Various."),
        ("tasks", "x" * 4001),
        ("tasks", "Serves customers\x00 and keeps the till."),
        ("mentor_name", "R2D2"),
        ("mentor_name", " "),
        ("training_plan", "Learning by doing."),
        ("weekly_hours", 0),
        ("weekly_hours", 41),
        ("weekly_hours", None),
        ("gross_wage_cents", -500_00),
        ("gross_wage_cents", 0),
        ("gross_wage_cents", 10_000_01),
        ("gross_wage_cents", 499_99),
        ("gross_wage_cents", None),
        ("seats", 0),
        ("seats", 501),
        ("seats", None),
        ("starts_on", "2026-02-30"),
        ("starts_on", "1 December"),
        ("starts_on", "2026-11-01"),
        ("starts_on", "2028-11-03"),
        ("starts_on", "9999-12-31"),
        ("last_day", "2027-02-29"),
        ("last_day", "2026-11-30"),
        ("last_day", "2027-05-30"),
        ("last_day", "2029-12-01"),
        ("last_day", "9999-12-31"),
        ("education_min", "doctorate"),
        ("languages", ["sq", "tlh"]),
        ("driving_licences", ["Z"]),
        ("skills", ["x" * 61]),
        ("skills", ["welding"] * 31),
        ("skills_demanded", [""]),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(field: str, value: object) -> None:
    fields: dict[str, Any] = {field: value}

    assert set(wrong(**fields)) == {field}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"scheme_id": None, "scheme_months": None}, "scheme_code"),
        ({"scheme_months": None}, "scheme_code"),
        ({"occupation_known": False}, "occupation_code"),
        ({"municipality_known": False}, "municipality_code"),
    ],
)
def test_a_code_that_nobody_knows_is_told_beside_its_field(
    facts: dict[str, object], field: str
) -> None:
    assert set(wrong(msgspec.structs.replace(KNOWN, **facts))) == {field}


def test_everything_wrong_is_told_at_once() -> None:
    told = wrong(title="", seats=0, gross_wage_cents=-1, starts_on="soon", last_day="later")

    assert set(told) == {"title", "seats", "gross_wage_cents", "starts_on", "last_day"}


def test_the_sentence_about_a_low_wage_names_the_least_for_the_hours() -> None:
    told = wrong(weekly_hours=30, gross_wage_cents=374_99)

    assert "30" in told["gross_wage_cents"]
    assert "375.00" in told["gross_wage_cents"]


def test_half_time_is_paid_half_the_minimum() -> None:
    assert offer(weekly_hours=20, gross_wage_cents=250_00).gross_wage_cents == 250_00


def test_a_placement_as_long_as_the_schemes_months_is_long_enough() -> None:
    assert offer(last_day="2027-05-31").period.end == date(2027, 6, 1)


def test_the_sentence_about_a_short_placement_names_the_first_day_that_would_do() -> None:
    assert "2027-05-31" in wrong(last_day="2027-05-30")["last_day"]


def test_a_placement_may_begin_today() -> None:
    assert offer(starts_on="2026-11-02").period.start == TODAY


@for_all(
    start=st.dates(min_value=TODAY, max_value=date(2028, 11, 2)),
    last=st.dates(min_value=date(2026, 1, 1), max_value=date(2035, 1, 1)),
)
def test_a_period_is_accepted_exactly_when_it_covers_the_schemes_months_and_ends_in_time(
    start: date, last: date
) -> None:
    end = last + timedelta(days=1)
    fits = add_months(start, 6) <= end <= add_months(start, 36)

    try:
        read = offer(starts_on=start.isoformat(), last_day=last.isoformat()).period
    except InvalidFields:
        read = None

    assert read == (Period(start, end) if fits else None)
