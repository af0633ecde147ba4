"""Ten thousand bent bank files: none crashes the reader, and none is read in part."""

import json
import subprocess
import sys
from pathlib import Path

from tests.bank.reading.mutations import mutations

CHECKOUT = Path(__file__).parents[3]
SEED = 20261126
COUNT = 10_000


def test_ten_thousand_bent_files_are_read_whole_held_or_refused_within_300_mb() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.bank.reading.mutations", str(SEED), str(COUNT)],
        capture_output=True,
        cwd=CHECKOUT,
        check=True,
    )

    tally = json.loads(run.stdout)
    assert tally["wrong"] == [], f"seed {SEED}"
    assert tally["read"] + tally["quarantined"] + tally["refused"] == COUNT
    assert min(tally["read"], tally["quarantined"], tally["refused"]) > COUNT // 10
    assert tally["peak_mb"] < 300


def test_a_seed_gives_the_same_mutations_again() -> None:
    assert list(mutations(5, 50)) == list(mutations(5, 50))
    assert list(mutations(5, 50)) != list(mutations(6, 50))
