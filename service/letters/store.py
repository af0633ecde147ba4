"""The typed twins of sql/queries/letters.sql."""

from datetime import date, datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.ids import (
    AccountId,
    AgreementId,
    EligibilityId,
    EmployerId,
    InstalmentId,
    LetterId,
    OfficeId,
    PlacementId,
    RecoveryId,
)
from service.letters.facts import (
    AgreedFacts,
    DecidedFacts,
    DecidedScheme,
    KeptBack,
    Paid,
    PaidLine,
    PayeeFacts,
    PayeeOf,
    PlacementFacts,
    RecoveryFacts,
    Remedy,
    Treasury,
    Unpaid,
)
from service.letters.model import Decision, Door, Kind, Letter, NewLetter, Reading, Sealed, Subject
from service.period import Month

SQL = db.load("letters")


async def insert_letter(tx: Connection, new: NewLetter, *, at: datetime, by: AccountId) -> int:
    """Keeps a letter; 0 where one with the same words was kept before."""
    addressed = new.addressed
    subject = addressed.subject
    return await db.execute(
        tx,
        SQL["insert_letter"],
        id=new.id,
        reference=new.reference,
        kind=subject.kind,
        language=addressed.paper.language,
        about=addressed.about,
        agreement_id=subject.id if subject.kind is Kind.AGREEMENT else None,
        placement_id=subject.id if subject.kind is Kind.PLACEMENT else None,
        recovery_id=subject.id if subject.kind in {Kind.RECOVERY, Kind.APPEAL} else None,
        eligibility_id=subject.id if subject.kind is Kind.ELIGIBILITY else None,
        month=subject.month,
        addressee=addressed.addressee,
        employer_id=addressed.employer_id,
        candidate_id=addressed.candidate_id,
        office_id=addressed.office_id,
        is_draft=addressed.is_draft,
        content_index=new.content_index,
        paper_sealed=new.paper_sealed,
        pdf_sealed=new.pdf_sealed,
        sha256=new.sha256,
        made_at=at,
        made_by=by,
    )


async def find_letter_of_content(tx: Connection, content_index: bytes) -> Letter | None:
    """The letter that says the very same, if there is one."""
    return await db.find_one(tx, SQL["find_letter_of_content"], Letter, content_index=content_index)


async def get_letter(tx: Connection, letter_id: LetterId) -> Letter:
    """One letter; NotFound where it is not this person's to see."""
    return await db.fetch_one(tx, SQL["get_letter"], Letter, letter_id=letter_id)


async def list_letters_for_employer(
    tx: Connection,
    employer_id: EmployerId,
    *,
    kind: Kind | None,
    before: LetterId | None,
    at_most: int,
) -> list[Letter]:
    """A page of an employer's letters, the newest first."""
    return await db.fetch_all(
        tx,
        SQL["list_letters_for_employer"],
        Letter,
        employer_id=employer_id,
        kind=kind,
        before=before,
        at_most=at_most,
    )


async def list_letters_for_office(
    tx: Connection,
    office_id: OfficeId,
    *,
    kind: Kind | None,
    before: LetterId | None,
    at_most: int,
) -> list[Letter]:
    """A page of an office's letters, the newest first."""
    return await db.fetch_all(
        tx,
        SQL["list_letters_for_office"],
        Letter,
        office_id=office_id,
        kind=kind,
        before=before,
        at_most=at_most,
    )


async def list_letters_of_all(
    tx: Connection,
    *,
    kind: Kind | None,
    before: LetterId | None,
    at_most: int,
) -> list[Letter]:
    """A page of all letters that the actor may see, the newest first."""
    return await db.fetch_all(
        tx,
        SQL["list_letters_of_all"],
        Letter,
        kind=kind,
        before=before,
        at_most=at_most,
    )


async def list_letters_about(tx: Connection, subject: Subject, *, at_most: int) -> list[Letter]:
    """The letters about one thing, the newest first."""
    return await db.fetch_all(
        tx,
        SQL["list_letters_about"],
        Letter,
        subject_id=subject.id,
        kind=subject.kind,
        month=subject.month,
        at_most=at_most,
    )


async def get_sealed(tx: Connection, letter_id: LetterId) -> Sealed:
    """What is sealed of a letter."""
    return await db.fetch_one(tx, SQL["get_sealed"], Sealed, letter_id=letter_id)


