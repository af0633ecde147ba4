"""Files that came in are kept packed and sealed, and come out as they were."""

import zlib

import pytest

from service.bank import keeping
from service.bank.keeping import SealedFile
from service.bank.model import Packing
from service.crypto import Sealer, WrongKey
from service.ids import BankFileId, new_id

XML = b"<Ntry><Amt>350.00</Amt></Ntry>" * 1000


def sealed(packed: bytes, file_id: BankFileId, sealer: Sealer) -> bytes:
    return sealer.seal(packed, table="bank_file", column="sealed", row_id=file_id)


def test_a_file_is_kept_small_and_comes_out_as_it_was(sealer: Sealer) -> None:
    received = keeping.seal(XML, sealer)

    kept = SealedFile(received.sealed, Packing.ZLIB)
    opened = keeping.unseal(kept, received.id, byte_count=received.byte_count, sealer=sealer)

    assert opened == XML
    assert received.byte_count == len(XML)
    assert len(received.sealed) < len(XML) // 50


def test_what_was_kept_before_files_were_packed_still_opens(sealer: Sealer) -> None:
    file_id = BankFileId(new_id())
    kept = SealedFile(sealed(XML, file_id, sealer), Packing.NONE)

    assert keeping.unseal(kept, file_id, byte_count=len(XML), sealer=sealer) == XML


def test_what_does_not_unpack_is_refused(sealer: Sealer) -> None:
    file_id = BankFileId(new_id())
    kept = SealedFile(sealed(XML, file_id, sealer), Packing.ZLIB)

    with pytest.raises(WrongKey):
        keeping.unseal(kept, file_id, byte_count=len(XML), sealer=sealer)


def test_no_more_is_unpacked_than_the_file_is_said_to_have(sealer: Sealer) -> None:
    file_id = BankFileId(new_id())
    kept = SealedFile(sealed(zlib.compress(b"\0" * 10_000_000), file_id, sealer), Packing.ZLIB)

    assert len(keeping.unseal(kept, file_id, byte_count=1_000, sealer=sealer)) == 1_000
