"""The placements of the demo country: who offers which job, for what wage, and how seats fill."""

import math
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

import msgspec

from service.agreements.model import SchemeTerms
from service.demo.chance import day_between, make_id, moment, weighted
from service.demo.firms import Firms
from service.demo.model import (
    DemoOptions,
    Employer,
    Employment,
    Place,
    Placement,
    Reference,
)
from service.demo.people import community_in, name_in
from service.demo.trades import Job, trade_of
from service.demo.youths import LEVELS, Youth
from service.ids import CandidateId, PlacementId
from service.ids import reference as short_reference
from service.matching.model import Facts, Score
from service.matching.rules import score
from service.period import Period, add_months

KM_PER_DEGREE = 111.2
HOURS = (("40", 88), ("30", 5), ("20", 7))
SEATS = (("1", 62), ("2", 25), ("3", 13))
SCHEMES = {"WS-70": 70, "SP-FLAT": 30}
WINDOW_MONTHS = 12
LATEST_START = timedelta(days=100)
SUBSIDISED_SHARE = 0.6
POSTED_FIRST = 0.7
FIRMS_ASKED = 80
TRAINING_PLAN = (
    "Muaji 1: njoftimi me punën dhe sigurinë. Muajt 2-3: punë me mentor. Muajt 4-6: punë e pavarur."
)


class Firm(msgspec.Struct):
    """An employer on the market, and how many subsidised seats it offers in all."""

    employer: Employer
    account: Employment
    seats_left: int

    @property
    def language(self) -> str:
        """What is spoken at work there."""
        return self.account.language


class Vacancy(msgspec.Struct, kw_only=True):
    """A placement while its seats fill."""

    id: UUID
    firm: Firm
    place: Place
    decider: Employment
    job: Job
    scheme: SchemeTerms
    weekly_hours: int
    gross_wage_cents: int
    seats: int
    mentor_name: str
    window: Period
    submitted_at: datetime
    decided_at: datetime
    taken_on: list[date] = msgspec.field(default_factory=list)

    @property
    def reference(self) -> str:
        """The placement's short name."""
        return short_reference("P", self.id)

    @property
    def tasks(self) -> str:
        """What is done all day."""
        return f"Punët e përditshme të profesionit: {self.job.title.lower()}."

    def is_open(self, start: date) -> bool:
        """Whether a seat of it can still be taken on a day."""
        return len(self.taken_on) < self.seats and start < self.window.start + LATEST_START

    def suits(self, youth: Youth, start: date, proposed_on: date) -> bool:
        """Whether the person can take a seat of it on a day."""
        return (
            self.is_open(start)
            and self.decided_at.date() < proposed_on
            and self.window.start <= start
            and self.firm.language in youth.candidate.languages
            and fits(youth, self.job)
        )


def fits(youth: Youth, job: Job) -> bool:
    """Whether the person looks for such work and has what it asks for: schooling and a licence."""
    candidate = youth.candidate
    return (
        any(wanted[:3] == job.isco[:3] for wanted in candidate.occupations)
        and youth.level >= LEVELS[job.education]
        and (job.licence is None or job.licence in candidate.driving_licences)
    )


def score_of(youth: Youth, vacancy: Vacancy, on: date) -> Score:
    """The score that matching gives the pair on a day."""
    candidate = youth.candidate
    facts = Facts(
        placement_id=PlacementId(vacancy.id),
        candidate_id=CandidateId(candidate.id),
        occupation_code=vacancy.job.isco,
        occupations=candidate.occupations,
        skills_wished=list(vacancy.job.skills),
        skills_held=candidate.skills,
        languages_asked=[vacancy.firm.language],
        languages_spoken=candidate.languages,
        distance_km=round(kilometres(vacancy.place, youth.place)),
        unemployed_since=candidate.unemployed_since,
    )
    return score(facts, on)


class Market:
    """Firms by municipality, and the placements they have posted so far."""

    def __init__(
        self,
        reference: Reference,
        options: DemoOptions,
        chance: Random,
        firms: Firms,
        officers: Mapping[UUID, Employment],
    ) -> None:
        self.reference, self.options, self.chance = reference, options, chance
        self.officers = officers
        self.places = {place.code: place for place in reference.places}
        self.vacancies: list[Vacancy] = []
        self._open: dict[str, list[Vacancy]] = defaultdict(list)
        self._near: dict[str, list[tuple[float, str]]] = {}
        self._firms: dict[str, list[Firm]] = defaultdict(list)
        for employer, account in zip(firms.employers, firms.accounts, strict=True):
            seats = 1 + round(employer.headcount * SUBSIDISED_SHARE)
            self._firms[employer.municipality_code].append(Firm(employer, account, seats))

    def within_reach(self, youth: Youth) -> list[Place]:
        """The municipalities the person can travel to, the nearest first; their own always."""
        home, reach = youth.place.code, youth.candidate.travel_km
        if home not in self._near:
            distances = (
                (kilometres(youth.place, place), place.code) for place in self.places.values()
            )
            self._near[home] = sorted(distances)
        return [self.places[code] for km, code in self._near[home] if km <= reach or code == home]

    def find(self, youth: Youth, start: date, proposed_on: date) -> Vacancy | None:
        """A free seat for the person: one that is posted, or one that a firm posts for them."""
        reach = self.within_reach(youth)
        posted = self._posted(youth, reach, start, proposed_on)
        if posted and self.chance.random() < POSTED_FIRST:
            return posted
        firm = self._firm_for(youth, reach, proposed_on)
        if firm is None:
            return posted
        jobs = [job for job in self._jobs(firm) if fits(youth, job)]
        wanted = [job for job in jobs if job.isco in youth.candidate.occupations]
        return self.post(firm, self.chance.choice(wanted or jobs), start, proposed_on)

    def _posted(
        self, youth: Youth, reach: list[Place], start: date, proposed_on: date
    ) -> Vacancy | None:
        """The nearest fitting seat; people come by the day they start, so what is over goes."""
        for place in reach:
            still = [one for one in self._open[place.code] if one.is_open(start)]
            self._open[place.code] = still
            for vacancy in still:
                if vacancy.suits(youth, start, proposed_on):
                    return vacancy
        return None

    def _firm_for(self, youth: Youth, reach: list[Place], proposed_on: date) -> Firm | None:
        """A firm that would take the person, larger ones likelier; asks so many and no more."""
        near = [firm for place in reach for firm in self._firms[place.code] if firm.seats_left > 0]
        asked = self.chance.sample(near, min(FIRMS_ASKED, len(near)))
        willing = [
            firm
            for firm in asked
            if firm.language in youth.candidate.languages
            and firm.employer.registered_at.date() < proposed_on - timedelta(days=12)
            and any(fits(youth, job) for job in self._jobs(firm))
        ]
        if not willing:
            return None
        sizes = [math.sqrt(firm.employer.headcount) for firm in willing]
        return self.chance.choices(willing, sizes)[0]

    def post(self, firm: Firm, job: Job, start: date, proposed_on: date) -> Vacancy:
        """A placement that was approved some days before the first proposal for it."""
        chance = self.chance
        decided_on = proposed_on - timedelta(days=chance.randint(1, 6))
        submitted_on = max(
            firm.employer.registered_at.date() + timedelta(days=1),
            decided_on - timedelta(days=chance.randint(1, 5)),
        )
        submitted_at = moment(chance, submitted_on)
        decided_at = moment(chance, max(decided_on, submitted_on + timedelta(days=1)))
        place = self.places[firm.employer.municipality_code]
        community = community_in(chance, place.code)
        window = start.replace(day=1)
        hours = int(weighted(chance, HOURS))
        pay = self.reference.minimum_cents(window) * chance.randint(*job.pay) * hours
        vacancy = Vacancy(
            id=make_id(chance, submitted_at),
            firm=firm,
            place=place,
            decider=self.officers[place.office_id],
            job=job,
            scheme=chance.choices(
                self.reference.schemes, [SCHEMES[one.code] for one in self.reference.schemes]
            )[0],
            weekly_hours=hours,
            gross_wage_cents=-(-pay // (100 * 40 * 500)) * 500,
            seats=min(int(weighted(chance, SEATS)), firm.seats_left),
            mentor_name=" ".join(name_in(chance, community, chance.choice(("female", "male")))),
            window=Period(window, add_months(window, WINDOW_MONTHS)),
            submitted_at=submitted_at,
            decided_at=decided_at,
        )
        firm.seats_left -= vacancy.seats
        self.vacancies.append(vacancy)
        self._open[place.code].append(vacancy)
        return vacancy

    def post_more(self, count: int) -> list[Vacancy]:
        """Placements of the last weeks whose seats nobody has taken yet."""
        first = self.options.as_of - timedelta(days=40)
        posted = []
        free = [
            firm
            for firms in self._firms.values()
            for firm in firms
            if firm.seats_left > 0 and firm.employer.registered_at.date() < first
        ]
        for firm in self.chance.sample(free, min(count, len(free))):
            day = day_between(self.chance, first + timedelta(days=12), self.options.as_of)
            job = self.chance.choice(self._jobs(firm))
            posted.append(self.post(firm, job, add_months(day.replace(day=1), 1), day))
        return posted

    def _jobs(self, firm: Firm) -> list[Job]:
        jobs = trade_of(firm.employer.sector_nace).jobs
        return [job for job in jobs if job.isco in self.reference.occupations]


def kilometres(one: Place, other: Place) -> float:
    """The distance of two municipalities' centres, as the crow flies, in kilometres."""
    north = one.municipality.latitude - other.municipality.latitude
    middle = math.radians((one.municipality.latitude + other.municipality.latitude) / 2)
    east = (one.municipality.longitude - other.municipality.longitude) * math.cos(middle)
    return KM_PER_DEGREE * math.hypot(north, east)


def placement_row(vacancy: Vacancy, chance: Random, as_of: date) -> Placement:
    """The placement as it stands at the end: closed when it is full or its time is over."""
    closed_on = vacancy.window.end if vacancy.window.end <= as_of else None
    if len(vacancy.taken_on) == vacancy.seats and max(vacancy.taken_on) < as_of:
        closed_on = max(vacancy.taken_on)
    closed_at = moment(chance, closed_on) if closed_on else None
    account = vacancy.firm.account
    education = vacancy.job.education
    return Placement(
        id=vacancy.id,
        reference=vacancy.reference,
        employer_id=vacancy.firm.employer.id,
        scheme_id=vacancy.scheme.scheme_id,
        title=vacancy.job.title,
        occupation_code=vacancy.job.isco,
        tasks=vacancy.tasks,
        mentor_name=vacancy.mentor_name,
        training_plan=TRAINING_PLAN,
        weekly_hours=vacancy.weekly_hours,
        gross_wage_cents=vacancy.gross_wage_cents,
        municipality_code=vacancy.place.code,
        seats=vacancy.seats,
        period=vacancy.window,
        education_min="none" if education == "primary" else education,
        languages=[vacancy.firm.language],
        driving_licences=[vacancy.job.licence] if vacancy.job.licence else [],
        skills=list(vacancy.job.skills),
        skills_demanded=[],
        state="closed" if closed_at else "approved",
        submitted_at=vacancy.submitted_at,
        submitted_by=account.id,
        decided_at=vacancy.decided_at,
        decided_by=vacancy.decider.id,
        closed_at=closed_at,
        closed_by=account.id if closed_at else None,
    )
