"""What the finance office does about what is owed back; each act is a transaction."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import date, timedelta
from uuid import UUID

from service.actor import SYSTEM, Actor
from service.agreements import actions as agreements
from service.agreements.model import EndCause
from service.ids import RecoveryId, RecoveryPaymentId, WriteOffId
from service.payouts.model import Payout
from service.recoveries import actions, raising
from service.recoveries.model import Outcome
from tests.given import actor_of
from tests.loop.town import MONTHS, Town

LAST_DAY = date(2026, 5, 31)
WORDS = "It was looked at again."
STANDING = """
    SELECT r.id, r.agreement_id, r.cause, r.state, m.month, m.owed_cents, m.waived_cents,
        m.settled_cents, m.written_off_cents, m.pending_cents
    FROM recovery AS r
    INNER JOIN recovery_month AS m ON r.id = m.recovery_id
"""
KEPT = """
    SELECT i.agreement_id, i.month, k.agreement_id AS owing_id, k.month AS owing_month, r.cause,
        k.amount_cents
    FROM recovery_netting AS k
    INNER JOIN recovery AS r ON k.recovery_id = r.id
    INNER JOIN payout_line AS l ON k.payout_line_id = l.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE l.payout_id = $1
"""
Month = tuple[int, int]


class Standing:
    """What the service says of a recovery: its id, state, and for each month its cents: owed,
    waived, settled, given up, kept back by what waits."""

    def __init__(self, name: str, state: str) -> None:
        self.name, self.state = name, state
        self.months: dict[Month, tuple[int, ...]] = {}


class Collecting:
    """The finance people who collect, in a town."""

    def __init__(self, town: Town) -> None:
        self.town, self.given = town, town.given
        self.preparer, self.second = town.preparer, town.authorisers[0]
        self.payments = 0

    def decider(self, raisers: set[str]) -> Actor:
        """Somebody who had no part in a recovery."""
        return next(one for one in self.town.approvers[2:] if str(one.account) not in raisers)

    async def end(self, person: int, cause: str) -> None:
        """An agreement ends with its last month."""
        hired = self.town.people[person]
        officer = actor_of(hired.officer)
        async with self.given.db.transaction(officer) as tx:
            await agreements.end_agreement(
                tx,
                hired.agreement_id,
                last_day=LAST_DAY,
                cause=EndCause(cause),
                reason=WORDS,
                by=officer,
                on=self.given.clock.today(),
                at=self.given.clock.now(),
            )

    async def compute(self, months: Iterable[int]) -> None:
        """Months are computed anew: what an agreement's dates change waits for it."""
        for month in months:
            await self.given.computed_month(MONTHS[month])

    async def follow(self, person: int) -> int:
        """One agreement is looked at; how many of its recoveries changed."""
        async with self.given.db.transaction(SYSTEM) as tx:
            return await raising.raise_for(
                tx, self.town.people[person].agreement_id, by=SYSTEM, at=self.given.clock.now()
            )

    async def follow_all(self) -> None:
        """The nightly look at agreements that changed."""
        async with self.given.db.transaction(SYSTEM) as tx:
            await raising.raise_due(tx, after=None, by=SYSTEM, at=self.given.clock.now())

    async def move_on(self) -> None:
        """What days do, until nothing moves."""
        async with self.given.db.transaction(SYSTEM) as tx:
            while await actions.move_on(tx, by=SYSTEM, at=self.given.clock.now()):
                pass

    async def _do(self, act: Callable[..., Awaitable[object]], *args: object, by: Actor) -> object:
        async with self.given.db.transaction(by) as tx:
            return await act(tx, *args, by=by, at=self.given.clock.now())

    async def notify(self, name: str) -> None:
        """The letter goes out."""
        async with self.given.db.transaction(self.preparer) as tx:
            await actions.notify(
                tx, _id(name), letter=WORDS, by=self.preparer, at=self.given.clock.now()
            )

    async def appeal(self, name: str) -> None:
        """An appeal came by letter."""
        async with self.given.db.transaction(self.preparer) as tx:
            await actions.appeal(
                tx, _id(name), reason=WORDS, by=self.preparer, at=self.given.clock.now()
            )

    async def decide(self, name: str, outcome: str, less: int) -> None:
        """Somebody without a part in it decides."""
        async with self.given.db.transaction(SYSTEM) as tx:
            rows = await tx.fetch(
                "SELECT happened_by FROM recovery_step WHERE recovery_id = $1", _id(name)
            )
        by = self.decider({str(row["happened_by"]) for row in rows})
        async with self.given.db.transaction(by) as tx:
            await actions.decide_appeal(
                tx,
                _id(name),
                Outcome(outcome),
                less_cents=less,
                reason=WORDS,
                by=by,
                at=self.given.clock.now(),
            )

    async def invoice(self, name: str) -> None:
        """An invoice goes out."""
        await self._do(actions.invoice, _id(name), by=self.preparer)

    async def note(self, name: str, cents: int) -> RecoveryPaymentId:
        """Money is said to have come in."""
        self.payments += 1
        async with self.given.db.transaction(self.preparer) as tx:
            return await actions.record_payment(
                tx,
                _id(name),
                amount_cents=cents,
                received_on=self.given.clock.today(),
                bank_reference=f"transfer {self.payments}",
                by=self.preparer,
                at=self.given.clock.now(),
            )

    async def repay(self, payment_id: RecoveryPaymentId) -> None:
        """A second person saw it."""
        await self._do(actions.confirm_payment, payment_id, by=self.second)

    async def propose(self, name: str, cents: int) -> WriteOffId:
        """A first signature under giving a sum up."""
        async with self.given.db.transaction(self.preparer) as tx:
            return await actions.propose_write_off(
                tx,
                _id(name),
                amount_cents=cents,
                reason=WORDS,
                by=self.preparer,
                at=self.given.clock.now(),
            )

    async def give_up(self, write_off_id: WriteOffId) -> None:
        """The second signature."""
        await self._do(actions.sign_write_off, write_off_id, by=self.second)

    def later(self, days: int) -> None:
        """So many days pass."""
        self.town.clock.move_to(self.town.clock.now() + timedelta(days=days))

    async def standing(self) -> dict[tuple[int, str], Standing]:
        """What the service says of each recovery, by person and cause: never two for one."""
        found: dict[tuple[int, str], Standing] = {}
        async with self.given.db.transaction(SYSTEM) as tx:
            rows = await tx.fetch(STANDING)
        for row in rows:
            month = self.town.month_of((row["agreement_id"], row["month"]))
            key = month[0], row["cause"]
            one = found.setdefault(key, Standing(str(row["id"]), row["state"]))
            assert one.name == str(row["id"]), f"two recoveries of {key}"
            one.months[month] = tuple(row)[5:]
        return found

    async def kept(self, payout: Payout) -> dict[tuple[Month, Month, str], int]:
        """What a payout keeps back for recoveries: of which month, for which month, why."""
        async with self.given.db.transaction(SYSTEM) as tx:
            rows = await tx.fetch(KEPT, payout.id)
        return {
            (
                self.town.month_of((row[0], row[1])),
                self.town.month_of((row[2], row[3])),
                row[4],
            ): row[5]
            for row in rows
        }


def _id(name: str) -> RecoveryId:
    return RecoveryId(UUID(name))
