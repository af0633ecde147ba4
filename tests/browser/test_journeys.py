"""What each group of people does with Ura, in each language, with scripts and without."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from service.accounts.model import Account
from service.actor import Role
from service.config import Config
from service.crypto import Sealer
from service.db import Database
from service.i18n import LANGUAGES
from tests.browser.axe import Axe
from tests.browser.conftest import Visits
from tests.browser.town import Town
from tests.browser.walker import Walker
from tests.conftest import FixedClock
from tests.forms import next_personal_number
from tests.given import PASSWORD, Given
from tests.links.desk import BORN_ON, Desk

Enter = Callable[[Account | None], AbstractAsyncContextManager[Walker]]


@pytest.fixture(params=list(LANGUAGES))
def language(request: pytest.FixtureRequest) -> str:
    """The language of a visit."""
    return str(request.param)


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts."""
    return bool(request.param)


@pytest.fixture
def enter(visits: Visits, axe: Axe, language: str, scripts: bool) -> Enter:
    """Opens a visit of somebody, signed in; of nobody for None."""

    @asynccontextmanager
    async def open_visit(account: Account | None) -> AsyncIterator[Walker]:
        async with visits.page(account, language=language, scripts=scripts) as page:
            yield Walker(page, axe if scripts else None, language)

    return open_visit


async def test_a_case_officer_registers_somebody_in_steps_and_finds_them(
    enter: Enter, given: Given, scripts: bool
) -> None:
    async with enter(await given.case_officer()) as officer:
        await officer.go("/")
        await officer.follow("Register a candidate")
        await officer.fill(given_name="Shqipe", family_name="Çollaku")
        await officer.press("Save and go on")
        await officer.is_told_what_is_wrong("born_on", "sex", "personal_number")
        await expect(officer.page.locator("#family_name")).to_have_value("Çollaku")

        await officer.fill(
            born_on="2004-05-30", sex="female", personal_number=next_personal_number(),
            municipality_code="prishtine",
        )  # fmt: skip
        await officer.press("Save and go on")
        await officer.fill(phone="044123456", contact_language="sq")
        await officer.press("Save and go on")
        await officer.fill(
            education="vocational", unemployed_since="2026-01-10", travel_km="20", skills="Excel"
        )
        await _seeks_work_in_shops(officer, scripts=scripts)
        await officer.press("Save and come back later")

        await officer.go("/")
        await officer.page.get_by_role("link", name="Shqipe Çollaku").click()
        await officer.press("Save and go on")
        for field in await officer.page.locator("main input[type=radio][value=yes]").all():
            await officer.tick(str(await field.get_attribute("name")), "yes")
        await officer.press("Save and go on")
        await officer.reads("Nobody registered looks like this person.")
        await officer.press("Save and go on")
        await officer.press("Register")
        await officer.reads("Telephone")

        await officer.go("/")
        await officer.fill(q="collaku")
        await officer.press("Find")
        await expect(officer.page.get_by_role("link", name="Shqipe Çollaku")).to_be_visible()
        assert "collaku" not in officer.page.url


async def _seeks_work_in_shops(officer: Walker, *, scripts: bool) -> None:
    """What is found comes as one types; without scripts, by a button."""
    await officer.fill(occupation_words="522")
    if not scripts:
        await officer.press("Look for occupations")
    await officer.tick("occupations", "5223")


async def test_an_employer_reports_the_month_of_all_hires(enter: Enter, town: Town) -> None:
    async with enter(town.accounts[Role.EMPLOYER]) as employer:
        agreement = town.due.agreement_id
        await employer.go("/attendance/2026-09")
        await employer.go("/attendance/2026-10")
        await employer.fill(**{f"days_worked-{agreement}": "31"})
        await employer.press("Save the month")
        await employer.page.locator(".error-summary").wait_for()
        await expect(employer.page.locator(f"#days_worked-{agreement}")).to_have_value("31")

        await employer.fill(
            **{f"days_expected-{agreement}": "22", f"days_worked-{agreement}": "21"},
            **{f"days_paid_leave-{agreement}": "1"},
        )
        await employer.press("Save the month")
        await employer.reads("Waits for its confirmation")

        await employer.go("/standing/2026-10")
        await employer.go("/placements")


