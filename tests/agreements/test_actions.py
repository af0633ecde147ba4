"""Drafting, signing and starting an agreement, against the real database."""

from datetime import UTC, date, datetime

import asyncpg
import pytest

from service.actor import SYSTEM
from service.agreements import rules, terms
from service.agreements.model import Event, Party, State
from service.db import Connection
from service.ids import AgreementId, new_id
from service.ledger.rules import BudgetExhausted
from service.period import Period
from service.problems import NotAllowed, NotFound
from tests.agreements import moves
from tests.conftest import FixedClock
from tests.given import Given, act_as, actor_of

TODAY = date(2026, 11, 2)


async def committed_cents(given: Given, agreement_id: AgreementId) -> int:
    async with given.db.transaction(SYSTEM) as tx:
        return int(
            await tx.fetchval(
                "SELECT coalesce(sum(CASE reason WHEN 'committed' THEN amount_cents "
                "ELSE -amount_cents END), 0) FROM transfer WHERE agreement_id = $1",
                agreement_id,
            )
        )


async def test_a_draft_takes_its_facts_from_match_placement_and_scheme(given: Given) -> None:
    agreement = await given.drafted_agreement(gross_wage_cents=600_00, weekly_hours=38)

    assert agreement.state is State.DRAFTED
    assert agreement.reference.startswith("A-")
    assert agreement.period == Period(TODAY, date(2027, 5, 2))
    assert agreement.employment == Period(TODAY, date(2027, 11, 2))
    assert (agreement.gross_wage_cents, agreement.weekly_hours) == (600_00, 38)
    assert (agreement.scheme_code, agreement.scheme_number) == ("WS-70", 1)


async def test_a_draft_keeps_the_hash_of_the_text_it_keeps(given: Given) -> None:
    agreement = await given.drafted_agreement()

    assert agreement.terms_sha256 == terms.fingerprint(agreement.terms)
    assert agreement.reference in agreement.terms
    assert agreement.candidate_name in agreement.terms


async def test_a_match_without_both_answers_gives_no_agreement(given: Given) -> None:
    officer = await given.case_officer()
    match = await given.introduced_match(officer)

    with pytest.raises(rules.MatchNotAgreed):
        await moves.draft(given, match.id, officer)


async def test_the_minimum_wage_is_that_of_the_agreements_first_month(given: Given) -> None:
    officer = await given.case_officer()
    placement = await given.approved_placement(
        starts_on="2026-06-15", last_day="2027-06-14", gross_wage_cents=425_00
    )
    match = await given.agreed_match(officer, placement=placement)

    with pytest.raises(rules.WageBelowMinimum):
        await moves.draft(given, match.id, officer, date(2026, 7, 1))

    june = await moves.draft(given, match.id, officer, date(2026, 6, 30))
    assert (await given.agreement(june)).gross_wage_cents == 425_00


async def test_the_age_is_that_of_the_agreements_first_day(given: Given) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer, born_on="1996-12-10")
    placement = await given.approved_placement(starts_on="2026-11-02", last_day="2027-11-01")
    match = await given.agreed_match(officer, placement=placement, candidate=person)

    with pytest.raises(rules.AgeOutsideScheme):
        await moves.draft(given, match.id, officer, date(2026, 12, 10))

    day_before = await moves.draft(given, match.id, officer, date(2026, 12, 9))
    assert (await given.agreement(day_before)).state is State.DRAFTED


async def test_another_office_cannot_draft_for_a_match(given: Given) -> None:
    match = await given.agreed_match(await given.case_officer("prishtine"))

    with pytest.raises(NotFound):
        await moves.draft(given, match.id, await given.case_officer("peje"))


async def test_one_match_gives_one_agreement(given: Given) -> None:
    officer = await given.case_officer()
    agreement = await given.drafted_agreement(officer)
    assert agreement.match_id is not None

    with pytest.raises(rules.MatchHasAgreement):
        await moves.draft(given, agreement.match_id, officer, date(2027, 8, 2))


async def test_a_cancelled_draft_makes_room_for_another(given: Given) -> None:
    officer = await given.case_officer()
    agreement = await given.drafted_agreement(officer)
    assert agreement.match_id is not None
    await moves.cancel(given, agreement)

    again = await moves.draft(given, agreement.match_id, officer, date(2026, 12, 1))

    assert again != agreement.id
    assert (await given.agreement(again)).state is State.DRAFTED


