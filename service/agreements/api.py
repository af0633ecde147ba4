"""Agreements over JSON: draft, read, sign, start, suspend, resume, extend, end, cancel."""

from datetime import date, datetime
from typing import Annotated, Self

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from service.actor import Role, Scope
from service.agreements import actions, rules
from service.agreements.model import (
    Dossier,
    EndCause,
    Happening,
    Listed,
    Party,
    Reason,
    Signature,
    State,
    Suspension,
)
from service.auth import allow
from service.db import Connection
from service.ids import AgreementId, CandidateId, EmployerId, MatchId, OfficeId, PlacementId
from service.lists import newest_before
from service.web import Db, Me, Now

OFFICER = [allow(Role.CASE_OFFICER)]
SIGNATORIES = [allow(Role.CASE_OFFICER, Role.EMPLOYER)]
READERS = [
    allow(
        Role.CASE_OFFICER,
        Role.EMPLOYER,
        Role.FINANCE_OFFICER,
        Role.FINANCE_AUTHORISER,
        Role.AUDITOR,
        scope=Scope.READ,
    )
]

# `state` as an argument would be the application's own; the query calls it so all the same.
InState = Annotated[State | None, QueryParameter(name="state")]
Sha256Text = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class DraftRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Which match, from which day; `employed_until` is the contract's last day.

    `replaces_agreement_id` is the agreement of somebody who left, whose remaining months these are.
    """

    match_id: MatchId
    starts_on: date
    employed_until: date | None = None
    replaces_agreement_id: AgreementId | None = None


class SignRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Which party signs, and the hash of the text it was shown."""

    party: Party
    terms_sha256: Sha256Text


class SuspendRequest(msgspec.Struct, forbid_unknown_fields=True):
    """From which day, why, and the last day when it is known."""

    starts_on: date
    reason: Reason
    last_day: date | None = None


class ResumeRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The first day of work after a suspension."""

    resumes_on: date


class ExtendRequest(msgspec.Struct, forbid_unknown_fields=True):
    """How many of the suspended days are given back, and why."""

    days: Annotated[int, msgspec.Meta(ge=1, le=400)]
    reason: Reason


class EmploymentRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The last day of the employment, as it is known now, and why it is another."""

    last_day: date
    reason: Reason


class EndRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The last day of work and the cause of the early end."""

    last_day: date
    cause: EndCause
    reason: Reason


class CancelRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Why the agreement will not start."""

    reason: Reason


class AgreementLine(msgspec.Struct):
    """An agreement in a list; last days are included."""

    id: AgreementId
    reference: str
    state: State
    candidate_name: str
    employer_name: str
    title: str
    scheme_code: str
    starts_on: date
    last_day: date
    signed_parties: list[Party]

    @classmethod
    def of(cls, listed: Listed) -> Self:
        """The line of a row."""
        return cls(
            id=listed.id,
            reference=listed.reference,
            state=listed.state,
            candidate_name=listed.candidate_name,
            employer_name=listed.employer_name,
            title=listed.title,
            scheme_code=listed.scheme_code,
            starts_on=listed.period.start,
            last_day=listed.period.last_day,
            signed_parties=listed.signed_parties,
        )


class SignatureView(msgspec.Struct):
    """Who signed which text, and when."""

    party: Party
    signed_name: str
    signed_at: datetime
    terms_sha256: str

    @classmethod
    def of(cls, signature: Signature) -> Self:
        """The view of a row."""
        return cls(
            party=signature.party,
            signed_name=signature.signed_name,
            signed_at=signature.signed_at,
            terms_sha256=signature.terms_sha256.hex(),
        )


