"""What falls due after the subsidised period: computed in its month, and in none between."""

from datetime import date

from service.actor import SYSTEM
from service.attendance import actions as attendance
from service.instalments import actions
from service.instalments.model import Outcome
from service.period import Month
from tests.agreements.moves import employ_until
from tests.given import Given, actor_of
from tests.instalments.later import (
    APRIL,
    AUGUST,
    OCTOBER,
    WAGE_CENTS,
    at_work,
    books,
    complete,
    nth_month,
    standing,
    worked,
)
from tests.payouts.corrections import end
from tests.payouts.rows import report

RETENTION = (OCTOBER, "retention")


async def uncomputed(given: Given, month: Month) -> int:
    async with given.db.transaction(SYSTEM) as tx:
        return await actions.count_uncomputed(tx, month)


async def test_the_retention_part_falls_due_in_the_month_in_which_the_first_year_ends(
    given: Given,
) -> None:
    person = await at_work(given)
    await worked(given, person, 1, 12)
    for month in (APRIL, AUGUST):
        await given.computed_month(month)
    waiting = [await uncomputed(given, month) for month in (AUGUST, OCTOBER)]

    progress = await given.computed_month(OCTOBER)

    found = await standing(given, person)
    assert [month for month, _ in found] == [*map(nth_month, range(1, 7)), OCTOBER]
    assert (found[RETENTION].outcome, found[RETENTION].amount_cents) == (Outcome.DUE, 600_00)
    assert found[RETENTION].kind_label["en"] == "Retention part"
    assert waiting == [0, 1]
    assert (progress.agreement_count, progress.written_count, progress.due_cents) == (1, 1, 600_00)
    assert await uncomputed(given, OCTOBER) == 0


async def test_a_first_run_a_year_later_finds_all_that_is_due(given: Given) -> None:
    person = await at_work(given)
    await worked(given, person, 1, 12)

    first = await given.computed_month(OCTOBER)
    again = await given.computed_month(OCTOBER)

    found = await standing(given, person)
    assert sum(one.amount_cents for one in found.values()) == 6 * 350_00 + 600_00
    assert (first.written_count, again.agreement_count) == (7, 0)


async def test_a_month_that_was_left_out_is_made_up_for_by_a_later_run(given: Given) -> None:
    person = await at_work(given)
    await worked(given, person, 1, 6)
    await given.computed_month(APRIL)

    await given.computed_month(OCTOBER)

    found = (await standing(given, person))[RETENTION]
    assert (found.outcome, found.reason) == (Outcome.BLOCKED, "evidence_missing")


async def test_the_employer_owes_the_reports_that_a_retention_part_follows_from(
    given: Given,
) -> None:
    person = await at_work(given)
    await worked(given, person, 1, 7)
    employer = actor_of(person.representative)

    async def owed() -> list[Month]:
        async with given.db.transaction(employer) as tx:
            missing = await attendance.list_missing(tx, on=given.clock.today(), by=employer)
        return [Month(one.month) for one in missing.rows]

    before = await owed()
    await given.computed_month(APRIL)
    ahead = await owed()
    await given.computed_month(OCTOBER)
    blocked = await owed()
    await employ_until(given, person.agreement, date(2026, 7, 31))
    await given.computed_month(OCTOBER)

    assert before == []
    assert ahead == blocked == [nth_month(number) for number in range(8, 13)]
    assert await owed() == []


async def test_reports_and_corrections_after_the_period_change_the_retention_part(
    given: Given,
) -> None:
    person = await at_work(given)
    await worked(given, person, 1, 6)
    await given.computed_month(APRIL)
    await complete(given)
    await worked(given, person, 7, 12)
    await given.computed_month(OCTOBER)
    before = (await standing(given, person))[RETENTION]
    await given.confirmed_attendance(
        person.agreement, AUGUST, by=person.representative, days_worked=8, gross_wage_cents=240_00
    )

    await given.computed_month(AUGUST)

    now = (await standing(given, person))[RETENTION]
    assert (before.amount_cents, now.version, now.amount_cents) == (600_00, 2, 548_00)


async def test_who_leaves_after_the_subsidised_months_brings_no_retention_part(
    given: Given,
) -> None:
    person = await at_work(given)
    await worked(given, person, 1, 9)
    await given.computed_month(APRIL)
    await complete(given)
    await employ_until(given, person.agreement, date(2026, 8, 14))

    await given.computed_month(OCTOBER)

    found = (await standing(given, person))[RETENTION]
    assert (found.outcome, found.reason) == (Outcome.NOT_DUE, "employment_ended")


async def test_who_stays_after_a_contract_of_six_months_brings_one(given: Given) -> None:
    person = await at_work(given)
    await worked(given, person, 1, 12)
    await employ_until(given, person.agreement, date(2026, 4, 30))
    await given.computed_month(APRIL)
    await complete(given)
    before = await books(given)
    await employ_until(given, person.agreement, date(2026, 12, 31))

    await given.computed_month(OCTOBER)

    assert (await standing(given, person))[RETENTION].amount_cents == 600_00
    assert before.committed_cents == 0
    assert (await books(given)).committed_cents == 0


async def test_the_commitment_keeps_the_retention_part_until_it_is_decided(given: Given) -> None:
    person = await at_work(given)
    signed = (await books(given)).committed_cents
    await worked(given, person, 1, 6)
    await given.computed_month(APRIL)
    await complete(given)
    subsidised = (await books(given)).committed_cents
    await employ_until(given, person.agreement, date(2026, 8, 14))
    await given.computed_month(AUGUST)

    await complete(given)

    assert signed == 6 * 350_00 + 600_00
    assert subsidised == 600_00
    assert (await books(given)).committed_cents == 0


async def test_an_early_end_sets_the_retention_part_free_once_it_is_computed(given: Given) -> None:
    person = await at_work(given)
    await report(given, person, nth_month(1), wage_cents=WAGE_CENTS)
    await end(given, person, nth_month(2).replace(day=1))

    await given.computed_month(OCTOBER)
    await complete(given)

    found = await standing(given, person)
    assert found[RETENTION].reason == "employment_ended"
    assert (await books(given)).committed_cents == 350_00


async def test_what_is_due_after_the_period_is_reproduced_as_it_was_known(given: Given) -> None:
    person = await at_work(given)
    await worked(given, person, 1, 12)
    await given.computed_month(OCTOBER)
    was = (await standing(given, person))[RETENTION]
    await given.confirmed_attendance(
        person.agreement, AUGUST, by=person.representative, days_worked=8, gross_wage_cents=240_00
    )
    await given.computed_month(OCTOBER)

    async with given.db.transaction(SYSTEM) as tx:
        (entry,) = await actions.reproduce(
            tx,
            person.agreement_id,
            OCTOBER,
            known_at=was.computed_at,
            now=max(given.clock.now(), was.computed_at),
        )

    assert (entry.kind, entry.result.amount_cents) == (was.kind, was.amount_cents)
    assert entry.result.trace == was.trace
