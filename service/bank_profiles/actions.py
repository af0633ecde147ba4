"""What people do with bank profiles and bank days: propose, confirm, refuse, keep the calendar."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from service import db
from service.actor import Actor
from service.bank_profiles import rules, store
from service.bank_profiles.model import (
    Alphabet,
    BankProfile,
    KeptDay,
    OurAccount,
    Specification,
    Transliteration,
)
from service.clock import BUSINESS_ZONE, business_day
from service.db import Connection
from service.ids import BankProfileId, new_id
from service.problems import NotFound

# No run of feasts and weekends is longer.
CLOSED_DAYS_MAX = timedelta(days=30)


async def propose_profile(
    tx: Connection,
    wanted: Specification,
    *,
    transliteration: Sequence[Transliteration] = (),
    by: Actor,
    at: datetime,
) -> BankProfile:
    """Keeps a new version of the profile, to be put in use by a second person.

    Raises NotAllowed, InvalidFields and ProfileAlreadyProposed.
    """
    rules.refuse_unless(by, rules.AUTHORS)
    rules.check_table(transliteration)
    shared = await store.list_transliteration(tx, None)
    rules.check_specification(wanted, [*shared, *transliteration])
    profile_id = BankProfileId(new_id())
    with db.refusing(bank_profile_one_proposed=rules.ProfileAlreadyProposed):
        await store.insert_profile(tx, profile_id, wanted, proposed_by=by.account, at=at)
    await store.insert_transliteration(tx, profile_id, transliteration)
    return await store.get_profile(tx, profile_id)


async def confirm_profile(
    tx: Connection, profile_id: BankProfileId, *, by: Actor, at: datetime
) -> BankProfile:
    """Puts a proposed version in use; the one before it is retired at the same moment.

    Raises NotAllowed, NotFound, ProfileDecided and ProfileNeedsSecondPerson.
    """
    rules.refuse_unless(by, rules.CONFIRMERS)
    profile = await store.lock_profile(tx, profile_id)
    rules.refuse_decided(profile)
    rules.refuse_own(profile, by)
    await store.mark_in_use_retired(tx, at=at)
    with db.refusing(bank_profile_two_people=rules.ProfileNeedsSecondPerson):
        await store.record_confirmation(tx, profile_id, confirmed_by=by.account, at=at)
    return await store.get_profile(tx, profile_id)


async def refuse_profile(
    tx: Connection, profile_id: BankProfileId, *, by: Actor, at: datetime
) -> BankProfile:
    """Turns a proposed version down, or takes one's own back.

    Raises NotAllowed, NotFound and ProfileDecided.
    """
    rules.refuse_unless(by, rules.CONFIRMERS)
    rules.refuse_decided(await store.lock_profile(tx, profile_id))
    await store.record_refusal(tx, profile_id, refused_by=by.account, at=at)
    return await store.get_profile(tx, profile_id)


async def list_profiles(tx: Connection) -> list[BankProfile]:
    """The versions, the newest first: proposed, in use, retired and refused."""
    return await store.list_profiles(tx)


async def profile_in_use(tx: Connection) -> tuple[BankProfile, Alphabet]:
    """The version that orders are written by now, and the letters its bank takes."""
    profile = await store.get_profile_in_use(tx)
    table = await store.list_transliteration(tx, profile.id)
    return profile, rules.alphabet_of(profile.letters, table)


async def list_our_accounts(tx: Connection) -> list[OurAccount]:
    """The accounts that statements may be of, retired ones too."""
    return await store.list_our_accounts(tx)


async def execution_day(tx: Connection, profile: BankProfile, *, at: datetime) -> date:
    """The bank day on which an order runs that is handed over now; ExecutionTooFar."""
    today = business_day(at)
    known = await store.list_bank_days(tx, first_day=today, last_day=today + CLOSED_DAYS_MAX)
    return rules.execution_day(
        at.astimezone(BUSINESS_ZONE),
        {one.falls_on: one.is_closed for one in known},
        cut_off=profile.cut_off,
        days_ahead_max=profile.days_ahead_max,
    )


async def bank_day_by(tx: Connection, day: date) -> date:
    """The last day up to `day` on which banks settle."""
    known = await store.list_bank_days(tx, first_day=day - CLOSED_DAYS_MAX, last_day=day)
    return rules.bank_day_by(day, {one.falls_on: one.is_closed for one in known})


async def list_days(tx: Connection, *, on: date) -> list[KeptDay]:
    """The days of this year and later that differ from the printed calendar."""
    return await store.list_kept_days(tx, first_day=on.replace(month=1, day=1))


async def keep_day(tx: Connection, day: KeptDay, *, by: Actor) -> None:
    """Says of one day that banks are closed or open; logged, and no second person is needed.

    Raises NotAllowed and InvalidFields. Files that were written before keep their day.
    """
    rules.refuse_unless(by, rules.CALENDAR_KEEPERS)
    reason = rules.check_day_reason(day.reason)
    await store.record_bank_day(tx, KeptDay(day.falls_on, day.is_closed, reason))


async def forget_day(tx: Connection, falls_on: date, *, by: Actor) -> None:
    """Lets the printed calendar hold again for a day; NotAllowed, NotFound."""
    rules.refuse_unless(by, rules.CALENDAR_KEEPERS)
    if not await store.delete_bank_day(tx, falls_on):
        raise NotFound
