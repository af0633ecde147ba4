"""A long file read by a process of its own, which tells the entries of a statement ahead.

So reader, decisions and database work at once, and none waits for another's interpreter. Whatever
does not go as it should there, from a file that cannot be read to a process that was killed, is
answered with None: whoever asked reads the file once more by `read_file`, which says what is wrong.
"""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec

from service.bank.reading import aloud
from service.bank.reading.aloud import SIZE_BYTES, Ended, Told

CHECKOUT = Path(__file__).parent.parent.parent.parent
PIPE_BYTES = 1 << 20

NOTHING = Ended(is_void=True, upload=None)
DECODER: msgspec.msgpack.Decoder[Told | Ended] = msgspec.msgpack.Decoder(Told | Ended)


async def read_apart(content: bytes, *, at_once: int) -> AsyncGenerator[Told | Ended, None]:
    """What is told of a file, so many entries at once, and how it ended; an Ended without the
    file when the process came to nothing. Close it to end the process."""
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", aloud.__name__, str(at_once)),
            cwd=CHECKOUT,
            env={},
            stdin=PIPE,
            stdout=PIPE,
            limit=PIPE_BYTES,
        )
    except OSError:  # no room for another process
        yield NOTHING
        return
    feeding = asyncio.create_task(_feed(process, content))
    try:
        is_over = False
        while not is_over:
            said = await _next_of(process)
            yield said
            is_over = isinstance(said, Ended)
    finally:
        feeding.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _feed(process: Process, content: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(ConnectionError):
        process.stdin.write(content)
        await process.stdin.drain()
        process.stdin.close()


async def _next_of(process: Process) -> Told | Ended:
    assert process.stdout is not None
    try:
        size = int.from_bytes(await process.stdout.readexactly(SIZE_BYTES), "big")
        return DECODER.decode(await process.stdout.readexactly(size))
    except (asyncio.IncompleteReadError, msgspec.MsgspecError):
        return NOTHING
