"""What is owed back, computed from the facts as they are, and who may do what about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from service.actor import Actor, Role
from service.agreements.model import EARLY_CAUSES, EndCause, State
from service.i18n import N_, _
from service.ids import RecoveryId, SchemeId
from service.instalments.model import Key
from service.money import Cents
from service.period import add_months
from service.problems import InvalidFields, NotAllowed, Problem
from service.recoveries.model import (
    MOVES,
    OPEN_STATES,
    Case,
    Cause,
    Change,
    Claim,
    KeptLine,
    LockedRecovery,
    MonthFacts,
    MonthOwed,
    RecoveryState,
    Rule,
    SecondWord,
    Step,
    Terms,
    Why,
)
from service.recoveries.shown import Ageing, Coming, Forecast, StateTotal
from service.schemes.model import Payee

FINANCE = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
IN_FULL_BP = 10_000
WORDS_MIN, WORDS_MAX, LETTER_MAX = 5, 2_000, 10_000

Targets = dict[Claim, dict[Key, "Target"]]


class WrongStateForThis(Problem):
    """The recovery is not in a state that allows this."""

    slug = "recovery-moved-on"
    title = N_("This recovery does not allow this step now. Open it again to see where it stands.")
    status = 409


class AnotherPersonNeeded(Problem):
    """Nobody decides on what they raised, told, recorded or proposed."""

    slug = "another-person-needed"
    title = N_("You took part in this before. Ask another finance officer to decide.")
    status = 403


class MoreThanOwed(Problem):
    """Nothing beyond what is open can be settled."""

    slug = "more-than-owed"
    title = N_(
        "This is more than is still owed. Record what is owed, and send the rest back to its "
        "sender."
    )
    status = 422


class HeldByPayout(Problem):
    """A payout that waits would keep back what is to be waived, settled or given up."""

    slug = "held-by-payout"
    title = N_("A payout that waits keeps back a part of this recovery. Have it decided first.")
    status = 409

    def __init__(self, payouts: Iterable[str]) -> None:
        named = sorted(payouts)
        super().__init__(
            _(
                "Payout {payouts} waits and keeps back a part of this recovery. Have it decided "
                "first, then do this again. While the recovery is appealed, it can only be "
                "rejected or withdrawn."
            ).format(payouts=", ".join(named)),
            payouts=named,
        )


class TooLateToAppeal(Problem):
    """The days in which a notice can be appealed are over."""

    slug = "too-late-to-appeal"
    title = N_("The days in which this notice could be appealed are over.")
    status = 409


class AlreadyRecorded(Problem):
    """The same payment, or a write-off that waits, is there already."""

    slug = "already-recorded"
    title = N_("This is recorded already. Open the recovery again; nothing was saved.")
    status = 409


class NotYetCollected(Problem):
    """More than a small sum is written off only when an invoice was not paid."""

    slug = "not-yet-collected"
    title = N_(
        "Only a small sum can be written off before its invoice is overdue. "
        "Net it or invoice it first."
    )
    status = 409


class NotDismissedAfter(Problem):
    """A dismissal after the subsidy lies after its last day, of an agreement that was completed."""

    slug = "not-dismissed-after"
    title = N_(
        "This agreement was not completed, or the day is not after its subsidised months. "
        "Record an early end instead."
    )
    status = 422


class RecoveryChanged(Problem):
    """A recovery that a payout nets has changed since the payout was put up."""

    slug = "recovery-changed"
    title = N_(
        "A recovery that this payout nets has changed or was appealed since it was put up. "
        "Nothing was approved. Reject the payout and put the month up anew."
    )
    status = 409


class Target(msgspec.Struct, frozen=True):
    """What a month should be owed for, in cents, and the facts that say so."""

    cents: Cents
    facts: Mapping[str, Any]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be written so that a recovery says what the facts say."""

    claim: Claim
    recovery_id: RecoveryId | None
    changes: list[Change]
    undo_write_off: dict[Key, Cents]

    @property
    def less(self) -> list[Change]:
        """What is not owed any more, with what is not waived any more of it."""
        return [one for one in self.changes if one.amount_cents < 0 or one.why is Why.UNWAIVED]

    @property
    def more(self) -> list[Change]:
        """What is owed besides."""
        return [one for one in self.changes if one not in self.less]

    @property
    def grows(self) -> bool:
        """Whether more is owed than before."""
        return sum(change.amount_cents for change in self.changes) > 0


