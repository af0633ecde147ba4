"""What it takes to say that two entries are two people."""

from service.answers import tidy
from service.i18n import N_
from service.problems import Problem

REASON_LENGTHS = range(5, 501)


class TellingMissing(Problem):
    """Two people are told apart by something, and that is kept."""

    slug = "telling-missing"
    title = N_("Say in 5 to 500 characters how you know that they are two people.")


class AlreadyToldApart(Problem):
    """A pair is decided once."""

    slug = "already-told-apart"
    title = N_("Somebody has already said that these are two people.")
    status = 409


def read_reason(text: str) -> str:
    """How it is known, tidied; TellingMissing when it says too little or cannot be kept."""
    reason = tidy(text)
    if len(reason) not in REASON_LENGTHS or not reason.isprintable():
        raise TellingMissing
    return reason
