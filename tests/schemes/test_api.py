"""Schemes and minimum wages as machines read and write them."""

from typing import Any

import httpx
import pytest

from service.accounts.model import Account
from service.actor import Role
from tests.conftest import Headers, SignIn
from tests.given import Given
from tests.schemes.samples import a_document

VERSIONS = "/api/schemes/TRIAL/versions"


async def drafted(client: httpx.AsyncClient, headers: Headers, **changes: Any) -> httpx.Response:
    body = {"document": a_document(**changes), "valid_from": "2027-01-01"}
    return await client.post(VERSIONS, json=body, headers=headers)


async def administrator(given: Given) -> Account:
    return await given.account(Role.ADMINISTRATOR)


async def test_a_scheme_shows_its_rules_and_the_act_they_rest_on(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()

    response = await client.get("/api/schemes", headers=await signed_in(officer))

    versions = {version["code"]: version for version in response.json()}
    assert versions["WS-70"]["monthly_max_cents"] == 35000
    assert versions["WS-70"]["payments"]["retention"]["payee"] == "employer"
    assert versions["SP-FLAT"]["monthly_max_cents"] == 26400
    assert versions["SP-FLAT"]["payments"]["subsidy"]["payee"] == "candidate"
    assert all(version["source"] for version in versions.values())
    assert {version["state"] for version in versions.values()} == {"activated"}
    assert {version["selected_by"] for version in versions.values()} == {"agreement.start"}


async def test_a_version_is_drafted_checked_and_activated_by_two_people(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    author = await signed_in(await administrator(given))
    second = await signed_in(await given.account(Role.FINANCE_AUTHORISER))

    draft = (await drafted(client, author)).json()
    checked = await client.post(f"{VERSIONS}/1/check", headers=author)
    seal = {"document_sha256": checked.json()["document_sha256"]}
    own = await client.post(f"{VERSIONS}/1/activate", json=seal, headers=author)
    activated = await client.post(f"{VERSIONS}/1/activate", json=seal, headers=second)

    assert (draft["state"], draft["number"], draft["valid_from"]) == ("drafted", 1, "2027-01-01")
    assert checked.json()["state"] == "checked"
    assert (own.status_code, own.json()["type"]) == (403, "/problems/second-person-needed")
    assert activated.status_code == 200
    assert activated.json()["state"] == "activated"
    assert activated.json()["document"] == a_document()


async def test_a_failing_check_names_lines_and_the_draft_keeps_them(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    author = await signed_in(await administrator(given))
    await drafted(client, author, expected="351.00")

    refused = await client.post(f"{VERSIONS}/1/check", headers=author)
    kept = await client.get(f"{VERSIONS}/1", headers=author)
    examples = await client.get(f"{VERSIONS}/1/examples", headers=author)

    (finding,) = refused.json()["findings"]
    assert (refused.status_code, refused.json()["type"]) == (
        422, "/problems/scheme-version-flawed"
    )  # fmt: skip
    assert finding["part"] == "one month"
    assert finding["message"] == "2026-04: expected 351.00, found 350"
    assert finding["line"] == a_document().splitlines().index("[[example]]") + 1
    assert (kept.json()["state"], kept.json()["findings"]) == ("drafted", [finding])
    assert examples.json()[0]["misses"] == [finding]


async def test_a_document_that_cannot_be_kept_is_refused_with_its_lines(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    author = await signed_in(await administrator(given))

    refused = await drafted(client, author, payee="landlord", months=0)
    listed = await client.get(VERSIONS, headers=author)

    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/scheme-document-refused"
    assert {one["part"] for one in refused.json()["findings"]} == {
        "settings.payee", "settings.months"
    }  # fmt: skip
    assert listed.status_code == 404


async def test_a_document_is_sent_to_the_scheme_that_it_names(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    refused = await drafted(client, await signed_in(await administrator(given)), code="OTHER")

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/other-scheme")


async def test_only_its_author_rewrites_a_draft_and_it_is_checked_anew(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    author = await signed_in(await administrator(given))
    await drafted(client, author)
    await client.post(f"{VERSIONS}/1/check", headers=author)
    body = {"document": a_document(months=4), "valid_from": "2027-02-01"}

    other = await client.put(
        f"{VERSIONS}/1", json=body, headers=await signed_in(await administrator(given))
    )
    own = await client.put(f"{VERSIONS}/1", json=body, headers=author)

    assert (other.status_code, other.json()["type"]) == (403, "/problems/not-your-draft")
    assert (own.json()["state"], own.json()["months"]) == ("drafted", 4)
    assert own.json()["checked_at"] is None


async def test_differences_are_those_to_the_version_in_force(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    author = await signed_in(await administrator(given))
    await drafted(client, author)
    await drafted(client, author, months=4)

    first = await client.get(f"{VERSIONS}/1/differences", headers=author)
    second = await client.get(f"{VERSIONS}/2/differences", headers=author)

    assert first.json() == {"compared_with": None, "lines": []}
    assert second.json()["compared_with"] == 1
    assert {"-months = 6", "+months = 4"} <= set(second.json()["lines"])


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR])
async def test_who_does_not_write_schemes_reads_drafts_and_writes_none(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    await drafted(client, await signed_in(await administrator(given)))
    reader = await signed_in(await given.account(role))

    read = await client.get(f"{VERSIONS}/1", headers=reader)
    written = await drafted(client, reader)
    checked = await client.post(f"{VERSIONS}/1/check", headers=reader)

    assert (read.status_code, written.status_code, checked.status_code) == (200, 403, 403)


async def test_a_case_officer_sees_no_draft(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    await drafted(client, await signed_in(await administrator(given)))
    officer = await signed_in(await given.case_officer())

    assert (await client.get(f"{VERSIONS}/1", headers=officer)).status_code == 404
    assert (await client.get(VERSIONS, headers=officer)).status_code == 404


@pytest.mark.parametrize(
    "address", ["trial/versions", "T%00/versions", "TRIAL/versions/0", "TRIAL/versions/99999999999"]
)
async def test_an_address_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, address: str
) -> None:
    headers = await signed_in(await administrator(given))

    assert (await client.get(f"/api/schemes/{address}", headers=headers)).status_code in (400, 404)


async def test_a_document_of_ten_megabytes_is_refused_in_a_sentence(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await administrator(given))
    body = {"document": "#" * 10_000_000, "valid_from": "2027-01-01"}

    response = await client.post(VERSIONS, json=body, headers=headers)

    assert (response.status_code, response.json()["type"]) == (413, "/problems/request-too-large")
    assert "larger than anything Ura reads" in response.json()["detail"]


async def test_the_description_says_what_each_address_does(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/schema")).json()["paths"]

    activate = paths["/api/schemes/{code}/versions/{number}/activate"]["post"]
    assert "second person" in activate["description"]


async def test_minimum_wages_come_newest_first_without_an_end_while_in_force(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    auditor = await given.account(Role.AUDITOR)

    response = await client.get("/api/minimum-wages", headers=await signed_in(auditor))

    newest, before = response.json()[:2]
    assert newest["monthly_cents"] == 50000
    assert newest["valid_from"] == "2026-07-01"
    assert newest["valid_until"] is None
    assert (before["monthly_cents"], before["valid_until"]) == (42500, "2026-06-30")


async def test_a_stranger_reads_neither(client: httpx.AsyncClient) -> None:
    schemes = await client.get("/api/schemes")
    wages = await client.get("/api/minimum-wages")

    assert (schemes.status_code, wages.status_code) == (401, 401)
