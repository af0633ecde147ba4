"""What people do with an agreement, from its draft to its end; a nightly job completes it."""

from datetime import date, datetime

import msgspec

from service import db
from service.actor import Actor, Role
from service.agreements import periods, rules, store, terms
from service.agreements.model import (
    Agreement,
    Dossier,
    Draft,
    EndCause,
    Event,
    Listed,
    NewHappening,
    Party,
    Signature,
    State,
    Suspension,
)
from service.agreements.replacements import (
    ReplacementNotPossible,
    SeatWasUsed,
    check_replacement,
    months_left,
)
from service.db import Connection
from service.facts.actions import moment_of_knowledge
from service.ids import AgreementId, MatchId, SuspensionId, new_id, reference
from service.ledger.actions import commit as commit_money
from service.ledger.actions import release as release_money
from service.ledger.actions import release_unused
from service.lists import Found, Wanted
from service.names import search_patterns
from service.period import Period
from service.problems import NotAllowed

NEWEST = Wanted("newest", descending=True, counts=False)
COMPLETED_AT_ONCE = 500


def _for_officers(by: Actor) -> None:
    if by.role is not Role.CASE_OFFICER:
        raise NotAllowed


async def _lock_for(
    tx: Connection, agreement_id: AgreementId, event: Event, *, by: Actor
) -> Agreement:
    """The agreement, held, when a case officer asks and the event can happen to it."""
    _for_officers(by)
    agreement = await store.lock_agreement(tx, agreement_id)
    rules.move(agreement.state, event)
    return agreement


async def draft_agreement(
    tx: Connection,
    match_id: MatchId,
    *,
    starts_on: date,
    employed_until: date | None = None,
    replaces: AgreementId | None = None,
    by: Actor,
    on: date,
    at: datetime,
) -> AgreementId:
    """A new agreement for an agreed match, under the scheme version valid on its first day.

    Wage and hours are the placement's; employment lasts twelve months unless a last day is given.
    Who takes the place of somebody who left has the months that are left of that agreement.
    """
    _for_officers(by)
    draft = await _prepare(
        tx,
        match_id,
        starts_on=starts_on,
        employed_until=employed_until,
        replaces=replaces,
        on=on,
    )
    with db.refusing(
        agreement_no_overlap_per_candidate=rules.CandidateTaken,
        agreement_once_per_match=rules.MatchHasAgreement,
        agreement_replaced_once=ReplacementNotPossible,
        agreement_within_seats=SeatWasUsed,
    ):
        await store.insert_agreement(tx, draft, at=at, account_id=by.account)
    await store.record_dates(
        tx,
        draft.id,
        period=draft.period,
        employment=draft.employment,
        at=at,
        account_id=by.account,
    )
    return draft.id


async def _prepare(
    tx: Connection,
    match_id: MatchId,
    *,
    starts_on: date,
    employed_until: date | None,
    replaces: AgreementId | None,
    on: date,
) -> Draft:
    match = await store.lock_agreed_match(tx, match_id)
    rules.check_match(match)
    rules.check_start(match, starts_on=starts_on, on=on)
    scheme = await store.find_scheme_terms(tx, match.scheme_id, starts_on=starts_on)
    if scheme is None:
        raise rules.NoSchemeVersion
    rules.check_age(match, scheme, starts_on=starts_on)
    rules.check_wage(match, minimum_cents=await store.minimum_wage_on(tx, starts_on))
    replaced = await store.lock_replaced(tx, replaces) if replaces else None
    if replaced is not None:
        check_replacement(replaced, match, starts_on=starts_on)
        scheme = msgspec.structs.replace(scheme, months=months_left(replaced))
    period = periods.subsidised_period(starts_on, scheme.months)
    employment = periods.employment_period(period, employed_until)
    agreement_id = AgreementId(new_id())
    name = reference("A", agreement_id)
    text = terms.write_terms(
        name, match, scheme, period=period, employment=employment, replaced=replaced
    )
    return Draft(
        id=agreement_id,
        reference=name,
        match=match,
        scheme=scheme,
        period=period,
        employment=employment,
        terms=text,
        terms_sha256=terms.fingerprint(text),
        replaces=replaced,
    )


