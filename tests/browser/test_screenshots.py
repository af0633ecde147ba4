"""Pictures of the ten main pages, into an ignored folder, for somebody to look at."""

from pathlib import Path

import pytest

from service.actor import Role
from tests.browser.conftest import Visits
from tests.browser.town import Town

DESKTOP, PHONE = (1280, 900), (390, 844)
# Each main page: who looks at it, in which language, on what, and where it is.
PICTURES = {
    "1-to-do-of-a-case-officer": (Role.CASE_OFFICER, "sq", DESKTOP, "/"),
    "2-register-a-candidate": (Role.CASE_OFFICER, "sr", DESKTOP, "/candidates/new"),
    "3-placement-and-who-fits": (Role.CASE_OFFICER, "en", DESKTOP, "/placements/{placement}"),
    "4-agreement": (Role.CASE_OFFICER, "sq", DESKTOP, "/agreements/{agreement}"),
    "5-month-of-an-employer": (Role.EMPLOYER, "sq", DESKTOP, "/attendance/2026-10"),
    "6-payments-on-a-phone": (Role.EMPLOYER, "sr", PHONE, "/standing/2026-10"),
    "7-month-at-a-glance": (Role.FINANCE_OFFICER, "sq", DESKTOP, "/months/2026-10"),
    "8-payout": (Role.FINANCE_AUTHORISER, "en", DESKTOP, "/payouts/{payout}"),
    "9-bank": (Role.FINANCE_OFFICER, "sr", DESKTOP, "/bank"),
    "10-trace-of-an-instalment": (Role.AUDITOR, "en", DESKTOP, "/instalments/{instalment}"),
}


@pytest.fixture(scope="session")
def pictures(checkout: Path) -> Path:
    """Where pictures go."""
    folder = checkout / ".screenshots"
    folder.mkdir(exist_ok=True)
    return folder


async def test_the_ten_main_pages_are_pictured(visits: Visits, town: Town, pictures: Path) -> None:
    names = {
        "agreement": town.due.agreement_id,
        "payout": town.open_payout,
        "placement": town.open_placement,
        "instalment": town.due.instalment_id,
    }
    for name, (role, language, (width, height), address) in PICTURES.items():
        async with visits.page(town.account(role), language=language) as page:
            await page.set_viewport_size({"width": width, "height": height})
            answer = await page.goto(address.format(**names))
            assert answer is not None
            assert answer.ok, name
            taken = pictures / f"{name}.png"
            await page.screenshot(path=taken, full_page=True)
            assert taken.stat().st_size > 10_000
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} wide on a screen of {width}"
