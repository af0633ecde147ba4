"""An auditor reads what finance and the offices do, and changes nothing of it."""

import re

import httpx
from litestar import Litestar

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month

PARAMETER = re.compile(r"\{(\w+)[^}]*\}")
FORM = re.compile(r'method="post" action="([^"]+)"')
NOBODY = "01900000-0000-7000-8000-000000000001"
WRITTEN = {
    "month": "2026-10", "table": "payout", "code": "WS-70", "number": "1", "falls_on": "2026-12-01",
}  # fmt: skip
# What an auditor does besides reading: signs in and out, looks into a row, has the books checked.
OWN = {
    "/sign-in",
    "/sign-out",
    "/language",
    "/assurance/checks",
    "/audit/{table}/{row_id}",
    "/find",
    "/accounts",
}
# One's own account, and what anybody may do who is not signed in.
OWN_PARTS = ("/account/", "/second-factor", "/sign-in", "/answer", "/invitation")
PASSWORDS = ("/forgotten-password", "/new-password")
PAGES = [
    "/", "/agreements", "/approvals", "/assurance", "/attendance", "/attendance/contested",
    "/attendance/unreported", "/audit", "/audit/elsewhere", "/audit/readings", "/bank",
    "/bank/failures", "/bank/failures/alarms", "/bank/suspense", "/bank-profiles", "/budget",
    "/checks/holds",
    "/checks/overrides", "/employers", "/expected", "/ledger", "/months", "/months/2026-10",
    "/matches", "/months/2026-10/instalments", "/months/2026-10/payments", "/outcomes",
    "/payouts", "/placements", "/quality", "/quality/report", "/receivables", "/recoveries",
    "/recoveries/forecast",
    "/reports/outcomes", "/schemes", "/standing/2026-10", "/undertakings", "/work",
]  # fmt: skip


def is_own(address: str) -> bool:
    """A search by what is private is posted, so that no address says it; it changes nothing."""
    is_private = address.startswith((*OWN_PARTS, *PASSWORDS))
    return is_private or address in OWN or address.endswith("/search")


def posts(app: Litestar) -> list[str]:
    found = [
        route.path_format if hasattr(route, "path_format") else route.path
        for route in app.routes
        if "POST" in getattr(route, "methods", ())
    ]
    pages = [one for one in found if not one.startswith(("/api", "/schema")) and not is_own(one)]
    assert len(pages) > 60
    return pages


async def test_every_form_of_others_is_refused(
    client: httpx.AsyncClient, given: Given, visit: SignIn, app: Litestar
) -> None:
    form = await visit(await given.account(Role.AUDITOR))

    answers = {
        address: (
            await client.post(
                PARAMETER.sub(lambda one: WRITTEN.get(one[1], NOBODY), address), data=form
            )
        ).status_code
        for address in posts(app)
    }

    assert {address: status for address, status in answers.items() if status != 403} == {}


async def test_an_auditor_reads_every_page_and_finds_no_form_to_change_anything(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    await visit(await given.account(Role.AUDITOR))

    pages = {address: await client.get(address) for address in PAGES}

    assert {at: page.status_code for at, page in pages.items() if page.status_code != 200} == {}
    acting = {
        at: [form for form in FORM.findall(page.text) if not is_own(form)]
        for at, page in pages.items()
    }
    assert {at: forms for at, forms in acting.items() if forms} == {}


async def test_a_page_that_is_not_there_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nowhere")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
