"""Who is hired in the demo country, and when: matches, agreements, signatures and commitments."""

from datetime import date, datetime, timedelta
from random import Random

import msgspec

from service.agreements.rules import commitment
from service.agreements.terms import fingerprint
from service.demo.chance import day_between, make_id, moment, stream, weighted, working_day
from service.demo.contracts import write_contract
from service.demo.model import (
    Agreement,
    AgreementDates,
    Commitment,
    Country,
    DemoOptions,
    Match,
    Signature,
)
from service.demo.vacancies import Market, Vacancy, score_of
from service.demo.youths import Youth
from service.ids import reference as short_reference
from service.period import Period, add_months

HIRED = 0.56
HIRED_MORE: dict[str, float] = {
    "vocational": 0.07,
    "bachelor": 0.07,
    "none": -0.12,
    "primary": -0.1,
}
HIRED_WOMEN = -0.05
DAYS_TO_START = (16, 110)
AHEAD = timedelta(days=25)
BACKLOG_MONTHS = 11  # who waited before the first month is placed little by little
CANCELLED = 0.015
ENDS_EARLY = 0.12
CAUSES = (
    ("candidate_left", 45),
    ("mutual", 20),
    ("employer_dismissed", 18),
    ("misconduct", 10),
    ("employer_closed", 7),
)
STEPS = (
    "proposed",
    "introduced",
    "candidate_accepted",
    "employer_accepted",
    "drafted",
    "candidate",
    "employer",
    "office",
)
STEP_SHARES = (0.0, 0.14, 0.28, 0.4, 0.54, 0.68, 0.8, 0.9)
CONTRACT_MONTHS = (("6", 18), ("12", 82))


class Hire(msgspec.Struct, frozen=True):
    """A young person in a seat: the agreement and everything around it that later parts need.

    Who `stays` works on under the contract when the subsidised months are over.
    """

    youth: Youth
    vacancy: Vacancy
    agreement: Agreement
    stays: bool = False


def plan_hires(
    options: DemoOptions, market: Market, youths: list[Youth], country: Country
) -> list[Hire]:
    """Fills seats in the order in which people would start; adds the rows to the country."""
    chance = stream(options.seed, "hiring")
    starts = [(start, youth) for youth in youths if (start := _start(chance, youth, options))]
    starts.sort(key=lambda pair: (pair[0], pair[1].candidate.id))
    hires = []
    for start, youth in starts:
        days = _days_before(chance, youth, start)
        if not _old_enough(youth, start, market) or days[-1] >= options.as_of:
            continue
        vacancy = market.find(youth, start, days[0])
        if vacancy is not None:
            hires.append(_hire(chance, youth, vacancy, start, days, market, country))
    return hires


def _start(chance: Random, youth: Youth, options: DemoOptions) -> date | None:
    candidate = youth.candidate
    likely = HIRED + HIRED_MORE.get(candidate.education, 0.0)
    likely += HIRED_WOMEN if candidate.sex == "female" else 0.0
    if chance.random() >= likely:
        return None
    day = candidate.registered_at.date() + timedelta(days=chance.randint(*DAYS_TO_START))
    if day < options.first_month:
        day = day_between(
            chance, options.first_month, add_months(options.first_month, BACKLOG_MONTHS)
        )
    if chance.random() < 0.6:
        day = add_months(day.replace(day=1), 1)
    day = working_day(day)
    return day if day < options.as_of + AHEAD else None


def _days_before(chance: Random, youth: Youth, start: date) -> list[date]:
    """The days of the steps from the proposal to the office's signature, all before the start."""
    known_for = (start - youth.candidate.registered_at.date()).days
    span = min(known_for - 1, chance.randint(15, 32))
    return [start - timedelta(days=span - int(span * share)) for share in STEP_SHARES]


def _old_enough(youth: Youth, start: date, market: Market) -> bool:
    terms = market.reference.schemes[0]
    born_on = youth.candidate.born_on
    return (
        add_months(born_on, 12 * terms.age_min)
        <= start
        < add_months(born_on, 12 * (terms.age_max + 1))
    )


def _hire(
    chance: Random,
    youth: Youth,
    vacancy: Vacancy,
    start: date,
    days: list[date],
    market: Market,
    country: Country,
) -> Hire:
    at = dict(zip(STEPS, (moment(chance, day) for day in days), strict=True))
    match = _agreed_match(chance, youth, vacancy, at)
    drafted = _drafted(chance, youth, vacancy, match, start, at, market)
    agreement = _decided(chance, drafted, at, market.options.as_of)
    country.matches.append(match)
    country.dates += _dates(drafted, agreement)
    country.agreements.append(agreement)
    vacancy.taken_on.append(start)
    if agreement.state != "cancelled":
        signed = _signatures(youth, vacancy, agreement, at)
        country.signatures += signed[: 2 if agreement.state == "drafted" else 3]
    if agreement.state not in {"cancelled", "drafted"}:
        country.commitments.append(
            Commitment(
                id=make_id(chance, at["office"]),
                agreement_id=agreement.id,
                scheme_id=vacancy.scheme.scheme_id,
                amount_cents=commitment(vacancy.scheme),
                effective_on=at["office"].date(),
                recorded_at=at["office"],
            )
        )
    return Hire(youth, vacancy, agreement)


