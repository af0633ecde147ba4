"""The queries of undertakings and their aid."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db
from service.db import Connection
from service.ids import AccountId, DeclarationId, EmployerId, InstalmentId, LinkId, new_id
from service.money import Cents
from service.undertakings.model import (
    Ceiling,
    FoundFirm,
    Grant,
    Head,
    HeldLink,
    Member,
    NewDeclaration,
    NewLink,
    Reduction,
    Room,
    Use,
    WaitingLink,
    YearLine,
)

SQL = {**db.load("undertakings"), **db.load_report("undertakings")}


async def hold_undertakings(
    tx: Connection, instalment_ids: Sequence[InstalmentId], *, on: date
) -> None:
    """Holds the undertakings of instalments until the transaction ends."""
    await db.execute(tx, SQL["hold_undertakings"], instalment_ids=list(instalment_ids), on=on)


async def list_rooms(
    tx: Connection, instalment_ids: Sequence[InstalmentId], *, on: date
) -> list[Room]:
    """What bounds those instalments that are paid to a firm."""
    return await db.fetch_all(
        tx, SQL["list_rooms"], Room, instalment_ids=list(instalment_ids), on=on
    )


async def insert_reductions(
    tx: Connection, reductions: Sequence[Reduction], *, at: datetime
) -> int:
    """Keeps why lines pay less; how many."""
    return await db.execute(
        tx,
        SQL["insert_reductions"],
        ids=[new_id() for _ in reductions],
        payout_line_ids=[one.payout_line_id for one in reductions],
        head_ids=[one.admitted.head_id for one in reductions],
        full_cents=[one.admitted.full_cents for one in reductions],
        allowed_cents=[one.admitted.allowed_cents for one in reductions],
        used_cents=[one.admitted.used_cents for one in reductions],
        ceilings_cents=[one.admitted.ceiling_cents for one in reductions],
        at=at,
    )


async def find_ceiling(tx: Connection, on: date) -> Ceiling | None:
    """The ceiling in force on a day, or None."""
    return await db.find_one(tx, SQL["find_ceiling"], Ceiling, on=on)


async def get_head(tx: Connection, employer_id: EmployerId, *, on: date) -> Head:
    """The firm after which the undertaking of a firm is named; NotFound."""
    return await db.fetch_one(tx, SQL["get_head"], Head, employer_id=employer_id, on=on)


async def list_members(tx: Connection, head_id: EmployerId, *, on: date) -> list[Member]:
    """The firms of an undertaking on a day, its head first."""
    return await db.fetch_all(tx, SQL["list_members"], Member, head_id=head_id, on=on)


async def aid_used(tx: Connection, head_id: EmployerId, *, on: date, years: int) -> Cents:
    """What an undertaking was granted in the years up to a day, in cents."""
    return await db.fetch_value(tx, SQL["aid_used"], Cents, head_id=head_id, on=on, years=years)


async def list_grants(
    tx: Connection, head_id: EmployerId, *, on: date, at_most: int
) -> list[Grant]:
    """The aid of the firms of an undertaking, the newest first."""
    return await db.fetch_all(
        tx, SQL["list_grants"], Grant, head_id=head_id, on=on, at_most=at_most
    )


async def list_uses(tx: Connection, *, on: date, years: int, at_most: int) -> list[Use]:
    """Undertakings by what they were granted in the years up to a day, the most first."""
    return await db.fetch_all(tx, SQL["list_uses"], Use, on=on, years=years, at_most=at_most)


async def list_year_lines(
    tx: Connection, *, first_day: date, last_day: date, years: int
) -> list[YearLine]:
    """What each undertaking was granted in a year, by name."""
    return await db.fetch_all(
        tx,
        SQL["list_year_lines"],
        YearLine,
        first_day=first_day,
        last_day=last_day,
        years=years,
    )


async def list_firms_by_number(tx: Connection, numbers: Sequence[str]) -> list[FoundFirm]:
    """The firms of business numbers."""
    return await db.fetch_all(tx, SQL["list_firms_by_number"], FoundFirm, numbers=list(numbers))


async def insert_link(
    tx: Connection, link_id: LinkId, new: NewLink, *, proposed_by: AccountId, at: datetime
) -> None:
    """Keeps a link that waits; breaks undertaking_link_one_proposal when one waits already."""
    await db.execute(
        tx,
        SQL["insert_link"],
        link_id=link_id,
        employer_id=new.employer_id,
        head_id=new.head_id,
        linked_on=new.linked_on,
        reason=new.reason,
        document_reference=new.document_reference,
        proposed_by=proposed_by,
        at=at,
    )


async def lock_link(tx: Connection, link_id: LinkId) -> HeldLink:
    """A link, held until it is decided on; NotFound."""
    return await db.fetch_one(tx, SQL["lock_link"], HeldLink, link_id=link_id)


async def record_link_confirmed(
    tx: Connection, link_id: LinkId, *, confirmed_by: AccountId, at: datetime
) -> int:
    """Confirms a link; breaks the constraints that keep groups flat and in order."""
    return await db.execute(
        tx, SQL["record_link_confirmed"], link_id=link_id, confirmed_by=confirmed_by, at=at
    )


async def record_link_refused(
    tx: Connection, link_id: LinkId, *, refused_by: AccountId, at: datetime
) -> int:
    """Refuses a link."""
    return await db.execute(
        tx, SQL["record_link_refused"], link_id=link_id, refused_by=refused_by, at=at
    )


async def list_waiting_links(tx: Connection) -> list[WaitingLink]:
    """The links that wait for a second person, the oldest first."""
    return await db.fetch_all(tx, SQL["list_waiting_links"], WaitingLink)


async def insert_declaration(
    tx: Connection,
    declaration_id: DeclarationId,
    employer_id: EmployerId,
    new: NewDeclaration,
    *,
    recorded_by: AccountId,
    at: datetime,
) -> None:
    """Keeps aid that a firm declares."""
    await db.execute(
        tx,
        SQL["insert_declaration"],
        declaration_id=declaration_id,
        employer_id=employer_id,
        granted_on=new.granted_on,
        granted_by=new.granted_by,
        amount_cents=new.amount_cents,
        document_reference=new.document_reference,
        recorded_by=recorded_by,
        at=at,
    )


async def record_cancellation(
    tx: Connection,
    declaration_id: DeclarationId,
    *,
    reason: str,
    cancelled_by: AccountId,
    at: datetime,
) -> int:
    """Cancels declared aid; how many rows, none when it was cancelled before."""
    return await db.execute(
        tx,
        SQL["record_cancellation"],
        declaration_id=declaration_id,
        reason=reason,
        cancelled_by=cancelled_by,
        at=at,
    )
