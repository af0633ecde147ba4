"""Many at once: one recovery for a cause, and nothing settled twice."""

import asyncio

from service.actor import SYSTEM
from service.crypto import Sealer
from service.db import Database
from service.ledger import actions as ledger
from service.recoveries import actions, raising, rules
from tests.conftest import FixedClock
from tests.given import Given
from tests.recoveries.owing import office_of, overpaid


async def test_ten_who_raise_at_once_raise_one_and_of_two_confirmations_one_settles(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    office = await office_of(Given(committed, clock, sealer), clock)
    person = await overpaid(office)

    async def raise_it() -> int:
        async with committed.transaction(SYSTEM) as tx:
            return await raising.raise_for(
                tx, person.agreement_id, by=SYSTEM, at=office.clock.now()
            )

    raised = await asyncio.gather(*(raise_it() for _ in range(10)))
    one = await office.only()
    at, on = office.clock.now(), office.clock.today()
    async with committed.transaction(office.preparer) as tx:
        payment_id = await actions.record_payment(
            tx,
            one.id,
            amount_cents=70_00,
            received_on=on,
            bank_reference="transfer 1",
            by=office.preparer,
            at=at,
        )

    async def confirm() -> bool:
        try:
            async with committed.transaction(office.authoriser) as tx:
                await actions.confirm_payment(tx, payment_id, by=office.authoriser, at=at)
        except rules.WrongStateForThis:
            return False
        return True

    confirmed = await asyncio.gather(*(confirm() for _ in range(4)))

    assert sorted(raised) == [0] * 9 + [1]
    assert sorted(confirmed) == [False] * 3 + [True]
    async with committed.transaction(SYSTEM) as tx:
        assert await ledger.broken_invariants(tx) == []
