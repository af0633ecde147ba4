"""Whom somebody may invite, and what an invitation must say."""

from datetime import datetime

from service.accounts.rules import EMAIL, NAME_LENGTH_MAX, NOBODYS_ROLES, LinkUsedUp
from service.actor import Actor, Role
from service.i18n import LANGUAGES, N_, _
from service.invitations.model import Invitation, NewInvitation
from service.problems import InvalidFields, NotAllowed, Problem


class AdministratorThere(Problem):
    """The first administrator is invited once; who comes after is invited by one."""

    slug = "administrator-there"
    title = N_("There is an administrator already. Ask them for an invitation.")
    status = 409


def refuse_another_first(administrators: int) -> None:
    """AdministratorThere when somebody can invite in their own name."""
    if administrators:
        raise AdministratorThere


def refuse_unless_may(wanted: NewInvitation, by: Actor) -> None:
    """NotAllowed unless an administrator invites, or somebody a firm's person."""
    if by.role is Role.ADMINISTRATOR:
        return
    if wanted.role is not Role.EMPLOYER or by.role not in {Role.EMPLOYER, Role.CASE_OFFICER}:
        raise NotAllowed
    if by.role is Role.EMPLOYER and wanted.employer_id != by.employer_id:
        raise NotAllowed


def check(wanted: NewInvitation) -> None:
    """InvalidFields, a sentence for each field, when nobody can be invited as described."""
    if wrong := complaints(wanted):
        raise InvalidFields(wrong)


def person_complaints(*, name: str, email: str, language: str) -> dict[str, str]:
    """What is wrong with who is to be invited, field by field, whatever they are to be."""
    written = name.strip()
    fits = written.isprintable() and 1 <= len(written) <= NAME_LENGTH_MAX
    checks = (
        ("name", fits, _("Write the person's name.")),
        ("email", EMAIL.fullmatch(email.strip()), _("Write an address such as name@example.org.")),
        ("language", language in LANGUAGES, _("Choose sq, sr or en.")),
    )
    return {field: sentence for field, is_right, sentence in checks if not is_right}


def complaints(wanted: NewInvitation) -> dict[str, str]:
    """What is wrong with an invitation, field by field; nothing when it fits."""
    of_office, of_employer = wanted.role is Role.CASE_OFFICER, wanted.role is Role.EMPLOYER
    checks = (
        ("role", wanted.role not in NOBODYS_ROLES, _("Nobody signs in as this.")),
        (
            "office_id",
            of_office == (wanted.office_id is not None),
            _("A case officer, and nobody else, belongs to one office."),
        ),
        (
            "employer_id",
            of_employer == (wanted.employer_id is not None),
            _("An employer's account, and no other, belongs to one employer."),
        ),
        ("rights", of_employer == bool(wanted.rights), _("Choose what the person may do.")),
    )
    person = person_complaints(name=wanted.name, email=wanted.email, language=wanted.language)
    return person | {field: sentence for field, is_right, sentence in checks if not is_right}


def check_open(found: Invitation | None, at: datetime) -> Invitation:
    """The invitation, or LinkUsedUp when it opens nothing."""
    if found is None or found.accepted_at or found.withdrawn_at or found.expires_at < at:
        raise LinkUsedUp
    return found
