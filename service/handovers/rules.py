"""When a case may go to another office, and who answers."""

from service.actor import Actor, Role
from service.answers import tidy
from service.handovers.model import MOVES, Event, Held, State
from service.i18n import N_
from service.ids import OfficeId
from service.problems import NotAllowed, Problem

REASON_LENGTHS = range(5, 501)


class HandoverReasonMissing(Problem):
    """The other office wants to know why."""

    slug = "handover-reason-missing"
    title = N_("Say in 5 to 500 characters why; the other office reads it.")


class HandoverOpen(Problem):
    """A person is offered to one office at a time."""

    slug = "handover-open"
    title = N_("This person's case is offered already. Take that offer back to make another.")
    status = 409


class SameOffice(Problem):
    """A case is handed over to another office."""

    slug = "same-office"
    title = N_("This is your own office. Choose the office that shall have the case.")


class NoSuchOffice(Problem):
    """The office does not exist."""

    slug = "no-such-office"
    title = N_("There is no such office. Choose one of the list.")


class HandoverAnswered(Problem):
    """An offer is answered once."""

    slug = "handover-answered"
    title = N_("This offer was answered or taken back before. Look at the list again.")
    status = 409


def check_officer(by: Actor) -> None:
    """NotAllowed for anybody but a case officer."""
    if by.role is not Role.CASE_OFFICER:
        raise NotAllowed


def check_offices(*, own: OfficeId, other: OfficeId, known: frozenset[OfficeId]) -> None:
    """NoSuchOffice or SameOffice when the case cannot go there."""
    if other not in known:
        raise NoSuchOffice
    if other == own:
        raise SameOffice


def move(state: State, event: Event) -> State:
    """Where an event leads, by MOVES; HandoverAnswered when it cannot happen any more."""
    after = MOVES[state].get(event)
    if after is None:
        raise HandoverAnswered
    return after


def check_side(held: Held, event: Event, *, office_id: OfficeId) -> None:
    """NotAllowed unless the giving office takes back, and the receiving one answers."""
    side = held.from_office_id if event is Event.WITHDRAWN else held.to_office_id
    if side != office_id:
        raise NotAllowed


def read_reason(text: str) -> str:
    """The reason, tidied; HandoverReasonMissing when it says too little or cannot be kept."""
    reason = tidy(text)
    if len(reason) not in REASON_LENGTHS or not reason.isprintable():
        raise HandoverReasonMissing
    return reason
