"""Days, months and amounts as a letter writes them, in the language in use."""

from collections.abc import Mapping
from datetime import date, datetime

from babel.dates import format_date

from service.clock import business_day, format_moment
from service.i18n import _, language
from service.money import format_euros
from service.period import Period

LOCALES: Mapping[str, str] = {"sr": "sr_Latn"}
LONG_DAYS: Mapping[str, str] = {"sr": "d. MMMM y."}
LONG_MONTHS: Mapping[str, str] = {"sr": "LLLL y."}


def euros(cents: int) -> str:
    """An amount of cents."""
    return format_euros(cents, language())


def long_day(day: date) -> str:
    """A day, or the one of a moment in Kosovo, with its month in letters."""
    on = business_day(day) if isinstance(day, datetime) else day
    return _written(on, LONG_DAYS.get(language(), "d MMMM y"))


def moment(at: datetime) -> str:
    """A day and the time of it."""
    return format_moment(at, language())


def long_month(month: date) -> str:
    """A month in letters."""
    return _written(month, LONG_MONTHS.get(language(), "LLLL y"))


def _written(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=LOCALES.get(language(), language()))


def days_of(period: Period) -> str:
    """The first and the last day of a period."""
    return f"{long_day(period.start)} – {long_day(period.last_day)}"


def office_name(name_sq: str, name_sr: str) -> str:
    """An office as the language in use names it."""
    return name_sr if language() == "sr" else name_sq


def employer_lines(name: str, number: str) -> list[str]:
    """An employer as an address names it."""
    return [name, f"{_('Business number')} {number}"]


def candidate_lines(name: str, reference: str) -> list[str]:
    """A candidate as an address names them."""
    return [name, f"{_('Candidate')} {reference}"]
