"""The forecast as bars: what can be recovered by which way, and how much of the old came back."""

from collections.abc import Iterator

import msgspec

from service.i18n import _, language
from service.money import format_euros
from service.recoveries.shown import Ageing, Forecast

WIDTH = 420
WAY_COLOUR, DOUBT_COLOUR, BACK_COLOUR = "#1f5f8b", "#b5541c", "#2f7d4f"


class Bar(msgspec.Struct, frozen=True):
    """One bar: how long it is, and what it says."""

    width: int
    colour: str
    words: str


def bars_of(forecast: Forecast) -> list[Bar]:
    """A bar for each way to recover; all that is open is WIDTH."""
    most = max(1, int(forecast.open_cents))
    return [
        _bar(_("Open now"), forecast.open_cents, most, WAY_COLOUR),
        _bar(_("By netting within 3 months"), forecast.netting_3_cents, most, WAY_COLOUR),
        _bar(_("By netting within 12 months"), forecast.netting_12_cents, most, WAY_COLOUR),
        _bar(_("By invoice"), forecast.invoice_cents, most, WAY_COLOUR),
        _bar(_("Not covered by either"), forecast.uncertain_cents, most, DOUBT_COLOUR),
    ]


def ageing_of(forecast: Forecast) -> list[Bar]:
    """What came back within so many days, of what is at least as old; in per cent of WIDTH."""
    return list(_ageing(forecast.ageing))


def _ageing(lines: list[Ageing]) -> Iterator[Bar]:
    for line in lines:
        raised = max(1, int(line.raised_cents))
        words = _(
            "Within {days} days: {back} of {raised} ({percent} %), {count} recoveries"
        ).format(
            days=line.days,
            back=format_euros(line.settled_cents, language()),
            raised=format_euros(line.raised_cents, language()),
            percent=line.settled_cents * 100 // raised,
            count=line.recovery_count,
        )
        yield Bar(WIDTH * line.settled_cents // raised, BACK_COLOUR, words)


def _bar(words: str, cents: int, most: int, colour: str) -> Bar:
    return Bar(WIDTH * max(0, cents) // most, colour, f"{words}: {format_euros(cents, language())}")