def plan(
    case: Case, months: Sequence[MonthFacts], owed: Sequence[MonthOwed], rules: Sequence[Rule]
) -> list[Plan]:
    """What to write for an agreement; nothing when its recoveries say what the facts say.

    The targets follow from the facts as they are now and not from the order in which they came, and
    are posted as differences: asked again, nothing is written. Recoveries that shrink come first.
    """
    held: dict[Claim, dict[Key, MonthOwed]] = defaultdict(dict)
    for month in owed:
        held[month.claim][month.key] = month
    wanted = targets(case, months, owed, rules)
    plans = [
        _plan_of(claim, wanted.get(claim, {}), held.get(claim, {}))
        for claim in [*wanted, *(claim for claim in held if claim not in wanted)]
    ]
    return sorted(
        (one for one in plans if one.changes or one.undo_write_off), key=lambda one: one.grows
    )


def targets(
    case: Case, months: Sequence[MonthFacts], owed: Sequence[MonthOwed], rules: Sequence[Rule]
) -> Targets:
    """What each recovery of an agreement should come to, month by month.

    What was paid beyond what is due comes first; what an end obliges to takes of each month only
    what is then left. No month is asked back beyond what its payee got for it, and none below what
    has come back already.
    """
    ordered = sorted(months, key=lambda one: (one.month, one.kind))
    found: Targets = {}
    for payee in Payee:
        claim = Claim(case.agreement_id, payee, Cause.OVERPAID, case.agreement_id)
        own = [one for one in ordered if one.payee is payee]
        found[claim] = dict(_overpaid(case, claim, own, owed))
    rule, source = obliging(case, rules)
    if rule is not None and source is not None:
        claim = Claim(case.agreement_id, Payee.EMPLOYER, rule.cause, source)
        beyond = found[Claim(case.agreement_id, Payee.EMPLOYER, Cause.OVERPAID, case.agreement_id)]
        own = [one for one in ordered if one.payee is Payee.EMPLOYER and one.got_cents > 0]
        found[claim] = dict(_obliged(rule, claim, own, beyond, owed))
    return found


def _overpaid(
    case: Case, claim: Claim, months: Sequence[MonthFacts], owed: Sequence[MonthOwed]
) -> Iterator[tuple[Key, Target]]:
    left_cents = int(case.owes_cents(claim.payee))
    for one in months:
        settled = _settled(owed, one.key, claim)
        others = sum(
            month.settled_cents for month in owed if month.key == one.key and month.claim != claim
        )
        room = max(0, one.got_cents - settled - others)
        taken = min(int(one.overpaid_cents), left_cents, room)
        left_cents -= taken
        if settled + taken:
            facts = {
                "due_cents": int(one.due_cents),
                "got_cents": int(one.got_cents),
                "beyond_cents": int(one.overpaid_cents),
            }
            yield one.key, Target(Cents(settled + taken), facts)


def _obliged(
    rule: Rule,
    claim: Claim,
    months: Sequence[MonthFacts],
    beyond: Mapping[Key, Target],
    owed: Sequence[MonthOwed],
) -> Iterator[tuple[Key, Target]]:
    """Rounded down once, over all months together, to the payee's favour."""
    base_cents = shared_cents = 0
    for one in months[-rule.last_instalments :] if rule.last_instalments else months:
        overpaid = beyond[one.key].cents if one.key in beyond else 0
        base = max(0, min(one.due_cents, one.got_cents - overpaid))
        base_cents += base
        share = base_cents * rule.share_bp // IN_FULL_BP - shared_cents
        shared_cents += share
        settled = _settled(owed, one.key, claim)
        if max(share, settled):
            facts = {
                "due_cents": int(one.due_cents),
                "got_cents": int(one.got_cents),
                "base_cents": base,
                "share_bp": rule.share_bp,
                "last_instalments": rule.last_instalments,
                "end_cause": rule.end_cause,
                "rule": rule.source,
                "rule_id": str(rule.id),
            }
            yield one.key, Target(Cents(max(share, settled)), facts)


def _settled(owed: Iterable[MonthOwed], key: Key, claim: Claim) -> int:
    return sum(one.settled_cents for one in owed if one.key == key and one.claim == claim)


