"""Letters over the API: made, listed, read, taken, and refused."""

import httpx
import pytest

from service.actor import Role
from service.ids import new_id
from tests.conftest import SignIn
from tests.given import Given
from tests.letters.reading import read_pdf


async def test_a_letter_is_made_listed_read_and_taken(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.signed_agreement()
    headers = await signed_in(await given.officer_of(agreement))
    wanted = {"kind": "agreement", "subject": str(agreement.id), "language": "en"}

    made = await client.post("/api/letters", json=wanted, headers=headers)
    at = f"/api/letters/{made.json()['id']}"
    listed = await client.get("/api/letters?kind=agreement", headers=headers)
    words = await client.get(at, headers=headers)
    taken = await client.get(f"{at}/pdf", headers=headers)
    readings = await client.get(f"{at}/readings", headers=headers)

    assert made.status_code == 201
    assert listed.json() == [made.json()]
    assert words.json()["paper"]["title"] == read_pdf(taken.content).title
    assert taken.headers["content-type"] == "application/pdf"
    assert taken.headers["cache-control"] == "no-store"
    name = f'attachment; filename="{made.json()["reference"]}.pdf"'
    assert taken.headers["content-disposition"] == name
    assert [one["door"] for one in readings.json()] == ["api", "api"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"kind": "agreement", "subject": str(new_id())}, 404),
        ({"kind": "love", "subject": str(new_id())}, 400),
        ({"kind": "agreement", "subject": "7"}, 400),
        ({"kind": "statement", "subject": str(new_id()), "month": "October"}, 422),
        ({"kind": "statement", "subject": str(new_id()), "month": "2026-10"}, 404),
        ({"kind": "agreement", "subject": str(new_id()), "language": "tlh"}, 404),
        ({"kind": "agreement", "subject": str(new_id()), "colour": "red"}, 400),
    ],
)
async def test_what_cannot_be_made_is_refused(
    client: httpx.AsyncClient,
    given: Given,
    signed_in: SignIn,
    wrong: dict[str, str],
    status: int,
) -> None:
    headers = await signed_in(await given.case_officer())

    refused = await client.post("/api/letters", json=wrong, headers=headers)

    assert refused.status_code == status
    assert (await client.get("/api/letters", headers=headers)).json() == []


async def test_a_letter_is_not_there_for_others(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.signed_agreement()
    officer = await signed_in(await given.officer_of(agreement))
    wanted = {"kind": "agreement", "subject": str(agreement.id)}
    made = (await client.post("/api/letters", json=wanted, headers=officer)).json()
    at = f"/api/letters/{made['id']}"
    strangers = [await given.representative(), await given.case_officer("peje")]

    for stranger in strangers:
        headers = await signed_in(stranger)
        for address in (at, f"{at}/pdf", f"{at}/readings"):
            assert (await client.get(address, headers=headers)).status_code == 404
    auditor = await signed_in(await given.account(Role.AUDITOR))
    assert (await client.get(f"{at}/pdf", headers=auditor)).status_code == 200
    assert (await client.post("/api/letters", json=wanted, headers=auditor)).status_code == 403
    administrator = await signed_in(await given.account(Role.ADMINISTRATOR))
    assert (await client.get(at, headers=administrator)).status_code == 403
