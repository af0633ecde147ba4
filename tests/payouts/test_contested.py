"""What candidates contest after their month was put up: not approved, or else not sent."""

from datetime import datetime

import asyncpg
import httpx
import msgspec
import pytest

from service.actor import SYSTEM, Actor
from service.approvals import actions as approvals
from service.approvals.model import ActKind, Needed, NewAct
from service.attendance import actions as attendance
from service.attendance.model import ConfirmedFor, Contest
from service.bank import actions as bank
from service.bank import exporting
from service.bank.model import UnwrittenReason
from service.bank.orders import PayeesNotForBank, sentence_of
from service.bank_accounts.model import Owner
from service.bank_profiles import actions as bank_profiles
from service.checks import actions as checks
from service.config import Config
from service.crypto import Sealer
from service.db import Connection, Database
from service.ids import ContestId, InstalmentId, PayoutId, PayoutLineId, new_id
from service.ledger import actions as ledger
from service.links import answering
from service.money import Cents
from service.payouts import actions, store
from service.payouts.model import NewLine, Payout, PayoutSheet, StaleReason
from service.payouts.rules import ContentChanged, NothingToPay
from tests.approving import sign
from tests.conftest import FixedClock, SignIn
from tests.given import Given, actor_of
from tests.links.desk import Desk
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import OCTOBER, compute, due_month, open_account

WAGE_CENTS = 500_00
LESS = Contest(days_worked=15, wage_cents=Cents(300_00), note="Paid in part only.")


class Contestable(msgspec.Struct):
    """Somebody whose October is put up, and who can still say by a link that it is wrong."""

    desk: Desk
    hired: Hired
    holder: Actor

    async def contest(self) -> ContestId:
        """Says so."""
        async with self.desk.db.transaction(self.holder) as tx:
            await answering.answer_month(tx, LESS, by=self.holder, at=self.desk.clock.now())
        async with self.desk.db.transaction(SYSTEM) as tx:
            return ContestId(await tx.fetchval("SELECT id FROM attendance_contest"))

    async def settle(self, contest_id: ContestId) -> None:
        """The office finds that the report is right."""
        officer = actor_of(self.hired.officer)
        async with self.desk.db.transaction(officer) as tx:
            await attendance.settle_contest(
                tx, contest_id, finding="The payslip.", by=officer, at=self.desk.clock.now()
            )


@pytest.fixture
async def person(
    db: Database, clock: FixedClock, sealer: Sealer, given: Given, template: Config
) -> Contestable:
    """Their October is reported, confirmed by the office, computed and has an account."""
    desk = Desk(db, clock, sealer, given, template)
    officers = (await given.case_officer(), await given.case_officer())
    hired = await hire(given, officers[0], scheme="WS-70", starts_on=OCTOBER, wage_cents=WAGE_CENTS)
    await desk.address(hired.agreement)
    attendance_id = await given.reported_attendance(
        hired.agreement, OCTOBER, by=hired.representative, gross_wage_cents=WAGE_CENTS
    )
    await desk.ask()
    holder = await desk.holder()
    officer = actor_of(hired.officer)
    async with db.transaction(officer) as tx:
        await attendance.confirm_attendance(
            tx, attendance_id, confirmed_for=ConfirmedFor.OFFICE, by=officer, at=clock.now()
        )
    await compute(given, hired, OCTOBER)
    await open_account(given, Owner.employer(hired.employer_id), hired.firm_name, officers=officers)
    return Contestable(desk, hired, holder)


async def read(given: Given, payout: Payout, by: Actor) -> PayoutSheet:
    async with given.db.transaction(by) as tx:
        return await actions.read_sheet(tx, payout.id, at=given.clock.now())


async def test_a_contest_makes_the_line_stale_and_the_month_is_put_up_anew_without_it(
    given: Given, person: Contestable, preparer: Actor, approver: Actor
) -> None:
    other = await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await sign(given, payout, by=actor_of(await given.finance_officer()))

    await person.contest()

    sheet = await read(given, payout, approver)
    assert [(one.payee_name, one.reason) for one in sheet.stale] == [
        (person.hired.firm_name, StaleReason.CONTESTED)
    ]
    with pytest.raises(ContentChanged):
        await sign(given, payout, by=approver)
    await given.rejected_payout(payout, by=approver)
    async with given.db.transaction(preparer) as tx:
        anew = await actions.reopen(tx, payout.id, by=preparer, at=given.clock.now())
        lines = await actions.list_lines(tx, anew.id, page=1, page_size=9)
    assert [one.instalment_id for one in lines] == [other.instalment_id]
    approved = await given.approved_payout(anew, by=approver)
    assert (approved.state, approved.total_cents) == ("approved", other.amount_cents)


async def test_the_database_approves_nothing_that_is_contested(
    given: Given, person: Contestable, preparer: Actor, approver: Actor
) -> None:
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await sign(given, payout, by=actor_of(await given.finance_officer()))
    await person.contest()

    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        async with given.db.transaction(approver) as tx:
            await authorise_in_spite(tx, payout, by=approver, at=given.clock.now())

    assert refused.value.constraint_name == "payout_pays_nothing_contested"