async def test_a_person_is_subsidised_once_at_a_time(given: Given, tx: Connection) -> None:
    agreement = await given.drafted_agreement()
    await act_as(tx, actor_of(await given.officer_of(agreement)))

    with pytest.raises(asyncpg.ExclusionViolationError) as refused:
        await tx.execute(
            """
            INSERT INTO agreement (
                id, reference, placement_id, candidate_id, employer_id, office_id,
                scheme_version_id, starts_on, period, employment, gross_wage_cents, weekly_hours,
                terms, terms_sha256, state, drafted_at, drafted_by
            )
            SELECT
                $2, 'A-COPY', placement_id, candidate_id, employer_id, office_id,
                scheme_version_id, starts_on, period, employment, gross_wage_cents, weekly_hours,
                terms, terms_sha256, state, drafted_at, drafted_by
            FROM agreement WHERE id = $1
            """,
            agreement.id,
            new_id(),
        )

    assert refused.value.constraint_name == "agreement_no_overlap_per_candidate"


async def test_all_three_signatures_commit_every_month_at_its_maximum(given: Given) -> None:
    agreement = await given.drafted_agreement()
    await given.signature(agreement, Party.EMPLOYER)
    await given.signature(agreement, Party.CANDIDATE)
    before = await committed_cents(given, agreement.id)

    await given.signature(agreement, Party.OFFICE)

    signed = await moves.read(given, agreement)
    assert before == 0
    assert await committed_cents(given, agreement.id) == 6 * 350_00 + 600_00
    assert signed.agreement.state is State.SIGNED
    assert [event.event for event in signed.events] == [Event.SIGNED]


async def test_a_signature_says_who_when_and_under_which_text(
    given: Given, clock: FixedClock
) -> None:
    agreement = await given.drafted_agreement()
    representative = await given.employer_of(agreement)
    await moves.sign(given, agreement, Party.EMPLOYER, representative)
    officer = await given.officer_of(agreement)

    await moves.sign(given, agreement, Party.CANDIDATE, officer)

    signatures = (await moves.read(given, agreement)).signatures
    names = {one.party: (one.signed_name, one.recorded_by) for one in signatures}
    assert names[Party.EMPLOYER] == (representative.name, representative.id)
    assert names[Party.CANDIDATE] == ("Arta Krasniqi", officer.id)
    assert {one.signed_at for one in signatures} == {clock.now()}
    assert {one.terms_sha256 for one in signatures} == {agreement.terms_sha256}


async def test_a_text_that_was_not_shown_is_not_signed(given: Given) -> None:
    agreement = await given.drafted_agreement()
    officer = await given.officer_of(agreement)

    with pytest.raises(rules.TermsChanged):
        await moves.sign(given, agreement, Party.CANDIDATE, officer, shown=bytes(32))

    assert (await moves.read(given, agreement)).signatures == []


async def test_an_officer_never_signs_for_the_employer(given: Given) -> None:
    agreement = await given.drafted_agreement()

    with pytest.raises(NotAllowed):
        await moves.sign(given, agreement, Party.EMPLOYER, await given.officer_of(agreement))


async def test_the_database_lets_only_the_employer_sign_as_the_employer(
    given: Given, tx: Connection
) -> None:
    agreement = await given.drafted_agreement()
    officer = await given.officer_of(agreement)
    await act_as(tx, actor_of(officer))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await tx.execute(
            "INSERT INTO agreement_signature VALUES ($1, 'employer', 'Me', now(), $2, $3)",
            agreement.id,
            officer.id,
            agreement.terms_sha256,
        )


@pytest.mark.parametrize("outsider", ["another employer", "another office"])
async def test_others_cannot_even_find_the_agreement(given: Given, outsider: str) -> None:
    agreement = await given.drafted_agreement()
    account, party = (
        (await given.representative(), Party.EMPLOYER)
        if outsider == "another employer"
        else (await given.case_officer("peje"), Party.CANDIDATE)
    )

    with pytest.raises(NotFound):
        await moves.sign(given, agreement, party, account)


async def test_the_last_signature_is_refused_when_the_budget_is_used_up(
    given: Given, tx: Connection
) -> None:
    agreement = await given.drafted_agreement()
    await given.signature(agreement, Party.CANDIDATE)
    await given.signature(agreement, Party.EMPLOYER)
    await use_up_the_budget(tx, agreement.scheme_code)

    with pytest.raises(BudgetExhausted):
        await given.signature(agreement, Party.OFFICE)

    assert (await given.agreement(agreement.id)).state is State.DRAFTED


