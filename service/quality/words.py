"""Why a payment was drawn and what a reviewer found, as words for people."""

from collections.abc import Mapping

from service.i18n import N_
from service.quality.model import DrawnFor, ReviewResult

REASONS: Mapping[DrawnFor, str] = {
    DrawnFor.FIRST_CASE: N_("First case of a case officer"),
    DrawnFor.OVERRIDE: N_("A check was overridden"),
    DrawnFor.ACCOUNT_CHANGE: N_("First payment to a changed account"),
    DrawnFor.VISIT: N_("Something was amiss at a visit"),
    DrawnFor.RANDOM: N_("Drawn at random"),
}
RESULTS: Mapping[ReviewResult, str] = {
    ReviewResult.CORRECT: N_("Correct"),
    ReviewResult.ERROR: N_("Wrong"),
}
