"""When an outcome may be recorded, and how counts become shares, lines, bars and a file."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest

from service.ids import AgreementId, new_id
from service.outcomes import chart, rules
from service.outcomes.model import (
    POINTS,
    Followed,
    Funnel,
    Observation,
    Retention,
    Share,
    Source,
)
from service.period import Period
from service.problems import Problem

STARTED = datetime(2026, 4, 1, 8, tzinfo=UTC)
TODAY = date(2026, 11, 2)
ENDED = Followed(
    AgreementId(new_id()), "completed", STARTED, Period(date(2026, 4, 1), date(2026, 10, 1))
)
FROM_DAY, TO_DAY = date(2026, 1, 1), date(2026, 11, 2)


def observation(
    months_after: int = 0, observed_on: date = TODAY, *, employed: bool = True, same: bool = False
) -> Observation:
    return Observation(months_after, employed, same, observed_on, Source.PAYROLL)


def test_a_point_falls_so_many_months_after_the_first_day_without_subsidy() -> None:
    assert [rules.point_day(ENDED, months) for months in POINTS] == [
        date(2026, 10, 1),
        date(2027, 1, 1),
        date(2027, 4, 1),
        date(2027, 10, 1),
    ]


def test_a_point_that_has_passed_is_recorded() -> None:
    rules.check_observation(ENDED, observation(0, date(2026, 10, 1)), on=TODAY)


@pytest.mark.parametrize(
    ("refusal", "wrong"),
    [
        (rules.PointNotReached, observation(0, date(2026, 9, 30))),
        (rules.PointNotReached, observation(3)),
        (rules.ObservedAhead, observation(0, date(2026, 11, 3))),
        (rules.SameEmployerWithoutWork, observation(employed=False, same=True)),
    ],
)
def test_an_observation_that_does_not_fit_is_refused(
    refusal: type[Problem], wrong: Observation
) -> None:
    with pytest.raises(refusal):
        rules.check_observation(ENDED, wrong, on=TODAY)


@pytest.mark.parametrize(
    ("state", "started_at"), [("active", STARTED), ("suspended", STARTED), ("cancelled", None)]
)
def test_what_has_not_run_and_ended_has_no_outcome(state: str, started_at: datetime | None) -> None:
    followed = Followed(ENDED.id, state, started_at, ENDED.period)

    with pytest.raises(rules.NotEnded):
        rules.check_observation(followed, observation(), on=TODAY)


def test_a_share_shows_both_counts_and_a_rate_only_where_somebody_is_counted() -> None:
    assert rules.share(2, 3) == Share(2, 3, 6666)
    assert rules.share(0, 0) == Share(0, 0, None)


def test_days_in_the_wrong_order_are_refused() -> None:
    rules.check_days(TODAY, TODAY)

    with pytest.raises(rules.DaysReversed):
        rules.check_days(TODAY, date(2026, 11, 1))


def test_each_stage_is_counted_out_of_those_it_can_be_said_of() -> None:
    funnel = Funnel("peje", "female", registered=10, matched=8, placed=5, at_risk=4, completed=3)
    retention = Retention("peje", "female", 3, 2, 1, 1, 0, 4, 2)

    [line] = rules.make_report(FROM_DAY, TO_DAY, [funnel], [retention]).lines

    assert (line.matched, line.placed) == (Share(8, 10, 8000), Share(5, 10, 5000))
    assert line.completed == Share(3, 4, 7500)
    at_three = line.retention[POINTS.index(3)]
    assert at_three.of_completers == Share(1, 2, 5000)
    assert at_three.of_starts == Share(2, 4, 5000)
    assert line.retention[0].of_completers == Share(0, 0, None)


def test_the_file_says_the_same_as_the_report() -> None:
    funnels = [Funnel(None, None, 10, 8, 5, 4, 3), Funnel("peje", "male", 6, 5, 3, 2, 1)]
    retention = [Retention(None, None, 0, 3, 2, 2, 1, 5, 4)]

    text = rules.write_csv(rules.make_report(FROM_DAY, TO_DAY, funnels, retention))

    everybody, men = csv.DictReader(StringIO(text, newline=""))
    assert text.count("\r\n") == 3
    assert (everybody["municipality"], everybody["sex"]) == ("all", "all")
    assert (everybody["at_risk"], everybody["completed"]) == ("4", "3")
    assert (everybody["completers_0m"], everybody["starts_retained_0m"]) == ("3", "4")
    assert (men["municipality"], men["completers_12m"]) == ("peje", "0")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert rules.plain_cell(text) == f"'{text}"


def test_plain_text_and_numbers_stay_as_they_are() -> None:
    assert [rules.plain_cell(cell) for cell in ("peje", "a=b", -5)] == ["peje", "a=b", -5]


def test_bars_are_as_long_as_their_share() -> None:
    funnels = [
        Funnel(None, None, 10, 0, 5, 0, 0),
        Funnel(None, "female", 4, 0, 1, 0, 0),
        Funnel(None, "male", 6, 0, 6, 0, 0),
    ]

    stages = chart.stages(rules.make_report(FROM_DAY, TO_DAY, funnels, []).lines)

    placed = stages[1]
    assert [bar.width for bar in placed.bars] == [chart.WIDTH // 4, chart.WIDTH]
    assert [bar.words for bar in placed.bars] == ["Women: 25 % (1 of 4)", "Men: 100 % (6 of 6)"]
    assert stages[2].bars[0].words == "Women: 0 of 0"


def test_an_empty_country_has_no_bars() -> None:
    report = rules.make_report(FROM_DAY, TO_DAY, [Funnel(None, None, 0, 0, 0, 0, 0)], [])

    assert chart.stages(report.lines) == []
