"""What the processes that are killed were doing: each act as a request or a command does it."""

from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from service.accounts import actions as accounts
from service.accounts import store as account_store
from service.actor import Actor
from service.bank import actions as bank
from service.crypto import Sealer
from service.db import Connection
from service.ids import AgreementId, PayoutId, RecoveryPaymentId
from service.payouts import actions as payouts
from service.recoveries import actions as recoveries
from service.recoveries import raising
from service.statements import actions as statements

Act = Callable[[Connection, Actor, Sealer, Mapping[str, Any]], Awaitable[object]]


def at_of(arguments: Mapping[str, Any]) -> datetime:
    """The moment at which it is done."""
    return datetime.fromisoformat(arguments["at"])


async def approve(tx: Connection, by: Actor, sealer: Sealer, given: Mapping[str, Any]) -> object:
    """A payout is approved, and waits for who authorises it."""
    return await payouts.approve(
        tx,
        PayoutId(UUID(given["payout"])),
        digest=bytes.fromhex(given["digest"]),
        by=by,
        at=at_of(given),
    )


async def authorise(tx: Connection, by: Actor, sealer: Sealer, given: Mapping[str, Any]) -> object:
    """The last act that a payout takes: the ledger follows."""
    return await payouts.authorise(
        tx,
        PayoutId(UUID(given["payout"])),
        digest=bytes.fromhex(given["digest"]),
        by=by,
        at=at_of(given),
    )


async def export(tx: Connection, by: Actor, sealer: Sealer, given: Mapping[str, Any]) -> object:
    """A payout goes to the bank."""
    return await bank.export_payout(
        tx, PayoutId(UUID(given["payout"])), by=by, at=at_of(given), sealer=sealer
    )


async def read(tx: Connection, by: Actor, sealer: Sealer, given: Mapping[str, Any]) -> object:
    """A file of the bank is read."""
    content = b64decode(given["content"])
    return await statements.import_file(tx, content, by=by, at=at_of(given), sealer=sealer)


async def claim(tx: Connection, by: Actor, sealer: Sealer, given: Mapping[str, Any]) -> object:
    """What an ended agreement was paid too much is claimed back."""
    agreement_id = AgreementId(UUID(given["agreement"]))
    return await raising.raise_for(tx, agreement_id, by=by, at=at_of(given))


async def repay(tx: Connection, by: Actor, sealer: Sealer, given: Mapping[str, Any]) -> object:
    """A second person confirms that it came back."""
    payment_id = RecoveryPaymentId(UUID(given["payment"]))
    await recoveries.confirm_payment(tx, payment_id, by=by, at=at_of(given))
    return payment_id


async def halve(tx: Connection, by: Actor, sealer: Sealer, given: Mapping[str, Any]) -> object:
    """What no act may do: part of it is committed before the rest."""
    assert by.account_id is not None
    account = await account_store.get_account(tx, by.account_id)
    await accounts.open_session(tx, account, replacing=None, address="test", at=at_of(given))
    await tx.execute("COMMIT")
    return await tx.execute("BEGIN")


ACTS: Mapping[str, Act] = {
    "approve": approve,
    "authorise": authorise,
    "export": export,
    "import": read,
    "claim": claim,
    "repay": repay,
    "halve": halve,
}
