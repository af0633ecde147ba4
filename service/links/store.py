"""The typed twins of sql/queries/links.sql and links_listed.sql."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from service import db
from service.accounts.model import Failures
from service.db import Connection
from service.ids import (
    AccountId,
    AgreementId,
    CandidateId,
    CandidateLinkId,
    MailId,
    OfficeId,
    QuestionId,
)
from service.links.model import (
    Asked,
    HeldLink,
    Holder,
    Link,
    LinkEvent,
    NewLink,
    Presented,
    PresentedCode,
    Question,
    Reach,
    Subject,
    UnsignedByEmployer,
)

SQL = {**db.load("links"), **db.load("links_listed")}


class Found(msgspec.Struct, frozen=True):
    """A question that a sweep has taken in hand."""

    id: QuestionId


class FoundLink(msgspec.Struct, frozen=True):
    """A link of somebody whose address was wrong."""

    id: CandidateLinkId


async def list_unasked_signings(tx: Connection, *, since: datetime, at_most: int) -> list[Subject]:
    """Drafts since a moment that wait for their candidate's signature, of whom nobody was asked."""
    return await db.fetch_all(
        tx, SQL["list_unasked_signings"], Subject, since=since, at_most=at_most
    )


async def list_unasked_months(tx: Connection, *, since: datetime, at_most: int) -> list[Subject]:
    """Reports since a moment that nobody has confirmed, contested or asked about."""
    return await db.fetch_all(tx, SQL["list_unasked_months"], Subject, since=since, at_most=at_most)


async def list_unasked_points(
    tx: Connection, *, points: Sequence[int], on: date, since: date, at_most: int
) -> list[Subject]:
    """Points of the follow-up that came between two days and that nobody was asked about."""
    return await db.fetch_all(
        tx,
        SQL["list_unasked_points"],
        Subject,
        points=points,
        on=on,
        since=since,
        at_most=at_most,
    )


async def insert_questions(
    tx: Connection, ids: Sequence[QuestionId], subjects: Sequence[Subject], *, at: datetime
) -> int:
    """Raises questions; what was asked meanwhile is not asked again."""
    return await db.execute(
        tx,
        SQL["insert_questions"],
        ids=ids,
        purposes=[one.purpose for one in subjects],
        agreement_ids=[one.agreement_id for one in subjects],
        candidate_ids=[one.candidate_id for one in subjects],
        attendance_ids=[one.attendance_id for one in subjects],
        months_after=[one.months_after for one in subjects],
        at=at,
    )


async def lock_undecided(tx: Connection) -> Found | None:
    """The next question of which nobody has decided how it reaches its candidate, held."""
    return await db.find_one(tx, SQL["lock_undecided"], Found)


async def lock_question(tx: Connection, question_id: QuestionId) -> Found:
    """A question, held; NotFound when it is not the actor's to see."""
    return await db.fetch_one(tx, SQL["lock_question"], Found, question_id=question_id)


async def lock_mailed_before(
    tx: Connection,
    *,
    before: datetime,
    mails_max: int,
    signing_mails_max: int,
    after: QuestionId | None,
) -> Found | None:
    """The next open question, after one, that was last asked by mail before a moment, held."""
    return await db.find_one(
        tx,
        SQL["lock_mailed_before"],
        Found,
        before=before,
        mails_max=mails_max,
        signing_mails_max=signing_mails_max,
        after=after,
    )


async def record_closed(tx: Connection, *, at: datetime, given_up_before: datetime) -> int:
    """Closes what is answered or nobody waits for any more; how many."""
    return await db.execute(tx, SQL["record_closed"], at=at, given_up_before=given_up_before)


async def get_question(tx: Connection, question_id: QuestionId) -> Question:
    """A question with what a mail about it says; NotFound."""
    return await db.fetch_one(tx, SQL["get_question"], Question, question_id=question_id)


async def find_signing_question(tx: Connection, agreement_id: AgreementId) -> Found | None:
    """The question by which the candidate of an agreement is asked to sign it."""
    return await db.find_one(tx, SQL["find_signing_question"], Found, agreement_id=agreement_id)


async def mark_on_paper(tx: Connection, question_id: QuestionId) -> int:
    """Leaves a question to paper."""
    return await db.execute(tx, SQL["mark_on_paper"], question_id=question_id)


async def mark_mailed(tx: Connection, question_id: QuestionId, *, at: datetime) -> int:
    """Counts a mail that asks a question."""
    return await db.execute(tx, SQL["mark_mailed"], question_id=question_id, at=at)


async def insert_link(tx: Connection, link: NewLink) -> None:
    """Writes a link."""
    await db.execute(
        tx,
        SQL["insert_link"],
        id=link.id,
        question_id=link.question_id,
        token_hash=link.token_hash,
        code_index=link.code_index,
        mail_id=link.mail_id,
        issued_at=link.issued_at,
        issued_by=link.issued_by,
        expires_at=link.expires_at,
    )


async def find_link_of_token(tx: Connection, token_hash: bytes) -> Presented | None:
    """The link of a token."""
    return await db.find_one(tx, SQL["find_link_of_token"], Presented, token_hash=token_hash)