def obliging(case: Case, rules: Iterable[Rule]) -> tuple[Rule | None, UUID | None]:
    """The rule by which the end of an agreement obliges its employer, and what it stems from."""
    ended_on = case.period.end
    if case.state is State.ENDED_EARLY:
        cause, end_cause, day, source = Cause.EARLY_END, case.end_cause, ended_on, UUID(int=0)
        source = case.agreement_id
        since = case.starts_on
    elif case.state is State.COMPLETED and case.dismissed_on is not None:
        cause, end_cause, day = Cause.DISMISSAL_AFTER, case.dismissal_cause, case.dismissed_on
        assert case.dismissal_id is not None
        source, since = case.dismissal_id, ended_on
    else:
        return None, None
    fitting = [
        rule
        for rule in rules
        if rule.cause is cause
        and rule.end_cause is end_cause
        and rule.scheme_id in (None, case.scheme_id)
        and rule.starts_on <= day
        and (rule.ends_before is None or day < rule.ends_before)
    ]
    rule = _nearest(fitting, case.scheme_id)
    if rule is None or day >= add_months(since, rule.within_months):
        return None, None
    return rule, source


def _nearest(rules: Sequence[Rule], scheme_id: SchemeId) -> Rule | None:
    """A scheme's own rule goes before the one of all schemes."""
    return next(iter(sorted(rules, key=lambda rule: rule.scheme_id != scheme_id)), None)


def _plan_of(claim: Claim, wanted: Mapping[Key, Target], held: Mapping[Key, MonthOwed]) -> Plan:
    changes: list[Change] = []
    undo: dict[Key, Cents] = {}
    for key in [*wanted, *(key for key in held if key not in wanted)]:
        month, target = held.get(key), wanted.get(key)
        cents, facts = (target.cents, target.facts) if target else (0, {"due_again": True})
        gross = month.owed_cents + month.waived_cents if month else 0
        cents = max(cents, month.settled_cents) if month else cents
        if cents > gross:
            more = Cents(cents - gross)
            changes.append(Change(key=key, amount_cents=more, why=Why.FACTS, facts=facts))
        if cents < gross and month is not None:
            changes.extend(_less(month, gross - cents, facts))
            given_up = gross - cents - int(month.open_cents) - int(month.waived_cents)
            if given_up > 0:
                undo[key] = Cents(given_up)
    recovery_id = next((month.recovery_id for month in held.values()), None)
    return Plan(claim=claim, recovery_id=recovery_id, changes=changes, undo_write_off=undo)


def _less(month: MonthOwed, less_cents: int, facts: Mapping[str, Any]) -> Iterator[Change]:
    """What is open goes first, then what was waived, then what was written off."""
    unwaived = min(max(0, less_cents - month.open_cents), month.waived_cents)
    if unwaived:
        yield Change(key=month.key, amount_cents=Cents(unwaived), why=Why.UNWAIVED, facts=facts)
    yield Change(key=month.key, amount_cents=Cents(-less_cents), why=Why.FACTS, facts=facts)


def beyond_kept(
    owed: Iterable[MonthOwed], kept: Mapping[Key, int]
) -> Iterator[tuple[MonthOwed, int]]:
    """What is open or was given up of months, and was not kept by their payees after all, in cents;
    what is overpaid is dropped last. What has come back counts as asked for."""
    by_key: dict[Key, list[MonthOwed]] = defaultdict(list)
    for month in owed:
        by_key[month.key].append(month)
    for key, cents in kept.items():
        months = sorted(by_key[key], key=lambda one: one.cause is Cause.OVERPAID)
        beyond = sum(one.owed_cents for one in months) - cents
        for month in months:
            less = min(max(0, beyond), int(month.open_cents + month.written_off_cents))
            beyond -= less
            if less:
                yield month, less


def refuse_unowed(kept: Iterable[KeptLine], months: Iterable[MonthFacts]) -> None:
    """RecoveryChanged when more is netted of an overpaid month than it is overpaid by now."""
    left = {one.key: int(one.overpaid_cents) for one in months}
    for one in kept:
        if one.restores:
            key = Key(one.agreement_id, one.month, one.kind)
            left[key] = left.get(key, 0) - one.amount_cents
            if left[key] < 0:
                raise RecoveryChanged


