"""Reporting, correcting and confirming, against the real database."""

from datetime import UTC, date, datetime

import asyncpg
import msgspec
import pytest

from service.accounts.model import Account
from service.actor import Role
from service.agreements.model import Shown
from service.attendance import actions, rules
from service.attendance.model import ConfirmedFor, Report, Saved
from service.db import Connection
from service.ids import AttendanceId
from service.money import Cents
from service.period import Month
from service.problems import InvalidFields, NotFound
from tests.agreements import moves
from tests.conftest import FixedClock
from tests.given import Given, act_as, actor_of

JULY = date(2026, 7, 1)
OCTOBER = Month(date(2026, 10, 1))


def a_report(agreement: Shown, **facts: int) -> Report:
    plain = Report(
        agreement_id=agreement.id,
        days_expected=22,
        days_worked=20,
        days_paid_leave=2,
        gross_wage_cents=Cents(500_00),
    )
    return msgspec.structs.replace(plain, **facts)


async def report(
    given: Given, reporter: Account, *reports: Report, month: Month = OCTOBER
) -> Saved:
    by = actor_of(reporter)
    async with given.db.transaction(by) as tx:
        return await actions.report_month(
            tx, month, reports, by=by, on=given.clock.today(), at=given.clock.now()
        )


async def confirm(given: Given, attendance_id: AttendanceId, officer: Account) -> None:
    by = actor_of(officer)
    async with given.db.transaction(by) as tx:
        await actions.confirm_attendance(
            tx,
            attendance_id,
            confirmed_for=ConfirmedFor.OFFICE,
            by=by,
            at=given.clock.now(),
        )


async def versions_of(given: Given, agreement: Shown) -> list[asyncpg.Record]:
    async with given.db.transaction(actor_of(await given.officer_of(agreement))) as tx:
        return list(
            await tx.fetch(
                "SELECT id, version, gross_wage_cents, confirmed_at IS NOT NULL AS confirmed, "
                "superseded_at IS NOT NULL AS superseded FROM attendance "
                "WHERE agreement_id = $1 ORDER BY version",
                agreement.id,
            )
        )


async def two_hires(given: Given) -> tuple[Account, Shown, Shown]:
    officer, representative = await given.case_officer(), await given.representative()
    first, second = [
        await given.active_agreement(officer, representative=representative, starts_on=JULY)
        for _ in range(2)
    ]
    return representative, first, second


async def test_an_employer_reports_all_hires_at_once(given: Given) -> None:
    representative, first, second = await two_hires(given)

    saved = await report(given, representative, a_report(first), a_report(second))

    assert saved == Saved(reported=2, corrected=0, unchanged=0)
    assert [row["version"] for row in await versions_of(given, second)] == [1]


async def test_nothing_is_saved_when_one_row_is_wrong(given: Given) -> None:
    representative, first, second = await two_hires(given)
    wrong = a_report(second, gross_wage_cents=-1, days_worked=23)

    with pytest.raises(InvalidFields) as refused:
        await report(given, representative, a_report(first), wrong)

    assert set(refused.value.fields) == {"rows.1.gross_wage_cents", "rows.1.days_worked"}
    assert await versions_of(given, first) == []


async def test_a_month_that_has_not_come_is_refused(given: Given) -> None:
    representative, first, _ = await two_hires(given)

    with pytest.raises(rules.MonthInFuture):
        await report(given, representative, a_report(first), month=Month(date(2026, 12, 1)))


