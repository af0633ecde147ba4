"""The bench of the writer runs, its ratios are ratios, and memory does not grow with the rows."""

from jobs.bench_payouts import Written, bench_writers, measure, order, table
from service.bank.pain001 import stream_order

MEBIBYTE = 1024


async def test_each_way_is_measured_in_a_process_of_its_own() -> None:
    said: list[str] = []

    written = await bench_writers([300], say=said.append, rounds=1)

    ours, unvalidated, peer = written
    assert ours.byte_count == unvalidated.byte_count > peer.byte_count > 0
    assert all(one.payments == 300 and one.kibibytes > 0 for one in written)
    assert len(said) == 3


async def test_memory_does_not_grow_with_the_rows() -> None:
    few, many = await measure("ours", 2_000), await measure("ours", 20_000)

    assert many.byte_count > 9 * few.byte_count
    assert many.kibibytes - few.kibibytes < 4 * MEBIBYTE


def test_the_same_order_written_a_hundred_times_is_the_same() -> None:
    assert len({b"".join(stream_order(order(20))) for _ in range(100)}) == 1


def test_a_report_gives_ratios_to_the_peer() -> None:
    lines = table(
        [
            Written("ours", 1_000, 0.5, 0.4, 51_200, 370_000),
            Written("sepaxml", 1_000, 2.5, 2.0, 102_400, 300_000),
        ]
    )

    assert lines[1] == ("1,000", "ours", "0.50", "0.40", "0.20", "50", "0.4")
    assert lines[2][4] == "1.00"
