"""Acts on payouts by people of the finance office, as many as a payout takes."""

from datetime import timedelta
from typing import TYPE_CHECKING

from service.accounts.rules import scopes_of
from service.actor import Actor, Role
from service.approvals import actions as approvals
from service.approvals.model import ActKind, Band, RejectionCode, Standing
from service.payouts import actions as payouts
from service.payouts.model import Payout

if TYPE_CHECKING:
    from tests.given import Given

REASON = "The account of one employer is wrong."
ROLES = {
    ActKind.APPROVAL: Role.FINANCE_OFFICER,
    ActKind.AUTHORISATION: Role.FINANCE_AUTHORISER,
}


async def sign(given: "Given", payout: Payout, *, by: Actor) -> Payout:
    """One approval, or an authorisation if `by` is an authoriser, of what was put up."""
    act = payouts.authorise if by.role is Role.FINANCE_AUTHORISER else payouts.approve
    async with given.db.transaction(by) as tx:
        return await act(tx, payout.id, digest=payout.digest, by=by, at=given.clock.now())


async def approve_fully(given: "Given", payout: Payout, *, by: Actor) -> Payout:
    """All the acts that a payout takes: one of `by` in its turn, the others of colleagues."""
    if by.role is not Role.FINANCE_AUTHORISER:
        await sign(given, payout, by=by)
    while (standing := await standing_of(given, payout, by)).following is not None:
        await sign(given, payout, by=await _next(given, standing, by))
    async with given.db.transaction(by) as tx:
        return (await payouts.read_sheet(tx, payout.id, at=given.clock.now())).payout


async def standing_of(given: "Given", payout: Payout, by: Actor) -> Standing:
    """The acts on a payout so far."""
    async with given.db.transaction(by) as tx:
        return (await payouts.read_sheet(tx, payout.id, at=given.clock.now())).standing


async def _next(given: "Given", standing: Standing, by: Actor) -> Actor:
    """Who does what comes next: `by` if that is theirs, else a colleague who has not acted."""
    assert standing.following is not None
    role = ROLES[standing.following]
    acted = {act.account_id for act in standing.acts}
    if by.role is role and by.account not in acted:
        return by
    known = given.colleagues.setdefault(role, [])
    free = [one for one in known if one.account not in acted]
    if not free:
        account = await given.account(role)
        free = [account.actor(scopes_of(role))]
        known += free
    return free[0]


async def reject(given: "Given", payout: Payout, *, by: Actor) -> Payout:
    """A payout turned down."""
    async with given.db.transaction(by) as tx:
        return await payouts.reject(
            tx,
            payout.id,
            digest=payout.digest,
            code=RejectionCode.OTHER,
            reason=REASON,
            by=by,
            at=given.clock.now(),
        )


async def set_rule(given: "Given", bands: list[Band], *, days_ahead: int) -> None:
    """A rule of approval that one administrator proposed and another confirmed."""
    author, other = [await given.account(Role.ADMINISTRATOR) for _ in range(2)]
    by, second = (one.actor(scopes_of(one.role)) for one in (author, other))
    at = given.clock.now()
    async with given.db.transaction(by) as tx:
        rule = await approvals.propose_rule(
            tx,
            bands,
            valid_from=given.clock.today() + timedelta(days=days_ahead),
            basis="A rule of the test.",
            by=by,
            at=at,
        )
    async with given.db.transaction(second) as tx:
        await approvals.confirm_rule(tx, rule.id, by=second, at=at)
