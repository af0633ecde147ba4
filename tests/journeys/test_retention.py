"""From a hire to the retention part of its first year, paid, corrected and netted, over HTTP."""

from typing import Any

import httpx

from jobs import agreements as nightly
from jobs import instalments as jobs
from service.actor import SYSTEM
from service.bank import simulator
from service.db import Database
from service.ledger import actions as ledger
from service.ledger.model import BudgetLine
from tests.conftest import FixedClock, SignIn
from tests.given import Given
from tests.journeys.people import Cast, find_id

FIRST_YEAR = ["2026-12", *(f"2027-{month:02}" for month in range(1, 12))]
SUBSIDISED, AFTERWARDS = FIRST_YEAR[:6], FIRST_YEAR[6:]
MAY, AUGUST, LAST = "2027-05", "2027-08", "2027-11"


class Year:
    """A year of work at EUR 500 a month, reported by the employer and confirmed by the office."""

    def __init__(self, cast: Cast, db: Database, agreement: str) -> None:
        self.cast, self.db, self.agreement = cast, db, agreement

    async def go_to(self, year: int, month: int, day: int) -> None:
        """Another day: new tokens, and what the night before has done."""
        self.cast.on(year, month, day)
        await self.cast.gather_again()
        await nightly.complete(self.db, self.cast.clock)

    async def report(self, month: str, *, worked: int = 20, wage_cents: int = 500_00) -> None:
        """A month's report, confirmed."""
        row = {"agreement_id": self.agreement, "days_expected": 20, "days_worked": worked}
        rows = [row | {"days_paid_leave": 0, "gross_wage_cents": wage_cents}]
        await self.cast.employer.post("/attendance", month=month, rows=rows)
        (waiting,) = await self.cast.officer.get("/attendance/waiting")
        await self.cast.officer.post(
            f"/attendance/{waiting['id']}/confirm", 204, confirmed_for="candidate"
        )

    async def owed(self) -> list[str]:
        """The months that the employer still has to report."""
        return [one["month"] for one in await self.cast.employer.get("/attendance/missing")]

    async def compute(self, month: str) -> None:
        """The month computed by a worker."""
        await self.cast.preparer.post(f"/months/{month}/compute", 202)
        await jobs.drain(self.db, self.cast.clock)

    async def pay(self, month: str) -> list[dict[str, Any]]:
        """All that is due, put up, approved, sent and settled; the lines of the payout."""
        cast = self.cast
        put_up = (await cast.preparer.post("/payouts", month=month))["payout"]
        payout = put_up["id"]
        await cast.approver.post(f"/payouts/{payout}/approve", 200, digest=put_up["digest"])
        await cast.authoriser.post(f"/payouts/{payout}/authorise", 200, digest=put_up["digest"])
        sent = await cast.approver.post(f"/bank/payouts/{payout}/export", 200)
        order = await cast.preparer.read(f"/bank/files/{find_id(sent['orders'][0])}/content")
        await cast.preparer.send("/bank/import", simulator.answer(order, seed=1).statement)
        lines: list[dict[str, Any]] = (await cast.preparer.get(f"/payouts/{payout}"))["lines"]
        return lines

    async def books(self) -> BudgetLine:
        """What stands on the scheme's line; every invariant holds."""
        async with self.db.transaction(SYSTEM) as tx:
            assert not await ledger.broken_invariants(tx)
            lines = {line.scheme_code: line for line in await ledger.list_budget_lines(tx)}
        return lines["WS-70"]


async def hired(cast: Cast, db: Database) -> Year:
    """The first day of work of somebody whose agreement all three have signed."""
    await cast.gather()
    agreement = await cast.employ(*await cast.register())
    await cast.sign(agreement)
    year = Year(cast, db, agreement)
    await year.go_to(2026, 12, 1)
    await cast.officer.post(f"/agreements/{agreement}/start", 200)
    return year


def paid(lines: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (line["month"], line["kind_label"]["en"]): (line["due_cents"], line["netted_cents"])
        for line in lines
    }


async def test_from_a_hire_to_the_retention_part_and_its_correction(
    given: Given, client: httpx.AsyncClient, signed_in: SignIn, clock: FixedClock, db: Database
) -> None:
    year = await hired(Cast(given, client, signed_in, clock), db)
    committed_cents = (await year.books()).committed_cents

    # Five of the six subsidised months are reported in time.
    await year.go_to(2027, 6, 4)
    for month in SUBSIDISED[:5]:
        await year.report(month)
    await year.compute(MAY)
    # The job goes on; nothing is due for these months until the first year is over.
    await year.go_to(2027, 12, 3)
    owed = await year.owed()
    for month in AFTERWARDS:
        await year.report(month)
    await year.compute(AUGUST)
    between = await year.cast.preparer.get(f"/instalments?month={AUGUST}")
    await year.compute(LAST)
    first = await year.pay(LAST)
    # August is corrected, and May reported at last.
    await year.report(AUGUST, worked=10, wage_cents=250_00)
    await year.report(MAY)
    await year.compute(LAST)
    second = await year.pay(LAST)
    await year.go_to(2027, 12, 4)

    assert owed == [MAY, *AFTERWARDS]
    assert between == []
    assert paid(first) == {
        **{(month, "Subsidy"): (350_00, 0) for month in SUBSIDISED[:5]},
        (LAST, "Retention part"): (600_00, 0),
    }
    assert paid(second) == {(MAY, "Subsidy"): (350_00, 50_00)}
    books = await year.books()
    assert committed_cents == 6 * 350_00 + 600_00
    assert books.paid_cents == 6 * 350_00 + 550_00
    assert (books.committed_cents, books.calculated_cents, books.recoverable_cents) == (0, 0, 0)
