"""Computing a month: asked for once, done in chunks, safe to be killed at any instant."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from service import db
from service.actor import Actor
from service.db import Connection
from service.facts import actions as facts
from service.facts.actions import ALL_THAT_IS_KNOWN
from service.facts.model import ChangeCount, Span
from service.ids import AgreementId, InstalmentId, RunId, new_id
from service.instalments import rules, store
from service.instalments.cases import read_cases
from service.instalments.model import (
    Chunk,
    Computed,
    Counts,
    Current,
    Entry,
    Instalment,
    InstalmentSummary,
    Key,
    KnownCase,
    MonthSummary,
    Outcome,
    PaymentKind,
    Progress,
    ReasonCount,
    Result,
    Written,
)
from service.instalments.rules import NoRunUnderWay, RunUnderWay
from service.ledger import actions as ledger
from service.ledger.model import Due
from service.lists import Found, Wanted
from service.money import Cents
from service.period import Month
from service.schemes import actions as schemes
from service.schemes.language.program import Program

BY_REFERENCE = Wanted("reference", counts=False)
CHUNK_SIZE = 500
LEASE = timedelta(seconds=10)
WAIT_AFTER_ERROR_MAX = timedelta(minutes=5)


class LostLease(RuntimeError):
    """Another worker has the chunk by now, or the run was cancelled: undo everything."""


async def request_month(
    tx: Connection,
    month: Month,
    *,
    by: Actor,
    at: datetime,
    today: date,
    everything: bool = False,
) -> RunId:
    """Opens a run and writes its chunks; NotAllowed, MonthNotOver or RunUnderWay when it cannot be.

    It computes what can have changed since it was computed last, from the month of the change on;
    `everything`, to see that nothing would come out differently. After the commit, ring the
    doorbell.
    """
    rules.refuse_unless_computer(by)
    rules.refuse_unfinished(month, today)
    run_id = RunId(new_id())
    with db.refusing(month_run_one_at_a_time=RunUnderWay):
        await store.insert_run(tx, run_id, month, at=at, requested_by=by.account_id)
    await store.plan_for_many(tx)
    await store.insert_chunks(tx, run_id, month, everything=everything, chunk_size=CHUNK_SIZE)
    await store.record_run_sized(tx, run_id, month, at=at)
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
    spans = await _hold(tx, chunk)
    cases = await read_cases(tx, spans, known_at=ALL_THAT_IS_KNOWN)
    current = await _current(tx, spans)
    computed = {
        span.agreement_id: rules.compute_span(
            cases[span.agreement_id].case, span, cases[span.agreement_id].due_before_cents
        )
        for span in spans
    }
    results = _results(computed, current)
    fresh = {
        key: result
        for key, result in results.items()
        if key not in current or current[key].result != result
    }
    written = await _write(tx, chunk, fresh, current, cases, at=at)
    await _expect(tx, computed)
    stands = {
        key: written[key].result if key in written else current[key].result for key in results
    }
    of_month = [result for key, result in stands.items() if key.month == chunk.month]
    done = await store.record_chunk_done(tx, chunk, _counts(of_month, written=len(written)), at=at)
    if not done:
        raise LostLease


async def _hold(tx: Connection, chunk: Chunk) -> list[Span]:
    """Holds the rates and the agreements, and deals with all that has changed of them by now."""
    await schemes.hold_rates(tx)
    held = await store.lock_agreements(tx, chunk.agreement_ids)
    listed = dict(zip(chunk.agreement_ids, chunk.from_months, strict=True))
    return await facts.take_changes(tx, chunk.month, {one.id: listed[one.id] for one in held})


def _results(
    computed: Mapping[AgreementId, Computed], current: Mapping[Key, Current]
) -> dict[Key, Result]:
    standing: dict[AgreementId, list[tuple[Month, PaymentKind]]] = defaultdict(list)
    for key in current:
        standing[key.agreement_id].append((key.month, key.kind))
    return {
        Key(agreement_id, entry.month, entry.kind): entry.result
        for agreement_id, one in computed.items()
        for entry in rules.with_vanished(one.entries, standing[agreement_id])
    }


async def _expect(tx: Connection, computed: Mapping[AgreementId, Computed]) -> None:
    """Notes the payments that are to come, so that the runs of their months take the agreements."""
    expected = [(agreement_id, one) for agreement_id, own in computed.items() for one in own.ahead]
    await store.drop_ahead(tx, list(computed), expected)
    await store.insert_ahead(tx, expected)


def _counts(results: Sequence[Result], *, written: int) -> Counts:
    outcomes = Counter(result.outcome for result in results)
    return Counts(
        due_count=outcomes[Outcome.DUE],
        blocked_count=outcomes[Outcome.BLOCKED],
        not_due_count=outcomes[Outcome.NOT_DUE],
        written_count=written,
        due_cents=Cents(sum(result.amount_cents for result in results)),
    )


async def _write(
    tx: Connection,
    chunk: Chunk,
    fresh: Mapping[Key, Result],
    current: Mapping[Key, Current],
    cases: Mapping[AgreementId, KnownCase],
    *,
    at: datetime,
) -> dict[Key, Written]:
    """New versions in place of those that stand, and the same in the ledger; what was written.

    Those that stand are held first: an approval that is under way is waited for, and what the
    ledger holds is read after it. Whose budget line has too little left is blocked and tried again
    with the next run; nobody else is held up.
    """
    rows = [
        Written(
            id=InstalmentId(new_id()),
            key=key,
            budget_line_id=cases[key.agreement_id].budget_line_id,
            version=current[key].version + 1 if key in current else 1,
            result=result,
            computed_at=rules.moment_of(cases[key.agreement_id], at=at),
        )
        for key, result in fresh.items()
    ]
    await store.lock_instalments(tx, [current[row.key].id for row in rows if row.key in current])
    plan = await ledger.plan_due(tx, _dues(rows))
    waiting = {row.key: row for row in rows if row.key.agreement_id in plan.uncovered}
    if waiting:
        rows = rules.within_budget(rows, current, plan.uncovered)
        plan = await ledger.plan_due(tx, _dues(rows))
    superseded = {current[row.key].id: row.computed_at for row in rows if row.key in current}
    await store.record_superseded(tx, superseded)
    await store.insert_instalments(tx, rows, run_id=chunk.run_id)
    await ledger.post_plan(tx, plan)
    await facts.note_budget_waits(tx, rules.first_months(waiting))
    return {row.key: row for row in rows}


def _dues(rows: Sequence[Written]) -> list[Due]:
    return [Due(row.id, row.key, row.budget_line_id, row.result.amount_cents) for row in rows]


async def _current(tx: Connection, spans: Sequence[Span]) -> dict[Key, Current]:
    return {
        Key(row.agreement_id, row.month, row.kind): Current(
            row.id, row.version, Result(row.outcome, row.amount_cents, row.reason, row.trace)
        )
        for row in await store.list_current(tx, spans)
    }


async def reproduce(
    tx: Connection, agreement_id: AgreementId, month: Month, *, known_at: datetime, now: datetime
) -> list[Entry]:
    """What a month of an agreement comes to by all that was known at a moment.

    From the moment at which an instalment was computed, it is that instalment to the byte. Nothing
    where the agreement had not begun; NotFound where it is not this person's to see, MomentNotPast
    for what is still to come.
    """
    rules.refuse_future(known_at, now=now)
    await store.get_version_of(tx, agreement_id)
    span = Span(agreement_id, month, month)
    known = (await read_cases(tx, [span], known_at=known_at)).get(agreement_id)
    if known is None:
        return []
    kinds = await store.kinds_known(tx, agreement_id, month, known_at=known_at)
    entries = rules.compute_months(known.case, [month], known.due_before_cents)
    waiting = await store.kinds_without_budget(tx, agreement_id, month, known_at=known_at)
    complete = rules.with_vanished(entries, [(month, kind) for kind in kinds])
    return rules.with_budget_waits(complete, waiting)


async def list_instalments(
    tx: Connection,
    month: Month,
    wanted: Wanted = BY_REFERENCE,
    *,
    outcome: Outcome | None = None,
    reason: str | None = None,
) -> Found[InstalmentSummary]:
    """A page of a month's instalments, by the agreement's reference or by their amount."""
    return await store.list_instalments_of_month(
        tx, wanted, month=month, outcome=outcome, reason=reason
    )


async def list_of_agreement(tx: Connection, agreement_id: AgreementId) -> list[Instalment]:
    """An agreement's instalments, with the versions that were superseded."""
    return await store.list_instalments_of_agreement(tx, agreement_id)


async def get_instalment(tx: Connection, instalment_id: InstalmentId) -> Instalment:
    """One instalment with its trace; NotFound where it is not this person's to see."""
    return await store.get_instalment(tx, instalment_id)


async def program_of(tx: Connection, agreement_id: AgreementId) -> Program:
    """The scheme of an agreement; NotFound where it is not this person's to see."""
    version_id = await store.get_version_of(tx, agreement_id)
    return (await schemes.compiled_version(tx, version_id)).program


async def list_reason_counts(tx: Connection, month: Month) -> list[ReasonCount]:
    """How a month came out, by outcome and reason."""
    return await store.list_reason_counts(tx, month)


async def list_months(tx: Connection) -> list[MonthSummary]:
    """The months that were computed."""
    return await store.list_months(tx)


async def list_changes(tx: Connection, month: Month) -> list[ChangeCount]:
    """Why agreements wait to be computed again, for a month or those before it."""
    return await facts.list_changes(tx, month)


async def count_uncomputed(tx: Connection, month: Month) -> int:
    """Active agreements of a month that still lack an instalment or a reason why not."""
    return await store.uncomputed_agreements(tx, month)
