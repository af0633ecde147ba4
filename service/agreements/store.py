"""The agreements' queries."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db, lists
from service.agreements.model import (
    AgreedMatch,
    Agreement,
    Draft,
    EndCause,
    Finished,
    Happening,
    Listed,
    NewHappening,
    Replaced,
    SchemeTerms,
    Shown,
    Signature,
    State,
    Suspension,
)
from service.db import Connection
from service.ids import (
    AccountId,
    AgreementId,
    EmployerId,
    MatchId,
    OfficeId,
    SchemeId,
    SuspensionId,
)
from service.lists import Found, Wanted
from service.money import Cents
from service.period import Period

SQL = db.load("agreements")


async def lock_agreed_match(tx: Connection, match_id: MatchId) -> AgreedMatch:
    """What a match and its placement say, the match held; NotFound when not the actor's."""
    return await db.fetch_one(tx, SQL["lock_agreed_match"], AgreedMatch, match_id=match_id)


async def find_scheme_terms(
    tx: Connection, scheme_id: SchemeId, *, starts_on: date
) -> SchemeTerms | None:
    """The version of a scheme that is valid on a day."""
    return await db.find_one(
        tx, SQL["find_scheme_terms"], SchemeTerms, scheme_id=scheme_id, starts_on=starts_on
    )


async def get_scheme_terms(tx: Connection, agreement_id: AgreementId) -> SchemeTerms:
    """The scheme version of an agreement, with the months that the agreement has."""
    return await db.fetch_one(tx, SQL["get_scheme_terms"], SchemeTerms, agreement_id=agreement_id)


async def lock_replaced(tx: Connection, agreement_id: AgreementId) -> Replaced:
    """An agreement that another is to replace, held; NotFound when it is not the actor's."""
    return await db.fetch_one(tx, SQL["lock_replaced"], Replaced, agreement_id=agreement_id)


async def minimum_wage_on(tx: Connection, day: date) -> Cents:
    """The monthly minimum wage for 40 hours on a day, in cents; 0 where none is known."""
    return await db.fetch_value(tx, SQL["minimum_wage_on"], Cents, day=day)


async def insert_agreement(
    tx: Connection, draft: Draft, *, at: datetime, account_id: AccountId
) -> None:
    """Writes a new draft."""
    match = draft.match
    await db.execute(
        tx,
        SQL["insert_agreement"],
        agreement_id=draft.id,
        reference=draft.reference,
        match_id=match.match_id,
        placement_id=match.placement_id,
        candidate_id=match.candidate_id,
        employer_id=match.employer_id,
        office_id=match.office_id,
        scheme_version_id=draft.scheme.id,
        period=draft.period,
        employment=draft.employment,
        gross_wage_cents=match.gross_wage_cents,
        weekly_hours=match.weekly_hours,
        terms=draft.terms,
        terms_sha256=draft.terms_sha256,
        replaces_agreement_id=draft.replaces.id if draft.replaces else None,
        replacement_months=draft.scheme.months if draft.replaces else None,
        at=at,
        account_id=account_id,
    )


async def lock_agreement(tx: Connection, agreement_id: AgreementId) -> Agreement:
    """An agreement, held until the transaction ends; NotFound when it is not the actor's."""
    return await db.fetch_one(tx, SQL["lock_agreement"], Agreement, agreement_id=agreement_id)


async def get_agreement(tx: Connection, agreement_id: AgreementId) -> Shown:
    """An agreement with all that its parties may read."""
    return await db.fetch_one(tx, SQL["get_agreement"], Shown, agreement_id=agreement_id)


async def list_signatures(tx: Connection, agreement_id: AgreementId) -> list[Signature]:
    """Who has signed, in order."""
    return await db.fetch_all(tx, SQL["list_signatures"], Signature, agreement_id=agreement_id)


async def insert_signature(tx: Connection, agreement_id: AgreementId, signature: Signature) -> None:
    """Writes one party's signature."""
    await db.execute(
        tx,
        SQL["insert_signature"],
        agreement_id=agreement_id,
        party=signature.party,
        signed_name=signature.signed_name,
        at=signature.signed_at,
        account_id=signature.recorded_by,
        by_link=signature.by_link,
        terms_sha256=signature.terms_sha256,
    )


async def record_state(
    tx: Connection, agreement_id: AgreementId, *, present: State, following: State
) -> int:
    """Moves an agreement from one state to another; 0 when it is not in the first."""
    return await db.execute(
        tx,
        SQL["record_state"],
        agreement_id=agreement_id,
        present=present,
        following=following,
    )


async def record_started(
    tx: Connection, agreement_id: AgreementId, *, at: datetime, account_id: AccountId
) -> int:
    """Starts a signed agreement; 0 when it is not signed."""
    return await db.execute(
        tx, SQL["record_started"], agreement_id=agreement_id, at=at, account_id=account_id
    )


