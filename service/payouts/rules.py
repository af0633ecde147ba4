"""Who may do what with a payout, and when: several people, and only what was seen."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hmac import compare_digest

import msgspec

from service.actor import Actor, Role
from service.approvals.model import ActKind
from service.approvals.rules import BY_NO_ONE_CONCERNED, MAY_ACT
from service.budget.model import Put
from service.failures.model import FailedAttempt
from service.i18n import N_
from service.ids import AgreementId, InstalmentId, PayoutLineId, new_id
from service.ledger.model import NewTransfer, Reason, Source
from service.money import Cents
from service.payouts.model import (
    MOVES,
    Delta,
    LineToApprove,
    LockedPayout,
    NettingToApprove,
    NewLine,
    NewNetting,
    Payout,
    PayoutEvent,
    PayoutSheet,
    PayoutState,
    PayoutSummary,
    StaleLine,
)
from service.payouts.reissues import Reissue, reissued_transfers, with_reissues
from service.period import Month, next_month
from service.problems import NotAllowed, Problem
from service.recoveries.model import KeepingLine, Kept
from service.schemes.model import Payee
from service.undertakings.model import Admitted, Asked, Reduction

FINANCE = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
CLOSED = frozenset({PayoutState.REJECTED, PayoutState.WITHDRAWN, PayoutState.VOIDED})

TAKEN_BACK: Mapping[Reason, Reason] = {
    Reason.APPROVED: Reason.APPROVAL_VOIDED,
    Reason.NETTED: Reason.NETTING_VOIDED,
    Reason.MADE_GOOD: Reason.MADE_GOOD_VOIDED,
    Reason.REISSUED: Reason.REISSUE_UNDONE,
}


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


class VoidRequested(Problem):
    """Somebody has asked to void the payout, and nobody has answered."""

    slug = "void-requested"
    title = N_(
        "Somebody has asked to void this payout, so it does not go to the bank. "
        "Ask another colleague to agree or to refuse."
    )
    status = 409


class NotClosed(Problem):
    """Only what was rejected, withdrawn or voided is put up anew, and once."""

    slug = "not-closed"
    title = N_(
        "Only a payout that was rejected, withdrawn or voided is put up anew, and once. "
        "Open it again to see how it stands."
    )
    status = 409


class NothingForTheBank(Problem):
    """All that is due is kept back for months that were overpaid: there is no order to write."""

    slug = "nothing-for-the-bank"
    title = N_(
        "All that this payout has due is kept back for months that were overpaid. "
        "Its approval is all it needs; nothing goes to the bank."
    )
    status = 409


class ExporterIsPreparer(Problem):
    """Whoever put a payout up does not send it."""

    slug = "exporter-is-preparer"
    title = N_("You put this payout up. Ask somebody else of finance to send it to the bank.")
    status = 403


class AccountHeld(Problem):
    """A bank refused the account after the payout was put up."""

    slug = "account-held"
    title = N_(
        "The bank has refused an account that this payout pays to. Reject it, and see to the "
        "failed payment: a new account, or a release of the hold."
    )
    status = 409


class ContentChanged(Problem):
    """What would be signed is not what was seen."""

    slug = "content-changed"
    title = N_(
        "This payout is not what you were shown: a line or an account has changed. "
        "Nothing was approved. Open it again; if lines no longer stand, reject it and put the "
        "month up anew."
    )
    status = 409


class ChecksNotMet(Problem):
    """A check of a line does not hold any more, or its override has lapsed."""

    slug = "checks-not-met"
    title = N_(
        "A check of this payout no longer holds: an override has lapsed, or a result is missing. "
        "Nothing was approved. Reject it and put the month up anew."
    )
    status = 409


def refuse_unless_preparer(by: Actor) -> None:
    """NotAllowed unless a finance officer asks."""
    if by.role is not Role.FINANCE_OFFICER:
        raise NotAllowed


def refuse_unless_finance(by: Actor) -> None:
    """NotAllowed unless a finance officer or a finance authoriser asks."""
    if by.role not in FINANCE:
        raise NotAllowed


def refuse_unfinished(month: Month, today: date) -> None:
    """TooEarlyToPay while a day of the month is still to come or running."""
    if today < next_month(month):
        raise TooEarlyToPay


def refuse_open(payout: PayoutSummary, month: Month) -> None:
    """PayoutAlreadyOpen when this is a payout of the month that waits for a decision."""
    if payout.month == month and payout.state is PayoutState.SUBMITTED:
        raise PayoutAlreadyOpen


def without(deltas: Iterable[Delta], blocked: Collection[InstalmentId]) -> list[Delta]:
    """The deltas that no check stops; what was overpaid is kept back whatever the checks say."""
    return [
        delta for delta in deltas if delta.delta_cents < 0 or delta.instalment_id not in blocked
    ]


def lines_of(
    deltas: Iterable[Delta],
    *,
    failed: Collection[FailedAttempt] = (),
    blocked: Collection[InstalmentId] = frozenset(),
) -> list[NewLine]:
    """A line for each delta above zero that has an account to go to, by agreement and month.

    What a payee of an agreement was overpaid is kept back from that payee's own lines, the oldest
    month first on both sides; what is left of it waits for the next payout. What `failed` and is
    to be paid again is a line of its own; its own month's overpayment is kept back first.
    """
    by_payee: dict[tuple[AgreementId, Payee], list[Delta]] = defaultdict(list)
    for delta in with_reissues(deltas, failed, blocked=blocked):
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
            nettings=tuple(_keep_back(delta, open_cents)),
            reissues=delta.attempt_id if isinstance(delta, Reissue) else None,
        )


def _keep_back(delta: Delta, open_cents: dict[InstalmentId, int]) -> Iterator[NewNetting]:
    """Takes from what is open, its own first and then in its order, what the line can bear."""
    left_cents = int(delta.delta_cents)
    for instalment_id in sorted(open_cents, key=lambda one: one != delta.instalment_id):
        kept_cents = min(left_cents, open_cents[instalment_id])
        if kept_cents:
            open_cents[instalment_id] -= kept_cents
            left_cents -= kept_cents
            yield NewNetting(instalment_id, Cents(kept_cents))


def paid_agreements(
    deltas: Iterable[Delta], failed: Iterable[FailedAttempt], lines: Iterable[NewLine]
) -> set[AgreementId]:
    """The agreements that are paid something, or paid again what failed: their own lines keep back
    what they were overpaid."""
    again = {line.reissues for line in lines}
    return {delta.agreement_id for delta in deltas if delta.delta_cents > 0} | {
        one.agreement_id for one in failed if one.attempt_id in again
    }


def keeping(lines: Iterable[NewLine]) -> list[KeepingLine]:
    """The lines that could keep something back for recoveries: what is paid again is whole."""
    return [
        KeepingLine(line.id, line.bank_account_id, line.amount_cents)
        for line in lines
        if line.reissues is None
    ]


def less_kept(lines: Iterable[NewLine], kept: Iterable[Kept]) -> list[NewLine]:
    """The lines less what they keep back for recoveries."""
    sums: dict[PayoutLineId, int] = defaultdict(int)
    for one in kept:
        sums[one.line_id] += one.amount_cents
    return [
        msgspec.structs.replace(line, kept_cents=Cents(sums[line.id])) if sums[line.id] else line
        for line in lines
    ]


def asked_of(deltas: Iterable[Delta]) -> list[Asked]:
    """What could be paid now, for the ceiling of state aid to ask about."""
    return [
        Asked(delta.instalment_id, delta.delta_cents)
        for delta in deltas
        if delta.delta_cents > 0 and delta.bank_account_id is not None
    ]


def within_ceiling(
    deltas: Iterable[Delta], admitted: Mapping[InstalmentId, Admitted]
) -> list[Delta]:
    """The deltas with no more than the ceiling of state aid lets through of each."""
    return [
        msgspec.structs.replace(delta, delta_cents=admitted[delta.instalment_id].allowed_cents)
        if delta.instalment_id in admitted
        else delta
        for delta in deltas
    ]


def reductions_of(
    lines: Iterable[NewLine], admitted: Mapping[InstalmentId, Admitted]
) -> list[Reduction]:
    """The lines that pay less than is due, and by which figures."""
    return [
        Reduction(line.id, admitted[line.instalment_id])
        for line in lines
        if line.instalment_id in admitted and admitted[line.instalment_id].is_reduced
    ]


def puts_of(lines: Iterable[NewLine]) -> list[Put]:
    """What lines pay, and what they keep back, of each instalment; what is paid again was put in
    before."""
    return [
        put
        for line in lines
        for put in (
            *([] if line.reissues else [Put(line.instalment_id, line.due_cents)]),
            *(Put(one.instalment_id, Cents(-one.amount_cents)) for one in line.nettings),
        )
    ]


def refuse_empty(lines: Sequence[NewLine]) -> None:
    """NothingToPay when there is no line to put up."""
    if not lines:
        raise NothingToPay


def refuse_without_payments(payout: Payout) -> None:
    """NothingForTheBank when every line is netted to nothing."""
    if not payout.total_cents:
        raise NothingForTheBank


def refuse_own_export(payout: LockedPayout, by: Actor) -> None:
    """ExporterIsPreparer for who put the payout up: whoever sends it has not made it."""
    if by.account == payout.submitted_by:
        raise ExporterIsPreparer


def move(payout: LockedPayout, event: PayoutEvent) -> PayoutState:
    """The state that follows; AlreadyDecided, or NotApproved on export, when there is none."""
    following = MOVES[payout.state].get(event)
    if following is None:
        raise NotApproved if event is PayoutEvent.EXPORTED else AlreadyDecided
    return following


def refuse_unseen(payout: LockedPayout, seen: bytes) -> None:
    """ContentChanged unless what was seen is what was put up."""
    if not compare_digest(seen, payout.digest):
        raise ContentChanged


def refuse_changed(payout: LockedPayout, *, now: bytes, stale: Sequence[StaleLine]) -> None:
    """ContentChanged unless what was put up is what is there now."""
    if stale or not compare_digest(now, payout.digest):
        raise ContentChanged


def refuse_unless_closed(payout: LockedPayout) -> None:
    """NotClosed unless the payout was rejected, withdrawn or voided."""
    if payout.state not in CLOSED:
        raise NotClosed


def acts_open_to(sheet: PayoutSheet, *, is_concerned: bool, by: Actor) -> frozenset[ActKind]:
    """What somebody may do with a payout as it stands; `is_concerned` with a part in it."""
    payout, standing = sheet.payout, sheet.standing
    waiting: set[ActKind] = set()
    if payout.state is PayoutState.SUBMITTED:
        waiting |= {ActKind.REJECTION}
        if standing.following is not None and not sheet.stale:
            waiting |= {standing.following}
        if by.account_id == payout.submitted_by:
            waiting |= {ActKind.WITHDRAWAL}
    elif payout.state is PayoutState.APPROVED:
        asked = {ActKind.VOID, ActKind.VOID_REFUSAL}
        waiting |= asked if standing.is_void_requested else {ActKind.VOID_REQUEST}
    elif payout.state in CLOSED and standing.count(ActKind.REOPENING) == 0:
        waiting |= {ActKind.REOPENING}
    if is_concerned or any(act.account_id == by.account_id for act in standing.acts):
        waiting -= BY_NO_ONE_CONCERNED
    return frozenset(kind for kind in waiting if by.role in MAY_ACT[kind])


def transfers_of(
    lines: Sequence[LineToApprove], nettings: Iterable[NettingToApprove], *, on: date
) -> list[NewTransfer]:
    """What approval moves in the ledger.

    What is paid again is calculated once more. Each line's amount goes from calculated to approved.
    What it keeps back goes to the commitment, and from there makes good what the overpaid month
    owes: each month's books stay its own.
    """
    by_id = {line.id: line for line in lines}
    paid = [_approved(line, on=on) for line in lines if line.amount_cents]
    return [
        *reissued_transfers(lines, on=on),
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


def transfers_back(
    lines: Sequence[LineToApprove], nettings: Iterable[NettingToApprove], *, on: date
) -> list[NewTransfer]:
    """What takes back all that approval moved in the ledger, of a payout that is voided."""
    return [
        msgspec.structs.replace(transfer, reason=TAKEN_BACK[transfer.reason])
        for transfer in reversed(transfers_of(lines, nettings, on=on))
    ]
