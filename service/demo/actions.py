"""Loading the demo country into an empty database."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from argon2 import PasswordHasher

from service.actor import Role
from service.crypto import Sealer
from service.db import Connection
from service.demo import rows, store
from service.demo.model import Country, DemoOptions, Place, Reference
from service.demo.plan import plan_country
from service.demo.rows import BudgetAccounts
from service.demo.vacancies import SCHEMES
from service.offices import actions as offices

# Written in the README and printed by `ura demo`: no secrets, as the country is invented.
PASSWORDS: Mapping[str, str] = {
    Role.CASE_OFFICER: "demo-case-officer",
    Role.EMPLOYER: "demo-employer",
    Role.FINANCE_OFFICER: "demo-finance-officer",
    Role.FINANCE_AUTHORISER: "demo-authoriser",
    Role.AUDITOR: "demo-auditor",
    Role.ADMINISTRATOR: "demo-administrator",
}


class DemoRefused(RuntimeError):
    """The demo country cannot be loaded here; the sentence says why."""


async def load_country(tx: Connection, sealer: Sealer, options: DemoOptions) -> Country:
    """Writes the demo country as the owner of an empty database; DemoRefused for any other.

    The history of its money is not written here but run afterwards, month by month.
    """
    if await store.people_registered(tx):
        raise DemoRefused(
            "This database holds people already. The demo country is loaded into an empty one only:"
            " choose another state folder or another database."
        )
    country = plan_country(await read_reference(tx, options.as_of), options)
    budget = await store.list_budget_accounts(tx)
    check_budget(country, budget)
    hasher = PasswordHasher()
    hashes = {role: hasher.hash(password) for role, password in PASSWORDS.items()}
    for table in rows.tables(country, password_hashes=hashes, budget=budget, sealer=sealer):
        await store.copy(tx, table)
    return country


async def has_people(tx: Connection) -> bool:
    """Whether anybody is registered, so that no demo country can be loaded."""
    return bool(await store.people_registered(tx))


async def read_reference(tx: Connection, on: date) -> Reference:
    """The reference data of the database, as it holds on a day."""
    municipalities = await offices.list_municipalities(tx)
    by_code = {office.municipality_code: office for office in await offices.list_offices(tx)}
    return Reference(
        places=[Place(one, by_code[one.code]) for one in municipalities],
        occupations=frozenset(await store.occupation_codes(tx)),
        wages=await store.list_minimum_wages(tx),
        schemes=await store.list_scheme_terms(tx, SCHEMES, on=on),
    )


def check_budget(country: Country, budget: list[BudgetAccounts]) -> None:
    """DemoRefused when the agreements would commit more than a budget line has left."""
    needed: Counter[UUID] = Counter()
    for commitment in country.commitments:
        needed[commitment.scheme_id] += commitment.amount_cents
    for line in budget:
        if needed[line.scheme_id] > line.left_cents:
            raise DemoRefused(
                "The agreements of so many candidates need more money than was appropriated"
                " (sql/countries/kosovo.sql). Ask for fewer candidates."
            )
