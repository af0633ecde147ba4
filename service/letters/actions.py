"""Making letters, keeping them as they went out, and noting who reads them."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from service import i18n
from service.actor import Actor, Role
from service.crypto import Sealer, fingerprint
from service.db import Connection
from service.ids import InstalmentId, LetterId, new_id, reference
from service.letters import rules, store
from service.letters.facts import Paid, PayeeOf
from service.letters.gathering import Gathered, gather
from service.letters.model import (
    Addressed,
    Door,
    Kind,
    Letter,
    NewLetter,
    Paper,
    Reading,
    Subject,
    Written,
)
from service.period import Month

LISTED_AT_ONCE = 50
TABLE = "letter"


async def preview(tx: Connection, subject: Subject, *, by: Actor, on: date) -> Gathered:
    """What a letter would be about and to whom it would go; refusals as of `write_letter`."""
    rules.check_may_make(by, subject.kind)
    return await gather(tx, subject, on=on)


async def write_letter(
    tx: Connection,
    subject: Subject,
    *,
    language: str | None,
    by: Actor,
    on: date,
    sealer: Sealer,
) -> Written:
    """What a letter says by the facts as they are, and the one that says so already, if any.

    In its reader's language unless another is chosen. NotAllowed, NotFound, NotDecidedYet,
    NothingInMonth, NoRemedyInForce or InvalidFields.
    """
    gathered = await preview(tx, subject, by=by, on=on)
    with i18n.use_language(rules.choose_language(language, gathered.spoken)):
        paper = gathered.write()
    index = sealer.blind_index(TABLE, rules.content_of(subject, paper))
    kept = await store.find_letter_of_content(tx, index)
    letter_id = LetterId(new_id())
    return Written(
        id=letter_id,
        reference=reference("L", letter_id),
        addressed=_addressed(subject, gathered, paper),
        content_index=index,
        kept=kept,
    )


async def keep_letter(
    tx: Connection, written: Written, pdf: bytes, *, by: Actor, at: datetime, sealer: Sealer
) -> Letter:
    """Keeps a letter as it was printed; the other one where somebody kept the same meanwhile."""
    new = NewLetter(
        id=written.id,
        reference=written.reference,
        addressed=written.addressed,
        content_index=written.content_index,
        paper_sealed=_seal(
            sealer, written.id, "paper_sealed", msgspec.json.encode(written.addressed.paper)
        ),
        pdf_sealed=_seal(sealer, written.id, "pdf_sealed", pdf),
        sha256=fingerprint(pdf),
    )
    await store.insert_letter(tx, new, at=at, by=by.account)
    made = await store.find_letter_of_content(tx, written.content_index)
    assert made is not None, "a letter that was kept is not there for whoever kept it"
    return made


async def read_letter(
    tx: Connection, letter_id: LetterId, *, door: Door, by: Actor, at: datetime, sealer: Sealer
) -> tuple[Letter, Paper]:
    """A letter and what it says; that it was read is noted. NotFound."""
    letter = await store.get_letter(tx, letter_id)
    sealed = await store.get_sealed(tx, letter_id)
    await _note(tx, letter_id, door=door, by=by, at=at)
    opened = _open(sealer, letter_id, "paper_sealed", sealed.paper_sealed)
    return letter, msgspec.json.decode(opened, type=Paper)


async def download(
    tx: Connection, letter_id: LetterId, *, door: Door, by: Actor, at: datetime, sealer: Sealer
) -> tuple[Letter, bytes]:
    """The very bytes that were printed, compared with their SHA-256; noted. NotFound."""
    letter = await store.get_letter(tx, letter_id)
    sealed = await store.get_sealed(tx, letter_id)
    await _note(tx, letter_id, door=door, by=by, at=at)
    pdf = _open(sealer, letter_id, "pdf_sealed", sealed.pdf_sealed)
    assert fingerprint(pdf) == sealed.sha256, "a kept letter is not what was printed"
    return letter, pdf


async def list_letters(
    tx: Connection, *, by: Actor, kind: Kind | None = None, before: LetterId | None = None
) -> list[Letter]:
    """A page of the letters of whoever asks, the newest first."""
    match by.role:
        case Role.EMPLOYER:
            return await store.list_letters_for_employer(
                tx, by.employer, kind=kind, before=before, at_most=LISTED_AT_ONCE
            )
        case Role.CASE_OFFICER:
            return await store.list_letters_for_office(
                tx, by.office, kind=kind, before=before, at_most=LISTED_AT_ONCE
            )
        case _:
            return await store.list_letters_of_all(
                tx, kind=kind, before=before, at_most=LISTED_AT_ONCE
            )


async def list_letters_about(tx: Connection, subject: Subject) -> list[Letter]:
    """The letters that were made about one thing and may be seen, the newest first."""
    return await store.list_letters_about(tx, subject, at_most=LISTED_AT_ONCE)


async def list_readings(tx: Connection, letter_id: LetterId) -> list[Reading]:
    """Who read a letter and when, as far as this person may know; a hundred at most."""
    await store.get_letter(tx, letter_id)
    return await store.list_readings(tx, letter_id)


async def list_payees(tx: Connection, month: Month, *, after: UUID | None = None) -> list[Paid]:
    """A page of whom the approved payouts of a month pay, for whom all money is to be seen by."""
    return await store.list_payees(tx, month, after=after, at_most=LISTED_AT_ONCE)


async def find_payee_of(tx: Connection, instalment_id: InstalmentId) -> PayeeOf | None:
    """Whose statement an instalment belongs to; None where this person may not know it."""
    return await store.find_payee_of(tx, instalment_id)


def _addressed(subject: Subject, gathered: Gathered, paper: Paper) -> Addressed:
    return Addressed(
        subject=subject,
        about=gathered.about,
        addressee=gathered.addressee,
        employer_id=gathered.employer_id,
        candidate_id=gathered.candidate_id,
        office_id=gathered.office_id,
        is_draft=gathered.is_draft,
        paper=paper,
    )


def _seal(sealer: Sealer, letter_id: LetterId, column: str, plain: bytes) -> bytes:
    return sealer.seal(plain, table=TABLE, column=column, row_id=letter_id)


def _open(sealer: Sealer, letter_id: LetterId, column: str, sealed: bytes) -> bytes:
    return sealer.open(sealed, table=TABLE, column=column, row_id=letter_id)


async def _note(
    tx: Connection, letter_id: LetterId, *, door: Door, by: Actor, at: datetime
) -> None:
    await store.insert_reading(tx, new_id(), letter_id, door=door, read_at=at, read_by=by.account)
