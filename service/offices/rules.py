"""What an office must be called, and when it closes."""

from collections.abc import Collection, Sequence

from service.actor import Actor, Role
from service.answers import line_complaint, refuse_if_wrong
from service.i18n import N_, _
from service.offices.model import HeldOffice, Municipality, OpenCase
from service.problems import NotAllowed, NotFound, Problem

NAME_LENGTH_MIN = 3
CASES_NAMED = 10
READERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


class OfficeTaken(Problem):
    """A municipality has one open office."""

    slug = "office-taken"
    title = N_("This municipality has an office already. Close it first, or rename it.")
    status = 409


class CasesOpen(Problem):
    """An office with open cases does not close."""

    slug = "cases-open"
    title = N_("The office has open cases. Hand them over or end them, then close it.")
    status = 409


def refuse_unless_keeper(by: Actor) -> None:
    """NotAllowed unless an administrator asks."""
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed


def refuse_unless_reader(by: Actor) -> None:
    """NotAllowed for others than administrators and auditors."""
    if by.role not in READERS:
        raise NotAllowed


def check_names(name_sq: str, name_sr: str) -> None:
    """InvalidFields unless both names say something."""
    refuse_if_wrong({"name_sq": _complaint(name_sq), "name_sr": _complaint(name_sr)})


def _complaint(name: str) -> str | None:
    if complaint := line_complaint(name.strip()):
        return complaint
    if len(name.strip()) < NAME_LENGTH_MIN:
        return _("Write the whole name of the office.")
    return None


def check_municipality(code: str, known: Collection[Municipality]) -> None:
    """InvalidFields for a municipality that there is not."""
    fits = any(one.code == code for one in known)
    refuse_if_wrong(
        {"municipality_code": None if fits else _("There is no such municipality. Choose one.")}
    )


def refuse_closed(office: HeldOffice) -> None:
    """NotFound for an office that was closed."""
    if office.closed_at is not None:
        raise NotFound


def refuse_with_cases(cases: Sequence[OpenCase]) -> None:
    """CasesOpen, naming the first ones, unless nothing is left to do but the officers' accounts."""
    left = [one for one in cases if one.kind != "account"]
    if left:
        named = ", ".join(one.reference for one in left[:CASES_NAMED])
        if len(left) > CASES_NAMED:
            named = _("%(cases)s and more") % {"cases": named}
        raise CasesOpen(
            _("The office has open cases: %(cases)s. Hand them over or end them, then close it.")
            % {"cases": named}
        )
