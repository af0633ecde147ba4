"""A month at a glance in a browser: figures that lead to their rows, and what is late."""

import re
from datetime import UTC, datetime

import httpx
import pytest

from service.accounts.model import Account
from service.actor import Role
from tests.conftest import FixedClock, SignIn
from tests.given import Given, actor_of
from tests.payouts.hired import hire
from tests.payouts.rows import OCTOBER, compute, due_month

FIGURE = re.compile(r'href="(/months/2026-10/payments\?place=\w+)"><strong>(\d+) payment')


async def test_every_figure_leads_to_as_many_rows(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given)
    silent = await hire(
        given, due.hired.officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=600_00
    )
    await compute(given, silent, OCTOBER)
    await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    await visit(await given.finance_officer())

    month = await client.get("/months/2026-10")
    figures = {place: int(count) for place, count in FIGURE.findall(month.text)}
    rows = {place: (await client.get(place)).text for place in figures}

    assert {place.rpartition("=")[2]: count for place, count in figures.items()} == {
        "in_payout": 1,
        "blocked": 1,
    }
    assert {place: text.count('/standing">A-') for place, text in rows.items()} == figures
    assert "has not reported attendance and wage" in month.text
    assert "the employer" in month.text


async def test_the_calendar_says_what_is_late(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    await due_month(given)
    officer = await given.finance_officer()
    await visit(officer)

    early = await client.get("/months/2026-10")
    clock.move_to(datetime(2026, 11, 27, 9, 0, tzinfo=UTC))
    await visit(officer)
    late = await client.get("/months/2026-10")

    assert "25 Nov 2026" in early.text
    assert ">Late</strong>" not in early.text
    assert ">Late</strong> by 2 days" in late.text


async def test_the_month_shows_its_payouts_the_budget_and_the_months_before(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    await visit(await given.account(Role.FINANCE_AUTHORISER))

    month = await client.get("/months/2026-10")

    assert f'href="/payouts/{payout.id}"' in month.text
    assert "Waits for approval" in month.text
    assert "The whole line" in month.text
    assert 'href="/months/2025-11"' in month.text
    assert month.text.count('<svg role="img"') == 2


async def test_a_month_without_anything_says_so(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.account(Role.AUDITOR))

    month = await client.get("/months/2026-10")
    rows = await client.get("/months/2026-10/payments?place=held")

    assert (month.status_code, rows.status_code) == (200, 200)
    assert "No agreement had begun by this month." in month.text
    assert "0 payments." in rows.text


async def person_of(given: Given, role: Role) -> Account:
    if role is Role.CASE_OFFICER:
        return await given.case_officer()
    return await (given.representative() if role is Role.EMPLOYER else given.account(role))


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.EMPLOYER, Role.ADMINISTRATOR])
async def test_others_do_not_see_the_whole_country(
    client: httpx.AsyncClient, given: Given, visit: SignIn, role: Role
) -> None:
    await visit(await person_of(given, role))

    month = await client.get("/months/2026-10")
    rows = await client.get("/months/2026-10/payments")

    assert (month.status_code, rows.status_code) == (403, 403)


@pytest.mark.parametrize(
    "address",
    [
        "/months/October",
        "/months/2026-10/payments?place=everywhere",
        "/months/2026-10/payments?page=0",
        "/months/2026-10/payments?reason=" + "x" * 61,
    ],
)
async def test_what_cannot_be_asked_for_is_refused(
    client: httpx.AsyncClient, given: Given, visit: SignIn, address: str
) -> None:
    await visit(await given.finance_officer())

    answer = await client.get(address)

    assert answer.status_code in {400, 422}
