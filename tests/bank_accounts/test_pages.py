"""Bank accounts in a browser."""

import httpx
import pytest

from service.actor import Role
from service.bank_accounts.model import Owner
from tests.conftest import SignIn
from tests.forms import next_iban
from tests.given import Given

HOLDER = "Çelik Ndërtimi"


async def test_an_employer_proposes_a_change_and_sees_it_wait(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.representative())
    iban = next_iban()

    sent = await client.post(
        "/bank-accounts/new", data={"iban": iban, "holder_name": HOLDER} | token
    )
    shown = await client.get(sent.headers["location"])

    assert sent.status_code == 303, sent.text
    assert "waits for a second person" in shown.text
    assert iban not in shown.text


async def test_a_wrong_iban_comes_back_as_typed_with_a_word_beside_it(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.representative())

    refused = await client.post(
        "/bank-accounts/new", data={"iban": "XK05 1", "holder_name": ""} | token
    )

    assert refused.status_code == 422
    assert 'id="iban-error"' in refused.text
    assert 'id="holder_name-error"' in refused.text
    assert 'value="XK05 1"' in refused.text


async def test_a_second_proposal_is_told_to_wait(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    firm = await given.employer()
    representative = await given.representative(firm)
    await given.proposed_account(Owner.employer(firm.id), by=representative, holder_name=HOLDER)
    token = await visit(representative)

    refused = await client.post(
        "/bank-accounts/new", data={"iban": next_iban(), "holder_name": HOLDER} | token
    )

    assert refused.status_code == 409
    assert "waits for a decision already" in refused.text


async def test_an_officer_proposes_for_a_candidate(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    token = await visit(officer)
    path = f"/bank-accounts/new?candidate_id={candidate.id}"

    asked = await client.get(path)
    sent = await client.post(
        path, data={"iban": next_iban(), "holder_name": "Arta Krasniqi"} | token
    )

    assert 'value="Arta Krasniqi"' in asked.text
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/candidates/{candidate.id}"


async def test_a_proposal_names_one_owner(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.case_officer())

    assert (await client.get("/bank-accounts/new")).status_code == 422


async def test_the_second_person_compares_and_confirms(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    firm, iban = await given.employer(), next_iban()
    account = await given.proposed_account(
        Owner.employer(firm.id), by=await given.representative(firm), holder_name=HOLDER, iban=iban
    )
    token = await visit(await given.finance_officer())

    waiting = await client.get("/bank-accounts")
    sent = await client.post(f"/bank-accounts/{account.id}/confirm", data=token)
    after = await client.get("/bank-accounts")

    assert " ".join(iban[at : at + 4] for at in range(0, 20, 4)) in waiting.text
    assert sent.status_code == 303
    assert "Nothing waits." in after.text


async def test_the_proposer_is_offered_no_confirmation(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    account = await given.proposed_account(
        Owner.employer((await given.employer()).id), by=officer, holder_name=HOLDER
    )
    token = await visit(officer)

    waiting = await client.get("/bank-accounts")
    forced = await client.post(f"/bank-accounts/{account.id}/confirm", data=token)
    refused = await client.post(f"/bank-accounts/{account.id}/refuse", data=token)

    assert f"/bank-accounts/{account.id}/confirm" not in waiting.text
    assert forced.status_code == 403
    assert refused.status_code == 303


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.FINANCE_AUTHORISER])
async def test_others_have_no_such_page(
    client: httpx.AsyncClient, given: Given, visit: SignIn, role: Role
) -> None:
    await visit(await given.account(role))

    assert (await client.get("/bank-accounts")).status_code == 403
