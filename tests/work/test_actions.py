"""Long work: asked for once, done as who asked, given up after a while, and never half done."""

from datetime import timedelta

import asyncpg
import pytest

from jobs import work as jobs
from service.accounts import administration
from service.actor import SYSTEM, Actor, Role
from service.bank.reading.refusing import NotABankFile
from service.crypto import Sealer, fingerprint
from service.db import Connection
from service.i18n import use_language
from service.ids import WorkId
from service.payouts import actions as payouts
from service.period import Month, add_months
from service.problems import NotAllowed, NotFound
from service.work import actions
from service.work.model import Done, HowFar, NewWork, Work, WorkKind, WorkState, WorkStep
from service.work.rules import ATTEMPTS_MAX, PART_BYTES
from service.work.words import refusal
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month

CHECKS = NewWork(kind=WorkKind.CHECK_MONTH, month=OCTOBER, language="en")
PUT_UP = NewWork(kind=WorkKind.PUT_UP, month=OCTOBER, language="en")


@pytest.fixture
async def officer(given: Given) -> Actor:
    return actor_of(await given.finance_officer())


async def ask(given: Given, new: NewWork, by: Actor) -> WorkId:
    async with given.db.transaction(by) as tx:
        return await actions.ask(tx, new, by=by, at=given.clock.now())


async def ask_to_read(given: Given, content: bytes, by: Actor) -> WorkId:
    new = NewWork(kind=WorkKind.BANK_IMPORT, content_sha256=fingerprint(content), language="sq")
    async with given.db.transaction(by) as tx:
        return await actions.ask_with_file(
            tx, new, content, by=by, at=given.clock.now(), sealer=given.sealer
        )


async def work_of(given: Given, work_id: WorkId) -> Work:
    async with given.db.transaction(SYSTEM) as tx:
        return await actions.read_work(tx, work_id)


async def taken(given: Given) -> Work:
    async with given.db.transaction(SYSTEM) as tx:
        work = await actions.take_next(tx)
    assert work is not None
    return work


async def run_out(tx: Connection, work_id: WorkId) -> None:
    """The worker is not heard of any more."""
    await tx.execute(
        "UPDATE work SET leased_until = now() - interval '1 second' WHERE id = $1", work_id
    )


async def test_a_payout_is_put_up_as_who_asked_for_it(given: Given, officer: Actor) -> None:
    await due_month(given)
    asked = await ask(given, PUT_UP, officer)

    count = await given.work_done()

    over = await work_of(given, asked)
    assert (count, over.state, over.step) == (1, WorkState.DONE, None)
    async with given.db.transaction(officer) as tx:
        (payout,) = (await payouts.list_payouts(tx)).rows
    assert over.result_id == payout.id
    assert payout.submitted_by_name == officer.name


async def test_the_same_is_asked_for_once_while_it_is_open(given: Given, officer: Actor) -> None:
    other = actor_of(await given.finance_officer())

    first = await ask(given, CHECKS, officer)
    again = [await ask(given, CHECKS, by) for by in (officer, other)]
    another = await ask(given, PUT_UP, officer)
    await given.work_done()
    later = await ask(given, CHECKS, officer)

    assert again == [first, first]
    assert len({first, another, later}) == 3


async def test_what_is_refused_tells_why_in_the_language_of_who_reads_it(
    given: Given, officer: Actor
) -> None:
    nothing_due = await ask(given, NewWork(
        kind=WorkKind.PUT_UP, month=OCTOBER, language="sr"
    ), officer)  # fmt: skip
    unreadable = await ask_to_read(given, b"%PDF-1.7", officer)

    await given.work_done()

    refused = await work_of(given, nothing_due)
    assert refused.state is WorkState.REFUSED
    for code, beginning in (("en", "Up to this month"), ("sr", "Do ovog meseca")):
        with use_language(code):
            assert refusal(refused).startswith(beginning)
    assert (await work_of(given, unreadable)).state is WorkState.REFUSED
    async with given.db.transaction(SYSTEM) as tx:
        kept = await tx.fetchval("SELECT problem FROM import_refusal")
        files = await tx.fetchval("SELECT count(*) FROM work_file")
    assert (kept, files) == (NotABankFile.slug, 0)


