"""Who says what an employer's people may do."""

from collections.abc import Collection, Iterable

from service.accounts.rules import FirmLeftEmpty
from service.actor import Actor, Right, Role
from service.i18n import N_, _
from service.ids import AccountId, EmployerId
from service.people.model import Person
from service.problems import InvalidFields, NotAllowed, NotFound
from service.rights import refuse_without

WORDS = {
    Right.CHIEF: N_("Everything"),
    Right.REPORTER: N_("Reports attendance and wages"),
    Right.SIGNATORY: N_("Signs agreements"),
    Right.ACCOUNTANT: N_("Sees payments and proposes bank accounts"),
}


def refuse_unless_over(employer_id: EmployerId, by: Actor, *, is_of_office: bool) -> None:
    """Only a chief of the firm, a case officer of its office, or an administrator.

    NotFound for another firm's or another office's, RightNeeded for a firm's other people.
    """
    if by.role is Role.EMPLOYER:
        if by.employer_id != employer_id:
            raise NotFound
        refuse_without(Right.CHIEF, by)
    elif by.role is Role.CASE_OFFICER:
        if not is_of_office:
            raise NotFound
    elif by.role is not Role.ADMINISTRATOR:
        raise NotAllowed


def check_rights(rights: Iterable[str]) -> frozenset[Right]:
    """The rights that were ticked; InvalidFields for none and for what is none."""
    given = set(rights)
    chosen = frozenset(right for right in Right if right in given)
    if not chosen or len(chosen) < len(given):
        raise InvalidFields({"rights": _("Choose what the person may do.")})
    return chosen


def refuse_without_chief(
    people: Collection[Person], account_id: AccountId, wanted: frozenset[Right]
) -> None:
    """FirmLeftEmpty when nobody would be left who may do everything."""
    others = [one for one in people if one.account_id != account_id and one.is_working]
    if Right.CHIEF not in wanted and not any(Right.CHIEF in one.rights for one in others):
        raise FirmLeftEmpty


def find_person(people: Collection[Person], account_id: AccountId) -> Person:
    """One of the firm's working people; NotFound for anybody else."""
    for one in people:
        if one.account_id == account_id and one.is_working:
            return one
    raise NotFound
