"""What a bank's answer means, which answers are refused, and what follows for the orders."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from operator import itemgetter

import msgspec

from service.actor import Actor, Role
from service.bank.model import (
    FAILED,
    MOVES,
    NOT_SPECIFIED,
    UNPAID,
    Attempt,
    AttemptState,
    Decision,
    Effect,
    Entry,
    EntryBooking,
    EntryKind,
    Move,
    Verdict,
)
from service.bank.outgoing import ApprovedTotals, Plan, UnwrittenLine
from service.bank.pain001 import OrderDiffersFromApproval
from service.i18n import N_
from service.ids import AttemptId, PayoutLineId
from service.ledger.model import Broken, NewTransfer, Reason, Source
from service.money import Cents
from service.problems import NotAllowed, Problem

# ISO 20022 external status codes. "Settled" here is information by the list's own warning: only the
# account statement shows that money moved.
ACCEPTING = frozenset({"ACCP", "ACTC", "ACSP", "ACSC", "ACCC", "ACWC", "ACWP", "ACFC"})
EFFECT_OF_CODE = {
    "RJCT": Effect.REJECTED,
    "CANC": Effect.CANCELLED,
    **dict.fromkeys(ACCEPTING, Effect.ACCEPTED),
}
# A refusal at our own wish is a recall that was honoured before the money left.
AT_OUR_WISH = frozenset({"CUST", "FOCR"})
ANNOUNCED = frozenset({EntryBooking.PENDING, EntryBooking.NOTIFIED})
# Debits first: a statement may list a return above the payment that it returns.
READING_ORDER = {EntryKind.STATUS: 0, EntryKind.DEBIT: 1, EntryKind.CREDIT: 2}


FINANCE = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
READERS = FINANCE | {Role.AUDITOR}
REASON_OF_STATE = {
    AttemptState.REJECTED: Reason.REJECTED,
    AttemptState.CANCELLED: Reason.CANCELLED,
    AttemptState.SETTLED: Reason.SETTLED,
    AttemptState.RETURNED: Reason.RETURNED,
}


class FileDamaged(Problem):
    """What is stored is not what was written."""

    slug = "file-damaged"
    title = N_("The stored file is not what was written. Do not send it; tell the operator.")
    status = 409


class NothingToRelease(Problem):
    """Every line of the payout was written, or is released already."""

    slug = "nothing-to-release"
    title = N_("No line of this payout waits to be released. Open it again to see what went out.")
    status = 409


class NoSuchPayout(Problem):
    """No payout has this reference."""

    slug = "no-such-payout"
    title = N_("There is no payout with this reference. Look it up in the list of payouts.")
    status = 404


class PaidAgainAlready(Problem):
    """A payment that failed was paid again or closed; a booking of the first one is money lost."""

    slug = "paid-again-already"
    title = N_(
        "This payment failed and is being paid again, or was closed. A booking of it is money that "
        "left twice: explain the entry, and recall the payment."
    )
    status = 409


class BooksDoNotBalance(Problem):
    """An invariant of the ledger is broken, so nothing more goes to the bank."""

    slug = "books-do-not-balance"
    title = N_(
        "The books do not add up, so nothing goes to the bank. Tell the auditor, and run "
        "`ura invariants` to see every row that is wrong."
    )
    status = 409


def entry_from_verdict(
    verdict: Verdict,
    name: str | None,
    *,
    report: tuple[str, str],
    ordinal: int = 1,
    amount_cents: Cents | None = None,
) -> Entry:
    """A verdict on one payment; a code outside the known ones does nothing and waits for a person.

    `report` is the message ids of the report and of the order it answers.
    """
    told = "|".join(("status", *report, name or "", verdict.code, str(ordinal)))
    effect = EFFECT_OF_CODE.get(verdict.code, Effect.NONE)
    if effect is Effect.REJECTED and verdict.reason_code in AT_OUR_WISH:
        effect = Effect.CANCELLED
    refuses = effect in {Effect.REJECTED, Effect.CANCELLED}
    return Entry(
        key=sha256(told.encode()).digest(),
        kind=EntryKind.STATUS,
        says=effect,
        end_to_end_id=name,
        amount_cents=amount_cents,
        reason_code=(verdict.reason_code if refuses else verdict.code) or None,
        booking=EntryBooking.STATUS,
    )


class Standings:
    """How orders stand while entries are decided on: their states, and what has paid them."""

    def __init__(self, attempts: Iterable[Attempt]) -> None:
        self._by_id: dict[AttemptId, list[AttemptState | bool]] = {}
        self.add(attempts)

    def add(self, attempts: Iterable[Attempt]) -> None:
        """Orders that come in besides; one that was there stands as it stands."""
        for one in attempts:
            if one.id not in self._by_id:
                self._by_id[one.id] = [one.state, one.is_debit_seen, one.is_credit_seen]

    def state(self, attempt: Attempt) -> AttemptState:
        """Where an order stands by now."""
        state = self._by_id[attempt.id][0]
        assert isinstance(state, AttemptState)
        return state

    def is_taken(self, attempt: Attempt, kind: EntryKind) -> bool:
        """Whether an entry has paid the order, or sent it back: a second one cannot."""
        if attempt.is_spent and self.state(attempt) in UNPAID:
            return True
        return bool(self._by_id[attempt.id][1 if kind is EntryKind.DEBIT else 2])

    def take(self, attempt: Attempt, kind: EntryKind) -> None:
        """Notes that an entry has paid the order, or sent it back."""
        self._by_id[attempt.id][1 if kind is EntryKind.DEBIT else 2] = True

    def move(self, attempt: Attempt, says: Effect) -> Move:
        """The move that a word makes; it is made."""
        before = self.state(attempt)
        steps = steps_from(before, says)
        if steps:
            self._by_id[attempt.id][0] = steps[-1]
        return Move(attempt, before, steps)


def decide(
    entries: Iterable[Entry], attempts: Mapping[str, Attempt], *, taken: Standings | None = None
) -> list[Decision]:
    """What follows from each entry, for orders by their end-to-end id, as they stand now.

    Hand the same `taken` to a second call to go on from where the first one ended.
    """
    standings = Standings(attempts.values()) if taken is None else taken
    blocks: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts.values():
        blocks[attempt.block_id].append(attempt)
    ordered = sorted(((_reading_order(entry), entry) for entry in entries), key=itemgetter(0))
    return [
        _of_block(entry, blocks.get(entry.block_id or "", []), standings)
        if order % 2 and entry.booking is EntryBooking.BOOKED
        else _of_one(entry, attempts, standings)
        for order, entry in ordered
    ]


def _reading_order(entry: Entry) -> int:
    """Entries for whole blocks come after those that name one order, with an odd number."""
    return 2 * READING_ORDER[entry.kind] + entry.is_block


def _of_one(entry: Entry, attempts: Mapping[str, Attempt], standings: Standings) -> Decision:
    attempt = _matched(entry, attempts)
    if attempt is None:
        informs = entry.booking in ANNOUNCED
        return Decision(entry, Effect.NONE if informs else Effect.UNMATCHED)
    if entry.booking in ANNOUNCED or entry.says is Effect.NONE:
        return Decision(entry, Effect.NONE, (standings.move(attempt, Effect.NONE),))
    if entry.kind is not EntryKind.STATUS:
        if standings.is_taken(attempt, entry.kind):
            return Decision(entry, Effect.UNMATCHED)
        standings.take(attempt, entry.kind)
    move = standings.move(attempt, entry.says)
    if move.steps:
        return Decision(entry, entry.says, (move,))
    known = Effect.NONE if entry.kind is EntryKind.STATUS else Effect.CONFIRMED
    return Decision(entry, known, (move,))


def _of_block(entry: Entry, attempts: Sequence[Attempt], standings: Standings) -> Decision:
    """An entry for a whole block pays what of it the bank has not refused, or all of it, if that
    adds up to the cent; otherwise it waits for the refusals to come, or for a person."""
    unpaid = [one for one in attempts if not standings.is_taken(one, EntryKind.DEBIT)]
    wanted = [one for one in unpaid if standings.state(one) not in UNPAID]
    for chosen in (wanted, unpaid):
        if chosen and sum(one.amount_cents for one in chosen) == entry.amount_cents:
            for one in chosen:
                standings.take(one, EntryKind.DEBIT)
            moves = tuple(standings.move(one, Effect.SETTLED) for one in chosen)
            return Decision(entry, Effect.BATCH, moves)
    return Decision(entry, Effect.UNMATCHED)


def steps_from(state: AttemptState, says: Effect) -> tuple[AttemptState, ...]:
    """The states an order goes through for a bank's word; none when the word comes late.

    A return proves that the payment was booked, so it may arrive before that booking does; and a
    booking proves that what was said to be refused was paid.
    """
    if says in MOVES[state]:
        return (MOVES[state][says],)
    if says is Effect.RETURNED and Effect.SETTLED in MOVES[state]:
        return (AttemptState.SETTLED, AttemptState.RETURNED)
    return ()


def _matched(entry: Entry, attempts: Mapping[str, Attempt]) -> Attempt | None:
    attempt = attempts.get(entry.end_to_end_id or "")
    if attempt is None or entry.says is Effect.UNMATCHED:
        return None
    told = entry.amount_cents
    right = told == attempt.amount_cents or (entry.kind is EntryKind.STATUS and told is None)
    return attempt if right else None


class Step(msgspec.Struct, frozen=True, gc=False):
    """One step of one order, and the entry that makes it."""

    attempt: Attempt
    from_state: AttemptState
    to_state: AttemptState
    entry: Entry


def steps_by_state(decisions: Iterable[Decision]) -> dict[AttemptState, list[Step]]:
    """Every step that was decided, in the order in which states may follow each other."""
    ordered: dict[AttemptState, list[Step]] = {state: [] for state in AttemptState}
    for decision in decisions:
        for move in decision.moves:
            before = move.from_state
            for state in move.steps:
                ordered[state].append(Step(move.attempt, before, state, decision.entry))
                before = state
    return {state: steps for state, steps in ordered.items() if steps}


class Moves(msgspec.Struct, frozen=True):
    """What decisions come to: the steps of orders by the state that they lead to, and transfers."""

    steps: dict[AttemptState, list[Step]]
    transfers: list[NewTransfer]


def moves_of(decisions: Iterable[Decision], *, on: date) -> Moves:
    """The steps that were decided, and what the ledger learns of them on a day."""
    steps = steps_by_state(decisions)
    return Moves(steps, transfers_of(steps, on=on))


def transfers_of(steps: Mapping[AttemptState, Iterable[Step]], *, on: date) -> list[NewTransfer]:
    """What the ledger learns: money that arrived, never left or came back, on the day of booking.

    A word without a booking counts on the day `on`. An acceptance moves no money, nor does a
    refusal that turns out to be a cancellation. What is booked after a refusal was in transit.
    """
    return [
        NewTransfer(
            budget_line_id=step.attempt.budget_line_id,
            reason=reason,
            amount_cents=step.attempt.amount_cents,
            source_type=Source.PAYMENT_ATTEMPT,
            source_id=step.attempt.id,
            agreement_id=step.attempt.agreement_id,
            month=step.attempt.month,
            kind=step.attempt.kind,
            effective_on=step.entry.booked_on or on,
        )
        for state, made in steps.items()
        for step in made
        for reason in reasons_of(step.from_state, state)
    ]


def reasons_of(before: AttemptState, after: AttemptState) -> tuple[Reason, ...]:
    """The transfers of one step, in their order."""
    if after is AttemptState.CANCELLED and before is AttemptState.REJECTED:
        return ()
    if after is AttemptState.SETTLED and before in UNPAID:
        return (Reason.REJECTION_UNDONE, Reason.SETTLED)
    return (REASON_OF_STATE[after],) if after in REASON_OF_STATE else ()


def refuse_nothing_to_release(waiting: Collection[PayoutLineId]) -> None:
    """NothingToRelease when no line waits."""
    if not waiting:
        raise NothingToRelease


def refuse_broken(broken: Collection[Broken]) -> None:
    """BooksDoNotBalance, with the names of the invariants, when a row breaks one."""
    if broken:
        raise BooksDoNotBalance(invariants=sorted({one.invariant for one in broken}))


def refuse_other_totals(
    plan: Plan, unwritten: Collection[UnwrittenLine], approved: ApprovedTotals
) -> None:
    """OrderDiffersFromApproval unless files and lines left out come to what was approved."""
    count = sum(file.payment_count for file in plan.files) + len(unwritten)
    cents = sum(file.total_cents for file in plan.files) + sum(
        line.amount_cents for line in unwritten
    )
    if (count, cents) != (approved.payment_count, approved.total_cents):
        raise OrderDiffersFromApproval


def refuse_unless(by: Actor, roles: Collection[Role]) -> None:
    """NotAllowed unless one of the roles asks."""
    if by.role not in roles:
        raise NotAllowed


def reason_in(state: AttemptState, entry: Entry) -> str | None:
    """The reason code that goes with a state: an order that failed has one, others none."""
    return (entry.reason_code or NOT_SPECIFIED) if state in FAILED else None


def count_effects(effects: Iterable[Effect]) -> dict[Effect, int]:
    """How many entries had each effect, in one fixed order; effects that none had are left out."""
    counted = Counter(effects)
    return {effect: counted[effect] for effect in Effect if counted[effect]}
