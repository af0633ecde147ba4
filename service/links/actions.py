"""Asking candidates: by mail or by a code on paper, again when they are silent, and no longer."""

import secrets
from datetime import date, datetime, timedelta

from service.actor import Actor, Role
from service.contacts import actions as contacts
from service.contacts.model import Contact, ContactForm
from service.crypto import Sealer, fingerprint
from service.db import Connection
from service.i18n import _
from service.ids import (
    AgreementId,
    CandidateId,
    CandidateLinkId,
    MailId,
    QuestionId,
    new_id,
)
from service.links import rules, store
from service.links.model import (
    BETWEEN_LAST_MAILS,
    LIFE,
    MAIL_KINDS,
    MAILS_MAX,
    SIGNING_MAILS_MAX,
    Asked,
    Link,
    NewLink,
    Printed,
    Question,
    Reach,
    Subject,
)
from service.links.words import facts_of
from service.mail import actions as mail
from service.mail.model import MailKind
from service.outcomes.model import POINTS
from service.problems import NotAllowed, NotFound

RAISED_AT_ONCE = 500
LISTED_AT_ONCE = 50
LINKS_AT_ONCE = 50
REMINDED_AT_ONCE = 200
LATELY = timedelta(days=60)  # what is older is the office's to ask
ASKED_POINTS = [point for point in POINTS if point]  # the end itself the office knows
POINTS_LATELY = timedelta(days=45)
GIVEN_UP_AFTER = timedelta(days=180)
FORGOTTEN_AFTER = timedelta(days=1)


async def raise_questions(tx: Connection, *, at: datetime) -> int:
    """Asks for signatures and for words on reports that have come; how many. For the job."""
    since = at - LATELY
    subjects = await store.list_unasked_signings(tx, since=since, at_most=RAISED_AT_ONCE)
    subjects += await store.list_unasked_months(tx, since=since, at_most=RAISED_AT_ONCE)
    return await _raise(tx, subjects, at=at)


async def raise_points(tx: Connection, *, at: datetime, on: date) -> int:
    """Asks where people stand whose point of the follow-up has come; how many. For the job."""
    subjects = await store.list_unasked_points(
        tx, points=ASKED_POINTS, on=on, since=on - POINTS_LATELY, at_most=RAISED_AT_ONCE
    )
    return await _raise(tx, subjects, at=at)


async def _raise(tx: Connection, subjects: list[Subject], *, at: datetime) -> int:
    if not subjects:
        return 0
    ids = [QuestionId(new_id()) for _subject in subjects]
    return await store.insert_questions(tx, ids, subjects, at=at)


async def ask_to_sign(tx: Connection, agreement_id: AgreementId, *, at: datetime) -> QuestionId:
    """The question by which a candidate is asked to sign, raised now if the job has not yet."""
    if await store.find_signing_question(tx, agreement_id) is None:
        await raise_questions(tx, at=at)
    found = await store.find_signing_question(tx, agreement_id)
    if found is None:
        raise rules.AlreadyAnswered
    return found.id


async def reach_next(tx: Connection, *, at: datetime, sealer: Sealer, public_url: str) -> bool:
    """Sends the next question to its candidate, or leaves it to paper; False when none waits."""
    found = await store.lock_undecided(tx)
    if found is None:
        return False
    question = await store.get_question(tx, found.id)
    sent = None
    if not question.is_answered and not question.refuses_mail:
        sent = await _mail(tx, question, at=at, sealer=sealer, public_url=public_url, by=None)
    if sent is None:
        await store.mark_on_paper(tx, question.id)
    return True


async def remind_next(
    tx: Connection,
    *,
    after: QuestionId | None,
    at: datetime,
    on: date,
    sealer: Sealer,
    public_url: str,
) -> QuestionId | None:
    """Asks the next silent candidate again, with a link; answers where to go on, if anywhere."""
    found = await store.lock_mailed_before(
        tx,
        before=at - BETWEEN_LAST_MAILS,
        mails_max=MAILS_MAX,
        signing_mails_max=SIGNING_MAILS_MAX,
        after=after,
    )
    if found is None:
        return None
    question = await store.get_question(tx, found.id)
    if rules.wants_reminder(question, at=at, on=on) and not question.refuses_mail:
        await _mail(tx, question, at=at, sealer=sealer, public_url=public_url, by=None)
    return found.id


