"""What is posted while a statement is still read comes to what it comes to when all was read."""

import asyncio
import io
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from service.actor import Actor
from service.bank.model import BankFile, Effect
from service.bank.reading import aloud
from service.bank.reading.refusing import NotABankFile
from service.db import Connection
from service.statements import actions
from service.statements.actions import READ_AHEAD
from service.statements.early import APART_FROM_BYTES
from tests.bank.state import approved_payout, export, states
from tests.given import Given, actor_of
from tests.statements.reports import Told, account_report, status_report

AMOUNTS = (350_00, 280_00, 210_00, 140_00, 105_00)
WRITTEN = """
    SELECT 'entry', e.entry_key::text, e.kind, e.booking, e.effect, e.attempt_id::text,
        s.place::text
    FROM bank_entry AS e LEFT JOIN bank_statement AS s ON e.bank_statement_id = s.id
    UNION ALL
    SELECT 'event', e.entry_key::text, v.said, v.from_state, v.to_state, v.attempt_id::text,
        v.reason_code
    FROM attempt_history AS v INNER JOIN bank_entry AS e ON v.bank_entry_id = e.id
    UNION ALL
    SELECT 'transfer', t.source_id::text, t.reason, t.amount_cents::text, t.month::text,
        t.agreement_id::text, t.effective_on::text
    FROM transfer AS t
    UNION ALL
    SELECT 'order', o.id::text, o.state, o.reason_code, NULL, NULL, NULL
    FROM payment_attempt AS o
    UNION ALL
    SELECT 'statement', s.statement_id, s.new_cents::text, s.booked_cents::text, s.place::text,
        NULL, NULL
    FROM bank_statement AS s
    ORDER BY 1, 2, 3, 4, 5, 6, 7
"""


@pytest.fixture
async def sent(given: Given) -> tuple[Actor, BankFile, dict[str, int]]:
    """Five payments of one order: who sent it, the order, and their cents by end-to-end id."""
    officer = actor_of(await given.finance_officer())
    file = await export(given, await approved_payout(given, *AMOUNTS), officer)
    async with given.db.transaction(officer) as tx:
        rows = await tx.fetch(
            "SELECT end_to_end_id, amount_cents FROM payment_attempt ORDER BY amount_cents DESC"
        )
    return officer, file, {row["end_to_end_id"]: row["amount_cents"] for row in rows}


def everything(file: BankFile, cents: dict[str, int]) -> list[Told]:
    """Debits that pay, before and after all that a statement has besides."""
    a, b, c, d, e = cents
    return [
        Told("R1", cents[b], b, reason="AC04"),
        Told("D1", -cents[a], a),
        Told("SOON", -cents[b], b, booking="PDNG"),
        Told("D2", -cents[b], b),
        Told("BLOCK", -cents[d] - cents[e], block=f"P{file.message_id[1:]}"),
        Told("D1-AGAIN", -cents[a], a),
        Told("FEE", -1_50),
        Told("GIFT", 12_00, "E-OF-SOMEBODY-ELSE"),
        Told("D3", -cents[c], c),
        Told("D3", -cents[c], c),
        Told("LESS", -1, d),
    ]


async def written(tx: Connection) -> list[tuple[Any, ...]]:
    """What stands in the tables that a file of the bank writes, without ids and moments."""
    return [tuple(row) for row in await tx.fetch(WRITTEN)]


async def told(
    given: Given,
    tx: Connection,
    content: bytes,
    by: Actor,
    *,
    at_once: int,
    apart_from: int = APART_FROM_BYTES,
) -> tuple[dict[Effect, int], int, tuple[str, ...], list[tuple[Any, ...]]]:
    """What a file comes to; it is undone."""
    undone = tx.transaction()
    await undone.start()
    summary = await given.read_from_bank(content, by=by, at_once=at_once, apart_from=apart_from)
    rows = await written(tx)
    await undone.rollback()
    return summary.counts, summary.known_before, tuple(one.code for one in summary.waits), rows


def of_two_statements(one: bytes, other: bytes) -> bytes:
    """The statement of the other file put behind that of the first."""
    begun, ended = other.index(b"<Stmt>"), other.index(b"</Stmt>") + len(b"</Stmt>")
    return one.replace(b"</Stmt>", b"</Stmt>" + other[begun:ended])


@pytest.mark.parametrize("apart_from", [0, APART_FROM_BYTES])
@pytest.mark.parametrize("at_once", [1, 4])
async def test_all_that_a_statement_says_comes_to_the_same(
    given: Given,
    tx: Connection,
    sent: tuple[Actor, BankFile, dict[str, int]],
    at_once: int,
    apart_from: int,
) -> None:
    officer, file, cents = sent
    content = account_report("camt.053", "STM-1", everything(file, cents))

    early = await told(given, tx, content, officer, at_once=at_once, apart_from=apart_from)
    late = await told(given, tx, content, officer, at_once=READ_AHEAD)

    assert early == late
    assert late[0][Effect.SETTLED] == 3
    assert late[0][Effect.UNMATCHED] > 3


