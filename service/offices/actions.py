"""The map of the country, the same for everybody; and its offices, as administrators keep them."""

from datetime import datetime

from service import db
from service.actor import Actor
from service.answers import tidy
from service.db import Connection
from service.ids import OfficeId, new_id
from service.offices import rules, store
from service.offices.model import HeldOffice, KeptOffice, Municipality, Office


async def list_municipalities(tx: Connection) -> list[Municipality]:
    """Every municipality, by code."""
    return await store.list_municipalities(tx)


async def list_offices(tx: Connection) -> list[Office]:
    """Every open office, by the code of its municipality."""
    return await store.list_offices(tx)


async def list_kept_offices(tx: Connection, *, by: Actor) -> list[KeptOffice]:
    """Every office with how much it does; NotAllowed for others than who keep or audit them."""
    rules.refuse_unless_reader(by)
    return await store.list_kept_offices(tx)


async def open_office(
    tx: Connection,
    municipality_code: str,
    *,
    name_sq: str,
    name_sr: str,
    by: Actor,
    at: datetime,
) -> OfficeId:
    """A new office; NotAllowed, InvalidFields, and OfficeTaken where there is one."""
    rules.refuse_unless_keeper(by)
    rules.check_names(name_sq, name_sr)
    rules.check_municipality(municipality_code, await store.list_municipalities(tx))
    office_id = OfficeId(new_id())
    with db.refusing(office_once_per_municipality=rules.OfficeTaken):
        await store.insert_office(
            tx,
            office_id,
            municipality_code=municipality_code,
            name_sq=tidy(name_sq),
            name_sr=tidy(name_sr),
            opened_by=by.account,
            at=at,
        )
    return office_id


async def rename_office(
    tx: Connection, office_id: OfficeId, *, name_sq: str, name_sr: str, by: Actor
) -> None:
    """Other names for an open office; NotAllowed, InvalidFields and NotFound."""
    rules.refuse_unless_keeper(by)
    rules.check_names(name_sq, name_sr)
    rules.refuse_closed(await store.lock_office(tx, office_id))
    await store.record_renamed(tx, office_id, name_sq=tidy(name_sq), name_sr=tidy(name_sr))


async def read_office(tx: Connection, office_id: OfficeId, *, by: Actor) -> HeldOffice:
    """One office to be changed; NotAllowed and NotFound."""
    rules.refuse_unless_keeper(by)
    office = await store.lock_office(tx, office_id)
    rules.refuse_closed(office)
    return office


async def close_office(tx: Connection, office_id: OfficeId, *, by: Actor, at: datetime) -> None:
    """Closes an office that has nothing left to do; NotAllowed, NotFound, and CasesOpen."""
    rules.refuse_unless_keeper(by)
    rules.refuse_closed(await store.lock_office(tx, office_id))
    rules.refuse_with_cases(
        await store.list_open_cases(tx, office_id, at_most=rules.CASES_NAMED + 1)
    )
    with db.refusing(office_closes_without_cases=rules.CasesOpen):
        await store.record_closed(tx, office_id, closed_by=by.account, at=at)
