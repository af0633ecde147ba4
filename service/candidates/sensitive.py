"""The sealed facts of a person: for case officers of the office only, and each reading noted."""

import secrets
from datetime import datetime

import msgspec

from service.actor import Actor
from service.candidates import answers, rules, store
from service.candidates.forms import SensitiveForm
from service.candidates.model import Candidate, Characteristic, Sensitive, Summary
from service.crypto import Sealer
from service.db import Connection
from service.ids import CandidateId, OfficeId
from service.problems import NotFound

# Every person's sealed value is as long and has as many indexes as any other's: neither tells
# whether there is anything to hide.
SEALED_BYTES = 256
INDEXES = len(Characteristic)
INDEX_BYTES = 32


async def read_sensitive(
    tx: Connection,
    candidate_id: CandidateId,
    *,
    purpose: str,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> Sensitive:
    """What is sealed of one person of the own office; NotAllowed, NotFound or PurposeMissing.

    The reading is noted in the same transaction: who, when and what for.
    """
    rules.check_may_read_sensitive(by)
    reason = rules.read_purpose(purpose)
    cell = await store.find_sensitive_for_office(tx, candidate_id, office_id=by.office)
    if cell is None:
        raise NotFound
    await note_reading(tx, [candidate_id], purpose=reason, by=by, at=at)
    opened = sealer.open(
        cell.sealed, table="candidate_sensitive", column="sealed", row_id=candidate_id
    )
    return msgspec.json.decode(opened, type=Sensitive)


async def list_with_characteristic(
    tx: Connection, *, characteristic: str, purpose: str, by: Actor, at: datetime, sealer: Sealer
) -> list[Summary]:
    """The own office's people with a priority characteristic; a reading of each is noted."""
    rules.check_may_read_sensitive(by)
    reason = rules.read_purpose(purpose)
    sought = rules.read_characteristic(characteristic)
    found = await store.list_candidates_with_index_for_office(
        tx, office_id=by.office, blind_index=_index(sealer, by.office, sought)
    )
    await note_reading(tx, [one.id for one in found], purpose=reason, by=by, at=at)
    return found


async def change_sensitive(
    tx: Connection,
    candidate_id: CandidateId,
    form: SensitiveForm,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> None:
    """Seals new facts over the former ones.

    NotAllowed, NotFound, CandidateWithdrawn or InvalidFields.
    """
    rules.check_may_read_sensitive(by)
    candidate = await store.lock_candidate(tx, candidate_id)
    rules.check_in_register(candidate)
    await save(tx, candidate, answers.read_sensitive(form), by=by, at=at, sealer=sealer)


async def save(
    tx: Connection,
    candidate: Candidate,
    sensitive: Sensitive,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> None:
    """Writes the one sealed value of a person and the keyed indexes of their characteristics."""
    await store.record_sensitive(
        tx,
        candidate.id,
        office_id=candidate.office_id,
        sealed=seal(sealer, candidate.id, sensitive),
        blind_indexes=blind_indexes(sealer, candidate.office_id, sensitive),
        written_at=at,
        written_by=by.account,
    )


async def index_again(
    tx: Connection, candidate: Candidate, *, by: Actor, at: datetime, sealer: Sealer
) -> None:
    """Writes what is sealed of a person under the keys of another office; nobody is shown it.

    Who was registered without anything sealed has nothing to write.
    """
    cell = await store.find_sensitive_for_office(tx, candidate.id, office_id=candidate.office_id)
    if cell is None:
        return
    opened = sealer.open(
        cell.sealed, table="candidate_sensitive", column="sealed", row_id=candidate.id
    )
    facts = msgspec.json.decode(opened, type=Sensitive)
    await save(tx, candidate, facts, by=by, at=at, sealer=sealer)


async def note_reading(
    tx: Connection,
    candidate_ids: list[CandidateId],
    *,
    purpose: str,
    by: Actor,
    at: datetime,
) -> None:
    """Keeps who opened what is sealed of some people, when, and what for."""
    await store.insert_sensitive_reads(
        tx,
        candidate_ids,
        office_id=by.office,
        read_by=by.account,
        read_at=at,
        purpose=purpose,
    )


def seal(sealer: Sealer, candidate_id: CandidateId, sensitive: Sensitive) -> bytes:
    """The sealed facts of a person, as long as anybody else's."""
    plain = msgspec.json.encode(sensitive).ljust(SEALED_BYTES)
    assert len(plain) == SEALED_BYTES, "the sealed facts outgrew their padding"
    return sealer.seal(plain, table="candidate_sensitive", column="sealed", row_id=candidate_id)


def blind_indexes(sealer: Sealer, office_id: OfficeId, sensitive: Sensitive) -> list[bytes]:
    """The keyed indexes of a person's characteristics, filled up to the number anybody has."""
    true = [_index(sealer, office_id, one) for one in sensitive.characteristics]
    chaff = [secrets.token_bytes(INDEX_BYTES) for _ in range(INDEXES - len(true))]
    return sorted(true + chaff)


def _index(sealer: Sealer, office_id: OfficeId, characteristic: Characteristic) -> bytes:
    return sealer.blind_index(f"characteristic:{office_id}", characteristic)
