"""Agreements that owe something back, and the finance people who see to it."""

from datetime import date, timedelta

import msgspec

from jobs.recoveries import follow
from service.actor import SYSTEM, Actor, Role
from service.agreements import actions as agreements
from service.agreements.model import EndCause
from service.ids import RecoveryId
from service.ledger import actions as ledger
from service.ledger.model import BudgetLine
from service.payouts.model import Payout
from service.period import Month, add_months
from service.recoveries import actions
from service.recoveries.model import RecoveryState
from service.recoveries.shown import Dossier, Listed
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.corrections import at_work, earn, end
from tests.payouts.hired import Hired

MARCH, APRIL, MAY, JUNE = (Month(date(2026, month, 1)) for month in (3, 4, 5, 6))


class Office(msgspec.Struct, frozen=True):
    """Two finance officers and an authoriser, and a clock they can move."""

    given: Given
    clock: FixedClock
    preparer: Actor
    second: Actor
    authoriser: Actor

    async def paid(self, month: Month) -> Payout:
        """Everything up to a month put up, signed, sent and settled by the bank."""
        payout = await self.given.submitted_payout(month, by=self.preparer)
        approved = await self.given.approved_payout(payout, by=self.authoriser)
        if approved.total_cents:
            await self.settled(payout)
        return payout

    async def settled(self, payout: Payout, *, returned: int = 0) -> None:
        """An approved payout sent, and what the bank answers to it read."""
        file = await self.given.sent_payout(payout.id, by=self.authoriser)
        answer = await self.given.bank_answer(file, by=self.authoriser, returned=returned)
        await self.given.read_from_bank(answer.statement, by=self.authoriser)

    async def sweep(self) -> None:
        """The nightly job."""
        await follow(self.given.db, self.clock)

    async def listed(self) -> list[Listed]:
        """Every recovery, the newest first."""
        async with self.given.db.transaction(self.preparer) as tx:
            return (await actions.list_recoveries(tx, by=self.preparer)).rows

    async def only(self) -> Listed:
        """The one recovery there is."""
        (one,) = await self.listed()
        return one

    async def dossier(self, recovery_id: RecoveryId) -> Dossier:
        """One recovery with all its rows."""
        async with self.given.db.transaction(self.preparer) as tx:
            return await actions.read_recovery(tx, recovery_id)

    async def notified(self, recovery_id: RecoveryId) -> None:
        """The payee was told."""
        async with self.given.db.transaction(self.preparer) as tx:
            await actions.notify(
                tx, recovery_id, letter="You owe this.", by=self.preparer, at=self.clock.now()
            )

    async def later(self, days: int) -> None:
        """So many days later, after the nightly job of that day."""
        self.clock.move_to(self.clock.now() + timedelta(days=days))
        await self.sweep()

    async def netting(self) -> Listed:
        """The one recovery, notified, not appealed in time and in netting."""
        await self.sweep()
        one = await self.only()
        await self.notified(one.id)
        await self.later(16)
        one = await self.only()
        assert one.state is RecoveryState.NETTING
        return one

    async def repaid(self, recovery_id: RecoveryId, cents: int, *, name: str = "FT-1") -> None:
        """Money that one person recorded and another confirmed."""
        at, on = self.clock.now(), self.clock.today()
        async with self.given.db.transaction(self.preparer) as tx:
            payment_id = await actions.record_payment(
                tx,
                recovery_id,
                amount_cents=cents,
                received_on=on,
                bank_reference=f"transfer {name}",
                by=self.preparer,
                at=at,
            )
        async with self.given.db.transaction(self.authoriser) as tx:
            await actions.confirm_payment(tx, payment_id, by=self.authoriser, at=at)

    async def books(self, scheme_code: str = "WS-70") -> BudgetLine:
        """What stands on the line of a scheme; every invariant holds."""
        async with self.given.db.transaction(SYSTEM) as tx:
            broken = await ledger.broken_invariants(tx)
            lines = await ledger.list_budget_lines(tx)
        assert not broken, broken
        (line,) = [one for one in lines if one.scheme_code == scheme_code]
        return line


async def office_of(given: Given, clock: FixedClock) -> Office:
    """The finance office."""
    return Office(
        given,
        clock,
        actor_of(await given.finance_officer()),
        actor_of(await given.finance_officer()),
        actor_of(await given.account(Role.FINANCE_AUTHORISER)),
    )


async def overpaid(office: Office, *, to_wage_cents: int = 400_00) -> Hired:
    """An ended agreement whose March was paid with 350.00 and corrected, to 280.00 unless told."""
    given = office.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await office.paid(MARCH)
    await earn(given, person, MARCH, wage_cents=to_wage_cents)
    await end(given, person, date(2026, 3, 31))
    return person


async def dismissed(office: Office, *, months: int = 3, cause: EndCause | None = None) -> Hired:
    """An agreement since March, so many months paid with 350.00 each, then ended by dismissal."""
    given = office.given
    person = await at_work(given)
    last = MARCH
    for number in range(months):
        last = Month(add_months(MARCH, number))
        await earn(given, person, last, wage_cents=600_00)
    await office.paid(last)
    officer = actor_of(person.officer)
    async with given.db.transaction(officer) as tx:
        await agreements.end_agreement(
            tx,
            person.agreement_id,
            last_day=add_months(last, 1) - timedelta(days=1),
            cause=cause or EndCause.EMPLOYER_DISMISSED,
            reason="No reason was given.",
            by=officer,
            on=given.clock.today(),
            at=given.clock.now(),
        )
    return person


async def another(
    given: Given, person: Hired, *, starts_on: date = MAY, scheme_code: str = "WS-70"
) -> Hired:
    """One more at work for the same firm, on the same terms unless another scheme is named."""
    agreement = await given.active_agreement(
        person.officer,
        representative=person.representative,
        starts_on=starts_on,
        scheme_code=scheme_code,
        gross_wage_cents=400_00,
        weekly_hours=32,
    )
    return Hired(agreement, person.officer, person.representative)
