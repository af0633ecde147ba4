"""Which links live, how a code is read, and when somebody is reminded."""

from collections.abc import Iterable
from datetime import date, datetime

from service.i18n import LANGUAGES, N_
from service.ids import CROCKFORD, base32
from service.links.model import (
    BETWEEN_LAST_MAILS,
    BETWEEN_MAILS,
    LAST_DAYS,
    MAILS_MAX,
    SIGNING_MAILS_MAX,
    HeldLink,
    Link,
    Presented,
    Purpose,
    Question,
)
from service.problems import Problem

CODE_LETTERS = 10
CODE_BITS = 5 * CODE_LETTERS
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "–": None})
OFFICIAL_LANGUAGE = "sq"


class LinkOver(Problem):
    """It was used, has expired, was taken back, or there is no such link."""

    slug = "link-over"
    title = N_(
        "This link is not valid: it was used, has expired or was replaced. Ask the employment"
        " office for another one."
    )
    status = 404


class WrongCode(Problem):
    """The same answer for an unknown code and a wrong date of birth."""

    slug = "wrong-code"
    title = N_("The code or the date of birth is wrong, or the code is no longer valid. Try again.")
    status = 422


class AlreadyAnswered(Problem):
    """Nothing is left to be asked."""

    slug = "already-answered"
    title = N_("This was answered already. Nothing more is needed.")
    status = 409


class NoAddress(Problem):
    """The candidate has no e-mail address on record."""

    slug = "no-address"
    title = N_("No e-mail address of the candidate is known. Write it down, or print a code.")
    status = 409


class RefusesMail(Problem):
    """The candidate does not want messages."""

    slug = "refuses-mail"
    title = N_("The candidate does not want to be written to. Print a code instead.")
    status = 409


def is_live(link: Presented | HeldLink | Link, at: datetime) -> bool:
    """Whether a link still serves."""
    return link.used_at is None and link.revoked_at is None and at < link.expires_at


def make_code(bits: int) -> str:
    """A code of ten characters that are not misread for each other, from 50 random bits."""
    return base32(bits, CODE_LETTERS)


def show_code(code: str) -> str:
    """A code as it is printed: `7K3M9-2QFA0`."""
    return f"{code[:5]}-{code[5:]}"


def read_code(text: str) -> str | None:
    """A typed code, whatever its case and spaces; None for what is no code."""
    code = text.upper().translate(MISREAD)
    return code if len(code) == CODE_LETTERS and set(code) <= set(CROCKFORD) else None


def language_of(spoken: Iterable[str]) -> str:
    """The first language of a candidate that Ura writes, else Albanian."""
    return next((code for code in spoken if code in LANGUAGES), OFFICIAL_LANGUAGE)


def is_reminder_due(
    *, is_signing: bool, mails: int, last_at: datetime, starts_on: date, at: datetime, on: date
) -> bool:
    """Whether to write again: three days after the last mail, at most twice more.

    Where a signature is missing and work begins within three days, each day.
    """
    is_urgent = is_signing and (starts_on - on).days <= LAST_DAYS
    if mails >= (SIGNING_MAILS_MAX if is_urgent else MAILS_MAX):
        return False
    return at - last_at >= (BETWEEN_LAST_MAILS if is_urgent else BETWEEN_MAILS)


def wants_reminder(question: Question, *, at: datetime, on: date) -> bool:
    """Whether a question that was asked by mail and is not answered is asked again now."""
    assert question.last_mailed_at is not None, "it was never asked by mail"
    return not question.is_answered and is_reminder_due(
        is_signing=question.purpose is Purpose.SIGN_AGREEMENT,
        mails=question.mail_count,
        last_at=question.last_mailed_at,
        starts_on=question.starts_on,
        at=at,
        on=on,
    )
