"""The bench of lists runs through every page that it names, and its ratios are ratios."""

from jobs.bench_lists import PAGES, Measured, Took, bench_lists, table
from tests.conftest import MakeConfig

MEASURED = Measured(
    path="/agreements (auditor)",
    what="first page",
    row_count=100_000,
    page=Took(30.0, 28.0),
    query=Took(3.0, 2.5),
    count=Took(6.0, 5.5),
    read_whole=("candidate",),
)


async def test_every_page_answers_with_its_query_and_its_count(new_database: MakeConfig) -> None:
    said: list[str] = []

    measured = await bench_lists(await new_database(), 600, say=said.append, rounds=1)

    assert {one.path.split(" ")[0] for one in measured} == {page.path for page in PAGES}
    assert all(min(one.page.clock, one.query.clock) > 0 for one in measured)
    assert sum(one.page.clock for one in measured) > sum(one.query.clock for one in measured)
    assert {one.what for one in measured} > {"first page", "deep in", "named krasniqi"}
    assert len(said) == len(measured) + 2


def test_a_report_gives_ratios_within_the_run() -> None:
    _, row = table([MEASURED])

    assert row == (
        *("/agreements (auditor)", "first page", "100,000"),
        *("30.0", "3.0", "6.0", "10.0", "28.0", "2.5", "5.5", "candidate"),
    )
