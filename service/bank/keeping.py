"""How a file that a bank sent is kept: its very bytes, packed and then sealed."""

import zlib

import msgspec

from service.bank.model import Packing
from service.crypto import Sealer, WrongKey, fingerprint
from service.ids import BankFileId, new_id

# XML repeats itself: the fastest level packs it nearly as small as the slowest.
LEVEL = 1


class Received(msgspec.Struct, frozen=True):
    """A file as it is kept, with the SHA-256 and the size of its bytes."""

    id: BankFileId
    sha256: bytes
    byte_count: int
    sealed: bytes


class SealedFile(msgspec.Struct, frozen=True):
    """The sealed bytes of a file that came in, and how they were packed before."""

    sealed: bytes
    packing: Packing


def seal(content: bytes, sealer: Sealer) -> Received:
    """Packs and seals a file under a new id. Takes a while for a long one: call it in a thread."""
    file_id = BankFileId(new_id())
    packed = zlib.compress(content, LEVEL)
    sealed = sealer.seal(packed, table="bank_file", column="sealed", row_id=file_id)
    return Received(file_id, fingerprint(content), len(content), sealed)


def unseal(kept: SealedFile, file_id: BankFileId, *, byte_count: int, sealer: Sealer) -> bytes:
    """The bytes of a file; WrongKey when they were not sealed or packed here, and never more than
    the file is said to have."""
    packed = sealer.open(kept.sealed, table="bank_file", column="sealed", row_id=file_id)
    if kept.packing is Packing.NONE:
        return packed
    try:
        return zlib.decompressobj().decompress(packed, max(byte_count, 1))
    except zlib.error as broken:
        raise WrongKey(f"bank_file.sealed of row {file_id} does not unpack") from broken
