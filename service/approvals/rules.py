"""Who may act on a payout and in which order, and what a rule of approval must say."""

from collections.abc import Mapping, Sequence
from datetime import date

from service.actor import Actor, Role
from service.approvals.model import (
    Act,
    ActKind,
    ApprovalRule,
    Band,
    Conflict,
    Duty,
    FreezePeriod,
    Standing,
    Stop,
)
from service.i18n import N_, _, language
from service.period import Period, format_month_name
from service.problems import InvalidFields, NotAllowed, Problem

REASON_LENGTH_MIN = 5
REASON_LENGTH_MAX = 500
PEOPLE_MAX = 9

OFFICERS = frozenset({Role.FINANCE_OFFICER})
AUTHORISERS = frozenset({Role.FINANCE_AUTHORISER})
MAY_ACT: Mapping[ActKind, frozenset[Role]] = {
    ActKind.APPROVAL: OFFICERS,
    ActKind.AUTHORISATION: AUTHORISERS,
    ActKind.REJECTION: OFFICERS | AUTHORISERS,
    ActKind.WITHDRAWAL: OFFICERS,
    ActKind.VOID_REQUEST: OFFICERS | AUTHORISERS,
    ActKind.VOID: OFFICERS | AUTHORISERS,
    ActKind.VOID_REFUSAL: OFFICERS | AUTHORISERS,
    ActKind.REOPENING: OFFICERS,
}
# What only somebody may do who had no part in the payout.
BY_NO_ONE_CONCERNED = frozenset(ActKind) - {ActKind.WITHDRAWAL, ActKind.REOPENING}
GIVE_NO_REASON = frozenset(
    {ActKind.APPROVAL, ActKind.AUTHORISATION, ActKind.VOID, ActKind.REOPENING}
)

PARTS: Mapping[Duty, str] = {
    Duty.PUT_UP: N_("you put it up"),
    Duty.ATTENDANCE: N_("you reported or confirmed the attendance of %(payee)s for %(month)s"),
    Duty.COMPUTATION: N_("you had %(month)s computed, which it pays to %(payee)s"),
    Duty.OVERRIDE: N_("you asked for or granted an override for %(payee)s and %(month)s"),
    Duty.HOLD: N_("you released a hold on the payment to %(payee)s for %(month)s"),
    Duty.ACCOUNT: N_("you proposed or confirmed the bank account of %(payee)s"),
    Duty.CASE: N_("you handled the agreement for which %(payee)s is paid"),
}
STOPPED: Mapping[Stop, str] = {
    Stop.PUT_UP: N_(
        "From %(first)s to %(last)s nothing is put up: %(reason)s Do it afterwards, or ask the "
        "administrators to lift the freeze."
    ),
    Stop.ACTS: N_(
        "From %(first)s to %(last)s nobody decides on payouts: %(reason)s Do it afterwards, or ask "
        "the administrators to lift the freeze."
    ),
    Stop.EXPORT: N_(
        "From %(first)s to %(last)s nothing goes to the bank: %(reason)s Do it afterwards, or ask "
        "the administrators to lift the freeze."
    ),
}


class SecondPersonNeeded(Problem):
    """Nobody acts on a payout that they had a part in."""

    slug = "second-person-needed"
    title = N_("You had a part in this payout. Ask another finance officer to decide on it.")
    status = 403


class ActedBefore(Problem):
    """Nobody acts twice on one payout."""

    slug = "acted-before"
    title = N_("You have acted on this payout before. What else it takes is for somebody else.")
    status = 409


class OutOfTurn(Problem):
    """All approvals come first, then the authorisations, and no more than it takes."""

    slug = "out-of-turn"
    title = N_("This payout does not wait for this act now. Open it again to see what comes next.")
    status = 409


class NotWithdrawable(Problem):
    """Who put a payout up takes it back; everybody else rejects it."""

    slug = "not-yours-to-withdraw"
    title = N_("Only who put a payout up takes it back. Reject it instead.")
    status = 403


class Frozen(Problem):
    """The days lie in a freeze."""

    slug = "frozen"
    title = N_("In these days nothing is put up, decided or sent. Do it afterwards.")
    status = 409


class AdministratorNeeded(Problem):
    """What one administrator has proposed, another confirms."""

    slug = "second-administrator-needed"
    title = N_("You proposed this. Ask another administrator to confirm it.")
    status = 403


class ProposalDecided(Problem):
    """The proposal was decided on before."""

    slug = "proposal-decided"
    title = N_("This was decided on already. Load the page again to see how.")
    status = 409


class DayTaken(Problem):
    """Another rule begins on the same day."""

    slug = "day-taken"
    title = N_("Another rule begins on that day. Refuse it first, or choose another day.")
    status = 409


class BeginsTooEarly(Problem):
    """A rule begins on the day on which it is confirmed, or later."""

    slug = "begins-too-early"
    title = N_("A rule of approval begins today or later. Refuse it and propose a later day.")
    status = 422


