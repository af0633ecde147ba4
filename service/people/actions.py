"""Saying what each of an employer's people may do, and ending their accounts."""

from collections.abc import Collection, Iterable
from datetime import datetime

from service.accounts import administration
from service.accounts.administration import leaving_nobody_alone
from service.actor import Actor, Right
from service.db import Connection
from service.ids import AccountId, EmployerId
from service.people import rules, store
from service.people.model import Person


async def grant_rights(
    tx: Connection,
    account_id: AccountId,
    employer_id: EmployerId,
    rights: Collection[Right],
    *,
    by: AccountId | None,
    at: datetime,
) -> None:
    """The first rights of a new account, as its invitation or an administrator says."""
    await store.insert_rights(tx, account_id, employer_id, rights, granted_by=by, at=at)


async def refuse_unless_over(tx: Connection, employer_id: EmployerId, *, by: Actor) -> None:
    """NotAllowed, NotFound or RightNeeded for who has no say over an employer's people."""
    rules.refuse_unless_over(
        employer_id, by, is_of_office=await store.is_of_actors_office(tx, employer_id)
    )


async def list_people(tx: Connection, employer_id: EmployerId, *, by: Actor) -> list[Person]:
    """An employer's people; NotAllowed, NotFound or RightNeeded."""
    await refuse_unless_over(tx, employer_id, by=by)
    return await store.list_people(tx, employer_id)


async def change_rights(
    tx: Connection,
    employer_id: EmployerId,
    account_id: AccountId,
    rights: Iterable[str],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """What somebody may do from now on.

    Raises NotAllowed, NotFound, RightNeeded, InvalidFields, and FirmLeftEmpty when nobody would be
    left who may do everything.
    """
    people = await list_people(tx, employer_id, by=by)
    person = rules.find_person(people, account_id)
    wanted = rules.check_rights(rights)
    rules.refuse_without_chief(people, account_id, wanted)
    new, over = wanted - person.rights, person.rights - wanted
    if new:
        await store.insert_rights(tx, account_id, employer_id, new, granted_by=by.account, at=at)
    if over:
        with leaving_nobody_alone():
            await store.record_rights_ended(
                tx, account_id, employer_id, over, ended_by=by.account, at=at
            )


async def end_person(
    tx: Connection, employer_id: EmployerId, account_id: AccountId, *, by: Actor, at: datetime
) -> None:
    """Ends somebody's account with its sessions and tokens; what they did stays.

    Raises NotAllowed, NotFound, RightNeeded and FirmLeftEmpty.
    """
    people = await list_people(tx, employer_id, by=by)
    rules.find_person(people, account_id)
    rules.refuse_without_chief(people, account_id, frozenset())
    await administration.end_account(tx, account_id, at=at)
