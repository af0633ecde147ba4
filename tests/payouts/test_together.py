"""Several people and one payout at the same moment, on connections that really commit."""

import asyncio
from collections.abc import Awaitable

import pytest

from service.accounts.model import Account
from service.actor import SYSTEM, Actor
from service.crypto import Sealer
from service.db import Database
from service.ledger import actions as ledger
from service.payouts import rules
from service.payouts.model import Payout
from service.problems import Problem
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.corrections import APRIL, MARCH, MAY, Paying, earn
from tests.payouts.corrections import at_work as someone_at_work
from tests.payouts.rows import OCTOBER, compute, due_month, report, supersede

ROUNDS = 15
Officers = tuple[Account, Account]


@pytest.fixture
def at_work(committed: Database, clock: FixedClock, sealer: Sealer) -> Given:
    """State that is committed, so that every connection sees it."""
    return Given(committed, clock, sealer)


@pytest.fixture
async def officers(at_work: Given) -> Officers:
    return await at_work.case_officer(), await at_work.case_officer()


@pytest.fixture
async def three(at_work: Given) -> list[Actor]:
    return [actor_of(await at_work.finance_officer()) for _ in range(3)]


async def outcome(work: Awaitable[Payout]) -> Payout | Problem:
    """What one person got: the payout, or a refusal."""
    try:
        return await work
    except Problem as refused:
        return refused


async def test_of_two_who_put_a_month_up_at_once_one_does(
    at_work: Given, officers: Officers, three: list[Actor]
) -> None:
    first, second, approver = three
    for _ in range(ROUNDS):
        await due_month(at_work, officers=officers)

        answers = await asyncio.gather(
            outcome(at_work.submitted_payout(OCTOBER, by=first)),
            outcome(at_work.submitted_payout(OCTOBER, by=second)),
        )

        (payout,) = [answer for answer in answers if isinstance(answer, Payout)]
        assert payout.line_count == 1
        await at_work.approved_payout(payout, by=approver)


async def test_of_two_who_put_two_months_up_at_once_what_was_overpaid_is_kept_back_once(
    at_work: Given, officers: Officers, three: list[Actor]
) -> None:
    first, second, approver = three
    paying = Paying(at_work, first, approver)
    for _ in range(ROUNDS):
        person = await someone_at_work(at_work, officers=officers)
        await earn(at_work, person, MARCH, wage_cents=600_00)
        await paying.pay(MARCH)
        for month, wage_cents in ((MARCH, 400_00), (APRIL, 600_00), (MAY, 600_00)):
            await earn(at_work, person, month, wage_cents=wage_cents)

        answers = await asyncio.gather(
            outcome(at_work.submitted_payout(APRIL, by=first)),
            outcome(at_work.submitted_payout(MAY, by=second)),
        )

        payouts = [answer for answer in answers if isinstance(answer, Payout)]
        for payout in payouts:
            await at_work.approved_payout(payout, by=approver)
        lines = [line for payout in payouts for line in await paying.lines(payout)]
        assert sorted(line.month for line in lines) == [APRIL, MAY]
        assert [line.netted_cents for line in lines if line.netted_cents] == [70_00]
        assert sum(line.amount_cents for line in lines) == 630_00
    await paying.books()


async def test_a_month_computed_again_while_it_is_put_up_waits_or_is_put_up_as_it_is(
    at_work: Given, officers: Officers, three: list[Actor]
) -> None:
    first, _, approver = three
    paying = Paying(at_work, first, approver)
    for _ in range(ROUNDS):
        person = await someone_at_work(at_work, officers=officers)
        await earn(at_work, person, MARCH, wage_cents=600_00)
        await paying.pay(MARCH)
        await earn(at_work, person, APRIL, wage_cents=600_00)
        await report(at_work, person, MARCH, wage_cents=400_00)

        put_up, _ = await asyncio.gather(
            outcome(at_work.submitted_payout(APRIL, by=first)), at_work.computed_month(MARCH)
        )

        if isinstance(put_up, Problem):
            assert isinstance(put_up, rules.NothingToPay)  # it waits for what has changed
            put_up = await at_work.submitted_payout(APRIL, by=first)
        (line,) = await paying.lines(put_up)
        assert (line.due_cents, line.netted_cents) == (350_00, 70_00)
        await at_work.approved_payout(put_up, by=approver)
        await paying.books()


async def test_what_another_connection_changed_after_it_was_seen_is_not_signed(
    at_work: Given, officers: Officers, three: list[Actor]
) -> None:
    preparer, approver, _ = three
    due = await due_month(at_work, officers=officers)
    seen = await at_work.submitted_payout(OCTOBER, by=preparer)

    await supersede(at_work, due)

    refused = await outcome(at_work.approved_payout(seen, by=approver))
    assert isinstance(refused, rules.ContentChanged)
    assert refused.status == 409


async def test_a_month_computed_again_while_it_is_signed_is_signed_as_seen_or_not_at_all(
    at_work: Given, officers: Officers, three: list[Actor], clock: FixedClock
) -> None:
    preparer, approver, colleague = three
    for _ in range(ROUNDS):
        due = await due_month(at_work, officers=officers)
        payout = await at_work.submitted_payout(OCTOBER, by=preparer)
        await report(at_work, due.hired, due.month, wage_cents=600_00)

        answer, _ = await asyncio.gather(
            outcome(at_work.approved_payout(payout, by=approver)),
            compute(at_work, due.hired, due.month),
        )

        if isinstance(answer, Problem):
            assert isinstance(answer, rules.ContentChanged)
            await at_work.rejected_payout(payout, by=colleague)
        async with at_work.db.transaction(SYSTEM) as tx:
            assert not await ledger.broken_invariants(tx)
