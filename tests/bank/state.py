"""Payouts on their way to the bank, built by the actions that people take."""

import msgspec

from service.actor import Actor, Role
from service.bank import actions
from service.bank.model import BankFile
from service.bank.simulator import Answer
from service.bank_profiles import actions as bank_profiles
from service.bank_profiles.rules import specification_of
from service.payouts import actions as payouts
from service.payouts.model import Payout
from service.statements.model import ImportSummary
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month


async def approved_payout(given: Given, *amounts_cents: int) -> Payout:
    """A payout of October that a second person has approved."""
    officers = (await given.case_officer(), await given.case_officer())
    for amount_cents in amounts_cents or (350_00,):
        await due_month(given, amount_cents=amount_cents, officers=officers)
    officer = actor_of(await given.finance_officer())
    authoriser = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    at = given.clock.now()
    async with given.db.transaction(officer) as tx:
        payout = await payouts.put_up(tx, OCTOBER, by=officer, at=at)
    return await given.approved_payout(payout, by=authoriser)


async def export(given: Given, payout: Payout, by: Actor) -> BankFile:
    """A payout sent by somebody."""
    return await given.sent_payout(payout.id, by=by)


async def content_of(given: Given, file: BankFile, by: Actor) -> bytes:
    """The bytes of a file."""
    async with given.db.transaction(by) as tx:
        return (await actions.open_file(tx, file.id, by=by, sealer=given.sealer))[1]


async def read(given: Given, content: bytes, by: Actor) -> ImportSummary:
    """A file from the bank, handed in by somebody."""
    return await given.read_from_bank(content, by=by)


async def answered(
    given: Given, by: Actor, *amounts_cents: int, rejected: int = 0, returned: int = 0
) -> Answer:
    """What the bank says of a payout that was just sent to it."""
    file = await export(given, await approved_payout(given, *amounts_cents), by)
    return await given.bank_answer(file, by=by, rejected=rejected, returned=returned)


async def states(given: Given, by: Actor) -> dict[str, tuple[str, str | None]]:
    """Where every order stands, with its reason code, by end-to-end id."""
    async with given.db.transaction(by) as tx:
        rows = await tx.fetch("SELECT end_to_end_id, state, reason_code FROM payment_attempt")
    return {row["end_to_end_id"]: (row["state"], row["reason_code"]) for row in rows}


async def balances(given: Given, by: Actor) -> dict[str, int]:
    """What stands on the last accounts of the ledger, over all budget lines, in cents."""
    query = """
        SELECT a.kind, coalesce(sum(
            CASE WHEN t.debit_account_id = a.id THEN t.amount_cents ELSE -t.amount_cents END
        ), 0)::bigint AS cents
        FROM ledger_account AS a
        LEFT JOIN transfer AS t ON a.id IN (t.debit_account_id, t.credit_account_id)
        WHERE a.kind IN ('approved', 'in_transit', 'paid', 'returned') GROUP BY a.kind
    """
    async with given.db.transaction(by) as tx:
        return {row["kind"]: row["cents"] for row in await tx.fetch(query)}


async def use_profile(given: Given, **changes: object) -> None:
    """Puts a version of the bank profile in use that differs from the one before it."""
    author = actor_of(await given.account(Role.ADMINISTRATOR))
    second = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    at = given.clock.now()
    async with given.db.transaction(author) as tx:
        profile, _ = await bank_profiles.profile_in_use(tx)
        wanted = msgspec.structs.replace(specification_of(profile), **changes)
        proposed = await bank_profiles.propose_profile(tx, wanted, by=author, at=at)
    async with given.db.transaction(second) as tx:
        await bank_profiles.confirm_profile(tx, proposed.id, by=second, at=at)


async def preparer_of(given: Given) -> Actor:
    """A finance officer who puts a payout up."""
    return actor_of(await given.finance_officer())
