"""Computing a month: asked for once, done in chunks, safe to be killed at any instant."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from service import db
from service.actor import Actor
from service.db import Connection
from service.ids import AgreementId, BudgetLineId, InstalmentId, RunId, new_id
from service.instalments import rules, store
from service.instalments.model import (
    SUBSIDY,
    Case,
    Chunk,
    Counts,
    Current,
    Evidence,
    Instalment,
    InstalmentSummary,
    Key,
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
from service.ledger.model import Due
from service.money import Cents
from service.period import Month, Period, add_months, month_period
from service.schemes import actions as schemes
from service.schemes.model import MinimumWage, Terms

CHUNK_SIZE = 500
LEASE = timedelta(seconds=10)
WAIT_AFTER_ERROR_MAX = timedelta(minutes=5)


class LostLease(RuntimeError):
    """Another worker has the chunk by now, or the run was cancelled: undo everything."""


async def request_month(
    tx: Connection, month: Month, *, by: Actor, at: datetime, today: date
) -> RunId:
    """Opens a run and writes its chunks; NotAllowed, MonthNotOver or RunUnderWay when it cannot be.

    After the commit, ring the doorbell.
    """
    rules.refuse_unless_computer(by)
    rules.refuse_unfinished(month, today)
    run_id = RunId(new_id())
    with db.refusing(month_run_one_at_a_time=RunUnderWay):
        await store.insert_run(
            tx, run_id, month, at=at, requested_by=by.account_id, chunk_size=CHUNK_SIZE
        )
    return run_id


async def cancel_month(tx: Connection, month: Month, *, by: Actor, at: datetime) -> None:
    """Stops a run: chunks that are done stand, the others are not begun; NoRunUnderWay else."""
    rules.refuse_unless_computer(by)
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

    What comes out as it stands writes nothing. What differs supersedes the version that stands; if
    that was paid, the next payout pays or keeps back the difference.
    """
    await store.limit_waiting(tx)
    if await store.lock_leased_chunk(tx, chunk) is None:
        raise LostLease
    month = Month(chunk.month)
    held = await store.lock_agreements_of_chunk(tx, chunk)
    facts = await store.list_facts(tx, month, [agreement.id for agreement in held])
    cases = await _cases(tx, chunk, facts)
    current = await _current(tx, chunk)
    results = {
        Key(agreement_id, month, SUBSIDY): rules.compute(case, month)
        for agreement_id, case in cases.items()
    }
    fresh = {
        key: result
        for key, result in results.items()
        if key not in current or current[key].result != result
    }
    lines = {fact.agreement_id: fact.budget_line_id for fact in facts}
    await _write(tx, chunk, fresh, current, lines, at=at)
    done = await store.record_chunk_done(tx, chunk, _counts(results, written=len(fresh)), at=at)
    if not done:
        raise LostLease


def _counts(results: Mapping[Key, Result], *, written: int) -> Counts:
    outcomes = Counter(result.outcome for result in results.values())
    return Counts(
        due_count=outcomes[Outcome.DUE],
        blocked_count=outcomes[Outcome.BLOCKED],
        not_due_count=outcomes[Outcome.NOT_DUE],
        written_count=written,
        due_cents=Cents(sum(result.amount_cents for result in results.values())),
    )


async def _write(
    tx: Connection,
    chunk: Chunk,
    fresh: Mapping[Key, Result],
    current: Mapping[Key, Current],
    lines: Mapping[AgreementId, BudgetLineId],
    *,
    at: datetime,
) -> None:
    """New versions in place of those that stand, and the same in the ledger.

    Those that stand are held first: an approval that is under way is waited for, and what the
    ledger holds is read after it.
    """
    rows = [
        Written(
            id=InstalmentId(new_id()),
            key=key,
            budget_line_id=lines[key.agreement_id],
            version=current[key].version + 1 if key in current else 1,
            result=result,
        )
        for key, result in fresh.items()
    ]
    superseded = [current[key].id for key in fresh if key in current]
    await store.lock_instalments(tx, superseded)
    await store.record_superseded(tx, superseded, at=at)
    await store.insert_instalments(tx, rows, run_id=chunk.run_id, at=at)
    await ledger.post_due(
        tx, [Due(row.id, row.key, row.budget_line_id, row.result.amount_cents) for row in rows]
    )


async def _cases(tx: Connection, chunk: Chunk, facts: Sequence[Facts]) -> dict[AgreementId, Case]:
    minimum_wages = await schemes.minimum_wages_during(tx, _days_of_evidence(Month(chunk.month)))
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


def _days_of_evidence(month: Month) -> Period:
    """A programme month that falls due in a month began in it or in the month before."""
    return Period(add_months(month, -1), month_period(month).end)


def _case(
    fact: Facts, evidence: Mapping[Month, Evidence], minimum_wages: Sequence[MinimumWage]
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


async def _current(tx: Connection, chunk: Chunk) -> dict[Key, Current]:
    return {
        Key(row.agreement_id, row.month, row.kind): Current(
            row.id, row.version, Result(row.outcome, row.amount_cents, row.reason, row.trace)
        )
        for row in await store.list_current_of_chunk(tx, chunk)
    }


async def list_instalments(
    tx: Connection, month: Month, *, outcome: Outcome | None, after: str | None, at_most: int
) -> list[InstalmentSummary]:
    """A page of a month's instalments, by the agreement's reference and the kind of payment."""
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


async def count_uncomputed(tx: Connection, month: Month) -> int:
    """Active agreements of a month that still lack an instalment or a reason why not."""
    return await store.uncomputed_agreements(tx, month)
