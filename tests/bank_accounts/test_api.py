"""Bank accounts through the API."""

from typing import Any

import httpx
import pytest

from service.accounts.model import Account
from service.actor import Role
from service.employers.model import Employer
from tests.conftest import SignIn
from tests.forms import next_iban
from tests.given import Given


class Proposing:
    """A firm's account, proposed by one account through the API."""

    def __init__(self, client: httpx.AsyncClient, signed_in: SignIn) -> None:
        self.client, self.signed_in = client, signed_in

    async def propose(self, firm: Employer, by: Account, **fields: Any) -> httpx.Response:
        """The answer to a proposal."""
        plain = {"employer_id": str(firm.id), "iban": next_iban(), "holder_name": firm.legal_name}
        return await self.client.post(
            "/api/bank-accounts", json=plain | fields, headers=await self.signed_in(by)
        )

    async def decide(self, account: dict[str, Any], by: Account, word: str) -> httpx.Response:
        """The answer to `confirm` or `refuse`."""
        return await self.client.post(
            f"/api/bank-accounts/{account['id']}/{word}", headers=await self.signed_in(by)
        )


@pytest.fixture
def proposing(client: httpx.AsyncClient, signed_in: SignIn) -> Proposing:
    return Proposing(client, signed_in)


async def test_an_employer_proposes_and_an_officer_confirms(
    proposing: Proposing, given: Given
) -> None:
    firm = await given.employer()

    proposed = await proposing.propose(firm, await given.representative(firm))
    confirmed = await proposing.decide(proposed.json(), await given.case_officer(), "confirm")

    assert proposed.status_code == 201, proposed.text
    assert proposed.json()["confirmed_at"] is None
    assert confirmed.status_code == 200
    assert confirmed.json()["in_force_from"] == confirmed.json()["confirmed_at"]


async def test_a_change_waits_72_hours(proposing: Proposing, given: Given) -> None:
    firm, officer = await given.employer(), await given.finance_officer()
    second = await given.finance_officer()
    first = await proposing.propose(firm, officer)
    await proposing.decide(first.json(), second, "confirm")

    change = await proposing.propose(firm, officer)
    confirmed = await proposing.decide(change.json(), second, "confirm")

    assert confirmed.json()["confirmed_at"].startswith("2026-11-02T09:00")
    assert confirmed.json()["in_force_from"].startswith("2026-11-05T09:00")


async def test_the_same_person_does_not_confirm(proposing: Proposing, given: Given) -> None:
    officer = await given.case_officer()
    proposed = await proposing.propose(await given.employer(), officer)

    refused = await proposing.decide(proposed.json(), officer, "confirm")

    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/second-person-needed"


async def test_a_wrong_iban_is_named_and_nothing_is_saved(
    proposing: Proposing, given: Given, signed_in: SignIn
) -> None:
    firm, officer = await given.employer(), await given.case_officer()

    refused = await proposing.propose(firm, officer, iban="XK05 1212 0123 4567 8907")
    listed = await proposing.client.get(
        f"/api/bank-accounts?employer_id={firm.id}", headers=await signed_in(officer)
    )

    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == {"iban"}
    assert listed.json() == []


async def test_an_account_without_one_owner_is_refused(proposing: Proposing, given: Given) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)

    refused = await proposing.propose(
        await given.employer(), officer, candidate_id=str(candidate.id)
    )

    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/one-owner-needed"


async def test_proposals_are_listed_with_the_whole_iban_for_those_who_decide(
    proposing: Proposing, given: Given, signed_in: SignIn
) -> None:
    iban = next_iban()
    await proposing.propose(await given.employer(), await given.case_officer(), iban=iban)

    waiting = await proposing.client.get(
        "/api/bank-accounts/proposals", headers=await signed_in(await given.finance_officer())
    )
    auditor = await proposing.client.get(
        "/api/bank-accounts/proposals",
        headers=await signed_in(await given.account(Role.AUDITOR)),
    )

    assert [one["iban"] for one in waiting.json()] == [iban]
    assert auditor.status_code == 403


async def test_an_owners_accounts_show_no_whole_iban(
    proposing: Proposing, given: Given, signed_in: SignIn
) -> None:
    firm, iban = await given.employer(), next_iban()
    representative = await given.representative(firm)
    await proposing.propose(firm, representative, iban=iban)

    listed = await proposing.client.get(
        f"/api/bank-accounts?employer_id={firm.id}", headers=await signed_in(representative)
    )
    other = await proposing.client.get(
        f"/api/bank-accounts?employer_id={firm.id}",
        headers=await signed_in(await given.representative()),
    )

    assert listed.json()[0]["iban_last4"] == iban[-4:]
    assert iban not in listed.text
    assert other.status_code == 404


async def test_a_refused_proposal_is_decided(proposing: Proposing, given: Given) -> None:
    officer = await given.case_officer()
    proposed = await proposing.propose(await given.employer(), officer)

    refused = await proposing.decide(proposed.json(), officer, "refuse")
    late = await proposing.decide(proposed.json(), await given.case_officer(), "confirm")

    assert refused.json()["refused_at"]
    assert late.status_code == 409
