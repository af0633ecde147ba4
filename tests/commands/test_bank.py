"""`ura bank`, as a finance officer types it."""

import asyncio
import os
import sys
from pathlib import Path

from service.actor import Role
from service.config import Config
from service.crypto import fingerprint
from service.db import open_database
from tests.bank.state import approved_payout
from tests.conftest import FixedClock, MakeConfig
from tests.given import PASSWORD, Given


async def ura(config: Config, *arguments: str, password: str = PASSWORD) -> tuple[int, str]:
    """Runs the command against a database of the test's own; answers exit code and words."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "service.cli", *arguments),
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "DATABASE_URL": config.database_url,
            "REDIS_URL": config.redis_url,
            "URA_ROOT_KEY": config.root_key.hex(),
            "URA_PASSWORD": password,
            "COLUMNS": "200",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_an_approved_payout_is_written_to_a_file_by_who_may(
    new_database: MakeConfig, clock: FixedClock, tmp_path: Path
) -> None:
    config = await new_database()
    database = await open_database(config)
    given = Given(database, clock, config.sealer)
    payout = await approved_payout(given, 350_00, 280_00)
    officer = await given.finance_officer()
    auditor = await given.account(Role.AUDITOR)
    await database.close()
    out = tmp_path / "order.xml"
    export = ("bank", "export", "--payout", payout.reference, "--out", str(out), "--as")

    wrong = await ura(config, *export, officer.email, password="not the password")
    other = await ura(config, *export, auditor.email)
    assert not out.exists()
    code, said = await ura(config, *export, officer.email)

    assert (wrong[0], other[0], code) == (1, 1, 0)
    assert "password is wrong" in wrong[1]
    assert "role does not allow" in other[1]
    assert fingerprint(out.read_bytes()).hex() in said
    assert "2 payments, €630.00" in said