async def find_link_of_code(
    tx: Connection, code_index: bytes, *, born_on: date
) -> PresentedCode | None:
    """The link of a code, and whether its candidate was born on a day."""
    return await db.find_one(
        tx, SQL["find_link_of_code"], PresentedCode, code_index=code_index, born_on=born_on
    )


async def find_holder(tx: Connection, token_hash: bytes, *, at: datetime) -> Holder | None:
    """Whom a browser with this session speaks for, while session and link live."""
    return await db.find_one(tx, SQL["find_holder"], Holder, token_hash=token_hash, at=at)


async def insert_session(
    tx: Connection,
    token_hash: bytes,
    link_id: CandidateLinkId,
    *,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Lets a browser speak for a candidate for a while."""
    await db.execute(
        tx,
        SQL["insert_session"],
        token_hash=token_hash,
        link_id=link_id,
        at=at,
        expires_at=expires_at,
    )


async def delete_sessions(tx: Connection, link_id: CandidateLinkId) -> int:
    """Ends what browsers may do by a link; how many."""
    return await db.execute(tx, SQL["delete_sessions"], link_id=link_id)


async def insert_event(
    tx: Connection, link_id: CandidateLinkId, event: LinkEvent, *, at: datetime
) -> None:
    """Notes what happened to a link."""
    await db.execute(tx, SQL["insert_event"], link_id=link_id, event=event, at=at)


async def failures_since(
    tx: Connection, *, code_index: bytes, address: str, since: datetime
) -> Failures:
    """Failed attempts with one code, and from one network address, since a moment."""
    return await db.fetch_one(
        tx,
        SQL["failures_since"],
        Failures,
        code_index=code_index,
        address=address,
        since=since,
    )


async def insert_attempt(
    tx: Connection, *, code_index: bytes, address: str, at: datetime, succeeded: bool
) -> None:
    """Counts an attempt to open a link by its code."""
    await db.execute(
        tx,
        SQL["insert_attempt"],
        code_index=code_index,
        address=address,
        at=at,
        succeeded=succeeded,
    )


async def delete_attempts_before(tx: Connection, before: datetime) -> int:
    """Forgets attempts that no longer count; how many."""
    return await db.execute(tx, SQL["delete_attempts_before"], before=before)


async def delete_sessions_before(tx: Connection, before: datetime) -> int:
    """Forgets sessions that are over; how many."""
    return await db.execute(tx, SQL["delete_sessions_before"], before=before)


async def lock_link(tx: Connection, link_id: CandidateLinkId) -> HeldLink:
    """A link, held; NotFound when it is not the actor's to see."""
    return await db.fetch_one(tx, SQL["lock_link"], HeldLink, link_id=link_id)


async def record_used(tx: Connection, link_id: CandidateLinkId, *, at: datetime) -> int:
    """A link has served; 0 when it had before."""
    return await db.execute(tx, SQL["record_used"], link_id=link_id, at=at)


async def record_revoked(
    tx: Connection, link_id: CandidateLinkId, *, at: datetime, account_id: AccountId
) -> int:
    """Takes a link back; 0 when it was used or taken back before."""
    return await db.execute(
        tx, SQL["record_revoked"], link_id=link_id, at=at, account_id=account_id
    )


async def list_mailed_links(tx: Connection, candidate_id: CandidateId) -> list[FoundLink]:
    """The links that went to a candidate by mail and were neither used nor taken back."""
    return await db.fetch_all(tx, SQL["list_mailed_links"], FoundLink, candidate_id=candidate_id)


async def list_waiting_for_office(
    tx: Connection,
    office_id: OfficeId,
    *,
    reach: Reach | None,
    after: QuestionId | None,
    at_most: int,
) -> list[Asked]:
    """What an office's candidates have not answered, the longest asked first."""
    return await db.fetch_all(
        tx,
        SQL["list_waiting_for_office"],
        Asked,
        office_id=office_id,
        reach=reach,
        after=after,
        at_most=at_most,
    )


async def list_of_agreement(
    tx: Connection, agreement_id: AgreementId, *, at_most: int
) -> list[Asked]:
    """What the candidate of an agreement was asked, in order."""
    return await db.fetch_all(
        tx, SQL["list_of_agreement"], Asked, agreement_id=agreement_id, at_most=at_most
    )


async def list_links(tx: Connection, question_id: QuestionId, *, at_most: int) -> list[Link]:
    """The links that lead to a question, the newest first."""
    return await db.fetch_all(tx, SQL["list_links"], Link, question_id=question_id, at_most=at_most)


async def list_unsigned_by_employers(
    tx: Connection, *, since: datetime, at_most: int
) -> list[UnsignedByEmployer]:
    """Drafts since a moment that wait for the employer only, a row for each who may sign."""
    return await db.fetch_all(
        tx, SQL["list_unsigned_by_employers"], UnsignedByEmployer, since=since, at_most=at_most
    )


async def insert_reminder(
    tx: Connection,
    reminder_id: UUID,
    *,
    agreement_id: AgreementId,
    account_id: AccountId,
    mail_id: MailId,
    at: datetime,
) -> None:
    """Notes that somebody was reminded to sign for an employer."""
    await db.execute(
        tx,
        SQL["insert_reminder"],
        id=reminder_id,
        agreement_id=agreement_id,
        account_id=account_id,
        mail_id=mail_id,
        at=at,
    )
