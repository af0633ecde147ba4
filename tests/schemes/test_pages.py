"""Scheme versions in a browser."""

import re

import httpx
import pytest

from service.accounts.model import Account
from service.actor import Role
from tests.conftest import Headers, SignIn
from tests.given import Given
from tests.schemes.samples import a_document

SEAL = re.compile(r'name="document_sha256" value="([0-9a-f]{64})"')
FIRST_DAY = {"valid_from": "2027-01-01"}
SHEET = "/schemes/TRIAL/1"


async def administrator(given: Given) -> Account:
    return await given.account(Role.ADMINISTRATOR)


async def draft(
    client: httpx.AsyncClient, csrf: Headers, document: str, **fields: str
) -> httpx.Response:
    return await client.post(
        "/schemes/new", data={"document": document, **FIRST_DAY, **fields, **csrf}
    )


async def upload(client: httpx.AsyncClient, csrf: Headers, content: bytes) -> httpx.Response:
    return await client.post(
        "/schemes/new",
        data={**FIRST_DAY, **csrf},
        files={"file": ("scheme.toml", content, "application/octet-stream")},
    )


async def test_a_version_goes_from_a_draft_to_being_in_force(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await administrator(given))
    drafted = await draft(client, csrf, a_document().replace("\n", "\r\n"))
    await client.post(f"{SHEET}/check", data=csrf)
    own = await client.get(SHEET)
    client.cookies.clear()
    csrf = await visit(await given.account(Role.FINANCE_AUTHORISER))

    shown = await client.get(SHEET)
    (seal,) = SEAL.findall(shown.text)
    seen = {"document_sha256": seal, **csrf}
    unconfirmed = await client.post(f"{SHEET}/activate", data=seen)
    activated = await client.post(f"{SHEET}/activate", data={**seen, "confirmed": "true"})
    after = await client.get(activated.headers["location"])

    assert (drafted.status_code, drafted.headers["location"]) == (303, SHEET)
    assert "somebody else puts it in force" in own.text
    assert "passes" in shown.text
    assert unconfirmed.status_code == 422
    assert 'id="confirmed-error"' in unconfirmed.text
    assert activated.status_code == 303
    assert "In force" in after.text
    assert "/activate" not in after.text


async def test_a_file_takes_the_place_of_what_was_typed(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await administrator(given))

    sent = await upload(client, csrf, b"\xef\xbb\xbf" + a_document().encode())
    shown = await client.get(SHEET)

    assert sent.status_code == 303
    assert "scheme = &#34;TRIAL&#34;" in shown.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "a text file in UTF-8"),
        ("scheme = 'ë'".encode("latin-1"), "a text file in UTF-8"),
        (a_document().encode("utf-16"), "a text file in UTF-8"),
        (b"#" * 10_000_000, "larger than 400 kB"),
        (b"scheme = \n", "this is not TOML"),
        (b"", "Mend the lines below"),
        (b"\x00", "this is not TOML"),
        (b"x = " + b"[" * 5000 + b"]" * 5000, "nested too deeply"),
        (a_document(formula="(" * 900 + "monthly" + ")" * 900).encode(), "nested too deeply"),
    ],
    ids=["pdf", "latin", "utf-16", "large", "toml", "empty", "nul", "nested", "brackets"],
)
async def test_a_wrong_file_gets_a_sentence_and_changes_nothing(
    client: httpx.AsyncClient, given: Given, visit: SignIn, content: bytes, sentence: str
) -> None:
    csrf = await visit(await administrator(given))

    refused = await upload(client, csrf, content)
    listed = await client.get("/schemes")

    assert refused.status_code == 422
    assert "error-summary" in refused.text
    assert sentence in refused.text
    assert "TRIAL" not in listed.text


async def test_flaws_come_back_by_line_with_what_stands_there(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await administrator(given))
    document = a_document(payee="landlord")

    back = await draft(client, csrf, document)

    line = document.splitlines().index('payee = "landlord"') + 1
    assert back.status_code == 422
    assert f'<td class="number">{line}</td>' in back.text
    assert "<code>payee = &#34;landlord&#34;</code>" in back.text
    assert 'value="2027-01-01"' in back.text
    assert "landlord&#34;\n" in back.text


@pytest.mark.parametrize("day", ["", "2027-02-30", "soon"])
async def test_a_draft_needs_a_first_day(
    client: httpx.AsyncClient, given: Given, visit: SignIn, day: str
) -> None:
    csrf = await visit(await administrator(given))

    back = await draft(client, csrf, a_document(), valid_from=day)

    assert back.status_code == 422
    assert 'id="valid_from-error"' in back.text


async def test_a_draft_is_rewritten_after_a_check_that_failed(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await administrator(given))
    await draft(client, csrf, a_document(formula="rate * monthly"))
    await client.post(f"{SHEET}/check", data=csrf)

    failed = await client.get(SHEET)
    form = await client.get(f"{SHEET}/edit")
    sent = {"document": a_document(), **FIRST_DAY, **csrf}
    rewritten = await client.post(f"{SHEET}/edit", data=sent)
    mended = await client.get(SHEET)

    assert "The last check did not pass" in failed.text
    assert "declared as whole cents" in failed.text
    assert "rate * monthly" in form.text
    assert rewritten.status_code == 303
    assert "The last check did not pass" not in mended.text


async def test_a_new_version_shows_what_changed_since_the_one_in_force(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await administrator(given))
    await draft(client, csrf, a_document())
    form = await client.get("/schemes/new?code=TRIAL&number=1")
    await draft(client, csrf, a_document(months=4))

    shown = await client.get("/schemes/TRIAL/2")

    assert "scheme = &#34;TRIAL&#34;" in form.text
    assert "<del>-months = 6</del>" in shown.text
    assert "<ins>+months = 4</ins>" in shown.text


async def test_offices_read_what_is_in_force_and_write_nothing(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    csrf = await visit(await given.case_officer())

    listed = await client.get("/schemes")
    shown = await client.get("/schemes/WS-70/1")
    refused = await draft(client, csrf, a_document())

    assert "came with Ura" in shown.text
    assert "WS-70" in listed.text
    assert "/schemes/new" not in listed.text
    assert refused.status_code == 403
