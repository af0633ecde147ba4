"""What follows when a payment fails, and when it may be paid again, closed or called back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from service.actor import Actor, Role
from service.bank.model import FAILED, NOT_SPECIFIED, AttemptState
from service.bank.rules import Step
from service.failures.model import (
    Action,
    Consequence,
    HeldAttempt,
    HeldRecall,
    ReasonCode,
    ReasonList,
    RecallOutcome,
)
from service.i18n import N_, _
from service.ledger.model import NewTransfer, Reason, Source
from service.problems import InvalidFields, NotAllowed, Problem

FINANCE = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
REASON_LENGTH_MIN = 5
REASON_LENGTH_MAX = 500
LISTS: Mapping[AttemptState, ReasonList] = {
    AttemptState.REJECTED: ReasonList.STATUS,
    AttemptState.CANCELLED: ReasonList.STATUS,
    AttemptState.RETURNED: ReasonList.RETURN,
}


class NotFailed(Problem):
    """Only what failed, and is neither paid again nor closed, can be paid again or closed."""

    slug = "payment-not-failed"
    title = N_(
        "This payment has not failed, or it is closed or being paid again already. Look at its "
        "history."
    )
    status = 409


class AlreadyRequested(Problem):
    """One request for one failed payment."""

    slug = "reissue-already-requested"
    title = N_("Somebody has asked for this payment to be paid again. The next payout takes it.")
    status = 409


class StillDue(Problem):
    """What is still due is paid again, not closed."""

    slug = "payment-still-due"
    title = N_(
        "This payment, or a part of it, is still due. Ask for it to be paid again: the next payout "
        "pays what is still due of it."
    )
    status = 409


class NothingOpen(Problem):
    """It was ended before, or never was."""

    slug = "nothing-open"
    title = N_("This was ended already, or is in a payout. Open the page again.")
    status = 409


class BankStopped(Problem):
    """Our account lacks money: what is sent now would fail as well."""

    slug = "bank-stopped"
    title = N_(
        "The bank says that our account lacks money. Nothing is sent before somebody has looked: "
        "see the alarms under failed payments."
    )
    status = 409


class NotSent(Problem):
    """What failed cannot be called back."""

    slug = "payment-not-sent"
    title = N_("This payment has failed or come back already. There is nothing to call back.")
    status = 409


class RecallOpen(Problem):
    """One recall at a time."""

    slug = "recall-open"
    title = N_("A recall of this payment is open already.")
    status = 409


class SecondPersonRecalls(Problem):
    """Nobody confirms their own recall."""

    slug = "second-person-recalls"
    title = N_("You asked for this recall. Somebody else has to confirm it.")
    status = 403


def refuse_unless_finance(by: Actor) -> None:
    """NotAllowed unless a finance officer or authoriser asks."""
    if by.role not in FINANCE:
        raise NotAllowed


def refuse_unless_officer(by: Actor) -> None:
    """NotAllowed unless a finance officer asks."""
    if by.role is not Role.FINANCE_OFFICER:
        raise NotAllowed


def check_reason(reason: str) -> str:
    """A reason without spaces around it; InvalidFields when it says too little or too much."""
    trimmed = reason.strip()
    if not REASON_LENGTH_MIN <= len(trimmed) <= REASON_LENGTH_MAX:
        raise InvalidFields({"reason": _("Say in 5 to 500 letters why.")})
    return trimmed


def refuse_unless_failed(attempt: HeldAttempt) -> None:
    """NotFailed unless the bank refused it, gave it up or sent it back."""
    if attempt.state not in FAILED:
        raise NotFailed


def refuse_while_due(attempt: HeldAttempt) -> None:
    """StillDue unless its month was, on paper, paid too much by all of it."""
    if attempt.overpaid_cents < attempt.amount_cents:
        raise StillDue


def refuse_stopped(stop_alarms: int) -> None:
    """BankStopped while an alarm stops what would go to the bank."""
    if stop_alarms:
        raise BankStopped


def refuse_failed(attempt: HeldAttempt) -> None:
    """NotSent when there is nothing to call back."""
    if attempt.state in FAILED:
        raise NotSent


def refuse_own_recall(recall: HeldRecall, by: Actor) -> None:
    """SecondPersonRecalls for who asked; NothingOpen for what is confirmed or closed."""
    if recall.confirmed_by is not None or recall.closed_at is not None:
        raise NothingOpen
    if recall.asked_by == by.account:
        raise SecondPersonRecalls


def refuse_outcome(recall: HeldRecall, outcome: RecallOutcome) -> None:
    """NothingOpen for what is closed, what the bank itself says, or an answer to what was never
    asked: only a confirmed recall is refused."""
    unasked = recall.confirmed_by is None and outcome is RecallOutcome.REFUSED
    if recall.closed_at is not None or outcome is RecallOutcome.HONOURED or unasked:
        raise NothingOpen


def consequences(
    steps: Mapping[AttemptState, Iterable[Step]], reasons: Sequence[ReasonCode]
) -> list[Consequence]:
    """What follows for each order that failed; a code that no list has is for a person."""
    known = {(one.code_list, one.code): one.action for one in reasons}
    return [
        Consequence(
            attempt_id=step.attempt.id,
            agreement_id=step.attempt.agreement_id,
            bank_account_id=step.attempt.bank_account_id,
            reason_code=code_of(step),
            action=known.get((LISTS[state], code_of(step)), Action.PERSON),
        )
        for state, made in steps.items()
        if state in LISTS
        for step in made
    ]


def code_of(step: Step) -> str:
    """The code that the bank gave, or the one for none."""
    return step.entry.reason_code or NOT_SPECIFIED


def of_action(all_of_them: Iterable[Consequence], actions: Collection[Action]) -> list[Consequence]:
    """Those that ask for one of some actions."""
    return [one for one in all_of_them if one.action in actions]


def closed_transfer(attempt: HeldAttempt, closure_id: UUID, *, on: date) -> NewTransfer:
    """The money that came back makes good what the month, on paper, was paid too much."""
    return NewTransfer(
        budget_line_id=attempt.budget_line_id,
        reason=Reason.FAILURE_CLOSED,
        amount_cents=attempt.amount_cents,
        source_type=Source.PAYMENT_CLOSURE,
        source_id=closure_id,
        agreement_id=attempt.agreement_id,
        month=attempt.month,
        kind=attempt.kind,
        effective_on=on,
    )
