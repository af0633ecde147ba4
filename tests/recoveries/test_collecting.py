"""Recoveries told, appealed, repaid, written off, and looked ahead at."""

from datetime import date

import asyncpg
import pytest

from service.actor import SYSTEM, Actor
from service.agreements import actions as agreements
from service.agreements.model import EndCause
from service.ids import RecoveryId, WriteOffId
from service.problems import InvalidFields, NotAllowed
from service.recoveries import actions, rules
from service.recoveries.model import Cause, Outcome, RecoveryState, Step
from tests.given import actor_of
from tests.payouts.corrections import at_work, earn, end
from tests.payouts.hired import Hired
from tests.recoveries.owing import MARCH, Office, another, dismissed, overpaid


async def appealed(office: Office, person: Hired) -> RecoveryId:
    """The one recovery, told and appealed by its employer."""
    await office.sweep()
    one = await office.only()
    await office.notified(one.id)
    employer = actor_of(person.representative)
    async with office.given.db.transaction(employer) as tx:
        await actions.appeal(
            tx, one.id, reason="He stole from us.", by=employer, at=office.clock.now()
        )
    return one.id


async def decide(
    office: Office, recovery_id: RecoveryId, outcome: Outcome, *, by: Actor, less_cents: int = 0
) -> None:
    """What somebody says to an appeal."""
    async with office.given.db.transaction(by) as tx:
        await actions.decide_appeal(
            tx,
            recovery_id,
            outcome,
            less_cents=less_cents,
            reason="Papers were seen.",
            by=by,
            at=office.clock.now(),
        )


@pytest.mark.parametrize(
    ("outcome", "less_cents", "state", "open_cents"),
    [
        (Outcome.UPHELD, 0, RecoveryState.CANCELLED, 0),
        (Outcome.PARTLY, 200_00, RecoveryState.NETTING, 500_00),
        (Outcome.DISMISSED, 0, RecoveryState.NETTING, 700_00),
    ],
)
async def test_an_appeal_is_decided_by_another_and_stands_against_later_runs(
    office: Office, outcome: Outcome, less_cents: int, state: RecoveryState, open_cents: int
) -> None:
    person = await dismissed(office, months=2)
    recovery_id = await appealed(office, person)

    with pytest.raises(rules.AnotherPersonNeeded):
        await decide(office, recovery_id, outcome, by=office.preparer, less_cents=less_cents)
    await decide(office, recovery_id, outcome, by=office.second, less_cents=less_cents)
    await office.sweep()

    one = await office.only()
    assert (one.state, one.open_cents) == (state, open_cents)
    assert (await office.books()).receivable_cents == open_cents


async def test_an_appeal_too_late_is_refused_and_another_firm_sees_nothing(
    office: Office,
) -> None:
    person = await overpaid(office)
    one = await office.netting()
    employer = actor_of(person.representative)
    stranger = actor_of(await office.given.representative())

    async with office.given.db.transaction(employer) as tx:
        own = await actions.list_recoveries(tx, by=employer)
        with pytest.raises(rules.WrongStateForThis):
            await actions.appeal(
                tx, one.id, reason="It was right.", by=employer, at=office.clock.now()
            )
    async with office.given.db.transaction(stranger) as tx:
        others = await actions.list_recoveries(tx, by=stranger)

    assert [listed.id for listed in own.rows] == [one.id]
    assert others.rows == []


async def test_a_repayment_takes_two_people_and_settles(office: Office) -> None:
    await dismissed(office, months=1)
    one = await office.netting()
    await office.repaid(one.id, 150_00, name="first")
    partly = await office.only()

    with pytest.raises(rules.MoreThanOwed):
        await office.repaid(one.id, 200_01, name="second")
    await office.repaid(one.id, 200_00, name="third")

    one = await office.only()
    books = await office.books()
    assert (partly.state, partly.open_cents) == (RecoveryState.NETTING, 200_00)
    assert (one.state, one.settled_cents) == (RecoveryState.SETTLED, 350_00)
    assert (books.recovered_cents, books.receivable_cents) == (350_00, 0)


