"""What a bank's answer means, which answers are refused, and what follows for the orders."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from hashlib import sha256

from service.actor import Actor, Role
from service.bank.model import (
    MOVES,
    NOT_SPECIFIED,
    Attempt,
    AttemptState,
    Decision,
    Effect,
    Entry,
    EntryKind,
    Statement,
    StatementFile,
    StatusReport,
    Verdict,
)
from service.i18n import N_, _, language
from service.ledger.model import NewTransfer, Reason, Source
from service.money import Cents, format_euros
from service.problems import NotAllowed, Problem

# ISO 20022 external status codes. "Settled" here is information by the list's own warning: only the
# account statement shows that money moved.
ACCEPTING = frozenset({"ACCP", "ACTC", "ACSP", "ACSC", "ACCC", "ACWC", "ACWP", "ACFC"})
EFFECT_OF_CODE = {"RJCT": Effect.REJECTED, **dict.fromkeys(ACCEPTING, Effect.ACCEPTED)}
# Debits first: a statement may list a return above the payment that it returns.
READING_ORDER = (EntryKind.STATUS, EntryKind.DEBIT, EntryKind.CREDIT)


FINANCE = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
READERS = FINANCE | {Role.AUDITOR}
REASON_OF_STATE = {
    AttemptState.REJECTED: Reason.REJECTED,
    AttemptState.SETTLED: Reason.SETTLED,
    AttemptState.RETURNED: Reason.RETURNED,
}


class StatementNotOurs(Problem):
    """A statement of an account that is not ours."""

    slug = "statement-not-ours"
    title = N_("The statement is of an account that is not ours. Nothing was changed.")
    status = 422


class StatementNotInEuros(Problem):
    """A statement with an amount in another currency."""

    slug = "statement-not-in-euros"
    title = N_("The statement has amounts in another currency than euros. Nothing was changed.")
    status = 422


class StatementDoesNotAddUp(Problem):
    """Opening balance and booked entries do not give the closing balance."""

    slug = "statement-does-not-add-up"
    title = N_("The statement does not add up. Ask the bank for it again; nothing was changed.")
    status = 422


class FileDamaged(Problem):
    """What is stored is not what was written."""

    slug = "file-damaged"
    title = N_("The stored file is not what was written. Do not send it; tell the operator.")
    status = 409


class NoSuchPayout(Problem):
    """No payout has this reference."""

    slug = "no-such-payout"
    title = N_("There is no payout with this reference. Look it up in the list of payouts.")
    status = 404


class StatementEmpty(Problem):
    """A file that calls itself a statement and has none."""

    slug = "statement-empty"
    title = N_("The file holds no statement. Ask the bank for it again; nothing was changed.")
    status = 422


REFUSED_STATEMENTS = (StatementNotOurs, StatementNotInEuros, StatementDoesNotAddUp, StatementEmpty)


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
    return Entry(
        key=sha256(told.encode()).digest(),
        kind=EntryKind.STATUS,
        says=effect,
        end_to_end_id=name,
        amount_cents=amount_cents,
        reason_code=(verdict.reason_code if effect is Effect.REJECTED else verdict.code) or None,
    )


def entries_of_report(report: StatusReport, sent: Collection[str]) -> list[Entry]:
    """Its entries, with a verdict on the whole message spread over payments it does not name."""
    entries = list(report.entries)
    if report.for_the_rest is None:
        return entries
    message = (report.message_id, report.original_message_id)
    named = {entry.end_to_end_id for entry in entries}
    rest = [name for name in sent if name not in named]
    if not sent:
        entries.append(entry_from_verdict(report.for_the_rest, None, report=message))
    return entries + [entry_from_verdict(report.for_the_rest, one, report=message) for one in rest]


def check_statements(file: StatementFile, our_accounts: Collection[str]) -> None:
    """Refuses a whole file when one statement is not ours, not in euros or does not add up."""
    if not file.statements:
        raise StatementEmpty
    for statement in file.statements:
        if statement.account not in our_accounts:
            raise StatementNotOurs
        if statement.currencies != {"EUR"}:
            raise StatementNotInEuros
        _check_balance(statement)


def _check_balance(statement: Statement) -> None:
    opening, closing = statement.opening_cents, statement.closing_cents
    if opening is None or closing is None:
        raise StatementDoesNotAddUp(
            _("The statement lacks its opening or closing balance. Nothing was changed.")
        )
    if opening + statement.booked_cents != closing:
        raise StatementDoesNotAddUp(
            _(
                "The statement opens with {opening}, has {booked} booked and closes with "
                "{closing}. Ask the bank for it again; nothing was changed."
            ).format(
                opening=format_euros(opening, language()),
                booked=format_euros(statement.booked_cents, language()),
                closing=format_euros(closing, language()),
            )
        )


def decide(entries: Iterable[Entry], attempts: Mapping[str, Attempt]) -> list[Decision]:
    """What follows from each entry, for orders by their end-to-end id, as they stand now."""
    states = {attempt.id: attempt.state for attempt in attempts.values()}
    decisions = []
    for entry in sorted(entries, key=lambda one: READING_ORDER.index(one.kind)):
        attempt = _matched(entry, attempts)
        if attempt is None:
            decisions.append(Decision(entry, None, Effect.UNMATCHED, ()))
            continue
        steps = steps_from(states[attempt.id], entry.says)
        if steps:
            states[attempt.id] = steps[-1]
        effect = entry.says if steps else Effect.NONE
        decisions.append(Decision(entry, attempt, effect, steps))
    return decisions


def steps_from(state: AttemptState, says: Effect) -> tuple[AttemptState, ...]:
    """The states an order goes through for a bank's word; none when the word comes late.

    A return proves that the payment was booked, so it may arrive before that booking does.
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


