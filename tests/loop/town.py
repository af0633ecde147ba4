"""Three people at work at two firms, the finance office and the bank: what each of them does."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from service.actor import SYSTEM, Actor, Role
from service.bank.model import BankFile
from service.db import Connection
from service.failures import actions as failures
from service.ids import AttemptId
from service.ledger import actions as ledger
from service.payouts import actions as payouts
from service.payouts.model import Payout
from service.period import Month
from service.standing.actions import keep_changed
from tests import approving
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.corrections import APRIL, MARCH, MAY, at_work, earn, earn_nothing
from tests.payouts.hired import Hired
from tests.recoveries.owing import another

MONTHS = (MARCH, APRIL, MAY)
PEOPLE = 3
FIRMS = [0, 0, 1]  # of each person
FINANCE = 8
MANY_NOTES = 100_000
KEPT_OF_LOOKS = 5
Act = Callable[..., Awaitable[Payout]]
EARNED = ((0, 0, 600_00), (1, 0, 450_00), (2, 0, 400_00), (0, 1, 400_00))
BALANCES = """
    SELECT a.kind, coalesce(sum(
        CASE WHEN t.debit_account_id = a.id THEN t.amount_cents ELSE -t.amount_cents END
    ), 0)::bigint AS cents
    FROM ledger_account AS a
    LEFT JOIN transfer AS t ON a.id IN (t.debit_account_id, t.credit_account_id)
    GROUP BY a.kind
"""


class Crashed(Exception):
    """The process stopped in the middle of its work."""


class Town:
    """The people, and what they do; each act is a transaction, and any may crash."""

    def __init__(
        self,
        given: Given,
        clock: FixedClock,
        people: list[Hired],
        finance: dict[Role, list[Actor]],
    ) -> None:
        self.given, self.clock, self.people = given, clock, people
        self.preparer, *self.approvers = finance[Role.FINANCE_OFFICER]
        self.authorisers = finance[Role.FINANCE_AUTHORISER]
        self.account = ""
        self.looks = 0
        self.earned: dict[tuple[int, int], int] = {}

    async def earn(self, person: int, month: int, wage_cents: int) -> int:
        """A month's wage as it is reported now, computed; what is due for it in cents."""
        if wage_cents:
            await earn(self.given, self.people[person], MONTHS[month], wage_cents=wage_cents)
        else:
            await earn_nothing(self.given, self.people[person], MONTHS[month])
        query = """SELECT amount_cents FROM instalment
            WHERE agreement_id = $1 AND month = $2 AND superseded_at IS NULL"""
        async with self.given.db.transaction(SYSTEM) as tx:
            cents = await tx.fetchval(query, self.people[person].agreement_id, MONTHS[month])
        return int(cents)

    async def put_up(self, until: int) -> Payout:
        """All that is due until a month."""
        return await self.given.submitted_payout(Month(MONTHS[until]), by=self.preparer)

    async def sign(self, payout: Payout, signed: int) -> None:
        """The first signature approves a payout, the second authorises it."""
        signers = (self.approvers, self.authorisers)[signed]
        await approving.sign(self.given, payout, by=signers[0])

    async def ask(self, act: Act, payout: Payout, acted: int, **words: str) -> None:
        """Something done to a payout by an authoriser who has had no part in it yet."""
        by = self.authorisers[1 + acted]
        async with self.given.db.transaction(by) as tx:
            at = self.given.clock.now()
            await act(tx, payout.id, digest=payout.digest, by=by, at=at, **words)

    async def withdraw(self, payout: Payout) -> None:
        """A payout taken back by who put it up."""
        async with self.given.db.transaction(self.preparer) as tx:
            await payouts.withdraw(
                tx,
                payout.id,
                digest=payout.digest,
                reason="Put up too early.",
                by=self.preparer,
                at=self.given.clock.now(),
            )

    async def is_stale(self, payout: Payout) -> bool:
        """Whether a line of a payout does not stand any more."""
        async with self.given.db.transaction(self.preparer) as tx:
            sheet = await payouts.read_sheet(tx, payout.id, at=self.given.clock.now())
        return bool(sheet.stale)

    async def reject(self, payout: Payout) -> None:
        """A payout turned down."""
        await approving.reject(self.given, payout, by=self.approvers[1])

    async def send(self, payout: Payout) -> BankFile:
        """A payout sent to the bank."""
        return await self.given.sent_payout(payout.id, by=self.authorisers[0])

    async def orders(self, file: BankFile) -> dict[str, tuple[tuple[object, object], int]]:
        """Of each order in a file, by its name: whose agreement and which month, and the cents."""
        query = """
            SELECT o.end_to_end_id, i.agreement_id, i.month, o.amount_cents
            FROM payment_attempt AS o
            INNER JOIN payout_line AS l ON o.payout_line_id = l.id
            INNER JOIN instalment AS i ON l.instalment_id = i.id
            WHERE o.bank_file_id = $1
        """
        async with self.given.db.transaction(SYSTEM) as tx:
            rows = await tx.fetch(query, file.id)
        return {row[0]: ((row[1], row[2]), row[3]) for row in rows}

    def month_of(self, key: tuple[object, object]) -> tuple[int, int]:
        """The number of a person and of a month, by the agreement and the month."""
        agreement_id, month = key
        ids = [person.agreement_id for person in self.people]
        return ids.index(agreement_id), MONTHS.index(month)  # type: ignore[arg-type] # it is one

    async def pay_again(self, name: str) -> None:
        """A payment that failed is asked to be paid again."""
        async with self.given.db.transaction(self.preparer) as tx:
            found = await tx.fetchval(
                "SELECT id FROM payment_attempt WHERE end_to_end_id = $1", name
            )
            await failures.request_reissue(
                tx,
                AttemptId(found),
                reason="The bank was asked.",
                by=self.preparer,
                at=self.given.clock.now(),
            )

    async def read(self, paper: bytes) -> None:
        """A file from the bank, handed in."""
        summary = await self.given.read_from_bank(paper, by=self.preparer)
        assert not summary.waits, summary.waits

    async def balances(self) -> dict[str, int]:
        """What stands on each account of the ledger."""
        async with self.given.db.transaction(SYSTEM) as tx:
            return {row["kind"]: row["cents"] for row in await tx.fetch(BALANCES)}

    async def states(self) -> dict[str, str]:
        """Where each order stands."""
        async with self.given.db.transaction(SYSTEM) as tx:
            found = await tx.fetch("SELECT end_to_end_id, state FROM payment_attempt")
            return {row["end_to_end_id"]: row["state"] for row in found}

    async def broken(self, *, of_guards: bool = False) -> list[object]:
        """The rows that break an invariant of the books; at a history's end also of the guards and
        the audit trail, which no act of these people touches."""
        ask = ledger.broken_invariants if of_guards else ledger.broken_books
        async with self.given.db.transaction(SYSTEM) as tx:
            found: list[object] = list(await ask(tx))
            self.looks += 1
            if self.looks % KEPT_OF_LOOKS == 0:
                # So whatever happens next has to note that payments stand elsewhere.
                await keep_changed(tx, at=self.clock.now(), at_most=MANY_NOTES)
        return found


