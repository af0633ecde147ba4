"""Whether a person may be placed under a scheme on a day, and until when that is so."""

from datetime import date

from service.eligibility.model import Assessment, Facts, Obstacle, Reason, Rule, Scheme
from service.i18n import N_
from service.period import add_months
from service.problems import Problem


class NoEligibilityRule(Problem):
    """Without a rule for the day nothing can be decided: absence is not a yes."""

    slug = "no-eligibility-rule"
    title = N_(
        "There is no rule for today by which it could be decided for which schemes a person may "
        "be placed. Ask the administrator to add one."
    )
    status = 409


def assess(facts: Facts, scheme: Scheme, rule: Rule, *, on: date) -> Assessment:
    """What stands in the way under one scheme; the ages are those of the day, ends included.

    A yes holds for the months of the rule, and not beyond the last day of the scheme's ages; a no
    until its first obstacle may have gone.
    """
    obstacles = [
        one
        for one in (
            _age_obstacle(facts, scheme, on),
            _work_obstacle(facts, rule, on),
            _agreement_obstacle(facts, on),
        )
        if one is not None
    ]
    limits = [one.until for one in obstacles if one.until is not None]
    if not obstacles:
        limits.append(_birthday(facts.born_on, scheme.age_max + 1))
    return Assessment(scheme, obstacles, min([add_months(on, rule.holds_for_months), *limits]))


def _age_obstacle(facts: Facts, scheme: Scheme, on: date) -> Obstacle | None:
    old_enough = _birthday(facts.born_on, scheme.age_min)
    if on < old_enough:
        return Obstacle(Reason.TOO_YOUNG, old_enough)
    if on >= _birthday(facts.born_on, scheme.age_max + 1):
        return Obstacle(Reason.TOO_OLD, None)
    return None


def _work_obstacle(facts: Facts, rule: Rule, on: date) -> Obstacle | None:
    free_from = add_months(facts.unemployed_since, rule.months_without_work)
    return Obstacle(Reason.WORKED_LATELY, free_from) if on < free_from else None


def _agreement_obstacle(facts: Facts, on: date) -> Obstacle | None:
    if facts.history.in_agreement:
        return Obstacle(Reason.IN_AGREEMENT, None)
    until = facts.history.waits_until
    return Obstacle(Reason.WAITING_PERIOD, until) if until is not None and on < until else None


def _birthday(born_on: date, age: int) -> date:
    """The day on which somebody is of an age; born on 29 February, on 1 March (as age_on says)."""
    year = born_on.year + age
    if (born_on.month, born_on.day) == (2, 29) and not _is_leap(year):
        return date(year, 3, 1)
    return born_on.replace(year=year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
