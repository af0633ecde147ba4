"""Pure decisions of the bank: identifiers, bank days, names, what an answer means and does."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from uuid import UUID

import holidays

from service.bank.model import (
    MOVES,
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
from service.ids import base32
from service.money import Cents, format_euros
from service.names import to_latin_basic
from service.problems import Problem

ID_LETTERS = 26
NAME_LETTERS = 70
# The letters every bank takes (EPC 217-08): the rest of Unicode is refused, never dropped.
BANK_LETTERS = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")
SATURDAY = 5

# ISO 20022 external status codes. "Settled" here is information by the list's own warning: only the
# account statement shows that money moved.
ACCEPTING = frozenset({"ACCP", "ACTC", "ACSP", "ACSC", "ACCC", "ACWC", "ACWP", "ACFC"})
EFFECT_OF_CODE = {"RJCT": Effect.REJECTED, **dict.fromkeys(ACCEPTING, Effect.ACCEPTED)}
# Debits first: a statement may list a return above the payment that it returns.
READING_ORDER = (EntryKind.STATUS, EntryKind.DEBIT, EntryKind.CREDIT)


class NameNotForBank(Problem):
    """A payee's name cannot be written in the letters a bank takes, or is too long."""

    slug = "name-not-for-bank"
    title = N_("The name has letters a bank does not take. Write it in Latin letters.")
    status = 422


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


class StatementEmpty(Problem):
    """A file that calls itself a statement and has none."""

    slug = "statement-empty"
    title = N_("The file holds no statement. Ask the bank for it again; nothing was changed.")
    status = 422


def identifier(letter: str, row_id: UUID) -> str:
    """A row's id for a bank: one letter and all its 128 bits, so no two rows share it."""
    return f"{letter}{base32(row_id.int, ID_LETTERS)}"


def end_to_end_id(line_id: UUID, number: int) -> str:
    """What a return comes back with: a payout line and which attempt at it; at most 35 letters."""
    return f"{identifier('E', line_id)}-{number}"


def bank_name(name: str) -> str:
    """A name in the letters a bank takes; NameNotForBank when others are left or it is too long."""
    plain = " ".join(to_latin_basic(name).split())
    left = sorted(set(BANK_LETTERS.sub("", plain)))
    if left:
        raise NameNotForBank(
            _("The name has letters a bank does not take: {letters}").format(letters=" ".join(left))
        )
    if not 1 <= len(plain) <= NAME_LETTERS:
        raise NameNotForBank(
            _("The name has {count} letters; a bank takes 1 to 70.").format(count=len(plain))
        )
    return plain


def next_bank_day(day: date, closings: Mapping[date, bool]) -> date:
    """The first day from `day` on which Kosovo's banks and TARGET both settle.

    `closings` says of single days that they are closed (or open) after all: some feasts follow
    the moon and are announced late.
    """
    while closings.get(day, _is_closed(day)):
        day += timedelta(days=1)
    return day


def _is_closed(day: date) -> bool:
    return day.weekday() >= SATURDAY or day in _feasts(day.year)


@cache
def _feasts(year: int) -> frozenset[date]:
    kosovo = holidays.country_holidays("XK", years=year)
    target = holidays.financial_holidays("ECB", years=year)
    return frozenset(kosovo) | frozenset(target)


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
