"""What a sign-in, a password, a role and a token must satisfy."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from service.accounts.model import (
    SESSION_IDLE,
    TOKEN_LIFE_MAX,
    Failures,
    NewAccount,
    OpenSession,
)
from service.actor import Role, Scope
from service.i18n import LANGUAGES, N_, _
from service.problems import InvalidFields, Problem

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s.]{2,63}")
PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 200
NAME_LENGTH_MAX = 120

FAILURE_WINDOW = timedelta(minutes=15)
FREE_FAILURES_FOR_EMAIL = 5
FREE_FAILURES_FOR_ADDRESS = 50
FIRST_DELAY = timedelta(seconds=15)
DELAY_MAX = timedelta(minutes=15)

NOBODYS_ROLES = frozenset({Role.SYSTEM, Role.ANONYMOUS, Role.CANDIDATE})
MONEY_ROLES = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})


class WrongPassword(Problem):
    """The same answer for an unknown account, a wrong password and a disabled account."""

    slug = "wrong-password"
    title = N_("The e-mail address or the password is wrong. Try again.")
    status = 401


class TooManyAttempts(Problem):
    """Somebody is guessing; nobody is locked out for good."""

    slug = "too-many-attempts"
    title = N_("There were too many failed attempts to sign in. Wait, then try again.")
    status = 429


class EmailTaken(Problem):
    """One account for one address."""

    slug = "email-taken"
    title = N_("There is already an account with this e-mail address.")
    status = 409


class ScopeNotYours(Problem):
    """A token never may more than the person who makes it."""

    slug = "scope-not-yours"
    title = N_("Your role does not have one of these rights, so its token cannot have it either.")
    status = 403


def wait_before_sign_in(failures: Failures, at: datetime) -> timedelta:
    """How long to wait before another attempt: doubling from the fifth failure of an account.

    An account is never locked for good, or anybody could lock finance out (OWASP ASVS 6.3.1).
    """
    return max(
        _wait(failures.for_email - FREE_FAILURES_FOR_EMAIL, failures.last_for_email, at),
        _wait(failures.for_address - FREE_FAILURES_FOR_ADDRESS, failures.last_for_address, at),
    )


def _wait(beyond: int, last: datetime | None, at: datetime) -> timedelta:
    if beyond < 0 or last is None:
        return timedelta(0)
    delay: timedelta = min(FIRST_DELAY * (1 << min(beyond, 10)), DELAY_MAX)
    return max(timedelta(0), last + delay - at)


def is_live(session: OpenSession, at: datetime) -> bool:
    """A session ends 8 hours after sign-in, or after half an hour in which nothing was asked."""
    return at < session.expires_at and at - session.last_seen_at < SESSION_IDLE


def check_account(account: NewAccount) -> None:
    """InvalidFields, a sentence for each field, when an account cannot be made as described."""
    of_office, of_employer = account.role is Role.CASE_OFFICER, account.role is Role.EMPLOYER
    password_fits = PASSWORD_LENGTH_MIN <= len(account.password) <= PASSWORD_LENGTH_MAX
    checks = (
        ("email", EMAIL.fullmatch(account.email), _("Write an address such as name@example.org.")),
        ("name", 1 <= len(account.name.strip()) <= NAME_LENGTH_MAX, _("Write the person's name.")),
        ("password", password_fits, _("Choose a password of 12 to 200 characters.")),
        ("language", account.language in LANGUAGES, _("Choose sq, sr or en.")),
        ("role", account.role not in NOBODYS_ROLES, _("Nobody signs in as this.")),
        (
            "office_id",
            of_office == (account.office_id is not None),
            _("A case officer, and nobody else, belongs to one office."),
        ),
        (
            "employer_id",
            of_employer == (account.employer_id is not None),
            _("An employer's account, and no other, belongs to one employer."),
        ),
    )
    if wrong := {field: sentence for field, fits, sentence in checks if not fits}:
        raise InvalidFields(wrong)


def scopes_of(role: Role) -> frozenset[Scope]:
    """What a token of this role may be used for at most."""
    if role in MONEY_ROLES:
        return frozenset(Scope)
    if role is Role.AUDITOR:
        return frozenset({Scope.READ})
    return frozenset({Scope.READ, Scope.WRITE})


def check_token(role: Role, scopes: Iterable[Scope], life: timedelta) -> None:
    """ScopeNotYours for a right the role lacks; InvalidFields for a life beyond 90 days."""
    if set(scopes) - scopes_of(role):
        raise ScopeNotYours
    if not timedelta(0) < life <= TOKEN_LIFE_MAX:
        raise InvalidFields({"days": _("A token lives from 1 to 90 days.")})
