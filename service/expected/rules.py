"""When a payout agrees with the second computation, and who may say how that is done."""

from collections.abc import Collection, Sequence

from service.actor import Actor, Role
from service.expected.model import Difference, PayoutComparison, WithoutMethod
from service.i18n import N_, _
from service.ids import InstalmentId
from service.period import format_month
from service.problems import NotAllowed, Problem

NAMED_IN_SENTENCE = 3


class ComputedTwiceDiffers(Problem):
    """Two computations by two codes, and they do not agree: nobody signs that."""

    slug = "computed-twice-differs"
    title = N_(
        "The second computation comes to other amounts, so nothing was put up. Look at the "
        "agreements it names; compute the month again, or report the difference."
    )
    status = 409


class NotComputedTwice(Problem):
    """A scheme that nobody computes a second time."""

    slug = "not-computed-twice"
    title = N_(
        "Some lines belong to schemes that are not computed a second time, so nothing was put up. "
        "State a method for these schemes, or have a second person override the check."
    )
    status = 409


class MethodAlreadyStated(Problem):
    """What was stated stands; another day takes another method."""

    slug = "method-already-stated"
    title = N_("A method from this day on was already stated for this kind of payment.")
    status = 409


class SchemeUnknown(Problem):
    """There is no scheme of this code."""

    slug = "scheme-unknown"
    title = N_("There is no scheme of this code. Draft its first version before.")
    status = 422


def refuse_difference(comparison: PayoutComparison) -> None:
    """ComputedTwiceDiffers with the agreements, months, kinds and both amounts in cents."""
    if comparison.difference_count:
        raise ComputedTwiceDiffers(
            _sentence(comparison),
            difference_count=comparison.difference_count,
            differences=[_member(one) for one in comparison.differences],
        )


def _sentence(comparison: PayoutComparison) -> str:
    named = ", ".join(
        f"{one.agreement_reference} {format_month(one.month)} {one.kind}"
        for one in comparison.differences[:NAMED_IN_SENTENCE]
    )
    return _(
        "The second computation comes to other amounts, so nothing was put up. Amounts that "
        "differ: %(count)s, first %(named)s. Compute the month again, or report the difference."
    ) % {"count": comparison.difference_count, "named": named}


def _member(one: Difference) -> dict[str, object]:
    return {
        "agreement_id": str(one.agreement_id),
        "agreement_reference": one.agreement_reference,
        "month": format_month(one.month),
        "kind": one.kind,
        "ours_cents": one.ours_cents,
        "theirs_cents": one.theirs_cents,
    }


def refuse_without_method(
    lines: Sequence[WithoutMethod], overridden: Collection[InstalmentId]
) -> None:
    """NotComputedTwice for lines without a second computation that no second person let pass."""
    missing = [line for line in lines if line.instalment_id not in set(overridden)]
    if missing:
        raise NotComputedTwice(
            None,
            line_count=len(missing),
            scheme_codes=sorted({line.scheme_code for line in missing}),
        )


def refuse_unless_administrator(by: Actor) -> None:
    """NotAllowed for anybody but an administrator."""
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed
