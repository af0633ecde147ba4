"""Who may do what with a payout, and when: two people, and only what was seen."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from hmac import compare_digest

import msgspec

from service.actor import Actor, Role
from service.i18n import N_, _
from service.ids import AccountId, AgreementId, InstalmentId, PayoutLineId, new_id
from service.ledger.model import NewTransfer, Reason, Source
from service.money import Cents
from service.payouts.model import (
    MOVES,
    Delta,
    ExportLine,
    LineToApprove,
    LockedPayout,
    NettingToApprove,
    NewLine,
    NewNetting,
    PayoutEvent,
    PayoutState,
    StaleLine,
)
from service.period import Month, next_month
from service.problems import InvalidFields, NotAllowed, Problem
from service.recoveries.model import KeepingLine, Kept
from service.schemes.model import Payee

DECIDERS = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
REASON_LENGTH_MIN = 5
REASON_LENGTH_MAX = 500


class TooEarlyToPay(Problem):
    """A month is paid when it has ended."""

    slug = "too-early-to-pay"
    title = N_("This month has not ended. Put it up when it is over and computed.")
    status = 422


class NothingToPay(Problem):
    """Nothing is due that could be paid."""

    slug = "nothing-to-pay"
    title = N_(
        "Up to this month nothing is due that is not yet in a payout and has an account to go to. "
        "Compute the month first, or see what was left out and why."
    )
    status = 422


class PayoutAlreadyOpen(Problem):
    """One payout waits for one month."""

    slug = "payout-already-open"
    title = N_("A payout for this month waits for a decision. Decide on it before the next.")
    status = 409


class AlreadyInPayout(Problem):
    """Somebody else put up the same instalments at the same moment."""

    slug = "already-in-payout"
    title = N_("Somebody just put up some of these instalments. Look at the payouts and try again.")
    status = 409


class AlreadyDecided(Problem):
    """The payout is not in a state that allows this."""

    slug = "already-decided"
    title = N_("This payout was already decided on. Open it again to see by whom and how.")
    status = 409


class NotApproved(Problem):
    """Only an approved payout goes to the bank, and once."""

    slug = "not-approved"
    title = N_("This payout cannot go to the bank: it is not approved, or it went before.")
    status = 409


class NothingForTheBank(Problem):
    """All that is due is kept back for months that were overpaid: there is no order to write."""

    slug = "nothing-for-the-bank"
    title = N_(
        "All that this payout has due is kept back for months that were overpaid. "
        "Its approval is all it needs; nothing goes to the bank."
    )
    status = 409


class SecondPersonNeeded(Problem):
    """Nobody approves what they put up, nor a payment to an account that they proposed."""

    slug = "second-person-needed"
    title = N_(
        "You put this payout up, or proposed an account that it pays to. "
        "Ask another finance officer to approve it."
    )
    status = 403


class ContentChanged(Problem):
    """What would be signed is not what was seen."""

    slug = "content-changed"
    title = N_(
        "This payout is not what you were shown: a line or an account has changed. "
        "Nothing was approved. Open it again; if lines no longer stand, reject it and put the "
        "month up anew."
    )
    status = 409


def refuse_unless_preparer(by: Actor) -> None:
    """NotAllowed unless a finance officer asks."""
    if by.role is not Role.FINANCE_OFFICER:
        raise NotAllowed


def refuse_unless_decider(by: Actor) -> None:
    """NotAllowed unless a finance officer or a finance authoriser asks."""
    if by.role not in DECIDERS:
        raise NotAllowed


def refuse_unfinished(month: Month, today: date) -> None:
    """TooEarlyToPay while a day of the month is still to come or running."""
    if today < next_month(month):
        raise TooEarlyToPay


def lines_of(deltas: Iterable[Delta]) -> list[NewLine]:
    """A line for each delta above zero that has an account to go to, by agreement and month.

    What a payee of an agreement was overpaid is kept back from that payee's own lines, the oldest
    month first on both sides; what is left of it waits for the next payout.
    """
    by_payee: dict[tuple[AgreementId, Payee], list[Delta]] = defaultdict(list)
    for delta in deltas:
        by_payee[delta.agreement_id, delta.payee].append(delta)
    return [
        line
        for own in by_payee.values()
        for line in _lines_of_payee(sorted(own, key=lambda delta: delta.month))
    ]


def _lines_of_payee(deltas: Sequence[Delta]) -> Iterator[NewLine]:
    open_cents = {
        delta.instalment_id: -delta.delta_cents for delta in deltas if delta.delta_cents < 0
    }
    for delta in deltas:
        if delta.delta_cents <= 0 or delta.bank_account_id is None or delta.payee_name is None:
            continue
        yield NewLine(
            id=PayoutLineId(new_id()),
            instalment_id=delta.instalment_id,
            bank_account_id=delta.bank_account_id,
            payee_name=delta.payee_name,
            due_cents=delta.delta_cents,
            nettings=tuple(_keep_back(delta.delta_cents, open_cents)),
        )


def _keep_back(due_cents: Cents, open_cents: dict[InstalmentId, int]) -> Iterator[NewNetting]:
    """Takes from what is open, in its order, as much as the line can bear."""
    left_cents = int(due_cents)
    for instalment_id, cents in open_cents.items():
        kept_cents = min(left_cents, cents)
        if kept_cents:
            open_cents[instalment_id] -= kept_cents
            left_cents -= kept_cents
            yield NewNetting(instalment_id, Cents(kept_cents))


def paid_agreements(deltas: Iterable[Delta]) -> set[AgreementId]:
    """The agreements that are paid something: their own lines keep back what they were overpaid."""
    return {delta.agreement_id for delta in deltas if delta.delta_cents > 0}


def keeping(lines: Iterable[NewLine]) -> list[KeepingLine]:
    """The lines as they could keep something back for recoveries."""
    return [KeepingLine(line.id, line.bank_account_id, line.amount_cents) for line in lines]


def less_kept(lines: Iterable[NewLine], kept: Iterable[Kept]) -> list[NewLine]:
    """The lines less what they keep back for recoveries."""
    sums: dict[PayoutLineId, int] = defaultdict(int)
    for one in kept:
        sums[one.line_id] += one.amount_cents
    return [
        msgspec.structs.replace(line, kept_cents=Cents(sums[line.id])) if sums[line.id] else line
        for line in lines
    ]


def refuse_empty(lines: Sequence[NewLine]) -> None:
    """NothingToPay when there is no line to put up."""
    if not lines:
        raise NothingToPay


def refuse_without_payments(lines: Sequence[ExportLine]) -> None:
    """NothingForTheBank when every line is netted to nothing."""
    if not lines:
        raise NothingForTheBank


def move(payout: LockedPayout, event: PayoutEvent) -> PayoutState:
    """The state that follows; AlreadyDecided, or NotApproved on export, when there is none."""
    following = MOVES[payout.state].get(event)
    if following is None:
        raise NotApproved if event is PayoutEvent.EXPORTED else AlreadyDecided
    return following


def refuse_own(payout: LockedPayout, proposers: Collection[AccountId], by: Actor) -> None:
    """SecondPersonNeeded for who put the payout up or proposed an account in it."""
    if by.account == payout.submitted_by or by.account in proposers:
        raise SecondPersonNeeded


def refuse_changed(
    payout: LockedPayout, *, seen: bytes, now: bytes, stale: Sequence[StaleLine]
) -> None:
    """ContentChanged unless what was seen, what was put up and what is there now are one."""
    same = compare_digest(seen, payout.digest) and compare_digest(now, payout.digest)
    if stale or not same:
        raise ContentChanged


def check_reason(reason: str) -> str:
    """The reason of a rejection without spaces around it; InvalidFields when it says too little."""
    trimmed = reason.strip()
    if not REASON_LENGTH_MIN <= len(trimmed) <= REASON_LENGTH_MAX:
        raise InvalidFields({"reason": _("Say in 5 to 500 letters why this payout is rejected.")})
    return trimmed


def transfers_of(
    lines: Sequence[LineToApprove], nettings: Iterable[NettingToApprove], *, on: date
) -> list[NewTransfer]:
    """What approval moves in the ledger.

    Each line's amount goes from calculated to approved. What it keeps back goes to the commitment,
    and from there makes good what the overpaid month owes: each month's books stay its own.
    """
    by_id = {line.id: line for line in lines}
    paid = [_approved(line, on=on) for line in lines if line.amount_cents]
    return [
        *paid,
        *(
            transfer
            for netting in nettings
            for transfer in _netted(netting, by_id[netting.payout_line_id], on=on)
        ),
    ]


def _approved(line: LineToApprove, *, on: date) -> NewTransfer:
    return NewTransfer(
        budget_line_id=line.budget_line_id,
        reason=Reason.APPROVED,
        amount_cents=line.amount_cents,
        source_type=Source.PAYOUT_LINE,
        source_id=line.id,
        agreement_id=line.agreement_id,
        month=line.month,
        kind=line.kind,
        effective_on=on,
    )


def _netted(netting: NettingToApprove, line: LineToApprove, *, on: date) -> Iterator[NewTransfer]:
    for reason, month, kind in (
        (Reason.NETTED, line.month, line.kind),
        (Reason.MADE_GOOD, netting.overpaid_month, netting.overpaid_kind),
    ):
        yield NewTransfer(
            budget_line_id=line.budget_line_id,
            reason=reason,
            amount_cents=netting.amount_cents,
            source_type=Source.PAYOUT_NETTING,
            source_id=netting.id,
            agreement_id=line.agreement_id,
            month=month,
            kind=kind,
            effective_on=on,
        )
