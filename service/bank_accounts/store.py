"""The typed twins of sql/queries/bank_accounts.sql."""

from datetime import datetime

from service import db
from service.bank_accounts.model import AccountInForce, BankAccount, Owner, OwnerName, Waiting
from service.db import Connection
from service.ids import AccountId, BankAccountId

SQL = db.load("bank_accounts")


async def find_owner_name(tx: Connection, owner: Owner) -> OwnerName | None:
    """How the owner is called; None when there is none or it is hidden."""
    return await db.find_one(
        tx,
        SQL["find_owner_name"],
        OwnerName,
        employer_id=owner.employer_id,
        candidate_id=owner.candidate_id,
    )


async def insert_proposal(
    tx: Connection,
    account_id: BankAccountId,
    owner: Owner,
    *,
    holder_name: str,
    iban_sealed: bytes,
    iban_index: bytes,
    iban_last4: str,
    proposed_at: datetime,
    proposed_by: AccountId,
) -> None:
    """Saves a proposal; breaks bank_account_one_proposal when one waits."""
    await db.execute(
        tx,
        SQL["insert_proposal"],
        id=account_id,
        employer_id=owner.employer_id,
        candidate_id=owner.candidate_id,
        holder_name=holder_name,
        iban_sealed=iban_sealed,
        iban_index=iban_index,
        iban_last4=iban_last4,
        proposed_at=proposed_at,
        proposed_by=proposed_by,
    )


async def get_account(tx: Connection, account_id: BankAccountId) -> BankAccount:
    """One account; NotFound."""
    return await db.fetch_one(tx, SQL["get_account"], BankAccount, account_id=account_id)


async def lock_account(tx: Connection, account_id: BankAccountId) -> BankAccount:
    """One account, held until the decision is written; NotFound."""
    return await db.fetch_one(tx, SQL["lock_account"], BankAccount, account_id=account_id)


async def lock_last_confirmed(tx: Connection, owner: Owner) -> BankAccount | None:
    """The owner's account that nothing follows yet, held; None when none was ever confirmed."""
    return await db.find_one(
        tx,
        SQL["lock_last_confirmed"],
        BankAccount,
        employer_id=owner.employer_id,
        candidate_id=owner.candidate_id,
    )


async def record_end(tx: Connection, account_id: BankAccountId, *, until: datetime) -> int:
    """Closes an account that nothing follows yet; answers how many rows it wrote."""
    return await db.execute(tx, SQL["record_end"], account_id=account_id, until=until)


async def record_confirmation(
    tx: Connection,
    account_id: BankAccountId,
    *,
    confirmed_at: datetime,
    confirmed_by: AccountId,
    in_force_from: datetime,
) -> int:
    """Confirms a waiting proposal; breaks bank_account_two_people when its proposer does."""
    return await db.execute(
        tx,
        SQL["record_confirmation"],
        account_id=account_id,
        confirmed_at=confirmed_at,
        confirmed_by=confirmed_by,
        in_force_from=in_force_from,
    )


async def record_refusal(
    tx: Connection, account_id: BankAccountId, *, refused_at: datetime, refused_by: AccountId
) -> int:
    """Refuses a waiting proposal; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["record_refusal"],
        account_id=account_id,
        refused_at=refused_at,
        refused_by=refused_by,
    )


async def find_account_in_force(
    tx: Connection, owner: Owner, *, at: datetime
) -> AccountInForce | None:
    """The account that pays at a moment, sealed; None while there is none."""
    return await db.find_one(
        tx,
        SQL["find_account_in_force"],
        AccountInForce,
        employer_id=owner.employer_id,
        candidate_id=owner.candidate_id,
        at=at,
    )


async def list_accounts_of_owner(tx: Connection, owner: Owner) -> list[BankAccount]:
    """Every account the owner ever had or proposed, newest first; at most 100."""
    return await db.fetch_all(
        tx,
        SQL["list_accounts_of_owner"],
        BankAccount,
        employer_id=owner.employer_id,
        candidate_id=owner.candidate_id,
    )


async def list_waiting(tx: Connection) -> list[Waiting]:
    """The proposals that wait for a second person and that this one may see; at most 200."""
    return await db.fetch_all(tx, SQL["list_waiting"], Waiting)
