"""The typed twins of sql/queries/candidates.sql."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db, lists
from service.candidates.model import (
    AgreementOfPerson,
    Alike,
    AlikeElsewhere,
    Candidate,
    MatchOfPerson,
    Occupation,
    Person,
    SealedCell,
    SoughtBy,
    Summary,
)
from service.db import Connection
from service.ids import AccountId, CandidateId, OfficeId
from service.lists import Found, Wanted
from service.names import fold

SQL = db.load("candidates")


async def list_occupations(tx: Connection) -> list[Occupation]:
    """Every occupation that can be sought or offered, by ISCO-08 code."""
    return await db.fetch_all(tx, SQL["list_occupations"], Occupation)


async def insert_candidate(
    tx: Connection,
    candidate: Candidate,
    *,
    personal_number_sealed: bytes,
    personal_number_index: bytes,
) -> None:
    """Saves a person; breaks candidate_once_per_personal_number when the number is taken."""
    await db.execute(
        tx,
        SQL["insert_candidate"],
        id=candidate.id,
        reference=candidate.reference,
        office_id=candidate.office_id,
        personal_number_sealed=personal_number_sealed,
        personal_number_index=personal_number_index,
        registered_at=candidate.registered_at,
        registered_by=candidate.registered_by,
        given_name=candidate.given_name,
        family_name=candidate.family_name,
        folded_name=fold(candidate.full_name),
        born_on=candidate.born_on,
        sex=candidate.sex,
        municipality_code=candidate.municipality_code,
        education=candidate.education,
        occupations=candidate.occupations,
        skills=candidate.skills,
        languages=candidate.languages,
        driving_licences=candidate.driving_licences,
        unemployed_since=candidate.unemployed_since,
        travel_km=candidate.travel_km,
    )


async def get_candidate(tx: Connection, candidate_id: CandidateId) -> Candidate:
    """One person; NotFound when there is none or the policies hide them."""
    return await db.fetch_one(tx, SQL["get_candidate"], Candidate, candidate_id=candidate_id)


async def lock_candidate(tx: Connection, candidate_id: CandidateId) -> Candidate:
    """One person of the own office, held until the change is written; NotFound."""
    return await db.fetch_one(tx, SQL["lock_candidate"], Candidate, candidate_id=candidate_id)


async def get_personal_number(
    tx: Connection, candidate_id: CandidateId, *, office_id: OfficeId
) -> SealedCell:
    """The sealed personal number, for the office of the person only; NotFound."""
    return await db.fetch_one(
        tx,
        SQL["get_personal_number"],
        SealedCell,
        candidate_id=candidate_id,
        office_id=office_id,
    )


async def list_candidates_for_office(
    tx: Connection,
    wanted: Wanted,
    *,
    office_id: OfficeId,
    name_patterns: Sequence[str] | None,
    is_registered: bool | None,
) -> Found[Summary]:
    """A page of the office's people: with every pattern in their folded name, still registered."""
    return await lists.fetch_page(
        tx,
        SQL["list_candidates_for_office"],
        Summary,
        wanted,
        office_id=office_id,
        name_patterns=name_patterns,
        is_registered=is_registered,
    )


async def list_alike_for_office(
    tx: Connection,
    *,
    office_id: OfficeId,
    folded_name: str,
    personal_number_index: bytes | None,
    percent_min: int,
) -> list[Alike]:
    """The office's people with this personal number or a name alike, likest first; at most 50."""
    return await db.fetch_all(
        tx,
        SQL["list_alike_for_office"],
        Alike,
        office_id=office_id,
        folded_name=folded_name,
        personal_number_index=personal_number_index,
        percent_min=percent_min,
    )


async def list_matches_of_candidate(
    tx: Connection, candidate_id: CandidateId
) -> list[MatchOfPerson]:
    """A person's matches, the newest first; at most 50."""
    return await db.fetch_all(
        tx, SQL["list_matches_of_candidate"], MatchOfPerson, candidate_id=candidate_id
    )


async def list_agreements_of_candidate(
    tx: Connection, candidate_id: CandidateId
) -> list[AgreementOfPerson]:
    """A person's agreements, the newest first; at most 50."""
    return await db.fetch_all(
        tx, SQL["list_agreements_of_candidate"], AgreementOfPerson, candidate_id=candidate_id
    )


