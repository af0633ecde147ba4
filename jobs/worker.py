"""The worker: arq wakes it, a sweep every few seconds makes sure, PostgreSQL holds the work."""

import asyncio
import logging
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from arq import cron
from arq.connections import RedisSettings
from arq.worker import Worker, func
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSlow

from jobs import agreements, assurance, instalments, links, mail, recoveries, registrations
from service.clock import BUSINESS_ZONE, Clock
from service.config import Config, read_config
from service.db import Database, open_database
from service.doorbell import DRAIN, QUEUE

DRAIN_TIME_MAX = timedelta(minutes=1)  # then other jobs get their turn
MAIL_TIME_MAX = timedelta(seconds=30)
JOB_SECONDS_MAX = 150
SWEEP_SECONDS = set(range(0, 60, 5))
MAIL_SECONDS = set(range(2, 60, 10))
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
    return await instalments.drain(database, ctx["clock"], time_max=DRAIN_TIME_MAX)


async def send_mail(ctx: dict[Any, Any]) -> int:
    """Sends the mails that wait; what half a minute leaves is the next sweep's."""
    database: Database = ctx["database"]
    return await mail.relay(database, ctx["clock"], ctx["config"], time_max=MAIL_TIME_MAX)


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


def make_worker(config: Config) -> Worker:
    """A worker on a configuration; one job at a time, as a job takes all the work there is."""

    async def open_context(ctx: dict[Any, Any]) -> None:
        ctx.update(database=await open_database(config, pool_max=3), clock=Clock(), config=config)

    async def close_context(ctx: dict[Any, Any]) -> None:
        await ctx["database"].close()

    return Worker(
        functions=[func(drain, name=DRAIN, keep_result=0, max_tries=5)],
        cron_jobs=[
            cron(drain, name="sweep", second=SWEEP_SECONDS, keep_result=0, unique=False),
            cron(
                complete,
                name="complete",
                hour=COMPLETE_HOUR,
                minute=COMPLETE_MINUTES,
                keep_result=0,
            ),
            cron(send_mail, name="send_mail", second=MAIL_SECONDS, keep_result=0),
            cron(ask_candidates, name="ask_candidates", second=ASK_SECOND, keep_result=0),
            cron(remind, name="remind", hour=REMIND_HOUR, minute=REMIND_MINUTES, keep_result=0),
            cron(seal, name="seal", second=SEAL_SECOND, keep_result=0),
            cron(
                check_books,
                name="check_books",
                hour=CHECK_HOUR,
                minute=CHECK_MINUTE,
                keep_result=0,
            ),
            cron(
                recover,
                name="recover",
                hour=RECOVER_HOUR,
                minute=RECOVER_MINUTES,
                keep_result=0,
            ),
            cron(
                sweep_drafts,
                name="sweep_drafts",
                hour=SWEEP_DRAFTS_HOUR,
                minute=SWEEP_DRAFTS_MINUTE,
                keep_result=0,
            ),
        ],
        timezone=BUSINESS_ZONE,  # type: ignore[arg-type] # arq takes any tzinfo
        redis_settings=redis_settings(config.redis_url),
        queue_name=QUEUE,
        on_startup=open_context,
        on_shutdown=close_context,
        max_jobs=1,
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
    asyncio.set_event_loop(asyncio.new_event_loop())
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