async def test_who_recorded_a_repayment_does_not_confirm_it(office: Office) -> None:
    await overpaid(office)
    one = await office.netting()
    at, on = office.clock.now(), office.clock.today()
    async with office.given.db.transaction(office.preparer) as tx:
        payment_id = await actions.record_payment(
            tx,
            one.id,
            amount_cents=70_00,
            received_on=on,
            bank_reference="transfer 1",
            by=office.preparer,
            at=at,
        )
        with pytest.raises(rules.AnotherPersonNeeded):
            await actions.confirm_payment(tx, payment_id, by=office.preparer, at=at)
        with pytest.raises(asyncpg.CheckViolationError):
            async with tx.transaction():
                await tx.execute(
                    "UPDATE recovery_payment SET confirmed_at = $1, confirmed_by = recorded_by", at
                )

    assert (await office.only()).open_cents == 70_00


async def test_a_repaid_overpayment_is_made_good_and_can_be_due_again(office: Office) -> None:
    person = await overpaid(office)
    one = await office.netting()
    await office.repaid(one.id, 70_00)
    repaid = await office.books()

    await earn(office.given, person, MARCH, wage_cents=600_00)
    payout = await office.paid(MARCH)
    await office.sweep()

    assert repaid.recoverable_cents == repaid.receivable_cents == 0
    assert payout.total_cents == 70_00
    assert (await office.only()).state is RecoveryState.SETTLED
    await office.books()


async def test_a_payment_returned_after_its_overpayment_came_back_is_sent_again_in_full(
    office: Office,
) -> None:
    given = office.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    payout = await given.submitted_payout(MARCH, by=office.preparer)
    await given.approved_payout(payout, by=office.authoriser)
    await earn(given, person, MARCH, wage_cents=400_00)
    await end(given, person, date(2026, 3, 31))
    file = await given.sent_payout(payout.id, by=office.authoriser)
    settled = await given.bank_answer(file, by=office.authoriser)
    returned = await given.bank_answer(file, by=office.authoriser, returned=1)
    await given.read_from_bank(settled.statement, by=office.authoriser)
    await office.sweep()
    await office.repaid((await office.only()).id, 70_00)

    await given.read_from_bank(returned.statement, by=office.authoriser)
    await office.sweep()

    one, books = await office.only(), await office.books()
    assert (one.state, one.settled_cents, one.open_cents) == (RecoveryState.SETTLED, 70_00, 0)
    assert (books.paid_cents, books.returned_cents) == (-70_00, 350_00)  # until it is sent again


async def proposed(office: Office, recovery_id: RecoveryId, cents: int) -> WriteOffId:
    """A write-off with its first signature."""
    async with office.given.db.transaction(office.preparer) as tx:
        return await actions.propose_write_off(
            tx,
            recovery_id,
            amount_cents=cents,
            reason="The firm is gone.",
            by=office.preparer,
            at=office.clock.now(),
        )


async def signed(office: Office, write_off_id: WriteOffId, *, by: Actor) -> None:
    """The second signature."""
    async with office.given.db.transaction(by) as tx:
        await actions.sign_write_off(tx, write_off_id, by=by, at=office.clock.now())


async def test_a_small_sum_is_written_off_by_two_and_comes_back_with_the_facts(
    office: Office,
) -> None:
    person = await overpaid(office, to_wage_cents=490_00)  # 7.00 less is due
    await office.sweep()
    one = await office.only()

    write_off_id = await proposed(office, one.id, 7_00)
    with pytest.raises(rules.AnotherPersonNeeded):
        await signed(office, write_off_id, by=office.preparer)
    await signed(office, write_off_id, by=office.authoriser)
    written_off, books = await office.only(), await office.books()
    await earn(office.given, person, MARCH, wage_cents=600_00)
    await office.sweep()

    assert (written_off.state, written_off.written_off_cents) == (RecoveryState.WRITTEN_OFF, 7_00)
    assert (books.written_off_cents, books.receivable_cents) == (7_00, 0)
    assert (await office.only()).state is RecoveryState.CANCELLED
    assert (await office.books()).written_off_cents == 0


