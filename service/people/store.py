"""The typed twins of sql/queries/people.sql."""

from collections.abc import Collection
from datetime import datetime

from service import db
from service.actor import Right
from service.db import Connection
from service.ids import AccountId, EmployerId, EmployerRightId, new_id
from service.people.model import Person

SQL = db.load("people")


async def insert_rights(
    tx: Connection,
    account_id: AccountId,
    employer_id: EmployerId,
    rights: Collection[Right],
    *,
    granted_by: AccountId | None,
    at: datetime,
) -> None:
    """Gives rights to one of an employer's people."""
    await db.execute(
        tx,
        SQL["insert_rights"],
        account_id=account_id,
        employer_id=employer_id,
        ids=[EmployerRightId(new_id()) for _ in rights],
        rights=sorted(rights),
        granted_by=granted_by,
        at=at,
    )


async def record_rights_ended(
    tx: Connection,
    account_id: AccountId,
    employer_id: EmployerId,
    rights: Collection[Right],
    *,
    ended_by: AccountId,
    at: datetime,
) -> None:
    """Takes rights away; the broken constraint is the caller's to name."""
    await db.execute(
        tx,
        SQL["record_rights_ended"],
        account_id=account_id,
        employer_id=employer_id,
        rights=sorted(rights),
        ended_by=ended_by,
        at=at,
    )


async def list_people(tx: Connection, employer_id: EmployerId) -> list[Person]:
    """An employer's people, those who can sign in first."""
    return await db.fetch_all(tx, SQL["list_people"], Person, employer_id=employer_id)


async def is_of_actors_office(tx: Connection, employer_id: EmployerId) -> bool:
    """Whether an employer belongs to the office of who acts."""
    return await db.fetch_value(tx, SQL["is_of_actors_office"], bool, employer_id=employer_id)
