"""What may be said of money that matched nothing, and what then follows for orders."""

from collections.abc import Collection, Mapping, Sequence

from service.bank.messages import AccountReport, BankUpload
from service.bank.model import (
    Attempt,
    Decision,
    Effect,
    Entry,
    EntryKind,
)
from service.bank.rules import Standings
from service.i18n import N_, _
from service.ids import AttemptId
from service.money import Cents, InvalidAmount, parse_euros
from service.problems import InvalidFields, Problem
from service.suspense.model import (
    EntryWords,
    Name,
    Part,
    RecoveryName,
    RecoveryPart,
    Resolution,
    SuspenseEntry,
)

REASON_LENGTH_MIN = 5
REASON_LENGTH_MAX = 500


class AlreadyResolved(Problem):
    """Somebody said what this entry is."""

    slug = "entry-resolved"
    title = N_("Somebody has said what this entry is. Take that back first, if it is wrong.")
    status = 409


class PartsDiffer(Problem):
    """Orders whose amounts are not the entry."""

    slug = "parts-differ"
    title = N_(
        "The payments that you chose do not add up to the entry. Choose those that do, each whole."
    )
    status = 422


class RecoveriesDiffer(Problem):
    """Recoveries whose parts are not the entry, or an entry that is no money that came in."""

    slug = "recoveries-differ"
    title = N_(
        "What you gave to recoveries is not this entry: it has to be money that came in, and the "
        "parts have to add up to it. If a payee sent more than it owes, explain the entry as paid "
        "back by a payee, record what is owed at the recovery, and send the rest back."
    )
    status = 422


class DoesNotFit(Problem):
    """An order that this entry cannot have moved."""

    slug = "entry-does-not-fit"
    title = N_(
        "One of the payments cannot be this entry: it is booked already, it was never paid, or it "
        "is being paid again. Look at its history."
    )
    status = 409


class SecondPersonResolves(Problem):
    """Nobody confirms what they said themselves."""

    slug = "second-person-resolves"
    title = N_("You said what this entry is. Somebody else has to confirm it.")
    status = 403


class NothingToConfirm(Problem):
    """It needs no second person, or had one."""

    slug = "nothing-to-confirm"
    title = N_("Nothing waits for a second person here. Open the list again.")
    status = 409


class NotUndone(Problem):
    """Only an explanation that stands is taken back."""

    slug = "not-undone"
    title = N_(
        "Only an explanation that still stands can be taken back. A payment that was booked stays "
        "booked; if it came back, the bank will say so."
    )
    status = 409


def check_reason(reason: str) -> str:
    """A reason without spaces around it; InvalidFields when it says too little or too much."""
    trimmed = reason.strip()
    if not REASON_LENGTH_MIN <= len(trimmed) <= REASON_LENGTH_MAX:
        raise InvalidFields({"reason": _("Say in 5 to 500 letters why.")})
    return trimmed


def needs_second(entry: SuspenseEntry) -> bool:
    """Whether a second person must confirm what is said of an entry, by its amount."""
    return entry.amount_cents > entry.alone_up_to_cents


def parts_of(entry: SuspenseEntry, attempts: Mapping[str, Attempt]) -> list[Part]:
    """The orders as parts of an entry, each whole; PartsDiffer unless they add up to it."""
    parts = [Part(one.id, one.amount_cents) for one in attempts.values()]
    if not parts or sum(one.amount_cents for one in parts) != entry.amount_cents:
        raise PartsDiffer
    return sorted(parts, key=lambda one: one.attempt_id)


def check_recovery_parts(entry: SuspenseEntry, parts: Sequence[RecoveryPart]) -> list[RecoveryPart]:
    """The parts of an entry that recoveries have; RecoveriesDiffer unless each recovery is there
    once and they add up to money that came in."""
    once = len({one.recovery_id for one in parts}) == len(parts)
    whole = sum(one.amount_cents for one in parts) == entry.amount_cents
    positive = all(one.amount_cents > 0 for one in parts)
    if entry.kind is not EntryKind.CREDIT or not (parts and once and whole and positive):
        raise RecoveriesDiffer
    return sorted(parts, key=lambda one: one.recovery_id)


