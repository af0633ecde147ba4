"""The bench of the reader: both ways read the same file, and the ratios are within one run."""

import pytest

from jobs.bench_reading import Measured, bench_reading, table


def test_ours_and_the_public_reader_count_the_same_entries() -> None:
    pytest.importorskip("camt053", reason="the dependency group `bench` is not installed")

    ours, theirs = bench_reading(200)

    assert (ours.way, theirs.way) == ("ura", "camt053")
    assert ours.entries == theirs.entries == 200
    assert min(ours.seconds, theirs.seconds, ours.peak_mebibytes) > 0


def test_a_report_gives_times_as_multiples_of_ours() -> None:
    _head, ours, theirs = table(
        [Measured("ura", 100_000, 2.0, 140), Measured("camt053", 100_000, 5.0, 620)]
    )

    assert ours == ("ura", "100,000", "2.00", "1.00", "140")
    assert theirs == ("camt053", "100,000", "5.00", "2.50", "620")
