"""Reports, matches and outcomes as an auditor reads them: of every office, and without a button."""

from datetime import date

import httpx
import pytest

from service.actor import Role
from service.config import Config
from service.crypto import Sealer
from service.db import Database
from tests.attendance.test_contests import contested
from tests.conftest import FixedClock, SignIn
from tests.given import Given
from tests.links.desk import OCTOBER, Desk


@pytest.fixture
def desk(db: Database, clock: FixedClock, sealer: Sealer, given: Given, template: Config) -> Desk:
    """An office at work with candidates."""
    return Desk(db, clock, sealer, given, template)


async def test_reports_of_every_office_are_listed_by_where_they_stand(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    here = await given.active_agreement(starts_on=date(2026, 9, 1))
    officer = await given.case_officer("peje")
    there = await given.active_agreement(officer, starts_on=date(2026, 9, 1))
    await given.confirmed_attendance(here, OCTOBER)
    await given.reported_attendance(there, OCTOBER)
    await visit(await given.account(Role.AUDITOR))

    everything = await client.get("/attendance?month=2026-10")
    waiting = await client.get("/attendance?standing=waiting")
    sheet = await client.get("/attendance/sheet?standing=confirmed")
    september = await client.get("/attendance/unreported?month=2026-09")
    october = await client.get("/attendance/unreported")

    assert [here.reference in page.text for page in (everything, waiting, sheet)] == [
        True, False, True,
    ]  # fmt: skip
    assert [there.reference in page.text for page in (everything, waiting, sheet)] == [
        True, True, False,
    ]  # fmt: skip
    assert 'name="confirmed_for"' not in waiting.text
    assert here.reference in september.text
    assert there.reference in (await client.get("/attendance/unreported/sheet?month=2026-09")).text
    assert here.reference not in october.text


async def test_what_is_contested_is_read_and_not_settled(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    contest_id, _ = await contested(desk)
    form = await visit(await desk.given.account(Role.AUDITOR))

    page = await client.get("/attendance/contested")
    listed = await client.get("/attendance?standing=contested")
    settled = await client.post(
        f"/attendance/contests/{contest_id}/settle", data=form | {f"finding-{contest_id}": "Right."}
    )

    assert "Paid in part only." in page.text
    assert "/settle" not in page.text
    assert "Contested by the candidate" in listed.text
    assert settled.status_code == 403


async def test_lists_of_auditors_are_nobody_elses(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    addresses = ["/attendance/unreported", "/attendance/unreported/sheet"]
    found = {}
    for account in (await given.case_officer(), await given.finance_officer()):
        await visit(account)
        found[account.role] = [(await client.get(one)).status_code for one in addresses]

    assert found == {Role.CASE_OFFICER: [403, 403], Role.FINANCE_OFFICER: [403, 403]}


async def test_matches_and_outcomes_of_every_office_are_read_without_a_button(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer("peje")
    candidate = await given.candidate(officer)
    match = await given.introduced_match(officer, candidate=candidate)
    ended = await given.completed_agreement()
    form = await visit(await given.account(Role.AUDITOR))

    matches = await client.get("/matches")
    due = await client.get("/outcomes")
    refused = await client.post(f"/matches/{match.id}/accept", data=form)

    assert candidate.reference in matches.text
    assert f"/matches/{match.id}" not in matches.text
    assert ended.reference in due.text
    assert f'href="/agreements/{ended.id}"' in due.text
    assert refused.status_code == 403
