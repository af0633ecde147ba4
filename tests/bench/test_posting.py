"""The bench of posting runs, and every payment of its statement is settled."""

import pytest

from jobs.bench_posting import bench_posting
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
