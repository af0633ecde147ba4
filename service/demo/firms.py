"""The employers of the demo country, their representatives' accounts and their bank accounts."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import msgspec

from service.actor import Role
from service.bank_accounts.rules import COOLING_OFF
from service.demo.chance import (
    business_numbers,
    day_between,
    days_after,
    ibans,
    make_id,
    moment,
    stream,
)
from service.demo.model import BankAccount, DemoOptions, Employer, Employment, Place, Reference
from service.demo.people import LANGUAGES, community_in, name_in
from service.demo.staff import ADDRESS, opening
from service.demo.trades import COINED, COINED_SERBIAN, TRADES, Trade
from service.names import fold

CITY_PULL = 1.15
HEADCOUNT_MAX = 300
ACCOUNT_MISSING = 0.02
ACCOUNT_CHANGED = 0.04
FIRST, NTH = f"employer.1@{ADDRESS}", "employer.{}@" + ADDRESS


class Firms:
    """Employers with what hiring needs to know of each."""

    def __init__(self) -> None:
        self.employers: list[Employer] = []
        self.accounts: list[Employment] = []
        self.bank_accounts: list[BankAccount] = []


def plan_firms(reference: Reference, options: DemoOptions, staff: list[Employment]) -> Firms:
    """Employers where people live, more of them in the towns, each with an account to sign in."""
    chance = stream(options.seed, "firms")
    firms, numbers, accounts = Firms(), business_numbers(chance), ibans(chance)
    officers = {person.office_id: person for person in staff if person.office_id}
    finance = next(person for person in staff if person.role == Role.FINANCE_OFFICER)
    weights = [place.municipality.population**CITY_PULL for place in reference.places]
    places = chance.choices(reference.places, weights, k=options.employers)
    for number, place in enumerate(places, start=1):
        employer = _plan_firm(chance, place, options, next(numbers), officers[place.office_id])
        person = Employment(
            id=make_id(chance, employer.registered_at),
            email=NTH.format(number),
            name=employer.representative_name,
            role=Role.EMPLOYER,
            office_id=None,
            employer_id=employer.id,
            language="sr" if employer.legal_name.endswith("D.O.O.") else "sq",
            created_at=employer.registered_at,
        )
        firms.employers.append(employer)
        firms.accounts.append(person)
        firms.bank_accounts += _bank_accounts(chance, options, employer, person, finance, accounts)
    return firms


def give_first_to(accounts: list[Employment], employer_id: UUID) -> list[Employment]:
    """The same accounts, of which that of an employer is called employer.1.

    Whoever looks around by that name is to find people at work, and which firm hires them is known
    at the end only: how many it could take does not say that anybody near looks for such work.
    """
    chosen = next(one for one in accounts if one.employer_id == employer_id)
    names = {FIRST: chosen.email, chosen.email: FIRST}
    return [msgspec.structs.replace(one, email=names.get(one.email, one.email)) for one in accounts]


def _plan_firm(
    chance: Random, place: Place, options: DemoOptions, number: str, officer: Employment
) -> Employer:
    community = community_in(chance, place.code)
    given, family = name_in(chance, community, chance.choices(("female", "male"), (3, 7))[0])
    trade = chance.choices(TRADES, [trade.weight for trade in TRADES])[0]
    name = _firm_name(chance, trade, family, serbian=LANGUAGES[community][0] == "sr")
    early = chance.random() < 0.85
    last = options.first_month if early else options.until
    registered_at = moment(
        chance, day_between(chance, opening(options).date() + timedelta(days=3), last)
    )
    return Employer(
        id=make_id(chance, registered_at),
        business_number=number,
        legal_name=name,
        folded_name=fold(name),
        sector_nace=trade.nace,
        headcount=min(HEADCOUNT_MAX, max(1, round(math.exp(chance.gauss(2.1, 0.9))))),
        representative_name=f"{given} {family}",
        municipality_code=place.code,
        registered_at=registered_at,
        registered_by=officer.id,
    )


def _firm_name(chance: Random, trade: Trade, family: str, *, serbian: bool) -> str:
    own = family if chance.random() < 0.35 else chance.choice(COINED_SERBIAN if serbian else COINED)
    return f"{trade.serbian} {own} D.O.O." if serbian else f"{trade.albanian} {own} SH.P.K."


def _bank_accounts(
    chance: Random,
    options: DemoOptions,
    employer: Employer,
    proposer: Employment,
    finance: Employment,
    numbers: Iterator[str],
) -> list[BankAccount]:
    """Mostly one; some changed theirs, which starts after the cooling-off; a few have none."""
    if chance.random() < ACCOUNT_MISSING:
        return []
    first = _confirmed(chance, employer, proposer, finance, next(numbers), employer.registered_at)
    earliest = options.first_month + timedelta(days=40)
    if chance.random() >= ACCOUNT_CHANGED or earliest > options.until:
        return [first]
    day = day_between(chance, earliest, options.until)
    change = moment(chance, max(day, employer.registered_at.date() + timedelta(days=10)))
    second = _confirmed(chance, employer, proposer, finance, next(numbers), change)
    assert first.in_force
    assert second.confirmed_at
    start = second.confirmed_at + COOLING_OFF
    return [
        _in_force(first, first.in_force[0], start),
        _in_force(second, start, None),
    ]


def _confirmed(
    chance: Random,
    employer: Employer,
    proposer: Employment,
    finance: Employment,
    iban: str,
    proposed_at: datetime,
) -> BankAccount:
    confirmed_at = days_after(chance, proposed_at, days_max=3)
    return BankAccount(
        id=make_id(chance, proposed_at),
        employer_id=employer.id,
        candidate_id=None,
        holder_name=employer.legal_name,
        iban=iban,
        proposed_at=proposed_at,
        proposed_by=proposer.id,
        confirmed_at=confirmed_at,
        confirmed_by=finance.id,
        in_force=(confirmed_at, None),
    )


def _in_force(account: BankAccount, since: datetime, until: datetime | None) -> BankAccount:
    return BankAccount(
        account.id,
        account.employer_id,
        account.candidate_id,
        account.holder_name,
        account.iban,
        account.proposed_at,
        account.proposed_by,
        account.confirmed_at,
        account.confirmed_by,
        (since, until),
    )