class AgreementView(msgspec.Struct):
    """An agreement with its text, signatures, suspensions and history; last days are included."""

    id: AgreementId
    reference: str
    state: State
    match_id: MatchId | None
    placement_id: PlacementId
    candidate_id: CandidateId
    employer_id: EmployerId
    office_id: OfficeId
    candidate_name: str
    employer_name: str
    title: str
    scheme_code: str
    scheme_version: int
    starts_on: date
    last_day: date
    employed_until: date
    gross_wage_cents: int
    weekly_hours: int
    terms: str
    terms_sha256: str
    signatures: list[SignatureView]
    missing_parties: list[Party]
    suspensions: list[Suspension]
    events: list[Happening]
    end_cause: EndCause | None
    replaces_agreement_id: AgreementId | None

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """The view of everything about one agreement."""
        shown, signatures = dossier.agreement, dossier.signatures
        return cls(
            id=shown.id,
            reference=shown.reference,
            state=shown.state,
            match_id=shown.match_id,
            placement_id=shown.placement_id,
            candidate_id=shown.candidate_id,
            employer_id=shown.employer_id,
            office_id=shown.office_id,
            candidate_name=shown.candidate_name,
            employer_name=shown.employer_name,
            title=shown.title,
            scheme_code=shown.scheme_code,
            scheme_version=shown.scheme_number,
            starts_on=shown.period.start,
            last_day=shown.period.last_day,
            employed_until=shown.employment.last_day,
            gross_wage_cents=shown.gross_wage_cents,
            weekly_hours=shown.weekly_hours,
            terms=shown.terms,
            terms_sha256=shown.terms_sha256.hex(),
            signatures=[SignatureView.of(one) for one in signatures],
            missing_parties=rules.missing_parties([one.party for one in signatures]),
            suspensions=dossier.suspensions,
            events=dossier.events,
            end_cause=shown.end_cause,
            replaces_agreement_id=shown.replaces_agreement_id,
        )


async def _view(tx: Connection, agreement_id: AgreementId) -> AgreementView:
    return AgreementView.of(await actions.read_agreement(tx, agreement_id))


@get("/", guards=READERS)
async def list_agreements(
    db: Db,
    me: Me,
    in_state: InState = None,
    before: FromQuery[AgreementId | None] = None,
) -> list[AgreementLine]:
    """Fifty agreements of whoever asks, newest first; `before` is the last id of the page above."""
    async with db.transaction() as tx:
        found = await actions.list_agreements(tx, newest_before(before), state=in_state, by=me)
    return [AgreementLine.of(one) for one in found.rows]


@get("/{agreement_id:uuid}", guards=READERS)
async def get_agreement(agreement_id: FromPath[AgreementId], db: Db) -> AgreementView:
    """One agreement."""
    async with db.transaction() as tx:
        return await _view(tx, agreement_id)


@post("/", guards=OFFICER)
async def draft_agreement(
    data: JSONBody[DraftRequest], db: Db, me: Me, clock: Now
) -> AgreementView:
    """A draft for an agreed match, with the text that the three parties will sign."""
    async with db.transaction() as tx:
        agreement_id = await actions.draft_agreement(
            tx,
            data.match_id,
            starts_on=data.starts_on,
            employed_until=data.employed_until,
            replaces=data.replaces_agreement_id,
            by=me,
            on=clock.today(),
            at=clock.now(),
        )
        return await _view(tx, agreement_id)


@post("/{agreement_id:uuid}/sign", status_code=200, guards=SIGNATORIES)
async def sign_agreement(
    agreement_id: FromPath[AgreementId], data: JSONBody[SignRequest], db: Db, me: Me, clock: Now
) -> AgreementView:
    """Signs for a party: the employer for itself, a case officer for candidate and office."""
    async with db.transaction() as tx:
        await actions.sign_agreement(
            tx,
            agreement_id,
            data.party,
            shown_sha256=bytes.fromhex(data.terms_sha256),
            by=me,
            on=clock.today(),
            at=clock.now(),
        )
        return await _view(tx, agreement_id)


@post("/{agreement_id:uuid}/start", status_code=200, guards=OFFICER)
async def start_agreement(
    agreement_id: FromPath[AgreementId], db: Db, me: Me, clock: Now
) -> AgreementView:
    """Says that the candidate has begun to work."""
    async with db.transaction() as tx:
        await actions.start_agreement(tx, agreement_id, by=me, on=clock.today(), at=clock.now())
        return await _view(tx, agreement_id)


