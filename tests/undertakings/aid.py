"""Firms with aid behind them, and firms that are one undertaking."""

from datetime import date
from typing import Any

from service.accounts.model import Account
from service.actor import Actor
from service.employers import actions as employers
from service.employers.model import Employer
from service.ids import EmployerId, LinkId
from service.undertakings import actions
from service.undertakings.model import DeclarationForm, LinkForm, Undertaking
from tests.given import Given, actor_of

PLAIN: dict[str, Any] = {
    "granted_on": "2026-01-15",
    "granted_by": "Municipality",
    "amount_cents": 199_800_00,
    "document_reference": "Decision 3/2026",
}


async def declared(given: Given, employer_id: EmployerId, **facts: Any) -> None:
    """Aid of others to a firm: 199,800.00 this January unless told; facts of the form."""
    by = actor_of(await given.finance_officer())
    async with given.db.transaction(by) as tx:
        form = DeclarationForm(**PLAIN | facts)
        await actions.declare_aid(
            tx, employer_id, form, by=by, at=given.clock.now(), on=given.clock.today()
        )


async def firm(given: Given, employer_id: EmployerId) -> Employer:
    """A firm by its id."""
    by = actor_of(await given.finance_officer())
    async with given.db.transaction(by) as tx:
        return await employers.get_employer(tx, employer_id, by=by)


async def proposed(
    given: Given, member: EmployerId, head: EmployerId, *, by: Actor, on: str = "2026-01-01"
) -> LinkId:
    """A link that waits for a second person."""
    form = LinkForm(
        business_number=(await firm(given, member)).business_number,
        head_business_number=(await firm(given, head)).business_number,
        linked_on=on,
        reason="The one holds 80 % of the votes in the other.",
        document_reference="Extract of the business registry",
    )
    async with given.db.transaction(by) as tx:
        return await actions.propose_link(tx, form, by=by, at=given.clock.now())


async def confirmed(given: Given, link_id: LinkId, *, by: Actor) -> None:
    """A link put in force."""
    async with given.db.transaction(by) as tx:
        await actions.confirm_link(tx, link_id, by=by, at=given.clock.now())


async def linked(
    given: Given, member: EmployerId, head: EmployerId, *, on: str = "2026-01-01"
) -> None:
    """A firm in another's undertaking from a day on, by two people."""
    first: Account = await given.finance_officer()
    second = await given.finance_officer()
    link_id = await proposed(given, member, head, by=actor_of(first), on=on)
    await confirmed(given, link_id, by=actor_of(second))


async def undertaking(
    given: Given, employer_id: EmployerId, *, on: date | None = None
) -> Undertaking:
    """The undertaking of a firm, today unless told."""
    by = actor_of(await given.finance_officer())
    async with given.db.transaction(by) as tx:
        return await actions.read_undertaking(tx, employer_id, by=by, on=on or given.clock.today())
