"""Which firms can be registered, and what is wrong with what was typed of one."""

import re
from collections.abc import Iterable

import msgspec
from msgspec import UNSET

from service.actor import Actor, Role
from service.answers import (
    iban_complaint,
    line_complaint,
    name_complaint,
    refuse_if_wrong,
    tidy,
)
from service.bank_accounts.rules import holder_complaint
from service.employers.model import (
    NACE_DIVISIONS,
    ChangeForm,
    Employer,
    Firm,
    FirmForm,
    RegistrationForm,
)
from service.i18n import N_, _
from service.ids import EmployerId
from service.problems import NotAllowed, NotFound, Problem

# The number of the business registry (NUI): nine digits; no check digit is published.
BUSINESS_NUMBER = re.compile(r"[0-9]{9}")
SECTOR = re.compile(r"(?P<division>[0-9]{2})(\.[0-9]{1,2})?")
HEADCOUNT_MAX = 100_000
LEGAL_NAME_LENGTH_MAX = 200

SEES_ALL = frozenset(
    {Role.CASE_OFFICER, Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR}
)


class BusinessNumberTaken(Problem):
    """The firm is registered already."""

    slug = "business-number-taken"
    title = N_("A firm with this business number is registered already. Search for it by name.")
    status = 409


def check_registration(form: RegistrationForm, municipalities: Iterable[str]) -> None:
    """InvalidFields with a sentence for each wrong field."""
    iban, holder = (form.iban or "").strip(), (form.account_holder or "").strip()
    alone = _("Write the IBAN too, or leave the holder's name empty.") if holder else None
    refuse_if_wrong(
        {
            "business_number": _business_number_complaint(form.business_number),
            **_firm_complaints(form, municipalities),
            "iban": iban_complaint(iban) if iban else alone,
            "account_holder": holder_complaint(holder or form.legal_name, person=None)
            if iban
            else None,
        }
    )


def changed(employer: Employer, form: ChangeForm, municipalities: Iterable[str]) -> Firm:
    """The firm after a change; InvalidFields with a sentence for each wrong field."""
    facts = {field: getattr(employer, field) for field in Firm.__struct_fields__}
    named = {
        field: value for field, value in msgspec.structs.asdict(form).items() if value is not UNSET
    }
    after = FirmForm(**{**facts, **named})
    refuse_if_wrong(_firm_complaints(after, municipalities))
    return read_firm(after)


def read_firm(form: FirmForm) -> Firm:
    """The facts of a firm out of a form that has nothing wrong."""
    return Firm(
        legal_name=tidy(form.legal_name),
        sector_nace=form.sector_nace.strip(),
        headcount=form.headcount or 0,
        representative_name=tidy(form.representative_name),
        municipality_code=form.municipality_code,
    )


def read_business_number(text: str) -> str:
    """A business number without the spaces people type in it."""
    return text.replace(" ", "")


def check_may_see(employer_id: EmployerId, by: Actor) -> None:
    """NotFound for an employer who asks for another firm, NotAllowed for administrators."""
    if by.role is Role.EMPLOYER and by.employer_id != employer_id:
        raise NotFound
    if by.role not in SEES_ALL | {Role.EMPLOYER}:
        raise NotAllowed


def _firm_complaints(form: FirmForm, municipalities: Iterable[str]) -> dict[str, str | None]:
    known = form.municipality_code in set(municipalities)
    return {
        "legal_name": line_complaint(form.legal_name, longest=LEGAL_NAME_LENGTH_MAX),
        "sector_nace": _sector_complaint(form.sector_nace),
        "headcount": _headcount_complaint(form.headcount),
        "representative_name": name_complaint(form.representative_name),
        "municipality_code": None if known else _("There is no such municipality. Choose one."),
    }


def _business_number_complaint(text: str) -> str | None:
    if BUSINESS_NUMBER.fullmatch(read_business_number(text)):
        return None
    return _("A business number has exactly 9 digits. Copy it from the registration certificate.")


def _sector_complaint(text: str) -> str | None:
    written = SECTOR.fullmatch(text.strip())
    if written is None or written["division"] not in NACE_DIVISIONS:
        return _("There is no such sector. Write a NACE code such as 43 or 43.21.")
    return None


def _headcount_complaint(headcount: int | None) -> str | None:
    if headcount is None or not 0 <= headcount <= HEADCOUNT_MAX:
        return _("Write how many people work there, a whole number from 0 to {most}.").format(
            most=HEADCOUNT_MAX
        )
    return None
