"""What a placement must offer, what it must pay, and which move comes after which."""

from fractions import Fraction
from math import ceil

from service.answers import tidy
from service.i18n import N_
from service.money import Cents
from service.placements.model import MOVES, Event, Held, State
from service.problems import Problem

FULL_TIME_HOURS = 40
REASON_LENGTHS = range(5, 501)


class WageBelowMinimum(Problem):
    """The gross wage of a month is below the minimum wage in force (pro rata of 40 hours)."""

    slug = "wage-below-minimum"
    title = N_(
        "The gross wage is below the minimum wage of the placement's first month. Raise the wage."
    )


class PlacementMovedOn(Problem):
    """The placement is not in the state in which this can be done."""

    slug = "placement-moved-on"
    title = N_("This cannot be done with the placement as it stands now. Look at it again.")
    status = 409


class ReasonMissing(Problem):
    """A refusal without a reason helps nobody."""

    slug = "reason-missing"
    title = N_("Say in 5 to 500 characters why; the other side will read it.")


def move(state: State, event: Event) -> State:
    """The state after an event, by MOVES; PlacementMovedOn when the event cannot happen now."""
    after = MOVES[state].get(event)
    if after is None:
        raise PlacementMovedOn(state=str(state))
    return after


def least_wage_cents(minimum_wage_cents: Cents, weekly_hours: int) -> Cents:
    """The least gross wage in whole cents: the share hours/40 of the month's minimum wage, which
    is set for full time of 40 hours (Labour Law 03/L-212)."""
    return Cents(ceil(Fraction(minimum_wage_cents * weekly_hours, FULL_TIME_HOURS)))


def check_wage(held: Held) -> None:
    """WageBelowMinimum when the minimum wage has risen above the offer since it was posted."""
    if held.minimum_wage_cents is None:
        return
    least = least_wage_cents(held.minimum_wage_cents, held.weekly_hours)
    if held.gross_wage_cents < least:
        raise WageBelowMinimum(least_cents=least)


def read_reason(text: str) -> str:
    """The reason of a refusal, tidied; ReasonMissing when it says too little or cannot be kept."""
    reason = tidy(text)
    if len(reason) not in REASON_LENGTHS or not reason.isprintable():
        raise ReasonMissing
    return reason
