"""Each kind of payment goes to its own payee: the trainee's allowance, and the host's amount."""

from datetime import date

import asyncpg
import httpx
import pytest

from service.actor import Actor
from service.bank_accounts.model import Owner
from service.db import Database
from service.ids import PayoutLineId, new_id
from service.money import Cents
from service.payouts import actions, store
from service.payouts.model import LeftOutReason, NewLine, NewNetting, PayoutLine
from service.payouts.rules import lines_of
from service.period import Month
from service.recoveries import actions as recoveries
from tests.conftest import FixedClock, SignIn
from tests.given import Given
from tests.instalments.later import appropriate
from tests.payouts.corrections import APRIL, MARCH, Paying, end
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import Officers, open_account
from tests.payouts.test_guards import put_up_by_hand

SCHEME = "OJT-DISABILITY"
Amounts = dict[tuple[str, str], tuple[int, int, int]]


@pytest.fixture
def paying(given: Given, preparer: Actor, approver: Actor) -> Paying:
    return Paying(given, preparer, approver)


@pytest.fixture
async def officers(given: Given) -> Officers:
    return await given.case_officer(), await given.case_officer()


@pytest.fixture
async def trainee(given: Given, officers: Officers) -> Hired:
    """A trainee whose allowance has an account to go to; the firm has none yet."""
    await appropriate(given, SCHEME)
    person = await hire(given, officers[0], scheme=SCHEME, starts_on=MARCH, wage_cents=500_00)
    owner = Owner.candidate(person.candidate_id)
    await open_account(given, owner, person.person_name, officers=officers)
    return person


async def open_for_the_firm(given: Given, person: Hired, officers: Officers) -> None:
    owner = Owner.employer(person.employer_id)
    await open_account(given, owner, person.firm_name, officers=officers)


async def train(given: Given, person: Hired, month: Month, *, days_worked: int = 20) -> None:
    await given.confirmed_attendance(
        person.agreement, month, by=person.representative, days_worked=days_worked
    )
    await given.computed_month(month)


def told(person: Hired, lines: list[PayoutLine]) -> Amounts:
    names = {person.person_name: "trainee", person.firm_name: "firm"}
    return {
        (names[line.payee_name], line.kind_label["en"]): (
            line.due_cents,
            line.netted_cents,
            line.amount_cents,
        )
        for line in lines
    }


async def test_the_trainee_gets_the_allowance_and_the_firm_the_host_amount(
    given: Given, paying: Paying, trainee: Hired, officers: Officers
) -> None:
    await open_for_the_firm(given, trainee, officers)
    await train(given, trainee, MARCH)

    payout = await paying.pay(MARCH)

    assert told(trainee, await paying.lines(payout)) == {
        ("trainee", "Allowance"): (300_00, 0, 300_00),
        ("firm", "Host amount"): (100_00, 0, 100_00),
    }
    await paying.books()


async def test_who_has_no_account_does_not_keep_the_other_from_being_paid(
    given: Given, paying: Paying, trainee: Hired
) -> None:
    await train(given, trainee, MARCH)

    payout = await paying.pay(MARCH)

    async with given.db.transaction(paying.preparer) as tx:
        (left_out,) = await actions.list_left_out(tx, MARCH, at=given.clock.now())
    assert list(told(trainee, await paying.lines(payout))) == [("trainee", "Allowance")]
    assert (left_out.payee_name, left_out.amount_cents) == (trainee.firm_name, 100_00)
    assert (left_out.reason, left_out.kind_label["sq"]) == (
        LeftOutReason.NO_ACCOUNT,
        "Shuma e pritësit",
    )


