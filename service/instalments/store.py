"""The typed twins of sql/queries/instalments.sql."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from service import db, lists
from service.db import Connection
from service.facts.model import Span
from service.ids import AccountId, AgreementId, InstalmentId, RunId, SchemeVersionId
from service.instalments.model import (
    Ahead,
    Chunk,
    Counts,
    HeldAgreement,
    HeldChunk,
    Instalment,
    InstalmentSummary,
    MonthSummary,
    Outcome,
    PaymentKind,
    Progress,
    ReasonCode,
    ReasonCount,
    Written,
)
from service.lists import Found, Wanted
from service.money import Cents
from service.period import Month

SQL = db.load("instalments")


class DueBefore(msgspec.Struct, frozen=True):
    """What an agreement comes to in earlier months, of one kind of payment."""

    agreement_id: AgreementId
    kind: PaymentKind
    due_cents: Cents


class CurrentRow(msgspec.Struct, frozen=True):
    """The instalment that stands now."""

    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    id: InstalmentId
    version: int
    outcome: Outcome
    amount_cents: Cents
    reason: ReasonCode | None
    trace: list[Any]


class VersionOf(msgspec.Struct, frozen=True):
    """The scheme version of an agreement."""

    scheme_version_id: SchemeVersionId


class Held(msgspec.Struct, frozen=True):
    """The id of an instalment that is being held."""

    id: InstalmentId


async def insert_run(
    tx: Connection, run_id: RunId, month: Month, *, at: datetime, requested_by: AccountId | None
) -> int:
    """Opens a run."""
    return await db.execute(
        tx, SQL["insert_run"], run_id=run_id, month=month, at=at, requested_by=requested_by
    )


async def plan_for_many(tx: Connection) -> None:
    """Lets later statements of the transaction go through whole tables once."""
    await db.execute(tx, SQL["plan_for_many"])


async def insert_chunks(
    tx: Connection, run_id: RunId, month: Month, *, everything: bool, chunk_size: int
) -> int:
    """Writes what a run is to compute, in chunks; answers how many these are."""
    return await db.execute(
        tx,
        SQL["insert_chunks"],
        run_id=run_id,
        month=month,
        everything=everything,
        chunk_size=chunk_size,
    )


async def record_run_sized(tx: Connection, run_id: RunId, month: Month, *, at: datetime) -> int:
    """Counts what a run computes and what stands; ends it when there is nothing to compute."""
    return await db.execute(tx, SQL["record_run_sized"], run_id=run_id, month=month, at=at)


async def lock_chunk(tx: Connection) -> Chunk | None:
    """A chunk to be done, locked until it is leased."""
    return await db.find_one(tx, SQL["lock_chunk"], Chunk)


async def mark_leased(tx: Connection, chunk: Chunk, lease: timedelta) -> None:
    """Gives the chunk to whoever knows its token, for a while."""
    await db.execute(
        tx,
        SQL["mark_leased"],
        run_id=chunk.run_id,
        number=chunk.number,
        lease_token=chunk.lease_token,
        lease=lease,
    )


async def mark_failed(tx: Connection, chunk: Chunk, *, last_error: str, wait: timedelta) -> None:
    """Puts a chunk back for a later attempt and says what went wrong."""
    await db.execute(
        tx,
        SQL["mark_failed"],
        run_id=chunk.run_id,
        number=chunk.number,
        lease_token=chunk.lease_token,
        last_error=last_error,
        wait=wait,
    )


async def limit_waiting(tx: Connection) -> None:
    """Bounds how long any later statement of the transaction waits or runs."""
    await db.execute(tx, SQL["limit_waiting"])


async def lock_leased_chunk(tx: Connection, chunk: Chunk) -> HeldChunk | None:
    """The chunk, held, while its lease is this worker's and its run goes on."""
    return await db.find_one(
        tx,
        SQL["lock_leased_chunk"],
        HeldChunk,
        run_id=chunk.run_id,
        number=chunk.number,
        lease_token=chunk.lease_token,
    )


async def lock_agreements(
    tx: Connection, agreement_ids: Sequence[AgreementId]
) -> list[HeldAgreement]:
    """The agreements to compute, held, in the order of their ids."""
    return await db.fetch_all(
        tx, SQL["lock_agreements"], HeldAgreement, agreement_ids=list(agreement_ids)
    )


async def get_version_of(tx: Connection, agreement_id: AgreementId) -> SchemeVersionId:
    """The scheme version of an agreement; NotFound when it is not there for the actor."""
    found = await db.fetch_one(tx, SQL["get_version_of"], VersionOf, agreement_id=agreement_id)
    return found.scheme_version_id


async def record_chunk_done(tx: Connection, chunk: Chunk, counts: Counts, *, at: datetime) -> int:
    """Ends a chunk; 0 when the lease is another's by now or the run was cancelled."""
    return await db.execute(
        tx,
        SQL["record_chunk_done"],
        run_id=chunk.run_id,
        number=chunk.number,
        lease_token=chunk.lease_token,
        at=at,
        due_count=counts.due_count,
        blocked_count=counts.blocked_count,
        not_due_count=counts.not_due_count,
        written_count=counts.written_count,
        due_cents=counts.due_cents,
    )


async def record_runs_finished(tx: Connection, *, at: datetime) -> int:
    """Ends the runs that have no open chunk."""
    return await db.execute(tx, SQL["record_runs_finished"], at=at)


async def record_run_cancelled(tx: Connection, month: Month, *, at: datetime) -> int:
    """Stops the run of a month; 0 when none is under way."""
    return await db.execute(tx, SQL["record_run_cancelled"], month=month, at=at)


async def find_progress(tx: Connection, month: Month, *, at: datetime) -> Progress | None:
    """The latest run of a month, in numbers."""
    return await db.find_one(tx, SQL["find_progress"], Progress, month=month, at=at)


