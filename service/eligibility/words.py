"""Why somebody may not be placed under a scheme, in plain words."""

from collections.abc import Mapping

from babel.dates import format_date

from service.eligibility.model import Obstacle, Reason
from service.i18n import N_, _, language

SENTENCES: Mapping[Reason, str] = {
    Reason.TOO_YOUNG: N_("Too young for this scheme. Old enough from {day}."),
    Reason.TOO_OLD: N_("Older than the scheme allows."),
    Reason.WORKED_LATELY: N_("Has been without work for too short a time. Long enough from {day}."),
    Reason.IN_AGREEMENT: N_("Is in an agreement that has not ended. One subsidy at a time."),
    Reason.WAITING_PERIOD: N_("Completed a subsidised job not long ago. Again possible from {day}."),
}


def say(obstacle: Obstacle) -> str:
    """One obstacle as a sentence in the language in use."""
    day = "" if obstacle.until is None else written_day(obstacle)
    return _(SENTENCES[obstacle.reason]).format(day=day)


def written_day(obstacle: Obstacle) -> str:
    """From which day an obstacle is none any more, as the reader writes days."""
    locale = {"sr": "sr_Latn"}.get(language(), language())
    return format_date(obstacle.until, "long", locale=locale)
