"""Computing a month: asked for once, done in chunks, safe to be killed at any instant."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from service import db
from service.actor import Actor
from service.db import Connection
from service.ids import AgreementId, BudgetLineId, InstalmentId, RunId, new_id
from service.instalments import rules, store
from service.instalments.model import (
    Case,
    Chunk,
    Current,
    Evidence,
    Instalment,
    InstalmentSummary,
    MonthSummary,
    Outcome,
    Progress,
    ReasonCount,
    Result,
    Written,
)
from service.instalments.rules import NoRunUnderWay, RunUnderWay
from service.instalments.store import Facts
from service.ledger import actions as ledger
from service.ledger.model import NewTransfer, Reason, Source
from service.money import Cents
from service.period import Month, Period, month_period
from service.schemes.model import MinimumWage, Terms

CHUNK_SIZE = 500
LEASE = timedelta(seconds=10)
WAIT_AFTER_ERROR_MAX = timedelta(minutes=5)


class LostLease(RuntimeError):
    """Another worker has the chunk by now, or the run was cancelled: undo everything."""


async def request_month(
    tx: Connection, month: Month, *, by: Actor, at: datetime, today: date
) -> RunId:
    """Opens a run and writes its chunks; MonthNotOver or RunUnderWay when it cannot be."""
    rules.refuse_unfinished(month, today)
    run_id = RunId(new_id())
    with db.refusing(month_run_one_at_a_time=RunUnderWay):
        await store.insert_run(tx, run_id, month, at=at, requested_by=by.account_id)
    await store.insert_chunks(tx, run_id, month, chunk_size=CHUNK_SIZE)
    return run_id


async def cancel_month(tx: Connection, month: Month, *, at: datetime) -> None:
    """Stops a run: chunks that are done stand, the others are not begun; NoRunUnderWay else."""
    if not await store.record_run_cancelled(tx, month, at=at):
        raise NoRunUnderWay


async def find_progress(tx: Connection, month: Month, *, at: datetime) -> Progress | None:
    """How far the latest run of a month is, or None when it was never asked for."""
    return await store.find_progress(tx, month, at=at)


async def claim_chunk(tx: Connection) -> Chunk | None:
    """Takes a chunk by a lease, in a short transaction of its own; None when none is left."""
    chunk = await store.lock_chunk(tx)
    if chunk is not None:
        await store.mark_leased(tx, chunk, LEASE)
    return chunk


async def put_back(tx: Connection, chunk: Chunk, error: BaseException) -> None:
    """After an error: the chunk waits, twice as long each time, and shows what went wrong."""
    wait = min(timedelta(seconds=1 << min(chunk.attempts, 10)), WAIT_AFTER_ERROR_MAX)
    await store.mark_failed(tx, chunk, last_error=f"{type(error).__name__}: {error}", wait=wait)


async def finish_runs(tx: Connection, *, at: datetime) -> int:
    """Ends the runs whose chunks are all done; answers how many."""
    return await store.record_runs_finished(tx, at=at)


async def compute_chunk(tx: Connection, chunk: Chunk, *, at: datetime) -> None:
    """Computes and writes a chunk in one transaction; LostLease undoes it.

    What comes out as it stands writes nothing. What differs supersedes the version that stands,
    unless that is in an approved payout: then it stands, and the difference is a correction's.
    """
    month = Month(chunk.month)
    facts = await store.list_facts_of_chunk(tx, chunk)
    cases = await _cases(tx, chunk, facts)
    current = await _current(tx, chunk)
    results = {key: rules.compute(case, month) for key, case in cases.items()}
    changed = [key for key in results if key not in current or current[key].result != results[key]]
    standing = await _settled(tx, [current[key] for key in changed if key in current])
    changed = [key for key in changed if key not in current or current[key].id not in standing]
    lines = {fact.agreement_id: fact.budget_line_id for fact in facts}
    rows = [
        Written(
            id=InstalmentId(new_id()),
            agreement_id=key,
            budget_line_id=lines[key],
            version=current[key].version + 1 if key in current else 1,
            result=results[key],
        )
        for key in changed
    ]
    superseded = [(key, current[key]) for key in changed if key in current]
    await store.record_superseded(tx, [was.id for _, was in superseded], at=at)
    await store.insert_instalments(tx, rows, month=month, run_id=chunk.run_id, at=at)
    on = month_period(month).last_day
    undone = (_undone(key, was, lines[key], month, on) for key, was in superseded)
    await ledger.post_bulk(tx, [one for one in undone if one is not None])
    await ledger.post_bulk(tx, list(_calculated(rows, month, on)))
    standing_results = {
        key: current[key].result if key in current and current[key].id in standing else result
        for key, result in results.items()
    }
    await _finish(tx, chunk, list(standing_results.values()), written_count=len(rows), at=at)


async def _cases(tx: Connection, chunk: Chunk, facts: Sequence[Facts]) -> dict[AgreementId, Case]:
    minimum_wages = tuple(await store.list_minimum_wages(tx))
    evidence: dict[UUID, dict[Month, Evidence]] = defaultdict(dict)
    for row in await store.list_evidence_of_chunk(tx, chunk):
        evidence[row.agreement_id][Month(row.month)] = Evidence(
            days_expected=row.days_expected,
            days_worked=row.days_worked,
            days_paid_leave=row.days_paid_leave,
            gross_wage_cents=row.gross_wage_cents,
            confirmed=row.confirmed,
        )
    return {
        fact.agreement_id: _case(fact, evidence[fact.agreement_id], minimum_wages) for fact in facts
    }


def _case(
    fact: Facts, evidence: dict[Month, Evidence], minimum_wages: tuple[MinimumWage, ...]
) -> Case:
    suspensions = zip(fact.suspended_from, fact.suspended_until, strict=True)
    return Case(
        starts_on=fact.starts_on,
        period=fact.period,
        employment=fact.employment,
        weekly_hours=fact.weekly_hours,
        terms=Terms(fact.kind, fact.rate_bp, fact.monthly_max_cents, fact.months),
        suspensions=tuple(Period(start, end or date.max) for start, end in suspensions),
        evidence=evidence,
        minimum_wages=minimum_wages,
        due_elsewhere_cents=fact.due_elsewhere_cents,
    )


async def _current(tx: Connection, chunk: Chunk) -> dict[AgreementId, Current]:
    return {
        row.agreement_id: Current(
            row.id, row.version, Result(row.outcome, row.amount_cents, row.reason, row.trace)
        )
        for row in await store.list_current_of_chunk(tx, chunk)
    }


async def _settled(tx: Connection, current: Sequence[Current]) -> set[InstalmentId]:
    # The second query sees what an approval has written that the first one waited for.
    if not current:
        return set()
    ids = [one.id for one in current]
    await store.lock_instalments(tx, ids)
    return {key.id for key in await store.list_settled(tx, ids)}


def _undone(
    agreement_id: AgreementId, was: Current, budget_line_id: BudgetLineId, month: Month, on: date
) -> NewTransfer | None:
    if not was.result.amount_cents:
        return None
    return NewTransfer(
        budget_line_id=budget_line_id,
        reason=Reason.CALCULATION_SUPERSEDED,
        amount_cents=was.result.amount_cents,
        source_type=Source.INSTALMENT,
        source_id=was.id,
        agreement_id=agreement_id,
        month=month,
        effective_on=on,
    )


def _calculated(rows: Sequence[Written], month: Month, on: date) -> Iterator[NewTransfer]:
    for row in rows:
        if row.result.amount_cents:
            yield NewTransfer(
                budget_line_id=row.budget_line_id,
                reason=Reason.CALCULATED,
                amount_cents=row.result.amount_cents,
                source_type=Source.INSTALMENT,
                source_id=row.id,
                agreement_id=row.agreement_id,
                month=month,
                effective_on=on,
            )


async def _finish(
    tx: Connection, chunk: Chunk, results: Sequence[Result], *, written_count: int, at: datetime
) -> None:
    counts = Counter(result.outcome for result in results)
    done = await store.record_chunk_done(
        tx,
        chunk,
        at=at,
        counts={outcome: counts[outcome] for outcome in Outcome},
        written_count=written_count,
        due_cents=Cents(sum(result.amount_cents for result in results)),
    )
    if not done:
        raise LostLease


async def list_instalments(
    tx: Connection, month: Month, *, outcome: Outcome | None, after: str | None, at_most: int
) -> list[InstalmentSummary]:
    """A page of a month's instalments, by the agreement's reference."""
    return await store.list_instalments_of_month(
        tx, month, outcome=outcome, after=after, at_most=at_most
    )


async def list_of_agreement(tx: Connection, agreement_id: AgreementId) -> list[Instalment]:
    """An agreement's instalments, with the versions that were superseded."""
    return await store.list_instalments_of_agreement(tx, agreement_id)


async def get_instalment(tx: Connection, instalment_id: InstalmentId) -> Instalment:
    """One instalment with its trace; NotFound where it is not this person's to see."""
    return await store.get_instalment(tx, instalment_id)


async def list_reason_counts(tx: Connection, month: Month) -> list[ReasonCount]:
    """How a month came out, by outcome and reason."""
    return await store.list_reason_counts(tx, month)


async def list_months(tx: Connection) -> list[MonthSummary]:
    """The months that were computed."""
    return await store.list_months(tx)
