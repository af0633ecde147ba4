"""What each letter says, to whom, and that it is kept as it went out."""

from datetime import date

import asyncpg
import pytest

from service.actor import SYSTEM, Actor, Role
from service.bank_accounts.model import Owner
from service.crypto import Sealer
from service.db import Connection
from service.ids import PlacementId, RecoveryId
from service.letters import actions
from service.letters.model import Kind, Letter, Subject
from service.letters.printing import print_paper
from service.letters.rules import NotDecidedYet, NothingInMonth
from service.period import Month
from service.placements import actions as placements
from service.problems import NotAllowed, NotFound
from service.recoveries import actions as recoveries
from service.recoveries.model import Outcome
from service.schemes.model import Payee
from tests.given import Given, act_as, actor_of
from tests.instalments.later import appropriate
from tests.letters.conftest import Make
from tests.payouts.corrections import at_work, earn, end
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import open_account
from tests.payouts.test_payees import SCHEME, open_for_the_firm, train
from tests.recoveries.owing import APRIL, MARCH, Office, overpaid


async def letters_seen_by(given: Given, who: Actor) -> list[Letter]:
    async with given.db.transaction(who) as tx:
        return await actions.list_letters(tx, by=who)


# ----- the agreement


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("", ["Plani i trajnimit", "Arta Krasniqi", "500,00 €", "dhjetor 2026", "Kandidati"]),
        ("sr", ["Plan obuke", "500,00 €", "1. decembar 2026.", "Poslodavac"]),
        ("en", ["Training plan", "€500.00", "1 December 2026", "Employment office"]),
    ],
)
async def test_an_agreement_is_told_in_its_readers_language(
    given: Given, made: Make, language: str, words: list[str]
) -> None:
    agreement = await given.signed_agreement(starts_on=date(2026, 12, 1))
    officer = actor_of(await given.officer_of(agreement))

    letter = await made(officer, Subject(Kind.AGREEMENT, agreement.id), language)

    assert letter.letter.language == (language or "sq")
    assert not letter.letter.is_draft
    assert [one for one in words if one not in letter.text] == []
    assert "MARRËVESHJE PËR PUNËSIM TË SUBVENCIONUAR" in letter.text  # what was signed, as signed
    assert letter.read.of_role("TD")[1::3] == [
        "Arta Krasniqi",
        "Some employer",
        "Some case_officer",
    ]


async def test_an_agreement_that_somebody_has_yet_to_sign_is_marked_as_a_draft(
    given: Given, made: Make
) -> None:
    agreement = await given.drafted_agreement()
    officer = actor_of(await given.officer_of(agreement))

    letter = await made(officer, Subject(Kind.AGREEMENT, agreement.id), "en")

    assert letter.letter.is_draft
    assert "Draft. It binds nobody until it has been signed by: " in letter.text


async def test_an_agreement_is_its_partys_letter_and_nobody_elses(given: Given, made: Make) -> None:
    agreement = await given.signed_agreement()
    subject = Subject(Kind.AGREEMENT, agreement.id)
    letter = await made(actor_of(await given.officer_of(agreement)), subject)
    employer = actor_of(await given.employer_of(agreement))
    stranger = actor_of(await given.representative())
    elsewhere = actor_of(await given.case_officer("peje"))

    assert [one.id for one in await letters_seen_by(given, employer)] == [letter.letter.id]
    for other in (stranger, elsewhere):
        assert await letters_seen_by(given, other) == []
        with pytest.raises(NotFound):
            await made(other, subject)


# ----- decisions


async def test_a_refused_placement_is_told_with_the_reason_and_how_to_appeal(
    given: Given, made: Make
) -> None:
    representative = await given.representative()
    placement = await given.submitted_placement(representative)
    officer = actor_of(await given.case_officer())
    subject = Subject(Kind.PLACEMENT, placement.id)
    with pytest.raises(NotDecidedYet):
        await made(actor_of(representative), subject)
    await _refuse(given, placement.id, "The mentor works elsewhere.", by=officer)

    letter = await made(actor_of(representative), subject, "en")

    assert f"Placement {placement.reference} is refused" == letter.read.title
    assert "Why: The mentor works elsewhere." in letter.text
    assert "within 30 days of the day you were told" in letter.text
    assert "05/L-031" in letter.text


