"""Asking for long work, taking it, and saying how far it is and what came of it."""

from datetime import datetime, timedelta

from service.actor import Actor
from service.crypto import Sealer, fingerprint
from service.db import Connection
from service.ids import WorkId, new_id
from service.work import rules, store
from service.work.model import Done, FilePart, HowFar, NewWork, Work

LISTED = 50
LEASE = timedelta(seconds=30)


class LostWork(RuntimeError):
    """Another worker has the work by now: undo everything."""


async def ask(tx: Connection, new: NewWork, *, by: Actor, at: datetime) -> WorkId:
    """Writes work down for a worker; the same that waits or runs already is joined. NotAllowed.

    After the commit, ring the doorbell.
    """
    return (await _ask(tx, new, by=by, at=at))[0]


async def ask_with_file(
    tx: Connection, new: NewWork, content: bytes, *, by: Actor, at: datetime, sealer: Sealer
) -> WorkId:
    """The same with the file that is to be read, sealed part by part."""
    assert new.content_sha256 == fingerprint(content), "the work is about another file"
    work_id, is_new = await _ask(tx, new, by=by, at=at)
    if is_new:
        parts = [
            FilePart(number, _seal(sealer, part, work_id, number))
            for number, part in enumerate(rules.parts_of(content), start=1)
        ]
        await store.insert_file(tx, work_id, parts)
    return work_id


async def _ask(tx: Connection, new: NewWork, *, by: Actor, at: datetime) -> tuple[WorkId, bool]:
    """The work and whether it is this request's; what ends in between is asked for once more."""
    rules.refuse_unless_may_ask(new.kind, by)
    work_id = WorkId(new_id())
    while not await store.insert_work(tx, work_id, new, asked_by=by.account, at=at):
        same = await store.find_open(tx, new)
        if same is not None:
            return same.id, False
    return work_id, True


async def take_next(tx: Connection) -> Work | None:
    """Takes a piece of work by a lease, in a short transaction of its own; None if none waits."""
    found = await store.lock_next(tx)
    if found is None:
        return None
    await store.mark_leased(tx, found.id, lease=LEASE)
    return await store.get_work(tx, found.id)


async def read_file(tx: Connection, work: Work, *, sealer: Sealer) -> bytes:
    """The bytes that the work is about; for the system only."""
    parts = await store.list_file(tx, work.id)
    return b"".join(_open(sealer, one, work.id) for one in parts)


async def keep(tx: Connection, work: Work, far: HowFar) -> None:
    """Writes down how far it is, and keeps the lease; LostWork when it is another worker's."""
    if not await store.mark_progress(tx, work.id, far, attempts=work.attempts, lease=LEASE):
        raise LostWork


async def finish(tx: Connection, work: Work, done: Done, *, at: datetime) -> None:
    """Ends it in the transaction of what was done; LostWork undoes both."""
    written = await store.record_done(
        tx,
        work.id,
        attempts=work.attempts,
        result_id=done.result_id,
        is_repeat=done.is_repeat,
        at=at,
    )
    if not written:
        raise LostWork


async def refuse(tx: Connection, work: Work, sentence: str, *, at: datetime) -> None:
    """Ends it with the sentence that tells why: in English where the catalogues know it, so that
    each reader gets it in their language."""
    await store.record_refused(tx, work.id, attempts=work.attempts, refusal=sentence, at=at)


async def put_back(tx: Connection, work: Work, *, at: datetime) -> None:
    """After an error: it waits, longer each time, and is given up after a few attempts."""
    if rules.is_given_up(work.attempts):
        await store.record_failed(tx, work.id, attempts=work.attempts, refusal=rules.FAILED, at=at)
        return
    wait = timedelta(seconds=1 << work.attempts)
    await store.mark_put_back(tx, work.id, attempts=work.attempts, wait=wait)


async def drop_files(tx: Connection) -> None:
    """Drops the files of work that is over; for the system only."""
    await store.drop_files(tx)


async def read_work(tx: Connection, work_id: WorkId) -> Work:
    """How far a piece of work is; NotFound when it is not this person's to see."""
    return await store.get_work(tx, work_id)


async def list_work(tx: Connection, *, also_finished: bool = True) -> list[Work]:
    """The fifty asked for last, or those of them that wait or run."""
    return await store.list_work(tx, also_finished=also_finished, at_most=LISTED)


def _seal(sealer: Sealer, part: bytes, work_id: WorkId, number: int) -> bytes:
    return sealer.seal(part, table="work_file", column=f"sealed {number}", row_id=work_id)


def _open(sealer: Sealer, part: FilePart, work_id: WorkId) -> bytes:
    column = f"sealed {part.number}"
    return sealer.open(part.sealed, table="work_file", column=column, row_id=work_id)
