"""Recording a referral, reading what is sealed of it for a purpose, and closing it."""

from datetime import date, datetime

import msgspec

from service.actor import Actor
from service.candidates import actions as candidates
from service.candidates import sensitive
from service.candidates.rules import check_may_read_sensitive, read_purpose
from service.crypto import Sealer
from service.db import Connection
from service.ids import CandidateId, ReferralId, new_id
from service.referrals import rules, store
from service.referrals.model import Confidential, Opened, Referral, ReferralForm, SealedReferral
from service.referrals.rules import ReferralClosed

# As many bytes as the longest referral takes, with every letter of four bytes.
SEALED_BYTES = 10_240


async def record_referral(
    tx: Connection,
    candidate_id: CandidateId,
    form: ReferralForm,
    *,
    by: Actor,
    at: datetime,
    on: date,
    sealer: Sealer,
) -> ReferralId:
    """Keeps a referral of a person of the own office, sealed.

    NotAllowed, NotFound, CandidateWithdrawn or InvalidFields.
    """
    check_may_read_sensitive(by)
    await candidates.lock_registered(tx, candidate_id)
    referral = rules.read_referral(form, on=on)
    referral_id = ReferralId(new_id())
    await store.insert_referral(
        tx,
        referral_id,
        candidate_id=candidate_id,
        direction=referral.direction,
        made_on=referral.made_on,
        sealed=_seal(sealer, referral_id, referral.confidential),
        at=at,
        recorded_by=by.account,
    )
    return referral_id


async def list_referrals(tx: Connection, candidate_id: CandidateId, *, by: Actor) -> list[Referral]:
    """That there are referrals of a person of the own office, and from when; NotAllowed."""
    check_may_read_sensitive(by)
    return await store.list_referrals_of_candidate(tx, candidate_id)


async def read_referrals(
    tx: Connection,
    candidate_id: CandidateId,
    *,
    purpose: str,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> list[Opened]:
    """What is sealed of a person's referrals; NotAllowed, NotFound or PurposeMissing.

    The reading is noted in the same transaction: who, when and what for.
    """
    check_may_read_sensitive(by)
    reason = read_purpose(purpose)
    await candidates.get_candidate(tx, candidate_id)
    stored = await store.list_sealed_of_candidate(tx, candidate_id)
    await sensitive.note_reading(tx, [candidate_id], purpose=reason, by=by, at=at)
    return [
        Opened(one.id, one.direction, one.made_on, one.closed_at, _open(sealer, one))
        for one in stored
    ]


async def close_referral(
    tx: Connection,
    candidate_id: CandidateId,
    referral_id: ReferralId,
    result: str,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> None:
    """Closes a referral with what came of it; NotAllowed, NotFound, ReferralClosed, ResultMissing.

    Nobody is shown what was sealed before.
    """
    check_may_read_sensitive(by)
    stored = await store.lock_referral(tx, referral_id, candidate_id=candidate_id)
    if stored.closed_at is not None:
        raise ReferralClosed
    said = rules.read_result(result)
    known = msgspec.structs.replace(_open(sealer, stored), result=said)
    await store.record_closed(
        tx, referral_id, sealed=_seal(sealer, referral_id, known), at=at, closed_by=by.account
    )


def _seal(sealer: Sealer, referral_id: ReferralId, confidential: Confidential) -> bytes:
    plain = msgspec.json.encode(confidential).ljust(SEALED_BYTES)
    assert len(plain) == SEALED_BYTES, "a referral outgrew its padding"
    return sealer.seal(plain, table="referral", column="sealed", row_id=referral_id)


def _open(sealer: Sealer, stored: SealedReferral) -> Confidential:
    opened = sealer.open(stored.sealed, table="referral", column="sealed", row_id=stored.id)
    return msgspec.json.decode(opened, type=Confidential)
