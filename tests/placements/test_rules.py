"""What a placement must offer and pay, and which decision comes after which."""

from fractions import Fraction

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from service.ids import EmployerId, new_id
from service.money import Cents
from service.placements.model import MOVES, Event, Held, State
from service.placements.rules import (
    PlacementMovedOn,
    ReasonMissing,
    WageBelowMinimum,
    check_wage,
    least_wage_cents,
    move,
    read_reason,
)

wages = st.integers(min_value=1, max_value=1_000_000).map(Cents)
hours = st.integers(min_value=1, max_value=40)


def held(*, wage_cents: int, weekly_hours: int, minimum_cents: int | None) -> Held:
    return Held(
        state=State.SUBMITTED,
        employer_id=EmployerId(new_id()),
        seats=1,
        weekly_hours=weekly_hours,
        gross_wage_cents=Cents(wage_cents),
        minimum_wage_cents=None if minimum_cents is None else Cents(minimum_cents),
    )


@pytest.mark.parametrize(
    ("minimum_cents", "weekly_hours", "least_cents"),
    [
        (500_00, 40, 500_00),
        (500_00, 20, 250_00),
        (425_00, 40, 425_00),
        (425_00, 30, 318_75),
        (425_00, 1, 10_63),  # 10.625, and a wage of 10.62 would be below it
        (350_00, 7, 61_25),
    ],
)
def test_part_time_is_held_to_its_share_of_the_minimum_wage(
    minimum_cents: int, weekly_hours: int, least_cents: int
) -> None:
    assert least_wage_cents(Cents(minimum_cents), weekly_hours) == least_cents


@for_all(minimum=wages, weekly_hours=hours)
def test_the_least_wage_is_the_smallest_that_is_not_below_the_share(
    minimum: Cents, weekly_hours: int
) -> None:
    share = Fraction(minimum * weekly_hours, 40)

    least = least_wage_cents(minimum, weekly_hours)

    assert least - 1 < share <= least


@for_all(minimum=wages, weekly_hours=st.integers(min_value=1, max_value=39))
def test_more_hours_never_lower_the_least_wage(minimum: Cents, weekly_hours: int) -> None:
    assert least_wage_cents(minimum, weekly_hours) <= least_wage_cents(minimum, weekly_hours + 1)


def test_a_wage_at_the_minimum_passes() -> None:
    check_wage(held(wage_cents=500_00, weekly_hours=40, minimum_cents=500_00))


def test_a_wage_a_cent_below_the_minimum_is_refused() -> None:
    with pytest.raises(WageBelowMinimum) as refused:
        check_wage(held(wage_cents=499_99, weekly_hours=40, minimum_cents=500_00))

    assert refused.value.members == {"least_cents": 500_00}


def test_where_no_minimum_wage_is_in_force_no_wage_is_below_it() -> None:
    check_wage(held(wage_cents=1, weekly_hours=40, minimum_cents=None))


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [
        (State.SUBMITTED, Event.APPROVED, State.APPROVED),
        (State.SUBMITTED, Event.REFUSED, State.REFUSED),
        (State.APPROVED, Event.CLOSED, State.CLOSED),
    ],
)
def test_a_placement_moves_forward(state: State, event: Event, after: State) -> None:
    assert move(state, event) is after


def test_no_other_move_is_possible() -> None:
    allowed = {(state, event) for state, moves in MOVES.items() for event in moves}
    others = [(s, e) for s in State for e in Event if (s, e) not in allowed]

    refused = 0
    for state, event in others:
        with pytest.raises(PlacementMovedOn):
            move(state, event)
        refused += 1

    assert len(allowed) == 3
    assert refused == len(State) * len(Event) - 3


def test_every_state_has_its_row_of_moves() -> None:
    assert set(MOVES) == set(State)


def test_a_reason_is_kept_tidy() -> None:
    assert read_reason("  The mentor \n left  the firm. ") == "The mentor left the firm."


@pytest.mark.parametrize("text", ["", "    ", "no", "x" * 501, "there is\x00 a NUL in it"])
def test_a_reason_that_says_nothing_or_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(ReasonMissing):
        read_reason(text)