async def list_alike_elsewhere(
    tx: Connection,
    *,
    folded_name: str,
    born_on: date,
    personal_number_index: bytes | None,
    percent_min: int,
) -> list[AlikeElsewhere]:
    """Who of other offices has this personal number, or a name alike and this day of birth."""
    return await db.fetch_all(
        tx,
        SQL["list_alike_elsewhere"],
        AlikeElsewhere,
        folded_name=folded_name,
        born_on=born_on,
        personal_number_index=personal_number_index,
        percent_min=percent_min,
    )


async def insert_look(
    tx: Connection,
    *,
    looked_at: datetime,
    looked_by: AccountId,
    office_id: OfficeId,
    sought_by: SoughtBy,
    found_count: int,
) -> int:
    """That an officer was told of people of other offices; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["insert_look"],
        looked_at=looked_at,
        looked_by=looked_by,
        office_id=office_id,
        sought_by=sought_by,
        found_count=found_count,
    )


async def record_change(tx: Connection, candidate_id: CandidateId, person: Person) -> int:
    """Writes the ordinary facts of somebody still registered; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["record_change"],
        candidate_id=candidate_id,
        given_name=person.given_name,
        family_name=person.family_name,
        folded_name=fold(person.full_name),
        born_on=person.born_on,
        sex=person.sex,
        municipality_code=person.municipality_code,
        education=person.education,
        occupations=person.occupations,
        skills=person.skills,
        languages=person.languages,
        driving_licences=person.driving_licences,
        unemployed_since=person.unemployed_since,
        travel_km=person.travel_km,
    )


async def record_personal_number(
    tx: Connection,
    candidate_id: CandidateId,
    *,
    personal_number_sealed: bytes,
    personal_number_index: bytes,
) -> int:
    """Writes another personal number; breaks candidate_once_per_personal_number when taken."""
    return await db.execute(
        tx,
        SQL["record_personal_number"],
        candidate_id=candidate_id,
        personal_number_sealed=personal_number_sealed,
        personal_number_index=personal_number_index,
    )


async def record_withdrawal(
    tx: Connection, candidate_id: CandidateId, *, withdrawn_at: datetime, withdrawn_by: AccountId
) -> int:
    """Takes somebody out of the register; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["record_withdrawal"],
        candidate_id=candidate_id,
        withdrawn_at=withdrawn_at,
        withdrawn_by=withdrawn_by,
    )


async def live_agreements(tx: Connection, candidate_id: CandidateId) -> int:
    """How many agreements of the person have not ended."""
    return await db.fetch_value(tx, SQL["live_agreements"], int, candidate_id=candidate_id)


async def record_sensitive(
    tx: Connection,
    candidate_id: CandidateId,
    *,
    office_id: OfficeId,
    sealed: bytes,
    blind_indexes: Sequence[bytes],
    written_at: datetime,
    written_by: AccountId,
) -> int:
    """Writes the sealed facts of a person of this office, over the former ones if there are any."""
    return await db.execute(
        tx,
        SQL["record_sensitive"],
        candidate_id=candidate_id,
        office_id=office_id,
        sealed=sealed,
        blind_indexes=blind_indexes,
        written_at=written_at,
        written_by=written_by,
    )


async def find_sensitive_for_office(
    tx: Connection, candidate_id: CandidateId, *, office_id: OfficeId
) -> SealedCell | None:
    """The sealed facts of a person of this office, if there are any."""
    return await db.find_one(
        tx,
        SQL["find_sensitive_for_office"],
        SealedCell,
        candidate_id=candidate_id,
        office_id=office_id,
    )


async def list_candidates_with_index_for_office(
    tx: Connection, *, office_id: OfficeId, blind_index: bytes
) -> list[Summary]:
    """The office's people whose sealed facts bear this keyed index, oldest first; at most 100."""
    return await db.fetch_all(
        tx,
        SQL["list_candidates_with_index_for_office"],
        Summary,
        office_id=office_id,
        blind_index=blind_index,
    )


async def insert_sensitive_reads(
    tx: Connection,
    candidate_ids: Sequence[CandidateId],
    *,
    office_id: OfficeId,
    read_by: AccountId,
    read_at: datetime,
    purpose: str,
) -> int:
    """Notes who read whose sensitive facts, when and what for; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["insert_sensitive_reads"],
        candidate_ids=candidate_ids,
        office_id=office_id,
        read_by=read_by,
        read_at=read_at,
        purpose=purpose,
    )