async def build(given: Given, clock: FixedClock) -> Town:
    """A town in which everybody has earned a wage in March, and one of them in April; the first two
    work for one firm."""
    officers = (await given.case_officer(), await given.case_officer())
    first = await at_work(given, officers=officers)
    people = [
        first,
        await another(given, first, starts_on=MARCH),
        await at_work(given, officers=officers),
    ]
    finance = {
        role: [actor_of(await given.account(role)) for _ in range(FINANCE)]
        for role in (Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER)
    }
    town = Town(given, clock, people, finance)
    async with given.db.transaction(SYSTEM) as tx:
        town.account = str(await tx.fetchval("SELECT debtor_iban FROM bank_profile LIMIT 1"))
    for person, month, wage_cents in EARNED:
        await town.earn(person, month, wage_cents)
        town.earned[person, month] = wage_cents
    return town


class Fuse:
    """Lets the work of a process stop at one of its statements."""

    def __init__(self) -> None:
        self.left = 0

    def spend(self) -> None:
        """One statement less; at the last one the process is gone."""
        if self.left:
            self.left -= 1
            if not self.left:
                raise Crashed

    @contextmanager
    def lit(self, statements: int) -> Iterator[None]:
        """Stops the work inside at a statement, 1 being the first; 0 never."""
        self.left = statements
        try:
            yield
        finally:
            self.left = 0


@contextmanager
def wired(fuse: Fuse) -> Iterator[None]:
    """Makes every statement of this process spend of the fuse."""
    driver: Any = asyncpg.connection.Connection
    kept = driver._get_statement

    async def spending(self: Connection, *args: Any, **named: Any) -> Any:
        fuse.spend()
        return await kept(self, *args, **named)

    driver._get_statement = spending
    try:
        yield
    finally:
        driver._get_statement = kept