def steps_by_state(decisions: Iterable[Decision]) -> dict[AttemptState, list[Decision]]:
    """Every step that was decided, in the order in which states may follow each other."""
    ordered: dict[AttemptState, list[Decision]] = {state: [] for state in AttemptState}
    for decision in decisions:
        for state in decision.steps:
            ordered[state].append(decision)
    return {state: steps for state, steps in ordered.items() if steps}


def transfers_of(
    steps: Mapping[AttemptState, Iterable[Decision]], *, on: date
) -> list[NewTransfer]:
    """What the ledger learns: money that arrived, never left or came back, on the day of booking.

    A word without a booking counts on the day `on`. An acceptance moves no money.
    """
    return [
        NewTransfer(
            budget_line_id=decision.attempt.budget_line_id,
            reason=REASON_OF_STATE[state],
            amount_cents=decision.attempt.amount_cents,
            source_type=Source.PAYMENT_ATTEMPT,
            source_id=decision.attempt.id,
            agreement_id=decision.attempt.agreement_id,
            month=decision.attempt.month,
            kind=decision.attempt.kind,
            effective_on=decision.entry.booked_on or on,
        )
        for state, decisions in steps.items()
        if state in REASON_OF_STATE
        for decision in decisions
        if decision.attempt is not None
    ]


def refuse_unless(by: Actor, roles: Collection[Role]) -> None:
    """NotAllowed unless one of the roles asks."""
    if by.role not in roles:
        raise NotAllowed


def reason_in(state: AttemptState, decision: Decision) -> str | None:
    """The reason code that goes with a state: a rejected or returned order has one, others none."""
    failed = state in {AttemptState.REJECTED, AttemptState.RETURNED}
    return (decision.entry.reason_code or NOT_SPECIFIED) if failed else None


def count_effects(effects: Iterable[Effect]) -> dict[Effect, int]:
    """How many entries had each effect, in one fixed order; effects that none had are left out."""
    counted = Counter(effects)
    return {effect: counted[effect] for effect in Effect if counted[effect]}