async def remind_employers(
    tx: Connection, *, at: datetime, on: date, sealer: Sealer, public_url: str
) -> int:
    """Reminds those who can sign for an employer, where nobody else is waited for; how many."""
    waiting = await store.list_unsigned_by_employers(
        tx, since=at - LATELY, at_most=REMINDED_AT_ONCE
    )
    due = [
        one
        for one in waiting
        if rules.is_reminder_due(
            is_signing=True,
            mails=one.reminder_count,
            last_at=one.last_at,
            starts_on=one.starts_on,
            at=at,
            on=on,
        )
    ]
    for one in due:
        link = f"{public_url}/agreements/{one.agreement_id}"
        mail_id = await mail.write_mail(
            tx,
            MailKind.EMPLOYER_TO_SIGN,
            to=one.email,
            language=one.language,
            facts={"name": one.name, "link": link, "reference": one.reference},
            at=at,
            sealer=sealer,
        )
        await store.insert_reminder(
            tx,
            new_id(),
            agreement_id=one.agreement_id,
            account_id=one.account_id,
            mail_id=mail_id,
            at=at,
        )
    return len(due)


async def close_questions(tx: Connection, *, at: datetime) -> int:
    """Closes what is answered, by whom ever, or was asked long ago; how many. For the job."""
    return await store.record_closed(tx, at=at, given_up_before=at - GIVEN_UP_AFTER)


async def forget(tx: Connection, *, at: datetime) -> int:
    """Deletes sessions that are over and attempts that no longer count; how many. For the job."""
    before = at - FORGOTTEN_AFTER
    attempts = await store.delete_attempts_before(tx, before)
    return attempts + await store.delete_sessions_before(tx, before)


async def _mail(
    tx: Connection,
    question: Question,
    *,
    at: datetime,
    sealer: Sealer,
    public_url: str,
    by: Actor | None,
) -> MailId | None:
    """Writes the mail with a new link; None where no address is known."""
    known = await contacts.find_address(tx, question.candidate_id, sealer=sealer)
    if known is None:
        return None
    address, language = known
    first, again = MAIL_KINDS[question.purpose]
    token = secrets.token_urlsafe(32)
    mail_id = await mail.write_mail(
        tx,
        again if question.mail_count else first,
        to=address,
        language=language,
        facts=facts_of(question, language=language, link=f"{public_url}/l/{token}"),
        at=at,
        sealer=sealer,
    )
    link = _new_link(question, at=at, by=by, token=token, mail_id=mail_id)
    await store.insert_link(tx, link)
    await store.mark_mailed(tx, question.id, at=at)
    return mail_id


def _new_link(
    question: Question,
    *,
    at: datetime,
    by: Actor | None,
    token: str | None = None,
    code_index: bytes | None = None,
    mail_id: MailId | None = None,
) -> NewLink:
    return NewLink(
        id=CandidateLinkId(new_id()),
        question_id=question.id,
        token_hash=fingerprint(token.encode()) if token else None,
        code_index=code_index,
        mail_id=mail_id,
        issued_at=at,
        issued_by=by.account if by else None,
        expires_at=at + LIFE[question.purpose],
    )


async def _lock_open(tx: Connection, question_id: QuestionId, by: Actor) -> Question:
    """A question of the own office that is not answered yet, held."""
    if by.role is not Role.CASE_OFFICER:
        raise NotAllowed
    await store.lock_question(tx, question_id)
    question = await store.get_question(tx, question_id)
    if question.is_answered:
        raise rules.AlreadyAnswered
    return question


