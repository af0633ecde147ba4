"""What people do about a budget line: appropriate, reduce, look at it; and what payouts ask of it.

A line draws on its appropriations in one order: by the first day of their period, then by their
priority. What has come furthest counts as the money of the first, what is free as that of the last,
so every cent is exactly one donor's at every moment and the donors' parts add up to the line.
"""

from collections.abc import Sequence
from datetime import datetime

from service import db
from service.actor import Actor
from service.budget import rules, store
from service.budget.model import (
    Appropriation,
    AppropriationForm,
    BudgetSheet,
    Donor,
    DonorForm,
    Put,
    ReductionForm,
)
from service.clock import business_day
from service.db import Connection
from service.ids import AppropriationId, DonorId, new_id
from service.ledger import actions as ledger

APPROPRIATIONS_SHOWN = 200


async def open_donor(tx: Connection, form: DonorForm, *, by: Actor, at: datetime) -> DonorId:
    """A new donor; NotAllowed, InvalidFields, DonorKnown."""
    rules.check_may_propose(by)
    rules.check_donor(form)
    donor_id = DonorId(new_id())
    with db.refusing(donor_once_per_code=rules.DonorKnown):
        await store.insert_donor(tx, donor_id, form, recorded_by=by.account, at=at)
    return donor_id


async def list_donors(tx: Connection) -> list[Donor]:
    """Every donor, by code."""
    return await store.list_donors(tx)


async def propose_appropriation(
    tx: Connection, form: AppropriationForm, *, by: Actor, at: datetime
) -> AppropriationId:
    """Money of a donor for the line of a scheme, once a second person confirms it.

    Raises NotAllowed, and InvalidFields with a word beside each field.
    """
    rules.check_may_propose(by)
    lines = {line.scheme_code: line.id for line in await ledger.list_budget_lines(tx)}
    donors = {donor.code: donor.id for donor in await store.list_donors(tx)}
    rules.check_appropriation(form, schemes=lines, donors=donors)
    new = rules.given(
        form, budget_line_id=lines[form.scheme_code], donor_id=donors[form.donor_code]
    )
    appropriation_id = AppropriationId(new_id())
    await store.insert_appropriation(tx, appropriation_id, new, proposed_by=by.account, at=at)
    return appropriation_id


async def propose_reduction(
    tx: Connection,
    appropriation_id: AppropriationId,
    form: ReductionForm,
    *,
    by: Actor,
    at: datetime,
) -> AppropriationId:
    """A row that takes from an appropriation, once a second person confirms it.

    Raises NotAllowed, InvalidFields, NotFound and NothingToReduce.
    """
    rules.check_may_propose(by)
    rules.check_reduction(form)
    new = rules.reduced(await store.lock_appropriation(tx, appropriation_id), form)
    reduction_id = AppropriationId(new_id())
    await store.insert_appropriation(tx, reduction_id, new, proposed_by=by.account, at=at)
    return reduction_id


async def confirm_appropriation(
    tx: Connection, appropriation_id: AppropriationId, *, by: Actor, at: datetime
) -> None:
    """Puts an appropriation or a reduction in force, and in the ledger, as a second person.

    Raises NotAllowed, AppropriationDecided, SecondPersonNeeded; ReductionBelowUse for what is
    committed or spent; DrawnOnLater for a place before what the line has drawn on.
    """
    held = await store.lock_appropriation(tx, appropriation_id)
    rules.check_may_decide(held, by)
    rules.check_second_person(held, by)
    with db.refusing(
        appropriation_two_people=rules.SecondPersonNeeded,
        appropriation_not_below_use=rules.ReductionBelowUse,
        appropriation_keeps_its_place=rules.DrawnOnLater,
        transfer_within_appropriation=rules.ReductionBelowUse,
    ):
        await store.record_confirmation(tx, appropriation_id, confirmed_by=by.account, at=at)
        await ledger.post_bulk(tx, [rules.posted(held, on=business_day(at))])


async def refuse_appropriation(
    tx: Connection, appropriation_id: AppropriationId, *, by: Actor, at: datetime
) -> None:
    """Turns a proposal down, or takes one's own back; NotAllowed, AppropriationDecided."""
    held = await store.lock_appropriation(tx, appropriation_id)
    rules.check_may_decide(held, by)
    await store.record_refusal(tx, appropriation_id, refused_by=by.account, at=at)


async def list_appropriations(tx: Connection) -> list[Appropriation]:
    """What waits for a second person, then all others, the newest first; two hundred at most."""
    return await store.list_appropriations(tx, at_most=APPROPRIATIONS_SHOWN)


async def read_budget(tx: Connection) -> BudgetSheet:
    """Every line, and what has become of the money of each of its appropriations, in cents."""
    return BudgetSheet(await ledger.list_budget_lines(tx), await store.list_donor_shares(tx))


async def refuse_beyond_appropriation(tx: Connection, puts: Sequence[Put]) -> None:
    """BudgetPassed, with each line's shortfall, when a payout would pass what its lines have left.

    Call it before the lines of a payout are written; its budget lines stay locked. What waits in
    other payouts counts. `payout_within_appropriation` holds the same in the database.
    """
    await store.lock_lines_of_instalments(tx, puts)
    rules.refuse_passed(await store.list_passed_lines(tx, puts))
