"""Registering people, finding them, changing what is known, and taking them out of the register."""

from datetime import date, datetime

import msgspec

from service import db
from service.actor import Actor
from service.bank_accounts import actions as bank_accounts
from service.bank_accounts.model import Owner
from service.candidates import answers, rules, sensitive, store
from service.candidates.answers import KnownCodes
from service.candidates.forms import ChangeForm, DuplicatesForm, RegistrationForm
from service.candidates.model import (
    AgreementOfPerson,
    Alike,
    AlikeElsewhere,
    Candidate,
    MatchOfPerson,
    NumberShown,
    Occupation,
    ProposedAccount,
    Registered,
    Registration,
    SoughtBy,
    Summary,
)
from service.candidates.rules import PersonalNumberTaken
from service.clock import BUSINESS_ZONE
from service.crypto import Sealer
from service.db import Connection
from service.i18n import _
from service.ids import BankAccountId, CandidateId, new_id, reference
from service.lists import Found, Wanted
from service.names import fold, search_patterns
from service.offices.actions import list_municipalities

NEWEST = Wanted("newest", descending=True, at_most=100, counts=False)


SHOWN_DIGITS = 3


async def register_candidate(
    tx: Connection, form: RegistrationForm, *, by: Actor, at: datetime, on: date, sealer: Sealer
) -> Registered:
    """Registers a person at the officer's office.

    InvalidFields, PersonalNumberTaken, or LikelyDuplicate unless the form confirms it is none.
    """
    registration = answers.read_registration(form, await _known_codes(tx), on=on)
    likely = await _likely_duplicates(
        tx,
        full_name=registration.person.full_name,
        born_on=registration.person.born_on,
        personal_number=registration.personal_number,
        by=by,
        sealer=sealer,
    )
    rules.check_not_registered(likely, confirmed_not_duplicate=registration.confirmed_not_duplicate)
    candidate = await _insert(tx, registration, by=by, at=at, sealer=sealer)
    await sensitive.save(tx, candidate, registration.sensitive, by=by, at=at, sealer=sealer)
    account_id = await _propose(tx, candidate, registration.account, by=by, at=at, sealer=sealer)
    return Registered(candidate, _warnings(registration.personal_number), account_id)


async def list_occupations(tx: Connection) -> list[Occupation]:
    """Every occupation that can be sought or offered, by ISCO-08 code."""
    return await store.list_occupations(tx)


async def get_candidate(tx: Connection, candidate_id: CandidateId) -> Candidate:
    """One person, without anything sealed; NotFound when there is none or they are hidden."""
    return await store.get_candidate(tx, candidate_id)


async def lock_registered(tx: Connection, candidate_id: CandidateId) -> Candidate:
    """One person of the own office, held; NotFound, or CandidateWithdrawn when they have left."""
    candidate = await store.lock_candidate(tx, candidate_id)
    rules.check_in_register(candidate)
    return candidate


async def complain_of(tx: Connection, form: RegistrationForm, *, on: date) -> dict[str, str]:
    """A sentence for each field of a registration that does not fit, before anything is saved."""
    found = answers.registration_complaints(form, await _known_codes(tx), on=on)
    return {field: sentence for field, sentence in found.items() if sentence}


async def find_duplicates(
    tx: Connection, form: DuplicatesForm, *, by: Actor, on: date, sealer: Sealer
) -> list[Alike]:
    """The office's people who may be the one described, likest first; InvalidFields."""
    full_name, born_on, personal_number = answers.read_likeness(form, on=on)
    return await _likely_duplicates(
        tx,
        full_name=full_name,
        born_on=born_on,
        personal_number=personal_number,
        by=by,
        sealer=sealer,
    )


async def find_duplicates_elsewhere(
    tx: Connection, form: DuplicatesForm, *, by: Actor, at: datetime, on: date, sealer: Sealer
) -> list[AlikeElsewhere]:
    """Who of other offices may be the one described: initials, year of birth and office.

    That the officer was told of somebody is noted; InvalidFields.
    """
    full_name, born_on, personal_number = answers.read_likeness(form, on=on)
    index = sealer.blind_index("personal_number", personal_number) if personal_number else None
    alike = await store.list_alike_elsewhere(
        tx,
        folded_name=fold(full_name),
        born_on=born_on,
        personal_number_index=index,
        percent_min=rules.ALIKE_PERCENT_MIN,
    )
    await note_look(tx, len(alike), sought_by=SoughtBy.REGISTRATION, by=by, at=at)
    return alike


async def list_matches_of_candidate(
    tx: Connection, candidate_id: CandidateId
) -> list[MatchOfPerson]:
    """A person's matches that the actor may see, the newest first."""
    return await store.list_matches_of_candidate(tx, candidate_id)


async def list_agreements_of_candidate(
    tx: Connection, candidate_id: CandidateId
) -> list[AgreementOfPerson]:
    """A person's agreements that the actor may see, the newest first."""
    return await store.list_agreements_of_candidate(tx, candidate_id)


async def note_look(
    tx: Connection, found_count: int, *, sought_by: SoughtBy, by: Actor, at: datetime
) -> None:
    """Keeps that an officer was told of people of other offices; of nobody, there is no note."""
    if found_count:
        await store.insert_look(
            tx,
            looked_at=at,
            looked_by=by.account,
            office_id=by.office,
            sought_by=sought_by,
            found_count=found_count,
        )


