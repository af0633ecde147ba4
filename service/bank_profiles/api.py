"""Bank profiles and bank days for machines: propose, confirm, refuse; keep the calendar."""

from datetime import date, datetime
from typing import Annotated, Self

import msgspec
from litestar import Router, delete, get, post, put
from litestar.params import FromPath, JSONBody

from service.actor import Scope
from service.auth import allow
from service.bank_profiles import actions, rules
from service.bank_profiles.model import (
    BankProfile,
    KeptDay,
    ProfileState,
    Specification,
    Transliteration,
)
from service.ids import AccountId, BankProfileId
from service.web import Db, Me, Now

READER = allow(*rules.READERS, scope=Scope.READ)
AUTHOR = allow(*rules.AUTHORS)
CONFIRMER = allow(*rules.CONFIRMERS)
KEEPER = allow(*rules.CALENDAR_KEEPERS)
Letter = Annotated[str, msgspec.Meta(min_length=1, max_length=4)]


class Proposal(msgspec.Struct, forbid_unknown_fields=True):
    """What a bank asks of its orders, and how it writes letters otherwise than the shared table."""

    specification: Specification
    transliteration: dict[Letter, Letter] = {}


class ProfileView(msgspec.Struct, kw_only=True):
    """One version of the profile; amounts in cents."""

    id: BankProfileId
    number: int
    state: ProfileState
    specification: Specification
    proposed_at: datetime
    proposed_by: AccountId | None
    confirmed_at: datetime | None
    refused_at: datetime | None
    retired_at: datetime | None

    @classmethod
    def of(cls, profile: BankProfile) -> Self:
        """The view of a version."""
        return cls(
            id=profile.id,
            number=profile.number,
            state=profile.state,
            specification=rules.specification_of(profile),
            proposed_at=profile.proposed_at,
            proposed_by=profile.proposed_by,
            confirmed_at=profile.confirmed_at,
            refused_at=profile.refused_at,
            retired_at=profile.retired_at,
        )


class Difference(msgspec.Struct, forbid_unknown_fields=True):
    """Whether banks are closed on a day, whatever the printed calendar says, and why."""

    is_closed: bool
    reason: Annotated[str, msgspec.Meta(max_length=200)]


@get("/bank-profiles", guards=[READER])
async def list_profiles(db: Db) -> list[ProfileView]:
    """The versions of the bank profile, the newest first; one is in use."""
    async with db.transaction() as tx:
        return [ProfileView.of(profile) for profile in await actions.list_profiles(tx)]


@post("/bank-profiles", guards=[AUTHOR])
async def propose_profile(data: JSONBody[Proposal], db: Db, me: Me, clock: Now) -> ProfileView:
    """Proposes a new version, which a second person puts in use."""
    table = [Transliteration(*pair, is_shared=False) for pair in data.transliteration.items()]
    async with db.transaction() as tx:
        profile = await actions.propose_profile(
            tx, data.specification, transliteration=table, by=me, at=clock.now()
        )
    return ProfileView.of(profile)


@post("/bank-profiles/{profile_id:uuid}/confirm", status_code=200, guards=[CONFIRMER])
async def confirm_profile(
    profile_id: FromPath[BankProfileId], db: Db, me: Me, clock: Now
) -> ProfileView:
    """Puts a version in use that somebody else proposed; the one before it is retired."""
    async with db.transaction() as tx:
        profile = await actions.confirm_profile(tx, profile_id, by=me, at=clock.now())
    return ProfileView.of(profile)


@post("/bank-profiles/{profile_id:uuid}/refuse", status_code=200, guards=[CONFIRMER])
async def refuse_profile(
    profile_id: FromPath[BankProfileId], db: Db, me: Me, clock: Now
) -> ProfileView:
    """Turns a proposed version down, or takes one's own back."""
    async with db.transaction() as tx:
        profile = await actions.refuse_profile(tx, profile_id, by=me, at=clock.now())
    return ProfileView.of(profile)


@get("/bank-days", guards=[READER])
async def list_days(db: Db, clock: Now) -> list[KeptDay]:
    """The days of this year and later on which banks work otherwise than the calendar says."""
    async with db.transaction() as tx:
        return await actions.list_days(tx, on=clock.today())


@put("/bank-days/{falls_on:date}", guards=[KEEPER])
async def keep_day(falls_on: FromPath[date], data: JSONBody[Difference], db: Db, me: Me) -> KeptDay:
    """Says of one day that banks are closed, or open."""
    day = KeptDay(falls_on, data.is_closed, data.reason)
    async with db.transaction() as tx:
        await actions.keep_day(tx, day, by=me)
    return day


@delete("/bank-days/{falls_on:date}", guards=[KEEPER])
async def forget_day(falls_on: FromPath[date], db: Db, me: Me) -> None:
    """Lets the printed calendar hold again for a day."""
    async with db.transaction() as tx:
        await actions.forget_day(tx, falls_on, by=me)


router = Router(
    "/",
    route_handlers=[
        list_profiles,
        propose_profile,
        confirm_profile,
        refuse_profile,
        list_days,
        keep_day,
        forget_day,
    ],
    tags=["bank profiles"],
)
