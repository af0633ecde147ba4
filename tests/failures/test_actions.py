"""Payments that fail: what their codes ask for, and how they are paid again, closed or recalled."""

from datetime import timedelta

import pytest

from service.actor import SYSTEM, Actor, Role
from service.bank.model import BankFile
from service.bank_accounts.model import Owner
from service.db import Database
from service.failures import actions, rules
from service.failures.model import RecallOutcome
from service.ids import AttemptId
from service.ledger import actions as ledger
from service.payouts import actions as payouts
from service.payouts.model import Payout
from service.payouts.rules import NothingToPay
from service.period import Month
from tests.bank.state import balances, read, states
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.corrections import APRIL, MARCH, at_work, earn, earn_nothing
from tests.payouts.rows import OCTOBER, due_month
from tests.statements.reports import Told, account_report, status_report

WHY = "The payee has told us what was wrong."


@pytest.fixture
async def officer(given: Given) -> Actor:
    """Who prepares and reads."""
    return actor_of(await given.finance_officer())


async def pay(given: Given, by: Actor, month: Month = OCTOBER) -> BankFile:
    """All that is due put up by one, approved by another, and sent."""
    second = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    payout = await given.submitted_payout(month, by=by)
    await given.approved_payout(payout, by=second)
    return await given.sent_payout(payout.id, by=second)


async def newest(given: Given, by: Actor) -> tuple[AttemptId, str, int]:
    """The newest order: its id, end-to-end id and cents."""
    async with given.db.transaction(by) as tx:
        row = await tx.fetchrow(
            "SELECT id, end_to_end_id, amount_cents FROM payment_attempt "
            "ORDER BY number DESC, id DESC LIMIT 1"
        )
    assert row is not None
    return AttemptId(row["id"]), row["end_to_end_id"], row["amount_cents"]


async def fail(given: Given, by: Actor, file: BankFile, code: str) -> AttemptId:
    """The newest order, refused by the bank."""
    attempt, name, _ = await newest(given, by)
    message = f"STS-{name}"
    report = status_report(message, file.message_id, {name: code}, group="PART")
    await read(given, report, by)
    return attempt


async def give_back(given: Given, by: Actor, code: str) -> AttemptId:
    """The newest order, booked and sent back."""
    attempt, name, cents = await newest(given, by)
    told = [Told(f"D{name}", -cents, name), Told(f"R{name}", cents, name, reason=code)]
    await read(given, account_report("camt.053", f"STM-{name}", told), by)
    return attempt


async def ask_again(given: Given, by: Actor, attempt: AttemptId) -> None:
    """Asks for a failed payment to be paid again."""
    async with given.db.transaction(by) as tx:
        await actions.request_reissue(tx, attempt, reason=WHY, by=by, at=given.clock.now())


async def release_holds(given: Given, by: Actor) -> int:
    """Ends every hold; how many there were."""
    async with given.db.transaction(by) as tx:
        held = await actions.list_holds(tx)
        for one in held:
            await actions.release_hold(tx, one.id, reason=WHY, by=by, at=given.clock.now())
    return len(held)


async def check_ledger(db: Database) -> None:
    """Everything that must always hold of the money holds."""
    async with db.transaction(SYSTEM) as tx:
        assert await ledger.broken_invariants(tx) == []


@pytest.mark.parametrize(
    ("code", "holds", "alarms"),
    [
        ("AC01", ["change_account"], []),
        ("AC04", ["contact_payee"], []),
        ("AM04", [], ["stop_batch"]),
        ("AM05", [], ["freeze"]),
        ("DU04", [], ["freeze"]),
        ("BE04", [], ["correct"]),
        ("MD07", [], ["stop_placement"]),
        ("TM01", [], ["operator"]),
        ("MS03", [], ["person"]),
        ("ZZ99", [], ["person"]),
    ],
)
async def test_each_code_asks_for_what_it_means(
    given: Given, officer: Actor, code: str, holds: list[str], alarms: list[str]
) -> None:
    await due_month(given)
    await fail(given, officer, await pay(given, officer), code)

    async with given.db.transaction(officer) as tx:
        held = await actions.list_holds(tx)
        raised = await actions.list_alarms(tx)

    assert [one.action for one in held] == holds
    assert [one.action for one in raised] == alarms


