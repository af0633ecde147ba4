"""The report as bars: how far women and men came, in per cent of those it can be said of."""

from collections.abc import Iterator

import msgspec

from service.i18n import N_, _
from service.outcomes.model import Line, Share
from service.outcomes.rules import IN_FULL_BP

WIDTH = 420
SEXES = {"female": N_("Women"), "male": N_("Men")}
COLOURS = {"female": "#b5541c", "male": "#1f5f8b"}


class Bar(msgspec.Struct, frozen=True):
    """One bar: how long it is, and what it says."""

    width: int
    colour: str
    words: str


class Stage(msgspec.Struct, frozen=True):
    """Women's and men's bars under one heading."""

    words: str
    bars: list[Bar]


def percent(share: Share) -> str:
    """A share as people read it: `53 % (64 of 120)`; the counts alone where nobody is counted."""
    counts = _("{numerator} of {denominator}").format(
        numerator=share.numerator, denominator=share.denominator
    )
    return counts if share.rate_bp is None else f"{share.rate_bp // 100} % ({counts})"


def stages(totals: list[Line]) -> list[Stage]:
    """A stage for each step, each with a bar for each sex there is."""
    by_sex = {line.sex: dict(_shares(line)) for line in totals if line.sex in SEXES}
    names = list(dict(_shares(totals[0]))) if by_sex else []
    return [
        Stage(name, [_bar(sex, by_sex[sex][name]) for sex in SEXES if sex in by_sex])
        for name in names
    ]


def _bar(sex: str, share: Share) -> Bar:
    width = WIDTH * (share.rate_bp or 0) // IN_FULL_BP
    return Bar(width, COLOURS[sex], f"{_(SEXES[sex])}: {percent(share)}")


def _shares(line: Line) -> Iterator[tuple[str, Share]]:
    yield _("Proposed for a placement, of those registered"), line.matched
    yield _("Placed, of those registered"), line.placed
    yield _("Completed, of those whose time is over"), line.completed
    for point in line.retention:
        words = _("Employed {months} months after, of those who completed")
        yield words.format(months=point.months_after), point.of_completers
