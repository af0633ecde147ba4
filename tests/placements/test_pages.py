"""Placements in a browser."""

import httpx

from tests.conftest import SignIn
from tests.given import Given
from tests.pages import fields_of

TYPED = {
    "scheme_code": "WS-70",
    "title": "Baker's helper <b>",
    "occupation_code": "7512",
    "tasks": "Kneads the dough, watches the oven and keeps the shop clean.",
    "mentor_name": "Blerim Gashi",
    "training_plan": "Bread in the first month, pastry in the second, the shop in the third.",
    "weekly_hours": "40",
    "gross_wage": "512,50",
    "municipality_code": "peje",
    "seats": "2",
    "starts_on": "2026-12-01",
    "last_day": "2027-11-30",
    "education_min": "primary",
    "languages": ["sq", "sr"],
    "driving_licences": "B",
    "skills": "baking, Cleaning",
    "skills_demanded": "",
}


async def test_an_employer_posts_a_placement_and_sees_it(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await given.representative())

    posted = await client.post("/placements/new", data=TYPED | csrf)
    shown = await client.get(posted.headers["location"])

    assert posted.status_code == 303
    assert shown.status_code == 200
    assert "Baker&#39;s helper &lt;b&gt;" in shown.text
    assert "€512.50" in shown.text
    assert "Albanian, Serbian" in shown.text
    assert "baking, cleaning" in shown.text


async def test_the_form_comes_back_with_what_was_typed_and_a_word_beside_each_field(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await given.representative())
    wrong = TYPED | {"gross_wage": "-5", "starts_on": "2026-02-30", "weekly_hours": "many"}

    back = await client.post("/placements/new", data=wrong | csrf)

    assert back.status_code == 422
    for field in ("gross_wage", "starts_on", "weekly_hours"):
        assert f'id="{field}-error"' in back.text
    assert 'value="-5"' in back.text
    assert 'value="many"' in back.text
    assert 'value="2026-02-30"' in back.text
    assert 'value="sr" checked' in back.text
    assert '<option value="7512" selected>' in back.text


async def test_a_placement_is_posted_again_with_other_days(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await given.representative())
    posted = await client.post("/placements/new", data=TYPED | csrf)
    address = posted.headers["location"]
    copied = f"/placements/new?copy={address.rsplit('/', 1)[1]}"

    shown = await client.get(address)
    form = await client.get(copied)
    await visit(await given.representative())
    foreign = await client.get(copied)

    assert f'href="{copied}"' in shown.text
    held = fields_of(form.text, "/placements/new")
    assert held["title"] == TYPED["title"]
    assert held["gross_wage"] == "512.50"
    assert (held["starts_on"], held["last_day"]) == ("", "")
    assert foreign.status_code == 404


async def test_words_that_computers_like_are_kept_as_words(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await given.representative())

    posted = await client.post("/placements/new", data=TYPED | {"title": "null"} | csrf)
    shown = await client.get(posted.headers["location"])

    assert "<h1>null</h1>" in shown.text


async def test_the_empty_form_can_be_opened_and_sent(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await given.representative())

    empty = await client.get("/placements/new")
    back = await client.post("/placements/new", data=csrf)

    assert empty.status_code == 200
    assert "error-summary" not in empty.text
    assert back.status_code == 422
    assert "error-summary" in back.text


async def test_a_form_without_its_token_is_refused(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.representative())

    assert (await client.post("/placements/new", data=TYPED)).status_code == 403


async def test_an_officer_approves_and_then_sees_who_fits_with_reasons(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    placement = await given.submitted_placement()
    candidate = await given.candidate(officer)
    csrf = await visit(officer)

    waiting = await client.get(f"/placements/{placement.id}")
    approved = await client.post(f"/placements/{placement.id}/approve", data=csrf)
    shown = await client.get(approved.headers["location"])

    assert f"/placements/{placement.id}/approve" in waiting.text
    assert approved.status_code == 303
    assert candidate.reference in shown.text
    assert "Looks for exactly this occupation." in shown.text
    assert 'action="/matches"' in shown.text


async def test_a_refusal_without_a_reason_comes_back(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    placement = await given.submitted_placement()
    csrf = await visit(await given.case_officer())
    address = f"/placements/{placement.id}/refuse"

    back = await client.post(address, data={"reason": "no"} | csrf)
    refused = await client.post(address, data={"reason": "No mentor works there."} | csrf)
    shown = await client.get(refused.headers["location"])

    assert back.status_code == 422
    assert 'id="reason-error"' in back.text
    assert ">no</textarea>" in back.text
    assert "No mentor works there." in shown.text


async def test_an_employer_closes_and_decides_nothing(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    representative = await given.representative()
    placement = await given.approved_placement(representative)
    csrf = await visit(representative)

    shown = await client.get(f"/placements/{placement.id}")
    refused = await client.post(f"/placements/{placement.id}/approve", data=csrf)
    closed = await client.post(f"/placements/{placement.id}/close", data=csrf)

    assert "Close the placement" in shown.text
    assert "best first" not in shown.text
    assert refused.status_code == 403
    assert closed.status_code == 303


async def test_lists_show_an_employer_its_own_and_an_officer_all(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    representative = await given.representative()
    mine = await given.submitted_placement(representative)
    other = await given.approved_placement()

    await visit(await given.case_officer())
    all_of_them = await client.get("/placements")
    still_open = await client.get("/placements?open_only=true")
    client.cookies.clear()
    await visit(representative)
    own = await client.get("/placements")

    assert mine.reference in all_of_them.text
    assert other.reference in all_of_them.text
    assert mine.reference not in still_open.text
    assert mine.reference in own.text
    assert other.reference not in own.text
