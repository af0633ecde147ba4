"""Values as the language in use writes them: money, shares, numbers with units, days, periods."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from service.i18n import N_, _, language, locale_of, ngettext
from service.money import to_cents
from service.period import Period
from service.schemes.language.functions import FOREVER
from service.schemes.language.kinds import Kind, Units

ABOUT = "≈ "
MONEY = (("money", 1),)
SHARE_PLACES, NUMBER_PLACES = 2, 4
DAYS = {"en": "d MMMM y"}  # the order of this part of the world, not that of America
PER = {
    "days": N_("{value} per day"),
    "weeks": N_("{value} per week"),
    "months": N_("{value} per month"),
    "years": N_("{value} per year"),
    "hours": N_("{value} per hour"),
}


def locale() -> str:
    """The language in use as babel names it; Serbian is written in Latin letters."""
    return locale_of(language())


def figure(kind: Kind, value: Any, currency: str, written: str = "") -> str:
    """A value as people read it; `written` is the unit a scheme wrote: a share, a month.

    What has more decimals than are shown is rounded for reading and marked as about.
    """
    match value:
        case None:
            return _("not given")
        case bool():
            return _("yes") if value else _("no")
        case Fraction():
            return _quantity(kind, value, currency, is_share=written.startswith("share"))
        case Period():
            return period(value)
        case date():
            return month(value) if written.startswith("month") else day(value)
        case _:
            return str(value)


def day(value: date) -> str:
    """A day in words: `17 April 2026`."""
    return format_date(value, format=DAYS.get(language(), "long"), locale=locale())


def month(value: date) -> str:
    """A calendar month in words."""
    return format_date(value, format="LLLL y", locale=locale())


def period(value: Period) -> str:
    """A period by its first and its last day, both included."""
    if value.days <= 0:
        return _("no day")
    if value.end == FOREVER:
        return _("from {first} on").format(first=day(value.start))
    return _("{first} to {last}").format(first=day(value.start), last=day(value.last_day))


def money(cents: Fraction, currency: str) -> str:
    """An amount of cents; a fraction of a cent is rounded for reading and marked as about."""
    shown = format_currency(Decimal(to_cents(cents)).scaleb(-2), currency, locale=locale())
    return shown if cents.denominator == 1 else f"{ABOUT}{shown}"


def percent(share: Fraction) -> str:
    """A share in percent."""
    about, number = _decimals(share * 100, SHARE_PLACES)
    return f"{about}{number} %"


def listed(words: Sequence[str], *, last: str) -> str:
    """Words joined by commas, the last by a word such as `and`."""
    return f" {last} ".join([*([", ".join(words[:-1])] if words[:-1] else []), *words[-1:]])


def _decimals(value: Fraction, places: int) -> tuple[str, str]:
    scaled = value * 10**places
    number = Decimal(to_cents(scaled)).scaleb(-places)
    pattern = "#,##0." + "#" * places
    shown = format_decimal(number, format=pattern, locale=locale())
    return ("" if scaled.denominator == 1 else ABOUT), shown


def _quantity(kind: Kind, value: Fraction, currency: str, *, is_share: bool) -> str:
    if not kind.units:
        about, number = _decimals(value, NUMBER_PLACES)
        return percent(value) if is_share else f"{about}{number}"
    over = tuple((unit, power) for unit, power in kind.units if power > 0)
    under = [unit for unit, power in kind.units if power < 0 for _time in range(-power)]
    shown = _whole_units(over, value, currency)
    for unit in under:
        shown = _(PER[unit]).format(value=shown)
    return shown


def _whole_units(over: Units, value: Fraction, currency: str) -> str:
    """A quantity whose units all multiply: one unit by its name, several joined by a cross."""
    if over == MONEY:
        return money(value, currency)
    about, number = _decimals(value, NUMBER_PLACES)
    if not over:
        return f"{about}{number}"
    first, *others = [unit for unit, power in over for _time in range(power)]
    if "money" in dict(over):
        others = [one for one in (first, *others) if one != "money"]
        shown = money(value, currency)
    else:
        whole = value.denominator == 1
        shown = about + counted(first, number, abs(int(value)) if whole else 5)
    return " × ".join([shown, *(counted(unit, "", 5).strip() for unit in others)])


def counted(unit: str, number: str, count: int) -> str:
    """A number of days, weeks and so on, in the form that fits the count."""
    match unit:
        case "days":
            said = ngettext("{number} day", "{number} days", count)
        case "weeks":
            said = ngettext("{number} week", "{number} weeks", count)
        case "months":
            said = ngettext("{number} month", "{number} months", count)
        case "years":
            said = ngettext("{number} year", "{number} years", count)
        case _:
            said = ngettext("{number} hour", "{number} hours", count)
    return said.format(number=number)
