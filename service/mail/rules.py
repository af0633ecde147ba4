"""When a mail is tried again, when it is given up, and which address can be written to."""

import re
from datetime import datetime, timedelta

from service.actor import Actor, Role
from service.i18n import N_
from service.mail.model import (
    ATTEMPTS_MAX,
    FIRST_WAIT,
    MOVES,
    WAIT_MAX,
    MailEvent,
    MailState,
    Trouble,
)
from service.problems import NotAllowed, Problem

# What RFC 5321 and 5322 let a mailbox be, without quoted and non-ASCII parts and without room for
# another header.
LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}"
DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
ADDRESS = re.compile(f"{LOCAL}@{DOMAIN}")
ADDRESS_LENGTH_MAX = 254
SHOWN_LETTERS = 2
HIDDEN = "•••"


class BadAddress(Problem):
    """No mail can go there."""

    slug = "bad-address"
    title = N_("Write an e-mail address such as name@example.org.")
    status = 422


class MailNotGivenUp(Problem):
    """It was sent, or it will be tried again by itself."""

    slug = "mail-not-given-up"
    title = N_("This e-mail was sent, or will be tried again by itself. Nothing was changed.")
    status = 409


def move(state: MailState, event: MailEvent) -> MailState:
    """The state after an event; MailNotGivenUp when it cannot happen."""
    following = MOVES[state].get(event)
    if following is None:
        raise MailNotGivenUp
    return following


def read_address(text: str) -> str:
    """The address as it is written to, its domain in small letters; BadAddress."""
    plain = text.strip()
    dotted = plain.partition("@")[0]
    if (
        len(plain) > ADDRESS_LENGTH_MAX
        or not ADDRESS.fullmatch(plain)
        or dotted.startswith(".")
        or dotted.endswith(".")
        or ".." in dotted
    ):
        raise BadAddress
    local, _, domain = plain.rpartition("@")
    return f"{local}@{domain.lower()}"


def masked(address: str) -> str:
    """An address by which two are told apart, and nobody is written to: `ar•••@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:SHOWN_LETTERS]}{HIDDEN}@{domain}"


def is_hopeless(trouble: Trouble, *, attempts: int) -> bool:
    """Whether trying again is left to people: refused for good, or tried often enough."""
    return trouble is Trouble.REFUSED_FOR_GOOD or attempts >= ATTEMPTS_MAX


def next_try(at: datetime, *, attempts: int) -> datetime:
    """When the next attempt is made: after 1, 2, 4 … minutes, never more than 6 hours later."""
    wait: timedelta = min(FIRST_WAIT * (1 << min(attempts - 1, 16)), WAIT_MAX)
    return at + wait


def check_administrator(by: Actor) -> None:
    """NotAllowed for anybody else."""
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed
