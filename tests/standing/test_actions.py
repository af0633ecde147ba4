"""A month from its first day to the bank and back: it stands in one set at every step."""

from collections import Counter

import pytest

from service.actor import SYSTEM, Actor, Role
from service.bank_accounts.model import Owner
from service.checks import actions as checks
from service.db import Database
from service.ledger import actions as ledger
from service.standing import actions
from service.standing.model import MonthStanding, Standing, Wanted
from tests.approving import reject
from tests.conftest import FixedClock
from tests.failures.test_actions import ask_again, fail, pay
from tests.given import Given, actor_of
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import OCTOBER, due_month, open_account, report

ALL = Wanted()
MANY = 100_000
WHY = "The inspection doubts the report."


@pytest.fixture
async def preparer(given: Given) -> Actor:
    return actor_of(await given.finance_officer())


@pytest.fixture
async def approver(given: Given) -> Actor:
    return actor_of(await given.account(Role.FINANCE_AUTHORISER))


async def october(given: Given, by: Actor) -> list[MonthStanding]:
    """How October stands for somebody; every invariant holds meanwhile.

    It is the same worked out and kept. What is kept here stands until something is noted, so each
    act of these tests that notes nothing breaks an invariant at the next look.
    """
    worked_out = await listed(given, by)
    async with given.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)
        await actions.keep_changed(tx, at=given.clock.now(), at_most=MANY)
        assert not await ledger.broken_invariants(tx)
    assert await listed(given, by) == worked_out
    return worked_out


async def listed(given: Given, by: Actor) -> list[MonthStanding]:
    """The first page of October, which its counts add up to."""
    async with given.db.transaction(by) as tx:
        at = given.clock.now()
        found = await actions.list_month(tx, OCTOBER, ALL, at=at, page=1, page_size=50)
        counts = await actions.count_month(tx, OCTOBER, at=at)
    counted = Counter((one.standing, one.reason) for one in found)
    assert {(one.standing, one.reason): one.payment_count for one in counts} == counted
    assert sum(one.due_cents for one in counts) == sum(one.due_cents for one in found)
    return found


async def told(given: Given, by: Actor) -> tuple[Standing, str | None, str]:
    (one,) = await october(given, by)
    return one.standing, one.reason, str(one.acts)


async def person_at_work(given: Given) -> Hired:
    officers = (await given.case_officer(), await given.case_officer())
    return await hire(given, officers[0], scheme="WS-70", starts_on=OCTOBER, wage_cents=500_00)


async def test_a_month_waits_for_its_report_its_account_and_its_payout(
    given: Given, preparer: Actor
) -> None:
    person = await person_at_work(given)
    assert await told(given, preparer) == ("scheduled", "waits_to_be_computed", "finance")

    await given.computed_month(OCTOBER)
    assert await told(given, preparer) == ("blocked", "evidence_missing", "employer")

    await report(given, person, OCTOBER, wage_cents=500_00)
    await given.computed_month(OCTOBER)
    assert await told(given, preparer) == ("scheduled", "waits_to_be_put_up", "finance")

    async with given.db.transaction(preparer) as tx:
        await checks.check_month(tx, OCTOBER, by=preparer, at=given.clock.now())
    assert await told(given, preparer) == ("blocked", "account_known", "payee")

    officers = (await given.case_officer(), await given.case_officer())
    await open_account(
        given, Owner.employer(person.employer_id), person.firm_name, officers=officers
    )
    await given.submitted_payout(OCTOBER, by=preparer)
    assert await told(given, preparer) == ("in_payout", "submitted", "finance")


async def test_a_payment_is_under_way_until_it_is_booked_and_blocked_when_it_comes_back(
    given: Given, preparer: Actor, approver: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await given.approved_payout(payout, by=approver)
    assert await told(given, preparer) == ("in_payout", "approved", "finance")

    sent = await given.sent_payout(payout.id, by=approver)
    assert await told(given, preparer) == ("in_payout", "sent", "nobody")

    answer = await given.bank_answer(sent, by=approver, returned=1)
    await given.read_from_bank(answer.status_report, by=approver)
    assert await told(given, preparer) == ("in_payout", "sent", "nobody")

    await given.read_from_bank(answer.statement, by=approver)
    assert await told(given, preparer) == ("blocked", "bank_refused", "payee")


async def test_a_payment_that_failed_stands_where_the_one_does_that_pays_it_again(
    given: Given, preparer: Actor
) -> None:
    await due_month(given)
    failed = await fail(given, preparer, await pay(given, preparer), "MS03")
    assert await told(given, preparer) == ("blocked", "bank_refused", "payee")

    await ask_again(given, preparer, failed)
    again = await pay(given, preparer)
    assert await told(given, preparer) == ("in_payout", "sent", "nobody")

    answer = await given.bank_answer(again, by=preparer)
    await given.read_from_bank(answer.statement, by=preparer)
    assert await told(given, preparer) == ("paid", None, "nobody")


async def test_what_was_booked_is_paid_and_counted_so(
    given: Given, preparer: Actor, approver: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await given.approved_payout(payout, by=approver)
    sent = await given.sent_payout(payout.id, by=approver)
    answer = await given.bank_answer(sent, by=approver)
    await given.read_from_bank(answer.statement, by=approver)

    assert await told(given, preparer) == ("paid", None, "nobody")
    async with given.db.transaction(preparer) as tx:
        (count,) = await actions.count_month(tx, OCTOBER, at=given.clock.now())
    assert (count.standing, count.payment_count, count.due_cents) == ("paid", 1, 350_00)


async def test_a_rejected_payout_lets_its_months_wait_again(
    given: Given, preparer: Actor, approver: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    await reject(given, payout, by=approver)

    assert await told(given, preparer) == ("scheduled", "waits_to_be_put_up", "finance")


async def test_an_office_sees_why_its_own_are_held_and_the_firm_only_that_they_are_looked_at(
    given: Given, preparer: Actor
) -> None:
    due = await due_month(given)
    await due_month(given)
    async with given.db.transaction(preparer) as tx:
        await checks.hold_instalment(
            tx, due.instalment_id, reason=WHY, by=preparer, at=given.clock.now()
        )

    office = await october(given, actor_of(due.hired.officer))
    firm = await october(given, actor_of(due.hired.representative))
    stranger = await october(given, actor_of(await given.case_officer("prizren")))

    assert [(one.standing, one.reason) for one in office] == [
        ("blocked", "on_hold"),
        ("scheduled", "waits_to_be_put_up"),
    ]
    assert [(one.standing, one.reason, one.acts) for one in firm] == [
        ("blocked", "under_review", "office")
    ]
    assert stranger == []


async def test_what_is_not_over_or_ends_no_programme_month_is_told_apart(
    given: Given, preparer: Actor, db: Database
) -> None:
    due = await due_month(given)

    async with db.transaction(preparer) as tx:
        months = await actions.list_agreement(tx, due.agreement_id, at=given.clock.now())

    assert [(one.month, one.standing, one.reason) for one in months] == [
        (OCTOBER, "scheduled", "waits_to_be_put_up"),
        (OCTOBER.replace(month=11), "scheduled", "month_runs"),
    ]


async def test_a_month_is_listed_by_set_by_reason_and_by_office(
    given: Given, preparer: Actor, clock: FixedClock
) -> None:
    await due_month(given)
    with_account = await due_month(given, with_account=False)
    async with given.db.transaction(preparer) as tx:
        await checks.check_month(tx, OCTOBER, by=preparer, at=clock.now())
        found = {
            wanted: [
                one.agreement_id
                for one in await actions.list_month(
                    tx, OCTOBER, wanted, at=clock.now(), page=1, page_size=9
                )
            ]
            for wanted in (
                Wanted(standing=Standing.BLOCKED),
                Wanted(reason="account_known"),
                Wanted(standing=Standing.PAID),
                Wanted(office="prizren"),
            )
        }

    blocked = [with_account.agreement_id]
    assert list(found.values()) == [blocked, blocked, [], []]
