"""Attendance over JSON."""

from datetime import date
from typing import Any

import httpx
import pytest

from service.agreements.model import Shown
from service.ids import new_id
from service.period import Month
from tests.conftest import SignIn
from tests.given import Given

JULY = date(2026, 7, 1)
OCTOBER = Month(date(2026, 10, 1))


def a_row(agreement: Shown, **facts: int) -> dict[str, Any]:
    plain = {
        "agreement_id": str(agreement.id),
        "days_expected": 22,
        "days_worked": 20,
        "days_paid_leave": 2,
        "gross_wage_cents": 500_00,
    }
    return plain | facts


async def test_an_employer_reports_a_month_and_reads_it_back(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    headers = await signed_in(await given.employer_of(agreement))
    body = {"month": "2026-10", "rows": [a_row(agreement)]}

    saved = await client.post("/api/attendance", json=body, headers=headers)
    rows = await client.get("/api/attendance?month=2026-10", headers=headers)

    assert saved.status_code == 201
    assert saved.json() == {"reported": 1, "corrected": 0, "unchanged": 0}
    [row] = rows.json()
    assert (row["agreement_id"], row["version"]) == (str(agreement.id), 1)
    assert (row["gross_wage_cents"], row["confirmed_at"]) == (500_00, None)


async def test_every_wrong_row_is_named_and_nothing_is_saved(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    headers = await signed_in(await given.employer_of(agreement))
    other = a_row(agreement) | {"agreement_id": str(new_id())}
    body = {
        "month": "2026-10",
        "rows": [a_row(agreement, gross_wage_cents=-1, days_worked=21), other],
    }

    refused = await client.post("/api/attendance", json=body, headers=headers)
    missing = await client.get("/api/attendance/missing", headers=headers)

    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/invalid-fields"
    assert set(refused.json()["fields"]) == {
        "rows.0.gross_wage_cents", "rows.0.days_worked", "rows.1.agreement_id",
    }  # fmt: skip
    assert [one["month"] for one in missing.json()] == ["2026-07", "2026-08", "2026-09", "2026-10"]


@pytest.mark.parametrize(
    ("month", "status", "problem"),
    [("2027-01", 422, "month-in-future"), ("2026-13", 422, "invalid-month")],
)
async def test_a_month_that_cannot_be_reported_is_refused(
    client: httpx.AsyncClient,
    given: Given,
    signed_in: SignIn,
    month: str,
    status: int,
    problem: str,
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    headers = await signed_in(await given.employer_of(agreement))
    body = {"month": month, "rows": [a_row(agreement)]}

    refused = await client.post("/api/attendance", json=body, headers=headers)

    assert refused.status_code == status
    assert refused.json()["type"] == f"/problems/{problem}"


@pytest.mark.parametrize("fault", [{"gross_wage_cents": 500.5}, {"days": 3}, {"days_worked": None}])
async def test_a_row_that_cannot_be_read_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, fault: dict[str, Any]
) -> None:
    headers = await signed_in(await given.representative())
    row = {"agreement_id": str(new_id()), "days_expected": 22, "days_worked": 20,
           "days_paid_leave": 2, "gross_wage_cents": 500_00}  # fmt: skip

    refused = await client.post(
        "/api/attendance", json={"month": "2026-10", "rows": [row | fault]}, headers=headers
    )

    assert refused.status_code == 400


async def test_a_case_officer_confirms_on_the_candidates_word(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    attendance_id = await given.reported_attendance(agreement, OCTOBER)
    headers = await signed_in(await given.officer_of(agreement))
    address, word = f"/api/attendance/{attendance_id}/confirm", {"confirmed_for": "candidate"}

    waiting = await client.get("/api/attendance/waiting", headers=headers)
    confirmed = await client.post(address, json=word, headers=headers)
    again = await client.post(address, json=word, headers=headers)
    rows = await client.get("/api/attendance?month=2026-10", headers=headers)

    assert [one["id"] for one in waiting.json()] == [str(attendance_id)]
    assert (confirmed.status_code, again.status_code) == (204, 409)
    assert again.json()["type"] == "/problems/report-already-confirmed"
    assert rows.json()[0]["confirmed_for"] == "candidate"


async def test_who_reported_is_refused_when_confirming(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    officer = await given.officer_of(agreement)
    attendance_id = await given.reported_attendance(agreement, OCTOBER, by=officer)

    refused = await client.post(
        f"/api/attendance/{attendance_id}/confirm",
        json={"confirmed_for": "office"},
        headers=await signed_in(officer),
    )

    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/own-report"


async def test_an_employer_confirms_nothing_and_another_office_finds_nothing(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    attendance_id = await given.reported_attendance(agreement, OCTOBER)
    address, word = f"/api/attendance/{attendance_id}/confirm", {"confirmed_for": "office"}
    employer = await signed_in(await given.employer_of(agreement))
    stranger = await signed_in(await given.case_officer("peje"))

    by_employer = await client.post(address, json=word, headers=employer)
    by_stranger = await client.post(address, json=word, headers=stranger)
    seen = await client.get("/api/attendance?month=2026-10", headers=stranger)

    assert (by_employer.status_code, by_stranger.status_code) == (403, 404)
    assert seen.json() == []
