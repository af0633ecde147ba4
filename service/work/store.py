"""The queries of work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from service import db
from service.db import Connection
from service.ids import AccountId, WorkId
from service.work.model import FilePart, HowFar, NewWork, NextWork, OpenWork, Work

SQL = db.load("work")


async def insert_work(
    tx: Connection, work_id: WorkId, new: NewWork, *, asked_by: AccountId, at: datetime
) -> int:
    """A piece of work; 0 when the same waits or runs already."""
    return await db.execute(
        tx,
        SQL["insert_work"],
        work_id=work_id,
        kind=new.kind,
        month=new.month,
        payout_id=new.payout_id,
        content_sha256=new.content_sha256,
        language=new.language,
        at=at,
        asked_by=asked_by,
    )


async def find_open(tx: Connection, new: NewWork) -> OpenWork | None:
    """The same piece of work, while it waits or runs."""
    return await db.find_one(
        tx,
        SQL["find_open"],
        OpenWork,
        kind=new.kind,
        month=new.month,
        payout_id=new.payout_id,
        content_sha256=new.content_sha256,
    )


async def insert_file(tx: Connection, work_id: WorkId, parts: Sequence[FilePart]) -> int:
    """The sealed parts of the file that is to be read."""
    return await db.execute(
        tx,
        SQL["insert_file"],
        work_id=work_id,
        numbers=[one.number for one in parts],
        parts=[one.sealed for one in parts],
    )


async def list_file(tx: Connection, work_id: WorkId) -> list[FilePart]:
    """The sealed parts, in order; for the system only."""
    return await db.fetch_all(tx, SQL["list_file"], FilePart, work_id=work_id)


async def drop_files(tx: Connection) -> int:
    """Drops the files of work that is over."""
    return await db.execute(tx, SQL["drop_files"])


async def get_work(tx: Connection, work_id: WorkId) -> Work:
    """One piece of work; NotFound when it is not this actor's to see."""
    return await db.fetch_one(tx, SQL["get_work"], Work, work_id=work_id)


async def list_work(tx: Connection, *, also_finished: bool, at_most: int) -> list[Work]:
    """Pieces of work, those asked for last first."""
    return await db.fetch_all(
        tx, SQL["list_work"], Work, also_finished=also_finished, at_most=at_most
    )


async def lock_next(tx: Connection) -> NextWork | None:
    """The next piece of work to take, locked until it is leased."""
    return await db.find_one(tx, SQL["lock_next"], NextWork)


async def mark_leased(tx: Connection, work_id: WorkId, *, lease: timedelta) -> int:
    """Takes it for as long as the lease lasts."""
    return await db.execute(tx, SQL["mark_leased"], work_id=work_id, lease=lease)


async def mark_progress(
    tx: Connection, work_id: WorkId, far: HowFar, *, attempts: int, lease: timedelta
) -> int:
    """Writes down how far it is and keeps the lease; 0 when it is another worker's by now."""
    return await db.execute(
        tx,
        SQL["mark_progress"],
        work_id=work_id,
        step=far.step,
        done_count=far.done_count,
        total_count=far.total_count,
        attempts=attempts,
        lease=lease,
    )


async def record_done(
    tx: Connection,
    work_id: WorkId,
    *,
    attempts: int,
    result_id: UUID,
    is_repeat: bool,
    at: datetime,
) -> int:
    """Ends it with its result; 0 when it is another worker's by now."""
    return await db.execute(
        tx,
        SQL["record_done"],
        work_id=work_id,
        attempts=attempts,
        result_id=result_id,
        is_repeat=is_repeat,
        at=at,
    )


async def record_refused(
    tx: Connection, work_id: WorkId, *, attempts: int, refusal: str, at: datetime
) -> int:
    """Ends it with the sentence that refuses it."""
    return await db.execute(
        tx, SQL["record_refused"], work_id=work_id, attempts=attempts, refusal=refusal, at=at
    )


async def record_failed(
    tx: Connection, work_id: WorkId, *, attempts: int, refusal: str, at: datetime
) -> int:
    """Ends it after an error that came again and again."""
    return await db.execute(
        tx, SQL["record_failed"], work_id=work_id, attempts=attempts, refusal=refusal, at=at
    )


async def mark_put_back(tx: Connection, work_id: WorkId, *, attempts: int, wait: timedelta) -> int:
    """Lets it be taken again after a while."""
    return await db.execute(tx, SQL["mark_put_back"], work_id=work_id, attempts=attempts, wait=wait)
