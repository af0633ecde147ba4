"""How what waits is put together, and by when a month is reported."""

from collections.abc import Sequence
from datetime import date

from service.period import Month, next_month
from service.todo.model import Item, Kind, Waiting

COUNTED_MAX = 1000
SHOWN_MAX = 5
# Wage evidence comes with the payroll declaration of the 15th; it counts for the month's payout
# until the 20th of the month after (default policy of Ura).
REPORT_BY_DAY = 20


def gather(kind: Kind, items: Sequence[Item]) -> Waiting | None:
    """What waits of a kind, from its oldest things; None when nothing does."""
    if not items:
        return None
    return Waiting(kind, items[0].all_count, items[0].since, list(items))


def report_by(month: Month) -> date:
    """The last day on which a month's report still counts for its payout."""
    return next_month(month).replace(day=REPORT_BY_DAY)