def _agreed_match(chance: Random, youth: Youth, vacancy: Vacancy, at: dict[str, datetime]) -> Match:
    officer, employer = youth.officer.id, vacancy.firm.account.id
    scored = score_of(youth, vacancy, at["proposed"].date())
    return Match(
        id=make_id(chance, at["proposed"]),
        placement_id=vacancy.id,
        candidate_id=youth.candidate.id,
        office_id=youth.candidate.office_id,
        employer_id=vacancy.firm.employer.id,
        state="agreed",
        score=scored.points,
        reasons=scored.reasons,
        proposed_at=at["proposed"],
        proposed_by=officer,
        introduced_at=at["introduced"],
        introduced_by=officer,
        candidate_accepted_at=at["candidate_accepted"],
        candidate_accepted_by=officer,
        employer_accepted_at=at["employer_accepted"],
        employer_accepted_by=employer,
    )


def _drafted(
    chance: Random,
    youth: Youth,
    vacancy: Vacancy,
    match: Match,
    start: date,
    at: dict[str, datetime],
    market: Market,
) -> Agreement:
    planned_end = add_months(start, vacancy.scheme.months)
    contract = add_months(start, int(weighted(chance, CONTRACT_MONTHS)))
    period, employment = Period(start, planned_end), Period(start, contract)
    least = -(-market.reference.minimum_cents(start) * vacancy.weekly_hours // 40)
    wage = max(vacancy.gross_wage_cents, least)
    agreement_id = make_id(chance, at["drafted"])
    reference = short_reference("A", agreement_id)
    terms = write_contract(
        reference,
        match,
        youth,
        vacancy,
        period=period,
        employment=employment,
        gross_wage_cents=wage,
    )
    return Agreement(
        id=agreement_id,
        reference=reference,
        match_id=match.id,
        placement_id=vacancy.id,
        candidate_id=youth.candidate.id,
        employer_id=vacancy.firm.employer.id,
        office_id=youth.candidate.office_id,
        scheme_version_id=vacancy.scheme.id,
        starts_on=start,
        period=period,
        employment=employment,
        gross_wage_cents=wage,
        weekly_hours=vacancy.weekly_hours,
        terms=terms,
        terms_sha256=fingerprint(terms),
        state="drafted",
        drafted_at=at["drafted"],
        drafted_by=youth.officer.id,
    )


def _decided(chance: Random, drafted: Agreement, at: dict[str, datetime], as_of: date) -> Agreement:
    """Whether it was signed, and how it went on then."""
    start, officer = drafted.period.start, drafted.drafted_by
    if chance.random() < CANCELLED:
        return _ended(drafted, "cancelled", "cancelled_before_start", at["candidate"], officer)
    if start >= as_of:
        signed = chance.random() < 0.7
        return msgspec.structs.replace(drafted, state="signed" if signed else "drafted")
    started_on = min(start + timedelta(days=chance.choice((0, 0, 0, 1, 2, 5))), as_of)
    started = msgspec.structs.replace(
        drafted, state="active", started_at=moment(chance, started_on), started_by=officer
    )
    return _carried_on(chance, started, as_of)


def _carried_on(chance: Random, active: Agreement, as_of: date) -> Agreement:
    """How it went on: to its end, to an early one, or on to this day."""
    assert active.started_by
    start, planned_end = active.period.start, active.period.end
    if chance.random() < ENDS_EARLY:
        last_day = working_day(
            day_between(chance, start + timedelta(days=8), planned_end - timedelta(days=8))
        )
        if last_day < as_of - timedelta(days=1):
            period = Period(start, last_day + timedelta(days=1))
            told_on = min(
                last_day + timedelta(days=chance.randint(0, 4)), as_of - timedelta(days=1)
            )
            cut = msgspec.structs.replace(active, period=period, employment=period)
            cause = weighted(chance, CAUSES)
            return _ended(cut, "ended_early", cause, moment(chance, told_on), active.started_by)
    if planned_end <= as_of:
        ended_at = moment(chance, planned_end)
        return _ended(active, "completed", "completed", ended_at, active.started_by)
    return active


def _dates(drafted: Agreement, agreement: Agreement) -> list[AgreementDates]:
    """The days as they were agreed, and as they were known after an early end."""
    agreed = AgreementDates(
        drafted.id, 1, drafted.period, drafted.employment, drafted.drafted_at, drafted.drafted_by
    )
    if agreement.period == drafted.period:
        return [agreed]
    assert agreement.ended_at
    cut = msgspec.structs.replace(
        agreed,
        version=2,
        period=agreement.period,
        employment=agreement.employment,
        recorded_at=agreement.ended_at,
    )
    return [msgspec.structs.replace(agreed, superseded_at=agreement.ended_at), cut]


def _ended(agreement: Agreement, state: str, cause: str, at: datetime, by: object) -> Agreement:
    return msgspec.structs.replace(
        agreement, state=state, ended_at=at, ended_by=by, end_cause=cause
    )


def _signatures(
    youth: Youth, vacancy: Vacancy, agreement: Agreement, at: dict[str, datetime]
) -> list[Signature]:
    officer, representative = youth.officer, vacancy.firm.account
    parties = (
        ("candidate", youth.candidate.name, officer),
        ("employer", representative.name, representative),
        ("office", officer.name, officer),
    )
    return [
        Signature(agreement.id, party, name, at[party], account.id, agreement.terms_sha256)
        for party, name, account in parties
    ]
