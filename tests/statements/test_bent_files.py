"""Three hundred bent files handed in: each is posted whole, kept unposted, or refused and gone."""

from random import Random
from typing import Any

from lxml import etree

from service.actor import SYSTEM, Actor
from service.bank.messages import AccountReport
from service.bank.reading.files import read_file
from service.db import Connection
from service.ledger import actions as ledger
from service.problems import Problem
from service.statements.model import ImportSummary
from tests.bank.reading.mutations import bend_bytes, bend_elements
from tests.bank.state import approved_payout, balances, export, read, states
from tests.given import Given, actor_of
from tests.statements.reports import Told, account_report, status_report

SEED = 20_261_126
COUNT = 300
CHECKED_EACH = 50


async def standing(given: Given, tx: Connection, by: Actor) -> tuple[Any, ...]:
    """Where orders and money stand, and how many entries and files were kept."""
    counts = [
        await tx.fetchval("SELECT count(*) FROM bank_entry"),
        await tx.fetchval("SELECT count(*) FROM transfer"),
    ]
    return await states(given, by), await balances(given, by), counts


def entries_told(content: bytes) -> int | None:
    """How many entries an account report has; None for a report of statuses."""
    (message,) = read_file(content).messages
    if not isinstance(message, AccountReport):
        return None
    return sum(len(one.entries) for one in message.statements)


def is_half_posted(summary: ImportSummary, content: bytes) -> bool:
    """Whether fewer entries were posted than the file tells."""
    told = entries_told(content)
    return told is not None and sum(summary.counts.values()) + summary.known_before != told


async def files_of_order(given: Given, tx: Connection, by: Actor) -> list[bytes]:
    """A payout of two that was sent, and what a bank says of it: statuses and account reports."""
    order = await export(given, await approved_payout(given, 350_00, 280_00), by)
    one, two = [
        row["end_to_end_id"]
        for row in await tx.fetch("SELECT end_to_end_id FROM payment_attempt ORDER BY amount_cents")
    ]
    booked = [Told("D1", -280_00, one), Told("D2", -350_00, two), Told("FEE", -1_50)]
    returned = Told("R1", 350_00, two, reason="AC04", day="2026-11-05")
    return [
        status_report("STS-1", order.message_id, {one: "ACSC", two: "AC01"}, group="PART"),
        account_report("camt.053", "STM-1", [*booked, returned], number=1),
        account_report("camt.054", "NTF-1", booked),
    ]


async def test_three_hundred_bent_files_are_never_half_posted(given: Given, tx: Connection) -> None:
    officer = actor_of(await given.finance_officer())
    files = await files_of_order(given, tx, officer)
    before = await standing(given, tx, officer)
    chance = Random(SEED)
    ends = {"refused": 0, "kept": 0, "posted": 0}

    for number in range(COUNT):
        original = chance.choice(files)
        bend = chance.random() < 0.5
        content = (
            bend_bytes(original, chance)
            if bend
            else bend_elements(etree.fromstring(original), chance)
        )
        undone = tx.transaction()
        await undone.start()
        try:
            summary = await read(given, content, officer)
        except Problem:
            ends["refused"] += 1
            assert await standing(given, tx, officer) == before, f"seed {SEED}, file {number}"
        else:
            ends["kept" if summary.waits else "posted"] += 1
            if summary.waits:
                assert await standing(given, tx, officer) == before, f"seed {SEED}, file {number}"
            else:
                assert not is_half_posted(summary, content), f"seed {SEED}, file {number}"
        if number % CHECKED_EACH == 0:
            async with given.db.transaction(SYSTEM) as checking:
                assert await ledger.broken_invariants(checking) == []
        await undone.rollback()

    assert min(ends.values()) > COUNT // 10, ends
