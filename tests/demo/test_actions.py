"""The demo country in a real database: everything planned is there, sealed, and only once."""

from collections.abc import AsyncIterator
from datetime import date

import msgspec
import pytest

from service.accounts.actions import HASHER
from service.candidates.model import Sensitive
from service.crypto import Sealer
from service.db import Connection, connect_owner
from service.demo import actions
from service.demo.actions import PASSWORDS, DemoRefused
from service.demo.model import Commitment, Country, DemoOptions
from service.demo.rows import BudgetAccounts
from service.demo.store import list_budget_accounts
from service.ids import SchemeId, new_id
from service.ledger.actions import list_budget_lines
from service.period import Month
from tests.conftest import MakeConfig

OPTIONS = DemoOptions(until=Month(date(2026, 10, 1)), candidates=700, employers=120, months=9)
TABLES = {
    "account": "people",
    "employer": "employers",
    "candidate": "candidates",
    "candidate_sensitive": "sensitive",
    "bank_account": "bank_accounts",
    "placement": "placements",
    "placement_match": "matches",
    "agreement": "agreements",
    "agreement_dates": "dates",
    "agreement_signature": "signatures",
    "agreement_suspension": "suspensions",
    "agreement_event": "happenings",
    "attendance": "attendance",
    "outcome": "outcomes",
}


@pytest.fixture
async def owner(new_database: MakeConfig) -> AsyncIterator[Connection]:
    """The owner's connection to a database with reference data only."""
    connection = await connect_owner(await new_database())
    yield connection
    await connection.close()


async def load(owner: Connection, sealer: Sealer) -> Country:
    async with owner.transaction():
        return await actions.load_country(owner, sealer, OPTIONS)


async def test_every_planned_row_is_written(owner: Connection, sealer: Sealer) -> None:
    country = await load(owner, sealer)

    for table, field in TABLES.items():
        written = await owner.fetchval(f"SELECT count(*) FROM {table}")
        assert written == len(getattr(country, field)) > 0, table


async def test_the_same_seed_gives_the_same_country_in_any_database(
    new_database: MakeConfig, sealer: Sealer
) -> None:
    loaded = []
    for config in (await new_database(), await new_database()):
        owner = await connect_owner(config)
        loaded.append(await load(owner, sealer))
        await owner.close()

    assert loaded[0] == loaded[1]


async def test_it_is_not_loaded_twice(owner: Connection, sealer: Sealer) -> None:
    await load(owner, sealer)

    with pytest.raises(DemoRefused, match="holds people already"):
        await load(owner, sealer)


async def test_what_is_secret_is_sealed_for_its_own_row(owner: Connection, sealer: Sealer) -> None:
    country = await load(owner, sealer)
    candidate, facts, account = (
        country.candidates[0],
        country.sensitive[0],
        country.bank_accounts[0],
    )

    number = await owner.fetchval(
        "SELECT personal_number_sealed FROM candidate WHERE id = $1", candidate.id
    )
    sealed = await owner.fetchval("SELECT sealed FROM candidate_sensitive WHERE id = $1", facts.id)
    iban = await owner.fetchval("SELECT iban_sealed FROM bank_account WHERE id = $1", account.id)

    def opened(value: bytes, table: str, column: str, row: object) -> bytes:
        return sealer.open(value, table=table, column=column, row_id=row)  # type: ignore[arg-type] # rows have UUIDs

    assert opened(number, "candidate", "personal_number_sealed", candidate.id).decode() == (
        candidate.personal_number
    )
    assert opened(iban, "bank_account", "iban_sealed", account.id).decode() == account.iban
    plain = opened(sealed, "candidate_sensitive", "sealed", facts.id)
    assert msgspec.json.decode(plain, type=Sensitive).referral_source == facts.referral_source


async def test_what_was_signed_is_committed_to_the_cent(owner: Connection, sealer: Sealer) -> None:
    country = await load(owner, sealer)

    lines = await list_budget_lines(owner)

    committed = sum(line.committed_cents for line in lines)
    assert committed == sum(one.amount_cents for one in country.commitments) > 0


async def test_the_printed_passwords_open_the_accounts(owner: Connection, sealer: Sealer) -> None:
    await load(owner, sealer)

    hashes = await owner.fetch("SELECT DISTINCT role, password_hash FROM account")

    assert {one["role"] for one in hashes} == PASSWORDS.keys()
    assert all(HASHER.verify(one["password_hash"], PASSWORDS[one["role"]]) for one in hashes)


async def test_more_than_the_budget_holds_is_refused(owner: Connection) -> None:
    budget: list[BudgetAccounts] = await list_budget_accounts(owner)
    line = budget[0]
    ask = Commitment(
        id=new_id(),
        agreement_id=new_id(),
        scheme_id=SchemeId(line.scheme_id),
        amount_cents=line.left_cents + 1,
        effective_on=OPTIONS.as_of,
        recorded_at=await owner.fetchval("SELECT now()"),
    )

    with pytest.raises(DemoRefused, match="more money than was appropriated"):
        actions.check_budget(Country(commitments=[ask]), budget)
