"""The bank's endpoints: who may use them, and what travels."""

import httpx
import pytest

from service.actor import Role
from service.bank.reading.refusing import FILE_BYTES_MAX
from tests.bank.state import answered, approved_payout, content_of, export
from tests.conftest import SignIn
from tests.given import Given, actor_of

XML = {"content-type": "application/xml"}


async def test_a_payout_is_exported_and_its_file_fetched(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    payout = await approved_payout(given)
    headers = await signed_in(await given.finance_officer())

    sent = await client.post(f"/api/bank/payouts/{payout.id}/export", headers=headers)
    ((file, order),) = [(one["file"], one) for one in sent.json()["orders"]]
    fetched = await client.get(f"/api/bank/files/{file['id']}/content", headers=headers)

    assert sent.status_code == 200
    assert (file["direction"], file["payout_id"]) == ("out", str(payout.id))
    assert (order["payment_count"], order["total_cents"]) == (1, 350_00)
    assert (order["execute_on"], sent.json()["unwritten"]) == ("2026-11-03", [])
    assert len(fetched.content) == file["byte_count"]
    assert fetched.headers["content-type"].startswith("application/xml")
    assert fetched.headers["content-disposition"].startswith("attachment; ")
    assert fetched.headers["x-content-type-options"] == "nosniff"


async def test_an_answer_is_handed_in_raw_and_again_in_a_form(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.finance_officer()
    answer = await answered(given, actor_of(officer), 350_00, 280_00, returned=1)
    headers = await signed_in(officer)

    raw = await client.post("/api/bank/import", content=answer.statement, headers=headers | XML)
    form = await client.post(
        "/api/bank/import", files={"file": ("s.xml", answer.statement)}, headers=headers
    )

    assert raw.json()["counts"] == {"settled": 2, "returned": 1}
    assert not raw.json()["already_imported"]
    assert form.json()["already_imported"]
    assert form.json()["counts"] == raw.json()["counts"]


async def test_the_files_are_listed_with_what_became_of_them(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = actor_of(await given.finance_officer())
    file = await export(given, await approved_payout(given), officer)
    headers = await signed_in(await given.account(Role.AUDITOR))

    listed = await client.get("/api/bank/files", headers=headers)
    one = await client.get(f"/api/bank/files/{file.id}", headers=headers)
    unexplained = await client.get("/api/bank/suspense", headers=headers)

    assert listed.json() == [one.json()]
    assert one.json()["counts"] == {"sent": {"count": 1, "amount_cents": 350_00}}
    assert unexplained.json() == []


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.AUDITOR, 403), (Role.ADMINISTRATOR, 403), (Role.FINANCE_AUTHORISER, 200)],
)
async def test_the_content_of_a_file_is_for_finance_only(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role, status: int
) -> None:
    officer = actor_of(await given.finance_officer())
    file = await export(given, await approved_payout(given), officer)
    headers = await signed_in(await given.account(role))

    answer = await client.get(f"/api/bank/files/{file.id}/content", headers=headers)

    assert answer.status_code == status
    assert (answer.content == await content_of(given, file, officer)) == (status == 200)


async def test_a_case_officer_and_a_stranger_learn_nothing(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.case_officer())

    assert (await client.get("/api/bank/files", headers=headers)).status_code == 403
    assert (await client.get("/api/bank/files")).status_code == 401
    assert (await client.post("/api/bank/import", content=b"<x/>")).status_code == 401


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html/>", b"<!DOCTYPE x><x/>"])
async def test_what_is_not_a_bank_file_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, content: bytes
) -> None:
    headers = await signed_in(await given.finance_officer())

    answer = await client.post("/api/bank/import", content=content, headers=headers | XML)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/not-a-bank-file"
    assert answer.json()["detail"].endswith(".")


async def test_a_file_larger_than_the_usual_limit_is_read_and_one_beyond_50_mb_is_not(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.finance_officer())

    large = await client.post("/api/bank/import", content=b" " * 12_000_000, headers=headers | XML)
    larger = await client.post(
        "/api/bank/import", content=b" " * (FILE_BYTES_MAX + 1), headers=headers | XML
    )
    endless = await client.post(
        "/api/bank/import", content=b" " * (FILE_BYTES_MAX + 200_000), headers=headers | XML
    )

    assert (large.status_code, larger.status_code, endless.status_code) == (422, 422, 413)
    assert "50 MB" in larger.json()["detail"]


async def test_a_form_without_a_file_says_so(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.finance_officer())

    answer = await client.post("/api/bank/import", files={"other": b"x"}, headers=headers)

    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["file"]


async def test_the_schema_says_what_an_import_takes(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/schema/openapi.json")).json()

    body = schema["paths"]["/api/bank/import"]["post"]["requestBody"]
    assert set(body["content"]) == {"application/xml", "multipart/form-data"}