async def _refuse(given: Given, placement_id: PlacementId, reason: str, *, by: Actor) -> None:
    async with given.db.transaction(by) as tx:
        await placements.refuse_placement(tx, placement_id, reason, by=by, at=given.clock.now())


async def test_a_decided_appeal_is_told_with_what_is_owed_now(office: Office, made: Make) -> None:
    person = await overpaid(office)
    await office.sweep()
    recovery = await office.only()
    employer = actor_of(person.representative)
    subject = Subject(Kind.APPEAL, recovery.id)
    await office.notified(recovery.id)
    with pytest.raises(NotDecidedYet):
        await made(office.second, subject)
    await _appealed_and_decided(office, recovery.id, by=employer)

    letter = await made(employer, subject, "en")

    assert "Upheld in part: less is owed" in letter.text
    assert "Why: Half of it is so." in letter.text
    assert "€40.00" in letter.text
    assert "Basic Court in Prishtina" in letter.text


async def _appealed_and_decided(office: Office, recovery_id: RecoveryId, *, by: Actor) -> None:
    at = office.clock.now()
    async with office.given.db.transaction(by) as tx:
        await recoveries.appeal(tx, recovery_id, reason="She worked.", by=by, at=at)
    async with office.given.db.transaction(office.authoriser) as tx:
        await recoveries.decide_appeal(
            tx,
            recovery_id,
            Outcome.PARTLY,
            less_cents=30_00,
            reason="Half of it is so.",
            by=office.authoriser,
            at=at,
        )


# ----- what is owed back


async def test_a_notice_says_why_how_much_where_to_pay_and_until_when_to_appeal(
    office: Office, made: Make
) -> None:
    person = await overpaid(office)
    await office.sweep()
    recovery = await office.only()
    subject = Subject(Kind.RECOVERY, recovery.id)
    early = await made(office.preparer, subject, "en")
    await office.notified(recovery.id)

    letter = await made(office.preparer, subject, "en")

    assert early.letter.is_draft
    assert letter.read.of_role("TD")[:4] == [
        "March 2026",
        "Subsidy",
        "Due for this month: €280.00. Paid: €350.00. Beyond what is due: €70.00.",
        "€70.00",
    ]
    for words in ("XK051000130000041708", recovery.reference, "17 November 2026", "up to 50 %"):
        assert words in letter.text
    seen = await letters_seen_by(office.given, actor_of(person.representative))
    assert [one.id for one in seen] == [letter.letter.id]  # never what was not told yet


async def test_a_young_person_is_told_by_the_office_and_the_firm_is_not(
    office: Office, made: Make
) -> None:
    given = office.given
    person = await _paid_trainee(office)
    await train(given, person, MARCH, days_worked=10)
    await end(given, person, date(2026, 3, 31))
    await office.sweep()
    (owed,) = [one for one in await office.listed() if one.payee is Payee.CANDIDATE]
    subject = Subject(Kind.RECOVERY, owed.id)
    employer, officer = actor_of(person.representative), actor_of(person.officer)
    await made(office.preparer, subject, "en")
    before = await letters_seen_by(given, officer)
    await office.notified(owed.id)

    letter = await made(office.preparer, subject, "en")

    assert letter.paper.recipient[0] == person.person_name
    assert letter.paper.recipient[1].startswith("Candidate C-")
    assert before == []
    assert [one.id for one in await letters_seen_by(given, officer)] == [letter.letter.id]
    assert await letters_seen_by(given, employer) == []
    with pytest.raises(NotFound):
        await made(employer, subject)


# ----- statements


