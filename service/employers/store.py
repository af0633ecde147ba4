"""The typed twins of sql/queries/employers.sql."""

from collections.abc import Sequence

from service import db, lists
from service.db import Connection
from service.employers.model import Employer, Firm
from service.ids import EmployerId
from service.lists import Found, Wanted
from service.names import fold

SQL = db.load("employers")


async def insert_employer(tx: Connection, employer: Employer) -> None:
    """Saves a firm; breaks employer_once_per_business_number when it is registered."""
    await db.execute(
        tx,
        SQL["insert_employer"],
        id=employer.id,
        business_number=employer.business_number,
        legal_name=employer.legal_name,
        folded_name=fold(employer.legal_name),
        sector_nace=employer.sector_nace,
        headcount=employer.headcount,
        representative_name=employer.representative_name,
        municipality_code=employer.municipality_code,
        registered_at=employer.registered_at,
        registered_by=employer.registered_by,
    )


async def get_employer(tx: Connection, employer_id: EmployerId) -> Employer:
    """One firm; NotFound."""
    return await db.fetch_one(tx, SQL["get_employer"], Employer, employer_id=employer_id)


async def lock_employer(tx: Connection, employer_id: EmployerId) -> Employer:
    """One firm, held until the change is written; NotFound."""
    return await db.fetch_one(tx, SQL["lock_employer"], Employer, employer_id=employer_id)


async def list_employers(
    tx: Connection, wanted: Wanted, *, name_patterns: Sequence[str] | None, sector: str | None
) -> Found[Employer]:
    """A page of the firms whose folded name has every pattern, of sectors that begin so."""
    return await lists.fetch_page(
        tx,
        SQL["list_employers"],
        Employer,
        wanted,
        name_patterns=name_patterns,
        sector=sector,
    )


async def record_change(tx: Connection, employer_id: EmployerId, firm: Firm) -> int:
    """Writes the facts of a firm that may change; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["record_change"],
        employer_id=employer_id,
        legal_name=firm.legal_name,
        folded_name=fold(firm.legal_name),
        sector_nace=firm.sector_nace,
        headcount=firm.headcount,
        representative_name=firm.representative_name,
        municipality_code=firm.municipality_code,
    )
