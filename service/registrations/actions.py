"""Registering a person step by step: keep what was typed, compare, decide, register."""

from datetime import date, datetime

import msgspec

from service.actor import Actor
from service.candidates import actions as candidates
from service.candidates.forms import RegistrationForm
from service.candidates.model import Alike, AlikeElsewhere, Registered
from service.candidates.rules import (
    LikelyDuplicate,
    PersonalNumberTaken,
    check_not_registered,
)
from service.candidates.typed import EMPTY, registration_of
from service.contacts import actions as contacts
from service.crypto import Sealer
from service.db import Connection
from service.eligibility import actions as eligibility
from service.eligibility.model import Assessment, Facts
from service.ids import DraftId, new_id
from service.problems import InvalidFields, NotFound
from service.registrations import rules, store
from service.registrations.model import FIELDS, Content, Draft, SealedDraft, Step, Typed
from service.registrations.rules import TooManyDrafts
from service.twins import actions as twins

SEALED_BYTES_STEP = 1024
DELETED_AT_ONCE = 500
UNTYPED: Typed = {field: EMPTY.get(field, "") for step in Step for field in FIELDS[step]}


class Comparison(msgspec.Struct, frozen=True):
    """Who may be the same person, and for which schemes the person may be placed."""

    alike: list[Alike]
    elsewhere: list[AlikeElsewhere]
    assessments: list[Assessment]


async def begin(
    tx: Connection, typed: Typed, *, by: Actor, at: datetime, on: date, sealer: Sealer
) -> DraftId:
    """A new draft with its first step; InvalidFields, or TooManyDrafts."""
    mine = await store.list_drafts(tx, account_id=by.account, at=at, at_most=rules.DRAFTS_MAX)
    if len(mine) >= rules.DRAFTS_MAX:
        raise TooManyDrafts
    content = rules.merge(Content(UNTYPED), Step.PERSON, typed)
    await _check(tx, content, Step.PERSON, on=on)
    draft_id = DraftId(new_id())
    await store.insert_draft(
        tx,
        draft_id,
        office_id=by.office,
        account_id=by.account,
        sealed=_seal(sealer, draft_id, rules.finish(content, Step.PERSON)),
        at=at,
        expires_at=rules.expiry(at),
    )
    return draft_id


async def read_draft(
    tx: Connection, draft_id: DraftId, *, by: Actor, at: datetime, sealer: Sealer
) -> Draft:
    """An officer's own draft; NotFound when it was registered, discarded or swept."""
    stored = await store.find_draft(tx, draft_id, account_id=by.account, at=at)
    if stored is None:
        raise NotFound
    return _open(sealer, stored)


async def list_drafts(tx: Connection, *, by: Actor, at: datetime, sealer: Sealer) -> list[Draft]:
    """An officer's own drafts, the oldest first."""
    stored = await store.list_drafts(tx, account_id=by.account, at=at, at_most=rules.DRAFTS_MAX)
    return [_open(sealer, one) for one in stored]


async def save_step(
    tx: Connection,
    draft_id: DraftId,
    step: Step,
    typed: Typed,
    *,
    by: Actor,
    at: datetime,
    on: date,
    sealer: Sealer,
) -> Step:
    """Keeps a step that is in order; answers the next.

    InvalidFields, StepsMissing or NotFound; of the comparison PersonalNumberTaken or
    LikelyDuplicate.
    """
    draft = _open(sealer, await store.lock_draft(tx, draft_id, account_id=by.account, at=at))
    rules.check_reachable(step, draft.content.done)
    content = rules.merge(draft.content, step, typed)
    await _check(tx, content, step, on=on)
    if step is Step.COMPARE:
        await _check_compared(tx, content, by=by, at=at, on=on, sealer=sealer)
    content = rules.finish(content, step)
    await _record(tx, draft_id, content, at=at, sealer=sealer)
    return rules.next_step(content.done)


