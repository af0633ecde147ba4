"""Young people at work, from registration to the started agreement, each step by its action."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import msgspec

from service.accounts.model import Account
from service.actor import Role
from service.agreements import actions as agreements
from service.agreements.model import Party
from service.candidates import actions as candidates
from service.candidates.forms import RegistrationForm as CandidateForm
from service.employers import actions as employers
from service.employers.model import RegistrationForm as EmployerForm
from service.ids import AgreementId, CandidateId, EmployerId, MatchId, PlacementId
from service.matching import actions as matching
from service.period import add_months
from service.placements import actions as placements
from service.placements.forms import PlacementForm
from tests.given import Given, actor_of

FULL_TIME_HOURS = 40
MINIMUM_WAGE_CENTS = 500_00  # from 1 July 2026
OCCUPATION = "5223"
ENOUGH_SAID = "Serving customers under the eyes of the mentor, every day a little more."

_numbers: Iterator[int] = count(1)


class Hired(msgspec.Struct, frozen=True):
    """An agreement and the people in it."""

    agreement_id: AgreementId
    employer_id: EmployerId
    candidate_id: CandidateId
    officer: Account
    representative: Account
    firm_name: str
    person_name: str


async def hire(
    given: Given, officer: Account, *, scheme: str, starts_on: date, wage_cents: int
) -> Hired:
    """Somebody who works since a day for a wage; part time if that is less than the minimum."""
    hired = await draft(given, officer, scheme=scheme, starts_on=starts_on, wage_cents=wage_cents)
    await _sign(given, hired)
    async with given.db.transaction(actor_of(officer)) as tx:
        await agreements.start_agreement(
            tx,
            hired.agreement_id,
            by=actor_of(officer),
            on=given.clock.today(),
            at=given.clock.now(),
        )
    return hired


async def draft(
    given: Given, officer: Account, *, scheme: str, starts_on: date, wage_cents: int
) -> Hired:
    """The same, when nobody has signed yet."""
    number = next(_numbers)
    firm_name, person_name = f"Firma {number}", f"Drita Hoxha{'abcdefghij'[number % 10]}"
    employer_id = await _employer(given, officer, firm_name, number)
    representative = await given.account(Role.EMPLOYER, employer_id=employer_id)
    candidate_id = await _candidate(given, officer, person_name, number)
    placement_id = await _placement(
        given, officer, representative, scheme=scheme, starts_on=starts_on, wage_cents=wage_cents
    )
    match_id = await _match(given, officer, representative, placement_id, candidate_id)
    agreement_id = await _draft(given, officer, match_id, starts_on)
    return Hired(
        agreement_id, employer_id, candidate_id, officer, representative, firm_name, person_name
    )


async def _employer(given: Given, officer: Account, name: str, number: int) -> EmployerId:
    form = EmployerForm(
        legal_name=name,
        sector_nace="47.11",
        headcount=5,
        representative_name="Arta Krasniqi",
        municipality_code="prishtine",
        business_number=f"{810_000_000 + number}",
    )
    async with given.db.transaction(actor_of(officer)) as tx:
        registered = await employers.register_employer(
            tx, form, by=actor_of(officer), at=given.clock.now(), sealer=given.sealer
        )
    return registered.employer.id


async def _candidate(given: Given, officer: Account, name: str, number: int) -> CandidateId:
    given_name, family_name = name.split()
    form = CandidateForm(
        given_name=given_name,
        family_name=family_name,
        born_on="2001-05-30",
        sex="female",
        municipality_code="prishtine",
        education="upper_secondary",
        occupations=[OCCUPATION],
        unemployed_since="2025-01-01",
        travel_km=30,
        personal_number=f"{1_200_000_000 + number}",
        confirmed_not_duplicate=True,
    )
    async with given.db.transaction(actor_of(officer)) as tx:
        registered = await candidates.register_candidate(
            tx,
            form,
            by=actor_of(officer),
            at=given.clock.now(),
            on=given.clock.today(),
            sealer=given.sealer,
        )
    return registered.candidate.id


async def _placement(
    given: Given,
    officer: Account,
    representative: Account,
    *,
    scheme: str,
    starts_on: date,
    wage_cents: int,
) -> PlacementId:
    form = PlacementForm(
        scheme_code=scheme,
        title="Shop assistant",
        occupation_code=OCCUPATION,
        tasks=ENOUGH_SAID,
        mentor_name="Arta Krasniqi",
        training_plan=ENOUGH_SAID,
        weekly_hours=min(FULL_TIME_HOURS, wage_cents * FULL_TIME_HOURS // MINIMUM_WAGE_CENTS),
        gross_wage_cents=wage_cents,
        municipality_code="prishtine",
        seats=1,
        starts_on=starts_on.isoformat(),
        last_day=(add_months(starts_on, 12) - timedelta(days=1)).isoformat(),
    )
    at, employer = given.clock.now(), actor_of(representative)
    async with given.db.transaction(employer) as tx:
        posted = await placements.post_placement(tx, form, by=employer, at=at, on=starts_on)
    async with given.db.transaction(actor_of(officer)) as tx:
        await placements.approve_placement(tx, posted.id, by=actor_of(officer), at=at)
    return posted.id


async def _match(
    given: Given,
    officer: Account,
    representative: Account,
    placement_id: PlacementId,
    candidate_id: CandidateId,
) -> MatchId:
    at, by, employer = given.clock.now(), actor_of(officer), actor_of(representative)
    async with given.db.transaction(by) as tx:
        match = await matching.propose(
            tx, placement_id, candidate_id, by=by, at=at, on=given.clock.today()
        )
        await matching.introduce(tx, match.id, by=by, at=at)
        await matching.accept(tx, match.id, by=by, at=at)
    async with given.db.transaction(employer) as tx:
        await matching.accept(tx, match.id, by=employer, at=at)
    return match.id


async def _draft(given: Given, officer: Account, match_id: MatchId, starts_on: date) -> AgreementId:
    by = actor_of(officer)
    async with given.db.transaction(by) as tx:
        return await agreements.draft_agreement(
            tx,
            match_id,
            starts_on=starts_on,
            by=by,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def _sign(given: Given, hired: Hired) -> None:
    by, employer = actor_of(hired.officer), actor_of(hired.representative)
    async with given.db.transaction(by) as tx:
        dossier = await agreements.read_agreement(tx, hired.agreement_id)
    shown = dossier.agreement.terms_sha256
    for party, signer in (
        (Party.CANDIDATE, by), (Party.EMPLOYER, employer), (Party.OFFICE, by)
    ):  # fmt: skip
        async with given.db.transaction(signer) as tx:
            await agreements.sign_agreement(
                tx,
                hired.agreement_id,
                party,
                shown_sha256=shown,
                by=signer,
                on=given.clock.today(),
                at=given.clock.now(),
            )
