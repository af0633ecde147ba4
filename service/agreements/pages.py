"""Agreements in a browser: the list, a new draft, and one agreement with all that can be done."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role
from service.agreements import actions, forms, listing, rules
from service.agreements.api import OFFICER, READERS, SIGNATORIES
from service.agreements.model import (
    CAUSE_WORDS,
    EARLY_CAUSES,
    EVENT_WORDS,
    MOVES,
    PARTY_WORDS,
    STATE_WORDS,
    Dossier,
    Event,
    Party,
    State,
)
from service.db import Connection
from service.i18n import _
from service.ids import AgreementId, MatchId
from service.problems import InvalidFields, NotFound, Problem
from service.visits import actions as visits
from service.visits.model import FINDING_WORDS
from service.visits.model import STATE_WORDS as VISIT_STATES
from service.web import ActingDatabase, Db, Me, Now, page, redirect

# What a person can mend is shown on the page it was typed on; not theirs and not there is not.
SHOWN_AGAIN = frozenset({409, 422})


@get("/new", guards=OFFICER, sync_to_thread=False)
def show_draft(match_id: FromQuery[MatchId]) -> Template:
    """The form of a draft for a match."""
    return _draft_page(forms.Draft(match_id=str(match_id)), {})


@post("/new", guards=OFFICER)
async def draft(
    data: URLEncodedBody[forms.Draft], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Drafts the agreement, or brings the form back."""
    try:
        starts_on, employed_until = data.read()
        async with db.transaction() as tx:
            agreement_id = await actions.draft_agreement(
                tx,
                _match_id(data.match_id),
                starts_on=starts_on,
                employed_until=employed_until,
                by=me,
                on=clock.today(),
                at=clock.now(),
            )
    except Problem as refused:
        if refused.status not in SHOWN_AGAIN:
            raise
        return _draft_page(data, _errors(refused, "starts_on"), status=refused.status)
    return redirect(f"/agreements/{agreement_id}")


@get("/{agreement_id:uuid}", guards=READERS)
async def show_agreement(
    agreement_id: FromPath[AgreementId], db: Db, me: Me, clock: Now
) -> Template:
    """One agreement: its text, who has signed, what happened, and what can be done now."""
    return await _agreement_page(db, me, agreement_id, today=clock.today())


