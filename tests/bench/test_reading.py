"""Both readers of the bench read the same file, each in a process of its own."""

from pathlib import Path

import pytest

from jobs.bench_reading import PEER, ReadingFailed, has_peer, measure, write_statement


def statement(folder: Path) -> Path:
    file = folder / "statement.xml"
    write_statement(file, [(f"E{number:012}-1", 350_00) for number in range(200)])
    return file


def test_ours_finds_every_entry(tmp_path: Path) -> None:
    ours = measure("ura", statement(tmp_path))

    assert (ours.way, ours.entries) == ("ura", 200)
    assert min(ours.seconds, ours.processor_seconds, ours.peak_mebibytes) > 0


@pytest.mark.skipif(not has_peer(), reason="the dependency group `bench` is not installed")
def test_the_public_reader_finds_as_many(tmp_path: Path) -> None:
    assert measure(PEER, statement(tmp_path)).entries == 200


def test_what_a_reader_cannot_read_is_said_in_its_words(tmp_path: Path) -> None:
    file = tmp_path / "statement.xml"
    file.write_text("no statement")

    with pytest.raises(ReadingFailed, match="ura did not read the file"):
        measure("ura", file)
