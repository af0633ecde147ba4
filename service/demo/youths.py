"""The candidates of the demo country: who they are, what they can do, and what is sealed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random

import msgspec

from service.actor import Role
from service.demo.chance import (
    day_between,
    days_after,
    ibans,
    make_id,
    moment,
    personal_numbers,
    stream,
    weighted,
)
from service.demo.model import (
    BankAccount,
    Candidate,
    DemoOptions,
    Employment,
    Place,
    Reference,
    Sensitive,
)
from service.demo.people import LANGUAGES, community_in, name_in
from service.demo.staff import opening
from service.demo.trades import JOBS
from service.ids import reference as short_reference
from service.names import fold
from service.period import add_months

EDUCATIONS = (
    ("none", 1),
    ("primary", 5),
    ("lower_secondary", 11),
    ("upper_secondary", 33),
    ("vocational", 29),
    ("bachelor", 17),
    ("master", 4),
)
LEVELS: Mapping[str, int] = {name: level for level, (name, _) in enumerate(EDUCATIONS)}
AGES = tuple(range(18, 30))
AGE_WEIGHTS = (6, 9, 11, 12, 12, 11, 10, 8, 7, 6, 5, 3)
REFERRALS = (
    ("self", 52),
    ("school", 18),
    ("social_work", 14),
    ("ngo", 9),
    ("other", 4),
    ("probation", 2),
    ("shelter", 1),
)
GENERAL_SKILLS = ("office software", "customer service", "teamwork", "sales", "social media")
REGISTERED_BEFORE = 0.36
WITH_ACCOUNT = 0.93


class Youth(msgspec.Struct, frozen=True):
    """A candidate with what hiring needs to know besides the row."""

    candidate: Candidate
    place: Place
    officer: Employment

    @property
    def level(self) -> int:
        """How far the person went to school, as a number to compare."""
        return LEVELS[self.candidate.education]


def plan_youths(reference: Reference, options: DemoOptions, staff: list[Employment]) -> list[Youth]:
    """The candidates in the order in which they registered, more of them where more people live."""
    chance = stream(options.seed, "youths")
    numbers = personal_numbers(chance)
    officers = {person.office_id: person for person in staff if person.office_id}
    places = chance.choices(
        reference.places,
        [place.municipality.population for place in reference.places],
        k=options.candidates,
    )
    moments = sorted(_registered_at(chance, options) for _ in places)
    occupations = sorted(reference.occupations & JOBS.keys())
    return [
        _plan_youth(chance, place, officers[place.office_id], at, next(numbers), occupations)
        for place, at in zip(places, moments, strict=True)
    ]


def _registered_at(chance: Random, options: DemoOptions) -> datetime:
    before = chance.random() < REGISTERED_BEFORE
    first = opening(options).date() + timedelta(days=30) if before else options.first_month
    last = options.first_month if before else options.as_of
    return moment(chance, day_between(chance, first, last - timedelta(days=1)))


def _plan_youth(
    chance: Random,
    place: Place,
    officer: Employment,
    at: datetime,
    number: str,
    occupations: list[str],
) -> Youth:
    community = community_in(chance, place.code)
    sex = chance.choice(("female", "male"))
    given, family = name_in(chance, community, sex)
    education = weighted(chance, EDUCATIONS)
    suitable = [o for o in occupations if LEVELS[JOBS[o].education] <= LEVELS[education]]
    wanted = sorted(chance.sample(suitable, min(len(suitable), chance.randint(2, 6))))
    birthday = add_months(at.date(), -12 * chance.choices(AGES, AGE_WEIGHTS)[0])
    born_on = birthday - timedelta(days=chance.randrange(1, 365))
    candidate_id = make_id(chance, at)
    candidate = Candidate(
        id=candidate_id,
        reference=short_reference("C", candidate_id),
        office_id=place.office_id,
        given_name=given,
        family_name=family,
        folded_name=fold(f"{given} {family}"),
        born_on=born_on,
        sex=sex,
        personal_number=number,
        municipality_code=place.code,
        education=education,
        occupations=wanted,
        skills=_skills(chance, wanted),
        languages=_languages(chance, community, LEVELS[education]),
        driving_licences=_licences(chance, wanted, sex),
        unemployed_since=_unemployed_since(chance, born_on, at.date()),
        travel_km=chance.choice((5, 10, 15, 20, 20, 30, 30, 40, 60)),
        registered_at=at,
        registered_by=officer.id,
        withdrawn_at=None,
        withdrawn_by=None,
    )
    return Youth(candidate, place, officer)


def _skills(chance: Random, wanted: list[str]) -> list[str]:
    known = {skill for isco in wanted for skill in JOBS[isco].skills if chance.random() < 0.7}
    if chance.random() < 0.4:
        known.add(chance.choice(GENERAL_SKILLS))
    return sorted(known)


def _languages(chance: Random, community: str, level: int) -> list[str]:
    spoken = list(LANGUAGES[community])
    if chance.random() < 0.15 + 0.11 * level:
        spoken.append("en")
    if chance.random() < 0.06:
        spoken.append("de")
    return spoken


def _licences(chance: Random, wanted: list[str], sex: str) -> list[str]:
    asked = {JOBS[isco].licence for isco in wanted} - {None}
    if "C" in asked:
        return ["B", "C"]
    return ["B"] if asked or chance.random() < (0.45 if sex == "male" else 0.3) else []


def _unemployed_since(chance: Random, born_on: date, registered_on: date) -> date:
    days = min(round(chance.expovariate(1 / 260)), 2000)
    return max(registered_on - timedelta(days=days + 1), add_months(born_on, 12 * 16))


def plan_sensitive(options: DemoOptions, youths: list[Youth]) -> list[Sensitive]:
    """What is sealed: why somebody has priority, and who sent them; most have only the latter."""
    chance = stream(options.seed, "sensitive")
    return [
        Sensitive(
            id=youth.candidate.id,
            office_id=youth.candidate.office_id,
            characteristics=_characteristics(chance, youth),
            referral_source=weighted(chance, REFERRALS),
            written_at=youth.candidate.registered_at,
            written_by=youth.officer.id,
        )
        for youth in youths
    ]


def _characteristics(chance: Random, youth: Youth) -> tuple[str, ...]:
    candidate = youth.candidate
    waited = candidate.registered_at.date() - candidate.unemployed_since
    minority = (candidate.languages[0] != "sq") != (youth.officer.language == "sr")
    holds = {
        "disability": chance.random() < 0.04,
        "minority_community": minority,
        "repatriated": chance.random() < 0.03,
        "social_assistance": chance.random() < 0.09,
        "long_term_unemployed": waited.days >= 365,
    }
    return tuple(name for name, held in holds.items() if held)


def plan_candidate_accounts(
    options: DemoOptions, youths: list[Youth], staff: list[Employment]
) -> list[BankAccount]:
    """Where support is paid to the young themselves; a few have not brought an account yet."""
    chance = stream(options.seed, "candidate accounts")
    numbers = ibans(chance)
    finance = next(person for person in staff if person.role == Role.FINANCE_OFFICER)
    accounts = []
    for youth in youths:
        if chance.random() >= WITH_ACCOUNT:
            continue
        proposed_at = youth.candidate.registered_at
        confirmed_at = days_after(chance, proposed_at, days_max=4)
        waiting = confirmed_at.date() >= options.as_of
        accounts.append(
            BankAccount(
                id=make_id(chance, proposed_at),
                employer_id=None,
                candidate_id=youth.candidate.id,
                holder_name=youth.candidate.name,
                iban=next(numbers),
                proposed_at=proposed_at,
                proposed_by=youth.officer.id,
                confirmed_at=None if waiting else confirmed_at,
                confirmed_by=None if waiting else finance.id,
                in_force=None if waiting else (confirmed_at, None),
            )
        )
    return accounts
