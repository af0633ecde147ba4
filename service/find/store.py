"""The typed twins of sql/queries/find.sql."""

from collections.abc import Sequence

from service import db
from service.db import Connection
from service.find.model import (
    FoundAgreement,
    FoundEmployer,
    FoundPayment,
    FoundPayout,
    FoundPerson,
    FoundPlacement,
)
from service.ids import EmployerId

SQL = db.load("find")


async def list_people(
    tx: Connection,
    *,
    patterns: Sequence[str],
    number_index: bytes | None,
    reference: str | None,
    elsewhere: bool,
    at_most: int,
) -> list[FoundPerson]:
    """People by name, number or reference; those of other offices by initials."""
    return await db.fetch_all(
        tx,
        SQL["list_people"],
        FoundPerson,
        patterns=patterns,
        number_index=number_index,
        reference=reference,
        elsewhere=elsewhere,
        at_most=at_most,
    )


async def list_employers(
    tx: Connection, *, patterns: Sequence[str], business_number: str | None, at_most: int
) -> list[FoundEmployer]:
    """Firms by parts of their name or by their number."""
    return await db.fetch_all(
        tx,
        SQL["list_employers"],
        FoundEmployer,
        patterns=patterns,
        business_number=business_number,
        at_most=at_most,
    )


async def list_agreements_by_reference(
    tx: Connection, *, reference: str, at_most: int
) -> list[FoundAgreement]:
    """The agreement of a reference."""
    return await db.fetch_all(
        tx,
        SQL["list_agreements_by_reference"],
        FoundAgreement,
        reference=reference,
        at_most=at_most,
    )


async def list_agreements_by_name(
    tx: Connection,
    *,
    patterns: Sequence[str],
    employer_id: EmployerId | None,
    at_most: int,
) -> list[FoundAgreement]:
    """Agreements of people with such a name, the newest first."""
    return await db.fetch_all(
        tx,
        SQL["list_agreements_by_name"],
        FoundAgreement,
        patterns=patterns,
        employer_id=employer_id,
        at_most=at_most,
    )


async def list_placements(tx: Connection, *, reference: str, at_most: int) -> list[FoundPlacement]:
    """The placement of a reference."""
    return await db.fetch_all(
        tx, SQL["list_placements"], FoundPlacement, reference=reference, at_most=at_most
    )


async def list_payouts(tx: Connection, *, reference: str, at_most: int) -> list[FoundPayout]:
    """The payout of a reference."""
    return await db.fetch_all(
        tx, SQL["list_payouts"], FoundPayout, reference=reference, at_most=at_most
    )


async def list_payments(tx: Connection, *, end_to_end_id: str, at_most: int) -> list[FoundPayment]:
    """The order that the bank knows by a reference."""
    return await db.fetch_all(
        tx, SQL["list_payments"], FoundPayment, end_to_end_id=end_to_end_id, at_most=at_most
    )
