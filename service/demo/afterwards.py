"""What became of the young people of the demo country after the subsidy: their outcomes."""

from datetime import date, timedelta
from random import Random

from service.demo.chance import make_id, moment, stream
from service.demo.hiring import Hire
from service.demo.model import DemoOptions, Outcome
from service.period import add_months

POINTS = (0, 3, 6, 12)
# Chance of being on a payroll at each point; whoever left early is worse off.
EMPLOYED_AFTER = {"completed": (0.82, 0.7, 0.62, 0.55), "ended_early": (0.3, 0.34, 0.36, 0.38)}
STAYED = 0.8
UNOBSERVED = 0.08
SOURCES = ("payroll", "payroll", "payroll", "employer", "candidate", "visit")


def plan_outcomes(options: DemoOptions, hires: list[Hire]) -> list[Outcome]:
    """An outcome for each point that has passed, but for the few that nobody looked up."""
    chance = stream(options.seed, "outcomes")
    return [
        outcome
        for hire in hires
        if hire.agreement.state in EMPLOYED_AFTER
        for outcome in _outcomes_of(chance, options, hire)
    ]


def _outcomes_of(chance: Random, options: DemoOptions, hire: Hire) -> list[Outcome]:
    agreement = hire.agreement
    luck, stayed = chance.random(), chance.random() < STAYED
    if hire.stays:
        luck, stayed = 0.0, True
    found = []
    for point, likely in zip(POINTS, EMPLOYED_AFTER[agreement.state], strict=True):
        day = add_months(agreement.period.end, point) + timedelta(days=chance.randint(0, 12))
        unobserved = chance.random() < UNOBSERVED
        source = chance.choice(SOURCES)
        if unobserved or day >= options.as_of:
            continue
        employed = luck < likely
        stayed = stayed and employed and agreement.state == "completed"
        stayed = stayed and day < agreement.employment.end
        found.append(_outcome(chance, hire, point, day, source, employed, stayed))
    return found


def _outcome(
    chance: Random,
    hire: Hire,
    point: int,
    day: date,
    source: str,
    employed: bool,
    same_employer: bool,
) -> Outcome:
    recorded_at = moment(chance, day)
    return Outcome(
        id=make_id(chance, recorded_at),
        agreement_id=hire.agreement.id,
        months_after=point,
        employed=employed,
        same_employer=same_employer,
        observed_on=day,
        source=source,
        recorded_at=recorded_at,
        recorded_by=hire.youth.officer.id,
    )
