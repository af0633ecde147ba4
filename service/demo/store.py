"""What the demo country is built on, and how its rows are written."""

from collections.abc import Collection
from datetime import date

from service import db
from service.agreements.model import SchemeTerms
from service.db import Connection
from service.demo.model import MinimumWage
from service.demo.rows import BudgetAccounts, Table

SQL = db.load("demo")


async def people_registered(tx: Connection) -> int:
    """How many candidates, employers and demo accounts there are already."""
    return await db.fetch_value(tx, SQL["people_registered"], int)


async def occupation_codes(tx: Connection) -> list[str]:
    """Every occupation that the country's reference data names."""
    return await db.fetch_value(tx, SQL["occupation_codes"], list[str])


async def list_minimum_wages(tx: Connection) -> list[MinimumWage]:
    """The minimum wages, oldest first; amounts in cents."""
    return await db.fetch_all(tx, SQL["list_minimum_wages"], MinimumWage)


async def list_scheme_terms(
    tx: Connection, codes: Collection[str], *, on: date
) -> list[SchemeTerms]:
    """The version of each of some schemes that holds on a day."""
    return await db.fetch_all(tx, SQL["list_scheme_terms"], SchemeTerms, codes=list(codes), on=on)


async def list_budget_accounts(tx: Connection) -> list[BudgetAccounts]:
    """Each scheme's line, its two accounts for commitments, and what is left to commit in cents."""
    return await db.fetch_all(tx, SQL["list_budget_accounts"], BudgetAccounts)


async def copy(tx: Connection, table: Table) -> None:
    """Writes all records of a table at once, as the owner of the database."""
    if table.records:
        await tx.copy_records_to_table(
            table.name, records=table.records, columns=list(table.columns)
        )