def refuse_unless_may(kind: ActKind, by: Actor) -> None:
    """NotAllowed unless the act is one for this role."""
    if by.role not in MAY_ACT[kind]:
        raise NotAllowed


def refuse_concerned(conflicts: Sequence[Conflict]) -> None:
    """SecondPersonNeeded, with the first line and the part, for who had one in the payout."""
    if conflicts:
        raise SecondPersonNeeded(
            _("You cannot act on this payout: %(why)s. Ask somebody else of the finance office.")
            % {"why": part_of(conflicts[0])}
        )


def part_of(conflict: Conflict) -> str:
    """The part that somebody had, as half a sentence in the language in use."""
    return _(PARTS[conflict.duty]) % {
        "payee": conflict.payee_name or "",
        "month": format_month_name(conflict.month, language()) if conflict.month else "",
    }


def refuse_out_of_turn(kind: ActKind, standing: Standing, by: Actor) -> None:
    """ActedBefore for who has acted, and OutOfTurn when the payout does not wait for this act."""
    if kind is not ActKind.REOPENING and _has_acted(standing.acts, by):
        raise ActedBefore
    if kind in {ActKind.APPROVAL, ActKind.AUTHORISATION} and kind is not standing.following:
        raise OutOfTurn
    if kind in {ActKind.VOID, ActKind.VOID_REFUSAL} and not standing.is_void_requested:
        raise OutOfTurn
    if kind is ActKind.VOID_REQUEST and standing.is_void_requested:
        raise OutOfTurn


def _has_acted(acts: Sequence[Act], by: Actor) -> bool:
    return any(act.account_id == by.account and act.kind is not ActKind.REOPENING for act in acts)


def refuse_frozen(stop: Stop, freeze: FreezePeriod | None) -> None:
    """Frozen, with the period and its reason, when the day lies in a freeze."""
    if freeze is not None:
        raise Frozen(
            _(STOPPED[stop])
            % {
                "first": freeze.period.start.isoformat(),
                "last": freeze.period.last_day.isoformat(),
                "reason": freeze.reason.rstrip(".") + ".",
            }
        )


def check_reason(kind: ActKind, reason: str | None) -> str | None:
    """The reason of an act without spaces around it; InvalidFields when it says too little."""
    if kind in GIVE_NO_REASON:
        return None
    return check_text(reason or "")


def check_text(text: str) -> str:
    """A reason without spaces around it; InvalidFields when it says too little or too much."""
    trimmed = text.strip()
    if not REASON_LENGTH_MIN <= len(trimmed) <= REASON_LENGTH_MAX:
        raise InvalidFields({"reason": _("Say why in 5 to 500 letters.")})
    return trimmed


def refuse_unless_administrator(by: Actor) -> None:
    """NotAllowed unless an administrator asks."""
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed


def check_bands(bands: Sequence[Band]) -> list[Band]:
    """The bands by amount, the one for every amount last; InvalidFields when they do not fit."""
    ordered = sorted(bands, key=lambda band: (band.below_cents is None, band.below_cents or 0))
    limits = [band.below_cents for band in ordered]
    if not ordered or limits[-1] is not None or len(set(limits)) < len(limits):
        raise InvalidFields(
            {"bands": _("Give each limit once, and one band without a limit for all above.")}
        )
    for counts in (
        [band.approval_count for band in ordered],
        [band.authorisation_count for band in ordered],
    ):
        if counts != sorted(counts) or not 1 <= counts[0] <= counts[-1] <= PEOPLE_MAX:
            raise InvalidFields(
                {"bands": _("Each band takes 1 to 9 people, and a larger amount no fewer.")}
            )
    return ordered


def refuse_own_proposal(rule: ApprovalRule | FreezePeriod, by: Actor) -> None:
    """AdministratorNeeded for who has proposed it."""
    if rule.proposed_by == by.account:
        raise AdministratorNeeded


def refuse_decided(rule: ApprovalRule) -> None:
    """ProposalDecided when somebody has decided on it."""
    if not rule.is_waiting:
        raise ProposalDecided


def refuse_backdated(valid_from: date, today: date) -> None:
    """BeginsTooEarly for a day that has passed."""
    if valid_from < today:
        raise BeginsTooEarly


def check_days(first: date, last: date) -> Period:
    """The days of a freeze; InvalidFields when they end before they begin."""
    if last < first:
        raise InvalidFields({"last_day": _("The last day comes before the first.")})
    return Period(first, date.fromordinal(last.toordinal() + 1))


def check_stops(stops: Sequence[Stop]) -> list[Stop]:
    """What a freeze stops, each once; InvalidFields when it stops nothing."""
    chosen = [stop for stop in Stop if stop in stops]
    if not chosen:
        raise InvalidFields({"stops": _("Choose what is to stop.")})
    return chosen


def refuse_unwritten(written: int) -> None:
    """ProposalDecided when nothing was left to decide."""
    if not written:
        raise ProposalDecided
