"""Recording outcomes, and the report against a second count in Python."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from service.accounts.model import Account
from service.actor import SYSTEM, Role
from service.agreements.model import Shown
from service.db import Connection, connect_owner
from service.demo.actions import load_country
from service.demo.model import Country, DemoOptions
from service.outcomes import actions, rules
from service.outcomes.model import Observation, Source
from service.period import Month, add_months
from service.problems import NotAllowed, NotFound
from tests.conftest import FixedClock, MakeConfig
from tests.given import Given, act_as, actor_of
from tests.outcomes.counting import count, counts_of

EMPLOYED = Observation(0, True, True, date(2026, 11, 1), Source.PAYROLL)


async def record(
    tx: Connection, agreement: Shown, observation: Observation, *, by: Account
) -> None:
    await act_as(tx, actor_of(by))
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    await actions.record_outcome(
        tx, agreement.id, observation, by=actor_of(by), at=at, on=at.date()
    )


async def test_an_officer_records_where_somebody_stands(given: Given, tx: Connection) -> None:
    officer = await given.case_officer()
    agreement = await given.completed_agreement(officer)

    await record(tx, agreement, EMPLOYED, by=officer)

    [recorded] = await actions.list_outcomes(tx, agreement.id)
    assert (recorded.months_after, recorded.employed, recorded.source) == (0, True, "payroll")


async def test_a_point_is_recorded_once(given: Given, tx: Connection) -> None:
    officer = await given.case_officer()
    agreement = await given.completed_agreement(officer)
    await record(tx, agreement, EMPLOYED, by=officer)

    with pytest.raises(rules.AlreadyRecorded):
        await record(tx, agreement, EMPLOYED, by=officer)


async def test_another_office_does_not_find_the_agreement(given: Given, tx: Connection) -> None:
    agreement = await given.completed_agreement(await given.case_officer("prishtine"))

    with pytest.raises(NotFound):
        await record(tx, agreement, EMPLOYED, by=await given.case_officer("peje"))


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.AUDITOR])
async def test_only_case_officers_record(given: Given, tx: Connection, role: Role) -> None:
    agreement = await given.completed_agreement()

    with pytest.raises(NotAllowed):
        await record(tx, agreement, EMPLOYED, by=await given.account(role))


async def test_what_still_runs_has_no_outcome(given: Given, tx: Connection) -> None:
    officer = await given.case_officer()
    agreement = await given.active_agreement(officer)

    with pytest.raises(rules.NotEnded):
        await record(tx, agreement, EMPLOYED, by=officer)


async def test_the_worklist_holds_what_has_passed_unrecorded(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    agreement = await given.completed_agreement(officer)
    await record(tx, agreement, EMPLOYED, by=officer)
    today = agreement.period.end + timedelta(days=200)

    due = (await actions.list_due(tx, by=actor_of(officer), on=today)).rows

    assert [(one.agreement_id, one.months_after) for one in due] == [
        (agreement.id, 3),
        (agreement.id, 6),
    ]
    assert due[0].due_on == add_months(agreement.period.end, 3)


@pytest.fixture
async def loaded(new_database: MakeConfig) -> AsyncIterator[tuple[Connection, Country]]:
    """The owner's connection to a database that holds a small demo country."""
    config = await new_database()
    owner = await connect_owner(config)
    options = DemoOptions(until=Month(date(2026, 10, 1)), candidates=400, employers=80, months=16)
    async with owner.transaction():
        country = await load_country(owner, config.sealer, options)
    yield owner, country
    await owner.close()


@pytest.mark.parametrize(
    ("from_day", "to_day"),
    [
        (date(2025, 1, 1), date(2026, 11, 1)),
        (date(2025, 1, 1), date(2026, 6, 30)),
        (date(2025, 7, 1), date(2026, 9, 15)),
    ],
)
async def test_the_report_equals_a_second_count(
    loaded: tuple[Connection, Country], from_day: date, to_day: date
) -> None:
    owner, country = loaded

    report = await actions.report_outcomes(owner, from_day=from_day, to_day=to_day)

    again = count(country, from_day, to_day)
    assert counts_of(report) == again
    assert {name for _, name in again} >= {"completed", "retained_0", "starts_0"}


async def test_totals_are_the_sums_of_their_lines(loaded: tuple[Connection, Country]) -> None:
    owner, _ = loaded

    report = await actions.report_outcomes(
        owner, from_day=date(2025, 1, 1), to_day=date(2026, 11, 1)
    )

    parts = [line for line in report.lines if line.municipality_code]
    for total in rules.totals(report.lines):
        own = [line for line in parts if total.sex in (None, line.sex)]
        assert total.registered == sum(line.registered for line in own) > 0
        assert total.placed.numerator == sum(line.placed.numerator for line in own) > 0
        starts = [line.retention[1].of_starts.denominator for line in own]
        assert total.retention[1].of_starts.denominator == sum(starts) > 0


async def test_an_officer_sees_the_people_of_the_own_office(given: Given, tx: Connection) -> None:
    officer, other = await given.case_officer("peje"), await given.case_officer("prizren")
    await given.candidate(officer)
    await given.candidate(other)

    seen = {}
    for who in (actor_of(officer), SYSTEM):
        await act_as(tx, who)
        report = await actions.report_outcomes(
            tx, from_day=date(2026, 11, 1), to_day=date(2026, 11, 3)
        )
        seen[who.role] = report.lines[0].registered

    assert seen == {Role.CASE_OFFICER: 1, Role.SYSTEM: 2}
