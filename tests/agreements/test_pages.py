"""Agreements in a browser."""

from datetime import date

import httpx

from service.agreements.model import Party, State
from tests.conftest import SignIn
from tests.given import Given

JULY = date(2026, 7, 1)


async def test_an_officer_drafts_from_a_match_and_sees_the_text(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    placement = await given.approved_placement(
        starts_on="2026-11-02", last_day="2027-11-01", tasks="Cuts & glues <boards> all day."
    )
    match = await given.agreed_match(officer, placement=placement)
    csrf = await visit(officer)
    matches = await client.get("/matches")
    form = await client.get(f"/agreements/new?match_id={match.id}")

    typed = {"match_id": str(match.id), "starts_on": "2026-11-09", "employed_until": ""}
    drafted = await client.post("/agreements/new", data=typed | csrf)
    shown = await client.get(drafted.headers["location"])

    assert f"/agreements/new?match_id={match.id}" in matches.text
    assert str(match.id) in form.text
    assert drafted.status_code == 303
    assert "Cuts &amp; glues &lt;boards&gt; all day." in shown.text
    assert "2026-11-09 – 2027-05-08" in shown.text


async def test_a_draft_that_cannot_be_comes_back_with_what_was_typed(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    match = await given.agreed_match(officer)
    csrf = await visit(officer)
    typed = {"match_id": str(match.id), "starts_on": "2026-02-30", "employed_until": "soon"}

    back = await client.post("/agreements/new", data=typed | csrf)
    early = await client.post("/agreements/new", data=typed | csrf | {
        "starts_on": "2026-11-03", "employed_until": ""
    })  # fmt: skip

    assert (back.status_code, early.status_code) == (422, 422)
    assert 'id="starts_on-error"' in back.text
    assert 'id="employed_until-error"' in back.text
    assert 'value="2026-02-30"' in back.text
    assert "must lie in the placement" in early.text


async def test_each_party_sees_its_own_button_until_all_have_signed(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.drafted_agreement()
    address = f"/agreements/{agreement.id}"
    await visit(await given.employer_of(agreement))
    to_the_employer = await client.get(address)
    await visit(await given.officer_of(agreement))
    to_the_officer = await client.get(address)
    await given.signature(agreement, Party.CANDIDATE)
    await given.signature(agreement, Party.EMPLOYER)

    at_the_end = await client.get(address)

    assert "Sign this text for the employer" in to_the_employer.text
    assert "Record the candidate" not in to_the_employer.text
    assert "Record the candidate" in to_the_officer.text
    assert "Sign this text for the office" not in to_the_officer.text
    assert "Sign this text for the office" in at_the_end.text


async def test_an_employer_signs_the_text_on_the_page(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.drafted_agreement()
    representative = await given.employer_of(agreement)
    csrf = await visit(representative)
    typed = {"party": "employer", "terms_sha256": agreement.terms_sha256.hex()}

    signed = await client.post(f"/agreements/{agreement.id}/sign", data=typed | csrf)
    shown = await client.get(signed.headers["location"])

    assert signed.status_code == 303
    assert representative.name in shown.text
    assert "Sign this text for the employer" not in shown.text


async def test_a_start_too_early_is_explained_on_top_of_the_agreement(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.drafted_agreement()
    csrf = await visit(await given.officer_of(agreement))

    refused = await client.post(f"/agreements/{agreement.id}/start", data=csrf)

    assert refused.status_code == 409
    summary = refused.text.index("error-summary")
    assert summary < refused.text.index("<h1>")
    assert "Still to sign: candidate, employer, employment office." in refused.text


async def test_an_officer_starts_a_signed_agreement(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.signed_agreement()
    csrf = await visit(await given.officer_of(agreement))

    started = await client.post(f"/agreements/{agreement.id}/start", data=csrf)

    assert started.status_code == 303
    assert (await given.agreement(agreement.id)).state is State.ACTIVE


async def test_a_suspension_is_recorded_resumed_and_given_back(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    csrf = await visit(await given.officer_of(agreement))
    address = f"/agreements/{agreement.id}"
    absence = {"suspended_from": "2026-10-12", "suspended_until": "", "suspension_reason": "Ill"}
    back = {"extension_days": "14", "extension_reason": "Given back"}

    await client.post(f"{address}/suspend", data=absence | csrf)
    await client.post(f"{address}/resume", data={"resumes_on": "2026-10-26"} | csrf)
    await client.post(f"{address}/extend", data=back | csrf)
    shown = await client.get(address)

    assert "1 Jul 2026 – 14 Jan 2027" in shown.text
    assert "<td>12 Oct 2026</td><td>26 Oct 2026</td><td>Ill</td>" in shown.text


async def test_a_form_that_does_not_fit_comes_back_with_what_was_typed(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    csrf = await visit(await given.officer_of(agreement))
    typed = {"last_day": "2026-12-01", "cause": "mutual", "end_reason": "Too far to travel"}

    future = await client.post(f"/agreements/{agreement.id}/end", data=typed | csrf)
    empty = await client.post(f"/agreements/{agreement.id}/end", data=csrf)

    assert (future.status_code, empty.status_code) == (422, 422)
    assert 'id="last_day-error"' in future.text
    assert 'value="Too far to travel"' in future.text
    for field in ("last_day", "cause", "end_reason"):
        assert f'id="{field}-error"' in empty.text


async def test_an_officer_ends_and_cancels(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    running = await given.active_agreement(officer, starts_on=JULY)
    drafted = await given.drafted_agreement(officer)
    csrf = await visit(officer)
    typed = {"last_day": "2026-10-15", "cause": "mutual", "end_reason": "Too far to travel"}

    await client.post(f"/agreements/{running.id}/end", data=typed | csrf)
    await client.post(f"/agreements/{drafted.id}/cancel", data={"cancel_reason": "Ill"} | csrf)
    shown = await client.get(f"/agreements/{running.id}")

    assert (await given.agreement(drafted.id)).state is State.CANCELLED
    assert "Ended early" in shown.text
    assert "Both sides agreed to end it" in shown.text
    assert "End the agreement" not in shown.text


async def test_an_officer_says_when_the_employment_of_a_completed_agreement_ended(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.completed_agreement()
    address = f"/agreements/{agreement.id}"
    csrf = await visit(await given.officer_of(agreement))
    typed = {"employed_until": "2026-10-15", "employment_reason": "Moved abroad"}

    form = await client.get(address)
    empty = await client.post(f"{address}/employment", data=csrf)
    done = await client.post(f"{address}/employment", data=typed | csrf)
    shown = await client.get(address)

    assert "Save the last day" in form.text
    assert empty.status_code == 422
    assert 'id="employed_until-error"' in empty.text
    assert done.status_code == 303
    assert "2 Mar 2026 – 15 Oct 2026" in shown.text
    assert "Another end of the employment" in shown.text


async def test_the_list_says_who_has_still_to_sign(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.drafted_agreement()
    await given.signature(agreement, Party.EMPLOYER)
    await visit(await given.officer_of(agreement))

    listed = await client.get("/agreements")
    none = await client.get("/agreements?state=completed")

    assert agreement.reference in listed.text
    assert "<td>candidate, employment office</td>" in listed.text
    assert agreement.reference not in none.text


async def test_another_office_sees_no_page_of_it(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.drafted_agreement()
    await visit(await given.case_officer("peje"))

    page = await client.get(f"/agreements/{agreement.id}")
    listed = await client.get("/agreements")

    assert page.status_code == 404
    assert agreement.reference not in listed.text
