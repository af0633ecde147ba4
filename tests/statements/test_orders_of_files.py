"""A month's reports in any order, with repeats and overlaps, come to the same."""

from collections import Counter
from random import Random
from typing import Any

import pytest

from service.actor import SYSTEM, Actor
from service.bank.model import BankFile
from service.db import Connection
from service.ledger import actions as ledger
from service.statements.actions import READ_AHEAD
from tests.bank.state import approved_payout, balances, export, states
from tests.given import Given, actor_of
from tests.statements.reports import Told, account_report, status_report

SEED = 20_261_126
ORDERS = 200
CHECKED_EACH = 25
# Posted while it is read from the first, the second or the third entry on, or when it was read.
AT_ONCE = (1, 2, 3, READ_AHEAD)
AMOUNTS = (350_00, 280_00, 210_00, 140_00, 105_00, 91_00, 77_00)


def files_of_month(order: BankFile, names: list[str], cents: dict[str, int]) -> list[bytes]:
    """What a bank says in a month of seven payments of one order.

    Two are booked one by one, two are refused, three are booked as a block; two come back. There
    are a fee, money of somebody else, a payment booked twice, notices, and an overlap.
    """
    a, b, c, d, e, f, g = names
    message, block = order.message_id, f"P{order.message_id[1:]}"
    day_one = [
        Told("D1", -cents[a], a),
        Told("D2", -cents[b], b),
        Told("FEE", -1_50),
        Told("GIFT", 12_00, "E-OF-SOMEBODY-ELSE"),
    ]
    day_two = [
        Told("BLOCK", -(cents[e] + cents[f] + cents[g]), block=block, day="2026-11-04"),
        Told("D1-AGAIN", -cents[a], a, day="2026-11-04"),
    ]
    day_three = [
        Told("R1", cents[b], b, reason="AC04", day="2026-11-05"),
        Told("R2", cents[e], e, reason="MS03", day="2026-11-05"),
    ]
    return [
        status_report("STS-1", message, {a: "ACCP", b: "ACCP", c: "AC01"}, group="PART"),
        status_report("STS-2", message, {c: "AC01", d: "AM05"}, group="PART"),
        status_report("STS-3", message, {}, group="ACSP"),
        account_report("camt.052", "RPT-1", [day_one[0], Told("P2", -cents[b], b, booking="PDNG")]),
        account_report("camt.054", "NTF-1", [day_three[0], day_one[1]]),
        account_report("camt.053", "STM-1", day_one, number=1),
        account_report("camt.053", "STM-2", day_two, number=2),
        account_report("camt.053", "STM-3", [*day_two, *day_three], number=3),
    ]


async def outcome(given: Given, tx: Connection, by: Actor) -> list[Any]:
    """Where everything stands: orders, money, suspense, holds and alarms."""
    waiting = await tx.fetch(
        "SELECT e.kind, e.amount_cents, e.end_to_end_id FROM bank_entry AS e WHERE "
        "e.effect = 'unmatched' AND e.booking = 'booked' AND NOT EXISTS ("
        "SELECT FROM suspense_standing AS s WHERE s.bank_entry_id = e.id) ORDER BY 1, 2, 3"
    )
    held = await tx.fetch("SELECT attempt_id, reason_code FROM account_hold ORDER BY 1")
    alarms = await tx.fetch("SELECT attempt_id, action FROM bank_alarm ORDER BY 1, 2")
    rows = [[tuple(row.values()) for row in found] for found in (waiting, held, alarms)]
    return [await states(given, by), await balances(given, by), *rows]


@pytest.fixture
async def sent(given: Given) -> tuple[Actor, list[bytes]]:
    """A payout of seven payments that was sent, and the files of its month."""
    officer = actor_of(await given.finance_officer())
    file = await export(given, await approved_payout(given, *AMOUNTS), officer)
    async with given.db.transaction(officer) as tx:
        rows = await tx.fetch(
            "SELECT end_to_end_id, amount_cents FROM payment_attempt ORDER BY amount_cents DESC"
        )
    cents = {row["end_to_end_id"]: row["amount_cents"] for row in rows}
    return officer, files_of_month(file, list(cents), cents)


async def test_two_hundred_orders_of_a_months_files_come_to_the_same(
    given: Given, tx: Connection, sent: tuple[Actor, list[bytes]]
) -> None:
    officer, files = sent
    chance = Random(SEED)
    outcomes: list[list[Any]] = []

    for number in range(ORDERS):
        shuffled = files if number == 0 else chance.sample(files, len(files))
        repeats = chance.sample(files, 1) if number else []
        undone = tx.transaction()
        await undone.start()
        for content in [*shuffled, *repeats]:
            at_once = chance.choice(AT_ONCE) if number else READ_AHEAD
            await given.read_from_bank(content, by=officer, at_once=at_once)
        if number % CHECKED_EACH == 0:
            async with given.db.transaction(SYSTEM) as checking:
                assert await ledger.broken_invariants(checking) == []
        outcomes.append(await outcome(given, tx, officer))
        await undone.rollback()

    different = [number for number, one in enumerate(outcomes) if one != outcomes[0]]
    assert different == [], f"seed {SEED}"
    stands, _, waiting, held, alarms = outcomes[0]
    assert Counter(state for state, _ in stands.values()) == {
        "rejected": 2,
        "returned": 2,
        "settled": 3,
    }
    assert [row[:2] for row in waiting] == [("credit", 12_00), ("debit", 1_50), ("debit", 350_00)]
    assert sorted(code for _, code in held) == ["AC01", "AC04"]
    assert sorted(action for _, action in alarms) == ["freeze", "person"]
