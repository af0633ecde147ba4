"""The facts of a letter: what it is about, to whom it goes, and how to write it in a language."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial

import msgspec

from service.agreements import actions as agreements
from service.db import Connection
from service.ids import (
    AgreementId,
    CandidateId,
    EligibilityId,
    EmployerId,
    OfficeId,
    PlacementId,
    RecoveryId,
)
from service.letters import store
from service.letters.facts import Remedy
from service.letters.model import Addressee, Decision, Kind, Paper, Subject
from service.letters.rules import NoRemedyInForce, NotDecidedYet, NothingInMonth
from service.letters.writing import agreement, eligibility, placement, recovery, statement
from service.period import format_month
from service.recoveries import actions as recoveries
from service.schemes import actions as schemes


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a letter follows from; `write` makes its paper in the language in use.

    `spoken` are the languages of whom it goes to, the best known first.
    """

    about: str
    recipient: str
    addressee: Addressee
    employer_id: EmployerId | None
    candidate_id: CandidateId | None
    office_id: OfficeId | None
    is_draft: bool
    spoken: list[str]
    write: Callable[[], Paper]


Gather = Callable[[Connection, Subject, date], Awaitable[Gathered]]


async def gather(tx: Connection, subject: Subject, *, on: date) -> Gathered:
    """The facts of a letter as they are; NotFound, NotDecidedYet, NothingInMonth."""
    return await GATHERING[subject.kind](tx, subject, on)


async def _agreement(tx: Connection, subject: Subject, _on: date) -> Gathered:
    agreement_id = AgreementId(subject.id)
    dossier = await agreements.read_agreement(tx, agreement_id)
    facts = await store.get_agreed_facts(tx, agreement_id)
    agreed = dossier.agreement
    return Gathered(
        about=agreed.reference,
        recipient=f"{agreed.candidate_name}, {agreed.employer_name}",
        addressee=Addressee.PARTIES,
        employer_id=agreed.employer_id,
        candidate_id=agreed.candidate_id,
        office_id=agreed.office_id,
        is_draft=agreement.is_draft(dossier),
        spoken=facts.candidate_languages,
        write=partial(agreement.write, dossier, facts),
    )


async def _placement(tx: Connection, subject: Subject, on: date) -> Gathered:
    facts = await store.get_placement_facts(tx, PlacementId(subject.id))
    if facts.decided_at is None:
        raise NotDecidedYet
    remedy = await _remedy(tx, Decision.PLACEMENT, on)
    return Gathered(
        about=facts.reference,
        recipient=facts.employer_name,
        addressee=Addressee.EMPLOYER,
        employer_id=facts.employer_id,
        candidate_id=None,
        office_id=facts.office_id,
        is_draft=False,
        spoken=facts.employer_languages,
        write=partial(placement.write, facts, remedy),
    )


async def _eligibility(tx: Connection, subject: Subject, on: date) -> Gathered:
    eligibility_id = EligibilityId(subject.id)
    facts = await store.get_decided_facts(tx, eligibility_id)
    schemes = await store.list_decided_schemes(tx, eligibility_id)
    remedy = await _remedy(tx, Decision.ELIGIBILITY, on)
    return Gathered(
        about=facts.candidate_reference,
        recipient=facts.candidate_name,
        addressee=Addressee.CANDIDATE,
        employer_id=None,
        candidate_id=facts.candidate_id,
        office_id=facts.office_id,
        is_draft=False,
        spoken=facts.languages,
        write=partial(eligibility.write, facts, schemes, remedy),
    )


async def _recovery(tx: Connection, subject: Subject, on: date) -> Gathered:
    recovery_id = RecoveryId(subject.id)
    dossier = await recoveries.read_recovery(tx, recovery_id)
    facts = await store.get_recovery_facts(tx, recovery_id, on_day=on)
    treasury = await store.get_treasury(tx)
    if subject.kind is Kind.APPEAL:
        if recovery.decided_step(dossier) is None:
            raise NotDecidedYet
        remedy = await _remedy(tx, Decision.APPEAL, on)
        write = partial(recovery.write_decision, dossier, facts, treasury, remedy)
    else:
        remedy = await _remedy(tx, Decision.RECOVERY, on)
        write = partial(recovery.write_notice, dossier, facts, treasury, remedy)
    return Gathered(
        about=dossier.recovery.reference,
        recipient=dossier.recovery.payee_name,
        addressee=Addressee.EMPLOYER if facts.employer_id else Addressee.CANDIDATE,
        employer_id=facts.employer_id,
        candidate_id=facts.candidate_id,
        office_id=facts.office_id if facts.candidate_id else None,
        is_draft=subject.kind is Kind.RECOVERY and recovery.is_draft(facts),
        spoken=facts.languages,
        write=write,
    )


async def _statement(tx: Connection, subject: Subject, _on: date) -> Gathered:
    assert subject.month is not None
    facts = await store.get_payee_facts(tx, subject.id)
    sender = (await store.get_treasury(tx)).holder_name
    paid = await store.list_paid_lines(tx, subject.id, subject.month)
    kept = await store.list_kept_back(tx, subject.id, subject.month)
    unpaid = await store.list_unpaid(tx, subject.id, subject.month)
    if not paid and not unpaid:
        raise NothingInMonth
    versions = {line.scheme_version_id for line in paid}
    versions |= {one.scheme_version_id for one in unpaid}
    compiled = await schemes.compiled_versions(tx, sorted(versions))
    programs = {version_id: one.program for version_id, one in compiled.items()}
    return Gathered(
        about=format_month(subject.month),
        recipient=facts.name,
        addressee=Addressee.EMPLOYER if facts.employer_id else Addressee.CANDIDATE,
        employer_id=facts.employer_id,
        candidate_id=facts.candidate_id,
        office_id=facts.office_id,
        is_draft=False,
        spoken=facts.languages,
        write=partial(statement.write, facts, sender, subject.month, paid, kept, unpaid, programs),
    )


async def _remedy(tx: Connection, decision: Decision, on: date) -> Remedy:
    found = await store.find_remedy(tx, decision, on_day=on)
    if found is None:
        raise NoRemedyInForce
    return found


GATHERING: Mapping[Kind, Gather] = {
    Kind.AGREEMENT: _agreement,
    Kind.PLACEMENT: _placement,
    Kind.APPEAL: _recovery,
    Kind.RECOVERY: _recovery,
    Kind.STATEMENT: _statement,
    Kind.ELIGIBILITY: _eligibility,
}
