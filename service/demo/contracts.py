"""The text of an agreement of the demo country, written as the agreements feature writes it."""

from service.agreements.model import AgreedMatch
from service.agreements.terms import write_terms
from service.demo.model import Match
from service.demo.vacancies import TRAINING_PLAN, Vacancy
from service.demo.youths import Youth
from service.ids import CandidateId, EmployerId, MatchId, OfficeId, PlacementId
from service.money import Cents
from service.period import Period


def write_contract(
    reference: str,
    match: Match,
    youth: Youth,
    vacancy: Vacancy,
    *,
    period: Period,
    employment: Period,
    gross_wage_cents: int,
) -> str:
    """What the three parties sign: the days as planned, whatever became of them later."""
    candidate, employer = youth.candidate, vacancy.firm.employer
    agreed = AgreedMatch(
        match_id=MatchId(match.id),
        state=match.state,
        placement_id=PlacementId(vacancy.id),
        candidate_id=CandidateId(candidate.id),
        employer_id=EmployerId(employer.id),
        office_id=OfficeId(candidate.office_id),
        scheme_id=vacancy.scheme.scheme_id,
        candidate_name=candidate.name,
        candidate_reference=candidate.reference,
        candidate_languages=candidate.languages,
        born_on=candidate.born_on,
        employer_name=employer.legal_name,
        business_number=employer.business_number,
        representative_name=employer.representative_name,
        office_name_sq=youth.place.office.name_sq,
        office_name_sr=youth.place.office.name_sr,
        placement_reference=vacancy.reference,
        placement_period=vacancy.window,
        title=vacancy.job.title,
        tasks=vacancy.tasks,
        mentor_name=vacancy.mentor_name,
        training_plan=TRAINING_PLAN,
        municipality_name_sq=vacancy.place.municipality.name_sq,
        municipality_name_sr=vacancy.place.municipality.name_sr,
        weekly_hours=vacancy.weekly_hours,
        gross_wage_cents=Cents(gross_wage_cents),
    )
    return write_terms(reference, agreed, vacancy.scheme, period=period, employment=employment)
