"""What each right lets an employer's people do."""

from collections.abc import Callable

import pytest

from service.actor import Actor, Right, Role
from service.agreements import rules as agreement_rules
from service.agreements.model import Party
from service.attendance import rules as attendance_rules
from service.bank_accounts import rules as account_rules
from service.bank_accounts.model import Owner
from service.matching import rules as matching_rules
from service.placements import actions as placements
from service.rights import RightNeeded
from tests.conftest import FixedClock
from tests.forms import placement_form
from tests.given import Given, actor_of

RULES: dict[str, tuple[Callable[[Actor], object], set[Right]]] = {
    "report": (lambda by: attendance_rules.check_reporter(by), {Right.REPORTER}),
    "sign": (
        lambda by: agreement_rules.check_signatory(Party.EMPLOYER, by),
        {Right.SIGNATORY},
    ),
    "propose an account": (
        lambda by: account_rules.check_may_propose(Owner(employer_id=by.employer_id), by),
        {Right.ACCOUNTANT},
    ),
    "see accounts": (
        lambda by: account_rules.check_may_see(Owner(employer_id=by.employer_id), by),
        {Right.ACCOUNTANT},
    ),
    "answer an introduction": (lambda by: matching_rules.side_of(by), set()),
}


@pytest.mark.parametrize("right", list(Right))
@pytest.mark.parametrize("act", sorted(RULES))
async def test_each_act_takes_its_right(given: Given, act: str, right: Right) -> None:
    employer = await given.employer()
    await given.representative(employer)
    person = await given.account(Role.EMPLOYER, employer_id=employer.id, rights=[right])
    check, enough = RULES[act]

    try:
        check(actor_of(person))
        is_allowed = True
    except RightNeeded:
        is_allowed = False

    assert is_allowed == (right in enough | {Right.CHIEF})


async def test_who_may_not_post_a_placement_posts_none(given: Given, clock: FixedClock) -> None:
    employer = await given.employer()
    await given.representative(employer)
    by = actor_of(
        await given.account(Role.EMPLOYER, employer_id=employer.id, rights=[Right.ACCOUNTANT])
    )

    with pytest.raises(RightNeeded):
        async with given.db.transaction(by) as tx:
            await placements.post_placement(
                tx, placement_form(), by=by, at=clock.now(), on=clock.today()
            )