async def sign_agreement(
    tx: Connection,
    agreement_id: AgreementId,
    party: Party,
    *,
    shown_sha256: bytes,
    by: Actor,
    on: date,
    at: datetime,
) -> None:
    """One party signs the text that was shown; the office, last, sets the money aside as well.

    The candidate signs by a link, or in person before a case officer, who records it.
    """
    rules.check_signatory(party, by)
    agreement = await store.lock_agreement(tx, agreement_id)
    rules.move(agreement.state, Event.SIGNED)
    signed = {one.party for one in await store.list_signatures(tx, agreement_id)}
    rules.check_signing(
        party, signed=signed, shown_sha256=shown_sha256, terms_sha256=agreement.terms_sha256
    )
    signature = Signature(
        party=party,
        signed_name=agreement.candidate_name if party is Party.CANDIDATE else by.name,
        signed_at=at,
        recorded_by=by.account_id,
        by_link=by.link_id,
        terms_sha256=shown_sha256,
    )
    with db.refusing(agreement_signature_once_per_party=rules.AlreadySigned):
        await store.insert_signature(tx, agreement_id, signature)
    if not rules.missing_parties({*signed, party}):
        await _seal(tx, agreement, by=by, on=on, at=at)


async def _seal(tx: Connection, agreement: Agreement, *, by: Actor, on: date, at: datetime) -> None:
    """All have signed: the agreement is signed and its whole cost is committed."""
    await _record_move(tx, agreement, Event.SIGNED)
    await _note(tx, agreement.id, Event.SIGNED, by=by, at=at)
    scheme = await store.get_scheme_terms(tx, agreement.id)
    await commit_money(
        tx,
        agreement_id=agreement.id,
        scheme_id=scheme.scheme_id,
        amount_cents=rules.commitment(scheme),
        on=on,
    )


async def start_agreement(
    tx: Connection, agreement_id: AgreementId, *, by: Actor, on: date, at: datetime
) -> None:
    """The candidate has begun to work; refused until all three have signed and the day has come."""
    _for_officers(by)
    agreement = await store.lock_agreement(tx, agreement_id)
    if agreement.state in (State.DRAFTED, State.SIGNED):
        signed = {one.party for one in await store.list_signatures(tx, agreement_id)}
        rules.check_beginning(signed=signed, starts_on=agreement.starts_on, on=on)
    rules.move(agreement.state, Event.STARTED)
    with db.refusing(agreement_starts_signed_by_all=rules.NotSignedByAll):
        await store.record_started(tx, agreement_id, at=at, account_id=by.account)
        await store.check_start_signed(tx)
    await _note(tx, agreement_id, Event.STARTED, by=by, at=at)


async def suspend_agreement(
    tx: Connection,
    agreement_id: AgreementId,
    *,
    starts_on: date,
    last_day: date | None,
    reason: str,
    by: Actor,
    on: date,
    at: datetime,
) -> SuspensionId:
    """Takes days out of the subsidy: until a last day, or open until work resumes."""
    event = Event.SUSPENDED if last_day is None else Event.INTERRUPTED
    agreement = await _lock_for(tx, agreement_id, event, by=by)
    periods.check_suspension(agreement.period, starts_on=starts_on, last_day=last_day, on=on)
    at = await moment_of_knowledge(tx, [agreement_id], at=at)
    suspension = Suspension(
        id=SuspensionId(new_id()),
        starts_on=starts_on,
        ends_on=periods.day_after(last_day) if last_day else None,
        reason=reason,
        recorded_at=at,
    )
    with db.refusing(agreement_suspension_no_overlap=periods.SuspensionOverlaps):
        await store.insert_suspension(tx, agreement_id, suspension, account_id=by.account)
    await _record_move(tx, agreement, event)
    await _note(tx, agreement_id, event, by=by, at=at, reason=reason)
    return suspension.id