async def test_more_is_written_off_only_when_its_invoice_is_overdue(office: Office) -> None:
    await overpaid(office)
    one = await office.netting()
    with pytest.raises(rules.NotYetCollected):
        await proposed(office, one.id, 70_00)
    await office.later(60)
    with pytest.raises(rules.NotYetCollected):
        await proposed(office, one.id, 70_00)
    await office.later(31)

    await signed(office, await proposed(office, one.id, 70_00), by=office.authoriser)

    assert (await office.only()).state is RecoveryState.WRITTEN_OFF
    assert (await office.books()).written_off_cents == 70_00


async def test_a_refused_write_off_leaves_the_sum_owed(office: Office) -> None:
    await overpaid(office, to_wage_cents=490_00)
    await office.sweep()
    one = await office.only()
    write_off_id = await proposed(office, one.id, 7_00)

    async with office.given.db.transaction(office.authoriser) as tx:
        await actions.refuse_write_off(
            tx, write_off_id, by=office.authoriser, at=office.clock.now()
        )

    with pytest.raises(rules.WrongStateForThis):
        await signed(office, write_off_id, by=office.authoriser)
    assert (await office.only()).open_cents == 7_00
    steps = [step.step for step in (await office.dossier(one.id)).steps]
    assert steps[-1] is Step.WRITE_OFF_REFUSED
    await proposed(office, one.id, 7_00)


async def test_a_dismissal_after_the_subsidy_obliges_to_half_until_it_is_withdrawn(
    office: Office,
) -> None:
    given, at = office.given, office.clock.now()
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await office.paid(MARCH)
    async with given.db.transaction(SYSTEM) as tx:
        await agreements.complete_agreements(tx, on=office.clock.today(), at=at)
    officer = actor_of(person.officer)
    async with given.db.transaction(officer) as tx:
        await actions.record_dismissal(
            tx,
            person.agreement_id,
            dismissed_on=date(2026, 10, 15),
            end_cause=EndCause.EMPLOYER_DISMISSED,
            reason="Dismissed in autumn.",
            by=officer,
            at=at,
        )
    await office.sweep()
    raised = await office.only()

    async with given.db.transaction(officer) as tx:
        await actions.withdraw_dismissal(tx, person.agreement_id, by=officer, at=at)
    await office.sweep()

    assert (raised.cause, raised.owed_cents) == (Cause.DISMISSAL_AFTER, 175_00)
    assert (await office.only()).state is RecoveryState.CANCELLED
    assert (await office.books()).receivable_cents == 0


async def test_amounts_words_and_roles_are_checked(office: Office) -> None:
    await overpaid(office)
    await office.sweep()
    one = await office.only()

    async with office.given.db.transaction(office.preparer) as tx:
        with pytest.raises(InvalidFields):
            await actions.notify(tx, one.id, letter=" ", by=office.preparer, at=office.clock.now())
    async with office.given.db.transaction(office.authoriser) as tx:
        with pytest.raises(NotAllowed):
            await actions.notify(
                tx, one.id, letter="You owe.", by=office.authoriser, at=office.clock.now()
            )

    assert (await office.only()).state is RecoveryState.RAISED


async def test_the_forecast_parts_what_is_open_and_shows_how_much_came_back(
    office: Office,
) -> None:
    person = await dismissed(office, months=1)
    one = await office.netting()
    await office.repaid(one.id, 100_00)
    await office.later(30)
    async with office.given.db.transaction(office.authoriser) as tx:
        alone = await actions.forecast(tx, at=office.clock.now())
    today = office.clock.today()
    await another(office.given, person, starts_on=today)

    async with office.given.db.transaction(office.authoriser) as tx:
        ahead = await actions.forecast(tx, at=office.clock.now())

    assert (alone.open_cents, alone.uncertain_cents) == (250_00, 250_00)
    assert (ahead.netting_3_cents, ahead.netting_12_cents) == (250_00, 250_00)
    assert (ahead.invoice_cents, ahead.uncertain_cents) == (0, 0)
    by_days = {line.days: line for line in ahead.ageing}
    assert (by_days[30].raised_cents, by_days[30].settled_cents) == (350_00, 100_00)
    assert by_days[90].recovery_count == 0
    assert one.cause is Cause.EARLY_END
