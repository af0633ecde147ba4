"""What-ifs as machines ask for them."""

from typing import Any

import httpx
import pytest

from service.accounts.model import Account
from service.actor import Role
from tests.conftest import Headers, SignIn
from tests.given import Given
from tests.schemes.samples import a_document
from tests.simulation.samples import ws_70
from tests.simulation.test_actions import employed

SIMULATE = "/api/schemes/WS-70/simulate"


async def drafted(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, text: str, code: str = "WS-70"
) -> tuple[int, Headers]:
    """The number of a draft, and the headers of the administrator who drafted it."""
    headers = await signed_in(await given.account(Role.ADMINISTRATOR))
    body = {"document": text, "valid_from": "2027-01-01"}
    answer = await client.post(f"/api/schemes/{code}/versions", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["number"], headers


async def asked(
    client: httpx.AsyncClient, headers: Headers, **body: Any
) -> tuple[int, dict[str, Any]]:
    answer = await client.post(SIMULATE, json=body, headers=headers)
    return answer.status_code, answer.json()


async def test_a_draft_is_tried_out_by_who_wrote_it_and_by_who_pays(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    await employed(given, wage_cents=550_00)
    number, author = await drafted(client, given, signed_in, _undated(ws_70(rate="50 %")))
    payer = await signed_in(await given.finance_officer())

    status, found = await asked(client, author, number=number, months=2)

    assert status == 200
    assert found["totals"]["total"] == {
        "now_cents": 700_00, "what_if_cents": 550_00, "difference_cents": -150_00
    }  # fmt: skip
    assert [one["month"] for one in found["totals"]["by_month"]] == ["2026-09-01", "2026-10-01"]
    assert found["totals"]["by_sex"]["cells"] == []
    assert found["totals"]["by_sex"]["hidden"]["names"] == ["female"]
    assert "Arta" not in str(found)
    assert await asked(client, payer, number=number, months=2) == (200, found)


def _undated(text: str) -> str:
    """The document without the day that those which come with Ura say of themselves."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("valid_from"))


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.EMPLOYER, Role.AUDITOR])
async def test_others_may_not(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    headers = await signed_in(await _account(given, role))

    status, problem = await asked(client, headers, number=1)

    assert (status, problem["type"]) == (403, "/problems/not-allowed")
    assert (await client.post(SIMULATE, json={"number": 1})).status_code == 401


async def _account(given: Given, role: Role) -> Account:
    if role is Role.CASE_OFFICER:
        return await given.case_officer()
    if role is Role.EMPLOYER:
        return await given.representative()
    return await given.account(role)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"number": 1, "months": 0}, 400),
        ({"number": 1, "months": 25}, 400),
        ({"number": 1, "months": "many"}, 400),
        ({"number": 1, "document": "x"}, 400),
        ({"number": 77}, 404),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, body: dict[str, Any], status: int
) -> None:
    headers = await signed_in(await given.finance_officer())

    assert (await asked(client, headers, **body))[0] == status


async def test_a_draft_with_flaws_names_its_lines(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    text = a_document(code="WS-70", formula="rate * monthly")
    number, author = await drafted(client, given, signed_in, text)

    status, problem = await asked(client, author, number=number)

    assert (status, problem["type"]) == (422, "/problems/scheme-version-flawed")
    assert problem["findings"][0]["line"] > 1


async def test_a_draft_that_asks_for_what_nobody_keeps_is_refused_by_name(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    text = a_document(code="WS-70").replace(
        '"agreement.start" = "date"', '"agreement.start" = "date"\n"firm.headcount" = "count"'
    )
    number, author = await drafted(client, given, signed_in, text)

    status, problem = await asked(client, author, number=number)

    assert (status, problem["type"]) == (422, "/problems/scheme-needs-other-facts")
    assert problem["facts"] == ["firm.headcount"]


async def test_the_description_says_that_nothing_changes(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/schema")).json()["paths"]

    described = paths["/api/schemes/{code}/simulate"]["post"]["description"]
    assert "It changes nothing." in described