async def test_the_sheet_and_the_month_call_each_payment_by_its_name(
    given: Given,
    paying: Paying,
    trainee: Hired,
    officers: Officers,
    client: httpx.AsyncClient,
    visit: SignIn,
) -> None:
    await open_for_the_firm(given, trainee, officers)
    await train(given, trainee, MARCH)
    payout = await paying.pay(MARCH)
    csrf = await visit(await given.finance_officer())
    await client.post("/language", data={"language": "sr"} | csrf)

    sheet = await client.get(f"/payouts/{payout.id}")
    month = await client.get("/months/2026-03/instalments")

    for page in (sheet, month):
        assert "Naknada" in page.text
        assert "Iznos domaćina" in page.text


async def test_what_the_trainee_was_overpaid_is_not_kept_back_from_the_firm(
    given: Given, paying: Paying, trainee: Hired, officers: Officers
) -> None:
    await train(given, trainee, MARCH)
    await paying.pay(MARCH)
    await open_for_the_firm(given, trainee, officers)
    await train(given, trainee, MARCH, days_worked=10)
    await train(given, trainee, APRIL)

    payout = await paying.pay(APRIL)

    lines = await paying.lines(payout)
    firm = [line for line in lines if line.payee_name == trainee.firm_name]
    assert [(line.due_cents, line.netted_cents) for line in firm] == [(50_00, 0), (100_00, 0)]
    assert told(trainee, lines)["trainee", "Allowance"] == (300_00, 150_00, 150_00)
    await paying.books()


async def test_each_payee_of_an_ended_agreement_owes_back_their_own_part(
    given: Given, paying: Paying, trainee: Hired, officers: Officers
) -> None:
    await open_for_the_firm(given, trainee, officers)
    await train(given, trainee, MARCH)
    await paying.pay(MARCH)
    await end(given, trainee, date(2026, 3, 31))
    await train(given, trainee, MARCH, days_worked=10)

    async with given.db.transaction(paying.approver) as tx:
        receivables = await recoveries.list_receivables(tx)

    owed = {(one.payee_name, one.amount_cents) for one in receivables.listed}
    assert owed == {(trainee.person_name, 150_00), (trainee.firm_name, 50_00)}
    assert receivables.total_cents == 200_00


async def test_no_line_goes_to_an_account_of_somebody_else(
    db: Database, given: Given, preparer: Actor, trainee: Hired, clock: FixedClock
) -> None:
    await train(given, trainee, MARCH)
    async with db.transaction(preparer) as tx:
        deltas = await store.list_deltas(tx, [trainee.agreement_id], month=MARCH, at=clock.now())
    allowance, host = deltas
    assert allowance.bank_account_id is not None
    wrong = NewLine(
        PayoutLineId(new_id()), host.instalment_id, allowance.bank_account_id, "X", Cents(1), ()
    )

    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        async with db.transaction(preparer) as tx:
            await put_up_by_hand(tx, MARCH, [wrong], by=preparer, at=clock.now())

    assert refused.value.constraint_name == "payout_pays_its_payees"


async def test_no_line_keeps_back_what_another_payee_was_overpaid(
    db: Database,
    given: Given,
    preparer: Actor,
    paying: Paying,
    trainee: Hired,
    officers: Officers,
    clock: FixedClock,
) -> None:
    await train(given, trainee, MARCH)
    await paying.pay(MARCH)
    await open_for_the_firm(given, trainee, officers)
    await train(given, trainee, MARCH, days_worked=10)
    async with db.transaction(preparer) as tx:
        deltas = await store.list_deltas(tx, [trainee.agreement_id], month=MARCH, at=clock.now())
    (host,) = lines_of(deltas)
    (overpaid,) = [delta for delta in deltas if delta.delta_cents < 0]
    kept = NewNetting(overpaid.instalment_id, Cents(1))
    wrong = NewLine(host.id, host.instalment_id, host.bank_account_id, "X", host.due_cents, (kept,))

    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        async with db.transaction(preparer) as tx:
            await put_up_by_hand(tx, MARCH, [wrong], by=preparer, at=clock.now())

    assert refused.value.constraint_name == "payout_netting_frozen"