async def insert_reading(
    tx: Connection,
    reading_id: UUID,
    letter_id: LetterId,
    *,
    door: Door,
    read_at: datetime,
    read_by: AccountId,
) -> int:
    """Notes that somebody read a letter."""
    return await db.execute(
        tx,
        SQL["insert_reading"],
        id=reading_id,
        letter_id=letter_id,
        door=door,
        read_at=read_at,
        read_by=read_by,
    )


async def list_readings(tx: Connection, letter_id: LetterId) -> list[Reading]:
    """Who read a letter, the latest first and a hundred at most."""
    return await db.fetch_all(tx, SQL["list_readings"], Reading, letter_id=letter_id)


async def find_remedy(tx: Connection, decision: Decision, *, on_day: date) -> Remedy | None:
    """Where a decision of a day can be appealed, if a rule says so."""
    return await db.find_one(tx, SQL["find_remedy"], Remedy, decision=decision, on_day=on_day)


async def get_agreed_facts(tx: Connection, agreement_id: AgreementId) -> AgreedFacts:
    """What the letter of an agreement says beyond it; NotFound."""
    return await db.fetch_one(tx, SQL["get_agreed_facts"], AgreedFacts, agreement_id=agreement_id)


async def get_placement_facts(tx: Connection, placement_id: PlacementId) -> PlacementFacts:
    """A placement with its decision; NotFound."""
    return await db.fetch_one(
        tx, SQL["get_placement_facts"], PlacementFacts, placement_id=placement_id
    )


async def get_decided_facts(tx: Connection, eligibility_id: EligibilityId) -> DecidedFacts:
    """About whom a decision was, and whose; NotFound where it is not this person's to see."""
    return await db.fetch_one(
        tx, SQL["get_decided_facts"], DecidedFacts, eligibility_id=eligibility_id
    )


async def list_decided_schemes(
    tx: Connection, eligibility_id: EligibilityId
) -> list[DecidedScheme]:
    """All that was decided about the person in the same moment, by scheme."""
    return await db.fetch_all(
        tx, SQL["list_decided_schemes"], DecidedScheme, eligibility_id=eligibility_id
    )


async def get_recovery_facts(
    tx: Connection, recovery_id: RecoveryId, *, on_day: date
) -> RecoveryFacts:
    """What the letter of a recovery says beyond it; NotFound."""
    return await db.fetch_one(
        tx, SQL["get_recovery_facts"], RecoveryFacts, recovery_id=recovery_id, on_day=on_day
    )


async def get_treasury(tx: Connection) -> Treasury:
    """The account that pays, and to which is paid back."""
    return await db.fetch_one(tx, SQL["get_treasury"], Treasury)


async def get_payee_facts(tx: Connection, payee_id: UUID) -> PayeeFacts:
    """Whose statement it is; NotFound where this person may not know it."""
    return await db.fetch_one(tx, SQL["get_payee_facts"], PayeeFacts, payee_id=payee_id)


async def list_paid_lines(tx: Connection, payee_id: UUID, month: Month) -> list[PaidLine]:
    """What the approved payouts of a month pay to a payee."""
    return await db.fetch_all(tx, SQL["list_paid_lines"], PaidLine, payee_id=payee_id, month=month)


async def list_kept_back(tx: Connection, payee_id: UUID, month: Month) -> list[KeptBack]:
    """What these lines kept back."""
    return await db.fetch_all(tx, SQL["list_kept_back"], KeptBack, payee_id=payee_id, month=month)


async def list_unpaid(tx: Connection, payee_id: UUID, month: Month) -> list[Unpaid]:
    """What stands for a month and is in no approved payout."""
    return await db.fetch_all(tx, SQL["list_unpaid"], Unpaid, payee_id=payee_id, month=month)


async def list_payees(
    tx: Connection, month: Month, *, after: UUID | None, at_most: int
) -> list[Paid]:
    """A page of whom the approved payouts of a month pay."""
    return await db.fetch_all(
        tx, SQL["list_payees"], Paid, month=month, after=after, at_most=at_most
    )


async def find_payee_of(tx: Connection, instalment_id: InstalmentId) -> PayeeOf | None:
    """Who is paid by an instalment; None where this person may not know it."""
    return await db.find_one(tx, SQL["find_payee_of"], PayeeOf, instalment_id=instalment_id)
