"""The forms on an agreement's page: what was typed, and what it reads as."""

from datetime import date
from typing import Annotated

import msgspec

from service.agreements.model import EARLY_CAUSES, EndCause, Party
from service.answers import read_day, read_number, refuse_if_wrong, tidy
from service.i18n import _

REASON_LENGTH_MAX = 500
SHA256_LETTERS = 64

Text = Annotated[str, msgspec.Meta(max_length=2000)]


class Draft(msgspec.Struct):
    """The first day and, if it is not twelve months later, the last day of the employment."""

    match_id: Text = ""
    starts_on: Text = ""
    employed_until: Text = ""

    def read(self) -> tuple[date, date | None]:
        """The two days; InvalidFields when they are none."""
        refuse_if_wrong(
            {
                "starts_on": _day_complaint(self.starts_on),
                "employed_until": _day_complaint(self.employed_until, optional=True),
            }
        )
        return _day(self.starts_on), read_day(self.employed_until)


class Signing(msgspec.Struct):
    """Which party signs, under which text."""

    party: Text = ""
    terms_sha256: Text = ""

    def read(self) -> tuple[Party, bytes]:
        """The party and the hash; InvalidFields when the page was tampered with."""
        refuse_if_wrong(
            {
                "party": _choice_complaint(self.party, [str(one) for one in Party]),
                "terms_sha256": _hash_complaint(self.terms_sha256),
            }
        )
        return Party(self.party), bytes.fromhex(self.terms_sha256)


class Suspending(msgspec.Struct):
    """From which day, until which if that is known, and why."""

    suspended_from: Text = ""
    suspended_until: Text = ""
    suspension_reason: Text = ""

    def read(self) -> tuple[date, date | None, str]:
        """The days and the reason; InvalidFields."""
        refuse_if_wrong(
            {
                "suspended_from": _day_complaint(self.suspended_from),
                "suspended_until": _day_complaint(self.suspended_until, optional=True),
                "suspension_reason": reason_complaint(self.suspension_reason),
            }
        )
        return (
            _day(self.suspended_from),
            read_day(self.suspended_until),
            tidy(self.suspension_reason),
        )


class Resuming(msgspec.Struct):
    """The first day of work after a suspension."""

    resumes_on: Text = ""

    def read(self) -> date:
        """The day; InvalidFields."""
        refuse_if_wrong({"resumes_on": _day_complaint(self.resumes_on)})
        return _day(self.resumes_on)


class Extending(msgspec.Struct):
    """How many suspended days are given back, and why."""

    extension_days: Text = ""
    extension_reason: Text = ""

    def read(self) -> tuple[int, str]:
        """The number of days and the reason; InvalidFields."""
        days = read_number(self.extension_days)
        refuse_if_wrong(
            {
                "extension_days": None if days is not None else _("Write a number of days."),
                "extension_reason": reason_complaint(self.extension_reason),
            }
        )
        assert days is not None
        return days, tidy(self.extension_reason)


class Employing(msgspec.Struct):
    """The last day of the employment, as it is known now, and why."""

    employed_until: Text = ""
    employment_reason: Text = ""

    def read(self) -> tuple[date, str]:
        """The day and the reason; InvalidFields."""
        refuse_if_wrong(
            {
                "employed_until": _day_complaint(self.employed_until),
                "employment_reason": reason_complaint(self.employment_reason),
            }
        )
        return _day(self.employed_until), tidy(self.employment_reason)


class Ending(msgspec.Struct):
    """The last day of work, the cause, and what happened."""

    last_day: Text = ""
    cause: Text = ""
    end_reason: Text = ""

    def read(self) -> tuple[date, EndCause, str]:
        """The day, the cause and the reason; InvalidFields."""
        refuse_if_wrong(
            {
                "last_day": _day_complaint(self.last_day),
                "cause": _choice_complaint(self.cause, [str(one) for one in EARLY_CAUSES]),
                "end_reason": reason_complaint(self.end_reason),
            }
        )
        return _day(self.last_day), EndCause(self.cause), tidy(self.end_reason)


class Cancelling(msgspec.Struct):
    """Why the agreement will not start."""

    cancel_reason: Text = ""

    def read(self) -> str:
        """The reason; InvalidFields."""
        refuse_if_wrong({"cancel_reason": reason_complaint(self.cancel_reason)})
        return tidy(self.cancel_reason)


def reason_complaint(text: str) -> str | None:
    """What is wrong with a reason that has to be there."""
    reason = tidy(text)
    if not 1 <= len(reason) <= REASON_LENGTH_MAX or not reason.isprintable():
        return _("Say why, in 500 characters at most.")
    return None


def _day_complaint(text: str, *, optional: bool = False) -> str | None:
    if (optional and not text) or read_day(text) is not None:
        return None
    return _("Write a day such as 2026-11-30.")


def _day(text: str) -> date:
    day = read_day(text)
    assert day is not None, "the complaints come first"
    return day


def _choice_complaint(text: str, choices: list[str]) -> str | None:
    return None if text in choices else _("Choose one of these.")


def _hash_complaint(text: str) -> str | None:
    written = len(text) == SHA256_LETTERS and all(letter in "0123456789abcdef" for letter in text)
    return None if written else _("Reload the page and read the text again.")
