"""Putting up: what a check stops stays out, what passes goes in, and the database insists."""

import asyncpg
import pytest

from service.actor import SYSTEM, Actor
from service.checks import actions
from service.checks.model import Check, Outcome
from service.db import Database
from service.ids import InstalmentId
from service.payouts import actions as payouts
from service.payouts.rules import ContentChanged, NothingToPay
from tests.given import Given
from tests.payouts.rows import OCTOBER, due_month

WHY = "The inspection doubts the report."
COMPLETE = "SELECT payout_checks_complete($1, $2)"


async def hold(given: Given, instalment_id: InstalmentId, *, by: Actor) -> None:
    async with given.db.transaction(by) as tx:
        await actions.hold_instalment(tx, instalment_id, reason=WHY, by=by, at=given.clock.now())


async def test_what_a_check_stops_is_left_out_and_what_it_found_is_kept(
    db: Database, given: Given, preparer: Actor, second: Actor
) -> None:
    paid, stopped = await due_month(given), await due_month(given)
    await hold(given, stopped.instalment_id, by=second)

    payout = await given.submitted_payout(OCTOBER, by=preparer)

    async with db.transaction(preparer) as tx:
        lines = await payouts.list_lines(tx, payout.id, page=1, page_size=9)
        results = {one.code: one for one in await actions.list_results(tx, stopped.instalment_id)}
    assert [line.instalment_id for line in lines] == [paid.instalment_id]
    assert results[Check.NOT_ON_HOLD].outcome is Outcome.FAILED
    assert [one.code for one in results.values() if one.stops] == [Check.NOT_ON_HOLD]
    assert results[Check.NOT_ON_HOLD].inputs["held_since"]


async def test_a_line_of_a_payout_has_a_result_of_each_check_that_applies(
    db: Database, given: Given, preparer: Actor
) -> None:
    employer, person = (
        await due_month(given),
        await due_month(given, scheme="SP-FLAT", amount_cents=264_00),
    )
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    async with db.transaction(preparer) as tx:
        of_employer = {one.code for one in await actions.list_results(tx, employer.instalment_id)}
        of_person = {one.code for one in await actions.list_results(tx, person.instalment_id)}
        found = await actions.read_payout(tx, payout.id)

    assert of_employer == set(Check)
    assert of_employer - of_person == {
        Check.WAGE_AS_AGREED,
        Check.NO_UNRESOLVED_RECOVERY,
        Check.STATE_AID,
    }
    assert {one.code for one in found.counts} == set(Check)
    assert not [one for one in found.counts if one.is_blocking and one.failed_count]


async def test_the_checks_can_be_run_without_putting_up(
    db: Database, given: Given, preparer: Actor, second: Actor
) -> None:
    due, stopped = await due_month(given), await due_month(given)
    await hold(given, stopped.instalment_id, by=second)

    async with db.transaction(SYSTEM) as tx:
        run = await actions.check_month(tx, OCTOBER, by=SYSTEM, at=given.clock.now())

    assert run.checked_count == 2
    assert set(run.blocked) == {stopped.instalment_id}
    async with db.transaction(preparer) as tx:
        assert (await payouts.list_payouts(tx)).rows == []
        assert await actions.list_results(tx, due.instalment_id)


async def test_a_hold_after_it_was_put_up_keeps_a_payout_from_being_approved(
    db: Database, given: Given, preparer: Actor, second: Actor, approver: Actor
) -> None:
    due = await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    await hold(given, due.instalment_id, by=second)

    with pytest.raises(ContentChanged):
        await given.approved_payout(payout, by=approver)
    async with db.transaction(approver) as tx:
        assert not await tx.fetchval(COMPLETE, payout.id, given.clock.now())


async def test_a_payout_without_a_run_of_the_checks_is_no_payout(
    db: Database, given: Given, preparer: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    async with db.transaction(preparer) as tx:
        await tx.execute(
            "INSERT INTO payout SELECT (jsonb_populate_record(p, jsonb_build_object("
            "'id', gen_random_uuid(), 'reference', 'P-BARE', 'month', '2026-09-01',"
            " 'state', 'draft', 'check_run_id', NULL,"
            " 'required_approvals', NULL, 'required_authorisations', NULL))).*"
            " FROM payout AS p WHERE p.id = $1",
            payout.id,
        )

    with pytest.raises(asyncpg.RestrictViolationError, match="passed every check"):
        async with db.transaction(preparer) as tx:
            await tx.execute(
                "UPDATE payout SET state = 'submitted', required_approvals = 1,"
                " required_authorisations = 1 WHERE reference = 'P-BARE'"
            )


async def test_what_the_checks_found_cannot_be_changed_or_added_for_others(
    db: Database, given: Given, preparer: Actor
) -> None:
    due, other = await due_month(given), await due_month(given)
    async with db.transaction(preparer) as tx:
        run = await actions.run_checks(
            tx, [due.instalment_id], month=OCTOBER, by=preparer, at=given.clock.now()
        )

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(preparer) as tx:
            await tx.execute("UPDATE check_result SET outcome = 'passed'")
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="belongs to an instalment"):
        async with db.transaction(preparer) as tx:
            await tx.execute(
                "INSERT INTO check_result VALUES ($1, $2, 'state_aid', 'passed', '{}', now())",
                *(run.id, other.instalment_id),
            )


async def test_what_waits_to_be_computed_again_is_not_put_up(given: Given, preparer: Actor) -> None:
    due = await due_month(given)
    await given.confirmed_attendance(
        due.hired.agreement, OCTOBER, by=due.hired.representative, gross_wage_cents=520_00
    )

    with pytest.raises(NothingToPay):
        await given.submitted_payout(OCTOBER, by=preparer)
    await given.computed_month(OCTOBER)

    assert (await given.submitted_payout(OCTOBER, by=preparer)).line_count == 1
