"""What the holder of a link does: opens it, looks, and signs, confirms, contests or answers."""

import secrets
from datetime import date, datetime

from service.accounts.rules import FAILURE_WINDOW, TooManyAttempts, wait_before_sign_in
from service.actor import Actor, Role, Scope
from service.agreements import actions as agreements
from service.agreements.model import Party
from service.attendance import actions as attendance
from service.attendance.model import ConfirmedFor, Contest
from service.crypto import Sealer, fingerprint
from service.db import Connection
from service.ids import AgreementId
from service.links import rules, store
from service.links.model import SESSION_LIFE, LinkEvent, Presented, Purpose, Question
from service.links.rules import LinkOver, WrongCode
from service.outcomes import actions as outcomes
from service.outcomes.model import Observation, Source


async def open_by_token(tx: Connection, token: str, *, at: datetime) -> str | LinkOver:
    """A session's token for the token of a mailed link.

    A refusal is answered and not raised: raising it would undo the note of it.
    """
    return await _open(tx, await store.find_link_of_token(tx, fingerprint(token.encode())), at=at)


async def open_by_code(
    tx: Connection, code: str, *, born_on: date, address: str, at: datetime, sealer: Sealer
) -> str | WrongCode | TooManyAttempts:
    """A session's token for a printed code and its candidate's date of birth.

    The attempt is counted either way, so a refusal is answered and not raised.
    """
    code_index = sealer.blind_index("link_code", rules.read_code(code) or code[:100])
    failures = await store.failures_since(
        tx, code_index=code_index, address=address, since=at - FAILURE_WINDOW
    )
    if wait := wait_before_sign_in(failures, at):
        return TooManyAttempts(retry_after_seconds=int(wait.total_seconds()) + 1)
    found = await store.find_link_of_code(tx, code_index, born_on=born_on)
    known = found is not None and found.is_born_then
    opened = await _open(tx, found.presented(), at=at) if found and known else None
    succeeded = isinstance(opened, str)
    await store.insert_attempt(
        tx, code_index=code_index, address=address, at=at, succeeded=succeeded
    )
    if found and not known:
        await store.insert_event(tx, found.id, LinkEvent.WRONG_BIRTH_DATE, at=at)
    return opened if isinstance(opened, str) else WrongCode()


async def _open(tx: Connection, link: Presented | None, *, at: datetime) -> str | LinkOver:
    if link is None:
        return LinkOver()
    if not rules.is_live(link, at):
        await store.insert_event(tx, link.id, LinkEvent.REFUSED, at=at)
        return LinkOver()
    token = secrets.token_urlsafe(32)
    await store.insert_session(
        tx, fingerprint(token.encode()), link.id, at=at, expires_at=at + SESSION_LIFE
    )
    await store.insert_event(tx, link.id, LinkEvent.OPENED, at=at)
    return token


async def find_actor_of_link(tx: Connection, session: str, *, at: datetime) -> Actor | None:
    """The candidate that a browser speaks for, while its session and the link live."""
    holder = await store.find_holder(tx, fingerprint(session.encode()), at=at)
    if holder is None:
        return None
    return Actor(
        role=Role.CANDIDATE,
        candidate_id=holder.candidate_id,
        agreement_id=holder.agreement_id,
        link_id=holder.link_id,
        language=rules.language_of(holder.languages),
        scopes=frozenset({Scope.READ, Scope.WRITE}),
    )


async def look(tx: Connection, *, by: Actor, at: datetime) -> Question:
    """What the holder is asked; the look is noted. LinkOver."""
    link = await store.lock_link(tx, by.link)
    if not rules.is_live(link, at):
        raise LinkOver
    await store.insert_event(tx, link.id, LinkEvent.LOOKED, at=at)
    return await store.get_question(tx, link.question_id)


async def sign(
    tx: Connection, *, shown_sha256: bytes, by: Actor, on: date, at: datetime
) -> AgreementId:
    """The candidate signs the text that was shown; LinkOver, TermsChanged or AlreadySigned."""
    question = await _take(tx, Purpose.SIGN_AGREEMENT, by=by, at=at)
    await agreements.sign_agreement(
        tx,
        question.agreement_id,
        Party.CANDIDATE,
        shown_sha256=shown_sha256,
        by=by,
        on=on,
        at=at,
    )
    await _spend(tx, by=by, at=at)
    return question.agreement_id


async def answer_month(tx: Connection, contest: Contest | None, *, by: Actor, at: datetime) -> None:
    """The candidate says that a report is right, or what is wrong with it."""
    question = await _take(tx, Purpose.CONFIRM_MONTH, by=by, at=at)
    assert question.attendance_id is not None, "a month is asked about by its report"
    if contest is None:
        await attendance.confirm_attendance(
            tx, question.attendance_id, confirmed_for=ConfirmedFor.CANDIDATE, by=by, at=at
        )
    else:
        await attendance.contest_attendance(tx, question.attendance_id, contest, by=by, at=at)
    await _spend(tx, by=by, at=at)


async def answer_follow_up(
    tx: Connection, *, employed: bool, same_employer: bool, by: Actor, on: date, at: datetime
) -> None:
    """The candidate says where they stand today."""
    question = await _take(tx, Purpose.FOLLOW_UP, by=by, at=at)
    assert question.months_after is not None, "a follow-up has its point"
    observation = Observation(
        months_after=question.months_after,
        employed=employed,
        same_employer=same_employer,
        observed_on=on,
        source=Source.CANDIDATE,
    )
    await outcomes.record_outcome(tx, question.agreement_id, observation, by=by, at=at, on=on)
    await _spend(tx, by=by, at=at)


async def _take(tx: Connection, purpose: Purpose, *, by: Actor, at: datetime) -> Question:
    """The question of the link in hand, the link held: two answers at once come one by one."""
    link = await store.lock_link(tx, by.link)
    if not rules.is_live(link, at):
        raise LinkOver
    question = await store.get_question(tx, link.question_id)
    if question.purpose is not purpose:
        raise LinkOver
    return question


async def _spend(tx: Connection, *, by: Actor, at: datetime) -> None:
    await store.record_used(tx, by.link, at=at)
    await store.insert_event(tx, by.link, LinkEvent.USED, at=at)
    await store.delete_sessions(tx, by.link)
