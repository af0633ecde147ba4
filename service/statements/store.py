"""The queries of what banks tell."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from service import db
from service.bank.model import KeptFinding
from service.db import Connection
from service.ids import AccountId, AttemptId, BankFileId, ResolutionId, new_id, new_ids
from service.money import Cents
from service.statements.model import (
    BrokenChain,
    Event,
    HistoryRow,
    KnownKey,
    LastClosing,
    PostedPlace,
    Quarantined,
    ReadStatement,
    Refusal,
    Release,
    StatementBefore,
    WaitingBlock,
    WrittenDecision,
)

SQL = db.load("statements")


class NewStatement(NamedTuple):
    """A statement about to be written, with what of it is new, in signed cents."""

    id: UUID
    told: ReadStatement
    new_cents: Cents


async def take_turn(tx: Connection, key: int) -> bool:
    """Waits until nobody else posts what a bank tells; until the transaction ends."""
    return await db.fetch_value(tx, SQL["take_turn"], bool, key=key)


async def take_free_turn(tx: Connection, key: int) -> bool:
    """Whether nobody else posts what a bank tells; then nobody does until the transaction ends."""
    return await db.fetch_value(tx, SQL["take_free_turn"], bool, key=key)


async def list_known_keys(tx: Connection, entry_keys: Collection[bytes]) -> list[KnownKey]:
    """Which of these entries were read before."""
    return await db.fetch_all(tx, SQL["list_known_keys"], KnownKey, entry_keys=list(entry_keys))


async def list_waiting_blocks(tx: Connection) -> list[WaitingBlock]:
    """Entries for whole blocks that did not add up so far; a thousand at most."""
    return await db.fetch_all(tx, SQL["list_waiting_blocks"], WaitingBlock)


async def insert_statements(
    tx: Connection, file_id: BankFileId, statements: Sequence[NewStatement], *, at: datetime
) -> int:
    """Writes the statements of a file."""
    return await db.execute(
        tx,
        SQL["insert_statements"],
        file_id=file_id,
        at=at,
        ids=[one.id for one in statements],
        places=[one.told.place for one in statements],
        accounts=[one.told.account for one in statements],
        message_kinds=[one.told.kind for one in statements],
        statement_ids=[one.told.statement_id for one in statements],
        sequences=[one.told.sequence for one in statements],
        first_days=[one.told.first_day for one in statements],
        last_days=[one.told.last_day for one in statements],
        opening_cents=[one.told.opening_cents for one in statements],
        booked_cents=[one.told.booked_cents for one in statements],
        closing_cents=[one.told.closing_cents for one in statements],
        new_cents=[one.new_cents for one in statements],
    )


async def insert_entries(
    tx: Connection,
    file_id: BankFileId,
    written: Sequence[WrittenDecision],
    *,
    statement_ids: Mapping[int, UUID],
    recorded_by: AccountId,
    at: datetime,
) -> int:
    """Writes what was read and what it did; `statement_ids` are by place."""

    def _columns(piece: Sequence[WrittenDecision]) -> Mapping[str, object]:
        decisions = [one.decision for one in piece]
        entries = [one.entry for one in decisions]
        attempts = [one.attempt for one in decisions]
        places, alike = db.alike(
            (
                entry.place,
                entry.kind,
                entry.booking,
                entry.booked_on,
                entry.reason_code,
                one.effect,
                one.from_state,
            )
            for one, entry in zip(decisions, entries, strict=True)
        )
        return {
            "file_id": file_id,
            "recorded_by": recorded_by,
            "at": at,
            "ids": [one.entry_id for one in piece],
            "alike": places,
            "entry_keys": [entry.key for entry in entries],
            "attempt_ids": [attempt and attempt.id for attempt in attempts],
            "names": [entry.end_to_end_id for entry in entries],
            "block_ids": db.sparse([entry.block_id for entry in entries]),
            "servicer_references": db.sparse([entry.servicer_reference for entry in entries]),
            "amounts_cents": [entry.amount_cents for entry in entries],
            "statement_ids": [None if one[0] is None else statement_ids[one[0]] for one in alike],
            "kinds": [one[1] for one in alike],
            "bookings": [one[2] for one in alike],
            "days": [one[3] for one in alike],
            "reason_codes": [one[4] for one in alike],
            "effects": [one[5] for one in alike],
            "from_states": [one[6] for one in alike],
        }

    return await db.execute_in_pieces(tx, SQL["insert_entries"], written, _columns)


async def insert_events(
    tx: Connection,
    events: Sequence[Event],
    *,
    resolution_id: ResolutionId | None,
    recorded_by: AccountId | None,
    at: datetime,
) -> int:
    """Adds to the history of orders what no entry that names them says."""

    def _columns(piece: Sequence[Event]) -> Mapping[str, object]:
        places, alike = db.alike(
            (one.said, one.from_state, one.to_state, one.reason_code) for one in piece
        )
        return {
            "resolution_id": resolution_id,
            "recorded_by": recorded_by,
            "at": at,
            "ids": new_ids(len(piece)),
            "alike": places,
            "attempt_ids": [one.attempt_id for one in piece],
            "entry_ids": [one.entry_id for one in piece],
            "said": [one[0] for one in alike],
            "from_states": [one[1] for one in alike],
            "to_states": [one[2] for one in alike],
            "reason_codes": [one[3] for one in alike],
        }

    return await db.execute_in_pieces(tx, SQL["insert_events"], events, _columns)


async def insert_findings(
    tx: Connection, file_id: BankFileId, findings: Sequence[KeptFinding]
) -> int:
    """Writes what is odd about a file."""
    return await db.execute(
        tx,
        SQL["insert_findings"],
        file_id=file_id,
        ids=[new_id() for _ in findings],
        places=[one.statement_place for one in findings],
        codes=[one.code for one in findings],
        severities=[one.severity for one in findings],
        details=[one.detail for one in findings],
    )


async def list_findings(tx: Connection, file_id: BankFileId, *, at_most: int) -> list[KeptFinding]:
    """What is odd about a file, the reasons for quarantine first."""
    return await db.fetch_all(
        tx, SQL["list_findings"], KeptFinding, file_id=file_id, at_most=at_most
    )


async def list_releases(tx: Connection, file_id: BankFileId) -> list[Release]:
    """What of a file was released, by whom and why."""
    return await db.fetch_all(tx, SQL["list_releases"], Release, file_id=file_id)


async def insert_release(
    tx: Connection,
    file_id: BankFileId,
    *,
    statement_place: int | None,
    reason: str,
    released_by: AccountId,
    at: datetime,
) -> None:
    """Notes that a file, or one statement of it, is to be posted after all."""
    await db.execute(
        tx,
        SQL["insert_release"],
        release_id=new_id(),
        file_id=file_id,
        statement_place=statement_place,
        reason=reason,
        released_by=released_by,
        at=at,
    )


async def insert_refusal(
    tx: Connection,
    *,
    sha256: bytes,
    byte_count: int,
    problem: str,
    reason: str,
    refused_by: AccountId,
    at: datetime,
) -> None:
    """Notes that a file was refused whole."""
    await db.execute(
        tx,
        SQL["insert_refusal"],
        refusal_id=new_id(),
        sha256=sha256,
        byte_count=byte_count,
        problem=problem,
        reason=reason,
        refused_by=refused_by,
        at=at,
    )


async def list_refusals(tx: Connection, *, at_most: int) -> list[Refusal]:
    """Files that were refused, the newest first."""
    return await db.fetch_all(tx, SQL["list_refusals"], Refusal, at_most=at_most)


async def list_quarantined(tx: Connection, *, at_most: int) -> list[Quarantined]:
    """Files of which something waits for an officer, the newest first."""
    return await db.fetch_all(tx, SQL["list_quarantined"], Quarantined, at_most=at_most)


async def list_posted_places(tx: Connection, file_id: BankFileId) -> list[PostedPlace]:
    """The statements of a file that were posted."""
    return await db.fetch_all(tx, SQL["list_posted_places"], PostedPlace, file_id=file_id)


async def list_broken_chain(tx: Connection, *, at_most: int) -> list[BrokenChain]:
    """Statements that do not follow from the one before, the newest first."""
    return await db.fetch_all(tx, SQL["list_broken_chain"], BrokenChain, at_most=at_most)


async def find_last_closing(tx: Connection, account: str) -> LastClosing | None:
    """What an account of ours was closed with last; None before the first statement."""
    return await db.find_one(tx, SQL["find_last_closing"], LastClosing, account=account)


async def list_history(tx: Connection, attempt_id: AttemptId) -> list[HistoryRow]:
    """What was said of one order, oldest first."""
    return await db.fetch_all(tx, SQL["list_history"], HistoryRow, attempt_id=attempt_id)


async def list_statements_before(
    tx: Connection, statements: Sequence[ReadStatement]
) -> list[StatementBefore]:
    """The last statement known before each of some of a file."""
    return await db.fetch_all(
        tx,
        SQL["list_statements_before"],
        StatementBefore,
        places=[one.place for one in statements],
        accounts=[one.account for one in statements],
        kinds=[one.kind for one in statements],
        statement_ids=[one.statement_id for one in statements],
        sequences=[one.sequence for one in statements],
        first_days=[one.first_day for one in statements],
    )
