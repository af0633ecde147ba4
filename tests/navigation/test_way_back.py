"""The button of a language on a form that came back: it leads to a page that is there."""

import re
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from litestar import Litestar

from service.accounts.model import Account
from service.actor import Role
from service.problems import NotAllowed
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.pages import fields_of
from tests.payouts.rows import OCTOBER, due_month

PARAMETER = re.compile(r"\{(\w+)[^}]*\}")
NOBODY = "01900000-0000-7000-8000-000000000001"
WRITTEN = {
    "month": "2026-10", "table": "flag_rule", "code": "WS-70", "number": "1", "step": "contact",
    "falls_on": "2026-12-01",
}  # fmt: skip
QUERIES = {"/bank-accounts/new": "?employer_id={employer_id}"}
LEAVING = {"/language", "/sign-out", "/account/sign-out-everywhere"}


def posts(app: Litestar) -> list[str]:
    """The addresses of forms, all but those that end a visit."""
    found = [
        route.path_format if hasattr(route, "path_format") else route.path
        for route in app.routes
        if "POST" in getattr(route, "methods", ())
    ]
    pages = [one for one in found if not one.startswith(("/api", "/schema"))]
    assert len(pages) > 100
    return sorted(set(pages) - LEAVING)


async def somebody_of_each(given: Given) -> tuple[list[Account], dict[str, str]]:
    """An account of every role, and what stands in the addresses that they know."""
    due = await due_month(given)
    preparer = await given.finance_officer()
    payout = await given.submitted_payout(OCTOBER, by=actor_of(preparer))
    accounts = [
        due.hired.officer,
        due.hired.representative,
        await given.finance_officer(),
        await given.account(Role.FINANCE_AUTHORISER),
        await given.account(Role.AUDITOR),
        await given.account(Role.ADMINISTRATOR),
    ]
    known = {
        "payout_id": payout.id,
        "agreement_id": due.agreement_id,
        "candidate_id": due.candidate_id,
        "employer_id": due.employer_id,
        "instalment_id": due.instalment_id,
        "account_id": preparer.id,
        "placement_id": due.hired.agreement.placement_id,
    }
    return accounts, WRITTEN | {name: str(one) for name, one in known.items()}


async def test_the_language_of_every_form_that_comes_back_can_be_changed(
    app: Litestar, client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    accounts, known = await somebody_of_each(given)
    waiting = posts(app)
    ends, refused = {}, 0
    for account in accounts:
        sent = await visit(account)
        form = {name: one for name, one in sent.items() if not name.startswith("proof_")}
        for address in list(waiting):
            path = PARAMETER.sub(lambda one: known.get(one[1], NOBODY), address)
            path += QUERIES.get(address, "").format(**known)
            if not may_send(app, path, account):
                continue
            waiting.remove(address)
            came_back = await client.post(path, data=form)
            if came_back.status_code in {404, 303, 200}:
                continue
            refused += 1
            chosen = fields_of(came_back.text, "/language") | {"language": "sq"}
            page = await client.post("/language", data=chosen, follow_redirects=True)
            is_there = page.status_code == 200 or NOBODY in str(page.url)
            if not is_there or 'lang="sq"' not in page.text:
                ends[address] = (page.status_code, str(page.url))

    assert ends == {}
    assert waiting == []
    assert refused > 50


def may_send(app: Litestar, path: str, account: Account) -> bool:
    """Whether a role may send a form at all, by its guard: hundreds that may not are not asked."""
    handler = app.asgi_router.handle_routing(path=path.partition("?")[0], method="POST")[1]
    asking: Any = SimpleNamespace(scope={"state": {"actor": actor_of(account)}})
    try:
        for guard in handler.guards or ():
            if guard.__qualname__.startswith("allow."):
                guard(asking, handler)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize(
    ("came_from", "ends_at"),
    [
        ("https://testserver/accounts/invite", "/accounts/invite"),
        ("https://testserver/accounts?after=x", "/accounts?after=x"),
        ("https://elsewhere.example/accounts", "/accounts/invite"),
        ("", "/accounts/invite"),
    ],
)
async def test_a_form_that_came_back_leads_to_where_it_stood(
    client: httpx.AsyncClient, given: Given, visit: SignIn, came_from: str, ends_at: str
) -> None:
    form = await visit(await given.account(Role.ADMINISTRATOR))
    page = await client.post("/accounts/invite", data=form, headers={"referer": came_from})

    chosen = fields_of(page.text, "/language") | {"language": "sr"}
    answer = await client.post("/language", data=chosen)

    assert (page.status_code, answer.status_code) == (422, 303)
    assert answer.headers["location"] == ends_at


@pytest.mark.parametrize(
    ("asked", "ends_at"),
    [
        ("//elsewhere.example/accounts", "/"),
        ("https://elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("/static/ura.js", "/"),
        ("/api/candidates", "/"),
        ("/accounts/invite?a=b", "/accounts/invite?a=b"),
        ("/letters/new?month=2026-10", "/"),
        ("/accounts/factor-resets/17/confirm", "/accounts"),
        ("/payouts/17/approve", "/"),
        ("/nowhere/at/all", "/"),
    ],
)
async def test_a_language_leads_to_pages_of_ones_own_only(
    client: httpx.AsyncClient, given: Given, visit: SignIn, asked: str, ends_at: str
) -> None:
    form = await visit(await given.account(Role.ADMINISTRATOR))

    answer = await client.post("/language", data=form | {"language": "sq", "next": asked})

    assert (answer.status_code, answer.headers["location"]) == (303, ends_at)
