"""Overrides: two people who have not handled the agreement, a reason, a day on which it ends."""

from datetime import date, timedelta

import asyncpg
import pytest

from service.actor import Actor
from service.checks import actions, rules
from service.checks.model import Check, Outcome, OverrideState
from service.db import Connection, Database
from service.ids import CheckOverrideId
from service.payouts.rules import ChecksNotMet, NothingToPay
from service.problems import InvalidFields, NotAllowed
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, DueMonth, due_month

WHY = "The firm is known by its owner's name at the bank."
UNTIL = date(2026, 11, 20)


async def misnamed(given: Given) -> DueMonth:
    """A month due to a firm whose account bears another name."""
    due = await due_month(given, with_account=False)
    await given.bank_account(due.owner, holder_name="Blerim")
    return due


async def ask(
    given: Given,
    due: DueMonth,
    *,
    by: Actor,
    code: Check = Check.ACCOUNT_IN_PAYEES_NAME,
    reason: str = WHY,
    expires_on: date | None = UNTIL,
) -> CheckOverrideId:
    async with given.db.transaction(by) as tx:
        return await actions.ask_override(
            tx,
            due.instalment_id,
            code,
            reason=reason,
            expires_on=expires_on,
            by=by,
            at=given.clock.now(),
        )


async def grant(given: Given, override_id: CheckOverrideId, *, by: Actor) -> None:
    async with given.db.transaction(by) as tx:
        await actions.grant_override(tx, override_id, by=by, at=given.clock.now())


async def test_a_granted_override_lets_a_payment_through_and_is_kept_beside_the_result(
    db: Database, given: Given, preparer: Actor, second: Actor
) -> None:
    due = await misnamed(given)
    with pytest.raises(NothingToPay):
        await given.submitted_payout(OCTOBER, by=preparer)
    asked = await ask(given, due, by=preparer)
    with pytest.raises(NothingToPay):
        await given.submitted_payout(OCTOBER, by=preparer)

    await grant(given, asked, by=second)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    async with db.transaction(preparer) as tx:
        (kept,) = (await actions.read_payout(tx, payout.id)).shortcomings[:1]
        results = {one.code: one for one in await actions.list_results(tx, due.instalment_id)}
    name = results[Check.ACCOUNT_IN_PAYEES_NAME]
    assert payout.line_count == 1
    assert (name.outcome, name.stops, name.override_reason) == (Outcome.FAILED, False, WHY)
    assert kept.override_reason == WHY


async def test_an_override_that_has_lapsed_falls_away_and_the_run_notes_it(
    db: Database, given: Given, preparer: Actor, second: Actor, clock: FixedClock
) -> None:
    due = await misnamed(given)
    asked = await ask(given, due, by=preparer)
    await grant(given, asked, by=second)

    clock.move_to(clock.now() + timedelta(days=30))
    async with db.transaction(preparer) as tx:
        run = await actions.check_month(tx, OCTOBER, by=preparer, at=clock.now())
        noted = await tx.fetch("SELECT override_id, run_id FROM check_override_lapse")
        (listed,) = await actions.list_overrides(tx, at=clock.now())

    assert run.blocked == {due.instalment_id}
    assert [tuple(row) for row in noted] == [(asked, run.id)]
    assert listed.state is OverrideState.LAPSED


async def test_a_payout_is_not_approved_once_an_override_of_a_line_has_lapsed(
    given: Given, preparer: Actor, second: Actor, approver: Actor, clock: FixedClock
) -> None:
    due = await misnamed(given)
    await grant(given, await ask(given, due, by=preparer), by=second)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    clock.move_to(clock.now() + timedelta(days=30))

    with pytest.raises(ChecksNotMet):
        await given.approved_payout(payout, by=approver)


async def test_who_asks_does_not_grant_whatever_the_code_would_do(
    db: Database, given: Given, preparer: Actor
) -> None:
    asked = await ask(given, await misnamed(given), by=preparer)

    with pytest.raises(rules.SecondPersonNeeded):
        await grant(given, asked, by=preparer)
    with pytest.raises(asyncpg.CheckViolationError, match="check_override_two_people"):
        async with db.transaction(preparer) as tx:
            await tx.execute(
                "UPDATE check_override SET granted_at = $2, granted_by = $3 WHERE id = $1",
                *(asked, given.clock.now(), preparer.account_id),
            )


async def test_who_has_handled_an_agreement_does_not_ask(given: Given) -> None:
    due = await misnamed(given)

    with pytest.raises(rules.OwnCase):
        await ask(given, due, by=actor_of(due.hired.officer))


async def test_a_hard_stop_is_never_overridden(given: Given, preparer: Actor) -> None:
    due = await misnamed(given)

    for code in (Check.AGE_ELIGIBLE, Check.ACCOUNT_KNOWN, Check.NO_OTHER_SUBSIDY):
        with pytest.raises(rules.HardStop):
            await ask(given, due, by=preparer, code=code)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": "Because"}, "reason"),
        ({"expires_on": None}, "expires_on"),
        ({"expires_on": date(2026, 11, 1)}, "expires_on"),
        ({"expires_on": date(2027, 11, 1)}, "expires_on"),
    ],
)
async def test_an_override_says_why_and_until_when(
    given: Given, preparer: Actor, facts: dict[str, object], field: str
) -> None:
    due = await misnamed(given)

    with pytest.raises(InvalidFields) as refused:
        await ask(given, due, by=preparer, **facts)  # type: ignore[arg-type] # wrong on purpose

    assert set(refused.value.fields) == {field}


async def test_an_override_is_decided_on_once(
    db: Database, given: Given, preparer: Actor, second: Actor
) -> None:
    asked = await ask(given, await misnamed(given), by=preparer)
    async with db.transaction(preparer) as tx:
        await actions.refuse_override(tx, asked, by=preparer, at=given.clock.now())

    with pytest.raises(rules.OverrideDecided):
        await grant(given, asked, by=second)


async def test_only_the_finance_office_grants(given: Given, preparer: Actor) -> None:
    asked = await ask(given, await misnamed(given), by=preparer)

    with pytest.raises(NotAllowed):
        await grant(given, asked, by=actor_of(await given.case_officer()))


async def test_the_database_takes_no_override_that_is_granted_from_the_start(
    tx: Connection, db: Database, given: Given, preparer: Actor, second: Actor
) -> None:
    due = await misnamed(given)

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with db.transaction(preparer) as inner:
            await inner.execute(
                "INSERT INTO check_override (id, agreement_id, month, kind, code, reason, asked_at,"
                " asked_by, expires_at, granted_at, granted_by) VALUES (gen_random_uuid(), $1,"
                " '2026-10-01', 'subsidy', 'account_in_payees_name', 'Nobody asked for it', $2,"
                " $3, $2::timestamptz + interval '1 day', $2, $4)",
                *(due.agreement_id, given.clock.now(), preparer.account_id, second.account_id),
            )