async def authorise_in_spite(tx: Connection, payout: Payout, *, by: Actor, at: datetime) -> None:
    """What a bug would approve that forgot to ask what has changed."""
    act = NewAct(payout_id=payout.id, kind=ActKind.AUTHORISATION, digest=payout.digest)
    needed = Needed(payout.required_approvals, payout.required_authorisations)
    standing = await approvals.record_act(tx, act, needed=needed, by=by, at=at)
    assert standing.is_complete
    await store.record_approval(tx, payout.id, at=at)


async def test_what_the_office_settles_is_approved_as_it_was_put_up(
    given: Given, person: Contestable, preparer: Actor, approver: Actor
) -> None:
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    contest_id = await person.contest()

    await person.settle(contest_id)

    assert (await read(given, payout, approver)).stale == []
    assert (await given.approved_payout(payout, by=approver)).state == "approved"


async def test_what_is_contested_after_the_approval_stays_out_of_the_banks_file(
    given: Given,
    person: Contestable,
    preparer: Actor,
    approver: Actor,
    client: httpx.AsyncClient,
    visit: SignIn,
) -> None:
    other = await due_month(given, amount_cents=280_00)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await given.approved_payout(payout, by=approver)
    contest_id = await person.contest()
    await visit(await given.finance_officer())
    page = await client.get(f"/payouts/{payout.id}")

    async with given.db.transaction(approver) as tx:
        sent = await bank.export_payout(
            tx, payout.id, by=approver, at=given.clock.now(), sealer=given.sealer
        )

    assert "do not go to the bank with the others" in page.text
    (left_out,) = sent.unwritten
    assert (left_out.reason, left_out.payee_name) == (
        UnwrittenReason.CONTESTED, person.hired.firm_name,
    )  # fmt: skip
    assert "October 2026" in sentence_of(left_out)
    async with given.db.transaction(approver) as tx:
        assert await tx.fetchval("SELECT sum(amount_cents) FROM payment_attempt") == (
            other.amount_cents
        )
        await bank.release_unwritten(tx, payout.id, by=approver, at=given.clock.now())
    with pytest.raises(NothingToPay):
        await given.submitted_payout(OCTOBER, by=preparer)
    await person.settle(contest_id)
    again = await given.submitted_payout(OCTOBER, by=preparer)
    assert again.total_cents == 350_00
    async with given.db.transaction(SYSTEM) as tx:
        assert await ledger.broken_invariants(tx) == []


async def test_a_payout_of_which_everything_is_contested_is_not_sent(
    given: Given, person: Contestable, preparer: Actor, approver: Actor
) -> None:
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await given.approved_payout(payout, by=approver)
    await person.contest()

    with pytest.raises(PayeesNotForBank):
        async with given.db.transaction(approver) as tx:
            await bank.export_payout(
                tx, payout.id, by=approver, at=given.clock.now(), sealer=given.sealer
            )


async def test_the_database_takes_no_order_for_what_is_contested(
    given: Given, person: Contestable, preparer: Actor, approver: Actor
) -> None:
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await given.approved_payout(payout, by=approver)
    await person.contest()

    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        async with given.db.transaction(approver) as tx:
            await export_in_spite(tx, given, payout, by=approver)

    assert refused.value.constraint_name == "payment_attempt_not_contested"


async def export_in_spite(tx: Connection, given: Given, payout: Payout, *, by: Actor) -> None:
    """What a bug would send that forgot to ask what is contested."""
    at = given.clock.now()
    await actions.begin_export(tx, payout.id, by=by, at=at)
    profile, alphabet = await bank_profiles.profile_in_use(tx)
    context = exporting.Context(
        payout_id=payout.id,
        profile=profile,
        alphabet=alphabet,
        created_at=at,
        execute_on=await bank_profiles.execution_day(tx, profile, at=at),
        contested={},
        by=by.account,
        at=at,
        sealer=given.sealer,
        on_progress=bank.unwatched,
    )
    await exporting.write_files(tx, context, await exporting.plan(tx, context))


async def test_what_the_check_knew_of_is_not_contested_since(
    given: Given, person: Contestable, preparer: Actor, approver: Actor
) -> None:
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await person.contest()
    async with given.db.transaction(preparer) as tx:
        (line,) = await store.lock_lines(tx, payout.id)
        account = await tx.fetchval("SELECT bank_account_id FROM payout_line")
        before = await tx.fetchval("SELECT line_id FROM contested_line")
    await given.rejected_payout(payout, by=approver)

    async with given.db.transaction(preparer) as tx:
        anew = NewLine(
            PayoutLineId(new_id()), line.instalment_id, account, "Drita", line.due_cents, ()
        )
        blocked = await draft(tx, anew, by=preparer, at=given.clock.now())
        after = await tx.fetch("SELECT line_id FROM contested_line")

    assert before == line.id
    assert blocked == {line.instalment_id}
    assert after == []


async def draft(
    tx: Connection, line: NewLine, *, by: Actor, at: datetime
) -> frozenset[InstalmentId]:
    """A payout as it would be where the rule of evidence does not stop a payment; what it stops."""
    run = await checks.run_checks(tx, [line.instalment_id], month=OCTOBER, by=by, at=at)
    payout_id = PayoutId(new_id())
    await store.insert_payout(
        tx, payout_id, reference="P-ANEW", month=OCTOBER, submitted_by=by.account,
        check_run_id=run.id, at=at,
    )  # fmt: skip
    await store.insert_payout_lines(tx, payout_id, [line])
    return run.blocked
