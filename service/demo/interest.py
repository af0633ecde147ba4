"""What is under way in the demo country: vacancies with free seats, proposals, and who said no."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

import msgspec

from service.demo.chance import day_between, make_id, moment, stream, weighted
from service.demo.model import Country, DemoOptions, Match, Placement
from service.demo.vacancies import Market, Vacancy, fits, placement_row, score_of
from service.demo.youths import Youth

OPEN_SHARE = 0.25
UNDECIDED = 7
REFUSED = 11
DECLINED_ONCE = 0.22
PROPOSED_NOW = 0.1
WITHDRAWN = 0.03
LOOKS = 40
STATES = (
    ("proposed", 45),
    ("introduced", 30),
    ("candidate_accepted", 15),
    ("employer_accepted", 10),
)
DECLINED = {
    "candidate": (
        "Paga është më e ulët se sa pritej.",
        "Rruga deri në punë është e gjatë.",
        "Kandidati gjeti punë tjetër.",
    ),
    "employer": (
        "Mungojnë shkathtësitë e kërkuara.",
        "Kandidati nuk erdhi në takim.",
        "U zgjodh një kandidat tjetër.",
    ),
}
REFUSALS = (
    "Plani i trajnimit nuk tregon se çfarë mëson kandidati.",
    "Punëdhënësi ka larguar punëtorë në të njëjtin profesion këtë vit.",
)


def plan_placements(options: DemoOptions, market: Market) -> list[Placement]:
    """All placements; among the newest some wait for a decision and a few were refused."""
    chance = stream(options.seed, "placements")
    newest = market.post_more(round(options.employers * OPEN_SHARE))
    waiting = {vacancy.id for vacancy in newest[::UNDECIDED]}
    refused = {vacancy.id for vacancy in newest[::REFUSED]} - waiting
    rows = []
    for vacancy in market.vacancies:
        row = placement_row(vacancy, chance, options.as_of)
        if vacancy.id in waiting:
            row = msgspec.structs.replace(row, state="submitted", decided_at=None, decided_by=None)
        elif vacancy.id in refused:
            reason = chance.choice(REFUSALS)
            row = msgspec.structs.replace(row, state="refused", decision_reason=reason)
        rows.append(row)
    return sorted(rows, key=lambda row: row.id)


def plan_interest(
    options: DemoOptions, market: Market, youths: list[Youth], country: Country
) -> None:
    """Adds proposals that wait and those that somebody declined; some people leave the register."""
    chance = stream(options.seed, "interest")
    hired = {agreement.candidate_id for agreement in country.agreements}
    taken = {(match.placement_id, match.candidate_id) for match in country.matches}
    decided = {row.id: row.state for row in country.placements}
    vacancies = [v for v in market.vacancies if decided[v.id] in {"approved", "closed"}]
    free = [v for v in vacancies if decided[v.id] == "approved" and len(v.taken_on) < v.seats]
    for place, youth in enumerate(youths):
        if chance.random() < DECLINED_ONCE:
            country.matches += _one(chance, youth, vacancies, taken, as_of=options.as_of)
        if youth.candidate.id in hired:
            continue
        if chance.random() < PROPOSED_NOW:
            state = weighted(chance, STATES)
            country.matches += _one(chance, youth, free, taken, as_of=options.as_of, state=state)
        elif chance.random() < WITHDRAWN:
            youths[place] = _withdrawn(chance, youth, options.as_of)
    country.matches.sort(key=lambda match: match.id)
    country.candidates = [youth.candidate for youth in youths]


def _one(
    chance: Random,
    youth: Youth,
    vacancies: list[Vacancy],
    taken: set[tuple[UUID, UUID]],
    *,
    as_of: date,
    state: str = "declined",
) -> list[Match]:
    """A match of the person with one of the vacancies, if some looks found a fitting one."""
    for vacancy in chance.sample(vacancies, min(LOOKS, len(vacancies))):
        key = (vacancy.id, youth.candidate.id)
        first = max(vacancy.decided_at, youth.candidate.registered_at).date() + timedelta(days=1)
        last = as_of - timedelta(days=8)
        spoken = vacancy.firm.language in youth.candidate.languages
        if key not in taken and first <= last and spoken and fits(youth, vacancy.job):
            taken.add(key)
            since = max(first, last - timedelta(days=20)) if state != "declined" else first
            return [_match(chance, youth, vacancy, day_between(chance, since, last), state)]
    return []


def _match(chance: Random, youth: Youth, vacancy: Vacancy, day: date, state: str) -> Match:
    officer, employer = youth.officer.id, vacancy.firm.account.id
    scored = score_of(youth, vacancy, day)
    days = [day + timedelta(days=n) for n in (0, 2, 4, 6)]
    proposed, introduced, by_candidate, by_employer = (moment(chance, one) for one in days)
    match = Match(
        id=make_id(chance, proposed),
        placement_id=vacancy.id,
        candidate_id=youth.candidate.id,
        office_id=youth.candidate.office_id,
        employer_id=vacancy.firm.employer.id,
        state=state,
        score=scored.points,
        reasons=scored.reasons,
        proposed_at=proposed,
        proposed_by=officer,
    )
    if state == "proposed":
        return match
    match = msgspec.structs.replace(match, introduced_at=introduced, introduced_by=officer)
    if state == "declined":
        side = chance.choice(sorted(DECLINED))
        return msgspec.structs.replace(
            match,
            declined_at=by_candidate,
            declined_by=officer if side == "candidate" else employer,
            declined_side=side,
            decline_reason=chance.choice(DECLINED[side]),
        )
    if state == "candidate_accepted":
        return msgspec.structs.replace(
            match, candidate_accepted_at=by_candidate, candidate_accepted_by=officer
        )
    if state == "employer_accepted":
        return msgspec.structs.replace(
            match, employer_accepted_at=by_employer, employer_accepted_by=employer
        )
    return match


def _withdrawn(chance: Random, youth: Youth, as_of: date) -> Youth:
    last = as_of - timedelta(days=1)
    at = moment(chance, day_between(chance, youth.candidate.registered_at.date(), last))
    candidate = msgspec.structs.replace(
        youth.candidate,
        withdrawn_at=max(at, youth.candidate.registered_at),
        withdrawn_by=youth.officer.id,
    )
    return msgspec.structs.replace(youth, candidate=candidate)
