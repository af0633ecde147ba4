"""What people do about undertakings and their aid, and what payouts ask of their ceilings.

Which day counts: de minimis aid is granted when the right to it is conferred, whatever the day of
payment (Regulation (EU) 2023/2831, article 3(3), which Kosovo's Regulation 04/2020 follows). An
agreement promises a share of wages yet to be earned and evidenced; the right to a month's amount is
conferred when a payout with it is approved. So that day counts, and from the moment it is put up
the amount takes its place under the ceiling, as if it were approved.
"""

from collections.abc import Sequence
from datetime import date, datetime

from service import db
from service.actor import Actor
from service.db import Connection
from service.ids import DeclarationId, EmployerId, InstalmentId, LinkId, new_id
from service.undertakings import rules, store
from service.undertakings.model import (
    Admitted,
    Asked,
    DeclarationForm,
    LinkForm,
    Reduction,
    Undertaking,
    Use,
    WaitingLink,
    YearLine,
)

GRANTS_SHOWN = 500
USES_SHOWN = 100
YEARS_WITHOUT_RULE = 3


async def admit(
    tx: Connection, asked: Sequence[Asked], *, on: date
) -> dict[InstalmentId, Admitted]:
    """How much of each instalment the ceiling of its undertaking lets through on a day.

    Only instalments that are paid to a firm appear. The undertakings stay held until the
    transaction ends; `payout_within_state_aid` holds the same in the database.
    """
    instalment_ids = [one.instalment_id for one in asked]
    await store.hold_undertakings(tx, instalment_ids, on=on)
    # A query of its own: it sees what another payout has put in that the lock waited for.
    return rules.admit(asked, await store.list_rooms(tx, instalment_ids, on=on))


async def record_reductions(
    tx: Connection, reductions: Sequence[Reduction], *, at: datetime
) -> None:
    """Keeps by which figures lines of a payout pay less than was due."""
    if reductions:
        await store.insert_reductions(tx, reductions, at=at)


async def read_undertaking(
    tx: Connection, employer_id: EmployerId, *, by: Actor, on: date
) -> Undertaking:
    """The undertaking of a firm on a day, with its aid and headroom; NotAllowed, NotFound."""
    rules.check_may_read(by)
    head = await store.get_head(tx, employer_id, on=on)
    ceiling = await store.find_ceiling(tx, on)
    years = ceiling.years if ceiling else YEARS_WITHOUT_RULE
    used_cents = await store.aid_used(tx, head.id, on=on, years=years)
    return Undertaking(
        head=head,
        on=on,
        members=await store.list_members(tx, head.id, on=on),
        ceiling=ceiling,
        used_cents=used_cents,
        headroom_cents=rules.headroom(ceiling, used_cents),
        grants=await store.list_grants(tx, head.id, on=on, at_most=GRANTS_SHOWN),
    )


async def list_uses(tx: Connection, *, by: Actor, on: date) -> list[Use]:
    """The hundred undertakings that were granted most within the rolling years; NotAllowed."""
    rules.check_may_read(by)
    return await store.list_uses(tx, on=on, years=await _years(tx, on), at_most=USES_SHOWN)


async def report_year(tx: Connection, year: int, *, by: Actor) -> list[YearLine]:
    """What each undertaking was granted in a year, for the State Aid Department; NotAllowed."""
    rules.check_may_read(by)
    first_day, last_day = rules.days_of_year(year)
    return await store.list_year_lines(
        tx, first_day=first_day, last_day=last_day, years=await _years(tx, last_day)
    )


async def _years(tx: Connection, on: date) -> int:
    ceiling = await store.find_ceiling(tx, on)
    return ceiling.years if ceiling else YEARS_WITHOUT_RULE


async def propose_link(tx: Connection, form: LinkForm, *, by: Actor, at: datetime) -> LinkId:
    """That a firm is in another's undertaking from a day on, once a second person confirms it.

    Raises NotAllowed, InvalidFields and LinkWaiting.
    """
    rules.check_may_write(by)
    firms = await store.list_firms_by_number(tx, rules.numbers_of(form))
    new = rules.read_link(form, {firm.business_number: firm.id for firm in firms})
    link_id = LinkId(new_id())
    with db.refusing(undertaking_link_one_proposal=rules.LinkWaiting):
        await store.insert_link(tx, link_id, new, proposed_by=by.account, at=at)
    return link_id


async def confirm_link(tx: Connection, link_id: LinkId, *, by: Actor, at: datetime) -> None:
    """Puts a link in force as a second person.

    Raises NotAllowed, LinkDecided, SecondPersonNeeded, NotFlat and LinkOutOfOrder. What the firms
    were granted counts together from then on, even beyond the ceiling: then nothing more is paid.
    """
    held = await store.lock_link(tx, link_id)
    rules.check_decidable(held, by)
    rules.check_second_person(held, by)
    with db.refusing(
        undertaking_link_two_people=rules.SecondPersonNeeded,
        undertaking_link_flat=rules.NotFlat,
        undertaking_link_in_order=rules.LinkOutOfOrder,
        undertaking_link_once_per_day=rules.LinkOutOfOrder,
    ):
        await store.record_link_confirmed(tx, link_id, confirmed_by=by.account, at=at)


async def refuse_link(tx: Connection, link_id: LinkId, *, by: Actor, at: datetime) -> None:
    """Turns a link down, or takes one's own back; NotAllowed, LinkDecided."""
    rules.check_decidable(await store.lock_link(tx, link_id), by)
    await store.record_link_refused(tx, link_id, refused_by=by.account, at=at)


async def list_waiting_links(tx: Connection, *, by: Actor) -> list[WaitingLink]:
    """The links that wait for a second person; NotAllowed."""
    rules.check_may_read(by)
    return await store.list_waiting_links(tx)


async def declare_aid(
    tx: Connection,
    employer_id: EmployerId,
    form: DeclarationForm,
    *,
    by: Actor,
    at: datetime,
    on: date,
) -> DeclarationId:
    """Aid of others that a firm declares with a document; NotAllowed, NotFound, InvalidFields."""
    rules.check_may_write(by)
    await store.get_head(tx, employer_id, on=on)
    new = rules.read_declaration(form, today=on)
    declaration_id = DeclarationId(new_id())
    await store.insert_declaration(
        tx, declaration_id, employer_id, new, recorded_by=by.account, at=at
    )
    return declaration_id


async def cancel_declaration(
    tx: Connection, declaration_id: DeclarationId, *, reason: str, by: Actor, at: datetime
) -> None:
    """A declaration that was wrong no longer counts; NotAllowed, InvalidFields, and
    DeclarationCancelled when there is none that counts."""
    rules.check_may_write(by)
    said = rules.check_cancellation(reason)
    if not await store.record_cancellation(
        tx, declaration_id, reason=said, cancelled_by=by.account, at=at
    ):
        raise rules.DeclarationCancelled
