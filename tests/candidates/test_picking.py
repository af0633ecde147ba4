"""Choosing occupations: what is chosen stays, and words find the rest in any language."""

import httpx
import pytest

from service.candidates.model import Occupation
from service.candidates.picking import FOUND_MAX, pick
from service.registrations.model import Step
from tests.conftest import SignIn
from tests.forms import candidate_form
from tests.given import Given
from tests.registrations.steps import begin, send, typed

SALES = Occupation("5223", "Shitës në dyqane", "Prodavci u prodavnicama", "Shop sales assistants")
COOKS = Occupation("5120", "Kuzhinierë", "Kuvari", "Cooks")
BAKERS = Occupation("7512", "Bukëpjekës", "Pekari i poslastičari", "Bakers and pastry-cooks")
MANY = [Occupation(f"{9000 + n}", f"Punëtor {n}", f"Radnik {n}", f"Worker {n}") for n in range(30)]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("", []),
        ("shites", ["5223"]),
        ("PRODAVCI prodavnicama", ["5223"]),
        ("cook", ["5120", "7512"]),
        ("poslasticari", ["7512"]),
        ("51", ["5120"]),
        ("512", ["5120"]),
        ("nobody", []),
    ],
)
def test_words_find_by_parts_of_a_name_in_any_language_or_by_a_code(
    words: str, codes: list[str]
) -> None:
    found = pick([SALES, COOKS, BAKERS], chosen=[], words=words)

    assert [code for code, _ in found.options] == codes
    assert (found.found_count, found.has_more) == (len(codes), False)


def test_what_is_chosen_comes_first_and_is_found_once() -> None:
    found = pick([SALES, COOKS, BAKERS], chosen=["7512", "0000"], words="cook")

    assert [code for code, _ in found.options] == ["7512", "5120"]
    assert found.found_count == 1


def test_more_than_can_be_read_are_cut_and_said_so() -> None:
    found = pick(MANY, chosen=[], words="worker")

    assert len(found.options) == found.found_count == FOUND_MAX
    assert found.has_more


async def test_a_registration_finds_occupations_without_scripts_and_loses_nothing(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())
    draft = await begin(client, token)
    await send(client, token, draft, Step.CONTACT)
    work = typed(Step.WORK, occupations=["9412"], skills="till")
    looking = work | {"occupation_words": "shop sales", "look": "occupations"}

    empty = await client.get(f"{draft}/work")
    found = await client.post(f"{draft}/work", data=looking | token)
    wrong = await client.post(
        f"{draft}/work", data=looking | {"look": "", "occupations": [], "travel_km": "x"} | token
    )

    assert 'name="occupations"' not in empty.text
    assert len(empty.content) < 30_000
    assert found.status_code == 200
    assert 'value="9412" checked' in found.text
    assert 'value="5223"' in found.text
    assert 'value="5223" checked' not in found.text
    assert [one in found.text for one in ('value="till"', 'value="shop sales"')] == [True, True]
    assert (await client.get(f"{draft}/priority")).status_code == 303
    assert wrong.status_code == 422
    assert 'id="occupations-error"' in wrong.text
    assert 'href="#occupations"' in wrong.text
    assert 'value="5223"' in wrong.text


async def test_nothing_chosen_and_nothing_found_is_said_where_the_summary_leads(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())
    draft = await begin(client, token)
    await send(client, token, draft, Step.CONTACT)

    wrong = await send(client, token, draft, Step.WORK, occupations=[])

    assert wrong.status_code == 422
    assert 'id="occupations"' in wrong.text
    assert 'id="occupations-error"' in wrong.text


async def test_changing_somebody_starts_with_their_occupations_and_finds_others(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer, occupations=["5223"])
    token = await visit(officer)
    path = f"/candidates/{candidate.id}/change"
    form = candidate_form(occupations=["5223"])

    known = await client.get(path)
    found = await client.post(
        path,
        data=token
        | {"occupations": form.occupations, "given_name": "Anna", "travel_km": "7"}
        | {"occupation_words": "9412", "look": "occupations"},
    )

    assert known.text.count('name="occupations"') == 1
    assert (found.status_code, 'value="Anna"' in found.text) == (200, True)
    assert 'value="5223" checked' in found.text
    assert 'value="9412"' in found.text
    assert "Anna" not in (await client.get(f"/candidates/{candidate.id}")).text


async def test_with_scripts_the_boxes_come_alone(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.case_officer())

    part = await client.get(
        "/candidates/occupations?occupation_words=shop&occupations=9412&occupations=7512"
    )

    assert part.status_code == 200
    assert "<html" not in part.text
    assert part.text.count(" checked") == 2
    assert 'value="5223"' in part.text
    assert part.headers["cache-control"] == "no-store"
