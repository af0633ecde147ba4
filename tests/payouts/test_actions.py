"""Putting a month up, and the second person's decision, against the real database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.actor import SYSTEM, Actor, Role
from service.approvals.rules import SecondPersonNeeded
from service.db import Database
from service.ledger import actions as ledger
from service.payouts import actions, rules
from service.payouts.model import LeftOutReason, PayoutState, StaleReason
from service.period import Month
from service.problems import NotAllowed
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month, open_account, supersede

REASON = "The account of one employer is wrong."


async def test_a_month_is_put_up_with_all_that_is_due_and_payable(
    given: Given, preparer: Actor
) -> None:
    await due_month(given, amount_cents=297_50)
    await due_month(given, scheme="SP-FLAT", amount_cents=264_00)

    payout = await given.submitted_payout(OCTOBER, by=preparer)

    assert payout.state is PayoutState.SUBMITTED
    assert (payout.line_count, payout.total_cents) == (2, 561_50)
    assert payout.submitted_by == preparer.account_id


async def test_earlier_months_that_were_left_over_come_along_and_later_ones_do_not(
    given: Given, preparer: Actor, clock: FixedClock
) -> None:
    clock.move_to(datetime(2026, 12, 2, 9, 0, tzinfo=UTC))
    await due_month(given, month=Month(date(2026, 9, 1)), amount_cents=280_00)
    await due_month(given, month=Month(date(2026, 11, 1)), amount_cents=210_00)

    payout = await given.submitted_payout(OCTOBER, by=preparer)

    assert (payout.line_count, payout.total_cents) == (1, 280_00)


async def test_who_has_no_account_in_force_is_left_out_with_the_reason(
    db: Database, given: Given, preparer: Actor, clock: FixedClock
) -> None:
    paid = await due_month(given)
    waiting = await due_month(given, with_account=False)

    payout = await given.submitted_payout(OCTOBER, by=preparer)

    async with db.transaction(preparer) as tx:
        left_out = await actions.list_left_out(tx, OCTOBER, at=clock.now())
    assert payout.total_cents == paid.amount_cents
    assert [(one.instalment_id, one.reason) for one in left_out] == [
        (waiting.instalment_id, LeftOutReason.NO_ACCOUNT)
    ]


async def test_nothing_is_put_up_twice(given: Given, preparer: Actor, approver: Actor) -> None:
    await due_month(given)
    await given.approved_payout(await given.submitted_payout(OCTOBER, by=preparer), by=approver)

    with pytest.raises(rules.NothingToPay):
        await given.submitted_payout(OCTOBER, by=preparer)


async def test_one_payout_of_a_month_waits_at_a_time(given: Given, preparer: Actor) -> None:
    await due_month(given)
    await given.submitted_payout(OCTOBER, by=preparer)
    await due_month(given)

    with pytest.raises(rules.PayoutAlreadyOpen):
        await given.submitted_payout(OCTOBER, by=preparer)


async def test_a_month_that_still_runs_is_not_put_up(given: Given, preparer: Actor) -> None:
    with pytest.raises(rules.TooEarlyToPay):
        await given.submitted_payout(Month(date(2026, 11, 1)), by=preparer)


@pytest.mark.parametrize("role", [Role.FINANCE_AUTHORISER, Role.AUDITOR, Role.ADMINISTRATOR])
async def test_only_a_finance_officer_puts_up(given: Given, role: Role) -> None:
    somebody = actor_of(await given.account(role))

    with pytest.raises(NotAllowed):
        await given.submitted_payout(OCTOBER, by=somebody)


async def test_a_second_person_approves_and_the_ledger_follows(
    db: Database, given: Given, preparer: Actor, approver: Actor
) -> None:
    await due_month(given, amount_cents=297_50)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    approved = await given.approved_payout(payout, by=approver)

    async with db.transaction(SYSTEM) as tx:
        lines = {line.scheme_code: line for line in await ledger.list_budget_lines(tx)}
        broken = await ledger.broken_invariants(tx)
    assert approved.state is PayoutState.APPROVED
    assert (lines["WS-70"].calculated_cents, lines["WS-70"].approved_cents) == (0, 297_50)
    assert not broken


async def test_nobody_approves_what_they_put_up(given: Given, preparer: Actor) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    with pytest.raises(SecondPersonNeeded):
        await given.approved_payout(payout, by=preparer)


async def test_who_proposed_an_account_does_not_approve_a_payment_to_it(
    given: Given, preparer: Actor
) -> None:
    proposer, confirmer = await given.finance_officer(), await given.case_officer()
    due = await due_month(given, with_account=False)
    await open_account(given, due.owner, due.hired.firm_name, officers=(proposer, confirmer))
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    with pytest.raises(SecondPersonNeeded):
        await given.approved_payout(payout, by=actor_of(proposer))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.CASE_OFFICER])
async def test_only_finance_decides(given: Given, preparer: Actor, role: Role) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    office_id = await given.office() if role is Role.CASE_OFFICER else None
    somebody = actor_of(await given.account(role, office_id=office_id))

    with pytest.raises(NotAllowed):
        await given.approved_payout(payout, by=somebody)


async def test_a_wrong_digest_signs_nothing(
    db: Database, given: Given, preparer: Actor, approver: Actor, clock: FixedClock
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    async with db.transaction(approver) as tx:
        with pytest.raises(rules.ContentChanged):
            await actions.authorise(tx, payout.id, digest=bytes(32), by=approver, at=clock.now())


async def test_an_instalment_superseded_since_it_was_put_up_is_not_signed(
    db: Database, given: Given, preparer: Actor, approver: Actor, clock: FixedClock
) -> None:
    due = await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await supersede(given, due)

    with pytest.raises(rules.ContentChanged):
        await given.approved_payout(payout, by=approver)

    async with db.transaction(approver) as tx:
        sheet = await actions.read_sheet(tx, payout.id, at=clock.now())
    assert [line.reason for line in sheet.stale] == [StaleReason.SUPERSEDED]


async def test_an_account_changed_since_it_was_put_up_is_not_paid(
    db: Database, given: Given, preparer: Actor, approver: Actor, clock: FixedClock
) -> None:
    due = await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    officers = (await given.case_officer(), await given.case_officer())
    await open_account(given, due.owner, due.hired.firm_name, officers=officers)
    clock.move_to(clock.now() + timedelta(days=30))

    with pytest.raises(rules.ContentChanged):
        await given.approved_payout(payout, by=approver)

    async with db.transaction(approver) as tx:
        sheet = await actions.read_sheet(tx, payout.id, at=clock.now())
    assert [line.reason for line in sheet.stale] == [StaleReason.ACCOUNT_CHANGED]


async def test_a_change_of_account_that_cools_off_does_not_stop_the_payout(
    given: Given, preparer: Actor, approver: Actor
) -> None:
    due = await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    officers = (await given.case_officer(), await given.case_officer())
    await open_account(given, due.owner, due.hired.firm_name, officers=officers)

    approved = await given.approved_payout(payout, by=approver)

    assert approved.state is PayoutState.APPROVED


async def test_what_was_decided_is_not_decided_again(
    db: Database, given: Given, preparer: Actor, approver: Actor, clock: FixedClock
) -> None:
    await due_month(given)
    payout = await given.approved_payout(
        await given.submitted_payout(OCTOBER, by=preparer), by=approver
    )

    with pytest.raises(rules.AlreadyDecided):
        await given.rejected_payout(payout, by=approver)


async def test_a_rejected_payout_frees_its_instalments_for_the_next(
    db: Database, given: Given, preparer: Actor, approver: Actor, clock: FixedClock
) -> None:
    await due_month(given)
    first = await given.submitted_payout(OCTOBER, by=preparer)
    rejected = await given.rejected_payout(first, by=approver)

    second = await given.submitted_payout(OCTOBER, by=preparer)

    assert rejected.state is PayoutState.REJECTED
    assert (second.line_count, second.total_cents) == (first.line_count, first.total_cents)


async def test_a_preparer_may_take_a_payout_back(
    db: Database, given: Given, preparer: Actor, clock: FixedClock
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    async with db.transaction(preparer) as tx:
        back = await actions.withdraw(
            tx, payout.id, digest=payout.digest, reason=REASON, by=preparer, at=clock.now()
        )

    assert back.state is PayoutState.WITHDRAWN


async def test_an_approved_payout_goes_to_the_bank_once(
    db: Database, given: Given, preparer: Actor, approver: Actor, clock: FixedClock
) -> None:
    await due_month(given)
    payout = await given.approved_payout(
        await given.submitted_payout(OCTOBER, by=preparer), by=approver
    )

    async with db.transaction(preparer) as tx:
        with pytest.raises(rules.ExporterIsPreparer):
            await actions.begin_export(tx, payout.id, by=preparer, at=clock.now())
    async with db.transaction(approver) as tx:
        sent = await actions.begin_export(tx, payout.id, by=approver, at=clock.now())

    assert sent.state is PayoutState.EXPORTED
    async with db.transaction(approver) as tx:
        with pytest.raises(rules.NotApproved):
            await actions.begin_export(tx, payout.id, by=approver, at=clock.now())
