"""How many people an amount takes, in which order they act, and what a rule must say."""

from datetime import UTC, date, datetime

import pytest

from service.actor import Actor, Role
from service.approvals import rules
from service.approvals.model import Act, ActKind, Band, Conflict, Duty, Needed, Standing
from service.ids import AccountId, PayoutActId, new_id
from service.money import Cents
from service.period import Month, Period
from service.problems import InvalidFields, NotAllowed

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def officer(role: Role = Role.FINANCE_OFFICER) -> Actor:
    return Actor(role=role, account_id=AccountId(new_id()))


def act(kind: ActKind, by: Actor | None = None) -> Act:
    account = (by or officer()).account
    return Act(PayoutActId(new_id()), kind, account, "Somebody", AT, None, None)


@pytest.mark.parametrize(
    "bands",
    [
        pytest.param([], id="none"),
        pytest.param([Band(Cents(100), 1, 1)], id="none for all above"),
        pytest.param([Band(None, 1, 1), Band(None, 2, 2)], id="two for all above"),
        pytest.param([Band(Cents(9), 1, 1), Band(Cents(9), 1, 1), Band(None, 1, 1)], id="twice"),
        pytest.param([Band(Cents(9), 2, 1), Band(None, 1, 1)], id="fewer above"),
        pytest.param([Band(None, 0, 1)], id="nobody approves"),
        pytest.param([Band(None, 1, 10)], id="too many"),
    ],
)
def test_bands_that_do_not_fit_are_refused(bands: list[Band]) -> None:
    with pytest.raises(InvalidFields):
        rules.check_bands(bands)


def test_all_approvals_come_before_the_first_authorisation() -> None:
    needed = Needed(2, 1)
    one = Standing(needed, [act(ActKind.APPROVAL)])
    both = Standing(needed, [*one.acts, act(ActKind.APPROVAL)])
    done = Standing(needed, [*both.acts, act(ActKind.AUTHORISATION)])

    assert (one.following, both.following, done.following) == (
        ActKind.APPROVAL, ActKind.AUTHORISATION, None,
    )  # fmt: skip
    assert (one.is_complete, both.is_complete, done.is_complete) == (False, False, True)
    with pytest.raises(rules.OutOfTurn):
        rules.refuse_out_of_turn(ActKind.AUTHORISATION, one, officer())
    with pytest.raises(rules.OutOfTurn):
        rules.refuse_out_of_turn(ActKind.APPROVAL, both, officer())


def test_nobody_acts_twice_on_one_payout() -> None:
    by = officer()

    with pytest.raises(rules.ActedBefore):
        rules.refuse_out_of_turn(
            ActKind.APPROVAL, Standing(Needed(2, 1), [act(ActKind.APPROVAL, by)]), by
        )


@pytest.mark.parametrize("kind", sorted(ActKind))
@pytest.mark.parametrize("role", sorted(Role))
def test_each_act_is_for_its_roles(kind: ActKind, role: Role) -> None:
    if role in rules.MAY_ACT[kind]:
        rules.refuse_unless_may(kind, officer(role))
    else:
        with pytest.raises(NotAllowed):
            rules.refuse_unless_may(kind, officer(role))


@pytest.mark.parametrize("duty", sorted(Duty))
def test_a_refusal_names_the_part_that_somebody_had(duty: Duty) -> None:
    found = Conflict(duty, "Drita", Month(date(2026, 10, 1)))

    with pytest.raises(rules.SecondPersonNeeded) as refused:
        rules.refuse_concerned([found])

    assert rules.part_of(found) in refused.value.sentence()
    assert duty is Duty.PUT_UP or "Drita" in refused.value.sentence()


@pytest.mark.parametrize("reason", [None, "", "    ", "no  ", "x" * 501])
def test_a_rejection_needs_a_reason(reason: str | None) -> None:
    with pytest.raises(InvalidFields) as refused:
        rules.check_reason(ActKind.REJECTION, reason)

    assert "reason" in refused.value.fields


def test_a_reason_is_kept_without_the_spaces_around_it() -> None:
    said = rules.check_reason(ActKind.WITHDRAWAL, "  The wage of Drita is wrong.\n")

    assert said == "The wage of Drita is wrong."


def test_a_freeze_has_its_last_day() -> None:
    day = date(2026, 12, 31)

    assert rules.check_days(day, day) == Period(day, date(2027, 1, 1))
    with pytest.raises(InvalidFields):
        rules.check_days(day, date(2026, 12, 30))