async def check_start_signed(tx: Connection) -> None:
    """Lets the guard of the start speak now instead of at the end of the transaction."""
    await db.execute(tx, SQL["check_start_signed"])


async def list_suspensions(tx: Connection, agreement_id: AgreementId) -> list[Suspension]:
    """The suspended days of an agreement, earliest first."""
    return await db.fetch_all(tx, SQL["list_suspensions"], Suspension, agreement_id=agreement_id)


async def insert_suspension(
    tx: Connection, agreement_id: AgreementId, suspension: Suspension, *, account_id: AccountId
) -> None:
    """Writes suspended days."""
    await db.execute(
        tx,
        SQL["insert_suspension"],
        suspension_id=suspension.id,
        agreement_id=agreement_id,
        starts_on=suspension.starts_on,
        ends_on=suspension.ends_on,
        reason=suspension.reason,
        at=suspension.recorded_at,
        account_id=account_id,
    )


async def record_suspension_end(
    tx: Connection,
    suspension_id: SuspensionId,
    *,
    closed_id: SuspensionId,
    ends_on: date,
    at: datetime,
    account_id: AccountId,
) -> int:
    """Puts a suspension with an end in the place of an open one; 0 when that is closed."""
    return await db.execute(
        tx,
        SQL["record_suspension_end"],
        suspension_id=suspension_id,
        closed_id=closed_id,
        ends_on=ends_on,
        at=at,
        account_id=account_id,
    )


async def record_dates(
    tx: Connection,
    agreement_id: AgreementId,
    *,
    period: Period,
    employment: Period,
    at: datetime,
    account_id: AccountId,
) -> int:
    """The days of an agreement as they are known from a moment on."""
    return await db.execute(
        tx,
        SQL["record_dates"],
        agreement_id=agreement_id,
        period=period,
        employment=employment,
        at=at,
        account_id=account_id,
    )


async def record_periods(
    tx: Connection, agreement_id: AgreementId, *, period: Period, employment: Period
) -> int:
    """Moves the days of an agreement."""
    return await db.execute(
        tx,
        SQL["record_periods"],
        agreement_id=agreement_id,
        period=period,
        employment=employment,
    )


async def record_ended_early(
    tx: Connection,
    agreement_id: AgreementId,
    *,
    period: Period,
    employment: Period,
    cause: EndCause,
    at: datetime,
    account_id: AccountId,
) -> int:
    """Cuts the days of a running agreement and ends it; 0 when it does not run."""
    return await db.execute(
        tx,
        SQL["record_ended_early"],
        agreement_id=agreement_id,
        period=period,
        employment=employment,
        cause=cause,
        at=at,
        account_id=account_id,
    )


async def record_cancelled(
    tx: Connection, agreement_id: AgreementId, *, at: datetime, account_id: AccountId
) -> int:
    """Cancels an agreement that has not started; 0 when it has."""
    return await db.execute(
        tx, SQL["record_cancelled"], agreement_id=agreement_id, at=at, account_id=account_id
    )


async def lock_finished_agreements(tx: Connection, *, day: date, limit: int) -> list[AgreementId]:
    """Active agreements whose subsidised period was over by a day, a batch of them, held."""
    finished = await db.fetch_all(
        tx, SQL["lock_finished_agreements"], Finished, day=day, limit=limit
    )
    return [agreement.id for agreement in finished]


async def record_completed(
    tx: Connection, agreement_ids: Sequence[AgreementId], *, at: datetime
) -> int:
    """Completes active agreements; how many."""
    return await db.execute(tx, SQL["record_completed"], agreement_ids=agreement_ids, at=at)


async def insert_events(
    tx: Connection,
    happenings: Sequence[NewHappening],
    *,
    at: datetime,
    account_id: AccountId | None,
) -> int:
    """Writes down what happened."""
    return await db.execute(
        tx,
        SQL["insert_events"],
        ids=[one.id for one in happenings],
        agreement_ids=[one.agreement_id for one in happenings],
        events=[one.event for one in happenings],
        reasons=[one.reason for one in happenings],
        at=at,
        account_id=account_id,
    )


async def list_events(tx: Connection, agreement_id: AgreementId) -> list[Happening]:
    """What happened to an agreement, in order."""
    return await db.fetch_all(tx, SQL["list_events"], Happening, agreement_id=agreement_id)


async def list_agreements(
    tx: Connection,
    wanted: Wanted,
    *,
    office_id: OfficeId | None,
    employer_id: EmployerId | None,
    state: State | None,
    candidate_patterns: Sequence[str] | None,
    employer_patterns: Sequence[str] | None,
) -> Found[Listed]:
    """A page of agreements: an office's, an employer's or everybody's, by state and names."""
    return await lists.fetch_page(
        tx,
        SQL["list_agreements"],
        Listed,
        wanted,
        office_id=office_id,
        employer_id=employer_id,
        state=state,
        candidate_patterns=candidate_patterns,
        employer_patterns=employer_patterns,
    )
