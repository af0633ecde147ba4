"""The bench of posting runs, and every payment of its statement is settled."""

from importlib.util import find_spec

from jobs.bench_posting import TURNS, Posted, bench_postings, table
from jobs.bench_reading import Measured
from tests.conftest import MakeConfig


async def test_every_payment_is_settled_and_each_reader_counts_the_same(
    new_database: MakeConfig,
) -> None:
    config = await new_database()
    said: list[str] = []

    (posted,) = await bench_postings(config, [300], say=said.append)

    assert posted.entries == posted.ours.entries == 297
    assert min(posted.seconds, posted.processor_seconds or 1, posted.ours.seconds) > 0
    if find_spec("camt053"):
        assert posted.peer is not None
        assert posted.peer.entries == 297
        assert len(said) == 1 + TURNS
    else:
        assert posted.peer is None
        assert "requirements-test.lock" in said[0]


def test_a_report_gives_each_way_as_a_part_of_what_the_peer_took() -> None:
    ours = Measured("ura", 99_000, 2.0, 1.5, 140)
    peer = Measured("camt053", 99_000, 5.0, 4.0, 620)

    _head, whole, read, theirs = table([Posted(99_000, 4.0, 3.0, ours, peer)])

    named = ("99,000", "ura: read, matched, posted")
    assert whole == (*named, "4.00", "0.80", "3.00", "0.75", "")
    assert read == ("99,000", "ura: only read", "2.00", "0.40", "1.50", "0.38", "140")
    assert theirs == ("99,000", "camt053: only read", "5.00", "1.00", "4.00", "1.00", "620")


def test_a_report_without_the_peer_has_no_ratios() -> None:
    ours = Measured("ura", 99_000, 2.0, 1.5, 140)

    _head, whole, _read = table([Posted(99_000, 4.0, None, ours, None)])

    assert whole == ("99,000", "ura: read, matched, posted", "4.00", "", "", "", "")
