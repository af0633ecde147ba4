"""The days of an agreement, as worked examples and as laws that hold for any days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.agreements import periods
from service.agreements.model import EARLY_CAUSES, EndCause, Suspension
from service.ids import SuspensionId, new_id
from service.period import Period, add_months

TODAY = date(2026, 11, 2)
HALF_YEAR = Period(date(2026, 7, 1), date(2027, 1, 1))
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def a_suspension(starts_on: date, ends_on: date | None) -> Suspension:
    return Suspension(
        id=SuspensionId(new_id()),
        starts_on=starts_on,
        ends_on=ends_on,
        reason="Sick leave",
        recorded_at=datetime(2026, 11, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("starts_on", "months", "last_day"),
    [
        (date(2026, 3, 17), 6, date(2026, 9, 16)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2023, 8, 31), 6, date(2024, 2, 28)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
    ],
)
def test_the_subsidised_period_is_whole_months_from_the_first_day(
    starts_on: date, months: int, last_day: date
) -> None:
    assert periods.subsidised_period(starts_on, months).last_day == last_day


@given(DAYS, st.integers(1, 24))
def test_employment_covers_the_subsidised_period_and_begins_with_it(
    starts_on: date, months: int
) -> None:
    subsidised = periods.subsidised_period(starts_on, months)

    employment = periods.employment_period(subsidised, None)

    assert employment.start == starts_on
    assert employment.overlap(subsidised) == subsidised
    assert employment.end >= add_months(starts_on, 12)


def test_an_employment_may_end_with_the_subsidy() -> None:
    assert periods.employment_period(HALF_YEAR, date(2026, 12, 31)) == HALF_YEAR


@pytest.mark.parametrize("until", [date(2026, 12, 30), date(2031, 7, 1), date.max, date.min])
def test_an_employment_shorter_than_the_subsidy_or_over_five_years_is_refused(until: date) -> None:
    with pytest.raises(periods.EmploymentTooShort):
        periods.employment_period(HALF_YEAR, until)


@pytest.mark.parametrize(
    ("starts_on", "last_day"),
    [
        (date(2026, 6, 30), date(2026, 7, 5)),
        (date(2027, 1, 1), date(2027, 1, 5)),
        (date(2026, 11, 2), date(2026, 11, 1)),
        (date(2026, 10, 2), None),
        (date(2026, 11, 3), None),
        (date(2026, 11, 3), date(2027, 11, 3)),
        (date(2026, 11, 3), date.max),
    ],
)
def test_a_suspension_that_does_not_fit_is_refused(starts_on: date, last_day: date | None) -> None:
    with pytest.raises(periods.SuspensionNotPossible):
        periods.check_suspension(HALF_YEAR, starts_on=starts_on, last_day=last_day, on=TODAY)


@pytest.mark.parametrize(
    ("starts_on", "last_day"),
    [
        (date(2026, 10, 3), None),
        (date(2026, 10, 3), date(2026, 10, 3)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
def test_a_suspension_within_thirty_days_and_in_the_period_fits(
    starts_on: date, last_day: date | None
) -> None:
    periods.check_suspension(HALF_YEAR, starts_on=starts_on, last_day=last_day, on=TODAY)


@pytest.mark.parametrize(
    "resumes_on", [date(2026, 9, 1), date(2026, 11, 3), date(2026, 10, 2), date(2026, 8, 31)]
)
def test_work_resumes_after_the_first_suspended_day_by_today(resumes_on: date) -> None:
    suspension = a_suspension(date(2026, 9, 1), None)

    periods.check_resumption(suspension, resumes_on=date(2026, 10, 3), on=TODAY)
    with pytest.raises(periods.SuspensionNotPossible):
        periods.check_resumption(suspension, resumes_on=resumes_on, on=TODAY)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "days"),
    [
        (date(2026, 8, 10), date(2026, 8, 20), 10),
        (date(2026, 12, 25), date(2027, 1, 10), 7),
        (date(2026, 10, 31), None, 3),
        (date(2027, 1, 1), date(2027, 2, 1), 0),
    ],
)
def test_suspended_days_are_those_in_the_period_and_an_open_end_is_today(
    starts_on: date, ends_on: date | None, days: int
) -> None:
    suspensions = [a_suspension(starts_on, ends_on)]

    assert periods.suspended_days(suspensions, within=HALF_YEAR, on=TODAY) == days


@given(st.lists(st.integers(0, 200), min_size=2, max_size=12, unique=True))
def test_suspended_days_never_exceed_the_period_and_add_up(cuts: list[int]) -> None:
    edges = [HALF_YEAR.start + timedelta(days=cut) for cut in sorted(cuts)]
    suspensions = [
        a_suspension(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False)
    ]

    days = periods.suspended_days(suspensions, within=HALF_YEAR, on=TODAY)

    one_by_one = [periods.suspended_days([one], within=HALF_YEAR, on=TODAY) for one in suspensions]
    assert days == sum(one_by_one) <= HALF_YEAR.days


@given(DAYS, st.integers(1, 24), st.integers(0, 200), st.data())
def test_extensions_give_back_the_suspended_days_and_not_one_more(
    starts_on: date, months: int, suspended: int, data: st.DataObject
) -> None:
    period = periods.subsidised_period(starts_on, months)
    given_back = 0
    while given_back < suspended:
        days = data.draw(st.integers(1, suspended - given_back))
        longer = periods.extended_period(period, months=months, suspended=suspended, days=days)
        assert longer == Period(starts_on, period.end + timedelta(days=days))
        period, given_back = longer, given_back + days

    with pytest.raises(periods.ExtensionNotPossible) as refused:
        periods.extended_period(period, months=months, suspended=suspended, days=1)

    assert refused.value.members == {"days_left": 0}


@pytest.mark.parametrize("days", [0, -1, 11])
def test_an_extension_beyond_the_suspended_days_says_how_many_are_left(days: int) -> None:
    with pytest.raises(periods.ExtensionNotPossible) as refused:
        periods.extended_period(HALF_YEAR, months=6, suspended=10, days=days)

    assert refused.value.members == {"days_left": 10}


@given(DAYS, st.integers(1, 400), st.integers(1, 400))
def test_employment_outlasts_the_subsidy_and_never_shrinks(
    start: date, employed: int, subsidised: int
) -> None:
    employment = Period(start, start + timedelta(days=employed))
    period = Period(start, start + timedelta(days=subsidised))

    around = periods.employment_around(employment, period)

    assert around.end == max(employment.end, period.end)


@given(DAYS, st.integers(1, 400), st.integers(-50, 450), st.integers(-50, 450))
def test_a_cut_keeps_the_days_up_to_the_last_one_worked(
    start: date, length: int, last: int, now: int
) -> None:
    period = Period(start, start + timedelta(days=length))
    last_day, on = start + timedelta(days=last), start + timedelta(days=now)

    if last_day in period and last_day <= on:
        cut = periods.cut_period(period, last_day=last_day, on=on)
        assert (cut.start, cut.last_day) == (period.start, last_day)
        assert cut.days <= period.days
    else:
        with pytest.raises(periods.EndNotPossible):
            periods.cut_period(period, last_day=last_day, on=on)


@pytest.mark.parametrize("cause", list(EndCause))
def test_an_early_end_has_the_cause_of_an_early_end(cause: EndCause) -> None:
    if cause in EARLY_CAUSES:
        periods.check_cause(cause)
    else:
        with pytest.raises(periods.EndNotPossible):
            periods.check_cause(cause)
