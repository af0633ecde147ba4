"""The worker: arq wakes it, a sweep every few seconds makes sure, PostgreSQL holds the work."""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from arq import cron
from arq.connections import RedisSettings
from arq.cron import CronJob
from arq.typing import WorkerCoroutine
from arq.worker import Worker, func
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSlow

from jobs import (
    agreements,
    assurance,
    instalments,
    links,
    mail,
    recoveries,
    registrations,
    standing,
    work,
)
from service import loops
from service.clock import BUSINESS_ZONE, Clock
from service.config import Config, read_config
from service.db import UNWATCHED_SECONDS, Database, open_database
from service.doorbell import DRAIN, QUEUE, WORK

DRAIN_TIME_MAX = timedelta(minutes=1)  # then other jobs get their turn
MAIL_TIME_MAX = timedelta(seconds=30)
STANDING_TIME_MAX = timedelta(minutes=1)
JOB_SECONDS_MAX = 150
WORK_SECONDS_MAX = 3_600  # one payout of a whole country
SWEEP_SECONDS = set(range(0, 60, 5))
MAIL_SECONDS = set(range(2, 60, 10))
STANDING_SECONDS = set(range(3, 60, 5))
ASK_SECOND = 47
REMIND_HOUR, REMIND_MINUTES = 8, {5, 35}  # when people are awake; twice, as the others
COMPLETE_HOUR, COMPLETE_MINUTES = 2, {10, 40}  # twice: a night's first try may be cut off
CHECK_HOUR, CHECK_MINUTE = 3, 20
SEAL_SECOND = 32  # between two sweeps
RECOVER_HOUR, RECOVER_MINUTES = 3, {10, 40}
SWEEP_DRAFTS_HOUR, SWEEP_DRAFTS_MINUTE = 1, 50
COMPLETION_WAIT_SECONDS = 20
HEALTH_SECONDS = 10
RECONNECT_ATTEMPTS = 60


async def drain(ctx: dict[Any, Any], *args: Any, **kwargs: Any) -> int:
    """Computes the chunks that wait in PostgreSQL; what a minute leaves is the next sweep's."""
    database: Database = ctx["database"]
    with _alone(ctx, DRAIN) as is_free:
        if not is_free:
            return 0
        return await instalments.drain(database, ctx["clock"], time_max=DRAIN_TIME_MAX)


async def do_work(ctx: dict[Any, Any], *args: Any, **kwargs: Any) -> int:
    """Does the long work that people asked for, one piece after another."""
    database: Database = ctx["database"]
    with _alone(ctx, WORK) as is_free:
        return await work.drain(database, ctx["clock"], ctx["sealer"]) if is_free else 0


@contextmanager
def _alone(ctx: dict[Any, Any], job: str) -> Iterator[bool]:
    """Whether this worker is not at such a job already; the one under way takes all there is."""
    busy: set[str] = ctx["busy"]
    is_free = job not in busy
    busy.add(job)
    try:
        yield is_free
    finally:
        if is_free:
            busy.discard(job)


async def send_mail(ctx: dict[Any, Any]) -> int:
    """Sends the mails that wait; what half a minute leaves is the next sweep's."""
    database: Database = ctx["database"]
    return await mail.relay(database, ctx["clock"], ctx["config"], time_max=MAIL_TIME_MAX)


async def keep_standing(ctx: dict[Any, Any]) -> int:
    """Keeps where payments stand; what a minute leaves is the next sweep's."""
    database: Database = ctx["database"]
    with _alone(ctx, "standing") as is_free:
        if not is_free:
            return 0
        return await standing.keep(database, ctx["clock"], time_max=STANDING_TIME_MAX)


async def ask_candidates(ctx: dict[Any, Any]) -> int:
    """Sends candidates what they are asked."""
    return await links.ask(ctx["database"], ctx["clock"], ctx["config"])


async def remind(ctx: dict[Any, Any]) -> int:
    """Asks the follow-ups that have come, and those again who are silent."""
    return await links.remind(ctx["database"], ctx["clock"], ctx["config"])


async def complete(ctx: dict[Any, Any]) -> int:
    """Completes the agreements whose subsidised period is over."""
    database: Database = ctx["database"]
    return await agreements.complete(database, ctx["clock"])


async def seal(ctx: dict[Any, Any]) -> int:
    """Seals what was written since the last minute."""
    database: Database = ctx["database"]
    return await assurance.seal(database)


