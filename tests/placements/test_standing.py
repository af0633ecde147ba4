"""What a case officer is shown of an employer before a placement is approved."""

from datetime import date

import httpx
import pytest

from service.agreements import actions as agreements
from service.agreements.model import EndCause
from service.db import Connection
from service.money import Cents
from service.placements import actions
from service.placements.model import Standing
from service.problems import NotAllowed
from tests.conftest import FixedClock, SignIn
from tests.given import Given, act_as, actor_of


async def test_the_employers_agreements_with_all_offices_count(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    firm = await given.employer(headcount=9)
    representative = await given.representative(firm)
    there = await given.case_officer("peje")
    facts = {"representative": representative, "municipality_code": "peje"}
    person = await given.candidate(there, municipality_code="peje")
    ended = await given.active_agreement(
        there, starts_on=date(2026, 10, 1), candidate=person, **facts
    )
    by = actor_of(there)
    async with given.db.transaction(by) as inside:
        await agreements.end_agreement(
            inside,
            ended.id,
            last_day=date(2026, 10, 30),
            cause=EndCause.EMPLOYER_DISMISSED,
            reason="No work",
            by=by,
            on=clock.today(),
            at=clock.at,
        )
    await given.active_agreement(
        await given.case_officer(), starts_on=date(2026, 10, 1), representative=representative
    )
    placement = await given.submitted_placement(representative, weekly_hours=20)
    asking = actor_of(await given.case_officer())

    await act_as(tx, asking)
    seen = await actions.read_standing(tx, placement.id, by=asking, on=clock.today())

    assert seen == Standing(
        least_wage_cents=Cents(250_00),
        headcount=9,
        subsidised_count=1,
        dismissed_count=1,
        open_recovery_count=0,
    )


async def test_it_is_for_case_officers(given: Given, tx: Connection, clock: FixedClock) -> None:
    representative = await given.representative()
    placement = await given.submitted_placement(representative)
    by = actor_of(representative)
    await act_as(tx, by)

    with pytest.raises(NotAllowed):
        await actions.read_standing(tx, placement.id, by=by, on=clock.today())


async def test_the_page_shows_it_while_a_decision_is_due(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    placement = await given.submitted_placement()
    token = await visit(await given.case_officer())

    before = await client.get(f"/placements/{placement.id}")
    await client.post(f"/placements/{placement.id}/approve", data=token)
    after = await client.get(f"/placements/{placement.id}")

    assert "Least gross wage for these hours" in before.text
    assert "€500.00" in before.text
    assert "Least gross wage for these hours" not in after.text