async def test_the_office_learns_that_its_payee_has_died_and_nothing_else(
    given: Given, officer: Actor
) -> None:
    due = await due_month(given)
    await fail(given, officer, await pay(given, officer), "MD07")
    own = actor_of(await given.officer_of(due.hired.agreement))
    other = actor_of(await given.case_officer("peje"))

    seen = []
    for who in (own, other):
        async with given.db.transaction(who) as tx:
            seen.append([one.action for one in await actions.list_alarms(tx)])

    assert seen == [["stop_placement"], []]


@pytest.mark.parametrize("is_returned", [False, True])
async def test_a_failed_payment_is_paid_again_as_a_line_of_a_later_payout(
    db: Database, given: Given, officer: Actor, is_returned: bool
) -> None:
    await due_month(given)
    file = await pay(given, officer)
    failed = await (
        give_back(given, officer, "MS03") if is_returned else fail(given, officer, file, "MS03")
    )
    await ask_again(given, officer, failed)

    again = await pay(given, officer)
    attempt, name, cents = await newest(given, officer)

    assert (name[-2:], cents, attempt == failed) == ("-2", 350_00, False)
    assert again.payout_id != file.payout_id
    await give_back(given, officer, "MS03")
    assert (await balances(given, officer))["returned"] == 350_00
    await ask_again(given, officer, attempt)
    await pay(given, officer)
    _, third, cents = await newest(given, officer)
    assert third.endswith("-3")
    paid = account_report("camt.053", "STM-LAST", [Told("D-LAST", -cents, third)])
    await read(given, paid, officer)
    after = await balances(given, officer)
    assert (after["paid"], after["returned"], after["in_transit"]) == (350_00, 0, 0)
    await check_ledger(db)


async def test_a_payout_that_is_withdrawn_leaves_what_failed_for_the_next(
    db: Database, given: Given, officer: Actor
) -> None:
    await due_month(given)
    failed = await fail(given, officer, await pay(given, officer), "MS03")
    await ask_again(given, officer, failed)
    payout: Payout = await given.submitted_payout(OCTOBER, by=officer)
    assert (payout.line_count, payout.total_cents) == (1, 350_00)

    async with db.transaction(officer) as tx:
        await payouts.withdraw(
            tx,
            payout.id,
            digest=payout.digest,
            reason="Not this month.",
            by=officer,
            at=given.clock.now(),
        )
    again = await given.submitted_payout(OCTOBER, by=officer)

    assert (again.line_count, again.total_cents) == (1, 350_00)
    await check_ledger(db)


async def test_only_what_is_still_due_is_paid_again(
    db: Database, given: Given, officer: Actor
) -> None:
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    failed = await fail(given, officer, await pay(given, officer, MARCH), "MS03")
    await earn(given, person, MARCH, wage_cents=400_00)
    await ask_again(given, officer, failed)

    await pay(given, officer, MARCH)

    assert (await newest(given, officer))[2] == 280_00
    await check_ledger(db)


async def test_what_never_arrived_is_not_kept_back_from_other_months(
    db: Database, given: Given, officer: Actor
) -> None:
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await fail(given, officer, await pay(given, officer, MARCH), "MS03")
    await earn(given, person, MARCH, wage_cents=400_00)
    await earn(given, person, APRIL, wage_cents=600_00)

    payout = await given.submitted_payout(APRIL, by=officer)

    assert (payout.line_count, payout.total_cents) == (1, 350_00)
    await check_ledger(db)


async def test_what_failed_of_a_later_month_waits_for_a_payout_of_that_month(
    db: Database, given: Given, officer: Actor
) -> None:
    person = await at_work(given)
    await earn(given, person, APRIL, wage_cents=600_00)
    failed = await fail(given, officer, await pay(given, officer, APRIL), "MS03")
    await ask_again(given, officer, failed)
    with pytest.raises(NothingToPay):
        await given.submitted_payout(MARCH, by=officer)
    await earn(given, person, MARCH, wage_cents=400_00)

    late = await given.submitted_payout(MARCH, by=officer)
    assert (late.line_count, late.total_cents) == (1, 280_00)
    again = await given.submitted_payout(APRIL, by=officer)

    assert (again.line_count, again.total_cents) == (1, 350_00)
    await check_ledger(db)


