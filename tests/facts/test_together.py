"""A rate that is corrected while a month is computed, on connections that really commit."""

import asyncio
from datetime import date

from service.actor import SYSTEM
from service.crypto import Sealer
from service.db import connect_owner, open_database
from service.facts.model import Fact
from service.instalments import actions
from service.period import Month
from tests.conftest import FixedClock, MakeConfig
from tests.facts.history import as_known, canonical, versions
from tests.given import Given
from tests.payouts.hired import hire
from tests.payouts.rows import report

OCTOBER = Month(date(2026, 10, 1))


async def test_a_rate_is_corrected_after_what_is_being_computed(
    new_database: MakeConfig, clock: FixedClock, sealer: Sealer
) -> None:
    config = await new_database()
    database, owner = await open_database(config), await connect_owner(config)
    given = Given(database, clock, sealer)
    officer = await given.case_officer()
    person = await hire(given, officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=600_00)
    await report(given, person, OCTOBER, wage_cents=600_00)
    async with database.transaction(SYSTEM) as tx:
        await actions.request_month(tx, OCTOBER, by=SYSTEM, at=clock.now(), today=clock.today())
        chunk = await actions.claim_chunk(tx)
    assert chunk is not None

    async with database.transaction(SYSTEM) as tx:
        await actions.compute_chunk(tx, chunk, at=clock.now())
        correction = asyncio.create_task(
            owner.execute(
                "UPDATE minimum_wage SET superseded_at = clock_timestamp() WHERE upper_inf(period)"
            )
        )
        corrected, _ = await asyncio.wait([correction], timeout=0.5)
    await correction

    async with database.transaction(SYSTEM) as tx:
        waiting = await actions.list_changes(tx, OCTOBER)
    (stored,) = await versions(given, person.agreement_id)
    assert not corrected
    assert [change.fact for change in waiting] == [Fact.MINIMUM_WAGE]
    assert await as_known(given, stored) == canonical(stored)
    await owner.close()
    await database.close()
