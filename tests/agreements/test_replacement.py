"""Somebody leaves early: the months that are left go to somebody else, once."""

from datetime import date

import asyncpg
import httpx
import msgspec
import pytest

from service.accounts.model import Account
from service.actor import SYSTEM
from service.agreements.model import EndCause, Party, Replaced, Shown, State
from service.agreements.replacements import (
    ReplacementNotPossible,
    SeatWasUsed,
    check_replacement,
    months_left,
)
from service.db import Connection
from service.ids import AgreementId, CandidateId, MatchId, PlacementId, new_id
from service.ledger import actions as ledger
from service.period import Period
from service.placements import actions as placements
from tests.agreements import moves
from tests.agreements.test_rules import MATCH
from tests.conftest import SignIn
from tests.given import Given, act_as, actor_of

LEFT_ON = date(2026, 10, 15)  # in the third month: three are left of six
REPLACED_ON = date(2026, 11, 2)


async def somebody_left(given: Given, cause: EndCause = EndCause.CANDIDATE_LEFT) -> Shown:
    """An agreement from 1 August that ended in its third month, in a placement of one seat."""
    agreement = await given.active_agreement(starts_on=date(2026, 8, 1), seats=1)
    await moves.end(given, agreement, LEFT_ON, cause)
    return await given.agreement(agreement.id)


async def somebody_else(given: Given, agreement: Shown) -> tuple[MatchId, Account]:
    """Another candidate and the firm have agreed on the same placement."""
    officer = await given.officer_of(agreement)
    by = actor_of(officer)
    async with given.db.transaction(by) as tx:
        placement = await placements.get_placement(tx, agreement.placement_id)
    match = await given.agreed_match(officer, placement=placement)
    return match.id, officer


async def test_the_months_that_are_left_go_to_somebody_else(given: Given) -> None:
    left = await somebody_left(given)
    match_id, officer = await somebody_else(given, left)

    drafted = await moves.draft(given, match_id, officer, REPLACED_ON, replaces=left.id)

    agreement = await given.agreement(drafted)
    assert agreement.period == Period(REPLACED_ON, date(2027, 2, 2))
    assert agreement.replaces_agreement_id == left.id
    assert left.reference in agreement.terms


async def test_the_page_of_a_replacement_leads_to_what_it_replaces(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    left = await somebody_left(given)
    match_id, officer = await somebody_else(given, left)
    drafted = await moves.draft(given, match_id, officer, REPLACED_ON, replaces=left.id)
    await visit(officer)

    shown = await client.get(f"/agreements/{drafted}")

    assert "Takes over the remaining months of" in shown.text
    assert f'href="/agreements/{left.id}"' in shown.text


async def test_a_replacement_commits_its_own_months_only(given: Given, tx: Connection) -> None:
    left = await somebody_left(given)
    match_id, officer = await somebody_else(given, left)
    drafted = await given.agreement(
        await moves.draft(given, match_id, officer, REPLACED_ON, replaces=left.id)
    )
    for party in Party:
        await given.signature(drafted, party)

    committed = await tx.fetchval(
        "SELECT sum(amount_cents)::bigint FROM transfer WHERE agreement_id = $1", drafted.id
    )

    assert committed == 3 * 350_00 + 600_00
    await act_as(tx, SYSTEM)
    assert not await ledger.broken_invariants(tx)


async def test_a_seat_is_not_subsidised_anew_for_whom_nobody_left(given: Given) -> None:
    left = await somebody_left(given)
    match_id, officer = await somebody_else(given, left)

    with pytest.raises(SeatWasUsed):
        await moves.draft(given, match_id, officer, REPLACED_ON)


async def test_what_the_rule_refuses_the_row_refuses_too(given: Given, tx: Connection) -> None:
    left = await somebody_left(given)
    await act_as(tx, actor_of(await given.officer_of(left)))

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await tx.execute(
            """
            INSERT INTO agreement (
                id, reference, placement_id, candidate_id, employer_id, office_id,
                scheme_version_id, starts_on, period, employment, gross_wage_cents, weekly_hours,
                terms, terms_sha256, state, drafted_at, drafted_by, replaces_agreement_id,
                replacement_months
            )
            SELECT
                $2, 'A-COPY', placement_id, candidate_id, employer_id, office_id,
                scheme_version_id, '2026-11-02', '[2026-11-02,2027-02-02)',
                '[2026-11-02,2027-02-02)', gross_wage_cents, weekly_hours,
                terms, terms_sha256, 'drafted', drafted_at, drafted_by, id, 3
            FROM agreement WHERE id = $1
            """,
            left.id,
            new_id(),
        )

    assert refused.value.constraint_name == "agreement_replacement_fits"


async def test_machines_name_whom_an_agreement_replaces(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    left = await somebody_left(given, EndCause.MISCONDUCT)
    match_id, officer = await somebody_else(given, left)
    asked = {
        "match_id": str(match_id),
        "starts_on": "2026-11-02",
        "replaces_agreement_id": str(left.id),
    }

    drafted = await client.post("/api/agreements", json=asked, headers=await signed_in(officer))

    assert drafted.status_code == 201
    assert drafted.json()["replaces_agreement_id"] == str(left.id)
    assert drafted.json()["last_day"] == "2027-02-01"


REPLACED = Replaced(
    id=AgreementId(new_id()),
    reference="A-1",
    state=State.ENDED_EARLY,
    end_cause=EndCause.CANDIDATE_LEFT,
    candidate_id=CandidateId(new_id()),
    placement_id=PlacementId(new_id()),
    period=Period(date(2026, 8, 1), date(2026, 10, 16)),
    months=6,
)
AGREED = msgspec.structs.replace(MATCH, placement_id=REPLACED.placement_id)


@pytest.mark.parametrize(
    ("end", "left"),
    [
        (date(2026, 8, 2), 5),
        (date(2026, 9, 1), 5),  # a whole month was used, and no day of the next
        (date(2026, 9, 2), 4),
        (date(2027, 1, 15), 0),
        (date(2027, 3, 1), 0),  # it was extended, and used up
    ],
)
def test_months_that_had_not_begun_are_left(end: date, left: int) -> None:
    period = Period(date(2026, 8, 1), end)

    assert months_left(msgspec.structs.replace(REPLACED, period=period)) == left


@pytest.mark.parametrize(
    ("changed", "starts_on"),
    [
        ({"state": State.ACTIVE, "end_cause": None}, REPLACED_ON),
        ({"end_cause": EndCause.EMPLOYER_DISMISSED}, REPLACED_ON),
        ({"placement_id": PlacementId(new_id())}, REPLACED_ON),
        ({"months": 3}, REPLACED_ON),
        ({}, date(2026, 10, 15)),  # before the last day
        ({}, date(2026, 11, 15)),  # on the thirty-first day
    ],
)
def test_a_replacement_that_does_not_fit_is_refused(
    changed: dict[str, object], starts_on: date
) -> None:
    check_replacement(REPLACED, AGREED, starts_on=date(2026, 11, 14))

    with pytest.raises(ReplacementNotPossible):
        check_replacement(msgspec.structs.replace(REPLACED, **changed), AGREED, starts_on=starts_on)


def test_nobody_replaces_themselves() -> None:
    same = msgspec.structs.replace(AGREED, candidate_id=REPLACED.candidate_id)

    with pytest.raises(ReplacementNotPossible):
        check_replacement(REPLACED, same, starts_on=REPLACED_ON)
