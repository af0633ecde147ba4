"""Candidates in a browser."""

from typing import Any

import httpx
import msgspec

from service.candidates.forms import RegistrationForm
from tests.conftest import SignIn
from tests.forms import candidate_form
from tests.given import Given


def filled(form: RegistrationForm) -> dict[str, Any]:
    """A form as a browser sends it: skills in one line, no answer for an unticked box."""
    typed: dict[str, Any] = msgspec.to_builtins(form)
    return {
        **{field: value for field, value in typed.items() if value not in (None, False, True)},
        "skills": ", ".join(form.skills),
        "travel_km": str(form.travel_km),
    }


async def test_people_are_searched_without_accents(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    await given.candidate(officer, family_name="Đorđević")
    await given.candidate(await given.case_officer("peje"), family_name="Djordjevikj")
    csrf = await visit(officer)

    found = await client.post(
        "/candidates/search", data={**csrf, "name": "djordjev"}, follow_redirects=True
    )
    none = await client.post(
        "/candidates/search", data={**csrf, "name": "<script>"}, follow_redirects=True
    )

    assert "Đorđević" in found.text
    assert "Djordjevikj" not in found.text
    assert "<script>" not in none.text
    assert "djordjev" not in str(found.url).lower()


async def test_a_wrong_check_digit_is_shown_as_a_warning(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    doubtful = await given.candidate(officer, personal_number="1234567893")
    plain = await given.candidate(officer)
    await visit(officer)

    warned = await client.get(f"/candidates/{doubtful.id}")
    silent = await client.get(f"/candidates/{plain.id}")

    assert "does not fit the others" in warned.text
    assert "does not fit the others" not in silent.text


async def test_facts_are_changed_in_a_form_that_starts_with_what_is_known(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer, skills=["excel", "welding"])
    token = await visit(officer)
    path = f"/candidates/{candidate.id}/change"

    known = await client.get(path)
    form = filled(candidate_form(travel_km=77)) | {"personal_number": ""}
    saved = await client.post(path, data=form | token)
    wrong = await client.post(path, data=form | {"travel_km": "-1"} | token)

    assert 'value="excel, welding"' in known.text
    assert 'name="iban"' not in known.text
    assert saved.status_code == 303
    assert "77" in (await client.get(f"/candidates/{candidate.id}")).text
    assert wrong.status_code == 422


async def test_sensitive_facts_are_read_for_a_purpose_and_saved(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer, referral_source="shelter")
    token = await visit(officer)
    path = f"/candidates/{candidate.id}/sensitive"

    unsaid = await client.post(f"{path}/read", data={"purpose": "hm"} | token)
    saved = await client.post(path, data={"characteristics": ["disability"]} | token)
    read = await client.post(f"{path}/read", data={"purpose": "plan the interview"} | token)

    assert unsaid.status_code == 422
    assert 'id="purpose-error"' in unsaid.text
    assert saved.status_code == 303
    assert 'value="disability" checked' in read.text
    assert 'value="shelter" selected' not in read.text
    assert read.headers["cache-control"] == "no-store"


async def test_who_is_withdrawn_can_only_be_looked_at(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    token = await visit(officer)

    gone = await client.post(f"/candidates/{candidate.id}/withdraw", data=token)
    shown = await client.get(f"/candidates/{candidate.id}")
    again = await client.post(f"/candidates/{candidate.id}/withdraw", data=token)

    assert gone.status_code == 303
    assert "Left the register" in shown.text
    assert f"/candidates/{candidate.id}/change" not in shown.text
    assert again.status_code == 409


async def test_another_office_finds_nobody_at_the_address(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    candidate = await given.candidate(await given.case_officer("prizren"))
    await visit(await given.case_officer("peje"))

    page = await client.get(f"/candidates/{candidate.id}")

    assert page.status_code == 404
    assert candidate.family_name not in page.text


async def test_an_employer_has_no_list_of_people(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.representative())

    assert (await client.get("/candidates")).status_code == 403
