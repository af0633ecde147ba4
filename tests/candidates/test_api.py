"""Candidates through the API."""

from typing import Any

import httpx
import msgspec
import pytest

from service.actor import Role
from tests.conftest import SignIn
from tests.forms import candidate_form, next_iban, next_personal_number
from tests.given import Given


def body(**fields: Any) -> dict[str, Any]:
    filled: dict[str, Any] = msgspec.to_builtins(candidate_form(**fields))
    return filled


async def test_a_person_is_registered_and_read_back_without_the_personal_number(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.case_officer())
    number = next_personal_number()

    made = await client.post(
        "/api/candidates",
        json=body(family_name="Çelik", personal_number=number, iban=next_iban()),
        headers=headers,
    )
    candidate = made.json()["candidate"]
    read = await client.get(f"/api/candidates/{candidate['id']}", headers=headers)

    assert made.status_code == 201, made.text
    assert made.json()["warnings"] == []
    assert made.json()["bank_account_id"]
    assert read.json()["personal_number_ending"] == number[-3:]
    assert number not in made.text + read.text
    assert "characteristics" not in made.text + read.text


async def test_every_wrong_field_gets_a_sentence_and_nothing_is_saved(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.case_officer())
    wrong = body(born_on="2003-02-30", municipality_code="atlantis", iban="XK05 1212")

    refused = await client.post("/api/candidates", json=wrong, headers=headers)
    listed = await client.get("/api/candidates", headers=headers)

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "/problems/invalid-fields"
    assert set(refused.json()["fields"]) == {"born_on", "municipality_code", "iban"}
    assert listed.json() == []


@pytest.mark.parametrize(
    "content",
    [
        '{"travel_km": NaN}',
        '{"travel_km": Infinity}',
        "not json",
        "[]",
        '{"given_name": null}',
        '{"given_name": "A", "role": "administrator"}',
        '{"given_name": "\ud800"}',  # not UTF-8
        '{"given_name": "\\ud800"}',
    ],
)
async def test_what_is_not_the_json_asked_for_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, content: str
) -> None:
    headers = await signed_in(await given.case_officer())

    refused = await client.post(
        "/api/candidates",
        content=content.encode("utf-8", "surrogatepass"),
        headers=headers | {"content-type": "application/json"},
    )

    assert refused.status_code == 400
    assert refused.json()["type"] == "/problems/invalid-request"


async def test_a_registration_with_nan_for_a_number_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.case_officer())
    whole = msgspec.json.encode(candidate_form(travel_km=77)).replace(b":77", b":NaN")

    refused = await client.post(
        "/api/candidates", content=whole, headers=headers | {"content-type": "application/json"}
    )

    assert refused.status_code == 400
    assert (await client.get("/api/candidates", headers=headers)).json() == []