@post("/{agreement_id:uuid}/sign", guards=SIGNATORIES)
async def sign(
    agreement_id: FromPath[AgreementId],
    data: URLEncodedBody[forms.Signing],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Signs the text that the page showed."""

    async def act(tx: Connection) -> None:
        party, shown = data.read()
        await actions.sign_agreement(
            tx, agreement_id, party, shown_sha256=shown, by=me, on=clock.today(), at=clock.now()
        )

    return await _act(db, me, clock, agreement_id, act, data, field="signatures")


@post("/{agreement_id:uuid}/start", guards=OFFICER)
async def start(
    agreement_id: FromPath[AgreementId], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Says that the candidate has begun to work."""

    async def act(tx: Connection) -> None:
        await actions.start_agreement(tx, agreement_id, by=me, on=clock.today(), at=clock.now())

    return await _act(db, me, clock, agreement_id, act, None, field="signatures")


@post("/{agreement_id:uuid}/suspend", guards=OFFICER)
async def suspend(
    agreement_id: FromPath[AgreementId],
    data: URLEncodedBody[forms.Suspending],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Takes days out of the subsidy."""

    async def act(tx: Connection) -> None:
        starts_on, last_day, reason = data.read()
        await actions.suspend_agreement(
            tx,
            agreement_id,
            starts_on=starts_on,
            last_day=last_day,
            reason=reason,
            by=me,
            on=clock.today(),
            at=clock.now(),
        )

    return await _act(db, me, clock, agreement_id, act, data, field="suspended_from")


@post("/{agreement_id:uuid}/resume", guards=OFFICER)
async def resume(
    agreement_id: FromPath[AgreementId],
    data: URLEncodedBody[forms.Resuming],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Says from which day work goes on."""

    async def act(tx: Connection) -> None:
        await actions.resume_agreement(
            tx, agreement_id, resumes_on=data.read(), by=me, on=clock.today(), at=clock.now()
        )

    return await _act(db, me, clock, agreement_id, act, data, field="resumes_on")


@post("/{agreement_id:uuid}/extend", guards=OFFICER)
async def extend(
    agreement_id: FromPath[AgreementId],
    data: URLEncodedBody[forms.Extending],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Gives suspended days back."""

    async def act(tx: Connection) -> None:
        days, reason = data.read()
        await actions.extend_agreement(
            tx, agreement_id, days=days, reason=reason, by=me, on=clock.today(), at=clock.now()
        )

    return await _act(db, me, clock, agreement_id, act, data, field="extension_days")


@post("/{agreement_id:uuid}/employment", guards=OFFICER)
async def change_employment(
    agreement_id: FromPath[AgreementId],
    data: URLEncodedBody[forms.Employing],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Says when the employment ends, or ended."""

    async def act(tx: Connection) -> None:
        last_day, reason = data.read()
        await actions.change_employment(
            tx, agreement_id, last_day=last_day, reason=reason, by=me, at=clock.now()
        )

    return await _act(db, me, clock, agreement_id, act, data, field="employed_until")


@post("/{agreement_id:uuid}/end", guards=OFFICER)
async def end(
    agreement_id: FromPath[AgreementId],
    data: URLEncodedBody[forms.Ending],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Ends the agreement early."""

    async def act(tx: Connection) -> None:
        last_day, cause, reason = data.read()
        await actions.end_agreement(
            tx,
            agreement_id,
            last_day=last_day,
            cause=cause,
            reason=reason,
            by=me,
            on=clock.today(),
            at=clock.now(),
        )

    return await _act(db, me, clock, agreement_id, act, data, field="last_day")


@post("/{agreement_id:uuid}/cancel", guards=OFFICER)
async def cancel(
    agreement_id: FromPath[AgreementId],
    data: URLEncodedBody[forms.Cancelling],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Cancels the agreement before its start."""

    async def act(tx: Connection) -> None:
        await actions.cancel_agreement(
            tx, agreement_id, reason=data.read(), by=me, on=clock.today(), at=clock.now()
        )

    return await _act(db, me, clock, agreement_id, act, data, field="cancel_reason")


async def _act(
    db: ActingDatabase,
    me: Actor,
    clock: Now,
    agreement_id: AgreementId,
    act: Callable[[Connection], Awaitable[None]],
    typed: msgspec.Struct | None,
    *,
    field: str,
) -> Redirect | Template:
    """Does it, or shows the agreement again with the refusal on top and what was typed."""
    try:
        async with db.transaction() as tx:
            await act(tx)
    except Problem as refused:
        if refused.status not in SHOWN_AGAIN:
            raise
        return await _agreement_page(
            db,
            me,
            agreement_id,
            today=clock.today(),
            status=refused.status,
            typed=msgspec.structs.asdict(typed) if typed else {},
            errors=_errors(refused, field),
        )
    return redirect(f"/agreements/{agreement_id}")


async def _agreement_page(
    db: ActingDatabase,
    me: Actor,
    agreement_id: AgreementId,
    *,
    today: date,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        dossier = await actions.read_agreement(tx, agreement_id)
        seen = await visits.list_visits_of_agreement(tx, agreement_id)
    moves = MOVES[dossier.agreement.state] if me.role is Role.CASE_OFFICER else {}
    return page(
        "agreements/show.html",
        status=status,
        agreement=dossier.agreement,
        dossier=dossier,
        may_sign=_signable(dossier, me),
        may=moves,
        Event=Event,
        Party=Party,
        typed=typed or {},
        errors=errors or {},
        states=STATE_WORDS,
        events=EVENT_WORDS,
        parties=PARTY_WORDS,
        causes=CAUSE_WORDS,
        early_causes=[(str(cause), _(CAUSE_WORDS[cause])) for cause in EARLY_CAUSES],
        steps=rules.signing_steps(dossier.signatures, drafted_at=dossier.agreement.drafted_at),
        missing=rules.missing_parties([one.party for one in dossier.signatures]),
        name_parties=rules.name_parties,
        today=today,
        is_officer=me.role is Role.CASE_OFFICER,
        visits=seen,
        findings=FINDING_WORDS,
        visit_states=VISIT_STATES,
    )


def _signable(dossier: Dossier, me: Actor) -> list[Party]:
    """For which parties this person can sign now."""
    if dossier.agreement.state is not State.DRAFTED:
        return []
    missing = rules.missing_parties([one.party for one in dossier.signatures])
    if me.role is Role.EMPLOYER:
        return [party for party in missing if party is Party.EMPLOYER]
    if me.role is not Role.CASE_OFFICER:
        return []
    last = missing == [Party.OFFICE]
    return [
        party for party in missing if party is Party.CANDIDATE or (last and party is Party.OFFICE)
    ]


def _draft_page(typed: forms.Draft, errors: dict[str, str], *, status: int = 200) -> Template:
    return page("agreements/new.html", status=status, typed=typed, errors=errors)


def _errors(refused: Problem, field: str) -> dict[str, str]:
    """A sentence for each wrong field, or the refusal beside the field it is about."""
    if isinstance(refused, InvalidFields):
        return refused.fields
    return {field: refused.sentence()}


def _match_id(text: str) -> MatchId:
    try:
        return MatchId(UUID(text))
    except ValueError:
        raise NotFound from None


router = Router(
    "/agreements",
    route_handlers=[
        *listing.HANDLERS,
        show_draft,
        draft,
        show_agreement,
        sign,
        start,
        suspend,
        resume,
        extend,
        change_employment,
        end,
        cancel,
    ],
)
