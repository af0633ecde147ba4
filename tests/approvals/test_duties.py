"""Nobody acts on a payout that they had a part in: at the API, and below all the code."""

from collections.abc import Awaitable, Callable

import asyncpg
import httpx
import msgspec
import pytest

from service.accounts.model import Account
from service.actor import SYSTEM, Actor, Role
from service.approvals import actions as approvals
from service.approvals.model import Duty
from service.bank_accounts.model import Owner
from service.db import Database
from service.ids import new_id
from service.instalments import actions as instalments
from service.payouts.model import Payout
from tests.approving import sign
from tests.conftest import FixedClock, SignIn
from tests.given import Given, actor_of
from tests.payouts.hired import hire
from tests.payouts.rows import OCTOBER, due_month, report

INSERT = """
    INSERT INTO payout_act (id, payout_id, account_id, kind, digest, code, reason, acted_at)
    VALUES ($1, $2, $3, $4, $5, CASE $4 WHEN 'rejection' THEN 'other' END, 'Why not.', $6)
"""


async def who_drafted_and_proposed_the_account(given: Given) -> Account:
    officer = await given.case_officer()
    await due_month(given, officers=(officer, await given.case_officer()))
    return officer


async def who_confirmed_the_account(given: Given) -> Account:
    officer = await given.case_officer()
    await due_month(given, officers=(await given.case_officer(), officer))
    return officer


async def who_confirmed_the_attendance_and_signed(given: Given) -> Account:
    return await given.officer_of((await due_month(given)).hired.agreement)


async def who_reported_the_attendance(given: Given) -> Account:
    return (await due_month(given)).hired.representative


async def who_had_the_month_computed(given: Given) -> Account:
    finance, officer = await given.finance_officer(), await given.case_officer()
    hired = await hire(given, officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=500_00)
    await report(given, hired, OCTOBER, wage_cents=500_00)
    await given.bank_account(
        Owner.employer(hired.employer_id),
        holder_name=hired.firm_name,
    )
    at, today = given.clock.now(), given.clock.today()
    async with given.db.transaction(actor_of(finance)) as tx:
        await instalments.request_month(tx, OCTOBER, by=actor_of(finance), at=at, today=today)
    async with given.db.transaction(SYSTEM) as tx:
        while chunk := await instalments.claim_chunk(tx):
            await instalments.compute_chunk(tx, chunk, at=at)
    return finance


Makes = Callable[[Given], Awaitable[Account]]
PARTS: list[tuple[Makes, set[Duty]]] = [
    (who_drafted_and_proposed_the_account, {Duty.ACCOUNT, Duty.CASE}),
    (who_confirmed_the_account, {Duty.ACCOUNT}),
    (who_confirmed_the_attendance_and_signed, {Duty.ATTENDANCE, Duty.CASE}),
    (who_reported_the_attendance, {Duty.ATTENDANCE}),
    (who_had_the_month_computed, {Duty.COMPUTATION}),
]
each_part = pytest.mark.parametrize(("make", "duties"), PARTS)


async def moved_to_finance(given: Given, account: Account, role: Role) -> Account:
    """The same person in another job: what they did before stays theirs."""
    async with given.db.transaction(SYSTEM) as tx:
        await tx.execute(
            "UPDATE account SET role = $2, office_id = NULL, employer_id = NULL WHERE id = $1",
            *(account.id, role),
        )
    return msgspec.structs.replace(account, role=role, office_id=None, employer_id=None)


async def put_up(given: Given) -> Payout:
    return await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))


async def insert(given: Given, payout: Payout, by: Actor, kind: str) -> None:
    """An act written by the application's role, past all the code."""
    async with given.db.transaction(by) as tx:
        await tx.execute(
            *(INSERT, new_id(), payout.id, by.account, kind, payout.digest, given.clock.now())
        )


@each_part
async def test_who_had_a_part_approves_nothing_and_reads_which(
    given: Given,
    client: httpx.AsyncClient,
    signed_in: SignIn,
    db: Database,
    make: Makes,
    duties: set[Duty],
) -> None:
    officer = await moved_to_finance(given, await make(given), Role.FINANCE_OFFICER)
    payout = await put_up(given)
    address, headers = f"/api/payouts/{payout.id}", await signed_in(officer)
    said = {"digest": payout.digest.hex()}
    why = said | {"code": "other", "reason": "I do not like it."}

    approved = await client.post(f"{address}/approve", json=said, headers=headers)
    rejected = await client.post(f"{address}/reject", json=why, headers=headers)

    async with db.transaction(actor_of(officer)) as tx:
        found = await approvals.list_conflicts(tx, payout.id, by=actor_of(officer))
    assert {conflict.duty for conflict in found} == duties
    for answer in (approved, rejected):
        assert (answer.status_code, answer.json()["type"]) == (
            403, "/problems/second-person-needed",
        )  # fmt: skip
        assert found[0].payee_name
        assert found[0].payee_name in answer.json()["detail"]


