"""Why somebody may not be placed under a scheme, in plain words."""

from collections.abc import Mapping

from service.clock import format_day
from service.eligibility.model import Obstacle, Reason, RuleAsked
from service.i18n import N_, _, language

RULES: Mapping[RuleAsked, str] = {
    RuleAsked.AGE: N_("Age"),
    RuleAsked.WORK: N_("Time without work"),
    RuleAsked.AGREEMENTS: N_("Earlier agreements"),
}
BROKEN: Mapping[Reason, RuleAsked] = {
    Reason.TOO_YOUNG: RuleAsked.AGE,
    Reason.TOO_OLD: RuleAsked.AGE,
    Reason.WORKED_LATELY: RuleAsked.WORK,
    Reason.IN_AGREEMENT: RuleAsked.AGREEMENTS,
    Reason.WAITING_PERIOD: RuleAsked.AGREEMENTS,
}
SENTENCES: Mapping[Reason, str] = {
    Reason.TOO_YOUNG: N_("Too young for this scheme. Old enough from {day}."),
    Reason.TOO_OLD: N_("Older than the scheme allows."),
    Reason.WORKED_LATELY: N_("Has been without work for too short a time. Long enough from {day}."),
    Reason.IN_AGREEMENT: N_("Is in an agreement that has not ended. One subsidy at a time."),
    Reason.WAITING_PERIOD: N_(
        "Completed a subsidised job not long ago. Again possible from {day}."
    ),
}


def rule_of(reason: Reason) -> RuleAsked:
    """Which rule is not met for a reason."""
    return BROKEN[reason]


def say(obstacle: Obstacle) -> str:
    """One obstacle as a sentence in the language in use."""
    day = "" if obstacle.until is None else format_day(obstacle.until, language())
    return _(SENTENCES[obstacle.reason]).format(day=day)
