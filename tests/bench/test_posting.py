"""The bench of posting runs, and every payment of its statement is settled."""

import pytest

from jobs.bench_posting import Posted, bench_posting, table
from jobs.bench_reading import Measured
from tests.conftest import MakeConfig


async def test_every_payment_is_settled_and_both_readers_count_the_same(
    new_database: MakeConfig,
) -> None:
    pytest.importorskip("camt053", reason="the dependency group `bench` is not installed")
    config = await new_database()
    said: list[str] = []

    posted = await bench_posting(config, 300, say=said.append)

    assert posted.entries == 297
    assert posted.ours.entries == posted.peer.entries == 297
    assert min(posted.seconds, posted.ours.seconds, posted.peer.seconds) > 0
    assert len(said) == 3


def test_a_report_gives_each_way_as_a_part_of_what_the_peer_took() -> None:
    ours, peer = Measured("ura", 99_000, 2.0, 140), Measured("camt053", 99_000, 5.0, 620)

    _head, posted, read, theirs = table(Posted(99_000, 4.0, ours, peer))

    assert posted == ("ura: read, matched and posted", "99,000", "4.00", "0.80", "")
    assert read == ("ura: only read", "99,000", "2.00", "0.40", "140")
    assert theirs == ("camt053: only read", "99,000", "5.00", "1.00", "620")
