"""What of a file may be posted, and what is written of what it said."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from service.bank.findings import Severity
from service.bank.model import (
    Decision,
    Effect,
    Entry,
    EntryBooking,
    EntryKind,
    KeptFinding,
)
from service.bank.rules import entry_from_verdict
from service.i18n import N_, _
from service.ids import EntryId
from service.money import Cents
from service.problems import InvalidFields, Problem
from service.statements.model import (
    Event,
    ReadFile,
    Release,
    Rest,
    WaitingBlock,
)

REASON_LENGTH_MIN = 5
REASON_LENGTH_MAX = 500


class NothingToRelease(Problem):
    """Only what waits for an officer is released."""

    slug = "nothing-to-release"
    title = N_("Nothing of this file waits for a release. Open it again to see what became of it.")
    status = 409


class AlreadyReleased(Problem):
    """Somebody else released it."""

    slug = "already-released"
    title = N_("Somebody has released this already. Open the file again.")
    status = 409


def check_reason(reason: str) -> str:
    """A reason without spaces around it; InvalidFields when it says too little or too much."""
    trimmed = reason.strip()
    if not REASON_LENGTH_MIN <= len(trimmed) <= REASON_LENGTH_MAX:
        raise InvalidFields({"reason": _("Say in 5 to 500 letters why.")})
    return trimmed


def waits_of(findings: Iterable[KeptFinding]) -> tuple[KeptFinding, ...]:
    """The reasons for which something is not posted."""
    return tuple(one for one in findings if one.severity is Severity.QUARANTINE)


def open_places(
    findings: Iterable[KeptFinding], releases: Collection[Release]
) -> tuple[bool, frozenset[int]]:
    """Whether the file as a whole waits, and the statements of it that wait for themselves."""
    released = {one.statement_place for one in releases}
    waiting = {one.statement_place for one in waits_of(findings)}
    if None in released:
        return False, frozenset()
    whole = None in waiting
    return whole, frozenset(one for one in waiting - released if one is not None)


def postable(
    file: ReadFile, releases: Collection[Release], posted: Collection[int] = ()
) -> ReadFile | None:
    """The part of a file that may be posted now and was not before; None when there is nothing."""
    whole, places = open_places(file.findings, releases)
    if whole:
        return None
    shut = places | set(posted)
    return ReadFile(
        message_type=file.message_type,
        message_id=file.message_id,
        statements=tuple(one for one in file.statements if one.place not in shut),
        entries=tuple(one for one in file.entries if one.place not in shut),
        rests=file.rests,
        findings=file.findings,
    )


def refuse_unless_waiting(
    findings: Iterable[KeptFinding], releases: Collection[Release], place: int | None
) -> None:
    """NothingToRelease unless the file, or that statement of it, waits."""
    whole, places = open_places(findings, releases)
    waits = (whole or bool(places)) if place is None else place in places
    if not waits:
        raise NothingToRelease


def entries_of_rest(rest: Rest, sent: Sequence[str]) -> Iterator[Entry]:
    """A verdict spread over the payments of an order that a report does not name.

    One on an order that we never sent is one entry that matches nothing.
    """
    report = (rest.message_id, rest.original_message_id)
    if not sent:
        yield entry_from_verdict(rest.verdict, None, report=report)
    for name in sent:
        if name not in rest.named:
            yield entry_from_verdict(rest.verdict, name, report=report)


def entry_of(block: WaitingBlock) -> Entry:
    """A waiting entry for a block, to be decided on once more."""
    return Entry(
        key=block.id.bytes,
        kind=EntryKind.DEBIT,
        says=Effect.SETTLED,
        end_to_end_id=None,
        amount_cents=block.amount_cents,
        booked_on=block.booked_on,
        block_id=block.block_id,
    )


def booked_cents(decisions: Iterable[Decision]) -> dict[int, Cents]:
    """What the booked entries of each statement come to, by its place, in signed cents: credits
    less debits; nothing for a statement that has none."""
    sums: dict[int, Cents] = {}
    for entry in (decision.entry for decision in decisions):
        if entry.place is not None and entry.booking is EntryBooking.BOOKED:
            cents = entry.amount_cents or 0
            signed = cents if entry.kind is EntryKind.CREDIT else -cents
            sums[entry.place] = Cents(sums.get(entry.place, 0) + signed)
    return sums


def events_of(decision: Decision, entry_id: EntryId | None) -> Iterator[Event]:
    """What is added to the history of the orders that a block or a person speaks of."""
    for move in decision.moves:
        yield Event(
            attempt_id=move.attempt.id,
            entry_id=entry_id,
            said=decision.effect,
            from_state=move.from_state,
            to_state=move.to_state,
            reason_code=decision.entry.reason_code,
        )


def with_findings(file: ReadFile, findings: Sequence[KeptFinding]) -> ReadFile:
    """A file read again, with what was found when it came."""
    return msgspec.structs.replace(file, findings=tuple(findings))