async def test_a_lookalike_is_named_and_registered_after_confirming(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    first = await given.candidate(officer, given_name="Đorđe", family_name="Đorđević")
    headers = await signed_in(officer)
    again = body(given_name="Djordje", family_name="Djordjevic", confirmed_not_duplicate=False)

    refused = await client.post("/api/candidates", json=again, headers=headers)
    made = await client.post(
        "/api/candidates", json=again | {"confirmed_not_duplicate": True}, headers=headers
    )

    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/likely-duplicate"
    assert refused.json()["references"] == [first.reference]
    assert made.status_code == 201


async def test_duplicates_are_searched_before_saving(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    first = await given.candidate(officer, family_name="Çelik")

    found = await client.post(
        "/api/candidates/duplicates",
        json={"given_name": "Arta", "family_name": "Celik", "born_on": "2003-05-14"},
        headers=await signed_in(officer),
    )

    assert found.status_code == 200
    assert [one["reference"] for one in found.json()] == [first.reference]


async def test_a_personal_number_of_another_office_gives_nothing_away(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    number = next_personal_number()
    there = await given.candidate(await given.case_officer("prizren"), personal_number=number)
    headers = await signed_in(await given.case_officer("peje"))

    refused = await client.post(
        "/api/candidates", json=body(personal_number=number), headers=headers
    )

    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/personal-number-taken"
    assert there.reference not in refused.text
    assert number not in refused.text


async def test_people_are_searched_by_name_in_the_own_office_only(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer("prizren")
    candidate = await given.candidate(officer, family_name="Çelik")
    stranger = await signed_in(await given.case_officer("peje"))

    own = await client.get("/api/candidates?name=celik", headers=await signed_in(officer))
    other = await client.get("/api/candidates?name=celik", headers=stranger)
    direct = await client.get(f"/api/candidates/{candidate.id}", headers=stranger)

    assert [one["id"] for one in own.json()] == [str(candidate.id)]
    assert other.json() == []
    assert direct.status_code == 404


async def test_a_list_shows_nothing_sensitive(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    await given.candidate(officer, characteristics=["disability"], referral_source="shelter")

    listed = await client.get("/api/candidates", headers=await signed_in(officer))

    assert set(listed.json()[0]) == {
        "id",
        "reference",
        "given_name",
        "family_name",
        "born_on",
        "municipality_code",
        "registered_at",
        "withdrawn_at",
    }


async def test_a_patch_changes_what_it_names(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)

    changed = await client.patch(
        f"/api/candidates/{candidate.id}",
        json={"travel_km": 60, "occupations": ["2142"]},
        headers=await signed_in(officer),
    )

    assert changed.status_code == 200
    assert (changed.json()["travel_km"], changed.json()["occupations"]) == (60, ["2142"])
    assert changed.json()["family_name"] == candidate.family_name


@pytest.mark.parametrize(
    "patch", [{"office_id": "x"}, {"travel_km": "far"}, {"travel_km": None}, {"registered_at": 1}]
)
async def test_a_patch_of_something_else_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, patch: dict[str, object]
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)

    refused = await client.patch(
        f"/api/candidates/{candidate.id}", json=patch, headers=await signed_in(officer)
    )

    assert refused.status_code == 400


async def test_sensitive_facts_are_read_for_a_purpose_and_replaced(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer, characteristics=["disability"])
    headers, path = await signed_in(officer), f"/api/candidates/{candidate.id}/sensitive"

    written = await client.put(
        path,
        json={"characteristics": ["repatriated"], "referral_source": "ngo"},
        headers=headers,
    )
    read = await client.post(
        f"{path}/read", json={"purpose": "plan the interview"}, headers=headers
    )
    unsaid = await client.post(f"{path}/read", json={"purpose": " "}, headers=headers)

    assert written.status_code == 204
    assert read.json() == {"characteristics": ["repatriated"], "referral_source": "ngo"}
    assert unsaid.status_code == 422


@pytest.mark.parametrize(
    "role",
    [Role.AUDITOR, Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.ADMINISTRATOR],
)
async def test_sensitive_facts_are_for_case_officers(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    candidate = await given.candidate()

    refused = await client.post(
        f"/api/candidates/{candidate.id}/sensitive/read",
        json={"purpose": "plan the interview"},
        headers=await signed_in(await given.account(role)),
    )

    assert refused.status_code == 403


async def test_sensitive_facts_of_another_office_are_not_there(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    candidate = await given.candidate(await given.case_officer("prizren"))

    refused = await client.post(
        f"/api/candidates/{candidate.id}/sensitive/read",
        json={"purpose": "plan the interview"},
        headers=await signed_in(await given.case_officer("peje")),
    )

    assert refused.status_code == 404


async def test_people_are_found_by_a_characteristic(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer, characteristics=["social_assistance"])
    asked = {"characteristic": "social_assistance", "purpose": "invite to the new scheme"}
    headers = await signed_in(officer)

    found = await client.post("/api/candidates/sensitive/search", json=asked, headers=headers)
    unknown = await client.post(
        "/api/candidates/sensitive/search",
        json=asked | {"characteristic": "shelter"},
        headers=headers,
    )

    assert [one["id"] for one in found.json()] == [str(candidate.id)]
    assert unknown.status_code == 422


async def test_an_auditor_reads_a_person_without_the_personal_number(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    candidate = await given.candidate()

    read = await client.get(
        f"/api/candidates/{candidate.id}",
        headers=await signed_in(await given.account(Role.AUDITOR)),
    )

    assert read.status_code == 200
    assert read.json()["personal_number_ending"] is None


async def test_who_is_withdrawn_stays_so(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    path = f"/api/candidates/{(await given.candidate(officer)).id}"
    headers = await signed_in(officer)

    gone = await client.post(f"{path}/withdraw", headers=headers)
    again = await client.post(f"{path}/withdraw", headers=headers)
    changed = await client.patch(path, json={"travel_km": 1}, headers=headers)

    assert gone.status_code == 200
    assert gone.json()["withdrawn_at"]
    assert again.status_code == changed.status_code == 409


async def test_nobody_comes_in_without_a_token_or_with_another_role(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    unknown = await client.post("/api/candidates", json=body())
    employer = await client.post(
        "/api/candidates", json=body(), headers=await signed_in(await given.representative())
    )

    assert unknown.status_code == 401
    assert employer.status_code == 403


async def test_occupations_are_listed_for_everybody_signed_in(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.representative())

    occupations = await client.get("/api/occupations", headers=headers)

    assert "5223" in {one["isco_code"] for one in occupations.json()}
