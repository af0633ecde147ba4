"""The first page: what waits for whom, since when, and where to do it."""

from datetime import date, timedelta

import httpx
import pytest

from service.actor import Role
from service.agreements.model import Party
from service.bank_accounts.model import Owner
from service.db import Connection
from service.navigation import MENU
from service.period import Month
from service.todo import actions
from service.todo.model import Item, Kind, Waiting
from service.todo.words import PLACES
from tests.conftest import FixedClock, SignIn
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month


async def first_page(client: httpx.AsyncClient) -> str:
    answer = await client.get("/")
    assert answer.status_code == 200
    return answer.text


def test_every_kind_of_work_has_its_words_and_its_place() -> None:
    assert set(PLACES) == set(Kind)


@pytest.mark.parametrize("role", list(MENU))
async def test_everybody_has_a_first_page(
    client: httpx.AsyncClient, given: Given, visit: SignIn, role: Role
) -> None:
    if role is Role.CASE_OFFICER:
        account = await given.case_officer()
    elif role is Role.EMPLOYER:
        account = await given.representative()
    else:
        account = await given.account(role)
    await visit(account)

    assert "What you often do" in await first_page(client)


async def test_the_steps_of_a_hiring_wait_for_the_office_in_turn(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    await visit(officer)

    await given.submitted_placement()
    assert "Placements to approve or refuse" in await first_page(client)
    match = await given.proposed_match(officer)
    assert "Proposed and not yet introduced" in await first_page(client)
    agreed = await given.agreed_match(officer)
    page = await first_page(client)
    assert f"/agreements/new?match_id={agreed.id}" in page
    agreement = await given.drafted_agreement(officer, starts_on=date(2026, 11, 5))
    page = await first_page(client)
    assert "Agreements for the candidate or the office to sign" in page
    assert "Begins within a week and the employer has not signed" in page
    assert page.count(f"/agreements/{agreement.id}") == 2
    assert str(match.id) not in page  # a list, not a page of its own


async def test_an_agreement_waits_for_whose_turn_it_is(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    agreement = await given.drafted_agreement(starts_on=date(2026, 12, 1))
    officer, employer = await given.officer_of(agreement), await given.employer_of(agreement)
    address = f"/agreements/{agreement.id}"

    async def waits_for() -> set[str]:
        found = set()
        for name, account in (("officer", officer), ("employer", employer)):
            await visit(account)
            if address in await first_page(client):
                found.add(name)
        return found

    assert await waits_for() == {"officer", "employer"}
    await given.signature(agreement, Party.CANDIDATE)
    assert await waits_for() == {"employer"}
    await given.signature(agreement, Party.EMPLOYER)
    assert await waits_for() == {"officer"}
    await given.signature(agreement, Party.OFFICE)
    assert await waits_for() == set()
    clock.move_to(clock.at + timedelta(days=29))
    assert await waits_for() == {"officer"}


async def test_the_last_day_to_report_is_that_of_the_calendar_where_there_is_one(
    tx: Connection, clock: FixedClock
) -> None:
    months = [Item(key, key, clock.now(), 2) for key in ("2023-12", "2026-10")]

    deadlines = await actions.list_deadlines(
        tx, [Waiting(Kind.EMPLOYER_MONTHS, 2, clock.now(), months)]
    )

    assert deadlines == {"2026-10": date(2026, 11, 20)}


async def test_an_employer_is_told_of_months_and_their_last_day(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 9, 1))
    await visit(await given.employer_of(agreement))

    page = await first_page(client)

    assert 'href="/attendance/2026-09"' in page
    assert "report by 20 Oct 2026" in page
    assert "report by 20 Nov 2026" in page
    assert page.count("Late</strong>") == 1
    await given.reported_attendance(agreement, Month(date(2026, 9, 1)))
    assert 'href="/attendance/2026-09"' not in await first_page(client)


async def test_a_report_waits_for_the_office_of_the_agreement_only(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 9, 1))
    await given.reported_attendance(agreement, Month(date(2026, 9, 1)))

    await visit(await given.officer_of(agreement))
    own = await first_page(client)
    await visit(await given.case_officer("peje"))
    other = await first_page(client)

    assert f"{agreement.reference}, 2026-09" in own
    assert agreement.reference not in other


async def test_a_payout_waits_for_those_who_had_no_part_in_it(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    preparer, second = await given.finance_officer(), await given.finance_officer()
    await visit(preparer)
    before = await first_page(client)
    payout = await given.submitted_payout(OCTOBER, by=actor_of(preparer))
    address = f"/payouts/{payout.id}"

    own = await first_page(client)
    await visit(second)
    others = await first_page(client)
    await visit(await given.account(Role.FINANCE_AUTHORISER))
    authorisers = await first_page(client)

    assert "Computed months to put up for approval" in before
    assert address not in own
    assert "Payouts to approve" in others
    assert address in others
    assert address in authorisers


async def test_a_bank_account_waits_for_somebody_else_than_its_proposer(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer, colleague = await given.case_officer(), await given.case_officer()
    firm = await given.employer(officer, legal_name="Only Firm")
    await given.proposed_account(Owner.employer(firm.id), by=officer, holder_name="Only Firm")

    await visit(officer)
    own = await first_page(client)
    await visit(colleague)
    others = await first_page(client)

    assert "Only Firm" not in own
    assert "Bank accounts to confirm or refuse" in others
    assert "Only Firm" in others


async def test_five_are_shown_and_all_are_counted(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    representative = await given.representative()
    for number in range(7):
        await given.submitted_placement(representative, title=f"Work {number}")
    await visit(officer)

    page = await first_page(client)

    assert page.count('href="/placements/') == 5
    assert "(7)" in page
    assert 'href="/placements?state=submitted"' in page


async def test_eligibility_that_expires_soon_waits(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    token = await visit(officer)
    await client.post(f"/candidates/{person.id}/eligibility", data=token)
    words = "Eligibility that expires or has expired"

    assert words not in await first_page(client)
    clock.move_to(clock.at + timedelta(days=168))
    await visit(officer)
    assert words in await first_page(client)
    token = await visit(officer)
    await client.post(f"/candidates/{person.id}/eligibility", data=token)
    assert words not in await first_page(client)


async def test_an_auditor_sees_when_the_books_were_checked(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.account(Role.AUDITOR))

    page = await first_page(client)

    assert "Nothing waits for an auditor" in page
    assert "Last check of the books" in page


async def test_a_stranger_is_sent_to_sign_in(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