async def save_for_later(
    tx: Connection,
    draft_id: DraftId,
    step: Step,
    typed: Typed,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> None:
    """Keeps a step as it was typed, right or wrong: it is asked again; NotFound, InvalidFields."""
    draft = _open(sealer, await store.lock_draft(tx, draft_id, account_id=by.account, at=at))
    rules.check_length(FIELDS[step], typed)
    content = rules.merge(draft.content, step, typed)
    await _record(tx, draft_id, content, at=at, sealer=sealer)


async def discard(tx: Connection, draft_id: DraftId, *, by: Actor, at: datetime) -> None:
    """Forgets a draft; NotFound."""
    await store.lock_draft(tx, draft_id, account_id=by.account, at=at)
    await store.delete_draft(tx, draft_id)


async def compare(
    tx: Connection, draft: Draft, *, by: Actor, at: datetime, on: date, sealer: Sealer
) -> Comparison:
    """Who looks like the person of a draft, here and elsewhere, and what schemes say."""
    form = registration_of(draft.content.typed)
    elsewhere = await candidates.find_duplicates_elsewhere(
        tx, form.likeness(), by=by, at=at, on=on, sealer=sealer
    )
    return Comparison(
        alike=await candidates.find_duplicates(tx, form.likeness(), by=by, on=on, sealer=sealer),
        elsewhere=elsewhere,
        assessments=await assess(tx, form, on=on),
    )


async def assess(tx: Connection, form: RegistrationForm, *, on: date) -> list[Assessment]:
    """For which schemes the person of a form may be placed, with reasons."""
    facts = Facts(
        born_on=date.fromisoformat(form.born_on),
        unemployed_since=date.fromisoformat(form.unemployed_since),
    )
    return await eligibility.preview(tx, facts, on=on)


async def register(
    tx: Connection, draft_id: DraftId, *, by: Actor, at: datetime, on: date, sealer: Sealer
) -> Registered:
    """Registers the person of a draft with everything that was typed, and forgets the draft.

    StepsMissing, InvalidFields, PersonalNumberTaken, LikelyDuplicate, or NotFound when it was
    registered before.
    """
    draft = _open(sealer, await store.lock_draft(tx, draft_id, account_id=by.account, at=at))
    rules.check_reachable(Step.CHECK, draft.content.done)
    typed = draft.content.typed
    form = registration_of(typed)
    alike = await candidates.find_duplicates(tx, form.likeness(), by=by, on=on, sealer=sealer)
    done = await candidates.register_candidate(tx, form, by=by, at=at, on=on, sealer=sealer)
    person = done.candidate.id
    await contacts.save_contact(tx, person, rules.contact_form(typed), by=by, at=at, sealer=sealer)
    await contacts.record_consents(tx, person, rules.consents(typed), by=by, at=at)
    await eligibility.decide(tx, person, by=by, at=at, on=on)
    await twins.tell_apart_at_registration(tx, person, [one.id for one in alike], by=by, at=at)
    await store.delete_draft(tx, draft_id)
    return done


async def sweep_drafts(tx: Connection, *, at: datetime) -> int:
    """Forgets a batch of drafts that nobody went on with, as the system; answers how many."""
    return await store.delete_expired(tx, at=at, at_most=DELETED_AT_ONCE)


async def _check(tx: Connection, content: Content, step: Step, *, on: date) -> None:
    wrong = await candidates.complain_of(tx, registration_of(content.typed), on=on)
    wrong |= rules.own_complaints(step, content.typed)
    mine = {field: wrong[field] for field in FIELDS[step] if field in wrong}
    if mine:
        raise InvalidFields(mine)


async def _check_compared(
    tx: Connection, content: Content, *, by: Actor, at: datetime, on: date, sealer: Sealer
) -> None:
    form = registration_of(content.typed)
    alike = await candidates.find_duplicates(tx, form.likeness(), by=by, on=on, sealer=sealer)
    check_not_registered(alike, confirmed_not_duplicate=form.confirmed_not_duplicate)
    elsewhere = await candidates.find_duplicates_elsewhere(
        tx, form.likeness(), by=by, at=at, on=on, sealer=sealer
    )
    if any(one.same_personal_number for one in elsewhere):
        raise PersonalNumberTaken
    if elsewhere and not form.confirmed_not_duplicate:
        raise LikelyDuplicate


async def _record(
    tx: Connection, draft_id: DraftId, content: Content, *, at: datetime, sealer: Sealer
) -> None:
    await store.record_draft(
        tx,
        draft_id,
        sealed=_seal(sealer, draft_id, content),
        at=at,
        expires_at=rules.expiry(at),
    )


def _seal(sealer: Sealer, draft_id: DraftId, content: Content) -> bytes:
    """Padded to a whole number of kilobytes, so that its length tells little."""
    plain = msgspec.json.encode(content)
    padded = plain.ljust(-(-len(plain) // SEALED_BYTES_STEP) * SEALED_BYTES_STEP)
    return sealer.seal(padded, table="registration_draft", column="sealed", row_id=draft_id)


def _open(sealer: Sealer, stored: SealedDraft) -> Draft:
    opened = sealer.open(
        stored.sealed, table="registration_draft", column="sealed", row_id=stored.id
    )
    content = msgspec.json.decode(opened, type=Content)
    return Draft(stored.id, content, stored.saved_at, stored.expires_at)
