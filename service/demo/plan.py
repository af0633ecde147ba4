"""The demo country put together: the same reference data, options and seed give the same rows."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from service.demo.afterwards import plan_outcomes
from service.demo.casework import plan_casework
from service.demo.chance import stream
from service.demo.firms import Firms, give_first_to, plan_firms
from service.demo.happenings import plan_happenings
from service.demo.hiring import Hire, plan_hires
from service.demo.interest import plan_interest, plan_placements
from service.demo.model import Country, DemoOptions, Employment, Reference
from service.demo.staff import plan_staff
from service.demo.vacancies import Market
from service.demo.worked import plan_work
from service.demo.youths import plan_candidate_accounts, plan_sensitive, plan_youths


def plan_country(reference: Reference, options: DemoOptions) -> Country:
    """Every row of the demo country; asks no clock and no database."""
    staff = plan_staff(reference, options)
    firms = plan_firms(reference, options, staff)
    youths = plan_youths(reference, options, staff)
    country = Country(people=staff + firms.accounts, employers=firms.employers)
    market = Market(reference, options, stream(options.seed, "market"), firms, _officers(staff))
    hires = plan_hires(options, market, youths, country)
    country.people = staff + give_first_to(firms.accounts, _busiest(hires, firms, options))
    plan_work(reference, options, hires, country)
    country.happenings = plan_happenings(options, country)
    country.outcomes = plan_outcomes(options, hires)
    country.placements = plan_placements(options, market)
    plan_interest(options, market, youths, country)
    plan_casework(reference, options, youths, hires, country)
    country.sensitive = plan_sensitive(options, youths)
    country.bank_accounts = firms.bank_accounts + plan_candidate_accounts(options, youths, staff)
    return country


def _busiest(hires: list[Hire], firms: Firms, options: DemoOptions) -> UUID:
    """The employer with a bank account and most people at work at the end of the last month."""
    last_day = options.as_of - timedelta(days=1)
    paid = {account.employer_id for account in firms.bank_accounts}
    at_work = Counter(
        hire.agreement.employer_id
        for hire in hires
        if hire.agreement.state == "active" and last_day in hire.agreement.period
    )
    return max(
        (one.id for one in firms.employers if one.id in paid), key=lambda found: at_work[found]
    )


def _officers(staff: list[Employment]) -> dict[UUID, Employment]:
    return {person.office_id: person for person in staff if person.office_id}