async def list_due_before(
    tx: Connection, spans: Sequence[Span], *, known_at: datetime
) -> list[DueBefore]:
    """What stood at a moment for the months before some, in cents."""
    return await db.fetch_all(
        tx,
        SQL["list_due_before"],
        DueBefore,
        agreement_ids=[span.agreement_id for span in spans],
        from_months=[span.from_month for span in spans],
        known_at=known_at,
    )


async def kinds_known(
    tx: Connection, agreement_id: AgreementId, month: Month, *, known_at: datetime
) -> list[PaymentKind]:
    """The kinds of payment that had an instalment for a month at a moment."""
    return await db.fetch_value(
        tx,
        SQL["kinds_known"],
        list[PaymentKind],
        agreement_id=agreement_id,
        month=month,
        known_at=known_at,
    )


async def kinds_without_budget(
    tx: Connection, agreement_id: AgreementId, month: Month, *, known_at: datetime
) -> list[PaymentKind]:
    """The kinds of payment that were blocked at a moment, as their line had too little left."""
    return await db.fetch_value(
        tx,
        SQL["kinds_without_budget"],
        list[PaymentKind],
        agreement_id=agreement_id,
        month=month,
        known_at=known_at,
    )


async def list_current(tx: Connection, spans: Sequence[Span]) -> list[CurrentRow]:
    """The instalments that stand, from the first month of each span on."""
    return await db.fetch_all(
        tx,
        SQL["list_current"],
        CurrentRow,
        agreement_ids=[span.agreement_id for span in spans],
        from_months=[span.from_month for span in spans],
    )


async def lock_instalments(tx: Connection, instalment_ids: Sequence[InstalmentId]) -> list[Held]:
    """Holds instalments that are about to be superseded."""
    return await db.fetch_all(
        tx, SQL["lock_instalments"], Held, instalment_ids=list(instalment_ids)
    )


async def record_superseded(tx: Connection, ended: Mapping[InstalmentId, datetime]) -> int:
    """Ends instalments in favour of newer versions, each at its moment."""
    return await db.execute(
        tx,
        SQL["record_superseded"],
        instalment_ids=list(ended),
        moments=list(ended.values()),
    )


async def insert_instalments(tx: Connection, rows: Sequence[Written], *, run_id: RunId) -> int:
    """Writes the instalments of a chunk in one statement."""
    return await db.execute(
        tx,
        SQL["insert_instalments"],
        run_id=run_id,
        moments=[row.computed_at for row in rows],
        ids=[row.id for row in rows],
        agreement_ids=[row.key.agreement_id for row in rows],
        months=[row.key.month for row in rows],
        kinds=[row.key.kind for row in rows],
        versions=[row.version for row in rows],
        outcomes=[row.result.outcome for row in rows],
        amounts_cents=[row.result.amount_cents for row in rows],
        reasons=[row.result.reason for row in rows],
        # As text: a list of lists would bind as one array of two dimensions.
        traces=[msgspec.json.encode(row.result.trace).decode() for row in rows],
    )


async def drop_ahead(
    tx: Connection,
    agreement_ids: Sequence[AgreementId],
    expected: Sequence[tuple[AgreementId, Ahead]],
) -> int:
    """Takes back the payments to come that agreements do not have any more, as expected now."""
    return await db.execute(
        tx,
        SQL["drop_ahead"],
        computed_ids=list(agreement_ids),
        agreement_ids=[agreement_id for agreement_id, _ in expected],
        months=[one.month for _, one in expected],
        kinds=[one.kind for _, one in expected],
        can_pay=[one.can_pay for _, one in expected],
    )


async def insert_ahead(tx: Connection, expected: Sequence[tuple[AgreementId, Ahead]]) -> int:
    """Writes the payments to come of agreements; those that are there already stay."""
    return await db.execute(
        tx,
        SQL["insert_ahead"],
        agreement_ids=[agreement_id for agreement_id, _ in expected],
        months=[one.month for _, one in expected],
        kinds=[one.kind for _, one in expected],
        can_pay=[one.can_pay for _, one in expected],
    )


async def list_instalments_of_month(
    tx: Connection, wanted: Wanted, *, month: Month, outcome: Outcome | None, reason: str | None
) -> Found[InstalmentSummary]:
    """A page of the instalments that stand for a month, of an outcome and for a reason."""
    return await lists.fetch_page(
        tx,
        SQL["list_instalments_of_month"],
        InstalmentSummary,
        wanted,
        month=month,
        outcome=outcome,
        reason=reason,
    )


async def list_instalments_of_agreement(
    tx: Connection, agreement_id: AgreementId
) -> list[Instalment]:
    """Every version of every month of an agreement."""
    return await db.fetch_all(
        tx, SQL["list_instalments_of_agreement"], Instalment, agreement_id=agreement_id
    )


async def get_instalment(tx: Connection, instalment_id: InstalmentId) -> Instalment:
    """One instalment with its trace."""
    return await db.fetch_one(tx, SQL["get_instalment"], Instalment, instalment_id=instalment_id)


async def list_reason_counts(tx: Connection, month: Month) -> list[ReasonCount]:
    """How a month came out."""
    return await db.fetch_all(tx, SQL["list_reason_counts"], ReasonCount, month=month)


async def list_months(tx: Connection) -> list[MonthSummary]:
    """The months that were computed, latest first."""
    return await db.fetch_all(tx, SQL["list_months"], MonthSummary)


async def uncomputed_agreements(tx: Connection, month: Month) -> int:
    """How many active agreements of a month have neither an instalment nor a reason why not."""
    return await db.fetch_value(tx, SQL["uncomputed_agreements"], int, month=month)
