"""What a sign-in, a password, a role and a token must satisfy."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from service.accounts.model import (
    SESSION_IDLE,
    TOKEN_LIFE_MAX,
    DutyConflict,
    Failures,
    NewAccount,
    OpenSession,
    PasswordReset,
    RoleChange,
)
from service.accounts.passwords import password_complaint
from service.actor import Actor, Role, Scope
from service.i18n import LANGUAGES, N_, _
from service.ids import AccountId
from service.period import add_months
from service.problems import InvalidFields, NotAllowed, Problem

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s.]{2,63}")
NAME_LENGTH_MAX = 120

FAILURE_WINDOW = timedelta(minutes=15)
FREE_FAILURES_FOR_EMAIL = 5
FREE_FAILURES_FOR_ADDRESS = 50
FIRST_DELAY = timedelta(seconds=15)
DELAY_MAX = timedelta(minutes=15)

REASON_LENGTH_MIN, REASON_LENGTH_MAX = 5, 500
RESETS_AT_ONCE = 3

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


class RoleLeftEmpty(Problem):
    """A role keeps at least one account that works."""

    slug = "role-left-empty"
    title = N_("This is the last account of its role. Invite somebody else to the role first.")
    status = 409


class OfficeLeftEmpty(Problem):
    """An open office keeps at least one case officer."""

    slug = "office-left-empty"
    title = N_(
        "This is the last case officer of the office. Invite another one first, or close the"
        " office."
    )
    status = 409


class FirmLeftEmpty(Problem):
    """A firm keeps at least one person who may do everything for it."""

    slug = "firm-left-empty"
    title = N_(
        "This is the last person who may do everything for the firm. Give another person that right"
        " first."
    )
    status = 409


class DutiesConflict(Problem):
    """One person does not hold these duties one after the other."""

    slug = "duties-conflict"
    title = N_("One person does not hold these two duties one after the other. Ask somebody else.")
    status = 409


class StaysWithFirm(Problem):
    """A firm's person never becomes staff in the same account, nor the other way round."""

    slug = "stays-with-firm"
    title = N_("A firm's person and staff are different accounts. Invite the person anew.")
    status = 409


class OwnAccount(Problem):
    """Nobody gives themselves another role, ends their own account or resets their own factor."""

    slug = "own-account"
    title = N_("This is your own account. Ask another administrator.")
    status = 403


class LinkUsedUp(Problem):
    """A link that was used, replaced or ran out opens nothing."""

    slug = "link-used-up"
    title = N_("This link was used, replaced or has run out. Ask for a new one.")
    status = 404


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
    weak = password_complaint(account.password, email=account.email, name=account.name)
    checks = (
        ("email", EMAIL.fullmatch(account.email), _("Write an address such as name@example.org.")),
        ("name", 1 <= len(account.name.strip()) <= NAME_LENGTH_MAX, _("Write the person's name.")),
        ("password", weak is None, weak or ""),
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


def check_new_password(password: str, repeated: str, *, email: str, name: str) -> None:
    """InvalidFields when a password is weak or was typed in two ways."""
    weak = password_complaint(password, email=email, name=name)
    wrong = {"password": weak} if weak else {}
    if not weak and password != repeated:
        wrong["repeated"] = _("The two passwords differ. Type the same one twice.")
    if wrong:
        raise InvalidFields(wrong)


def check_language(language: str) -> None:
    """InvalidFields for a language that Ura does not speak."""
    if language not in LANGUAGES:
        raise InvalidFields({"language": _("Choose sq, sr or en.")})


def check_why(reason: str) -> str:
    """A reason without spaces around it; InvalidFields when it says too little or too much."""
    trimmed = reason.strip()
    if not REASON_LENGTH_MIN <= len(trimmed) <= REASON_LENGTH_MAX:
        raise InvalidFields({"reason": _("Say why in 5 to 500 letters.")})
    return trimmed


def refuse_unless_keeper(by: Actor) -> None:
    """NotAllowed unless an administrator asks."""
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed


def refuse_own(account_id: AccountId, by: Actor) -> None:
    """OwnAccount for what an administrator cannot do to themselves."""
    if by.account_id == account_id:
        raise OwnAccount


def check_role(role: Role, *, has_office: bool) -> None:
    """InvalidFields for a role nobody has, or an office that does not fit it."""
    wrong: dict[str, str] = {}
    if role in NOBODYS_ROLES or role is Role.EMPLOYER:
        wrong["role"] = _("Choose a role of the staff.")
    if (role is Role.CASE_OFFICER) != has_office:
        wrong["office_id"] = _("A case officer, and nobody else, belongs to one office.")
    if wrong:
        raise InvalidFields(wrong)


def refuse_conflicting(
    present: Role,
    wanted: Role,
    *,
    conflicts: Iterable[DutyConflict],
    history: Iterable[RoleChange],
    at: datetime,
) -> None:
    """DutiesConflict when the present duty, or one of late, is kept apart from the wanted one."""
    if Role.EMPLOYER in {present, wanted} and present is not wanted:
        raise StaysWithFirm
    former = list(history)
    for one in conflicts:
        if one.role_after is not wanted:
            continue
        since = add_months(at.date(), -one.months)
        held = any(c.role_before is one.role_before and c.changed_at.date() > since for c in former)
        if present is one.role_before or held:
            raise DutiesConflict(months=one.months, source=one.source)


def check_link(found: PasswordReset | None, at: datetime) -> PasswordReset:
    """The link, or LinkUsedUp when it opens nothing."""
    if found is None or found.used_at or found.ended_at or found.expires_at < at:
        raise LinkUsedUp
    return found
