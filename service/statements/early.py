"""What of a long statement is posted while the rest of it is still read.

The reader and the server work at once, each on a core of its own. It is all one transaction; what
was posted early is taken back where the end of the file tells otherwise, and the file is then read
and judged as a short one is.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from service.actor import Actor
from service.bank import actions as bank
from service.bank import rules as bank_rules
from service.bank.messages import AccountReport, BankUpload, MessageKind
from service.bank.messages import Entry as ReadEntry
from service.bank.model import Attempt, Entry, EntryKind
from service.bank.reading.ahead import Ahead
from service.bank.reading.aloud import Ended
from service.bank.reading.apart import read_apart
from service.bank.reading.files import read_file
from service.bank.rules import Moves, Standings
from service.bank_profiles.model import SettlesBy
from service.clock import business_day
from service.db import Connection, Savepoint
from service.problems import Problem
from service.statements import rules, store
from service.statements.gathering import Gathered
from service.statements.model import ReadFile
from service.statements.telling import entries_of, is_settling, told_of

Piece = tuple[MessageKind, str, Sequence[ReadEntry]]
Pieces = asyncio.Queue[Piece | None]
# A shorter file is read by a thread before a process of its own has begun and been handed it.
APART_FROM_BYTES = 8_000_000
NO_MOVES = Moves({}, [])


class Early:
    """The debits of a statement that stand for no block, decided and posted as they are read.

    These are decided before all else that an account report says, in their order in the file; so
    nothing that comes later can change what they do, save that none of it may be posted at all.
    """

    def __init__(
        self, tx: Connection, settles_by: Mapping[str, SettlesBy], *, by: Actor, at: datetime
    ) -> None:
        self._tx = tx
        self._settles_by = settles_by
        self._by, self._at = by, at
        self._savepoint = Savepoint(tx)
        self._forget()

    def _forget(self) -> None:
        self.gathered = Gathered()
        self.looked_at: set[bytes] = set()
        self.attempts: dict[str, Attempt] = {}
        self.standings = Standings([])
        self._entries: list[Entry] = []

    async def read(self, content: bytes, *, at_once: int, apart_from: int) -> ReadFile:
        """What a file says; what it told ahead, so many entries at once, is posted.

        What `read_file` refuses, and a failure of the server, end the transaction.
        """
        pieces: Pieces = asyncio.Queue(maxsize=1)
        ahead = Ahead(_putting(pieces), at_once=at_once)
        reading = asyncio.create_task(_read(content, ahead, pieces, apart_from))
        try:
            moves = await self._post(ahead, pieces)
        except BaseException:
            await _let_end(reading, ahead, pieces)
            raise
        upload = await reading
        await self._write(ahead, moves)
        told = await asyncio.to_thread(told_of, upload, self._settles_by, self._entries)
        if not ahead.told:
            return told
        if not ahead.is_void and _stands(upload, told):
            await self._savepoint.keep()
            return told
        await self._savepoint.take_back()
        self._forget()
        upload = await asyncio.to_thread(read_file, content)
        return await asyncio.to_thread(told_of, upload, self._settles_by)

    async def _post(self, ahead: Ahead, pieces: Pieces) -> Moves:
        """Decides on each piece while the server writes what the one before it came to; answers
        what the last one came to, which is still to be written."""
        moves = NO_MOVES
        writing = asyncio.create_task(self._write(ahead, moves))
        try:
            while (piece := await pieces.get()) is not None:
                debits = self._debits_of(*piece)
                await writing
                fresh, held = await self._look_up(ahead, debits)
                writing = asyncio.create_task(self._write(ahead, moves))
                await asyncio.sleep(0)  # it begins, and the server has it
                moves = self._decide(ahead, fresh, held())
        finally:
            await writing
        return moves

    def _debits_of(
        self, kind: MessageKind, account: str, read: Sequence[ReadEntry]
    ) -> dict[bytes, Entry]:
        settling = is_settling(self._settles_by, kind, account)
        entries = list(entries_of(read, 0, settling=settling))
        self._entries += entries
        return {one.key: one for one in entries if one.kind is EntryKind.DEBIT and not one.is_block}

    async def _look_up(
        self, ahead: Ahead, debits: Mapping[bytes, Entry]
    ) -> tuple[list[Entry], Callable[[], dict[str, Attempt]]]:
        """Which of some debits are new, and the orders that they name, held."""
        if ahead.is_void:
            return [], dict  # told before it was
        await self._savepoint.set_once()
        asked = await store.list_known_keys(self._tx, debits.keys())
        self.looked_at |= {one.entry_key for one in asked}
        fresh = [one for key, one in debits.items() if key not in self.looked_at]
        self.looked_at |= debits.keys()
        names = {one.end_to_end_id for one in fresh if one.end_to_end_id}
        return fresh, await bank.hold_named(self._tx, names)

    def _decide(self, ahead: Ahead, fresh: Sequence[Entry], held: Mapping[str, Attempt]) -> Moves:
        """An order that an earlier piece names was decided on there, and stands as it does now."""
        for name, attempt in held.items():
            self.attempts.setdefault(name, attempt)
        self.standings.add(held.values())
        try:
            decisions = bank_rules.decide(fresh, held, taken=self.standings)
        except Problem:
            ahead.is_void = True  # whoever judges the whole file comes to it again, and says so
            return NO_MOVES
        self.gathered.add(decisions)
        return bank_rules.moves_of(decisions, on=business_day(self._at))

    async def _write(self, ahead: Ahead, moves: Moves) -> None:
        if ahead.is_void or not moves.steps:
            return
        try:
            await bank.make_moves(self._tx, moves, by=self._by, at=self._at)
        except Problem:
            ahead.is_void = True


def _stands(upload: BankUpload, told: ReadFile) -> bool:
    """Whether all of a file may be posted. One with several statements may tell an entry twice, and
    the last of them counts."""
    lone = len(upload.messages) == 1 and isinstance(upload.messages[0], AccountReport)
    return lone and len(told.statements) == 1 and not rules.waits_of(told.findings)


def _putting(pieces: Pieces) -> Callable[[MessageKind, str, Sequence[ReadEntry]], None]:
    """How the thread that reads hands a piece over: it goes on once there is room for it."""
    loop = asyncio.get_running_loop()

    def _put(kind: MessageKind, account: str, entries: Sequence[ReadEntry]) -> None:
        asyncio.run_coroutine_threadsafe(pieces.put((kind, account, entries)), loop).result()

    return _put


async def _read(content: bytes, ahead: Ahead, pieces: Pieces, apart_from: int) -> BankUpload:
    """Reads in a thread, or a long file in a process of its own, and says at the end that no piece
    will come."""
    try:
        if len(content) >= apart_from and (upload := await _read_apart(content, ahead, pieces)):
            return upload
        return await asyncio.to_thread(read_file, content, ahead=ahead)
    finally:
        await pieces.put(None)


async def _read_apart(content: bytes, ahead: Ahead, pieces: Pieces) -> BankUpload | None:
    async with contextlib.aclosing(read_apart(content, at_once=ahead.at_once)) as said:
        async for one in said:
            if isinstance(one, Ended):
                ahead.is_void |= one.is_void or one.upload is None
                return one.upload
            ahead.told += len(one.entries)
            await pieces.put((one.kind, one.account, one.entries))
    return None


async def _let_end(reading: "asyncio.Task[BankUpload]", ahead: Ahead, pieces: Pieces) -> None:
    """Lets the thread that reads come to its end; it waits for somebody to take what it tells."""
    ahead.is_void = True
    taking = asyncio.create_task(_take_all(pieces))
    await asyncio.wait([reading])
    taking.cancel()
    if not reading.cancelled():
        reading.exception()


async def _take_all(pieces: Pieces) -> None:
    while True:
        await pieces.get()
