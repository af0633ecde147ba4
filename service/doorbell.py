"""The doorbell: Redis wakes workers and holds nothing; a ring that is lost costs a few seconds."""

import logging
from dataclasses import replace

import msgspec
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.exceptions import RedisError

QUEUE = "ura:doorbell"
DRAIN = "drain"
WORK = "work"
STROKES = 8  # as many workers wake at once; a stroke too many finds no work and ends
log = logging.getLogger("ura.doorbell")


async def open_doorbell(redis_url: str) -> ArqRedis:
    """A connection to ring with; jobs travel as msgpack, never as pickles.

    One attempt only: somebody waits for the answer, and the sweep finds the work anyway.
    """
    return await create_pool(
        replace(RedisSettings.from_dsn(redis_url), conn_retries=0),
        job_serializer=msgspec.msgpack.encode,
        job_deserializer=msgspec.msgpack.decode,
        default_queue_name=QUEUE,
    )


async def ring(redis_url: str, *, job: str = DRAIN) -> bool:
    """Wakes the workers, after the commit; False when Redis is away: their sweep finds the work."""
    try:
        doorbell = await open_doorbell(redis_url)
        try:
            for _ in range(STROKES):
                await doorbell.enqueue_job(job)
        finally:
            await doorbell.aclose()
        return True
    except (RedisError, OSError) as away:
        log.warning("the doorbell is silent, the sweep will find the work: %s", away)
        return False
