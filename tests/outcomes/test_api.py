"""Outcomes over the API."""

import csv
from io import StringIO

import httpx
import pytest

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given

EMPLOYED = {
    "months_after": 0,
    "employed": True,
    "same_employer": True,
    "observed_on": "2026-10-30",
    "source": "payroll",
}


async def test_an_outcome_is_recorded_and_read(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    agreement = await given.completed_agreement(officer)
    headers = await signed_in(officer)
    path = f"/api/agreements/{agreement.id}/outcomes"

    answer = await client.post(path, json=EMPLOYED, headers=headers)

    assert answer.status_code == 201
    [recorded] = (await client.get(path, headers=headers)).json()
    assert recorded["id"] == answer.json()["id"]
    assert {name: recorded[name] for name in EMPLOYED} == EMPLOYED


@pytest.mark.parametrize(
    ("change", "slug", "status"),
    [
        ({"observed_on": "2026-08-01"}, "point-not-reached", 422),
        ({"observed_on": "2026-11-03"}, "observed-ahead", 422),
        ({"employed": False}, "same-employer-without-work", 422),
        ({"months_after": 5}, "invalid-request", 400),
        ({"unknown": 1}, "invalid-request", 400),
    ],
)
async def test_what_does_not_fit_is_refused_in_words(
    client: httpx.AsyncClient,
    given: Given,
    signed_in: SignIn,
    change: dict[str, object],
    slug: str,
    status: int,
) -> None:
    officer = await given.case_officer()
    agreement = await given.completed_agreement(officer)

    answer = await client.post(
        f"/api/agreements/{agreement.id}/outcomes",
        json=EMPLOYED | change,
        headers=await signed_in(officer),
    )

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}")


async def test_the_worklist_of_an_office(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    agreement = await given.completed_agreement(officer)

    answer = await client.get("/api/outcomes/due", headers=await signed_in(officer))

    assert [(one["reference"], one["months_after"]) for one in answer.json()] == [
        (agreement.reference, 0)
    ]


async def test_the_report_says_its_days_and_its_denominators(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    await given.completed_agreement()
    headers = await signed_in(await given.finance_officer())

    answer = await client.get(
        "/api/reports/outcomes?from=2026-01-01&to=2026-11-02", headers=headers
    )

    report = answer.json()
    assert (report["from_day"], report["to_day"]) == ("2026-01-01", "2026-11-02")
    everybody = report["lines"][0]
    assert everybody["registered"] == 1
    assert everybody["completed"] == {"numerator": 1, "denominator": 1, "rate_bp": 10_000}
    assert everybody["retention"][0]["observed"] == {
        "numerator": 0,
        "denominator": 1,
        "rate_bp": 0,
    }


async def test_the_same_report_as_a_file(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    await given.completed_agreement()
    headers = await signed_in(await given.account(Role.AUDITOR))

    answer = await client.get("/api/reports/outcomes?to=2026-11-02&format=csv", headers=headers)

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "outcomes-2024-11-02-2026-11-02.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(StringIO(answer.text, newline="")))
    assert [(row["municipality"], row["sex"], row["placed"]) for row in rows[:1]] == [
        ("all", "all", "1")
    ]
    assert rows[-1]["municipality"] == "prishtine"


async def test_days_in_the_wrong_order_are_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.finance_officer())

    answer = await client.get(
        "/api/reports/outcomes?from=2026-11-02&to=2026-11-01", headers=headers
    )

    assert answer.json()["type"] == "/problems/days-reversed"


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.ADMINISTRATOR])
async def test_employers_and_administrators_get_no_report(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    employer_id = (await given.employer()).id if role is Role.EMPLOYER else None
    account = await given.account(role, employer_id=employer_id)

    answer = await client.get("/api/reports/outcomes", headers=await signed_in(account))

    assert answer.status_code == 403