async def send_link(
    tx: Connection,
    question_id: QuestionId,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
    public_url: str,
) -> MailId:
    """A case officer sends the link now; AlreadyAnswered, RefusesMail or NoAddress."""
    question = await _lock_open(tx, question_id, by)
    if question.refuses_mail:
        raise rules.RefusesMail
    sent = await _mail(tx, question, at=at, sealer=sealer, public_url=public_url, by=by)
    if sent is None:
        raise rules.NoAddress
    return sent


async def print_code(
    tx: Connection, question_id: QuestionId, *, by: Actor, at: datetime, sealer: Sealer
) -> Printed:
    """A new code for paper, known this once; it is kept as a keyed hash only. AlreadyAnswered."""
    question = await _lock_open(tx, question_id, by)
    code = rules.make_code(secrets.randbits(rules.CODE_BITS))
    link = _new_link(question, at=at, by=by, code_index=sealer.blind_index("link_code", code))
    await store.insert_link(tx, link)
    if question.reach is Reach.UNDECIDED:
        await store.mark_on_paper(tx, question.id)
    return Printed(rules.show_code(code), question, link.expires_at)


async def revoke_link(
    tx: Connection, link_id: CandidateLinkId, *, by: Actor, at: datetime
) -> QuestionId:
    """Takes a link back; LinkOver when it was used or taken back before."""
    if by.role is not Role.CASE_OFFICER:
        raise NotAllowed
    link = await store.lock_link(tx, link_id)
    if not await store.record_revoked(tx, link_id, at=at, account_id=by.account):
        raise rules.LinkOver
    return link.question_id


async def correct_address(
    tx: Connection,
    question_id: QuestionId,
    email: str,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
    public_url: str,
) -> None:
    """Writes down another e-mail address, takes back what went to the former, and sends anew.

    Whatever the others have signed stays signed. InvalidFields for what is no address.
    """
    question = await _lock_open(tx, question_id, by)
    known = await _contact(tx, question, by=by, at=at, sealer=sealer)
    form = ContactForm(
        phone=known.phone,
        email=email,
        address=known.address,
        contact_language=known.language,
    )
    await contacts.save_contact(tx, question.candidate_id, form, by=by, at=at, sealer=sealer)
    await _revoke_mailed(tx, question.candidate_id, by=by, at=at)
    if email.strip():
        await send_link(tx, question_id, by=by, at=at, sealer=sealer, public_url=public_url)


async def _contact(
    tx: Connection, question: Question, *, by: Actor, at: datetime, sealer: Sealer
) -> Contact:
    purpose = _("To correct the e-mail address of {reference}").format(reference=question.reference)
    try:
        return await contacts.read_contact(
            tx, question.candidate_id, purpose=purpose, by=by, at=at, sealer=sealer
        )
    except NotFound:
        language = rules.language_of(question.candidate_languages)
        return Contact(phone="", email="", address="", language=language)


async def _revoke_mailed(
    tx: Connection, candidate_id: CandidateId, *, by: Actor, at: datetime
) -> None:
    for link in await store.list_mailed_links(tx, candidate_id):
        await store.record_revoked(tx, link.id, at=at, account_id=by.account)


async def list_waiting(
    tx: Connection, *, reach: Reach | None, after: QuestionId | None, by: Actor
) -> list[Asked]:
    """What the candidates of the own office have not answered, the longest asked first."""
    return await store.list_waiting_for_office(
        tx, by.office, reach=reach, after=after, at_most=LISTED_AT_ONCE
    )


async def list_of_agreement(tx: Connection, agreement_id: AgreementId) -> list[Asked]:
    """What the candidate of an agreement was asked."""
    return await store.list_of_agreement(tx, agreement_id, at_most=LISTED_AT_ONCE)


async def read_question(
    tx: Connection, question_id: QuestionId, *, sealer: Sealer
) -> tuple[Question, list[Link], str | None]:
    """A question, the links that lead to it, and the masked address they go to; NotFound."""
    question = await store.get_question(tx, question_id)
    links = await store.list_links(tx, question_id, at_most=LINKS_AT_ONCE)
    masked = await contacts.find_masked(tx, question.candidate_id, sealer=sealer)
    return question, links, masked.email if masked else None
