"""Matching over JSON."""

import httpx

from service.accounts.model import Account
from tests.conftest import SignIn
from tests.given import Given

# What an employer never reads of anybody, in any answer.
HIDDEN = (
    "born_on", "personal_number", "sex", "score", "reasons", "unemployed_since", "candidate_id",
    "travel_km", "municipality_code", "characteristics", "2003-05-14",
)  # fmt: skip


async def propose(
    client: httpx.AsyncClient, given: Given, officer: Account, headers: dict[str, str]
) -> httpx.Response:
    placement, candidate = await given.approved_placement(), await given.candidate(officer)
    body = {"placement_id": str(placement.id), "candidate_id": str(candidate.id)}
    return await client.post("/api/matching", json=body, headers=headers)


async def test_a_placements_ranking_gives_score_and_reasons(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    placement, candidate = await given.approved_placement(), await given.candidate(officer)

    response = await client.get(
        f"/api/matching/placements/{placement.id}", headers=await signed_in(officer)
    )

    (first,) = response.json()
    assert first["rank"] == 1
    assert first["candidate"]["candidate_id"] == str(candidate.id)
    assert first["score"] == sum(reason["points"] for reason in first["reasons"])
    assert first["reasons"][0] == {
        "part": "occupation",
        "points": 35,
        "most": 35,
        "sentence": "Looks for exactly this occupation.",
    }


async def test_a_candidates_ranking_gives_placements(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    placement, candidate = await given.approved_placement(), await given.candidate(officer)

    response = await client.get(
        f"/api/matching/candidates/{candidate.id}", headers=await signed_in(officer)
    )

    (first,) = response.json()
    assert first["placement"]["reference"] == placement.reference
    assert first["placement"]["gross_wage_cents"] == 500_00


async def test_why_not_names_each_requirement_in_a_sentence(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    placement = await given.approved_placement(languages=["sr"], driving_licences=["C"])
    candidate = await given.candidate(officer)

    response = await client.get(
        f"/api/matching/why-not?placement={placement.id}&candidate={candidate.id}",
        headers=await signed_in(officer),
    )

    assert response.json()["fits"] is False
    assert response.json()["failed"] == [
        {"requirement": "languages_fit", "sentence": "Does not speak: Serbian."},
        {"requirement": "licences_fit", "sentence": "Has no driving licence of class: C."},
    ]


async def test_a_match_goes_from_proposal_to_agreement(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative)
    candidate = await given.candidate(officer)
    office, firm = await signed_in(officer), await signed_in(representative)
    body = {"placement_id": str(placement.id), "candidate_id": str(candidate.id)}

    proposed = await client.post("/api/matching", json=body, headers=office)
    address = f"/api/matching/{proposed.json()['id']}"
    introduced = await client.post(f"{address}/introduce", headers=office)
    accepted = await client.post(f"{address}/accept", headers=firm)
    agreed = await client.post(f"{address}/accept", headers=office)

    assert (proposed.status_code, proposed.json()["state"]) == (201, "proposed")
    assert introduced.json()["state"] == "introduced"
    assert accepted.json()["state"] == "employer_accepted"
    assert (agreed.status_code, agreed.json()["state"]) == (200, "agreed")
    assert (await client.get(address, headers=office)).json()["state"] == "agreed"


async def test_an_employer_reads_of_an_introduced_candidate_only_what_work_asks_for(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    representative = await given.representative()
    placement = await given.approved_placement(representative)
    match = await given.introduced_match(await given.case_officer(), placement=placement)
    headers = await signed_in(representative)

    listed = await client.get("/api/matching/introductions", headers=headers)
    shown = await client.get(f"/api/matching/introductions/{match.id}", headers=headers)
    answered = await client.post(f"/api/matching/{match.id}/accept", headers=headers)

    assert shown.json()["given_name"] == "Arta"
    assert shown.json()["education"] == "vocational"
    assert shown.json()["skills"] == ["excel"]
    assert shown.json()["languages"] == ["sq", "en"]
    assert shown.json()["driving_licences"] == ["B"]
    for response in (listed, shown, answered):
        assert response.status_code == 200
        assert not [word for word in HIDDEN if word in response.text]


async def test_an_employer_reads_nothing_before_the_introduction(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    representative = await given.representative()
    placement = await given.approved_placement(representative)
    match = await given.proposed_match(await given.case_officer(), placement=placement)
    headers = await signed_in(representative)

    listed = await client.get("/api/matching/introductions", headers=headers)
    shown = await client.get(f"/api/matching/introductions/{match.id}", headers=headers)
    answered = await client.post(f"/api/matching/{match.id}/accept", headers=headers)

    assert listed.json() == []
    assert (shown.status_code, answered.status_code) == (404, 404)


async def test_an_employer_ranks_proposes_and_introduces_nobody(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative)
    match = await given.proposed_match(officer, placement=placement)
    headers = await signed_in(representative)

    answers = [
        await client.get("/api/matching", headers=headers),
        await client.get(f"/api/matching/placements/{placement.id}", headers=headers),
        await client.post(f"/api/matching/{match.id}/introduce", headers=headers),
        await propose(client, given, officer, headers),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 403]


async def test_a_candidate_of_another_office_cannot_be_proposed_nor_looked_at(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    theirs = await given.candidate(await given.case_officer("prizren"))
    placement = await given.approved_placement()
    headers = await signed_in(await given.case_officer())
    body = {"placement_id": str(placement.id), "candidate_id": str(theirs.id)}
    pair = f"placement={placement.id}&candidate={theirs.id}"

    answers = [
        await client.post("/api/matching", json=body, headers=headers),
        await client.get(f"/api/matching/why-not?{pair}", headers=headers),
        await client.get(f"/api/matching/candidates/{theirs.id}", headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_a_no_needs_a_reason(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    match = await given.introduced_match(officer)
    headers, address = await signed_in(officer), f"/api/matching/{match.id}/decline"

    without = await client.post(address, json={"reason": " "}, headers=headers)
    declined = await client.post(address, json={"reason": "Found other work."}, headers=headers)
    again = await client.post(address, json={"reason": "Found other work."}, headers=headers)

    assert (without.status_code, without.json()["type"]) == (422, "/problems/reason-missing")
    assert declined.json()["declined_side"] == "candidate"
    assert (again.status_code, again.json()["type"]) == (409, "/problems/match-moved-on")


async def test_an_office_lists_its_matches_by_state(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    await given.proposed_match(officer)
    introduced = await given.introduced_match(officer)
    await given.introduced_match(await given.case_officer("obiliq"))

    response = await client.get("/api/matching?state=introduced", headers=await signed_in(officer))

    assert [match["id"] for match in response.json()] == [str(introduced.id)]


async def test_the_last_seat_answers_409(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer, representative = await given.case_officer(), await given.representative()
    placement = await given.approved_placement(representative)
    late = await given.introduced_match(officer, placement=placement)
    await given.accepted(late.id, officer)
    await given.agreed_match(officer, placement=placement)

    response = await client.post(
        f"/api/matching/{late.id}/accept", headers=await signed_in(representative)
    )

    assert (response.status_code, response.json()["type"]) == (409, "/problems/no-seat-left")