async def list_candidates(
    tx: Connection,
    wanted: Wanted = NEWEST,
    *,
    name: str | None = None,
    is_registered: bool | None = None,
    by: Actor,
) -> Found[Summary]:
    """A page of the own office's people, with every word of a name as a part of theirs."""
    return await store.list_candidates_for_office(
        tx,
        wanted,
        office_id=by.office,
        name_patterns=search_patterns(name or "") or None,
        is_registered=is_registered,
    )


async def change_candidate(
    tx: Connection,
    candidate_id: CandidateId,
    form: ChangeForm,
    *,
    on: date,
    sealer: Sealer,
) -> Candidate:
    """Changes ordinary facts; InvalidFields, CandidateWithdrawn or PersonalNumberTaken."""
    candidate = await store.lock_candidate(tx, candidate_id)
    rules.check_in_register(candidate)
    person, personal_number = answers.read_change(
        form,
        candidate,
        await _known_codes(tx),
        registered_on=candidate.registered_at.astimezone(BUSINESS_ZONE).date(),
        on=on,
    )
    await store.record_change(tx, candidate_id, person)
    if personal_number is not None:
        with db.refusing(candidate_once_per_personal_number=PersonalNumberTaken):
            await store.record_personal_number(
                tx,
                candidate_id,
                personal_number_sealed=_seal_number(sealer, candidate_id, personal_number),
                personal_number_index=sealer.blind_index("personal_number", personal_number),
            )
    return await store.get_candidate(tx, candidate_id)


async def withdraw_candidate(
    tx: Connection, candidate_id: CandidateId, *, by: Actor, at: datetime
) -> Candidate:
    """Takes a person out of the register; CandidateWithdrawn or CandidateInAgreement."""
    candidate = await store.lock_candidate(tx, candidate_id)
    rules.check_may_leave(candidate, live_agreements=await store.live_agreements(tx, candidate_id))
    await store.record_withdrawal(tx, candidate_id, withdrawn_at=at, withdrawn_by=by.account)
    return await store.get_candidate(tx, candidate_id)


async def show_personal_number(
    tx: Connection, candidate_id: CandidateId, *, by: Actor, sealer: Sealer
) -> NumberShown:
    """The last three digits, by which an officer of the office tells two people apart; NotFound."""
    cell = await store.get_personal_number(tx, candidate_id, office_id=by.office)
    opened = sealer.open(
        cell.sealed, table="candidate", column="personal_number_sealed", row_id=candidate_id
    )
    number = opened.decode()
    return NumberShown(number[-SHOWN_DIGITS:], rules.has_check_digit(number))


async def _known_codes(tx: Connection) -> KnownCodes:
    return KnownCodes(
        frozenset(place.code for place in await list_municipalities(tx)),
        frozenset(occupation.isco_code for occupation in await store.list_occupations(tx)),
    )


async def _likely_duplicates(
    tx: Connection,
    *,
    full_name: str,
    born_on: date,
    personal_number: str | None,
    by: Actor,
    sealer: Sealer,
) -> list[Alike]:
    index = sealer.blind_index("personal_number", personal_number) if personal_number else None
    alike = await store.list_alike_for_office(
        tx,
        office_id=by.office,
        folded_name=fold(full_name),
        personal_number_index=index,
        percent_min=rules.ALIKE_PERCENT_MIN,
    )
    return [one for one in alike if rules.is_likely_duplicate(one, born_on)]


async def _insert(
    tx: Connection, registration: Registration, *, by: Actor, at: datetime, sealer: Sealer
) -> Candidate:
    candidate_id = CandidateId(new_id())
    candidate = Candidate(
        id=candidate_id,
        reference=reference("C", candidate_id),
        office_id=by.office,
        registered_at=at,
        registered_by=by.account,
        withdrawn_at=None,
        **msgspec.structs.asdict(registration.person),
    )
    with db.refusing(candidate_once_per_personal_number=PersonalNumberTaken):
        await store.insert_candidate(
            tx,
            candidate,
            personal_number_sealed=_seal_number(sealer, candidate_id, registration.personal_number),
            personal_number_index=sealer.blind_index(
                "personal_number", registration.personal_number
            ),
        )
    return candidate


async def _propose(
    tx: Connection,
    candidate: Candidate,
    account: ProposedAccount | None,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> BankAccountId | None:
    if account is None:
        return None
    proposed = await bank_accounts.propose_account(
        tx,
        Owner.candidate(candidate.id),
        iban=account.iban,
        holder_name=account.holder_name,
        by=by,
        at=at,
        sealer=sealer,
    )
    return proposed.id


def _seal_number(sealer: Sealer, candidate_id: CandidateId, personal_number: str) -> bytes:
    return sealer.seal(
        personal_number.encode(),
        table="candidate",
        column="personal_number_sealed",
        row_id=candidate_id,
    )


def _warnings(personal_number: str) -> list[str]:
    if rules.has_check_digit(personal_number):
        return []
    return [
        _(
            "The last digit of the personal number does not fit the others. Compare the number with"
            " the identity card; the person is registered all the same."
        )
    ]
