"""Where the rule says so, a payout waits for the reviews of overrides and new accounts."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.servers import Urls
from service.actor import Actor, Role
from service.checks import actions as checks
from service.checks.model import Check
from service.clock import business_day
from service.crypto import Sealer
from service.db import Connection, prepare
from service.ids import InstalmentId
from service.quality.model import DrawnFor
from service.quality.rules import ReviewsWanted
from tests.conftest import START, FixedClock, OneConnection, database_named
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month
from tests.quality.drawing import CORRECT, cases, review

ANOTHER_RULE = (
    "UPDATE quality_rule SET valid = '[2024-01-01,2026-11-01)'",
    "INSERT INTO quality_rule SELECT gen_random_uuid(), '[2026-11-01,)', flag_threshold, 0, TRUE,"
    " TRUE, 'A rule of the test' FROM quality_rule",
)


@pytest.fixture
async def by_owner(servers: Urls, connection: Connection, sealer: Sealer) -> AsyncIterator[Given]:
    """State as the owner of the database writes it, who alone changes the rule."""
    assert not connection.is_in_transaction()
    owner = await asyncpg.connect(database_named(servers.database, "ura_test"))
    await prepare(owner)
    undone = owner.transaction()
    await undone.start()
    try:
        for statement in ANOTHER_RULE:
            await owner.execute(statement)
        yield Given(OneConnection(owner), FixedClock(START), sealer)
    finally:
        await undone.rollback()
        await owner.close()


async def test_a_payout_waits_for_the_review_of_an_overridden_check(by_owner: Given) -> None:
    given = by_owner
    due = await due_month(given, with_account=False)
    await given.bank_account(due.owner, holder_name="Blerim")
    asker, granter, preparer = [actor_of(await given.finance_officer()) for _ in range(3)]
    approver = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    await let_through(given, due.instalment_id, asker, granter)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    reviewer = actor_of(await given.case_officer("peje"))
    (case,) = await cases(given, reviewer)

    with pytest.raises(ReviewsWanted):
        await given.approved_payout(payout, by=approver)
    await review(given, case.payout_line_id, CORRECT, by=reviewer)
    approved = await given.approved_payout(payout, by=approver)

    assert set(case.reasons) == {DrawnFor.FIRST_CASE, DrawnFor.OVERRIDE}
    assert case.override_reasons == ["The firm is known by its owner's name."]
    assert approved.state == "approved"


async def let_through(
    given: Given, instalment_id: InstalmentId, asker: Actor, granter: Actor
) -> None:
    async with given.db.transaction(asker) as tx:
        asked = await checks.ask_override(
            tx,
            instalment_id,
            Check.ACCOUNT_IN_PAYEES_NAME,
            reason="The firm is known by its owner's name.",
            expires_on=business_day(given.clock.now()),
            by=asker,
            at=given.clock.now(),
        )
    async with given.db.transaction(granter) as tx:
        await checks.grant_override(tx, asked, by=granter, at=given.clock.now())
