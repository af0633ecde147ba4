"""Attendance in a browser."""

from datetime import date

import httpx

from service.agreements.model import Shown
from service.period import Month
from tests.conftest import SignIn
from tests.given import Given

JULY = date(2026, 7, 1)
OCTOBER = Month(date(2026, 10, 1))


def typed(agreement: Shown, *texts: str) -> dict[str, str]:
    names = ("days_expected", "days_worked", "days_paid_leave", "gross_wage")
    return {f"{name}-{agreement.id}": text for name, text in zip(names, texts, strict=True)}


async def two_hires(given: Given) -> tuple[Shown, Shown]:
    officer, representative = await given.case_officer(), await given.representative()
    first, second = [
        await given.active_agreement(officer, representative=representative, starts_on=JULY)
        for _ in range(2)
    ]
    return first, second


async def test_an_employer_fills_one_sheet_for_all_hires(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    first, second = await two_hires(given)
    csrf = await visit(await given.employer_of(first))
    rows = typed(first, "22", "20", "2", "500") | typed(second, "22", "22", "0", "512,50")

    saved = await client.post("/attendance/2026-10", data=rows | csrf)
    shown = await client.get(saved.headers["location"])

    assert saved.status_code == 303
    assert shown.text.count("Waits for its confirmation") == 2
    assert f'name="gross_wage-{second.id}" value="512.50"' in shown.text


async def test_the_sheet_comes_back_with_a_word_beside_each_wrong_cell_and_nothing_saved(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    first, second = await two_hires(given)
    csrf = await visit(await given.employer_of(first))
    fine = typed(first, "22", "20", "2", "500")

    unreadable = await client.post(
        "/attendance/2026-10", data=fine | typed(second, "22", "lots", "0", "-5") | csrf
    )
    too_much = await client.post(
        "/attendance/2026-10", data=fine | typed(second, "22", "22", "1", "500") | csrf
    )
    sheet = await client.get("/attendance/2026-10")

    assert (unreadable.status_code, too_much.status_code) == (422, 422)
    assert f'id="days_worked-{second.id}-error"' in unreadable.text
    assert f'id="gross_wage-{second.id}-error"' in unreadable.text
    assert 'value="lots"' in unreadable.text
    assert f'id="days_worked-{second.id}-error"' in too_much.text
    assert f'name="days_worked-{first.id}" value="20"' in too_much.text
    assert sheet.text.count("Not reported") == 2


async def test_a_row_left_empty_is_not_reported(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    first, second = await two_hires(given)
    csrf = await visit(await given.employer_of(first))
    rows = typed(first, "22", "20", "2", "500") | typed(second, "", "", "", "")

    await client.post("/attendance/2026-10", data=rows | csrf)
    owed = await client.get("/attendance")

    assert owed.text.count('<a href="/attendance/2026-10">') == 1
    assert second.reference in owed.text


async def test_a_month_that_has_not_come_is_explained_on_the_sheet(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    csrf = await visit(await given.employer_of(agreement))

    back = await client.post(
        "/attendance/2026-12", data=typed(agreement, "22", "20", "2", "500") | csrf
    )

    assert back.status_code == 422
    assert "This month has not come yet" in back.text
    assert 'value="500"' in back.text


async def test_an_officer_confirms_from_the_list_of_what_waits(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    attendance_id = await given.reported_attendance(agreement, OCTOBER)
    csrf = await visit(await given.officer_of(agreement))
    before = await client.get("/attendance")

    confirmed = await client.post(
        f"/attendance/{attendance_id}/confirm", data={"confirmed_for": "candidate"} | csrf
    )
    after = await client.get("/attendance")

    assert agreement.reference in before.text
    assert confirmed.status_code == 303
    assert "Nothing waits." in after.text


async def test_who_reported_sees_no_button_and_is_refused(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    officer = await given.officer_of(agreement)
    attendance_id = await given.reported_attendance(agreement, OCTOBER, by=officer)
    csrf = await visit(officer)

    waiting = await client.get("/attendance")
    refused = await client.post(
        f"/attendance/{attendance_id}/confirm", data={"confirmed_for": "office"} | csrf
    )

    assert f"/attendance/{attendance_id}/confirm" not in waiting.text
    assert refused.status_code == 403


async def test_another_employer_sees_an_empty_sheet(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=JULY)
    await visit(await given.representative())

    sheet = await client.get("/attendance/2026-10")

    assert agreement.candidate_name not in sheet.text
    assert "Nobody was employed" in sheet.text