async def resume_agreement(
    tx: Connection,
    agreement_id: AgreementId,
    *,
    resumes_on: date,
    by: Actor,
    on: date,
    at: datetime,
) -> None:
    """Work goes on from a day: the open suspension ends before it."""
    agreement = await _lock_for(tx, agreement_id, Event.RESUMED, by=by)
    suspension = periods.open_suspension(await store.list_suspensions(tx, agreement_id))
    periods.check_resumption(suspension, resumes_on=resumes_on, on=on)
    at = await moment_of_knowledge(tx, [agreement_id], at=at)
    await _end_suspension(tx, suspension, ends_on=resumes_on, by=by, at=at)
    await _record_move(tx, agreement, Event.RESUMED)
    await _note(tx, agreement_id, Event.RESUMED, by=by, at=at)


async def extend_agreement(
    tx: Connection,
    agreement_id: AgreementId,
    *,
    days: int,
    reason: str,
    by: Actor,
    on: date,
    at: datetime,
) -> None:
    """Gives suspended days back at the end of the subsidised period, and no more than those."""
    agreement = await _lock_for(tx, agreement_id, Event.EXTENDED, by=by)
    scheme = await store.get_scheme_terms(tx, agreement_id)
    suspensions = await store.list_suspensions(tx, agreement_id)
    suspended = periods.suspended_days(suspensions, within=agreement.period, on=on)
    period = periods.extended_period(
        agreement.period, months=scheme.months, suspended=suspended, days=days
    )
    employment = periods.employment_around(agreement.employment, period)
    at = await moment_of_knowledge(tx, [agreement_id], at=at)
    with db.refusing(agreement_no_overlap_per_candidate=rules.CandidateTaken):
        await store.record_periods(tx, agreement_id, period=period, employment=employment)
    await store.record_dates(
        tx, agreement_id, period=period, employment=employment, at=at, account_id=by.account
    )
    await _note(tx, agreement_id, Event.EXTENDED, by=by, at=at, reason=reason)


