"""What a month's report must satisfy, without a database."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.actor import Actor, Role
from service.agreements.model import State
from service.attendance import rules
from service.attendance.model import (
    STARTED,
    ConfirmedFor,
    Current,
    Held,
    NewVersion,
    Report,
    Reportable,
)
from service.ids import AccountId, AgreementId, AttendanceId, new_id
from service.money import Cents
from service.period import Month, Period, month_period
from service.problems import InvalidFields, NotAllowed

OCTOBER = Month(date(2026, 10, 1))
TODAY = date(2026, 11, 2)
AGREEMENT = Reportable(
    id=AgreementId(new_id()),
    state=State.ACTIVE,
    employment=Period(date(2026, 7, 1), date(2027, 7, 1)),
)
REPORT = Report(
    agreement_id=AGREEMENT.id,
    days_expected=22,
    days_worked=20,
    days_paid_leave=2,
    gross_wage_cents=Cents(500_00),
)


def wrong_fields(
    report: Report, agreement: Reportable = AGREEMENT, *, month: Month = OCTOBER, on: date = TODAY
) -> set[str]:
    return {field for field, _ in rules.complaints(report, agreement, month=month, on=on)}


def a_report(**facts: int) -> Report:
    return msgspec.structs.replace(REPORT, **facts)


def current_of(report: Report) -> Current:
    return Current(id=AttendanceId(new_id()), version=3, **msgspec.structs.asdict(report))


def test_a_month_that_is_over_is_reported() -> None:
    assert wrong_fields(REPORT) == set()


@pytest.mark.parametrize("on", [date(2026, 9, 30), date(2026, 8, 1)])
def test_a_month_in_the_future_is_refused(on: date) -> None:
    with pytest.raises(rules.MonthInFuture):
        rules.check_month(OCTOBER, on=on)


def test_a_month_that_has_begun_is_looked_at_row_by_row() -> None:
    rules.check_month(OCTOBER, on=date(2026, 10, 1))

    assert wrong_fields(REPORT, on=date(2026, 10, 31)) == {"agreement_id"}
    assert wrong_fields(REPORT, on=date(2026, 11, 1)) == set()


def test_the_last_month_is_reported_once_the_employment_has_ended() -> None:
    until_the_14th = msgspec.structs.replace(
        AGREEMENT, employment=Period(date(2026, 7, 1), date(2026, 10, 15))
    )
    report = a_report(days_expected=10, days_worked=10, days_paid_leave=0)

    assert wrong_fields(report, until_the_14th, on=date(2026, 10, 14)) == {"agreement_id"}
    assert wrong_fields(report, until_the_14th, on=date(2026, 10, 15)) == set()


@pytest.mark.parametrize("month", [Month(date(2026, 6, 1)), Month(date(2027, 7, 1))])
def test_a_month_without_employment_is_refused(month: Month) -> None:
    assert wrong_fields(REPORT, month=month, on=date(2028, 1, 1)) == {"agreement_id"}


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"days_expected": 0, "days_worked": 0, "days_paid_leave": 0}, {"days_expected"}),
        ({"days_expected": 32}, {"days_expected"}),
        ({"days_worked": 23, "days_paid_leave": 0}, {"days_worked"}),
        ({"days_worked": 20, "days_paid_leave": 3}, {"days_worked"}),
        ({"days_worked": -1}, {"days_worked"}),
        ({"days_paid_leave": -1}, {"days_paid_leave"}),
        ({"days_paid_leave": 32}, {"days_paid_leave"}),
        ({"gross_wage_cents": -1}, {"gross_wage_cents"}),
        ({"gross_wage_cents": 10_000_01}, {"gross_wage_cents"}),
        (
            {"days_worked": -1, "days_paid_leave": -1, "gross_wage_cents": -1},
            {"days_worked", "days_paid_leave", "gross_wage_cents"},
        ),
    ],
)
def test_what_cannot_be_is_named_by_its_field(facts: dict[str, int], wrong: set[str]) -> None:
    assert wrong_fields(a_report(**facts)) == wrong


@pytest.mark.parametrize(
    "facts",
    [
        {"days_worked": 22, "days_paid_leave": 0},
        {"days_worked": 0, "days_paid_leave": 0, "gross_wage_cents": 0},
        {"days_expected": 31},
        {"gross_wage_cents": 10_000_00},
    ],
)
def test_what_can_be_at_the_edges_fits(facts: dict[str, int]) -> None:
    assert wrong_fields(a_report(**facts)) == set()


def test_the_expected_days_are_at_most_those_of_the_employment_in_the_month() -> None:
    from_the_12th = msgspec.structs.replace(
        AGREEMENT, employment=Period(date(2026, 10, 12), date(2027, 10, 12))
    )
    report = a_report(days_worked=15, days_paid_leave=0)

    twenty, more = (msgspec.structs.replace(report, days_expected=days) for days in (20, 21))

    assert wrong_fields(twenty, from_the_12th) == set()
    assert wrong_fields(more, from_the_12th) == {"days_expected"}


@given(
    st.integers(-40, 40),
    st.integers(-40, 40),
    st.integers(-40, 40),
    st.integers(-(10**12), 10**12),
    st.integers(0, 400),
)
def test_whatever_is_accepted_satisfies_the_constraints_of_the_table(
    expected: int, worked: int, leave: int, wage: int, offset: int
) -> None:
    start = date(2026, 3, 1) + timedelta(days=offset)
    agreement = msgspec.structs.replace(
        AGREEMENT, employment=Period(start, start + timedelta(days=90))
    )
    report = a_report(
        days_expected=expected, days_worked=worked, days_paid_leave=leave, gross_wage_cents=wage
    )

    if not wrong_fields(report, agreement, on=date(2028, 1, 1)):
        employed = agreement.employment.overlap(month_period(OCTOBER))
        assert employed is not None
        assert 1 <= expected <= employed.days
        assert worked >= 0
        assert leave >= 0
        assert worked + leave <= expected
        assert 0 <= wage <= rules.WAGE_CENTS_MAX


def test_every_wrong_row_is_named_and_the_right_ones_are_not() -> None:
    unknown = a_report()
    unknown = msgspec.structs.replace(unknown, agreement_id=AgreementId(new_id()))
    other = msgspec.structs.replace(AGREEMENT, id=AgreementId(new_id()))
    fine = msgspec.structs.replace(REPORT, agreement_id=other.id)

    with pytest.raises(InvalidFields) as refused:
        rules.check_reports(
            [a_report(gross_wage_cents=-1), fine, unknown],
            {AGREEMENT.id: AGREEMENT, other.id: other},
            month=OCTOBER,
            on=TODAY,
        )

    assert set(refused.value.fields) == {"rows.0.gross_wage_cents", "rows.2.agreement_id"}


def test_an_agreement_stands_in_one_row_only() -> None:
    with pytest.raises(InvalidFields) as refused:
        rules.check_reports([REPORT, REPORT], {AGREEMENT.id: AGREEMENT}, month=OCTOBER, on=TODAY)

    assert set(refused.value.fields) == {"rows.0.agreement_id", "rows.1.agreement_id"}


@pytest.mark.parametrize("state", list(State))
def test_only_what_has_started_is_reported(state: State) -> None:
    agreement = msgspec.structs.replace(AGREEMENT, state=state)

    if state in STARTED:
        rules.check_reports([REPORT], {agreement.id: agreement}, month=OCTOBER, on=TODAY)
    else:
        with pytest.raises(InvalidFields):
            rules.check_reports([REPORT], {agreement.id: agreement}, month=OCTOBER, on=TODAY)


def test_the_same_report_again_says_nothing_new() -> None:
    current = current_of(REPORT)

    assert rules.changed([REPORT], {REPORT.agreement_id: current}) == []


@pytest.mark.parametrize(
    "field", ["days_expected", "days_worked", "days_paid_leave", "gross_wage_cents"]
)
def test_any_other_number_is_a_correction_of_the_current_one(field: str) -> None:
    current = current_of(REPORT)
    corrected = a_report(**{field: getattr(REPORT, field) - 1})

    changed = rules.changed([corrected], {REPORT.agreement_id: current})

    assert changed == [(corrected, current)]
    assert NewVersion.after(corrected, current, current.id).version == 4


def test_the_first_report_is_version_one() -> None:
    [(report, before)] = rules.changed([REPORT], {})

    assert before is None
    assert NewVersion.after(report, before, AttendanceId(new_id())).version == 1


REPORTER = AccountId(new_id())
HELD = Held(id=AttendanceId(new_id()), reported_by=REPORTER, confirmed_at=None, superseded_at=None)
SOME_TIME = datetime(2026, 11, 2, tzinfo=UTC)


def an_officer(account_id: AccountId | None = None) -> Actor:
    return Actor(role=Role.CASE_OFFICER, account_id=account_id or AccountId(new_id()))


@pytest.mark.parametrize(
    ("held", "refusal"),
    [
        (msgspec.structs.replace(HELD, superseded_at=SOME_TIME), rules.ReportSuperseded),
        (msgspec.structs.replace(HELD, confirmed_at=SOME_TIME), rules.AlreadyConfirmed),
    ],
)
def test_only_the_report_that_counts_is_confirmed_and_once(
    held: Held, refusal: type[Exception]
) -> None:
    rules.check_confirmation(HELD, ConfirmedFor.OFFICE, an_officer())

    with pytest.raises(refusal):
        rules.check_confirmation(held, ConfirmedFor.OFFICE, an_officer())


def test_nobody_confirms_their_own_report() -> None:
    with pytest.raises(rules.OwnReport):
        rules.check_confirmation(HELD, ConfirmedFor.OFFICE, an_officer(REPORTER))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CASE_OFFICER])
def test_only_a_case_officer_confirms(role: Role) -> None:
    with pytest.raises(NotAllowed):
        rules.check_confirmation(
            HELD, ConfirmedFor.OFFICE, Actor(role=role, account_id=AccountId(new_id()))
        )


@pytest.mark.parametrize("role", list(Role))
def test_employers_and_case_officers_report(role: Role) -> None:
    if role in (Role.EMPLOYER, Role.CASE_OFFICER):
        rules.check_reporter(Actor(role=role))
    else:
        with pytest.raises(NotAllowed):
            rules.check_reporter(Actor(role=role))
