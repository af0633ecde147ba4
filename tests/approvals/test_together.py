"""Many people of the finance office and one payout at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from service.actor import SYSTEM, Actor, Role
from service.approvals.model import ActKind
from service.crypto import Sealer
from service.db import Database
from service.ledger import actions as ledger
from service.payouts import actions as payouts
from service.payouts.model import Payout, PayoutState
from service.problems import Problem
from tests.approving import REASON, reject, sign, standing_of
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month

ROUNDS = 25
TERMINAL = {
    ActKind.AUTHORISATION, ActKind.REJECTION, ActKind.WITHDRAWAL,
}  # fmt: skip
CLOSED = {PayoutState.REJECTED, PayoutState.WITHDRAWN, PayoutState.VOIDED}


@pytest.fixture
def at_work(committed: Database, clock: FixedClock, sealer: Sealer) -> Given:
    """State that is committed, so that every connection sees it."""
    return Given(committed, clock, sealer)


async def outcome(work: Awaitable[Payout]) -> Payout | Problem:
    """What one person got: the payout, or a refusal."""
    try:
        return await work
    except Problem as refused:
        return refused


async def withdraw(given: Given, payout: Payout, *, by: Actor) -> Payout:
    async with given.db.transaction(by) as tx:
        return await payouts.withdraw(
            tx, payout.id, digest=payout.digest, reason=REASON, by=by, at=given.clock.now()
        )


async def void(given: Given, payout: Payout, *, by: Actor) -> Payout:
    async with given.db.transaction(by) as tx:
        return await payouts.void(tx, payout.id, digest=payout.digest, by=by, at=given.clock.now())


async def request_void(given: Given, payout: Payout, *, by: Actor) -> Payout:
    async with given.db.transaction(by) as tx:
        return await payouts.request_void(
            tx, payout.id, digest=payout.digest, reason=REASON, by=by, at=given.clock.now()
        )


async def test_of_many_who_act_at_once_exactly_one_has_the_last_word(at_work: Given) -> None:
    chance = Random(8)
    preparer = actor_of(await at_work.finance_officer())
    officers = [actor_of(await at_work.finance_officer()) for _ in range(5)]
    authorisers = [actor_of(await at_work.account(Role.FINANCE_AUTHORISER)) for _ in range(4)]
    await due_month(at_work)
    for _ in range(ROUNDS):
        payout = await at_work.submitted_payout(OCTOBER, by=preparer)
        await sign(at_work, payout, by=officers[0])
        many = chance.sample(authorisers, chance.randint(1, 4))
        ways: list[tuple[Callable[..., Awaitable[Payout]], Actor]] = [
            *((chance.choice((sign, reject)), by) for by in many),
            *((reject, by) for by in officers[1 : chance.randint(2, 5)]),
            (withdraw, preparer),
        ]
        chance.shuffle(ways)

        answers = await asyncio.gather(*(outcome(act(at_work, payout, by=by)) for act, by in ways))

        standing = await standing_of(at_work, payout, preparer)
        won = [answer for answer in answers if isinstance(answer, Payout)]
        lost = [answer for answer in answers if isinstance(answer, Problem)]
        assert (len(won), len(won) + len(lost)) == (1, len(ways))
        assert {answer.status for answer in lost} <= {409}
        assert sum(act.kind in TERMINAL for act in standing.acts) == 1
        if won[0].state not in CLOSED:
            await request_void(at_work, payout, by=officers[1])
            await void(at_work, payout, by=officers[2])
    async with at_work.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)


async def test_of_a_void_and_an_export_at_once_one_happens(at_work: Given) -> None:
    preparer = actor_of(await at_work.finance_officer())
    officers = [actor_of(await at_work.finance_officer()) for _ in range(3)]
    authoriser = actor_of(await at_work.account(Role.FINANCE_AUTHORISER))
    for _ in range(5):
        await due_month(at_work)
        payout = await at_work.submitted_payout(OCTOBER, by=preparer)
        await sign(at_work, payout, by=officers[0])
        await sign(at_work, payout, by=authoriser)

        asked, sent = await asyncio.gather(
            outcome(request_void(at_work, payout, by=officers[1])),
            outcome(at_work.sent_payout(payout.id, by=officers[2])),  # type: ignore[arg-type] # a file
        )

        assert [isinstance(one, Problem) for one in (asked, sent)].count(True) == 1
        if isinstance(sent, Problem):
            assert sent.slug == "void-requested"
            await void(at_work, payout, by=officers[2])