async def test_a_file_is_kept_sealed_in_parts_until_it_is_read(
    given: Given, officer: Actor
) -> None:
    content = b"<x>" + b"secret " * (PART_BYTES // 4) + b"</x>"

    asked = await ask_to_read(given, content, officer)
    joined = await ask_to_read(given, content, officer)

    async with given.db.transaction(SYSTEM) as tx:
        parts = await tx.fetch("SELECT sealed FROM work_file ORDER BY number")
        read = await actions.read_file(tx, await actions.read_work(tx, asked), sealer=given.sealer)
    assert (joined, len(parts), read == content) == (asked, 2, True)
    assert not any(b"secret" in part["sealed"] for part in parts)


async def test_work_of_a_lost_worker_is_taken_again_and_the_first_cannot_end_it(
    given: Given, officer: Actor
) -> None:
    asked = await ask(given, CHECKS, officer)
    first = await taken(given)
    async with given.db.transaction(SYSTEM) as tx:
        assert await actions.take_next(tx) is None
        await run_out(tx, asked)

    second = await taken(given)

    assert (second.id, second.attempts) == (asked, first.attempts + 1)
    async with given.db.transaction(SYSTEM) as tx:
        with pytest.raises(actions.LostWork):
            await actions.keep(tx, first, HowFar())
        with pytest.raises(actions.LostWork):
            await actions.finish(tx, first, Done(asked), at=given.clock.now())
    async with given.db.transaction(SYSTEM) as tx:
        await actions.finish(tx, second, Done(asked), at=given.clock.now())
    assert (await work_of(given, asked)).state is WorkState.DONE


async def test_how_far_it_is_can_be_seen_by_others(given: Given, officer: Actor) -> None:
    asked = await ask(given, CHECKS, officer)
    work, far = await taken(given), HowFar()
    far.watch(WorkStep.CHECKING, 12, 37)

    async with given.db.transaction(SYSTEM) as tx:
        await actions.keep(tx, work, far)

    auditor = actor_of(await given.account(Role.AUDITOR))
    async with given.db.transaction(auditor) as tx:
        seen = await actions.read_work(tx, asked)
    assert (seen.step, seen.done_count, seen.total_count) == (WorkStep.CHECKING, 12, 37)
    stranger = actor_of(await given.case_officer())
    with pytest.raises(NotFound):
        async with given.db.transaction(stranger) as tx:
            await actions.read_work(tx, asked)


async def test_what_breaks_off_again_and_again_is_given_up(given: Given, officer: Actor) -> None:
    asked = await ask_to_read(given, b"<x/>", officer)
    other_keys = Sealer(bytes(32))  # the file does not open: no answer to anybody, but a bug

    for _ in range(ATTEMPTS_MAX):
        await jobs.drain(given.db, given.clock, other_keys)
        if (await work_of(given, asked)).is_open:
            async with given.db.transaction(SYSTEM) as tx:
                await run_out(tx, asked)

    over = await work_of(given, asked)
    assert (over.state, over.attempts) == (WorkState.FAILED, ATTEMPTS_MAX)
    assert over.id.hex[-8:] in refusal(over)


async def test_nothing_is_done_for_an_account_that_was_disabled_since(
    given: Given, officer: Actor
) -> None:
    await due_month(given)
    asked = await ask(given, PUT_UP, officer)
    administrator = actor_of(await given.account(Role.ADMINISTRATOR))
    await given.finance_officer()  # the last one of a role stays
    async with given.db.transaction(administrator) as tx:
        await administration.disable_account(
            tx, officer.account, by=administrator, at=given.clock.now()
        )

    await given.work_done()

    assert (await work_of(given, asked)).state is WorkState.REFUSED
    async with given.db.transaction(SYSTEM) as tx:
        assert (await payouts.list_payouts(tx)).rows == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE_AUTHORISER, Role.ADMINISTRATOR])
async def test_others_cannot_ask_for_a_payout(given: Given, role: Role) -> None:
    other = actor_of(await given.account(role))

    with pytest.raises(NotAllowed):
        await ask(given, PUT_UP, other)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE work SET state = 'done', result_id = id, finished_at = now(), leased_until = NULL",
        "UPDATE work SET month = month + 31",
        "UPDATE work SET attempts = 0",
    ],
)
async def test_work_that_is_over_stays_over_in_the_database_too(
    given: Given, officer: Actor, change: str
) -> None:
    asked = await ask(given, CHECKS, officer)
    await given.work_done()
    assert not (await work_of(given, asked)).is_open

    with pytest.raises(asyncpg.RestrictViolationError) as broken:
        async with given.db.transaction(SYSTEM) as tx:
            await tx.execute(change)

    assert broken.value.constraint_name == "work_moves_forward"


async def test_nobody_asks_in_another_persons_name(given: Given, officer: Actor) -> None:
    other = actor_of(await given.finance_officer())
    month = Month(add_months(OCTOBER, -1) - timedelta(0))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with given.db.transaction(other) as tx:
            await actions.ask(
                tx,
                NewWork(kind=WorkKind.PUT_UP, month=month, language="en"),
                by=officer,
                at=given.clock.now(),
            )