def parts_typed(lines: str) -> dict[str, Cents]:
    """The references that somebody typed, one a line with an amount; InvalidFields otherwise."""
    found: dict[str, Cents] = {}
    for line in lines.splitlines():
        reference, _space, amount = line.strip().partition(" ")
        if not reference:
            continue
        try:
            cents = parse_euros(amount)
        except InvalidAmount:
            raise InvalidFields({"recoveries": _how_to_type()}) from None
        found[reference.upper()] = Cents(found.get(reference.upper(), 0) + cents)
    if not found:
        raise InvalidFields({"recoveries": _how_to_type()})
    return found


def _how_to_type() -> str:
    return _("Type a recovery and its amount in each line, like R-0123456789 70.00.")


def refuse_unknown(typed: Mapping[str, Cents], known: Sequence[RecoveryName]) -> list[RecoveryPart]:
    """The recoveries that were typed, with their parts; InvalidFields with one nobody knows."""
    unknown = sorted(set(typed) - {one.reference for one in known})
    if unknown:
        said = _("No recovery has the reference {reference}. Look it up in the list.")
        raise InvalidFields({"recoveries": said.format(reference=unknown[0])})
    return [RecoveryPart(one.id, typed[one.reference]) for one in known]


def refuse_unnamed(names: Collection[str], known: Sequence[Name]) -> list[AttemptId]:
    """The orders that were named; InvalidFields with a name that none has."""
    unknown = sorted(set(names) - {one.end_to_end_id for one in known})
    if unknown:
        said = _("No payment has the reference {reference} at the bank. Look it up in its payout.")
        raise InvalidFields({"others": said.format(reference=unknown[0])})
    return [one.id for one in known]


def refuse_missing(asked: Sequence[AttemptId], attempts: Mapping[str, Attempt]) -> None:
    """DoesNotFit when an order that was named is not there."""
    if len(set(asked)) != len(attempts):
        raise DoesNotFit


def decisions_of(entry: SuspenseEntry, attempts: Mapping[str, Attempt]) -> list[Decision]:
    """What an entry does to the orders that it is said to be; DoesNotFit when it does nothing.

    A debit pays them, a credit sends them back.
    """
    standings = Standings(attempts.values())
    says = Effect.SETTLED if entry.kind is EntryKind.DEBIT else Effect.RETURNED
    decisions = []
    for attempt in attempts.values():
        if standings.is_taken(attempt, entry.kind):
            raise DoesNotFit
        move = standings.move(attempt, says)
        told = Entry(
            key=entry.id.bytes + attempt.id.bytes,
            kind=entry.kind,
            says=says,
            end_to_end_id=attempt.end_to_end_id,
            amount_cents=Cents(attempt.amount_cents),
            booked_on=entry.booked_on,
            reason_code=entry.reason_code if says is Effect.RETURNED else None,
        )
        effect = says if move.steps else Effect.CONFIRMED
        decisions.append(Decision(told, effect, (move,)))
    return decisions


def words_of(upload: BankUpload, entry_key: bytes) -> EntryWords:
    """What a file that was read says of the entry with a key; nothing when it has none."""
    entries = (
        entry
        for message in upload.messages
        if isinstance(message, AccountReport)
        for statement in message.statements
        for entry in statement.entries
        if entry_key in {entry.key, entry.booking_key}
    )
    for one in entries:
        return EntryWords(one.counterparty_name, one.counterparty_iban, one.remittance)
    return EntryWords("", "", "")


def refuse_own(resolution: Resolution, by: object) -> None:
    """NothingToConfirm where one person is enough, SecondPersonResolves for who said it."""
    if not resolution.needs_second:
        raise NothingToConfirm
    if resolution.proposed_by == by:
        raise SecondPersonResolves
