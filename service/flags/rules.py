"""How the flags of lines are put together for who approves a payout."""

from collections.abc import Sequence
from itertools import groupby

from service.flags.model import FlaggedLine, LineFlag, Sign
from service.flags.words import say


def by_line(flags: Sequence[LineFlag], *, flag_threshold: int) -> list[FlaggedLine]:
    """Lines with their flags, in the order in which they come: those of a line together.

    A line is suspicious when the sum of its scores reaches the threshold.
    """
    return [
        _line(list(of_line), flag_threshold)
        for _, of_line in groupby(flags, key=lambda one: one.payout_line_id)
    ]


def _line(flags: Sequence[LineFlag], flag_threshold: int) -> FlaggedLine:
    first = flags[0]
    return FlaggedLine(
        payout_line_id=first.payout_line_id,
        instalment_id=first.instalment_id,
        agreement_reference=first.agreement_reference,
        payee_name=first.payee_name,
        month=first.month,
        amount_cents=first.amount_cents,
        score=first.line_score,
        is_suspicious=first.line_score >= flag_threshold,
        signs=[
            Sign(one.code, one.score, one.evidence, say(one.code, one.evidence)) for one in flags
        ],
    )
