"""Suspense in a browser: what waits with its age, what it could be, and what people said."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.bank.words import KINDS, WORDS
from service.db import Connection
from service.ids import EntryId, ResolutionId
from service.problems import InvalidFields, Problem
from service.suspense import actions, listing
from service.suspense.listing import ACTING, CATEGORIES, READER
from service.suspense.model import Category, EntryWords
from service.web import ActingDatabase, Db, Me, Now, Seal, page, redirect

FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
HOME = "/bank/suspense"
SHOWN_AGAIN = (409, 422)

Text = Annotated[str, msgspec.Meta(max_length=1_000)]
Lines = Annotated[str, msgspec.Meta(max_length=20_000)]


class MatchPage(msgspec.Struct, frozen=True):
    """What the form sends: the payments ticked, others by what the bank calls them, and why."""

    attempts: list[str] | str = ""
    others: Lines = ""
    reason: Text = ""

    @property
    def ticked(self) -> list[str]:
        """The payments that were ticked."""
        return self.attempts.split() if isinstance(self.attempts, str) else self.attempts


class ExplainPage(msgspec.Struct, frozen=True):
    """What the form sends: what the entry is, and why."""

    category: Category
    reason: Text = ""


class SettlePage(msgspec.Struct, frozen=True):
    """What the form sends: a recovery and an amount in each line, and why."""

    recoveries: Lines = ""
    reason: Text = ""


class Typed(msgspec.Struct, frozen=True):
    """What was typed into the forms of a page, and what is wrong with it by the ids of fields."""

    match: MatchPage = MatchPage()
    settle: SettlePage = SettlePage()
    explain: ExplainPage | None = None
    errors: Mapping[str, str] = {}


class ConfirmPage(msgspec.Struct):
    """A second person's yes or no."""

    is_granted: bool = False


class UndoPage(msgspec.Struct):
    """Why an explanation is taken back."""

    reason: Text = ""


@get("/{entry_id:uuid}", guards=[READER])
async def show_entry(entry_id: FromPath[EntryId], db: Db, me: Me) -> Template:
    """One entry: what the bank said of it, what it could be, and the forms to say what it is."""
    return await _entry_page(db, me, entry_id, Typed())


@get("/{entry_id:uuid}/words", guards=[FINANCE])
async def show_words(entry_id: FromPath[EntryId], db: Db, me: Me, sealer: Seal) -> Template:
    """The same with whom the bank names and what the payment says, as only its file does."""
    async with db.transaction() as tx:
        words = await actions.read_words(tx, entry_id, by=me, sealer=sealer)
    return await _entry_page(db, me, entry_id, Typed(), told=words)


async def _entry_page(
    db: ActingDatabase,
    me: Actor,
    entry_id: EntryId,
    typed: Typed,
    *,
    told: EntryWords | None = None,
    status: int = 200,
) -> Template:
    async with db.transaction() as tx:
        entry = await actions.get_entry(tx, entry_id)
        candidates = await actions.list_candidates(tx, entry_id)
        owing = await actions.list_recoveries_to_settle(tx, entry_id)
    fitting = [one for one in owing if one.open_cents == entry.amount_cents]
    euros = f"{entry.amount_cents // 100}.{entry.amount_cents % 100:02d}"
    return page(
        "suspense/entry.html",
        status=status,
        entry=entry,
        told=told,
        candidates=candidates,
        owing=owing,
        proposal=f"{fitting[0].reference} {euros}" if len(fitting) == 1 else "",
        typed=typed,
        errors=typed.errors,
        may_act=me.role in ACTING,
        kinds=KINDS,
        words=WORDS,
        categories=CATEGORIES,
    )


async def _say(
    db: ActingDatabase,
    me: Actor,
    entry_id: EntryId,
    typed: Typed,
    say: Callable[[Connection], Awaitable[ResolutionId]],
    *,
    field: str,
) -> Redirect | Template:
    """Says what an entry is, or shows again what was typed into the form of a field."""
    try:
        async with db.transaction() as tx:
            await say(tx)
    except Problem as refused:
        if refused.status not in SHOWN_AGAIN:
            raise
        form, _dash, name = field.partition("-")
        own = refused.fields if isinstance(refused, InvalidFields) else {name: refused.sentence()}
        errors = {f"{form}-{one}": sentence for one, sentence in own.items()}
        again = msgspec.structs.replace(typed, errors=errors)
        return await _entry_page(db, me, entry_id, again, status=refused.status)
    return redirect(HOME)


@post("/{entry_id:uuid}/match", guards=[FINANCE])
async def match_entry(
    entry_id: FromPath[EntryId], data: URLEncodedBody[MatchPage], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Says that an entry is one payment, or several that add up to it."""
    say = partial(
        actions.match_named,
        entry_id=entry_id,
        names=[*data.ticked, *data.others.split()],
        reason=data.reason,
        by=me,
        at=clock.now(),
    )
    return await _say(db, me, entry_id, Typed(match=data), say, field="match-others")


@post("/{entry_id:uuid}/explain", guards=[FINANCE])
async def explain_entry(
    entry_id: FromPath[EntryId], data: URLEncodedBody[ExplainPage], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Says that an entry is no payment of ours, and what it is."""
    say = partial(
        actions.explain_entry,
        entry_id=entry_id,
        category=data.category,
        reason=data.reason,
        by=me,
        at=clock.now(),
    )
    return await _say(db, me, entry_id, Typed(explain=data), say, field="explain-reason")


@post("/{entry_id:uuid}/settle", guards=[FINANCE])
async def settle_recoveries(
    entry_id: FromPath[EntryId], data: URLEncodedBody[SettlePage], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Says that an entry is money that was owed back."""
    say = partial(
        actions.settle_named,
        entry_id=entry_id,
        lines=data.recoveries,
        reason=data.reason,
        by=me,
        at=clock.now(),
    )
    return await _say(db, me, entry_id, Typed(settle=data), say, field="settle-recoveries")


@post("/resolutions/{resolution_id:uuid}/confirm", guards=[FINANCE])
async def confirm_resolution(
    resolution_id: FromPath[ResolutionId],
    data: URLEncodedBody[ConfirmPage],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect:
    """A second person's yes or no."""
    async with db.transaction() as tx:
        await actions.confirm_resolution(
            tx, resolution_id, is_granted=data.is_granted, by=me, at=clock.now()
        )
    return redirect(HOME)


@post("/resolutions/{resolution_id:uuid}/undo", guards=[FINANCE])
async def undo_resolution(
    resolution_id: FromPath[ResolutionId],
    data: URLEncodedBody[UndoPage],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect:
    """Takes an explanation back."""
    async with db.transaction() as tx:
        await actions.undo_resolution(tx, resolution_id, reason=data.reason, by=me, at=clock.now())
    return redirect(HOME)


router = Router(
    HOME,
    route_handlers=[
        *listing.HANDLERS,
        show_entry,
        show_words,
        match_entry,
        explain_entry,
        settle_recoveries,
        confirm_resolution,
        undo_resolution,
    ],
)