async def test_a_statement_explains_each_payment_and_what_became_of_it(
    office: Office, made: Make
) -> None:
    given = office.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await office.paid(MARCH)
    await earn(given, person, MARCH, wage_cents=400_00)
    await earn(given, person, APRIL, wage_cents=600_00)
    payout = await given.submitted_payout(APRIL, by=office.preparer)
    await given.approved_payout(payout, by=office.authoriser)
    employer = actor_of(person.representative)

    march = await made(employer, Subject(Kind.STATEMENT, person.employer_id, MARCH), "en")
    april = await made(employer, Subject(Kind.STATEMENT, person.employer_id, APRIL), "sq")

    assert "70 % of the gross wage of €600.00 = €420.00." in march.text
    assert "Sent on 2 November 2026, booked on 3 November 2026" in march.text
    assert "70,00 €, sepse për mars 2026 është paguar tepër" in april.text
    assert "Miratuar më 2 nëntor 2026, ende e padërguar" in april.text
    assert april.read.of_role("TD")[-3:] == ["350,00 €", "70,00 €", "280,00 €"]


async def test_a_statement_shows_no_more_of_an_account_than_its_last_digits(
    office: Office, made: Make
) -> None:
    person = await _paid_in_march(office)
    subject = Subject(Kind.STATEMENT, person.employer_id, MARCH)

    letter = await made(office.preparer, subject, "en")

    assert "To the account ending in" in letter.text
    assert "XK05" not in letter.text


async def _paid_in_march(office: Office) -> Hired:
    person = await at_work(office.given)
    await earn(office.given, person, MARCH, wage_cents=600_00)
    await office.paid(MARCH)
    return person


async def test_what_is_not_paid_is_said_with_its_reason(office: Office, made: Make) -> None:
    given = office.given
    person = await at_work(given)
    await given.computed_month(MARCH)

    letter = await made(
        actor_of(person.representative), Subject(Kind.STATEMENT, person.employer_id, MARCH), "en"
    )

    assert "No payout of this month that holds a payment to you is approved yet." in letter.text
    assert "has not reported attendance and wage" in letter.text
    with pytest.raises(NothingInMonth):
        await made(
            office.preparer, Subject(Kind.STATEMENT, person.employer_id, Month(date(2025, 1, 1)))
        )


async def test_a_young_persons_own_money_is_not_told_to_the_employer(
    office: Office, made: Make
) -> None:
    given = office.given
    trainee = await _paid_trainee(office)
    own = Subject(Kind.STATEMENT, trainee.candidate_id, MARCH)
    employer, officer = actor_of(trainee.representative), actor_of(trainee.officer)

    to_firm = await made(employer, Subject(Kind.STATEMENT, trainee.employer_id, MARCH), "en")
    to_person = await made(officer, own, "en")

    assert "€100.00" in to_firm.text
    assert "€300.00" not in to_firm.text
    assert "€300.00" in to_person.text
    assert "€100.00" not in to_person.text
    with pytest.raises(NotFound):
        await made(employer, own)
    with pytest.raises(NotFound):
        await made(officer, Subject(Kind.STATEMENT, trainee.employer_id, MARCH))
    assert [one.id for one in await letters_seen_by(given, employer)] == [to_firm.letter.id]


async def _paid_trainee(office: Office) -> Hired:
    """Somebody with an allowance of 300.00, for whom the firm gets 100.00."""
    given = office.given
    officers = (await given.case_officer(), await given.case_officer())
    await appropriate(given, SCHEME)
    person = await hire(given, officers[0], scheme=SCHEME, starts_on=MARCH, wage_cents=500_00)
    owner = Owner.candidate(person.candidate_id)
    await open_account(given, owner, person.person_name, officers=officers)
    await open_for_the_firm(given, person, officers)
    await train(given, person, MARCH)
    await office.paid(MARCH)
    return person


# ----- kept as they went out