async def test_a_candidate_answers_with_a_code_from_paper(
    enter: Enter, given: Given, db: Database, clock: FixedClock, sealer: Sealer, template: Config
) -> None:
    desk = Desk(db, clock, sealer, given, template)
    agreement, _ = await desk.report()
    await desk.ask()
    code = await desk.code(agreement)

    async with enter(None) as candidate:
        await candidate.go("/answer/code")
        await candidate.fill(code=code.lower(), born_on="1999-01-01")
        await candidate.press("Go on")
        await candidate.page.locator(".error-summary").wait_for()
        await candidate.fill(code=code, born_on=BORN_ON.isoformat())
        await candidate.press("Go on")
        assert code not in candidate.page.url
        await candidate.press("Send the answer")
        await candidate.is_told_what_is_wrong("is_right")
        await candidate.tick("is_right", "yes")
        await candidate.press("Send the answer")
        await expect(candidate.page.locator("h1")).to_be_visible()


async def test_an_auditor_reads_who_changed_what(enter: Enter, town: Town) -> None:
    async with enter(town.accounts[Role.AUDITOR]) as auditor:
        await auditor.go("/")
        await auditor.go("/audit")
        await auditor.go(f"/audit/agreement/{town.due.agreement_id}")
        await auditor.go("/downloads")
        await auditor.go("/payouts")
        await auditor.page.locator("td a, th a").first.click()
        await auditor.look()
        assert await auditor.page.locator("main form[method=post]").count() == 0
        await auditor.go(f"/instalments/{town.due.instalment_id}")


async def test_a_finance_officer_signs_what_was_seen(
    enter: Enter, given: Given, town: Town
) -> None:
    async with enter(await given.finance_officer()) as officer:
        await officer.go("/")
        await officer.go("/months/2026-10")
        await officer.go(f"/payouts/{town.open_payout}")
        await officer.press("Approve")
        await officer.fill(proof_password="not the password")
        await officer.press("Go on")
        await officer.is_told_what_is_wrong("proof_password")
        await officer.fill(proof_password=PASSWORD)
        await officer.press("Go on")
        await officer.reads("Approved")
        assert urlsplit(officer.page.url).path == f"/payouts/{town.open_payout}"
        approve = officer.page.get_by_role("button", name=officer.said("Approve"), exact=True)
        assert await approve.count() == 0


async def test_an_administrator_invites_somebody_who_then_signs_in(
    enter: Enter, given: Given, db: Database, clock: FixedClock, sealer: Sealer, template: Config,
    language: str,
) -> None:  # fmt: skip
    desk = Desk(db, clock, sealer, given, template)
    async with enter(await given.account(Role.ADMINISTRATOR)) as administrator:
        await administrator.go("/")
        await administrator.follow("Accounts")
        await administrator.go("/accounts/invite")
        await administrator.press("Invite")
        await administrator.is_told_what_is_wrong("role")
        await administrator.fill(
            name="Vjosa Krasniqi", email="vjosa@example.org", role="auditor", language=language
        )
        await administrator.press("Invite")
        await administrator.page.get_by_role("status").wait_for()

    (mail,) = await desk.mails()
    async with enter(None) as invited:
        await invited.go(urlsplit(mail.facts["link"]).path)
        assert urlsplit(invited.page.url).path == "/invitation"
        await invited.fill(password="seven quiet mountains", repeated="seven quiet mountains")
        await invited.press("Open the account")
        await invited.go("/sign-in?next=/audit")
        await invited.fill(email="vjosa@example.org", password="seven quiet mountains")
        await invited.press("Sign in")
        assert urlsplit(invited.page.url).path == "/audit"
