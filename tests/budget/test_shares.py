"""Whose money is where: the donors' parts always add up to the line."""

import random
from datetime import date
from itertools import accumulate

from service.actor import SYSTEM, Actor, Role
from service.agreements import actions as agreements
from service.agreements.model import EndCause
from service.db import Connection
from service.ledger import actions as ledger
from tests.budget import money
from tests.given import Given, actor_of
from tests.payouts.corrections import MARCH, Paying, at_work, earn
from tests.payouts.rows import OCTOBER, due_month

SEED = 20260401
PARTS = (
    "free", "committed", "calculated", "approved", "in_transit", "paid", "returned", "recoverable"
)  # fmt: skip


def cut(whole: int, pieces: int, chance: random.Random) -> list[int]:
    """An amount cut at random places; pieces may be nothing."""
    ends = [*sorted(chance.randint(0, whole) for _ in range(pieces - 1)), whole]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


async def test_shares_of_any_two_divisions_add_up_both_ways(tx: Connection) -> None:
    chance = random.Random(SEED)

    for number in range(200):
        whole = chance.choice([0, 1, 2, 7, 1_500_000_00, chance.randint(1, 10**13)])
        bands, sources = (cut(whole, chance.randint(1, 7), chance) for _ in range(2))
        laid = await tx.fetch("SELECT * FROM overlay_shares($1, $2)", bands, sources)

        found = [(row["band"], row["source"], row["cents"]) for row in laid]
        by_band = [sum(c for b, _, c in found if b == n) for n in range(1, len(bands) + 1)]
        by_source = [sum(c for _, s, c in found if s == n) for n in range(1, len(sources) + 1)]
        assert (by_band, by_source) == (bands, sources), (SEED, number)
        assert all(cents > 0 for *_, cents in found)
        assert found == sorted(found, key=lambda one: one[:2])


async def test_what_has_come_furthest_is_the_first_donors_and_stays_so(tx: Connection) -> None:
    chance = random.Random(SEED)
    sources = [300_00, 500_00, 200_00]
    starts = [0, *accumulate(sources)]

    for paid in (chance.randint(0, 1_000_00) for _ in range(50)):
        laid = await tx.fetch(
            "SELECT source, cents FROM overlay_shares($1, $2) WHERE band = 1",
            [paid, 1_000_00 - paid],
            sources,
        )

        expected = [
            min(max(paid - start, 0), own) for start, own in zip(starts, sources, strict=False)
        ]
        found = {row["source"]: row["cents"] for row in laid}
        assert [found.get(n, 0) for n in (1, 2, 3)] == expected


async def adds_up(given: Given) -> None:
    """The shares of each line come to what stands on it, and every invariant holds."""
    found = await money.sheet(given)
    for line in found.lines:
        own = [one for one in found.shares if one.budget_line_id == line.id]
        for part in PARTS:
            account = "appropriation_cents" if part == "free" else f"{part}_cents"
            assert sum(getattr(one, f"{part}_cents") for one in own) == getattr(line, account), part
        for one in own:
            assert sum(getattr(one, f"{part}_cents") for part in PARTS) == one.appropriated_cents
    async with given.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)


async def test_donors_add_up_from_the_commitment_to_the_return_and_through_an_overpayment(
    given: Given,
) -> None:
    paying = Paying(
        given,
        actor_of(await given.finance_officer()),
        actor_of(await given.account(Role.FINANCE_AUTHORISER)),
    )
    person = await at_work(given)
    await adds_up(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    payout = await paying.pay(MARCH)
    await adds_up(given)
    file = await given.sent_payout(payout.id, by=paying.approver)
    answer = await given.bank_answer(file, by=paying.approver, returned=1)
    await given.read_from_bank(answer.statement, by=paying.approver)
    await adds_up(given)
    await earn(given, person, MARCH, wage_cents=400_00)
    await adds_up(given)

    (first, second) = await money.shares_of(given, "WS-70")
    assert (first.donor_code, second.donor_code) == ("BUDGET", "DONOR-A")
    assert (first.returned_cents, first.recoverable_cents) == (350_00, -70_00)
    assert second.free_cents == second.appropriated_cents == 5_000_000_00


async def ended(given: Given, by: Actor, agreement_id: object, last_day: date) -> None:
    async with given.db.transaction(by) as tx:
        await agreements.end_agreement(
            tx,
            agreement_id,  # type: ignore[arg-type] # an agreement's id
            last_day=last_day,
            cause=EndCause.CANDIDATE_LEFT,
            reason="Moved away.",
            by=by,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def test_what_an_early_end_sets_free_is_free_again_for_the_donor_that_gave_it(
    given: Given,
) -> None:
    before = await money.shares_of(given, "WS-70")
    due = await due_month(given)
    running = await money.shares_of(given, "WS-70")

    await ended(given, actor_of(due.hired.officer), due.agreement_id, date(2026, 10, 31))

    after = await money.shares_of(given, "WS-70")
    assert due.month == OCTOBER
    assert before[0].free_cents - running[0].free_cents == 6 * 350_00 + 600_00
    assert before[0].free_cents - after[0].free_cents <= 350_00 + 600_00
    assert after[0].free_cents > running[0].free_cents
    await adds_up(given)
