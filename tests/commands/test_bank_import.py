"""`ura bank import`, as a finance officer types it."""

from pathlib import Path

from service.db import open_database
from tests.bank.state import approved_payout, export, states
from tests.commands.test_bank import ura
from tests.conftest import FixedClock, MakeConfig
from tests.given import Given, actor_of
from tests.statements.reports import Told, account_report


async def test_a_file_is_posted_once_and_an_odd_one_waits(
    new_database: MakeConfig, clock: FixedClock, tmp_path: Path
) -> None:
    config = await new_database()
    database = await open_database(config)
    given = Given(database, clock, config.sealer)
    account = await given.finance_officer()
    officer = actor_of(account)
    await export(given, await approved_payout(given), officer)
    (name,) = await states(given, officer)
    good, odd, bad = (tmp_path / f"{one}.xml" for one in ("good", "odd", "bad"))
    good.write_bytes(account_report("camt.053", "STM-1", [Told("D1", -350_00, name)]))
    odd.write_bytes(account_report("camt.053", "STM-2", [Told("D2", -1_00)], off_by=1))
    bad.write_bytes(b"<x/>")

    first, again, waits, refused = [
        await ura(config, "bank", "import", str(file), "--as", account.email)
        for file in (good, good, odd, bad)
    ]

    assert (first[0], again[0], waits[0], refused[0]) == (0, 0, 2, 1)
    assert "settled: 1" in first[1]
    assert "read before" in again[1]
    assert "waits for a release" in waits[1]
    assert set((await states(given, officer)).values()) == {("settled", None)}
    await database.close()
