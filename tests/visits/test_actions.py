"""Visits: planned, recorded, wanted by the rule, and what an absence does to the payment."""

from datetime import date

import asyncpg
import pytest

from service.agreements.model import Shown as Agreement
from service.db import Connection
from service.flags import actions as flags
from service.flags.model import Flag
from service.ids import VisitId
from service.problems import NotAllowed, NotFound
from service.quality import actions as quality
from service.quality.model import DrawnFor
from service.visits import actions
from service.visits.model import Finding, PlanForm, ReportForm, State
from service.visits.rules import NotRunning, VisitOver, VisitPlanned
from tests.conftest import FixedClock
from tests.given import Given, act_as, actor_of
from tests.payouts.rows import OCTOBER, due_month

TODAY = date(2026, 11, 2)


async def planned(given: Given, agreement: Agreement, *, announced: str = "yes") -> VisitId:
    """A visit of today."""
    by = actor_of(await given.officer_of(agreement))
    form = PlanForm(agreement_id=agreement.id, planned_on=TODAY.isoformat(), is_announced=announced)
    async with given.db.transaction(by) as tx:
        return await actions.plan(tx, form, by=by, at=given.clock.now(), on=TODAY)


def report(finding: Finding, day: str = "2026-11-02") -> ReportForm:
    return ReportForm(visited_on=day, finding=finding, note="The mentor was asked.")


async def test_a_visit_is_planned_and_recorded_once(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 10, 1))
    visit_id = await planned(given, agreement)
    by = actor_of(await given.officer_of(agreement))
    await act_as(tx, by)
    with pytest.raises(VisitPlanned):
        await planned(given, agreement)
    await act_as(tx, by)

    done = await actions.record(tx, visit_id, report(Finding.PRESENT), by=by, at=clock.at, on=TODAY)

    assert (done.state, done.finding, done.is_amiss) == (State.DONE, Finding.PRESENT, False)
    with pytest.raises(VisitOver):
        await actions.record(
            tx, visit_id, report(Finding.NOT_PRESENT), by=by, at=clock.at, on=TODAY
        )
    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        await tx.execute("UPDATE visit SET finding = 'not_present', note = 'Nobody was there'")
    assert refused.value.constraint_name == "visit_stands"


async def test_nobody_is_visited_who_does_not_work(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    agreement = await given.signed_agreement(starts_on=date(2026, 11, 9))

    with pytest.raises(NotRunning):
        await planned(given, agreement)


async def test_an_employer_and_other_offices_see_no_visits(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 10, 1))
    visit_id = await planned(given, agreement, announced="no")
    employer = actor_of(await given.employer_of(agreement))
    other = actor_of(await given.case_officer("peje"))

    for actor in (employer, other):
        await act_as(tx, actor)
        assert await actions.list_visits_of_agreement(tx, agreement.id) == []
        with pytest.raises((NotAllowed, NotFound)):
            await actions.call_off(tx, visit_id, "Not needed", by=actor, at=clock.at)


async def test_the_rule_wants_a_visit_in_the_first_and_the_fourth_month(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 8, 1))
    officer = await given.officer_of(agreement)
    by = actor_of(officer)

    async def wanted_since() -> list[date]:
        await act_as(tx, by)
        wanted = await actions.list_wanted(tx, by=by, on=TODAY)
        return [one.since for one in wanted if one.is_announced]

    assert await wanted_since() == [date(2026, 11, 1)]
    visit_id = await planned(given, agreement)
    assert await wanted_since() == []
    await act_as(tx, by)
    await actions.record(
        tx, visit_id, report(Finding.PRESENT, "2026-10-30"), by=by, at=clock.at, on=TODAY
    )
    assert await wanted_since() == [date(2026, 11, 1)]
    again = await planned(given, agreement)
    await act_as(tx, by)
    await actions.record(tx, again, report(Finding.PRESENT), by=by, at=clock.at, on=TODAY)
    assert await wanted_since() == []


async def test_about_one_agreement_in_ten_is_drawn_to_be_visited_unannounced(
    tx: Connection,
) -> None:
    drawn = await tx.fetchval(
        "SELECT count(*) FROM generate_series(1, 2000) AS n"
        " WHERE drawn_by_hash(md5(n::text)::uuid, md5(n::text)::uuid, 1000)"
    )

    assert 150 < drawn < 250


async def test_an_absence_flags_the_payment_of_its_day_and_draws_it_for_review(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    due = await due_month(given)
    agreement = await given.agreement(due.agreement_id)
    visit_id = await planned(given, agreement)
    by = actor_of(await given.officer_of(agreement))
    await act_as(tx, by)
    await actions.record(
        tx, visit_id, report(Finding.NOT_PRESENT, "2026-10-12"), by=by, at=clock.at, on=TODAY
    )

    preparer = actor_of(await given.finance_officer())
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await act_as(tx, preparer)
    found = await flags.read_payout(tx, payout.id)
    drawn = await quality.list_cases(tx)

    signs = {sign.code: sign for line in found.lines for sign in line.signs}
    assert "2026-10-12" in signs[Flag.AMISS_AT_VISIT].sentence
    assert signs[Flag.AMISS_AT_VISIT].score == 100
    assert DrawnFor.VISIT in drawn[0].reasons


async def test_a_presence_flags_nothing(given: Given, tx: Connection, clock: FixedClock) -> None:
    due = await due_month(given)
    agreement = await given.agreement(due.agreement_id)
    visit_id = await planned(given, agreement)
    by = actor_of(await given.officer_of(agreement))
    await act_as(tx, by)
    await actions.record(
        tx, visit_id, report(Finding.PRESENT, "2026-10-12"), by=by, at=clock.at, on=TODAY
    )

    preparer = actor_of(await given.finance_officer())
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await act_as(tx, preparer)
    found = await flags.read_payout(tx, payout.id)

    assert Flag.AMISS_AT_VISIT not in {one.code for line in found.lines for one in line.signs}
