"""Deciding about a person, and keeping the reasons."""

from datetime import date

import httpx
import pytest

from service.candidates import actions as candidates
from service.candidates.rules import CandidateWithdrawn
from service.db import Connection
from service.eligibility import actions
from service.eligibility.model import Facts, Reason
from service.eligibility.rules import NoEligibilityRule
from service.problems import NotFound
from tests.conftest import FixedClock, SignIn
from tests.given import Given, act_as, actor_of


async def test_a_decision_is_kept_for_every_scheme_in_force(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer, unemployed_since="2026-10-20")
    by = actor_of(officer)
    await act_as(tx, by)

    found = await actions.decide(tx, person.id, by=by, at=clock.at, on=clock.today())
    kept = await actions.list_decisions(tx, person.id)

    assert len(kept) == len(found) > 3
    assert [one.code for one in kept] == [one.scheme.code for one in found]
    assert all(not one.is_eligible for one in kept)
    assert kept[0].reasons[0].reason is Reason.WORKED_LATELY
    assert kept[0].reasons[0].until == date(2027, 1, 20)


async def test_who_is_in_an_agreement_or_completed_one_lately_has_to_wait(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    running = await given.active_agreement(officer)
    over = await given.completed_agreement(officer)
    by = actor_of(officer)
    await act_as(tx, by)

    busy = await actions.decide(tx, running.candidate_id, by=by, at=clock.at, on=clock.today())
    waits = await actions.decide(tx, over.candidate_id, by=by, at=clock.at, on=clock.today())

    assert {one.obstacles[0].reason for one in busy} == {Reason.IN_AGREEMENT}
    assert {one.obstacles[0].reason for one in waits} == {Reason.WAITING_PERIOD}
    assert {one.obstacles[0].until for one in waits} == {date(2028, 9, 2)}


async def test_without_a_rule_nothing_is_decided(given: Given, tx: Connection) -> None:
    await act_as(tx, actor_of(await given.case_officer()))
    facts = Facts(born_on=date(2003, 5, 14), unemployed_since=date(2020, 1, 1))

    with pytest.raises(NoEligibilityRule):
        await actions.preview(tx, facts, on=date(2023, 12, 31))


async def test_another_office_and_who_has_left_are_refused(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    there = await given.candidate(await given.case_officer("prizren"))
    officer = await given.case_officer("peje")
    gone = await given.candidate(officer)
    by = actor_of(officer)
    await act_as(tx, by)
    await candidates.withdraw_candidate(tx, gone.id, by=by, at=clock.at)

    with pytest.raises(NotFound):
        await actions.decide(tx, there.id, by=by, at=clock.at, on=clock.today())
    with pytest.raises(CandidateWithdrawn):
        await actions.decide(tx, gone.id, by=by, at=clock.at, on=clock.today())


async def test_the_page_of_the_person_says_why_not(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer, born_on="2010-01-01")
    token = await visit(officer)

    before = await client.get(f"/candidates/{person.id}")
    decided = await client.post(f"/candidates/{person.id}/eligibility", data=token)
    after = await client.get(f"/candidates/{person.id}")

    assert "Nobody has decided yet" in before.text
    assert decided.status_code == 303
    assert "Too young for this scheme. Old enough from 1 Jan 2028." in after.text
