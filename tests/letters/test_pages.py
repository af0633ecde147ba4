"""Letters in a browser: asked for on the page of what they are about, made, read and taken."""

import httpx
import pytest

from service.actor import Role
from service.ids import new_id
from tests.conftest import SignIn
from tests.given import Given
from tests.letters.reading import read_pdf
from tests.pages import fields_of
from tests.recoveries.owing import MARCH, Office, overpaid


async def test_an_agreement_leads_to_its_letter(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.drafted_agreement(tasks="<script>alert(1)</script> & #eval(1)")
    await visit(await given.officer_of(agreement))
    about = f"/letters/new?kind=agreement&subject={agreement.id}"

    start = await client.get(f"/agreements/{agreement.id}")
    form = await client.get(about)
    fields = fields_of(form.text, "/letters")
    made = await client.post("/letters", data=fields | {"language": "en"})
    shown = await client.get(made.headers["location"])
    taken = await client.get(f"{made.headers['location']}/pdf")

    assert about.replace("&", "&amp;") in start.text
    assert fields["language"] == "sq"
    assert made.status_code == 303
    assert "Draft. It binds nobody until" in shown.text
    assert "<script>alert" not in shown.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; #eval(1)" in shown.text
    assert "<script>alert(1)</script> & #eval(1)" in read_pdf(taken.content).text
    assert taken.headers["cache-control"] == "no-store"
    assert "Krasniqi" not in taken.headers["content-disposition"]


async def test_sent_twice_it_is_one_letter(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.signed_agreement()
    token = await visit(await given.officer_of(agreement))
    wanted = token | {"kind": "agreement", "subject": str(agreement.id), "language": "en"}

    first = await client.post("/letters", data=wanted)
    second = await client.post("/letters", data=wanted)

    assert first.headers["location"] == second.headers["location"]
    assert (await client.get("/letters")).text.count(agreement.reference) == 1


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"month": "October"}, "month", "Write the month as year and month, such as 2026-10."),
        ({"month": "2026-03", "language": "tlh"}, "language", "Choose one of the languages."),
        ({"month": "2020-01"}, "month", "Choose another month."),
        ({"month": ""}, "month", "Write the month as year and month, such as 2026-10."),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    client: httpx.AsyncClient,
    given: Given,
    visit: SignIn,
    typed: dict[str, str],
    field: str,
    words: str,
) -> None:
    agreement = await given.active_agreement(starts_on=MARCH)
    employer = await given.employer_of(agreement)
    await given.computed_month(MARCH)
    token = await visit(employer)
    wanted = {"kind": "statement", "subject": str(agreement.employer_id), "language": ""}

    refused = await client.post("/letters", data=token | wanted | {"month": "2026-03"} | typed)

    assert refused.status_code in {409, 422}
    assert f'<a href="#{field}">' in refused.text
    assert words in refused.text
    assert fields_of(refused.text, "/letters")["month"] == typed["month"]


async def test_an_employer_asks_for_a_statement_on_the_page_of_letters(
    client: httpx.AsyncClient, given: Given, visit: SignIn, office: Office
) -> None:
    person = await overpaid(office)
    await visit(person.representative)
    start = await client.get("/letters")
    asked = fields_of(start.text, "/letters/new") | {"month": "2026-03"}

    form = await client.get("/letters/new", params=asked)
    made = await client.post("/letters", data=fields_of(form.text, "/letters"))
    shown = await client.get(made.headers["location"])

    assert asked["subject"] == str(person.employer_id)
    assert "70 % of the gross wage of €600.00 = €420.00." in shown.text
    assert '<th scope="col" class="number">Paid</th>' in shown.text


async def test_an_instalment_and_a_recovery_lead_to_their_letters(
    client: httpx.AsyncClient, given: Given, visit: SignIn, office: Office
) -> None:
    person = await overpaid(office)
    await office.sweep()
    recovery = await office.only()
    await visit(await given.finance_officer())
    months = (await client.get("/months/2026-03/instalments")).text
    instalment = months.split('href="/instalments/')[1].split('"')[0]

    by_instalment = await client.get(f"/instalments/{instalment}")
    by_recovery = await client.get(f"/recoveries/{recovery.id}")

    statement = f"/letters/new?kind=statement&amp;subject={person.employer_id}&amp;month=2026-03"
    assert statement in by_instalment.text
    assert f"/letters/new?kind=recovery&amp;subject={recovery.id}" in by_recovery.text
    assert "kind=appeal" not in by_recovery.text


async def test_finance_finds_the_payees_of_a_month_with_the_way_to_their_statements(
    client: httpx.AsyncClient, given: Given, visit: SignIn, office: Office
) -> None:
    person = await overpaid(office)
    await visit(await given.finance_officer())

    listed = await client.get("/letters/statements", params={"month": "2026-03"})
    empty = await client.get("/letters/statements", params={"month": "2026-04"})
    wrong = await client.get("/letters/statements", params={"month": "March"})

    way = f"/letters/new?kind=statement&amp;subject={person.employer_id}&amp;month=2026-03"
    assert way in listed.text
    assert "€350.00" in listed.text
    assert "No payout of this month is approved yet." in empty.text
    assert wrong.status_code == 422
    assert '<a href="#month">' in wrong.text


@pytest.mark.parametrize("kind", ["agreement", "placement", "appeal", "recovery", "statement", "x"])
async def test_what_is_not_there_or_not_theirs_is_refused_plainly(
    client: httpx.AsyncClient, given: Given, visit: SignIn, kind: str
) -> None:
    token = await visit(await given.representative())
    wanted = {"kind": kind, "subject": str(new_id()), "month": "2026-10", "language": ""}

    form = await client.get("/letters/new", params=wanted)
    made = await client.post("/letters", data=token | wanted)

    assert (form.status_code, made.status_code) == (404, 404)


async def test_auditors_read_and_strangers_sign_in(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    stranger = await client.get("/letters")
    await visit(await given.account(Role.AUDITOR))

    auditor = await client.get("/letters")
    new = await client.get("/letters/new", params={"kind": "agreement", "subject": str(new_id())})

    assert stranger.headers["location"] == "/sign-in?next=/letters"
    assert "No letter was made yet." in auditor.text
    assert "Have a payment statement made" not in auditor.text
    assert new.status_code == 403