async def test_a_correction_supersedes_and_has_to_be_confirmed_anew(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    await given.confirmed_attendance(agreement, OCTOBER)
    representative = await given.employer_of(agreement)

    saved = await report(given, representative, a_report(agreement, gross_wage_cents=400_00))

    assert saved == Saved(reported=0, corrected=1, unchanged=0)
    assert [tuple(row)[1:] for row in await versions_of(given, agreement)] == [
        (1, 500_00, True, True),
        (2, 400_00, False, False),
    ]


async def test_the_same_report_again_keeps_its_confirmation(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    facts = {"days_expected": 22, "days_worked": 20, "days_paid_leave": 2}
    await given.confirmed_attendance(agreement, OCTOBER, **facts)
    representative = await given.employer_of(agreement)

    saved = await report(given, representative, a_report(agreement))

    assert saved == Saved(reported=0, corrected=0, unchanged=1)
    assert [row["confirmed"] for row in await versions_of(given, agreement)] == [True]


@pytest.mark.parametrize("outsider", ["another employer", "another office"])
async def test_others_cannot_report_it(given: Given, outsider: str) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    account = (
        await given.representative()
        if outsider == "another employer"
        else await given.case_officer("peje")
    )

    with pytest.raises(InvalidFields) as refused:
        await report(given, account, a_report(agreement))

    assert set(refused.value.fields) == {"rows.0.agreement_id"}


async def test_an_officer_confirms_what_the_employer_reported(
    given: Given, clock: FixedClock
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    attendance_id = await given.reported_attendance(agreement, OCTOBER)

    await confirm(given, attendance_id, await given.officer_of(agreement))

    by = actor_of(await given.officer_of(agreement))
    async with given.db.transaction(by) as tx:
        [row] = await actions.list_month(tx, OCTOBER, by=by)
    assert row.confirmed_for is ConfirmedFor.OFFICE
    assert row.confirmed_at == clock.now()


async def test_an_officer_who_reported_does_not_confirm(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    officer = await given.officer_of(agreement)
    attendance_id = await given.reported_attendance(agreement, OCTOBER, by=officer)

    with pytest.raises(rules.OwnReport):
        await confirm(given, attendance_id, officer)

    colleague = await given.case_officer()
    await confirm(given, attendance_id, colleague)


async def test_the_table_refuses_a_reporter_who_confirms(given: Given, tx: Connection) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    officer = await given.officer_of(agreement)
    attendance_id = await given.reported_attendance(agreement, OCTOBER, by=officer)
    await act_as(tx, actor_of(officer))

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await tx.execute(
            "UPDATE attendance SET confirmed_at = now(), confirmed_by = reported_by, "
            "confirmed_for = 'office' WHERE id = $1",
            attendance_id,
        )

    assert refused.value.constraint_name == "attendance_confirmed_by_another"


async def test_the_policies_let_no_employer_confirm(given: Given, tx: Connection) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    attendance_id = await given.reported_attendance(agreement, OCTOBER)
    colleague = await given.account(Role.EMPLOYER, employer_id=agreement.employer_id)
    await act_as(tx, actor_of(colleague))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await tx.execute(
            "UPDATE attendance SET confirmed_at = now(), confirmed_by = $2, "
            "confirmed_for = 'office' WHERE id = $1",
            attendance_id,
            colleague.id,
        )


async def test_what_was_corrected_since_is_not_confirmed(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    attendance_id = await given.reported_attendance(agreement, OCTOBER)
    await given.reported_attendance(agreement, OCTOBER, gross_wage_cents=450_00)

    with pytest.raises(rules.ReportSuperseded):
        await confirm(given, attendance_id, await given.officer_of(agreement))


async def test_another_office_cannot_find_the_report(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    attendance_id = await given.reported_attendance(agreement, OCTOBER)

    with pytest.raises(NotFound):
        await confirm(given, attendance_id, await given.case_officer("peje"))


async def missing_months(given: Given, agreement: Shown) -> list[str]:
    by = actor_of(await given.employer_of(agreement))
    async with given.db.transaction(by) as tx:
        found = await actions.list_missing(tx, on=given.clock.today(), by=by)
    return [f"{one.month:%Y-%m}" for one in found.rows]


async def test_an_employer_sees_the_months_it_owes(given: Given, clock: FixedClock) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 8, 17))
    at_first = await missing_months(given, agreement)
    await given.reported_attendance(agreement, Month(date(2026, 9, 1)))

    later = await missing_months(given, agreement)

    assert at_first == ["2026-08", "2026-09", "2026-10"]
    assert later == ["2026-08", "2026-10"]
    clock.move_to(datetime(2027, 6, 1, 9, tzinfo=UTC))
    assert await missing_months(given, agreement) == [
        "2026-08", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02",
    ]  # fmt: skip


async def test_an_early_end_makes_its_month_due_at_once_and_the_later_ones_never(
    given: Given, clock: FixedClock
) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 9, 1))
    clock.move_to(datetime(2026, 11, 20, 9, tzinfo=UTC))
    await moves.end(given, agreement, date(2026, 11, 19))

    months = await missing_months(given, agreement)

    assert months == ["2026-09", "2026-10", "2026-11"]


async def waiting(given: Given, officer: Account) -> set[AttendanceId]:
    by = actor_of(officer)
    async with given.db.transaction(by) as tx:
        return {one.id for one in (await actions.list_waiting(tx, by=by)).rows}


async def test_an_office_sees_what_waits_for_it_and_nobody_elses(given: Given) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    first = await given.reported_attendance(agreement, Month(date(2026, 9, 1)))
    second = await given.reported_attendance(agreement, OCTOBER)
    officer = await given.officer_of(agreement)

    before = await waiting(given, officer)
    await confirm(given, first, officer)

    assert before == {first, second}
    assert await waiting(given, officer) == {second}
    assert await waiting(given, await given.case_officer("peje")) == set()
