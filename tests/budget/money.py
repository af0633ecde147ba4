"""Money that donors give to lines, by the two people that it takes."""

from typing import Any

from service.actor import Actor, Role
from service.budget import actions
from service.budget.model import (
    AppropriationForm,
    BudgetSheet,
    DonorForm,
    DonorShare,
    ReductionForm,
)
from service.ids import AppropriationId
from tests.given import Given, actor_of

PLAIN: dict[str, Any] = {
    "scheme_code": "OJT",
    "donor_code": "BUDGET",
    "first_day": "2026-01-01",
    "last_day": "2026-12-31",
    "priority": 1,
    "amount_cents": 1_000_00,
    "document_reference": "Decision 7/2026",
}


async def two_people(given: Given) -> tuple[Actor, Actor]:
    """Who proposes, and who confirms."""
    return (
        actor_of(await given.finance_officer()),
        actor_of(await given.account(Role.FINANCE_AUTHORISER)),
    )


async def proposed(given: Given, by: Actor, **facts: Any) -> AppropriationId:
    """An appropriation that waits for a second person; facts of the form."""
    async with given.db.transaction(by) as tx:
        form = AppropriationForm(**PLAIN | facts)
        return await actions.propose_appropriation(tx, form, by=by, at=given.clock.now())


async def confirmed(given: Given, appropriation_id: AppropriationId, by: Actor) -> None:
    """A proposal put in force."""
    async with given.db.transaction(by) as tx:
        await actions.confirm_appropriation(tx, appropriation_id, by=by, at=given.clock.now())


async def appropriated(given: Given, **facts: Any) -> AppropriationId:
    """An appropriation in force; facts of the form."""
    first, second = await two_people(given)
    appropriation_id = await proposed(given, first, **facts)
    await confirmed(given, appropriation_id, second)
    return appropriation_id


async def reduced(given: Given, appropriation_id: AppropriationId, *, cents: int) -> None:
    """An appropriation reduced by so many cents."""
    first, second = await two_people(given)
    form = ReductionForm(amount_cents=cents, document_reference="Decision 8/2026")
    async with given.db.transaction(first) as tx:
        reduction_id = await actions.propose_reduction(
            tx, appropriation_id, form, by=first, at=given.clock.now()
        )
    await confirmed(given, reduction_id, second)


async def donor(given: Given, code: str) -> None:
    """A donor."""
    by = actor_of(await given.finance_officer())
    async with given.db.transaction(by) as tx:
        await actions.open_donor(
            tx, DonorForm(code=code, name=f"The {code} fund"), by=by, at=given.clock.now()
        )


async def sheet(given: Given) -> BudgetSheet:
    """The budget as finance sees it."""
    by = actor_of(await given.finance_officer())
    async with given.db.transaction(by) as tx:
        return await actions.read_budget(tx)


async def shares_of(given: Given, scheme_code: str) -> list[DonorShare]:
    """The shares of a scheme's line, in the order of drawing."""
    return [one for one in (await sheet(given)).shares if one.scheme_code == scheme_code]
