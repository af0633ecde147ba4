"""Agreements over JSON."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from service.agreements.model import Party
from service.ids import new_id
from tests.agreements import moves
from tests.conftest import FixedClock, Headers, SignIn
from tests.given import Given

JULY = date(2026, 7, 1)


async def signing(
    client: httpx.AsyncClient, agreement: dict[str, Any], party: str, headers: Headers
) -> httpx.Response:
    return await client.post(
        f"/api/agreements/{agreement['id']}/sign",
        json={"party": party, "terms_sha256": agreement["terms_sha256"]},
        headers=headers,
    )


async def test_an_agreement_goes_from_draft_to_active(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    placement = await given.approved_placement(starts_on="2026-11-02", last_day="2027-11-01")
    match = await given.agreed_match(officer, placement=placement)
    wanted = {"match_id": str(match.id), "starts_on": "2026-11-02"}
    office = await signed_in(officer)
    drafted = await client.post("/api/agreements", json=wanted, headers=office)
    agreement = drafted.json()
    employer = await signed_in(await given.employer_of(await given.agreement(agreement["id"])))

    signed = [
        await signing(client, agreement, "candidate", office),
        await signing(client, agreement, "employer", employer),
        await signing(client, agreement, "office", office),
    ]
    started = await client.post(f"/api/agreements/{agreement['id']}/start", headers=office)

    assert drafted.status_code == 201
    assert agreement["missing_parties"] == ["candidate", "employer", "office"]
    assert (agreement["last_day"], agreement["employed_until"]) == ("2027-05-01", "2027-11-01")
    assert [one.status_code for one in signed] == [200, 200, 200]
    assert signed[-1].json()["state"] == "signed"
    assert started.json()["state"] == "active"


async def test_a_start_without_all_signatures_names_who_is_missing(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.drafted_agreement()
    await given.signature(agreement, Party.CANDIDATE)
    office = await signed_in(await given.officer_of(agreement))

    refused = await client.post(f"/api/agreements/{agreement.id}/start", headers=office)

    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "/problems/not-signed-by-all"
    assert refused.json()["missing"] == ["employer", "office"]
    assert "employer, employment office" in refused.json()["detail"]


async def test_a_signature_under_another_text_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.drafted_agreement()
    employer = await signed_in(await given.employer_of(agreement))
    other = {"id": str(agreement.id), "terms_sha256": "0" * 64}

    refused = await signing(client, other, "employer", employer)

    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/terms-changed"


async def test_the_office_signs_last(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.drafted_agreement()
    shown = {"id": str(agreement.id), "terms_sha256": agreement.terms_sha256.hex()}
    office = await signed_in(await given.officer_of(agreement))

    refused = await signing(client, shown, "office", office)

    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/office-signs-last"


async def test_an_employer_drafts_nothing(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.representative())
    wanted = {"match_id": str(new_id()), "starts_on": "2026-11-02"}

    refused = await client.post("/api/agreements", json=wanted, headers=headers)

    assert refused.status_code == 403


@pytest.mark.parametrize(
    "move", ["start", "suspend", "resume", "extend", "employment", "end", "cancel"]
)
async def test_an_employer_moves_nothing(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, move: str
) -> None:
    headers = await signed_in(await given.representative())

    refused = await client.post(f"/api/agreements/{new_id()}/{move}", json={}, headers=headers)

    assert refused.status_code == 403


async def test_another_office_and_another_employer_find_nothing(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.drafted_agreement()
    outsiders = [await given.case_officer("peje"), await given.representative()]

    for outsider in outsiders:
        headers = await signed_in(outsider)
        one = await client.get(f"/api/agreements/{agreement.id}", headers=headers)
        several = await client.get("/api/agreements", headers=headers)
        assert one.status_code == 404
        assert several.json() == []


async def test_the_list_is_narrowed_by_state_and_pages_backwards(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    older = await given.drafted_agreement(officer)
    newer = await given.signed_agreement(officer)
    headers = await signed_in(officer)

    everything = await client.get("/api/agreements", headers=headers)
    signed = await client.get("/api/agreements?state=signed", headers=headers)
    before = await client.get(f"/api/agreements?before={newer.id}", headers=headers)

    assert [one["id"] for one in everything.json()] == [str(newer.id), str(older.id)]
    assert [one["id"] for one in signed.json()] == [str(newer.id)]
    assert [one["id"] for one in before.json()] == [str(older.id)]
    assert signed.json()[0]["signed_parties"] == ["candidate", "employer", "office"]


async def test_a_suspended_agreement_resumes_and_is_extended(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    headers = await signed_in(await given.officer_of(agreement))
    address = f"/api/agreements/{agreement.id}"
    absence = {"starts_on": "2026-10-12", "reason": "Maternity leave"}
    back = {"days": 14, "reason": "Back at work"}

    suspended = await client.post(f"{address}/suspend", json=absence, headers=headers)
    resumed = await client.post(
        f"{address}/resume", json={"resumes_on": "2026-10-26"}, headers=headers
    )
    extended = await client.post(f"{address}/extend", json=back, headers=headers)
    too_long = await client.post(f"{address}/extend", json=back, headers=headers)

    assert (suspended.json()["state"], resumed.json()["state"]) == ("suspended", "active")
    assert resumed.json()["suspensions"][0]["ends_on"] == "2026-10-26"
    assert extended.json()["last_day"] == "2027-01-14"
    assert too_long.status_code == 422
    assert too_long.json()["days_left"] == 0


async def test_an_early_end_is_seen_by_both_sides(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    office = await signed_in(await given.officer_of(agreement))
    employer = await signed_in(await given.employer_of(agreement))
    wanted = {"last_day": "2026-10-15", "cause": "mutual", "reason": "A better job"}
    address = f"/api/agreements/{agreement.id}"

    await client.post(f"{address}/end", json=wanted, headers=office)

    seen = (await client.get(address, headers=employer)).json()
    assert (seen["state"], seen["end_cause"]) == ("ended_early", "mutual")
    assert seen["last_day"] == seen["employed_until"] == "2026-10-15"


async def test_the_employment_lasts_longer_than_was_agreed(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.completed_agreement()
    headers = await signed_in(await given.officer_of(agreement))
    wanted = {"last_day": "2027-06-30", "reason": "The contract was prolonged"}
    address = f"/api/agreements/{agreement.id}/employment"

    changed = await client.post(address, json=wanted, headers=headers)
    again = await client.post(address, json=wanted, headers=headers)

    assert changed.status_code == 200
    assert changed.json()["employed_until"] == "2027-06-30"
    assert changed.json()["last_day"] == agreement.period.last_day.isoformat()
    assert changed.json()["events"][-1]["event"] == "employment_changed"
    assert (again.status_code, again.json()["type"]) == (409, "/problems/employment-unchanged")


@pytest.mark.parametrize("cause", ["completed", "cancelled_before_start"])
async def test_an_early_end_needs_the_cause_of_one(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, cause: str
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    headers = await signed_in(await given.officer_of(agreement))
    wanted = {"last_day": "2026-10-15", "cause": cause, "reason": "Over"}

    refused = await client.post(f"/api/agreements/{agreement.id}/end", json=wanted, headers=headers)

    assert refused.status_code == 422


async def test_a_cancelled_agreement_never_starts(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, clock: FixedClock
) -> None:
    agreement = await given.signed_agreement()
    await moves.cancel(given, agreement)
    clock.move_to(datetime(2026, 11, 3, 9, tzinfo=UTC))
    headers = await signed_in(await given.officer_of(agreement))

    refused = await client.post(f"/api/agreements/{agreement.id}/start", headers=headers)

    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/wrong-agreement-state"


@pytest.mark.parametrize(
    "body",
    [
        {"party": "guardian", "terms_sha256": "0" * 64},
        {"party": "employer", "terms_sha256": "abc"},
        {"party": "employer", "terms_sha256": "0" * 64, "name": "Somebody else"},
    ],
)
async def test_a_signature_that_cannot_be_read_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, body: dict[str, str]
) -> None:
    headers = await signed_in(await given.representative())

    refused = await client.post(f"/api/agreements/{new_id()}/sign", json=body, headers=headers)

    assert refused.status_code == 400
