"""What case officers of the demo country keep besides: contacts, consents, decisions and visits."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import msgspec

from service.contacts.model import Purpose
from service.demo.chance import make_id, moment, stream, weighted, working_day
from service.demo.hiring import Hire
from service.demo.model import (
    Consent,
    Contact,
    Country,
    DemoOptions,
    Eligibility,
    ElsewhereLook,
    Handover,
    Reference,
    SealedReading,
    Visit,
)
from service.demo.youths import Youth
from service.eligibility import rules
from service.eligibility.model import Facts, Rule, Scheme
from service.ids import reference as short_reference
from service.names import fold

WITH_EMAIL = 0.8
ASKED_LATELY = timedelta(days=120)
DECIDED_LATELY = timedelta(days=220)
SAYS_YES = {Purpose.MESSAGES: 0.85, Purpose.FOLLOW_UP: 0.92, Purpose.PRIORITY: 0.95}
VISITED = 0.7
PLANNED_MOST = 40
FINDINGS = (
    ("present", 92),
    ("absent_with_reason", 4),
    ("not_present", 2),
    ("other_work", 1),
    ("place_closed", 1),
)
NOTES = {
    "present": "",
    "absent_with_reason": "Në pushim mjekësor; dokumenti u pa në vend.",
    "not_present": "Mentori tha se kandidati nuk ka ardhur që dy javë.",
    "other_work": "Punonte në depo, jo në punën e marrëveshjes.",
    "place_closed": "Lokali ishte i mbyllur; fqinjët nuk dinin asgjë.",
}
SEALED_OPENED, TOLD_ELSEWHERE = 0.12, 0.06
PURPOSES = (
    ("Për të planifikuar bisedën e parë.", 60),
    ("Para propozimit për një vend pune me përparësi.", 30),
    ("Ankesë e kandidatit; verifikim i të dhënave.", 10),
)
SOUGHT = (("registration", 50), ("name", 30), ("personal_number", 15), ("reference", 5))
FOUND = (("1", 80), ("2", 15), ("3", 5))
# As sql/countries/kosovo_casework.sql has it.
RULE = Rule(months_without_work=3, holds_for_months=6, source="")


def plan_casework(
    reference: Reference,
    options: DemoOptions,
    youths: list[Youth],
    hires: list[Hire],
    country: Country,
) -> None:
    """Adds the rows to the country."""
    chance = stream(options.seed, "casework")
    hired = {hire.youth.candidate.id for hire in hires}
    idle = [youth for youth in youths if youth.candidate.id not in hired]
    country.contacts = [_contact(chance, youth) for youth in youths]
    country.consents = [
        consent
        for youth in _registered_since(youths, options.as_of - ASKED_LATELY)
        for consent in _consents(chance, youth)
    ]
    scheme = _scheme(reference)
    country.eligibility = [
        _decision(chance, youth, scheme)
        for youth in _registered_since(idle, options.as_of - DECIDED_LATELY)
    ]
    country.visits = _visits(chance, options, hires)
    country.handovers = _handovers(chance, reference, options, idle)
    lately = _registered_since(youths, options.as_of - ASKED_LATELY)
    country.readings = _readings(chance, options, lately)
    country.looks = _looks(chance, options, lately)


def _registered_since(youths: list[Youth], day: date) -> list[Youth]:
    return [one for one in youths if one.candidate.registered_at.date() >= day]


def _contact(chance: Random, youth: Youth) -> Contact:
    candidate = youth.candidate
    mailbox = fold(candidate.name).replace(" ", ".").replace("'", "")
    has_email = chance.random() < WITH_EMAIL
    return Contact(
        id=candidate.id,
        language="sr" if candidate.languages[0] == "sr" else "sq",
        phone=f"+38344{chance.randrange(100_000, 1_000_000)}",
        email=f"{mailbox}.{chance.randrange(10, 1000)}@example.org" if has_email else "",
        written_at=candidate.registered_at,
        written_by=youth.officer.id,
    )


def _consents(chance: Random, youth: Youth) -> list[Consent]:
    at = youth.candidate.registered_at
    return [
        Consent(
            id=make_id(chance, at),
            candidate_id=youth.candidate.id,
            purpose=purpose,
            is_given=chance.random() < SAYS_YES.get(purpose, 1),
            recorded_at=at,
            recorded_by=youth.officer.id,
        )
        for purpose in Purpose
    ]


def _scheme(reference: Reference) -> Scheme:
    terms = reference.schemes[0]
    return Scheme(
        version_id=terms.id,
        code=terms.code,
        name_sq=terms.code,
        name_sr=terms.code,
        name_en=terms.code,
        age_min=terms.age_min,
        age_max=terms.age_max,
    )


def _decision(chance: Random, youth: Youth, scheme: Scheme) -> Eligibility:
    candidate = youth.candidate
    facts = Facts(born_on=candidate.born_on, unemployed_since=candidate.unemployed_since)
    found = rules.assess(facts, scheme, RULE, on=candidate.registered_at.date())
    return Eligibility(
        id=make_id(chance, candidate.registered_at),
        candidate_id=candidate.id,
        scheme_version_id=scheme.version_id,
        decided_at=candidate.registered_at,
        decided_by=youth.officer.id,
        is_eligible=found.is_eligible,
        reasons=msgspec.to_builtins(found.obstacles),
        expires_on=found.expires_on,
    )


def _visits(chance: Random, options: DemoOptions, hires: list[Hire]) -> list[Visit]:
    """One in the first month of most who work now, and a few that are planned."""
    running = [hire for hire in hires if hire.agreement.state == "active"]
    visits = [
        _visit(chance, hire, day)
        for hire in running
        if chance.random() < VISITED
        and (day := working_day(hire.agreement.starts_on + timedelta(days=chance.randrange(2, 26))))
        < options.as_of
    ]
    visited = {visit.agreement_id for visit in visits}
    waiting = [hire for hire in running if hire.agreement.id not in visited][:PLANNED_MOST]
    return visits + [
        _visit(chance, hire, None, planned_on=working_day(options.as_of + timedelta(days=days)))
        for days, hire in enumerate(waiting[::3], start=-2)
        if hire.agreement.starts_on < options.as_of - timedelta(days=7)
    ]


def _visit(
    chance: Random, hire: Hire, visited_on: date | None, *, planned_on: date | None = None
) -> Visit:
    day = visited_on or planned_on
    assert day is not None
    planned_at = moment(chance, max(hire.agreement.starts_on, day - timedelta(days=7)))
    visit_id = make_id(chance, planned_at)
    finding = weighted(chance, FINDINGS) if visited_on else None
    done_at = datetime.combine(visited_on, time(15), UTC) if visited_on else None
    return Visit(
        id=visit_id,
        reference=short_reference("V", visit_id),
        agreement_id=hire.agreement.id,
        state="done" if visited_on else "planned",
        is_announced=chance.random() < 0.85,
        planned_on=day,
        planned_at=planned_at,
        planned_by=hire.youth.officer.id,
        visited_on=visited_on,
        finding=finding,
        note=NOTES[finding] if finding else None,
        recorded_at=done_at,
        recorded_by=hire.youth.officer.id if done_at else None,
    )


def _handovers(
    chance: Random, reference: Reference, options: DemoOptions, idle: list[Youth]
) -> list[Handover]:
    """One case of a small office, offered to the office of the largest place."""
    largest = max(reference.places, key=lambda place: place.municipality.population)
    elsewhere = [one for one in idle if one.place is not largest]
    if not elsewhere:
        return []
    youth = elsewhere[-1]
    offered_at = moment(chance, max(options.as_of - timedelta(days=2), _first_day(youth)))
    return [
        Handover(
            id=make_id(chance, offered_at),
            candidate_id=youth.candidate.id,
            from_office_id=youth.candidate.office_id,
            to_office_id=largest.office_id,
            state="offered",
            reason="Personi u shpërngul te familja.",
            offered_at=offered_at,
            offered_by=youth.officer.id,
        )
    ]


def _readings(chance: Random, options: DemoOptions, youths: list[Youth]) -> list[SealedReading]:
    """What officers opened that is sealed, and what for, in the order of the days."""
    opened = [
        SealedReading(
            candidate_id=youth.candidate.id,
            office_id=youth.candidate.office_id,
            read_by=youth.officer.id,
            read_at=_some_days_later(chance, options, youth),
            purpose=weighted(chance, PURPOSES),
        )
        for youth in youths
        if chance.random() < SEALED_OPENED
    ]
    return sorted(opened, key=lambda one: one.read_at)


def _looks(chance: Random, options: DemoOptions, youths: list[Youth]) -> list[ElsewhereLook]:
    """When officers were told of people of other offices, in the order of the days."""
    told = [
        ElsewhereLook(
            looked_at=_some_days_later(chance, options, youth),
            looked_by=youth.officer.id,
            office_id=youth.candidate.office_id,
            sought_by=weighted(chance, SOUGHT),
            found_count=int(weighted(chance, FOUND)),
        )
        for youth in youths
        if chance.random() < TOLD_ELSEWHERE
    ]
    return sorted(told, key=lambda one: one.looked_at)


def _some_days_later(chance: Random, options: DemoOptions, youth: Youth) -> datetime:
    day = youth.candidate.registered_at.date() + timedelta(days=chance.randrange(1, 20))
    return moment(chance, max(_first_day(youth), min(day, options.as_of - timedelta(days=1))))


def _first_day(youth: Youth) -> date:
    return youth.candidate.registered_at.date() + timedelta(days=1)
