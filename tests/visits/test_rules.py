"""When a place of work may be visited, and what a report must say."""

from datetime import date

import pytest

from service.ids import AgreementId, new_id
from service.period import Period
from service.problems import InvalidFields
from service.visits import rules
from service.visits.model import AMISS, MOVES, Event, Finding, PlanForm, ReportForm, State
from service.visits.rules import VisitOver

EMPLOYED = Period(date(2026, 9, 1), date(2027, 9, 1))
ON = date(2026, 11, 2)


def plan(day: str, *, is_announced: str = "yes") -> PlanForm:
    return PlanForm(agreement_id=AgreementId(new_id()), planned_on=day, is_announced=is_announced)


@pytest.mark.parametrize(
    ("day", "fits"),
    [
        ("2026-11-02", True),
        ("2027-08-31", True),
        ("2026-11-01", False),
        ("2027-09-01", False),
        ("2026-13-01", False),
        ("", False),
    ],
)
def test_a_visit_is_planned_within_the_employment_and_not_in_the_past(day: str, fits: bool) -> None:
    if fits:
        assert rules.read_plan(plan(day), EMPLOYED, on=ON) == (date.fromisoformat(day), True)
        return
    with pytest.raises(InvalidFields) as refused:
        rules.read_plan(plan(day), EMPLOYED, on=ON)
    assert set(refused.value.fields) == {"planned_on"}


def test_whether_the_employer_is_told_has_to_be_said() -> None:
    with pytest.raises(InvalidFields) as refused:
        rules.read_plan(plan("2026-11-02", is_announced=""), EMPLOYED, on=ON)

    assert set(refused.value.fields) == {"is_announced"}


@pytest.mark.parametrize("finding", list(Finding))
def test_all_but_as_agreed_is_explained(finding: Finding) -> None:
    silent = ReportForm(visited_on="2026-11-02", finding=finding, note="short")

    if finding is Finding.PRESENT:
        assert rules.read_report(silent, EMPLOYED, on=ON).finding is finding
        return
    with pytest.raises(InvalidFields) as refused:
        rules.read_report(silent, EMPLOYED, on=ON)
    assert set(refused.value.fields) == {"note"}


@pytest.mark.parametrize("day", ["2026-11-03", "2026-08-31", "nonsense"])
def test_a_visit_is_recorded_after_it_was_made(day: str) -> None:
    form = ReportForm(visited_on=day, finding="present")

    with pytest.raises(InvalidFields) as refused:
        rules.read_report(form, EMPLOYED, on=ON)

    assert set(refused.value.fields) == {"visited_on"}


def test_a_visit_ends_once() -> None:
    assert all(rules.move(State.PLANNED, event) is State(event) for event in Event)
    for state in (State.DONE, State.CALLED_OFF):
        assert not MOVES[state]
        with pytest.raises(VisitOver):
            rules.move(state, Event.DONE)


def test_who_is_absent_with_a_reason_is_not_amiss() -> None:
    assert Finding.ABSENT_WITH_REASON not in AMISS
    assert {Finding.NOT_PRESENT, Finding.OTHER_WORK} < AMISS
