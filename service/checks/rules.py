"""Who may override a check, hold a payment and release it: two people, and no hard stop."""

from datetime import date, datetime, timedelta

from service.actor import Actor, Role
from service.checks.model import HoldScope, LockedHold, LockedOverride
from service.i18n import N_, _
from service.problems import InvalidFields, NotAllowed, Problem

REASON_LENGTH_MIN = 10
REASON_LENGTH_MAX = 1000
# An override is for a payment that waits, not for good (Ura's own limit; no law sets it).
OVERRIDE_DAYS_MAX = 90

RUNNERS = frozenset({Role.FINANCE_OFFICER})
ASKERS = frozenset({Role.CASE_OFFICER, Role.FINANCE_OFFICER})
GRANTERS = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
HOLDERS = frozenset({Role.CASE_OFFICER, Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})


class SecondPersonNeeded(Problem):
    """Nobody grants what they asked for, or releases what they held."""

    slug = "second-person-needed"
    title = N_("You asked for this yourself. Somebody else of the finance office decides on it.")
    status = 403


class OwnCase(Problem):
    """Who has handled an agreement overrides none of its checks."""

    slug = "own-case"
    title = N_("You have handled this agreement. Ask somebody who has not.")
    status = 403


class HardStop(Problem):
    """Some checks are never overridden."""

    slug = "hard-stop"
    title = N_("This check can never be overridden. Mend what it found, and run the checks again.")
    status = 409


class OverrideDecided(Problem):
    """An override is decided on once, and in time."""

    slug = "override-decided"
    title = N_("This override was decided on or has lapsed. Ask for another if it is still needed.")
    status = 409


class HeldAlready(Problem):
    """One hold is enough."""

    slug = "held-already"
    title = N_("This is held already. Look at the holds for who placed it and why.")
    status = 409


class HoldReleased(Problem):
    """A hold is released once."""

    slug = "hold-released"
    title = N_("This hold was released before. Look at the holds for who released it and why.")
    status = 409


class OneScopeNeeded(Problem):
    """A hold is on one thing."""

    slug = "one-scope-needed"
    title = N_("Say what is held: one payment, one agreement, or one employer.")


def refuse_unless(allowed: frozenset[Role], by: Actor) -> None:
    """NotAllowed for every other role."""
    if by.role not in allowed:
        raise NotAllowed


def check_reason(reason: str) -> str:
    """A reason without spaces around it; InvalidFields when it says too little or too much."""
    trimmed = reason.strip()
    if not REASON_LENGTH_MIN <= len(trimmed) <= REASON_LENGTH_MAX:
        raise InvalidFields({"reason": _("Say why in 10 to 1000 letters.")})
    return trimmed


def check_expiry(expires_on: date | None, *, today: date) -> date:
    """The last day of an override; InvalidFields unless it is one of the next ninety."""
    if expires_on is None or not today <= expires_on <= today + timedelta(days=OVERRIDE_DAYS_MAX):
        raise InvalidFields(
            {"expires_on": _("Write a day within the next 90, such as 2026-10-31.")}
        )
    return expires_on


def check_scope(scope: HoldScope, by: Actor) -> HoldScope:
    """OneScopeNeeded unless one thing is held; NotAllowed for an office that holds an employer."""
    if (scope.agreement_id is None) == (scope.employer_id is None):
        raise OneScopeNeeded
    if (scope.month is None) != (scope.kind is None):
        raise OneScopeNeeded
    if scope.employer_id is not None and by.role is Role.CASE_OFFICER:
        raise NotAllowed
    return scope


def refuse_decided(override: LockedOverride, *, at: datetime) -> None:
    """OverrideDecided when somebody has decided on it, or its time is over."""
    if override.is_decided or override.expires_at <= at:
        raise OverrideDecided


def refuse_own_override(override: LockedOverride, by: Actor) -> None:
    """SecondPersonNeeded for who asked; check_override_two_people says the same."""
    if override.asked_by == by.account:
        raise SecondPersonNeeded


def refuse_release(hold: LockedHold, by: Actor) -> None:
    """HoldReleased when it is over, SecondPersonNeeded for who placed it."""
    if hold.is_released:
        raise HoldReleased
    if hold.placed_by == by.account:
        raise SecondPersonNeeded