async def test_what_was_told_before_is_known_early_too(
    given: Given, tx: Connection, sent: tuple[Actor, BankFile, dict[str, int]]
) -> None:
    officer, file, cents = sent
    entries = everything(file, cents)
    await given.read_from_bank(account_report("camt.053", "STM-1", entries[:4]), by=officer)
    content = account_report("camt.053", "STM-2", entries)

    early = await told(given, tx, content, officer, at_once=1)

    assert early == await told(given, tx, content, officer, at_once=READ_AHEAD)
    assert early[1] == 4


@pytest.mark.parametrize("facts", [{"off_by": 1}, {"account": "XK051212012345678906"}])
async def test_what_waits_for_an_officer_is_taken_back(
    given: Given,
    tx: Connection,
    sent: tuple[Actor, BankFile, dict[str, int]],
    facts: dict[str, Any],
) -> None:
    officer, file, cents = sent
    before, changes = await written(tx), "SELECT count(*) FROM audit_entry"
    audited = await tx.fetchval(changes)
    content = account_report("camt.053", "STM-1", everything(file, cents), **facts)

    summary = await given.read_from_bank(content, by=officer, at_once=1)

    assert summary.waits
    assert summary.counts == {}
    assert await written(tx) == before
    assert await tx.fetchval(changes) == audited
    async with given.db.transaction(officer) as acting:
        released = await actions.release_file(
            acting, summary.file.id, statement_place=None, reason="The bank was asked.",
            by=officer, at=given.clock.now(), sealer=given.sealer,
        )  # fmt: skip
    assert released.counts[Effect.SETTLED] == 3


async def test_two_statements_and_other_letters_are_read_again(
    given: Given, tx: Connection, sent: tuple[Actor, BankFile, dict[str, int]]
) -> None:
    officer, file, cents = sent
    one = account_report("camt.053", "STM-1", everything(file, cents)[:6])
    other = account_report("camt.053", "STM-2", everything(file, cents), off_by=1)
    guessed = one.replace(b"</Stmt>", b"<AddtlStmtInf>P\xebr</AddtlStmtInf></Stmt>")

    files = [of_two_statements(one, other), of_two_statements(one, one), guessed]
    early = [await told(given, tx, content, officer, at_once=1) for content in files]
    apart = [await told(given, tx, content, officer, at_once=1, apart_from=0) for content in files]
    late = [await told(given, tx, content, officer, at_once=READ_AHEAD) for content in files]

    assert early == apart == late
    assert early[0][0][Effect.SETTLED] == 2


@pytest.mark.parametrize("apart_from", [0, APART_FROM_BYTES])
async def test_a_file_that_breaks_off_leaves_nothing(
    given: Given, sent: tuple[Actor, BankFile, dict[str, int]], apart_from: int
) -> None:
    officer, file, cents = sent
    content = account_report("camt.053", "STM-1", everything(file, cents))

    with pytest.raises(NotABankFile):
        await given.read_from_bank(content[:-20], by=officer, at_once=1, apart_from=apart_from)

    assert {state for state, _ in (await states(given, officer)).values()} == {"sent"}


async def test_a_report_on_orders_is_read_apart_too(
    given: Given, tx: Connection, sent: tuple[Actor, BankFile, dict[str, int]]
) -> None:
    officer, file, cents = sent
    content = status_report("STS-1", file.message_id, {next(iter(cents)): "AC04"}, group="PART")

    apart = await told(given, tx, content, officer, at_once=1, apart_from=0)

    assert apart == await told(given, tx, content, officer, at_once=1)
    assert apart[0][Effect.REJECTED] == 1


async def test_when_the_process_comes_to_nothing_the_file_is_read_all_the_same(
    given: Given,
    tx: Connection,
    sent: tuple[Actor, BankFile, dict[str, int]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    officer, file, cents = sent
    content = account_report("camt.053", "STM-1", everything(file, cents))
    whole = await told(given, tx, content, officer, at_once=READ_AHEAD)
    said = io.BytesIO()
    aloud.tell_all(content, said, at_once=1)
    halves = (b"", said.getvalue()[: len(said.getvalue()) // 2], b"\0\0\0\1\xc1")

    for half in halves:
        (tmp_path / "half").write_bytes(half)
        dying = tmp_path / "dying"
        dying.write_text(f"#!/bin/sh\nexec cat {tmp_path / 'half'}\n")
        dying.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(dying))
        assert await told(given, tx, content, officer, at_once=1, apart_from=0) == whole
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    assert await told(given, tx, content, officer, at_once=1, apart_from=0) == whole


async def test_a_failure_while_it_is_read_ends_it(
    given: Given, sent: tuple[Actor, BankFile, dict[str, int]]
) -> None:
    officer, file, cents = sent
    content = account_report("camt.053", "STM-1", everything(file, cents))

    async with asyncio.timeout(20):
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            async with given.db.reading(officer) as tx:
                await actions.import_file(
                    tx, content, by=officer, at=given.clock.now(), sealer=given.sealer, at_once=1
                )

    assert {state for state, _ in (await states(given, officer)).values()} == {"sent"}
