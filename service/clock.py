"""The one place that asks the time; everything else is given `at` or `on`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Europe/Belgrade")


def business_day(at: datetime) -> date:
    """The date in Kosovo at a moment."""
    return at.astimezone(BUSINESS_ZONE).date()


class Clock:
    """The time of this machine."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The date in Kosovo: the business day of everything that happens now."""
        return business_day(self.now())