@post("/{agreement_id:uuid}/suspend", status_code=200, guards=OFFICER)
async def suspend_agreement(
    agreement_id: FromPath[AgreementId], data: JSONBody[SuspendRequest], db: Db, me: Me, clock: Now
) -> AgreementView:
    """Takes days out of the subsidy, until a last day or until work resumes."""
    async with db.transaction() as tx:
        await actions.suspend_agreement(
            tx,
            agreement_id,
            starts_on=data.starts_on,
            last_day=data.last_day,
            reason=data.reason,
            by=me,
            on=clock.today(),
            at=clock.now(),
        )
        return await _view(tx, agreement_id)


@post("/{agreement_id:uuid}/resume", status_code=200, guards=OFFICER)
async def resume_agreement(
    agreement_id: FromPath[AgreementId], data: JSONBody[ResumeRequest], db: Db, me: Me, clock: Now
) -> AgreementView:
    """Says from which day work goes on."""
    async with db.transaction() as tx:
        await actions.resume_agreement(
            tx,
            agreement_id,
            resumes_on=data.resumes_on,
            by=me,
            on=clock.today(),
            at=clock.now(),
        )
        return await _view(tx, agreement_id)


@post("/{agreement_id:uuid}/extend", status_code=200, guards=OFFICER)
async def extend_agreement(
    agreement_id: FromPath[AgreementId], data: JSONBody[ExtendRequest], db: Db, me: Me, clock: Now
) -> AgreementView:
    """Gives suspended days back at the end of the subsidised period."""
    async with db.transaction() as tx:
        await actions.extend_agreement(
            tx,
            agreement_id,
            days=data.days,
            reason=data.reason,
            by=me,
            on=clock.today(),
            at=clock.now(),
        )
        return await _view(tx, agreement_id)


@post("/{agreement_id:uuid}/employment", status_code=200, guards=OFFICER)
async def change_employment(
    agreement_id: FromPath[AgreementId],
    data: JSONBody[EmploymentRequest],
    db: Db,
    me: Me,
    clock: Now,
) -> AgreementView:
    """Moves the last day of the employment, earlier or later, but never into the subsidy."""
    async with db.transaction() as tx:
        await actions.change_employment(
            tx, agreement_id, last_day=data.last_day, reason=data.reason, by=me, at=clock.now()
        )
        return await _view(tx, agreement_id)


@post("/{agreement_id:uuid}/end", status_code=200, guards=OFFICER)
async def end_agreement(
    agreement_id: FromPath[AgreementId], data: JSONBody[EndRequest], db: Db, me: Me, clock: Now
) -> AgreementView:
    """Ends a running agreement early, after a last day of work and with a cause."""
    async with db.transaction() as tx:
        await actions.end_agreement(
            tx,
            agreement_id,
            last_day=data.last_day,
            cause=data.cause,
            reason=data.reason,
            by=me,
            on=clock.today(),
            at=clock.now(),
        )
        return await _view(tx, agreement_id)


@post("/{agreement_id:uuid}/cancel", status_code=200, guards=OFFICER)
async def cancel_agreement(
    agreement_id: FromPath[AgreementId], data: JSONBody[CancelRequest], db: Db, me: Me, clock: Now
) -> AgreementView:
    """Cancels an agreement that has not started."""
    async with db.transaction() as tx:
        await actions.cancel_agreement(
            tx, agreement_id, reason=data.reason, by=me, on=clock.today(), at=clock.now()
        )
        return await _view(tx, agreement_id)


router = Router(
    "/agreements",
    route_handlers=[
        list_agreements,
        get_agreement,
        draft_agreement,
        sign_agreement,
        start_agreement,
        suspend_agreement,
        resume_agreement,
        extend_agreement,
        change_employment,
        end_agreement,
        cancel_agreement,
    ],
    tags=["agreements"],
)
