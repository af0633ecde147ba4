"""Young people at work for a wage that a test names."""

from datetime import date
from typing import Any

import msgspec

from service.accounts.model import Account
from service.agreements.model import Shown as Agreement
from service.employers.model import Employer
from service.ids import AgreementId, CandidateId, EmployerId, new_id
from tests.given import Given

FULL_TIME_HOURS = 40
MINIMUM_WAGE_CENTS = 500_00  # from 1 July 2026


class Hired(msgspec.Struct, frozen=True):
    """An agreement and the people in it."""

    agreement: Agreement
    officer: Account
    representative: Account

    @property
    def agreement_id(self) -> AgreementId:
        """The agreement."""
        return self.agreement.id

    @property
    def employer_id(self) -> EmployerId:
        """The firm."""
        return self.agreement.employer_id

    @property
    def candidate_id(self) -> CandidateId:
        """The young person."""
        return self.agreement.candidate_id

    @property
    def firm_name(self) -> str:
        """The firm's name."""
        return self.agreement.employer_name

    @property
    def person_name(self) -> str:
        """The young person's name."""
        return self.agreement.candidate_name


async def hire(
    given: Given, officer: Account, *, scheme: str, starts_on: date, wage_cents: int
) -> Hired:
    """Somebody who works since a day for a wage; part time if that is less than the minimum."""
    representative = await given.representative(await _firm(given, officer))
    terms = _terms(representative, scheme=scheme, starts_on=starts_on, wage_cents=wage_cents)
    agreement = await given.active_agreement(officer, **terms)
    return Hired(agreement, officer, representative)


async def draft(
    given: Given, officer: Account, *, scheme: str, starts_on: date, wage_cents: int
) -> Hired:
    """The same, when nobody has signed yet."""
    representative = await given.representative(await _firm(given, officer))
    terms = _terms(representative, scheme=scheme, starts_on=starts_on, wage_cents=wage_cents)
    agreement = await given.drafted_agreement(officer, **terms)
    return Hired(agreement, officer, representative)


async def _firm(given: Given, officer: Account) -> Employer:
    return await given.employer(officer, legal_name=f"Firma {new_id().hex[-12:]}")


def _terms(
    representative: Account, *, scheme: str, starts_on: date, wage_cents: int
) -> dict[str, Any]:
    return {
        "representative": representative,
        "starts_on": starts_on,
        "scheme_code": scheme,
        "gross_wage_cents": wage_cents,
        "weekly_hours": min(FULL_TIME_HOURS, wage_cents * FULL_TIME_HOURS // MINIMUM_WAGE_CENTS),
    }
