"""What was known at a moment, asked for by machines and on a page."""

from datetime import timedelta

import httpx

from tests.conftest import FixedClock, SignIn
from tests.given import Given
from tests.payouts.rows import OCTOBER, DueMonth, due_month, report, supersede


async def corrected_month(given: Given, clock: FixedClock) -> DueMonth:
    """October for 297.50, corrected and computed again an hour later for 350.00."""
    due = await due_month(given, amount_cents=297_50, with_account=False)
    clock.move_to(clock.now() + timedelta(hours=1))
    await supersede(given, due)
    return due


async def test_the_first_version_is_computed_again_from_its_moment(
    client: httpx.AsyncClient, given: Given, clock: FixedClock, signed_in: SignIn
) -> None:
    due = await corrected_month(given, clock)
    headers = await signed_in(due.hired.representative)
    path = f"/api/agreements/{due.agreement_id}/instalments"
    first, second = (await client.get(path, headers=headers)).json()

    for stored in (first, second):
        asked = {"month": "2026-10", "at": stored["computed_at"]}
        known = await client.get(f"{path}/as-known", params=asked, headers=headers)

        (entry,) = known.json()["entries"]
        assert entry == {name: stored[name] for name in entry}
    assert (first["amount_cents"], second["amount_cents"]) == (297_50, 350_00)


async def test_a_moment_without_a_zone_or_ahead_is_refused_in_words(
    client: httpx.AsyncClient, given: Given, clock: FixedClock, signed_in: SignIn
) -> None:
    due = await corrected_month(given, clock)
    headers = await signed_in(due.hired.representative)
    path = f"/api/agreements/{due.agreement_id}/instalments/as-known"

    for at in ("2026-11-01T09:00:00", "2036-11-01T09:00:00Z"):
        refused = await client.get(path, params={"month": "2026-10", "at": at}, headers=headers)

        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/moment-not-past")


async def test_strangers_find_nothing(
    client: httpx.AsyncClient, given: Given, clock: FixedClock, signed_in: SignIn, visit: SignIn
) -> None:
    due = await corrected_month(given, clock)
    stranger = await given.representative()
    asked = {"month": "2026-10", "at": clock.now().isoformat()}

    known = await client.get(
        f"/api/agreements/{due.agreement_id}/instalments/as-known",
        params=asked,
        headers=await signed_in(stranger),
    )
    await visit(stranger)
    page = await client.get(f"/agreements/{due.agreement_id}/as-known?month=2026-10")

    assert (known.status_code, page.status_code) == (404, 404)


async def test_a_page_computes_a_month_by_what_was_known_on_a_day(
    client: httpx.AsyncClient, given: Given, clock: FixedClock, visit: SignIn
) -> None:
    due = await corrected_month(given, clock)
    await visit(due.hired.officer)
    path = f"/agreements/{due.agreement_id}/as-known?month=2026-10"

    instalment = await client.get(f"/instalments/{due.instalment_id}")
    now = await client.get(path)
    at_the_end_of_the_month = await client.get(f"{path}&day=2026-10-31")
    before = await client.get(f"{path}&day=2026-09-01")
    wrong = await client.get(f"{path}&day=soon")

    assert path in instalment.text
    assert "€350.00" in now.text
    assert "has not reported" in at_the_end_of_the_month.text
    assert "The agreement had not begun then." in before.text
    assert wrong.status_code == 422
    assert "Write the day as 2026-10-31." in wrong.text


async def test_a_month_tells_which_facts_have_changed_since(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, visit: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    await report(given, due.hired, OCTOBER, wage_cents=600_00)
    finance = await given.finance_officer()

    month = await client.get("/api/months/2026-10", headers=await signed_in(finance))
    await visit(finance)
    page = await client.get("/months/2026-10")

    assert month.json()["changes"] == [{"fact": "attendance", "agreement_count": 1}]
    assert "Attendance and wages: agreements concerned: 1" in page.text


async def test_all_is_computed_again_when_that_is_asked_for(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    await due_month(given, with_account=False)
    headers = await signed_in(await given.finance_officer())

    plain = await client.post("/api/months/2026-10/compute", headers=headers)
    everything = await client.post("/api/months/2026-10/compute?everything=true", headers=headers)

    assert (plain.json()["state"], plain.json()["standing_count"]) == ("finished", 1)
    assert (everything.json()["state"], everything.json()["agreement_count"]) == ("running", 1)
