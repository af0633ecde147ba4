"""The letter for which schemes somebody may be placed: theirs alone, without what is sealed."""

from typing import Any

import asyncpg
import httpx
import pytest

from service.accounts.model import Account
from service.actor import Role
from service.candidates.model import Candidate
from service.contacts import actions as contacts
from service.contacts.model import ContactForm
from service.eligibility import actions as eligibility
from service.ids import EligibilityId
from service.letters import actions
from service.letters.model import Kind, Subject
from service.problems import NotFound
from tests.conftest import SignIn
from tests.given import Given, act_as, actor_of
from tests.letters.conftest import Make
from tests.letters.reading import read_pdf
from tests.pages import fields_of

SEALED = {"referral_source": "shelter", "characteristics": ["disability"]}


async def decided(
    given: Given, officer: Account, **fields: Any
) -> tuple[Candidate, EligibilityId, int]:
    """Somebody, a decision about them, and for how many schemes."""
    person = await given.candidate(officer, **fields)
    by = actor_of(officer)
    async with given.db.transaction(by) as tx:
        await eligibility.decide(tx, person.id, by=by, at=given.clock.now(), on=given.clock.today())
        found = await eligibility.list_decisions(tx, person.id)
    return person, found[0].id, len(found)


async def test_a_no_is_told_with_each_rule_its_reason_and_how_to_appeal(
    given: Given, made: Make
) -> None:
    officer = await given.case_officer()
    person, decision, count = await decided(given, officer, unemployed_since="2026-10-20")

    letter = await made(actor_of(officer), Subject(Kind.ELIGIBILITY, decision), "en")

    assert letter.read.title == f"Decision on subsidised employment for {person.reference}"
    assert letter.text.count("You may not be placed under this scheme.") == count > 3
    assert letter.text.count("without work for too short a time. Long enough from") == count
    assert letter.text.count("Nothing stands in the way.") == 2 * count
    assert "20 January 2027" in letter.text or "20 Jan 2027" in letter.text
    assert "within 30 days of the day you were told" in letter.text
    assert "05/L-031" in letter.text
    assert [one for one in (person.full_name, officer.name) if one not in letter.text] == []
    assert (letter.letter.addressee, letter.letter.employer_name) == ("candidate", None)


async def test_a_yes_is_told_in_the_language_of_the_persons_letters(
    given: Given, made: Make
) -> None:
    officer = await given.case_officer()
    person, decision, _ = await decided(given, officer, unemployed_since="2020-01-10")
    by = actor_of(officer)
    form = ContactForm(phone="044123456", email="", contact_language="sr")
    async with given.db.transaction(by) as tx:
        await contacts.save_contact(
            tx, person.id, form, by=by, at=given.clock.now(), sealer=given.sealer
        )

    letter = await made(by, Subject(Kind.ELIGIBILITY, decision))

    assert letter.letter.language == "sr"
    assert "Možete biti raspoređeni po ovoj šemi." in letter.text
    assert letter.text.count("Nema smetnji.") >= 3


async def test_it_says_the_same_whoever_referred_somebody_and_whatever_their_priority(
    given: Given, made: Make
) -> None:
    officer = await given.case_officer()
    by = actor_of(officer)
    _, plain, _ = await decided(given, officer)
    _, sealed, _ = await decided(given, officer, **SEALED)

    papers = [(await made(by, Subject(Kind.ELIGIBILITY, one))).paper for one in (plain, sealed)]

    assert papers[0].sections == papers[1].sections


async def test_it_is_read_in_the_persons_office_and_by_auditors_and_nobody_else(
    given: Given, made: Make
) -> None:
    officer = await given.case_officer()
    _, decision, _ = await decided(given, officer)
    subject = Subject(Kind.ELIGIBILITY, decision)
    letter = (await made(actor_of(officer), subject)).letter
    elsewhere = actor_of(await given.case_officer("peje"))

    readers = {}
    for one in (
        actor_of(officer), elsewhere, actor_of(await given.account(Role.AUDITOR)),
        actor_of(await given.finance_officer()),
    ):  # fmt: skip
        async with given.db.transaction(one) as tx:
            seen = await actions.list_letters(tx, by=one)
        readers[(one.role, one is elsewhere)] = [found.id for found in seen]

    assert readers == {
        (Role.CASE_OFFICER, False): [letter.id],
        (Role.CASE_OFFICER, True): [],
        (Role.AUDITOR, False): [letter.id],
        (Role.FINANCE_OFFICER, False): [],
    }
    with pytest.raises(NotFound):
        await made(elsewhere, subject)


async def test_the_database_sends_it_to_no_employer(
    given: Given, made: Make, tx: asyncpg.Connection
) -> None:
    officer = await given.case_officer()
    agreement = await given.signed_agreement(officer)
    _, decision, _ = await decided(given, officer)
    letter = (await made(actor_of(officer), Subject(Kind.AGREEMENT, agreement.id))).letter
    await act_as(tx, actor_of(officer))

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await tx.execute(
            "INSERT INTO letter SELECT gen_random_uuid(), reference || 'X', 'eligibility',"
            " language, about, NULL, NULL, NULL, NULL, 'employer', employer_id, NULL, office_id,"
            " FALSE, sha256, paper_sealed, pdf_sealed, sha256, made_at, made_by, $2"
            " FROM letter WHERE id = $1",
            letter.id,
            decision,
        )

    assert refused.value.constraint_name == "letter_to_its_addressee"


async def test_the_persons_page_leads_to_it(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    person, decision, _ = await decided(given, officer)
    await visit(officer)
    about = f"/letters/new?kind=eligibility&subject={decision}"

    start = await client.get(f"/candidates/{person.id}")
    form = await client.get(about)
    made = await client.post("/letters", data=fields_of(form.text, "/letters"))
    taken = await client.get(f"{made.headers['location']}/pdf")

    assert about.replace("&", "&amp;") in start.text
    assert person.full_name in form.text
    assert person.reference in read_pdf(taken.content).text