async def test_the_same_facts_make_no_second_letter_and_other_facts_do(
    given: Given, made: Make
) -> None:
    agreement = await given.drafted_agreement()
    officer = actor_of(await given.officer_of(agreement))
    subject = Subject(Kind.AGREEMENT, agreement.id)

    first = await made(officer, subject, "en")
    again = await made(actor_of(await given.employer_of(agreement)), subject, "en")
    other = await made(officer, subject, "sr")

    assert first.letter == again.letter
    assert first.pdf == again.pdf
    assert other.letter.id != first.letter.id


async def test_a_kept_letter_prints_again_to_the_same_bytes(given: Given, made: Make) -> None:
    agreement = await given.signed_agreement()
    officer = actor_of(await given.officer_of(agreement))

    kept = await made(officer, Subject(Kind.AGREEMENT, agreement.id))

    again = print_paper(kept.paper, reference=kept.letter.reference, made_at=kept.letter.made_at)
    assert again == kept.pdf


async def test_who_read_a_letter_is_noted_and_the_office_is_not_shown_to_the_firm(
    given: Given, made: Make
) -> None:
    agreement = await given.signed_agreement()
    officer = actor_of(await given.officer_of(agreement))
    employer = actor_of(await given.employer_of(agreement))
    letter = (await made(officer, Subject(Kind.AGREEMENT, agreement.id))).letter

    async with given.db.transaction(officer) as tx:
        by_office = await actions.list_readings(tx, letter.id)
    async with given.db.transaction(employer) as tx:
        by_firm = await actions.list_readings(tx, letter.id)

    assert sorted(one.door for one in by_office) == ["page", "pdf"]
    assert by_firm == []


@pytest.mark.parametrize("table", ["letter", "letter_reading"])
async def test_what_went_out_cannot_be_changed(
    given: Given, made: Make, tx: Connection, table: str
) -> None:
    agreement = await given.signed_agreement()
    await made(actor_of(await given.officer_of(agreement)), Subject(Kind.AGREEMENT, agreement.id))
    await act_as(tx, SYSTEM)

    for right in ("UPDATE", "DELETE", "TRUNCATE"):
        assert not await tx.fetchval("SELECT has_table_privilege($1, $2)", table, right)


async def test_the_database_keeps_no_letter_to_a_candidate_that_a_firm_could_read(
    given: Given, made: Make, tx: Connection
) -> None:
    agreement = await given.signed_agreement()
    officer = actor_of(await given.officer_of(agreement))
    await made(officer, Subject(Kind.AGREEMENT, agreement.id))
    await act_as(tx, officer)

    with pytest.raises(asyncpg.CheckViolationError, match="letter_to_its_addressee"):
        await tx.execute(
            "INSERT INTO letter SELECT gen_random_uuid(), 'L-X', 'statement', language, about, "
            "NULL, NULL, NULL, '2026-10-01', 'candidate', employer_id, candidate_id, office_id, "
            "FALSE, sha256, paper_sealed, pdf_sealed, sha256, made_at, made_by FROM letter"
        )


async def test_what_is_sealed_says_nothing(
    given: Given, made: Make, tx: Connection, sealer: Sealer
) -> None:
    agreement = await given.signed_agreement()
    officer = actor_of(await given.officer_of(agreement))
    await made(officer, Subject(Kind.AGREEMENT, agreement.id))
    await act_as(tx, SYSTEM)

    row = await tx.fetchrow("SELECT paper_sealed, pdf_sealed FROM letter")
    entries = await tx.fetch(
        "SELECT after::text AS after FROM audit_entry WHERE table_name = 'letter'"
    )

    assert row is not None
    assert b"Krasniqi" not in row["paper_sealed"]
    assert not row["pdf_sealed"].startswith(b"%PDF")
    assert entries
    assert not any("sealed" in one["after"] for one in entries)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
async def test_who_only_reads_has_none_made(given: Given, made: Make, role: Role) -> None:
    agreement = await given.signed_agreement()

    with pytest.raises(NotAllowed):
        await made(actor_of(await given.account(role)), Subject(Kind.AGREEMENT, agreement.id))
