"""The filters above a list: how each kind of answer is read, and the word for one that is wrong."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias
from uuid import UUID

from service.answers import read_day, read_number
from service.i18n import N_, _
from service.lists import Filter
from service.period import InvalidMonth, parse_month

Value: TypeAlias = str | int | date | bool | UUID | None

LONGEST_TEXT = 200


def read_filter(asked: Filter, text: str) -> Value:
    """What a filter asks for; None when nothing was typed, or what cannot be read."""
    return READERS[asked.kind](asked, text) if text else None


def filter_complaint(asked: Filter) -> str:
    """What to do about a filter that cannot be read."""
    return _(COMPLAINTS[asked.kind])


def _read_text(_asked: Filter, text: str) -> str | None:
    return text if len(text) <= LONGEST_TEXT and text.isprintable() else None


def _read_choice(asked: Filter, text: str) -> str | None:
    return text if text in asked.choices else None


def _read_month(_asked: Filter, text: str) -> date | None:
    try:
        return parse_month(text)
    except InvalidMonth:
        return None


def _read_id(_asked: Filter, text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


READERS: Mapping[str, Callable[[Filter, str], Value]] = {
    "text": _read_text,
    "choice": _read_choice,
    "day": lambda _asked, text: read_day(text),
    "month": _read_month,
    "number": lambda _asked, text: read_number(text),
    "id": _read_id,
    "yes": lambda _asked, text: True if text == "true" else None,
}
COMPLAINTS: Mapping[str, str] = {
    "text": N_("Write fewer characters, on one line."),
    "choice": N_("Choose one of the list."),
    "day": N_("Write the day as 2026-10-31."),
    "month": N_("Write the month as year and month, such as 2026-10."),
    "number": N_("Write a whole number."),
    "id": N_("Write the id of the row as the list shows it."),
    "yes": N_("Choose one of the list."),
}
