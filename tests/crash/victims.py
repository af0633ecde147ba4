"""Processes that are killed at one statement of theirs: `python -m tests.crash.victims`.

Reads an order in each line, forks, lets the child act and answers how it ended. So what is killed
is a whole process, as the kernel kills it, and only the first pays for starting Python.
"""

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec

from service import loops
from service.accounts import store as accounts
from service.accounts.rules import scopes_of
from service.actor import SYSTEM
from service.config import Config
from service.db import open_database
from service.ids import AccountId
from tests.crash.acts import ACTS

COMMIT = "COMMIT;"


class Order(msgspec.Struct, frozen=True):
    """What the child does, and before which of its statements it is killed (1 is the first).

    With `once_sent` it is killed when that statement has left: the server obeys, nobody hears so.
    """

    config: Config
    account_id: AccountId
    act: str
    arguments: dict[str, Any]
    kill_at: int
    once_sent: bool = False


class End(msgspec.Struct, frozen=True):
    """How a child ended, and whether it was committing by then."""

    was_killed: bool
    at_commit: bool


class Counter:
    """Counts statements from when it is told to, and kills the process at one of them."""

    def __init__(self, order: Order, tell: int) -> None:
        self.left: int | None = None
        self.order, self.tell = order, tell

    def start(self) -> None:
        """Counts from here."""
        self.left = self.order.kill_at

    async def run(self, send: Callable[[], Awaitable[Any]], query: str = "") -> Any:
        """Sends a statement, or dies."""
        if self.left is None:
            return await send()
        self.left -= 1
        if self.left:
            return await send()
        if query == COMMIT:
            os.write(self.tell, b"c")
        if self.order.once_sent:
            sending = asyncio.ensure_future(send())
            await asyncio.sleep(0)
            del sending
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody survives this")


def watch(counter: Counter) -> None:
    """Makes every statement of this process go through the counter."""
    patched: Any = asyncpg.connection.Connection
    execute, prepare = patched.execute, patched._get_statement
    copy_in = patched.copy_records_to_table

    async def counted_execute(self: Any, query: str, *args: Any, **named: Any) -> Any:
        if args:  # goes on to prepare
            return await execute(self, query, *args, **named)
        return await counter.run(lambda: execute(self, query, **named), query)

    async def counted_prepare(self: Any, *args: Any, **named: Any) -> Any:
        return await counter.run(lambda: prepare(self, *args, **named))

    async def counted_copy(self: Any, *args: Any, **named: Any) -> Any:
        return await counter.run(lambda: copy_in(self, *args, **named))

    patched.execute, patched._get_statement = counted_execute, counted_prepare
    patched.copy_records_to_table = counted_copy


async def act(order: Order, tell: int) -> None:
    """Does in one transaction what a request or a command does."""
    counter = Counter(order, tell)
    watch(counter)
    database = await open_database(order.config, pool_max=1)
    async with database.transaction(SYSTEM) as tx:
        account = await accounts.get_account(tx, order.account_id)
    by = account.actor(scopes_of(account.role))
    counter.start()
    async with database.transaction(by) as tx:
        await ACTS[order.act](tx, by, order.config.sealer, order.arguments)


def obey(order: Order) -> End:
    """Forks a child that acts; how it ended."""
    listen, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            loops.run(act(order, tell))
        except BaseException as failed:
            traceback.print_exception(failed)
        os._exit(1)  # nobody lives on: what ends by itself ends after its last statement
    os.close(tell)
    with os.fdopen(listen, "rb") as told:
        _, status = os.waitpid(child, 0)
        return End(was_killed=os.WIFSIGNALED(status), at_commit=told.read() == b"c")


def main() -> None:
    """Obeys until its input ends."""
    for line in sys.stdin.buffer:
        end = obey(msgspec.json.decode(line, type=Order, dec_hook=lambda kind, said: kind(said)))
        sys.stdout.buffer.write(msgspec.json.encode(end) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
