"""Files that would harm: each is refused quickly, and without filling the memory."""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from service.bank.reading.files import read_file
from service.bank.reading.refusing import FILE_BYTES_MAX, NotABankFile
from tests.bank.reading import corpus
from tests.bank.reading.attacks import ATTACKS, zipped

CHECKOUT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_within_ten_seconds_and_300_mb(name: str, tmp_path: Path) -> None:
    file = tmp_path / "attack"
    file.write_bytes(ATTACKS[name]())

    run = subprocess.run(
        [sys.executable, "-m", "tests.bank.reading.attacks", str(file)],
        capture_output=True,
        cwd=CHECKOUT,
        check=True,
    )

    ended = json.loads(run.stdout)
    assert ended["refused"].endswith(".")
    assert ended["seconds"] <= 10
    assert ended["peak_mb"] < 300


def test_a_document_type_is_named_in_the_refusal() -> None:
    with pytest.raises(NotABankFile, match="document type"):
        read_file(ATTACKS["entity of a file"]())


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(NotABankFile, match="50 MB"):
        read_file(b"<" * (FILE_BYTES_MAX + 1))

    with pytest.raises(NotABankFile, match="1 MB"):
        read_file(b"<" * 1_000_001, bytes_max=1_000_000)


def test_a_zip_is_read_file_by_file_whatever_its_names() -> None:
    upload = read_file(zipped(corpus.account_file("camt.053"), corpus.status_file()))

    assert [message.kind for message in upload.messages] == ["camt.053", "pain.002"]
    assert [one.code for one in upload.findings] == ["container"]


@pytest.mark.parametrize("place", range(0, 600, 7))
def test_a_damaged_zip_is_read_or_refused(place: int) -> None:
    content = bytearray(zipped(corpus.status_file()))
    content[place % len(content)] ^= 0x5A

    with suppress(NotABankFile):
        assert len(read_file(bytes(content)).messages) == 1
