"""A whole month through the real path: computed, put up, approved, sent, answered and read back."""

import msgspec

from jobs import instalments as jobs
from service.actor import SYSTEM, Actor
from service.bank import actions as bank
from service.bank import simulator
from service.bank.model import BankFile, Effect
from service.clock import Clock
from service.crypto import Sealer
from service.db import Database
from service.instalments import actions as instalments
from service.instalments.model import Progress
from service.money import Cents
from service.payouts import actions as payouts
from service.payouts.model import Payout
from service.period import Month
from service.statements import actions as statements

FIRST_BALANCE_CENTS = 25_000_000_00  # what the treasury has put on the account for the year


class Officers(msgspec.Struct, frozen=True):
    """The people that a payout takes: one puts it up, others approve, others authorise it."""

    preparing: Actor
    approving: tuple[Actor, ...]
    authorising: tuple[Actor, ...]


class Paid(msgspec.Struct, frozen=True):
    """What one payout came to, with the order that was sent and how its payments ended."""

    payout: Payout
    file: BankFile
    order: bytes
    answers: tuple[bytes, bytes]
    effects: dict[Effect, int]

    @property
    def total_cents(self) -> Cents:
        """What was ordered."""
        return self.payout.total_cents


async def compute_here(database: Database, clock: Clock, month: Month, *, by: Actor) -> Progress:
    """Computes a month in this process, chunk by chunk, as a worker would."""
    async with database.transaction(by) as tx:
        await instalments.request_month(tx, month, by=by, at=clock.now(), today=clock.today())
    await jobs.drain(database, clock)
    async with database.transaction(SYSTEM) as tx:
        progress = await instalments.find_progress(tx, month, at=clock.now())
    assert progress is not None, "the run was asked for above"
    return progress


async def pay(
    database: Database,
    sealer: Sealer,
    clock: Clock,
    month: Month,
    *,
    by: Officers,
    seed: int,
    rejected: int = 0,
    returned: int = 0,
) -> Paid:
    """Puts up what is due, approves it, sends it to the simulated bank and reads its answers.

    `rejected` and `returned` payments, chosen by the seed, are refused or sent back by that bank.
    """
    payout = await _approve(database, clock, month, by)
    exporting = by.approving[0]
    async with database.transaction(exporting) as tx:
        sent = await bank.export_payout(tx, payout.id, by=exporting, at=clock.now(), sealer=sealer)
        file, order = await bank.open_file(tx, sent.files[0].id, by=exporting, sealer=sealer)
    async with database.transaction(SYSTEM) as tx:
        closed_with = await statements.last_closing_cents(tx, simulator.account_of(order))
    answer = simulator.answer(
        order,
        seed=seed,
        rejected=rejected,
        returned=returned,
        opening_cents=FIRST_BALANCE_CENTS if closed_with is None else closed_with,
    )
    effects: dict[Effect, int] = {}
    for content in (answer.status_report, answer.statement):
        async with database.transaction(by.preparing) as tx:
            summary = await statements.import_file(
                tx, content, by=by.preparing, at=clock.now(), sealer=sealer
            )
        for effect, count in summary.counts.items():
            effects[effect] = effects.get(effect, 0) + count
    return Paid(payout, file, order, (answer.status_report, answer.statement), effects)


async def _approve(database: Database, clock: Clock, month: Month, by: Officers) -> Payout:
    async with database.transaction(by.preparing) as tx:
        put_up = await payouts.put_up(tx, month, by=by.preparing, at=clock.now())
    for count, people, act in (
        (put_up.required_approvals, by.approving, payouts.approve),
        (put_up.required_authorisations, by.authorising, payouts.authorise),
    ):
        for person in people[:count]:
            async with database.transaction(person) as tx:
                seen = await payouts.read_sheet(tx, put_up.id, at=clock.now())
                put_up = await act(
                    tx, put_up.id, digest=seen.payout.digest, by=person, at=clock.now()
                )
    return put_up
