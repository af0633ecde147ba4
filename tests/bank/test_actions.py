"""Sending payouts and reading the bank's answers, against the real database."""

import asyncio
from datetime import date

import pytest

from service.actor import SYSTEM, Actor, Role
from service.bank import actions, rules
from service.bank.model import Effect
from service.bank.reading.refusing import NotABankFile
from service.bank_profiles import store as profile_store
from service.bank_profiles.model import BankDay
from service.crypto import Sealer, fingerprint
from service.db import Database, connect_owner, open_database
from service.ids import new_id
from service.ledger import actions as ledger
from service.payouts import actions as payouts
from service.payouts.rules import NotApproved
from service.problems import NotAllowed
from service.suspense import actions as suspense
from tests.bank.state import (
    answered,
    approved_payout,
    balances,
    content_of,
    export,
    read,
    states,
)
from tests.conftest import FixedClock, MakeConfig
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month


@pytest.fixture
async def officer(given: Given) -> Actor:
    """Who sends and reads."""
    return actor_of(await given.finance_officer())


async def check_ledger(db: Database) -> None:
    """Everything that must always hold of the money holds."""
    async with db.transaction(SYSTEM) as tx:
        assert await ledger.broken_invariants(tx) == []


async def test_an_approved_payout_becomes_one_order_to_the_bank(
    db: Database, given: Given, officer: Actor
) -> None:
    payout = await approved_payout(given, 350_00, 297_50)

    file = await export(given, payout, officer)

    content = await content_of(given, file, officer)
    assert file.sha256 == fingerprint(content)
    assert b"<NbOfTxs>2</NbOfTxs><CtrlSum>647.50</CtrlSum>" in content
    assert b"<ReqdExctnDt><Dt>2026-11-03</Dt>" in content
    assert set((await states(given, officer)).values()) == {("sent", None)}
    assert (await balances(given, officer))["in_transit"] == 647_50
    await check_ledger(db)


async def test_a_payout_sent_again_is_the_same_file(given: Given, officer: Actor) -> None:
    payout = await approved_payout(given)
    first = await export(given, payout, officer)

    again = await export(given, payout, officer)

    assert again == first
    assert len(await states(given, officer)) == 1


async def test_a_payout_that_nobody_approved_is_not_sent(
    db: Database, given: Given, officer: Actor
) -> None:
    await due_month(given)
    async with db.transaction(officer) as tx:
        payout = await payouts.put_up(tx, OCTOBER, by=officer, at=given.clock.now())

    with pytest.raises(NotApproved):
        await export(given, payout, officer)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
async def test_only_finance_sends_reads_and_opens(given: Given, role: Role) -> None:
    payout, other = await approved_payout(given), actor_of(await given.account(role))

    with pytest.raises(NotAllowed):
        await export(given, payout, other)
    with pytest.raises(NotAllowed):
        await read(given, b"<x/>", other)


async def test_a_settled_payment_is_paid_a_rejected_one_waits(
    db: Database, given: Given, officer: Actor
) -> None:
    answer = await answered(given, officer, 350_00, 280_00, 210_00, 140_00, rejected=1, returned=1)

    told = await read(given, answer.status_report, officer)
    booked = await read(given, answer.statement, officer)

    assert told.counts == {Effect.ACCEPTED: 3, Effect.REJECTED: 1}
    assert booked.counts == {Effect.SETTLED: 3, Effect.RETURNED: 1}
    now = await states(given, officer)
    assert {name: now[name] for name in answer.rejected} == {
        name: ("rejected", code) for name, code in answer.rejected.items()
    }
    assert {name: now[name] for name in answer.returned} == {
        name: ("returned", code) for name, code in answer.returned.items()
    }
    assert [state for state, _ in now.values()].count("settled") == 2
    after = await balances(given, officer)
    assert after["in_transit"] == 0
    assert sum(after.values()) == 980_00
    await check_ledger(db)


async def test_files_in_the_other_order_come_to_the_same(
    db: Database, given: Given, officer: Actor
) -> None:
    answer = await answered(given, officer, 350_00, 280_00, 210_00, returned=1)

    booked = await read(given, answer.statement, officer)
    told = await read(given, answer.status_report, officer)

    assert booked.counts == {Effect.SETTLED: 3, Effect.RETURNED: 1}
    assert told.counts == {Effect.NONE: 3}
    assert sorted(state for state, _ in (await states(given, officer)).values()) == [
        "returned",
        "settled",
        "settled",
    ]
    await check_ledger(db)


async def test_the_same_file_again_changes_nothing_and_says_so(
    given: Given, officer: Actor
) -> None:
    answer = await answered(given, officer, 350_00, 280_00)
    first = await read(given, answer.statement, officer)
    before = await balances(given, officer)

    again = await read(given, answer.statement, officer)

    assert again.already_imported
    assert (again.file, again.counts) == (first.file, first.counts)
    assert await balances(given, officer) == before


async def test_a_statement_that_overlaps_another_adds_only_what_is_new(
    given: Given, officer: Actor
) -> None:
    answer = await answered(given, officer, 350_00, 280_00)
    await read(given, answer.statement, officer)

    overlapping = await read(given, answer.statement.replace(b"STM-", b"DAY-"), officer)

    assert not overlapping.already_imported
    assert (overlapping.known_before, overlapping.counts) == (2, {})


