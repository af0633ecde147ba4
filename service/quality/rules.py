"""What a review must say, and who may give it."""

from service.actor import Actor, Role
from service.i18n import N_, _
from service.money import ZERO
from service.problems import InvalidFields, NotAllowed, Problem
from service.quality.model import Case, Review, ReviewResult

NOTE_LENGTH_MIN = 10
NOTE_LENGTH_MAX = 2000
REVIEWERS = frozenset({Role.CASE_OFFICER, Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})


class ReviewedBefore(Problem):
    """A payment is reviewed once."""

    slug = "reviewed-before"
    title = N_("Somebody has reviewed this payment before you. Open it to see what was found.")
    status = 409


class NotYoursToReview(Problem):
    """Who had a part in a payment does not review it."""

    slug = "not-yours-to-review"
    title = N_(
        "You had a part in this payment, or it is a case of your own office. Somebody else "
        "reviews it."
    )
    status = 403


class ReviewsWanted(Problem):
    """A payout waits for the reviews that its rule demands."""

    slug = "reviews-wanted"
    title = N_(
        "A payment with an overridden check or a new account waits for its quality review. "
        "Have it reviewed first; then approve."
    )
    status = 409


def check_review(review: Review) -> Review:
    """The review with a tidy note; InvalidFields when it contradicts itself or explains nothing."""
    note = review.note.strip()
    wrong = {}
    if review.result is ReviewResult.CORRECT and review.error_cents != ZERO:
        wrong["error"] = _("A correct payment has no amount of error. Write 0, or say it is wrong.")
    if review.error_cents < ZERO:
        wrong["error"] = _("Write by how much the payment was wrong, without a sign.")
    if len(note) > NOTE_LENGTH_MAX:
        wrong["note"] = _("Write no more than 2000 letters.")
    if review.result is ReviewResult.ERROR and len(note) < NOTE_LENGTH_MIN:
        wrong["note"] = _("Say what was wrong, in at least 10 letters.")
    if wrong:
        raise InvalidFields(wrong)
    return Review(review.result, review.error_cents, note)


def refuse_review(case: Case) -> None:
    """ReviewedBefore, or NotYoursToReview; quality_review_by_no_one_concerned says the same."""
    if case.result is not None:
        raise ReviewedBefore
    if not case.may_review:
        raise NotYoursToReview


def refuse_unless_reviewer(by: Actor) -> None:
    """NotAllowed for a role that reviews nothing."""
    if by.role not in REVIEWERS:
        raise NotAllowed
