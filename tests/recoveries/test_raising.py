"""Recoveries follow the facts: raised once for each cause, and never beyond what was paid."""

from datetime import date

import asyncpg
import pytest

from service.agreements.model import EndCause
from service.ids import new_id
from service.recoveries import raising
from service.recoveries.model import Cause, RecoveryState, Step
from tests.payouts.corrections import at_work, earn, end
from tests.recoveries.owing import APRIL, MARCH, Office, dismissed, overpaid


async def test_a_corrected_wage_after_the_end_raises_the_difference_with_its_facts(
    office: Office,
) -> None:
    person = await overpaid(office)

    await office.sweep()

    one = await office.only()
    assert (one.cause, one.state) == (Cause.OVERPAID, RecoveryState.RAISED)
    assert one.owed_cents == one.open_cents == 70_00
    assert one.agreement_id == person.agreement_id
    assert one.payee_name == person.firm_name
    (change,) = (await office.dossier(one.id)).changes
    assert change.facts == {"due_cents": 280_00, "got_cents": 350_00, "beyond_cents": 70_00}
    books = await office.books()
    assert (books.receivable_cents, books.recoverable_cents) == (70_00, -70_00)
    assert books.paid_cents == 280_00


async def test_the_same_facts_raise_nothing_a_second_time(office: Office) -> None:
    person = await overpaid(office)
    await office.sweep()

    await office.sweep()
    async with office.given.db.transaction(office.preparer) as tx:
        changed = await raising.raise_for(
            tx, person.agreement_id, by=office.preparer, at=office.clock.now()
        )

    assert changed == 0
    one = await office.only()
    assert [step.step for step in (await office.dossier(one.id)).steps] == [Step.RAISED]


async def test_it_grows_and_shrinks_by_later_facts_and_is_cancelled_with_its_cause(
    office: Office,
) -> None:
    person = await overpaid(office)
    await office.sweep()
    await office.notified((await office.only()).id)

    await earn(office.given, person, MARCH, wage_cents=300_00)
    await office.sweep()
    grown = await office.only()
    await earn(office.given, person, MARCH, wage_cents=400_00)
    await office.sweep()
    shrunk = await office.only()
    await earn(office.given, person, MARCH, wage_cents=600_00)
    await office.sweep()

    one = await office.only()
    assert (grown.state, grown.owed_cents) == (RecoveryState.RAISED, 350_00)
    assert (shrunk.state, shrunk.owed_cents) == (RecoveryState.RAISED, 70_00)
    assert (one.state, one.owed_cents) == (RecoveryState.CANCELLED, 0)
    assert (await office.books()).receivable_cents == 0


async def test_an_agreement_that_runs_owes_nothing(office: Office) -> None:
    person = await at_work(office.given)
    await earn(office.given, person, MARCH, wage_cents=600_00)
    await office.paid(MARCH)
    await earn(office.given, person, MARCH, wage_cents=400_00)

    await office.sweep()

    assert await office.listed() == []


async def test_what_the_bank_has_not_settled_is_not_asked_back(office: Office) -> None:
    given = office.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    payout = await given.submitted_payout(MARCH, by=office.preparer)
    await given.approved_payout(payout, by=office.authoriser)
    await earn(given, person, MARCH, wage_cents=400_00)
    await end(given, person, date(2026, 3, 31))
    await office.sweep()
    before = await office.listed()

    await office.settled(payout)
    await office.sweep()

    assert before == []
    assert (await office.only()).owed_cents == 70_00
    await office.books()


async def test_what_the_bank_returned_is_not_asked_back(office: Office) -> None:
    given = office.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    payout = await given.submitted_payout(MARCH, by=office.preparer)
    await given.approved_payout(payout, by=office.authoriser)
    await earn(given, person, MARCH, wage_cents=400_00)
    await end(given, person, date(2026, 3, 31))

    await office.settled(payout, returned=1)
    await office.sweep()

    assert [one for one in await office.listed() if one.owed_cents] == []
    assert (await office.books()).receivable_cents == 0


@pytest.mark.parametrize(
    ("months", "cause", "cents"),
    [
        (3, EndCause.EMPLOYER_DISMISSED, 700_00),
        (1, EndCause.EMPLOYER_DISMISSED, 350_00),
        (3, EndCause.CANDIDATE_LEFT, 0),
        (3, EndCause.MISCONDUCT, 0),
        (3, EndCause.MUTUAL, 0),
        (3, EndCause.EMPLOYER_CLOSED, 0),
    ],
)
async def test_an_early_end_obliges_by_its_cause(
    office: Office, months: int, cause: EndCause, cents: int
) -> None:
    await dismissed(office, months=months, cause=cause)

    await office.sweep()

    assert sum(one.owed_cents for one in await office.listed()) == cents
    assert (await office.books()).receivable_cents == cents


async def test_a_month_both_overpaid_and_obliged_is_asked_back_once(office: Office) -> None:
    person = await dismissed(office, months=2)
    await office.sweep()
    before = (await office.only()).owed_cents

    await earn(office.given, person, APRIL, wage_cents=400_00)
    await office.sweep()

    by_cause = {one.cause: one.owed_cents for one in await office.listed()}
    assert before == 700_00
    assert by_cause == {Cause.OVERPAID: 70_00, Cause.EARLY_END: 630_00}
    assert (await office.books()).paid_cents == 0


async def test_the_database_refuses_more_than_was_paid_and_a_second_one_for_a_cause(
    office: Office,
) -> None:
    await overpaid(office)
    await office.sweep()
    one = await office.only()

    async with office.given.db.transaction(office.preparer) as tx:
        with pytest.raises(asyncpg.PostgresError) as beyond:
            async with tx.transaction():
                await tx.execute(
                    "INSERT INTO recovery_change SELECT $1, recovery_id, agreement_id, month, "
                    "kind, 35000, why, facts, recorded_at, $2 FROM recovery_change",
                    new_id(),
                    office.preparer.account_id,
                )
        with pytest.raises(asyncpg.UniqueViolationError) as twice:
            async with tx.transaction():
                await tx.execute(
                    "INSERT INTO recovery SELECT $1, 'R-X', agreement_id, payee, employer_id, "
                    "candidate_id, cause, source_id, 'raised', raised_at, $2 FROM recovery "
                    "WHERE id = $3",
                    new_id(),
                    office.preparer.account_id,
                    one.id,
                )

    assert getattr(beyond.value, "constraint_name", "") == "recovery_never_beyond_paid"
    assert twice.value.constraint_name == "recovery_once_per_cause"


async def test_a_payment_that_is_returned_later_is_not_asked_back_any_more(
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
    before = await office.only()

    await given.read_from_bank(returned.statement, by=office.authoriser)
    await office.sweep()

    one = await office.only()
    assert before.open_cents == 70_00
    assert (one.state, one.open_cents) == (RecoveryState.CANCELLED, 0)
    books = await office.books()
    assert (books.receivable_cents, books.paid_cents, books.returned_cents) == (0, 0, 350_00)


async def test_the_amount_of_an_end_says_by_which_rule(office: Office) -> None:
    await dismissed(office, months=2)

    await office.sweep()

    (change, other) = (await office.dossier((await office.only()).id)).changes

    assert change.facts["share_bp"] == other.facts["share_bp"] == 10_000
    assert change.facts["last_instalments"] == 2
    assert "before month 6" in change.facts["rule"]
