"""The one place that asks the time; everything else is given `at` or `on`."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from service.i18n import locale_of

BUSINESS_ZONE = ZoneInfo("Europe/Belgrade")


def business_day(at: datetime) -> date:
    """The date in Kosovo at a moment."""
    return at.astimezone(BUSINESS_ZONE).date()


def end_of_day(day: date) -> datetime:
    """The last instant of a day in Kosovo."""
    return datetime.combine(day, time.max, BUSINESS_ZONE).astimezone(UTC)


def format_moment(at: datetime, language: str = "en") -> str:
    """A moment as people in Kosovo read it: `2 Nov 2026, 10:00` in English."""
    locale = locale_of(language)
    return format_datetime(at, "d MMM y, HH:mm", tzinfo=BUSINESS_ZONE, locale=locale)


def format_day(day: date, language: str = "en") -> str:
    """A day as people read it: `2 Nov 2026` in English."""
    return format_date(day, "d MMM y", locale=locale_of(language))


class Clock:
    """The time of this machine."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The date in Kosovo: the business day of everything that happens now."""
        return business_day(self.now())
