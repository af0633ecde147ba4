"""`ura scheme simulate` over a small country, as somebody types it."""

import json
from pathlib import Path

import msgspec

from service.config import Config
from tests.commands.test_ura import ura
from tests.conftest import MakeConfig, database_named
from tests.simulation.everything import fingerprints
from tests.simulation.samples import helsinki, ws_70

SMALL = ("--candidates", "150", "--employers", "25", "--months", "4")


async def test_a_country_is_simulated_and_stays_as_it_was(
    new_database: MakeConfig, tmp_path: Path
) -> None:
    config, file = await new_database(), tmp_path / "ws_50.toml"
    file.write_text(ws_70(rate="50 %"))
    loaded, story = await ura(config, "demo", *SMALL)
    assert loaded == 0, story
    before = await fingerprints(config)

    code, written = await ura(config, "scheme", "simulate", str(file), "--months", "4", "--json")
    _, tables = await ura(config, "scheme", "simulate", str(file), "--months", "4")

    assert code == 0, written
    assert await fingerprints(config) == before
    found = json.loads(written)
    totals = found["totals"]
    assert totals["total"]["difference_cents"] < 0
    assert totals["gains"]["agreement_count"] == 0
    for side in ("now_cents", "what_if_cents", "difference_cents"):
        assert sum(one["cost"][side] for one in totals["by_month"]) == totals["total"][side]
        for parts in (totals["by_sex"], totals["by_municipality"]):
            together = parts["hidden"]["cost"][side] if parts["hidden"] else 0
            shown = sum(cell["cost"][side] for cell in parts["cells"])
            assert shown + together == totals["total"][side]
    for title in ("Cost by month", "By sex", "By municipality", "Who would lose most",
                  "How the months come out", "Budget line", "█", "▒"):  # fmt: skip
        assert title in tables
    assert totals["loses"]["largest"][0]["reference"] in tables


async def test_what_cannot_be_is_refused_in_a_sentence(
    new_database: MakeConfig, tmp_path: Path
) -> None:
    config = await new_database()
    other, file = tmp_path / "helsinki.toml", tmp_path / "ws_70.toml"
    other.write_text(helsinki())
    file.write_text(ws_70())

    unkept, needs = await ura(config, "scheme", "simulate", str(other), "--scheme", "WS-70")
    unknown, nothing = await ura(config, "scheme", "simulate", str(file), "--scheme", "NONE")
    empty, none = await ura(config, "scheme", "simulate", str(file))
    too_many, usage = await ura(config, "scheme", "simulate", str(file), "--months", "25")

    assert (unkept, unknown, empty, too_many) == (1, 1, 0, 2)
    assert "does not keep" in needs
    assert "no scheme of this code" in nothing
    assert "0 agreements" in none
    assert "25" in usage
    assert "Traceback" not in needs + nothing + none + usage


async def test_a_database_that_is_not_set_up_is_refused_and_left_alone(
    new_database: MakeConfig, tmp_path: Path
) -> None:
    config = await new_database()
    bare: Config = msgspec.structs.replace(
        config, database_url=database_named(config.database_url, "postgres")
    )
    file = tmp_path / "ws_70.toml"
    file.write_text(ws_70())

    code, said = await ura(bare, "scheme", "simulate", str(file))

    assert code == 1
    assert "run `ura migrate`" in said
