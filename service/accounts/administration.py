"""What administrators do with accounts: find, change, end and give back; never delete."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from service import db
from service.accounts import rules, store
from service.accounts.actions import close_everything
from service.accounts.model import Kept, RoleChange, Search
from service.actor import Actor, Role
from service.db import Connection
from service.ids import AccountId, OfficeId, RoleChangeId, new_id
from service.problems import NotAllowed, NotFound

LISTED_AT_ONCE = 50
READERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


@contextmanager
def leaving_nobody_alone() -> Iterator[None]:
    """What the database says of a role, an office or a firm that would be left to nobody."""
    with db.refusing(
        role_keeps_an_account=rules.RoleLeftEmpty,
        office_keeps_an_officer=rules.OfficeLeftEmpty,
        employer_keeps_a_chief=rules.FirmLeftEmpty,
        account_role_compatible=rules.DutiesConflict,
        account_stays_with_its_firm=rules.StaysWithFirm,
    ):
        yield


async def search_accounts(tx: Connection, wanted: Search, *, by: Actor) -> list[Kept]:
    """Accounts by address, one more than a page holds so that one knows of the next."""
    if by.role not in READERS:
        raise NotAllowed
    return await store.search_accounts(tx, wanted, at_most=LISTED_AT_ONCE + 1)


async def read_account(
    tx: Connection, account_id: AccountId, *, by: Actor
) -> tuple[Kept, list[RoleChange]]:
    """One account and what it was before; NotAllowed or NotFound."""
    if by.role not in READERS:
        raise NotAllowed
    return (
        await store.get_kept_account(tx, account_id),
        await store.list_role_changes(tx, account_id),
    )


async def change_role(
    tx: Connection,
    account_id: AccountId,
    role: Role,
    *,
    office_id: OfficeId | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Another role or office; whoever has it signs in anew.

    Raises NotAllowed, OwnAccount, InvalidFields, DutiesConflict, StaysWithFirm, RoleLeftEmpty,
    OfficeLeftEmpty and NotFound.
    """
    rules.refuse_unless_keeper(by)
    rules.refuse_own(account_id, by)
    why = rules.check_why(reason)
    account = await store.lock_account(tx, account_id)
    if account.disabled_at is not None:
        raise NotFound
    rules.refuse_conflicting(
        account.role,
        role,
        conflicts=await store.list_duty_conflicts(tx, role),
        history=await store.list_role_changes(tx, account_id),
        at=at,
    )
    rules.check_role(role, has_office=office_id is not None)
    if (role, office_id) == (account.role, account.office_id):
        return
    with leaving_nobody_alone(), db.refusing(account_office_id_fkey=NotFound):
        await store.record_role(tx, account_id, role=role, office_id=office_id)
    await store.insert_role_change(
        tx,
        RoleChangeId(new_id()),
        account,
        role=role,
        office_id=office_id,
        reason=why,
        changed_by=by.account,
        at=at,
    )
    await close_everything(tx, account_id, at=at)


async def disable_account(
    tx: Connection, account_id: AccountId, *, by: Actor, at: datetime
) -> None:
    """Ends an account with its sessions and tokens, at once (ASVS 7.4.2).

    Raises NotAllowed, OwnAccount, NotFound, RoleLeftEmpty, OfficeLeftEmpty and FirmLeftEmpty.
    """
    rules.refuse_unless_keeper(by)
    rules.refuse_own(account_id, by)
    await end_account(tx, account_id, at=at)


async def end_account(tx: Connection, account_id: AccountId, *, at: datetime) -> None:
    """Ends the account of somebody whom the caller has a say over; NotFound when it had ended.

    Raises RoleLeftEmpty, OfficeLeftEmpty and FirmLeftEmpty.
    """
    with leaving_nobody_alone():
        if not await store.record_disabled(tx, account_id, at=at):
            raise NotFound
    await close_everything(tx, account_id, at=at)


async def enable_account(tx: Connection, account_id: AccountId, *, by: Actor) -> None:
    """Gives an ended account back to its person; NotAllowed or NotFound."""
    rules.refuse_unless_keeper(by)
    if not await store.record_enabled(tx, account_id):
        raise NotFound