@each_part
@pytest.mark.parametrize("kind", ["approval", "rejection", "authorisation"])
async def test_the_database_refuses_the_same(
    given: Given, make: Makes, duties: set[Duty], kind: str
) -> None:
    authorises = kind == "authorisation"
    role = Role.FINANCE_AUTHORISER if authorises else Role.FINANCE_OFFICER
    somebody = actor_of(await moved_to_finance(given, await make(given), role))
    payout = await put_up(given)
    if authorises:
        await sign(given, payout, by=actor_of(await given.finance_officer()))

    with pytest.raises(asyncpg.RestrictViolationError, match="payout_act_by_no_one_concerned"):
        await insert(given, payout, somebody, kind)


async def test_a_part_that_somebody_else_had_stops_nobody(given: Given) -> None:
    await due_month(given)
    payout = await put_up(given)

    await insert(given, payout, actor_of(await given.finance_officer()), "approval")


@pytest.mark.parametrize(
    ("kind", "role", "rule"),
    [
        ("approval", Role.FINANCE_AUTHORISER, "payout_act_by_its_role"),
        ("authorisation", Role.FINANCE_OFFICER, "payout_act_by_its_role"),
        ("authorisation", Role.FINANCE_AUTHORISER, "payout_act_in_order"),
        ("withdrawal", Role.FINANCE_OFFICER, "payout_act_withdrawn_by_submitter"),
        ("void_request", Role.FINANCE_OFFICER, "payout_act_in_its_state"),
        ("void", Role.FINANCE_OFFICER, "payout_act_in_its_state"),
        ("reopening", Role.FINANCE_OFFICER, "payout_act_in_its_state"),
    ],
)
async def test_the_database_knows_whose_turn_it_is(
    given: Given, kind: str, role: Role, rule: str
) -> None:
    await due_month(given)
    payout = await put_up(given)

    with pytest.raises(asyncpg.RestrictViolationError, match=rule):
        await insert(given, payout, actor_of(await given.account(role)), kind)


async def test_the_database_lets_nobody_act_twice_nor_for_another(given: Given) -> None:
    await due_month(given)
    payout = await put_up(given)
    first, second = [actor_of(await given.finance_officer()) for _ in range(2)]
    third = await given.finance_officer()
    await insert(given, payout, first, "approval")

    with pytest.raises(asyncpg.UniqueViolationError, match="payout_act_once_per_person"):
        await insert(given, payout, first, "rejection")
    with pytest.raises(asyncpg.RestrictViolationError, match="payout_act_in_order"):
        await insert(given, payout, second, "approval")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with given.db.transaction(second) as tx:
            await tx.execute(
                *(INSERT, new_id(), payout.id, third.id, "rejection"),
                *(payout.digest, given.clock.now()),
            )


async def test_the_database_takes_no_act_on_content_that_nobody_put_up(
    given: Given, clock: FixedClock
) -> None:
    await due_month(given)
    payout = await put_up(given)
    other = msgspec.structs.replace(payout, digest=bytes(32))

    with pytest.raises(asyncpg.RestrictViolationError, match="payout_act_on_what_was_put_up"):
        await insert(given, other, actor_of(await given.finance_officer()), "approval")


async def test_no_payout_begins_as_anything_but_a_draft(given: Given, clock: FixedClock) -> None:
    officer = actor_of(await given.finance_officer())

    with pytest.raises(asyncpg.RestrictViolationError, match="payout_begins_as_draft"):
        async with given.db.transaction(officer) as tx:
            await tx.execute(
                "INSERT INTO payout (id, reference, month, state, line_count, total_cents, digest,"
                " submitted_at, submitted_by, required_approvals, required_authorisations,"
                " approved_at) VALUES ($1, 'P-BUG', $2, 'approved', 0, 0, sha256(''), $3, $4, 1, 1,"
                " $3)",
                *(new_id(), OCTOBER, clock.now(), officer.account),
            )