async def change_employment(
    tx: Connection,
    agreement_id: AgreementId,
    *,
    last_day: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """The employment ends on another day than agreed, earlier or later; never within the subsidy.

    What is paid for staying at work after the subsidised period follows from it.
    """
    agreement = await _lock_for(tx, agreement_id, Event.EMPLOYMENT_CHANGED, by=by)
    period = agreement.period
    employment = periods.changed_employment(agreement.employment, period, last_day=last_day)
    at = await moment_of_knowledge(tx, [agreement_id], at=at)
    await store.record_periods(tx, agreement_id, period=period, employment=employment)
    await store.record_dates(
        tx, agreement_id, period=period, employment=employment, at=at, account_id=by.account
    )
    await _note(tx, agreement_id, Event.EMPLOYMENT_CHANGED, by=by, at=at, reason=reason)


async def end_agreement(
    tx: Connection,
    agreement_id: AgreementId,
    *,
    last_day: date,
    cause: EndCause,
    reason: str,
    by: Actor,
    on: date,
    at: datetime,
) -> None:
    """Ends a running agreement early: subsidy and employment are cut after the last day of work."""
    periods.check_cause(cause)
    agreement = await _lock_for(tx, agreement_id, Event.ENDED_EARLY, by=by)
    cut = periods.cut_period(agreement.period, last_day=last_day, on=on)
    employment = Period(agreement.employment.start, cut.end)
    at = await moment_of_knowledge(tx, [agreement_id], at=at)
    await _close_suspension(tx, agreement, before=cut.end, by=by, at=at)
    await store.record_ended_early(
        tx,
        agreement_id,
        period=cut,
        employment=employment,
        cause=cause,
        at=at,
        account_id=by.account,
    )
    await store.record_dates(
        tx, agreement_id, period=cut, employment=employment, at=at, account_id=by.account
    )
    await _note(tx, agreement_id, Event.ENDED_EARLY, by=by, at=at, reason=reason)
    await release_money(tx, agreement_id=agreement_id, on=on)


async def _close_suspension(
    tx: Connection, agreement: Agreement, *, before: date, by: Actor, at: datetime
) -> None:
    if agreement.state is not State.SUSPENDED:
        return
    suspension = periods.open_suspension(await store.list_suspensions(tx, agreement.id))
    ends_on = max(before, periods.day_after(suspension.starts_on))
    await _end_suspension(tx, suspension, ends_on=ends_on, by=by, at=at)


async def _end_suspension(
    tx: Connection, suspension: Suspension, *, ends_on: date, by: Actor, at: datetime
) -> None:
    await store.record_suspension_end(
        tx,
        suspension.id,
        closed_id=SuspensionId(new_id()),
        ends_on=ends_on,
        at=at,
        account_id=by.account,
    )


async def cancel_agreement(
    tx: Connection,
    agreement_id: AgreementId,
    *,
    reason: str,
    by: Actor,
    on: date,
    at: datetime,
) -> None:
    """Cancels an agreement that has not started; what was set aside for it is free again."""
    agreement = await _lock_for(tx, agreement_id, Event.CANCELLED, by=by)
    await store.record_cancelled(tx, agreement_id, at=at, account_id=by.account)
    await _note(tx, agreement_id, Event.CANCELLED, by=by, at=at, reason=reason)
    if agreement.state is State.SIGNED:
        await release_money(tx, agreement_id=agreement_id, on=on)


async def complete_agreements(
    tx: Connection, *, on: date, at: datetime, limit: int = COMPLETED_AT_ONCE
) -> int:
    """Completes a batch of active agreements whose subsidised period is over; how many.

    For the nightly job, as the system; call it again until it answers 0.
    """
    finished = await store.lock_finished_agreements(tx, day=on, limit=limit)
    if not finished:
        return 0
    await store.record_completed(tx, finished, at=at)
    happenings = [
        NewHappening(id=new_id(), agreement_id=one, event=Event.COMPLETED) for one in finished
    ]
    await store.insert_events(tx, happenings, at=at, account_id=None)
    await release_unused(tx, on=on)
    return len(finished)


async def read_agreement(tx: Connection, agreement_id: AgreementId) -> Dossier:
    """An agreement with its signatures, suspensions and history; NotFound when not the actor's."""
    return Dossier(
        agreement=await store.get_agreement(tx, agreement_id),
        signatures=await store.list_signatures(tx, agreement_id),
        suspensions=await store.list_suspensions(tx, agreement_id),
        events=await store.list_events(tx, agreement_id),
    )


async def list_agreements(
    tx: Connection,
    wanted: Wanted = NEWEST,
    *,
    state: State | None = None,
    candidate_name: str | None = None,
    employer_name: str | None = None,
    by: Actor,
) -> Found[Listed]:
    """A page of the agreements of whoever asks: their office's, their own, or for others all."""
    return await store.list_agreements(
        tx,
        wanted,
        office_id=by.office if by.role is Role.CASE_OFFICER else None,
        employer_id=by.employer if by.role is Role.EMPLOYER else None,
        state=state,
        candidate_patterns=search_patterns(candidate_name or "") or None,
        employer_patterns=search_patterns(employer_name or "") or None,
    )


async def _record_move(tx: Connection, agreement: Agreement, event: Event) -> None:
    await store.record_state(
        tx,
        agreement.id,
        present=agreement.state,
        following=rules.move(agreement.state, event),
    )


async def _note(
    tx: Connection,
    agreement_id: AgreementId,
    event: Event,
    *,
    by: Actor,
    at: datetime,
    reason: str | None = None,
) -> None:
    happening = NewHappening(id=new_id(), agreement_id=agreement_id, event=event, reason=reason)
    await store.insert_events(tx, [happening], at=at, account_id=by.account)
