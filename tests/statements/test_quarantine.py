"""What is odd about a file is kept and waits; what cannot be read is refused and noted."""

import httpx
import pytest

from service.actor import SYSTEM, Actor, Role
from service.bank.model import Effect
from service.db import Database
from service.ledger import actions as ledger
from service.problems import InvalidFields, NotAllowed
from service.statements import actions, rules
from service.statements.model import ImportSummary
from tests.bank.state import approved_payout, export, read, states
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.statements.reports import Told, account_report


@pytest.fixture
async def officer(given: Given) -> Actor:
    """Who hands files in."""
    return actor_of(await given.finance_officer())


@pytest.fixture
async def name(given: Given, officer: Actor) -> str:
    """The one order that was sent, of 350.00."""
    await export(given, await approved_payout(given), officer)
    (name,) = await states(given, officer)
    return name


async def release(
    given: Given,
    summary: ImportSummary,
    by: Actor,
    *,
    statement_place: int | None = None,
    reason: str = "Asked the bank by telephone.",
) -> ImportSummary:
    """Has a file that waits posted after all."""
    async with given.db.transaction(by) as tx:
        return await actions.release_file(
            tx,
            summary.file.id,
            statement_place=statement_place,
            reason=reason,
            by=by,
            at=given.clock.now(),
            sealer=given.sealer,
        )


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"off_by": 1}, "does_not_add_up"),
        ({"account": "XK051212012345678906"}, "account_not_ours"),
    ],
)
async def test_an_odd_statement_is_kept_and_not_posted(
    db: Database, given: Given, officer: Actor, name: str, facts: dict[str, object], code: str
) -> None:
    odd = account_report("camt.053", "STM-1", [Told("D1", -350_00, name)], **facts)  # type: ignore[arg-type] # by name

    summary = await read(given, odd, officer)
    again = await read(given, odd, officer)

    assert (summary.counts, [one.code for one in summary.waits]) == ({}, [code])
    assert [one.code for one in again.waits] == [code]
    assert set((await states(given, officer)).values()) == {("sent", None)}
    async with db.transaction(officer) as tx:
        assert [one.file_id for one in await actions.list_quarantined(tx)] == [summary.file.id]


async def test_what_an_officer_releases_is_posted_once(
    db: Database, given: Given, officer: Actor, name: str
) -> None:
    odd = account_report("camt.053", "STM-1", [Told("D1", -350_00, name)], off_by=1)
    waiting = await read(given, odd, officer)

    released = await release(given, waiting, officer)

    assert released.counts == {Effect.SETTLED: 1}
    assert set((await states(given, officer)).values()) == {("settled", None)}
    with pytest.raises(rules.NothingToRelease):
        await release(given, waiting, officer)
    async with db.transaction(SYSTEM) as tx:
        assert await ledger.broken_invariants(tx) == []
        assert await actions.list_quarantined(tx) == []


async def test_a_release_takes_a_reason_and_somebody_of_finance(
    given: Given, officer: Actor, name: str
) -> None:
    odd = account_report("camt.053", "STM-1", [Told("D1", -350_00, name)], off_by=1)
    waiting = await read(given, odd, officer)

    with pytest.raises(InvalidFields):
        await release(given, waiting, officer, reason="ok")
    with pytest.raises(NotAllowed):
        await release(given, waiting, actor_of(await given.account(Role.AUDITOR)))
    with pytest.raises(rules.NothingToRelease):
        await release(given, waiting, officer, statement_place=7)

    assert set((await states(given, officer)).values()) == {("sent", None)}


async def test_a_refused_file_is_noted_and_changes_nothing(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, name: str
) -> None:
    headers = await signed_in(await given.finance_officer())

    refused = await client.post("/api/bank/import", headers=headers, content=b"<x/>")
    noted = await client.get("/api/bank/refusals", headers=headers)

    assert refused.status_code == 422
    assert [(one["problem"], one["byte_count"]) for one in noted.json()] == [("not-a-bank-file", 4)]
    files = await client.get("/api/bank/files", headers=headers)
    assert [one["file"]["direction"] for one in files.json()] == ["out"]


async def test_statements_that_do_not_join_are_shown(
    db: Database, given: Given, officer: Actor, name: str
) -> None:
    first = account_report("camt.053", "STM-1", [Told("D1", -350_00, name)], number=1)
    later = account_report("camt.053", "STM-4", [Told("F", -1_00)], number=4)
    unjoined = account_report("camt.053", "STM-5", [Told("G", -1_00)], number=5, opening=7_00)

    for content in (unjoined, first, later):
        await read(given, content, officer)

    async with db.transaction(officer) as tx:
        broken = await actions.list_broken_chain(tx)
    assert {one.statement_id: one.broken for one in broken} == {"STM-4": "gap", "STM-5": "balance"}