def ends_in(*, open_cents: int, settled_cents: int, written_off_cents: int) -> Step | None:
    """The step that ends a recovery of which nothing is open; None while something is."""
    if open_cents > 0:
        return None
    if written_off_cents > 0:
        return Step.WRITTEN_OFF
    return Step.SETTLED if settled_cents > 0 else Step.CANCELLED


def move(state: RecoveryState, step: Step) -> RecoveryState:
    """The state that follows; WrongStateForThis when there is none."""
    following = MOVES[state].get(step)
    if following is None:
        raise WrongStateForThis
    return following


def refuse_closed(recovery: LockedRecovery) -> None:
    """WrongStateForThis once nothing is open any more."""
    if recovery.state not in OPEN_STATES:
        raise WrongStateForThis


def refuse_unless(by: Actor, roles: Collection[Role]) -> None:
    """NotAllowed for other roles."""
    if by.role not in roles:
        raise NotAllowed


def refuse_same(by: Actor, others: Iterable[object]) -> None:
    """AnotherPersonNeeded for who took part before."""
    if by.account_id in set(others):
        raise AnotherPersonNeeded


def refuse_beyond(amount_cents: int, *, open_cents: int) -> None:
    """MoreThanOwed beyond what is open."""
    if amount_cents > open_cents:
        raise MoreThanOwed(open_cents=open_cents)


def refuse_decided(word: SecondWord) -> None:
    """WrongStateForThis when a second person has spoken already."""
    if word.is_decided:
        raise WrongStateForThis


def refuse_future(day: date, *, on: date, field: str = "received_on") -> None:
    """InvalidFields for a day that has not come."""
    if day > on:
        raise InvalidFields({field: _("This day has not come yet.")})


def check_end_cause(cause: EndCause) -> None:
    """InvalidFields for what is no end of an employment."""
    if cause not in EARLY_CAUSES:
        raise InvalidFields({"cause": _("Choose why the employment ended.")})


def refuse_late_appeal(terms: Terms, *, notified_on: date, on: date) -> None:
    """TooLateToAppeal once the days of appeal are over."""
    if on > notified_on + timedelta(days=terms.appeal_days):
        raise TooLateToAppeal


def refuse_early_write_off(
    recovery: LockedRecovery, terms: Terms, amount_cents: int, *, on: date
) -> None:
    """NotYetCollected unless the sum is small or its invoice is overdue."""
    overdue = recovery.invoice_due_on is not None and on > recovery.invoice_due_on
    if amount_cents >= terms.small_cents and not overdue:
        raise NotYetCollected


def check_words(words: str, *, field: str = "reason") -> str:
    """What somebody said, without spaces around it; InvalidFields when it says too little."""
    trimmed = words.strip()
    if not WORDS_MIN <= len(trimmed) <= WORDS_MAX:
        raise InvalidFields({field: _("Say in 5 to 2000 letters what this is about.")})
    return trimmed


def check_letter(letter: str) -> str:
    """A letter without spaces around it; InvalidFields when it says too little or too much."""
    trimmed = letter.strip()
    if not WORDS_MIN <= len(trimmed) <= LETTER_MAX:
        raise InvalidFields({"letter": _("Write a letter of 5 to 10000 letters.")})
    return trimmed


def check_amount(cents: int, *, field: str = "amount") -> Cents:
    """An amount above zero; InvalidFields otherwise."""
    if cents <= 0:
        raise InvalidFields({field: _("The amount has to be more than nothing.")})
    return Cents(cents)


def forecast_of(
    states: Sequence[StateTotal], coming: Sequence[Coming], ageing: Sequence[Ageing]
) -> Forecast:
    """What is open, parted into what can be netted within a year, is invoiced, or is uncertain.

    The parts add up to the whole: what no payment of the next twelve months can bear and no invoice
    asks for yet is uncertain.
    """
    open_cents = sum(one.open_cents for one in states)
    invoiced = sum(one.open_cents for one in states if one.state is RecoveryState.INVOICED)
    within_12 = sum(one.within_12_cents for one in coming)
    return Forecast(
        open_cents=Cents(open_cents),
        netting_3_cents=Cents(sum(one.within_3_cents for one in coming)),
        netting_12_cents=Cents(within_12),
        invoice_cents=Cents(invoiced),
        uncertain_cents=Cents(open_cents - invoiced - within_12),
        states=list(states),
        ageing=list(ageing),
    )
