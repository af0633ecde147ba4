"""Orders that limits divide, lines that no file can hold, and who takes a file out of Ura."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from service.actor import SYSTEM, Actor, Role
from service.bank import actions, rules, store
from service.bank.model import BankFile, Direction, Door, UnwrittenReason
from service.bank.orders import PayeesNotForBank, sentence_of
from service.bank.outgoing import Export, NewAttempt
from service.crypto import fingerprint
from service.db import Connection, Database
from service.ids import AgreementId, BankAccountId, BankFileId, BudgetLineId, new_id
from service.instalments.model import PaymentKind
from service.ledger import actions as ledger
from service.payouts.model import Payout
from service.payouts.rules import ExporterIsPreparer
from service.period import Month
from tests.bank.state import approved_payout, balances, content_of, preparer_of, states, use_profile
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER

AMOUNT = re.compile(rb"<InstdAmt[^>]*>([0-9.]+)<")


@pytest.fixture
async def officer(given: Given) -> Actor:
    """Who sends."""
    return actor_of(await given.finance_officer())


async def send(given: Given, payout: Payout, by: Actor) -> Export:
    """A payout sent by somebody."""
    async with given.db.transaction(by) as tx:
        return await actions.export_payout(
            tx, payout.id, by=by, at=given.clock.now(), sealer=given.sealer
        )


async def amounts_in(given: Given, file: BankFile, by: Actor) -> list[str]:
    """The amounts that a file orders, from the smallest."""
    return sorted(one.decode() for one in AMOUNT.findall(await content_of(given, file, by)))


async def check_books(db: Database) -> None:
    """Everything that must always hold of the money holds."""
    async with db.transaction(SYSTEM) as tx:
        assert await ledger.broken_invariants(tx) == []


async def test_a_bank_that_takes_two_payments_in_a_file_gets_several(
    db: Database, given: Given, officer: Actor
) -> None:
    await use_profile(given, payments_per_file_max=2)
    payout = await approved_payout(given, 350_00, 280_00, 210_00)

    sent = await send(given, payout, officer)
    again = await send(given, payout, officer)

    assert again == sent
    assert len({file.message_id for file in sent.files}) == 2
    counts = [len(await amounts_in(given, file, officer)) for file in sent.files]
    assert counts == [2, 1]
    assert (await balances(given, officer))["in_transit"] == 840_00
    await check_books(db)


async def test_a_payee_beyond_the_small_channel_goes_into_an_urgent_file(
    given: Given, officer: Actor
) -> None:
    await use_profile(given, payee_cents_max=300_00)
    payout = await approved_payout(given, 350_00, 280_00)

    sent = await send(given, payout, officer)

    small, urgent = sent.files
    assert await amounts_in(given, small, officer) == ["280.00"]
    assert await amounts_in(given, urgent, officer) == ["350.00"]
    assert b"<InstrPrty>HIGH</InstrPrty>" in await content_of(given, urgent, officer)
    assert b"InstrPrty" not in await content_of(given, small, officer)


async def test_what_cannot_be_written_stays_out_and_the_rest_is_sent(
    db: Database, given: Given, officer: Actor
) -> None:
    await use_profile(given, payment_cents_max=300_00)
    payout = await approved_payout(given, 350_00, 280_00)

    sent = await send(given, payout, officer)

    (line,) = sent.unwritten
    assert (line.reason, line.amount_cents) == (UnwrittenReason.AMOUNT, 350_00)
    assert "at most €300.00" in sentence_of(line)
    assert await amounts_in(given, sent.files[0], officer) == ["280.00"]
    stand = await balances(given, officer)
    assert (stand["approved"], stand["in_transit"]) == (350_00, 280_00)
    await check_books(db)


async def test_what_was_left_out_is_released_and_put_up_again(
    db: Database, given: Given, officer: Actor
) -> None:
    await use_profile(given, payment_cents_max=300_00)
    payout = await approved_payout(given, 350_00, 280_00)
    await send(given, payout, officer)
    async with db.transaction(officer) as tx:
        (released,) = await actions.release_unwritten(
            tx, payout.id, by=officer, at=given.clock.now()
        )
    await check_books(db)
    await use_profile(given, payment_cents_max=400_00)

    next_one = await given.submitted_payout(OCTOBER, by=await preparer_of(given))

    assert released.released_at is not None
    assert (next_one.line_count, next_one.total_cents) == (1, 350_00)
    async with db.transaction(officer) as tx:
        with pytest.raises(rules.NothingToRelease):
            await actions.release_unwritten(tx, payout.id, by=officer, at=given.clock.now())
    await check_books(db)


async def test_a_payout_of_which_nothing_can_be_written_is_not_sent(
    given: Given, officer: Actor
) -> None:
    await use_profile(given, payment_cents_max=10_00)
    payout = await approved_payout(given, 350_00)

    with pytest.raises(PayeesNotForBank) as refused:
        await send(given, payout, officer)

    assert len(refused.value.members["fields"]) == 1  # type: ignore[arg-type] # a mapping
    assert await states(given, officer) == {}


async def test_whoever_put_a_payout_up_does_not_send_it(given: Given) -> None:
    payout = await approved_payout(given)
    async with given.db.transaction(SYSTEM) as tx:
        account_id = await tx.fetchval("SELECT submitted_by FROM payout WHERE id = $1", payout.id)
    preparer = Actor(role=Role.FINANCE_OFFICER, account_id=account_id)

    with pytest.raises(ExporterIsPreparer):
        await send(given, payout, preparer)


async def test_books_that_do_not_add_up_stop_the_export(
    db: Database, given: Given, officer: Actor
) -> None:
    payout = await approved_payout(given)
    async with db.transaction(officer) as tx:
        await tx.execute(
            "INSERT INTO transfer (id, budget_line_id, debit_account_id, credit_account_id,"
            " amount_cents, reason, source_type, source_id, agreement_id, month, kind,"
            " effective_on)"
            " SELECT gen_random_uuid(), budget_line_id, credit_account_id, debit_account_id,"
            " amount_cents, 'settled', source_type, source_id, agreement_id, month, kind,"
            " effective_on FROM transfer WHERE reason = 'approved' LIMIT 1"
        )

    with pytest.raises(rules.BooksDoNotBalance) as refused:
        await send(given, payout, officer)

    assert "I1" in refused.value.members["invariants"]  # type: ignore[operator] # a list


async def test_each_download_is_noted_and_gives_the_same_bytes(
    db: Database, given: Given, officer: Actor, client: httpx.AsyncClient, signed_in: SignIn
) -> None:
    file = (await send(given, await approved_payout(given), officer)).files[0]
    account = await given.finance_officer()
    headers = await signed_in(account)
    address = f"/api/bank/files/{file.id}"

    first = await client.get(f"{address}/content", headers=headers)
    second = await client.get(f"{address}/content", headers=headers)
    async with db.transaction(officer) as tx:
        taken = await actions.download(
            tx, file.id, by=officer, at=given.clock.now(), door=Door.COMMAND, sealer=given.sealer
        )
        pieces = [one async for one in actions.pieces_of(tx, taken, sealer=given.sealer)]

    assert {fingerprint(one) for one in (first.content, second.content, b"".join(pieces))} == {
        file.sha256
    }
    noted = (await client.get(f"{address}/downloads", headers=headers)).json()
    assert sorted(one["door"] for one in noted) == ["api", "api", "command"]
    assert {one["downloaded_by_name"] for one in noted if one["door"] == "api"} == {account.name}
    assert file.direction is Direction.OUT


async def test_a_file_read_a_hundred_times_is_the_same(given: Given, officer: Actor) -> None:
    file = (await send(given, await approved_payout(given, 350_00, 280_00), officer)).files[0]

    read = {fingerprint(await content_of(given, file, officer)) for _ in range(100)}

    assert read == {file.sha256}


async def test_what_was_left_out_is_shown_and_released_on_the_page(
    given: Given, officer: Actor, client: httpx.AsyncClient, visit: SignIn
) -> None:
    await use_profile(given, payment_cents_max=300_00)
    payout = await approved_payout(given, 350_00, 280_00)
    form = await visit(await given.finance_officer())

    sent = await client.post(f"/bank/payouts/{payout.id}/export", data=form)
    await given.work_done()
    over = await client.get(sent.headers["location"])
    waiting = await client.get("/bank")
    released = await client.post(f"/bank/payouts/{payout.id}/release", data=form)
    shown = await client.get(released.headers["location"])

    assert over.headers["location"] == f"/bank/payouts/{payout.id}"
    assert "at most €300.00" in waiting.text
    assert released.status_code == 303
    assert "Release what was not written" not in shown.text
    assert "Approved and not written" not in (await client.get("/bank")).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": Month(date(2026, 9, 1))},
        {"kind": PaymentKind("allowance")},
        {"agreement_id": AgreementId(new_id())},
        {"budget_line_id": BudgetLineId(new_id())},
        {"bank_account_id": BankAccountId(new_id())},
    ],
)
async def test_the_database_takes_no_order_that_pays_another_thing_than_its_line(
    given: Given, officer: Actor, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, object]
) -> None:
    payout = await approved_payout(given, 350_00)
    insert = store.insert_attempts

    async def mistaken(
        tx: Connection, file_id: BankFileId, attempts: Sequence[NewAttempt], **rest: Any
    ) -> int:
        return await insert(tx, file_id, [misread(one, wrong) for one in attempts], **rest)

    monkeypatch.setattr(store, "insert_attempts", mistaken)

    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        await send(given, payout, officer)

    assert refused.value.constraint_name == "payment_attempt_pays_its_line"
    assert await states(given, officer) == {}


def misread(attempt: NewAttempt, wrong: dict[str, object]) -> NewAttempt:
    """An order as a bug would send it that mixed its line up with another."""
    line = msgspec.structs.replace(attempt.line, **wrong)
    return msgspec.structs.replace(attempt, line=line)
