"""What an agreement must satisfy to be drafted, signed and started, and where events lead."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from service.actor import Actor, Role
from service.agreements.model import (
    MOVES,
    PARTY_WORDS,
    AgreedMatch,
    Event,
    Party,
    SchemeTerms,
    Signature,
    SigningStep,
    State,
)
from service.i18n import N_, _
from service.money import Cents
from service.problems import NotAllowed, Problem

RECORDED_LATE_DAYS_MAX = 366
PLANNED_AHEAD_DAYS_MAX = 366
FULL_WEEK_HOURS = 40
AGREED = "agreed"
SIGNATORIES = {
    Party.CANDIDATE: frozenset({Role.CANDIDATE, Role.CASE_OFFICER}),
    Party.EMPLOYER: frozenset({Role.EMPLOYER}),
    Party.OFFICE: frozenset({Role.CASE_OFFICER}),
}


class WrongState(Problem):
    """The agreement is not where this can be done."""

    slug = "wrong-agreement-state"
    title = N_("This cannot be done where the agreement stands now. Reload it and look again.")
    status = 409


class MatchNotAgreed(Problem):
    """Candidate and employer have not both said yes."""

    slug = "match-not-agreed"
    title = N_("The candidate and the employer have not both accepted this match yet.")
    status = 409


class MatchHasAgreement(Problem):
    """One agreement for one match."""

    slug = "match-has-agreement"
    title = N_("There is already an agreement for this match. Cancel it to draft another.")
    status = 409


class StartNotPossible(Problem):
    """The first day does not fit."""

    slug = "start-not-possible"
    title = N_("The first day must lie in the placement's period, within a year of today.")
    status = 422


class NoSchemeVersion(Problem):
    """The scheme has no rules for the first day."""

    slug = "no-scheme-version"
    title = N_("The scheme has no version for this first day. Choose another day.")
    status = 422


class AgeOutsideScheme(Problem):
    """Too young or too old at the start."""

    slug = "age-outside-scheme"
    title = N_("On the first day the candidate's age is outside the ages of the scheme.")
    status = 422


class WageBelowMinimum(Problem):
    """Less than the minimum wage of the first month, for these hours."""

    slug = "agreement-wage-below-minimum"
    title = N_(
        "The wage is below the minimum wage of the first month for these hours. "
        "Ask the employer to raise the wage of the placement."
    )
    status = 422


class CandidateTaken(Problem):
    """A person is subsidised once at a time."""

    slug = "candidate-taken"
    title = N_("The candidate has another subsidised agreement in these days. Choose other days.")
    status = 409


class TermsChanged(Problem):
    """The text that was shown is not the text of the agreement."""

    slug = "terms-changed"
    title = N_("The text that was shown is not the text of this agreement. Read it again.")
    status = 409


class AlreadySigned(Problem):
    """Each party signs once."""

    slug = "already-signed"
    title = N_("This party has already signed.")
    status = 409


class OfficeSignsLast(Problem):
    """The office's signature binds the budget, so it stands under the others'."""

    slug = "office-signs-last"
    title = N_("The office signs last.")
    status = 409


class NotSignedByAll(Problem):
    """An agreement starts only when all three have signed it."""

    slug = "not-signed-by-all"
    title = N_("The agreement cannot start before all three parties have signed it.")
    status = 409


class NotYetBegun(Problem):
    """The first day has not come."""

    slug = "first-day-not-reached"
    title = N_("The agreement cannot start before its first day.")
    status = 409


def move(state: State, event: Event) -> State:
    """Where an event leads; WrongState when it cannot happen here."""
    following = MOVES[state].get(event)
    if following is None:
        raise WrongState(state=state, event=event)
    return following


def check_match(match: AgreedMatch) -> None:
    """MatchNotAgreed until both sides have accepted."""
    if match.state != AGREED:
        raise MatchNotAgreed


def check_start(match: AgreedMatch, *, starts_on: date, on: date) -> None:
    """StartNotPossible outside the placement's period, or more than a year from today.

    A start in the past is a paper recorded late; nothing is paid before all have signed it.
    """
    earliest = on - timedelta(days=RECORDED_LATE_DAYS_MAX)
    latest = on + timedelta(days=PLANNED_AHEAD_DAYS_MAX)
    if not earliest <= starts_on <= latest or starts_on not in match.placement_period:
        raise StartNotPossible(
            placement_from=match.placement_period.start,
            placement_to=match.placement_period.last_day,
        )


def age_on(born_on: date, day: date) -> int:
    """Completed years of age; somebody born on 29 February is a year older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def check_age(match: AgreedMatch, scheme: SchemeTerms, *, starts_on: date) -> None:
    """AgeOutsideScheme unless the age on the first day is within the version's, ends included."""
    if not scheme.age_min <= age_on(match.born_on, starts_on) <= scheme.age_max:
        raise AgeOutsideScheme(age_min=scheme.age_min, age_max=scheme.age_max)