async def use_up_the_budget(tx: Connection, scheme_code: str) -> None:
    await act_as(tx, SYSTEM)
    await tx.execute(
        """
        INSERT INTO transfer (
            id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason,
            source_type, source_id, effective_on
        )
        SELECT
            $1, l.id, c.id, a.id, 15000000_00 - 2099_99, 'committed', 'test', $1, '2026-11-02'
        FROM budget_line AS l
        JOIN scheme AS s ON s.id = l.scheme_id AND s.code = $2
        JOIN ledger_account AS c ON c.budget_line_id = l.id AND c.kind = 'committed'
        JOIN ledger_account AS a ON a.budget_line_id = l.id AND a.kind = 'appropriation'
        """,
        new_id(),
        scheme_code,
    )


@pytest.mark.parametrize("signed", [(), (Party.CANDIDATE,), (Party.CANDIDATE, Party.EMPLOYER)])
async def test_a_start_is_refused_until_all_three_have_signed(
    given: Given, signed: tuple[Party, ...]
) -> None:
    agreement = await given.drafted_agreement()
    for party in signed:
        await given.signature(agreement, party)

    with pytest.raises(rules.NotSignedByAll) as refused:
        await moves.start(given, agreement)

    assert refused.value.members["missing"] == [one for one in Party if one not in signed]


async def test_the_database_refuses_a_start_that_not_all_have_signed(
    given: Given, tx: Connection
) -> None:
    agreement = await given.drafted_agreement()
    await given.signature(agreement, Party.CANDIDATE)
    await given.signature(agreement, Party.EMPLOYER)
    officer = await given.officer_of(agreement)
    await act_as(tx, actor_of(officer))

    with pytest.raises(asyncpg.CheckViolationError) as refused:  # noqa: PT012 - the guard waits
        await tx.execute(
            "UPDATE agreement SET state = 'active', started_at = now(), started_by = $2 "
            "WHERE id = $1",
            agreement.id,
            officer.id,
        )
        await tx.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert refused.value.constraint_name == "agreement_starts_signed_by_all"


async def test_a_start_is_refused_when_the_text_is_not_the_one_that_was_signed(
    given: Given, tx: Connection
) -> None:
    agreement = await given.signed_agreement()
    await act_as(tx, actor_of(await given.officer_of(agreement)))
    await tx.execute(
        "UPDATE agreement SET terms = 'Other', terms_sha256 = sha256('Other') WHERE id = $1",
        agreement.id,
    )

    with pytest.raises(rules.NotSignedByAll):
        await moves.start(given, agreement)


async def test_an_agreement_starts_on_its_first_day_and_says_who_said_so(
    given: Given, clock: FixedClock
) -> None:
    agreement = await given.signed_agreement(starts_on=date(2026, 11, 9))
    with pytest.raises(rules.NotYetBegun):
        await moves.start(given, agreement)
    clock.move_to(datetime(2026, 11, 9, 7, tzinfo=UTC))

    await moves.start(given, agreement)

    started = await moves.read(given, agreement)
    assert started.agreement.state is State.ACTIVE
    assert started.agreement.started_at == clock.now()
    assert [event.event for event in started.events] == [Event.SIGNED, Event.STARTED]


async def test_an_agreement_starts_once(given: Given) -> None:
    agreement = await given.active_agreement()

    with pytest.raises(rules.WrongState):
        await moves.start(given, agreement)


async def test_each_sees_its_own_agreements_and_finance_sees_all(given: Given) -> None:
    here = await given.drafted_agreement(await given.case_officer("prishtine"))
    there = await given.drafted_agreement(
        await given.case_officer("peje"),
        municipality_code="peje",
        candidate=await given.candidate(await given.case_officer("peje"), municipality_code="peje"),
    )

    seen = {
        "office": await moves.listed(given, await given.officer_of(here)),
        "employer": await moves.listed(given, await given.employer_of(there)),
        "finance": await moves.listed(given, await given.finance_officer()),
    }

    assert seen["office"] == {here.id}
    assert seen["employer"] == {there.id}
    assert seen["finance"] >= {here.id, there.id}
