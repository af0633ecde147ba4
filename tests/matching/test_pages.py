"""Matches in a browser."""

import httpx

from tests.conftest import SignIn
from tests.given import Given


async def test_an_officer_proposes_from_a_placement_and_introduces(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    placement, candidate = await given.approved_placement(), await given.candidate(officer)
    csrf = await visit(officer)
    pair = {"placement_id": str(placement.id), "candidate_id": str(candidate.id)}

    proposed = await client.post("/matches", data=pair | csrf)
    listed = await client.get("/matches?state=proposed")
    match_id = listed.text.partition("/introduce")[0].rpartition("/matches/")[2]
    introduced = await client.post(f"/matches/{match_id}/introduce", data=csrf)
    after = await client.get("/matches?state=introduced")

    assert proposed.status_code == 303
    assert candidate.reference in listed.text
    assert "35 / 35: Looks for exactly this occupation." in listed.text
    assert introduced.status_code == 303
    assert "The candidate says yes" in after.text
    assert "/introduce" not in after.text


async def test_both_sides_accept_and_no_button_is_left_but_no(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative)
    match = await given.introduced_match(officer, placement=placement)

    csrf = await visit(officer)
    await client.post(f"/matches/{match.id}/accept", data=csrf)
    client.cookies.clear()
    csrf = await visit(representative)
    accepted = await client.post(f"/matches/{match.id}/accept", data=csrf)
    shown = await client.get("/matches")

    assert accepted.status_code == 303
    assert "Agreed" in shown.text
    assert f"/matches/{match.id}/accept" not in shown.text
    assert f"/matches/{match.id}/decline" in shown.text


async def test_an_employer_sees_nobody_before_the_introduction(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    representative = await given.representative()
    placement = await given.approved_placement(representative)
    await given.proposed_match(await given.case_officer(), placement=placement)
    await visit(representative)

    shown = await client.get("/matches")

    assert "Nobody has been introduced to you yet." in shown.text
    assert "Krasniqi" not in shown.text


async def test_an_employer_sees_what_work_asks_for_and_no_birth_date(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative)
    candidate = await given.candidate(officer)
    await given.introduced_match(officer, placement=placement, candidate=candidate)
    await visit(representative)

    shown = await client.get("/matches")

    for word in ("Arta Krasniqi", "Vocational school", "excel", "Albanian, English"):
        assert word in shown.text
    for word in ("2003", candidate.reference, str(candidate.id), "Without work"):
        assert word not in shown.text


async def test_a_no_without_a_reason_comes_back_with_a_word_beside_the_field(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    match = await given.introduced_match(officer)
    csrf = await visit(officer)
    address = f"/matches/{match.id}/decline"

    back = await client.post(address, data={"reason": "no"} | csrf)
    declined = await client.post(address, data={"reason": "Moved to <Berlin>."} | csrf)
    shown = await client.get("/matches")

    assert back.status_code == 422
    assert f'id="reason-{match.id}-error"' in back.text
    assert ">no</textarea>" in back.text
    assert declined.status_code == 303
    assert "Declined by the candidate" in shown.text
    assert "Moved to &lt;Berlin&gt;." in shown.text


async def test_placements_for_a_candidate_are_ranked_with_their_reasons(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    await given.approved_placement(title="Night baker", occupation_code="5222")
    await given.approved_placement(title="Shop keeper")
    await visit(officer)

    shown = await client.get(f"/matches/candidates/{candidate.id}")

    assert shown.text.index("Shop keeper") < shown.text.index("Night baker")
    assert "Looks for an occupation of the same group." in shown.text


async def test_why_not_is_found_by_the_reference(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    placement = await given.approved_placement(languages=["sr"])
    await visit(officer)
    address = f"/matches/why-not?placement={placement.id}&reference="

    told = await client.get(f"{address}{candidate.reference}")
    unknown = await client.get(f"{address}C-NOBODY")

    assert told.status_code == 200
    assert "Does not speak: Serbian." in told.text
    assert "of 100" in told.text
    assert unknown.status_code == 404
    assert 'id="reference-error"' in unknown.text


async def test_who_fits_can_be_proposed_from_there(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    placement, candidate = await given.approved_placement(), await given.candidate(officer)
    await visit(officer)

    told = await client.get(
        f"/matches/why-not?placement={placement.id}&reference={candidate.reference}"
    )

    assert "Every requirement is met." in told.text
    assert f'name="candidate_id" value="{candidate.id}"' in told.text


async def test_pages_of_candidates_are_not_for_employers(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    candidate = await given.candidate(await given.case_officer())
    placement = await given.approved_placement()
    await visit(await given.representative())

    ranked = await client.get(f"/matches/candidates/{candidate.id}")
    told = await client.get(f"/matches/why-not?placement={placement.id}&reference=C-1")

    assert (ranked.status_code, told.status_code) == (403, 403)