async def check_books(ctx: dict[Any, Any]) -> int:
    """Checks every rule of the books."""
    database: Database = ctx["database"]
    return await assurance.check(database, ctx["clock"])


async def recover(ctx: dict[Any, Any]) -> int:
    """Raises what ended agreements owe back, and nets or invoices what waited long enough."""
    database: Database = ctx["database"]
    return await recoveries.follow(database, ctx["clock"])


async def sweep_drafts(ctx: dict[Any, Any]) -> int:
    """Forgets registrations that nobody went on with for 30 days."""
    database: Database = ctx["database"]
    return await registrations.sweep(database, ctx["clock"])


def schedule() -> list[CronJob]:
    """What happens by the clock: a sweep behind each bell, and what has its hour."""
    at_second: dict[str, tuple[WorkerCoroutine, int | set[int]]] = {
        "send_mail": (send_mail, MAIL_SECONDS),
        "keep_standing": (keep_standing, STANDING_SECONDS),
        "ask_candidates": (ask_candidates, ASK_SECOND),
        "seal": (seal, SEAL_SECOND),
    }
    at_hour: dict[str, tuple[WorkerCoroutine, int, int | set[int]]] = {
        "complete": (complete, COMPLETE_HOUR, COMPLETE_MINUTES),
        "remind": (remind, REMIND_HOUR, REMIND_MINUTES),
        "check_books": (check_books, CHECK_HOUR, CHECK_MINUTE),
        "recover": (recover, RECOVER_HOUR, RECOVER_MINUTES),
        "sweep_drafts": (sweep_drafts, SWEEP_DRAFTS_HOUR, SWEEP_DRAFTS_MINUTE),
    }
    return [
        cron(drain, name="sweep", second=SWEEP_SECONDS, keep_result=0, unique=False),
        cron(
            do_work,
            name="sweep_work",
            second=SWEEP_SECONDS,
            keep_result=0,
            timeout=WORK_SECONDS_MAX,
            unique=False,
        ),
        *(
            cron(job, name=name, second=second, keep_result=0)
            for name, (job, second) in at_second.items()
        ),
        *(
            cron(job, name=name, hour=hour, minute=minute, keep_result=0)
            for name, (job, hour, minute) in at_hour.items()
        ),
    ]


def make_worker(config: Config) -> Worker:
    """A worker on a configuration: long work beside one other job, which takes all there is."""

    async def open_context(ctx: dict[Any, Any]) -> None:
        database = await open_database(config, pool_max=5, statement_seconds_max=UNWATCHED_SECONDS)
        ctx.update(
            database=database, clock=Clock(), config=config, sealer=config.sealer, busy=set()
        )

    async def close_context(ctx: dict[Any, Any]) -> None:
        await ctx["database"].close()

    return Worker(
        functions=[
            func(drain, name=DRAIN, keep_result=0, max_tries=5),
            func(do_work, name=WORK, keep_result=0, max_tries=5, timeout=WORK_SECONDS_MAX),
        ],
        cron_jobs=schedule(),
        timezone=BUSINESS_ZONE,  # type: ignore[arg-type] # arq takes any tzinfo
        redis_settings=redis_settings(config.redis_url),
        queue_name=QUEUE,
        on_startup=open_context,
        on_shutdown=close_context,
        max_jobs=3,
        job_timeout=JOB_SECONDS_MAX,
        job_completion_wait=COMPLETION_WAIT_SECONDS,
        poll_delay=0.2,
        health_check_interval=HEALTH_SECONDS,
        job_serializer=msgspec.msgpack.encode,
        job_deserializer=msgspec.msgpack.decode,
    )


def redis_settings(url: str) -> RedisSettings:
    """Settings that outlive a restart of Redis; arq's own end the process."""
    return replace(
        RedisSettings.from_dsn(url),
        retry=Retry(ExponentialBackoff(cap=2, base=0.1), RECONNECT_ATTEMPTS),
        retry_on_error=[RedisAway, RedisSlow, OSError],
        retry_on_timeout=True,
    )


def run_worker(config: Config) -> None:
    """Runs until SIGTERM or Ctrl-C, then ends the chunk in hand."""
    asyncio.set_event_loop(loops.new_event_loop())
    make_worker(config).run()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    state = Path(os.environ.get("URA_STATE", ".ura"))
    run_worker(
        read_config(
            state,
            database_url=os.environ["DATABASE_URL"],
            redis_url=os.environ["REDIS_URL"],
        )
    )
