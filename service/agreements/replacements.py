"""Who may take over the months that somebody left, and how many these are."""

from datetime import date, timedelta

from service.agreements.model import AgreedMatch, EndCause, Replaced, State
from service.i18n import N_
from service.period import add_months
from service.problems import Problem

DAYS_TO_REPLACE_MAX = 30
REPLACEABLE = frozenset({EndCause.CANDIDATE_LEFT, EndCause.MISCONDUCT})


class ReplacementNotPossible(Problem):
    """The agreement to be replaced, the person or the day does not fit."""

    slug = "replacement-not-possible"
    title = N_(
        "Somebody who left, or was dismissed for misconduct, is replaced by somebody else in the"
        " same placement within 30 days, for the whole months that are left, and once."
    )
    status = 422


class SeatWasUsed(Problem):
    """A seat is subsidised for its months once."""

    slug = "seat-was-used"
    title = N_(
        "Every seat of this placement had its agreement. Name the agreement whose remaining months"
        " this one takes over."
    )
    status = 409


def months_left(replaced: Replaced) -> int:
    """The programme months that had not begun when the agreement ended."""
    begun = 0
    while add_months(replaced.period.start, begun) < replaced.period.end:
        begun += 1
    return max(0, replaced.months - begun)


def check_replacement(replaced: Replaced, match: AgreedMatch, *, starts_on: date) -> None:
    """ReplacementNotPossible unless the months left may go to the person of the match, then."""
    latest = replaced.period.end + timedelta(days=DAYS_TO_REPLACE_MAX)
    fits = (
        replaced.state is State.ENDED_EARLY
        and replaced.end_cause in REPLACEABLE
        and replaced.placement_id == match.placement_id
        and replaced.candidate_id != match.candidate_id
        and replaced.period.end <= starts_on < latest
        and months_left(replaced) > 0
    )
    if not fits:
        raise ReplacementNotPossible(months_left=months_left(replaced))
