"""A scheme that pays milestones, within the subsidised months and after them, to the candidate."""

from datetime import date
from pathlib import Path

import pytest

from service.bank_accounts.model import Owner
from service.instalments.model import Outcome
from service.payouts.model import Payout
from service.period import Month
from service.schemes import documents
from tests.agreements.moves import employ_until
from tests.given import Given, actor_of
from tests.instalments.later import (
    appropriate,
    at_work,
    books,
    complete,
    nth_month,
    put_in_force,
    standing,
    state_milestone_methods,
    worked,
)
from tests.payouts.hired import Hired
from tests.payouts.rows import open_account

DOCUMENT = (Path(__file__).parent / "milestones.toml").read_text()
CODE = "MILESTONES"
JANUARY, JULY = nth_month(3), nth_month(9)


@pytest.fixture
async def person(given: Given) -> Hired:
    await put_in_force(given, DOCUMENT)
    await state_milestone_methods(given)
    await appropriate(given, CODE)
    return await at_work(given, scheme=CODE)


async def compute_and_complete(given: Given, *months: Month) -> None:
    for month in months:
        await given.computed_month(month)
    await complete(given)


async def open_accounts(given: Given, person: Hired) -> None:
    officers = (await given.case_officer(), await given.case_officer())
    for owner, name in (
        (Owner.candidate(person.candidate_id), person.person_name),
        (Owner.employer(person.employer_id), person.firm_name),
    ):
        await open_account(given, owner, name, officers=officers)


async def pay(given: Given, month: Month) -> Payout:
    preparer = actor_of(await given.finance_officer())
    payout = await given.submitted_payout(month, by=preparer)
    return await given.approved_payout(payout, by=actor_of(await given.finance_officer()))


async def test_a_milestone_in_the_last_month_is_due_beside_the_month(
    given: Given, person: Hired
) -> None:
    await compute_and_complete(given, JANUARY)

    found = await standing(given, person)
    assert {key: one.amount_cents for key, one in found.items()} == {
        (nth_month(1), "subsidy"): 10_00,
        (nth_month(2), "subsidy"): 10_00,
        (JANUARY, "milestone"): 500_00,
        (JANUARY, "subsidy"): 10_00,
    }
    assert found[JANUARY, "milestone"].kind_label["sr"] == "Prekretnica"


async def test_a_milestone_six_months_after_the_last_subsidised_one_is_due_in_its_month(
    given: Given, person: Hired
) -> None:
    await compute_and_complete(given, JANUARY)
    kept = (await books(given, CODE)).committed_cents

    await compute_and_complete(given, JULY)

    found = await standing(given, person)
    assert [month for month, kind in found if kind == "milestone"] == [JANUARY, JULY]
    assert found[JULY, "milestone"].outcome is Outcome.DUE
    assert (kept, (await books(given, CODE)).committed_cents) == (500_00, 0)


async def test_who_left_before_it_reaches_no_milestone_and_its_money_is_free(
    given: Given, person: Hired
) -> None:
    await open_accounts(given, person)
    await compute_and_complete(given, JANUARY)
    await pay(given, JANUARY)
    await employ_until(given, person.agreement, date(2026, 5, 31))

    await compute_and_complete(given, nth_month(7))

    assert (JULY, "milestone") not in await standing(given, person)
    assert (await books(given, CODE)).committed_cents == 0


async def test_milestones_are_paid_to_the_candidate_and_months_to_the_firm(
    given: Given, person: Hired
) -> None:
    await open_accounts(given, person)
    await worked(given, person, 1, 3)
    await compute_and_complete(given, JULY)

    payout = await pay(given, JULY)

    assert (payout.line_count, payout.total_cents) == (5, 1030_00)


def test_an_example_that_pays_later_than_a_run_would_look_is_refused() -> None:
    late = DOCUMENT.replace("paid_until_months = 9", "paid_until_months = 8")

    findings, _ = documents.examine(late)

    assert [one.part for one in findings] == ["both milestones"]
    assert "2026-07" in findings[0].message