def check_wage(match: AgreedMatch, *, minimum_cents: Cents) -> None:
    """WageBelowMinimum under the month's minimum for 40 hours, pro rata to the weekly hours."""
    least = Fraction(minimum_cents * match.weekly_hours, FULL_WEEK_HOURS)
    if match.gross_wage_cents < least:
        raise WageBelowMinimum(minimum_cents=-(-least.numerator // least.denominator))


def commitment(scheme: SchemeTerms) -> Cents:
    """The most an agreement can cost, in cents: every month at its maximum, and what is besides."""
    return Cents(scheme.months * scheme.monthly_max_cents + scheme.final_max_cents)


def check_signatory(party: Party, by: Actor) -> None:
    """NotAllowed unless each signs for itself; a case officer also records the candidate's."""
    if by.role not in SIGNATORIES[party]:
        raise NotAllowed


def missing_parties(signed: Collection[Party]) -> list[Party]:
    """Who has not signed yet, in the order of signing."""
    return [party for party in Party if party not in signed]


def signing_steps(signatures: Sequence[Signature], *, drafted_at: datetime) -> list[SigningStep]:
    """Each party with its signature, or since when it is waited for.

    Candidate and employer sign in any order, from the draft on; the office after both.
    """
    by_party = {one.party: one for one in signatures}
    others = [by_party.get(one) for one in (Party.CANDIDATE, Party.EMPLOYER)]
    both_at = max(one.signed_at for one in others if one) if all(others) else None
    since = {Party.CANDIDATE: drafted_at, Party.EMPLOYER: drafted_at, Party.OFFICE: both_at}
    return [
        SigningStep(
            party=party,
            signed_name=signed.signed_name if signed else None,
            signed_at=signed.signed_at if signed else None,
            waits_since=None if signed else since[party],
        )
        for party in Party
        for signed in [by_party.get(party)]
    ]


def name_parties(parties: Iterable[Party]) -> str:
    """The parties as words of a sentence."""
    return ", ".join(_(PARTY_WORDS[party]).lower() for party in parties)


def check_signing(
    party: Party, *, signed: Collection[Party], shown_sha256: bytes, terms_sha256: bytes
) -> None:
    """TermsChanged, AlreadySigned or OfficeSignsLast when a signature cannot be written."""
    if shown_sha256 != terms_sha256:
        raise TermsChanged
    if party in signed:
        raise AlreadySigned
    others = [one for one in missing_parties(signed) if one is not party]
    if party is Party.OFFICE and others:
        raise OfficeSignsLast(
            _("The office signs last. Still to sign: {parties}.").format(
                parties=name_parties(others)
            ),
            missing=others,
        )


def check_beginning(*, signed: Collection[Party], starts_on: date, on: date) -> None:
    """NotSignedByAll, naming who is missing, or NotYetBegun before the first day."""
    missing = missing_parties(signed)
    if missing:
        raise NotSignedByAll(
            _("The agreement cannot start yet. Still to sign: {parties}.").format(
                parties=name_parties(missing)
            ),
            missing=missing,
        )
    if on < starts_on:
        raise NotYetBegun(starts_on=starts_on)