async def test_a_payment_still_due_is_not_closed_and_one_not_due_any_more_is(
    db: Database, given: Given, officer: Actor
) -> None:
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    failed = await fail(given, officer, await pay(given, officer, MARCH), "MS03")

    async def close() -> None:
        async with given.db.transaction(officer) as tx:
            await actions.close_failure(tx, failed, reason=WHY, by=officer, at=given.clock.now())

    await earn(given, person, MARCH, wage_cents=400_00)
    with pytest.raises(rules.StillDue):
        await close()
    await earn_nothing(given, person, MARCH)
    await close()

    after = await balances(given, officer)
    assert (after["returned"], after["paid"]) == (0, 0)
    async with db.transaction(officer) as tx:
        assert await actions.list_failed(tx) == []
    with pytest.raises(rules.NotFailed):
        await ask_again(given, officer, failed)
    await check_ledger(db)


async def test_no_line_goes_to_a_held_account_until_somebody_releases_it(
    given: Given, officer: Actor
) -> None:
    await due_month(given)
    failed = await fail(given, officer, await pay(given, officer), "AC01")
    await ask_again(given, officer, failed)

    with pytest.raises(NothingToPay):
        await given.submitted_payout(OCTOBER, by=officer)
    assert await release_holds(given, officer) == 1
    payout = await given.submitted_payout(OCTOBER, by=officer)

    assert payout.total_cents == 350_00


async def test_a_new_account_of_the_payee_is_not_held(
    given: Given, clock: FixedClock, officer: Actor
) -> None:
    due = await due_month(given)
    failed = await fail(given, officer, await pay(given, officer), "AC04")
    await ask_again(given, officer, failed)
    owner = Owner.employer(due.employer_id)
    await given.bank_account(owner, holder_name=due.hired.firm_name)
    clock.move_to(clock.now() + timedelta(days=20))

    payout = await given.submitted_payout(OCTOBER, by=officer)

    assert payout.total_cents == 350_00


async def test_a_possible_duplicate_is_frozen_until_a_person_decides(
    given: Given, officer: Actor
) -> None:
    await due_month(given)
    failed = await fail(given, officer, await pay(given, officer), "AM05")
    await ask_again(given, officer, failed)
    with pytest.raises(NothingToPay):
        await given.submitted_payout(OCTOBER, by=officer)

    async with given.db.transaction(officer) as tx:
        (alarm,) = await actions.list_alarms(tx)
        await actions.close_alarm(tx, alarm.id, reason=WHY, by=officer, at=given.clock.now())

    assert (await given.submitted_payout(OCTOBER, by=officer)).total_cents == 350_00


async def test_what_has_not_failed_is_not_paid_again_and_nothing_twice(
    given: Given, officer: Actor
) -> None:
    await due_month(given)
    file = await pay(given, officer)
    attempt, _, _ = await newest(given, officer)
    with pytest.raises(rules.NotFailed):
        await ask_again(given, officer, attempt)
    await fail(given, officer, file, "MS03")
    await ask_again(given, officer, attempt)

    with pytest.raises(rules.AlreadyRequested):
        await ask_again(given, officer, attempt)


async def test_a_recall_takes_two_people_and_is_closed_by_what_the_bank_gives_back(
    db: Database, given: Given, officer: Actor
) -> None:
    await due_month(given)
    await pay(given, officer)
    attempt, _, _ = await newest(given, officer)
    second = actor_of(await given.finance_officer())
    async with given.db.transaction(officer) as tx:
        recall = await actions.ask_recall(tx, attempt, reason=WHY, by=officer, at=given.clock.now())
        with pytest.raises(rules.SecondPersonRecalls):
            await actions.confirm_recall(tx, recall, by=officer, at=given.clock.now())
    async with given.db.transaction(second) as tx:
        await actions.confirm_recall(tx, recall, by=second, at=given.clock.now())

    await give_back(given, officer, "FOCR")

    async with given.db.transaction(officer) as tx:
        (closed,) = await actions.list_recalls(tx)
    assert (closed.outcome, closed.state) == (RecallOutcome.HONOURED, "returned")
    await check_ledger(db)


async def test_what_the_bank_drops_at_our_wish_is_cancelled(
    db: Database, given: Given, officer: Actor
) -> None:
    await due_month(given)
    await fail(given, officer, await pay(given, officer), "CUST")

    assert [one for one, _ in (await states(given, officer)).values()] == ["cancelled"]
    assert (await balances(given, officer))["returned"] == 350_00
    await check_ledger(db)