async def test_a_whole_order_refused_by_the_bank_waits_to_be_paid_again(
    db: Database, given: Given, officer: Actor
) -> None:
    file = await export(given, await approved_payout(given, 350_00, 280_00), officer)
    report = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{file.message_id}</OrgnlMsgId><GrpSts>RJCT</GrpSts>"
        "<StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    )

    told = await read(given, report.encode(), officer)

    assert told.counts == {Effect.REJECTED: 2}
    assert set((await states(given, officer)).values()) == {("rejected", "FF01")}
    assert (await balances(given, officer))["returned"] == 630_00
    await check_ledger(db)


async def test_a_refused_file_changes_nothing(given: Given, officer: Actor) -> None:
    answer = await answered(given, officer)
    wrong = answer.statement.replace(b"<Document", b"<!DOCTYPE Document><Document", 1)

    with pytest.raises(NotABankFile):
        await read(given, wrong, officer)

    assert set((await states(given, officer)).values()) == {("sent", None)}
    async with given.db.transaction(officer) as tx:
        assert [one.file.direction for one in await actions.list_files(tx)] == ["out"]


async def test_money_that_matches_no_payment_waits_for_a_person(
    given: Given, officer: Actor
) -> None:
    answer = await answered(given, officer)
    (name,) = await states(given, officer)
    strange = answer.statement.replace(name.encode(), b"E-OF-SOMEBODY-ELSE")

    summary = await read(given, strange, officer)

    assert summary.counts == {Effect.UNMATCHED: 1}
    async with given.db.transaction(officer) as tx:
        (entry,) = (await suspense.list_entries(tx, today=given.clock.today())).rows
    assert (entry.end_to_end_id, entry.amount_cents) == ("E-OF-SOMEBODY-ELSE", 350_00)


async def test_a_payment_booked_twice_pays_once_and_waits_for_a_person(
    db: Database, given: Given, officer: Actor
) -> None:
    answer = await answered(given, officer)
    await read(given, answer.statement, officer)
    (name,) = await states(given, officer)
    other_booking = answer.statement.replace(f"D{name[1:]}".encode(), b"ANOTHER-BOOKING")

    again = await read(given, other_booking, officer)

    assert again.counts == {Effect.UNMATCHED: 1}
    assert (await balances(given, officer))["paid"] == 350_00
    async with given.db.transaction(officer) as tx:
        (entry,) = (await suspense.list_entries(tx, today=given.clock.today())).rows
    assert entry.named_state == "settled"
    await check_ledger(db)


async def test_a_file_that_was_changed_where_it_is_kept_is_not_handed_out(
    given: Given, officer: Actor
) -> None:
    file = await export(given, await approved_payout(given), officer)
    other = Given(given.db, given.clock, Sealer(b"another key of exactly 32 bytes!"))

    with pytest.raises(rules.FileDamaged):
        await content_of(other, file, officer)


async def test_days_that_no_calendar_knows_are_read_from_the_table(
    new_database: MakeConfig, officer: Actor
) -> None:
    config = await new_database()
    owner = await connect_owner(config)
    await owner.execute(
        "INSERT INTO bank_day (id, falls_on, is_closed, reason) VALUES ($1, $2, TRUE, $3)",
        new_id(),
        date(2026, 11, 3),
        "Closed by decision of the government",
    )
    await owner.close()
    database = await open_database(config)

    async with database.transaction(officer) as tx:
        known = await profile_store.list_bank_days(
            tx, first_day=date(2026, 11, 3), last_day=date(2026, 11, 9)
        )

    await database.close()
    assert known == [BankDay(date(2026, 11, 3), is_closed=True)]


async def test_the_same_file_sent_by_many_at_once_counts_once(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    given = Given(committed, clock, sealer)
    officer = actor_of(await given.finance_officer())
    answer = await answered(given, officer, 350_00, 280_00, returned=1)

    done = await asyncio.gather(*(read(given, answer.statement, officer) for _ in range(50)))

    assert [one.already_imported for one in done].count(False) == 1
    assert len({one.file.id for one in done}) == 1
    after = await balances(given, officer)
    assert after["paid"] + after["returned"] == 630_00
    await check_ledger(committed)


async def test_two_files_of_the_same_payments_at_once_move_each_once(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    given = Given(committed, clock, sealer)
    officer = actor_of(await given.finance_officer())
    answer = await answered(given, officer, 350_00, 280_00, 210_00, returned=1)
    files = [answer.statement.replace(b"STM-", f"S{n}-".encode()) for n in range(4)]

    done = await asyncio.gather(
        *(read(given, content, officer) for content in (*files, answer.status_report))
    )

    assert sum(one.counts.get(Effect.SETTLED, 0) for one in done) == 3
    assert sum(one.counts.get(Effect.RETURNED, 0) for one in done) == 1
    await check_ledger(committed)


async def test_a_payout_sent_by_many_at_once_is_one_file(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    given = Given(committed, clock, sealer)
    officer = actor_of(await given.finance_officer())
    payout = await approved_payout(given, 350_00)

    files = await asyncio.gather(*(export(given, payout, officer) for _ in range(6)))

    assert len({file.id for file in files}) == 1
    assert (await balances(given, officer))["in_transit"] == 350_00
