"""The process that reads a long file and tells it on its standard output (`apart`).

It begins in a tenth of a second: nothing here, nor in what reads files, imports the server's side.
"""

import contextlib
import gc
import sys
from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from service.bank.messages import BankUpload, Entry, MessageKind
from service.bank.reading.ahead import Ahead
from service.bank.reading.files import read_file
from service.bank.reading.refusing import NotABankFile

SIZE_BYTES = 4


class Told(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Entries that are told before the end is read."""

    kind: MessageKind
    account: str
    entries: list[Entry]


class Ended(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Whether what was told is void, and the file as `read_file` answers it; None of one that it
    refuses."""

    is_void: bool
    upload: BankUpload | None


def tell_all(content: bytes, out: BinaryIO, *, at_once: int) -> None:
    """Reads a file and writes what `read_apart` answers, each with its size before it."""

    def tell(kind: MessageKind, account: str, entries: Sequence[Entry]) -> None:
        _write(out, Told(kind, account, list(entries)))

    ahead = Ahead(tell, at_once=at_once)
    upload: BankUpload | None = None
    with contextlib.suppress(NotABankFile):
        upload = read_file(content, ahead=ahead)
    _write(out, Ended(ahead.is_void, upload))


def _write(out: BinaryIO, said: Told | Ended) -> None:
    packed = msgspec.msgpack.encode(said)
    out.write(len(packed).to_bytes(SIZE_BYTES, "big"))
    out.write(packed)
    out.flush()


if __name__ == "__main__":
    gc.disable()
    tell_all(sys.stdin.buffer.read(), sys.stdout.buffer, at_once=int(sys.argv[1]))
