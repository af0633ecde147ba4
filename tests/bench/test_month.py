"""The bench of a month runs, its three ways agree to the letter, and its ratios are ratios."""

from jobs.bench import Measured, bench_month, table
from tests.conftest import MakeConfig

MEASURED = Measured(
    agreements=10_000,
    first=2.0,
    again=0.1,
    again_written=0,
    corrected=0.05,
    corrected_written=100,
    set_based=1.6,
    insert=0.5,
    worker_kibibytes=61_440,
)


async def test_workers_and_the_hand_written_statement_come_to_the_same_rows(
    new_database: MakeConfig,
) -> None:
    config = await new_database()
    said: list[str] = []

    (measured,) = await bench_month(config, [300], workers=2, say=said.append)

    assert measured.again_written == 0
    assert measured.corrected_written == 3
    assert measured.first > measured.again > 0
    assert len(said) == 7


def test_a_report_gives_ratios_within_the_run() -> None:
    _, row = table([MEASURED])

    assert row == (
        *("10,000", "2.00", "200", "1.25", "4.00"),
        *("0.10", "0.050", "0.05", "2.5", "60"),
    )
