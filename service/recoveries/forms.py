"""What people type about a recovery, before it is read."""

from datetime import date
from typing import Annotated

import msgspec

from service.agreements.model import EARLY_CAUSES, EndCause
from service.i18n import _
from service.problems import InvalidFields

Long = Annotated[str, msgspec.Meta(max_length=4_000)]
Short = Annotated[str, msgspec.Meta(max_length=200)]


class Empty(msgspec.Struct):
    """A button."""


class LetterForm(msgspec.Struct):
    """The letter to the payee."""

    letter: Annotated[str, msgspec.Meta(max_length=20_000)] = ""


class ReasonForm(msgspec.Struct):
    """Why somebody appeals."""

    reason: Long = ""


class DecisionForm(msgspec.Struct):
    """What is decided, by how much less is owed when in part, and why."""

    outcome: Short = ""
    less: Short = ""
    decision: Long = ""


class PaymentForm(msgspec.Struct):
    """Money that came in."""

    amount: Short = ""
    received_on: Short = ""
    bank_reference: Short = ""

    def received(self) -> date:
        """The day it came in; InvalidFields."""
        return _day(self.received_on, "received_on")


class WriteOffForm(msgspec.Struct):
    """What is given up, and why."""

    given_up: Short = ""
    why: Long = ""


class DismissalForm(msgspec.Struct):
    """When and how somebody lost the job after the subsidised months."""

    dismissed_on: Short = ""
    cause: Short = ""
    reason: Long = ""

    def dismissed(self) -> date:
        """The day; InvalidFields."""
        return _day(self.dismissed_on, "dismissed_on")

    def chosen(self) -> EndCause:
        """The cause; InvalidFields."""
        if self.cause not in EARLY_CAUSES:
            raise InvalidFields({"cause": _("Choose why the employment ended.")})
        return EndCause(self.cause)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as wrong:
        sentence = _("Write the day as year, month and day, such as 2026-10-31.")
        raise InvalidFields({field: sentence}) from wrong
