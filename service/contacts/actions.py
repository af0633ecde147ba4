"""Keeping and showing how a person is reached, and writing down what they agreed to."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from service.actor import Actor
from service.candidates import sensitive
from service.candidates.rules import check_may_read_sensitive, read_purpose
from service.contacts import rules, store
from service.contacts.model import Consent, Contact, ContactForm, Purpose, Reached, SealedContact
from service.crypto import Sealer
from service.db import Connection
from service.ids import CandidateId, new_id
from service.problems import NotFound

# Every contact's sealed value is as long as any other's.
SEALED_BYTES = 3072


async def save_contact(
    tx: Connection,
    candidate_id: CandidateId,
    form: ContactForm,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> None:
    """Seals how a person of the own office is reached, over what was known; InvalidFields."""
    contact = rules.read_contact(form)
    await store.record_contact(
        tx,
        candidate_id,
        language=contact.language,
        sealed=_seal(sealer, candidate_id, contact),
        written_at=at,
        written_by=by.account,
    )


async def read_contact(
    tx: Connection,
    candidate_id: CandidateId,
    *,
    purpose: str,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> Contact:
    """How a person of the own office is reached; NotAllowed, PurposeMissing or NotFound.

    The reading is noted in the same transaction: who, when and what for.
    """
    check_may_read_sensitive(by)
    reason = read_purpose(purpose)
    stored = await store.find_contact(tx, candidate_id)
    if stored is None:
        raise NotFound
    await sensitive.note_reading(tx, [candidate_id], purpose=reason, by=by, at=at)
    return _open(sealer, candidate_id, stored)


async def find_masked(
    tx: Connection, candidate_id: CandidateId, *, sealer: Sealer
) -> Contact | None:
    """A contact of which only the ends are shown, for a page that everybody of the office opens."""
    stored = await store.find_contact(tx, candidate_id)
    if stored is None:
        return None
    known = _open(sealer, candidate_id, stored)
    return Contact(
        phone=rules.mask_phone(known.phone),
        email=rules.mask_email(known.email),
        address="…" if known.address else "",
        language=known.language,
    )


async def find_address(
    tx: Connection, candidate_id: CandidateId, *, sealer: Sealer
) -> tuple[str, str] | None:
    """Where and in which language a person is written to by mail: for mails that Ura writes itself.

    Nobody reads the address, so no reading is noted. None where none is known.
    """
    stored = await store.find_contact(tx, candidate_id)
    known = _open(sealer, candidate_id, stored) if stored else None
    return (known.email, known.language) if known and known.email else None


async def record_consents(
    tx: Connection,
    candidate_id: CandidateId,
    said: Mapping[Purpose, bool],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Writes down what a person says to some purposes; what they said before stays on record."""
    purposes = list(said)
    await store.insert_consents(
        tx,
        candidate_id,
        ids=[new_id() for _ in purposes],
        purposes=purposes,
        given=[said[purpose] for purpose in purposes],
        at=at,
        recorded_by=by.account,
    )


async def list_consents(tx: Connection, candidate_id: CandidateId) -> dict[Purpose, Consent]:
    """What a person last said, by purpose; what was never asked is not there."""
    return {one.purpose: one for one in await store.list_consents(tx, candidate_id)}


def _seal(sealer: Sealer, candidate_id: CandidateId, contact: Contact) -> bytes:
    reached = Reached(phone=contact.phone, email=contact.email, address=contact.address)
    plain = msgspec.json.encode(reached).ljust(SEALED_BYTES)
    assert len(plain) == SEALED_BYTES, "a contact outgrew its padding"
    return sealer.seal(plain, table="candidate_contact", column="sealed", row_id=candidate_id)


def _open(sealer: Sealer, candidate_id: CandidateId, stored: SealedContact) -> Contact:
    opened = sealer.open(
        stored.sealed, table="candidate_contact", column="sealed", row_id=candidate_id
    )
    reached = msgspec.json.decode(opened, type=Reached)
    return Contact(
        phone=reached.phone,
        email=reached.email,
        address=reached.address,
        language=stored.language,
    )
