"""People who stay at work after their subsidised months, and schemes that pay for it."""

from datetime import date

from service.accounts.model import Account
from service.actor import SYSTEM, Role
from service.agreements import actions as agreements
from service.budget import actions as budget
from service.budget.model import AppropriationForm
from service.expected import actions as expected
from service.expected.model import Form, NewMethod
from service.instalments import actions
from service.instalments.model import Instalment
from service.ledger import actions as ledger
from service.ledger.model import BudgetLine
from service.period import Month, add_months
from service.schemes import actions as schemes
from tests.given import Given, actor_of
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import report

FIRST_DAY = date(2025, 11, 1)
APRIL, AUGUST, OCTOBER = (Month(date(2026, month, 1)) for month in (4, 8, 10))
WAGE_CENTS = 600_00


def nth_month(number: int) -> Month:
    """A month of work by its number: the first is November 2025."""
    return Month(add_months(FIRST_DAY, number - 1))


async def at_work(given: Given, officer: Account | None = None, scheme: str = "WS-70") -> Hired:
    """Somebody who began to work a year ago, under a contract of twelve months."""
    officer = officer or await given.case_officer()
    return await hire(given, officer, scheme=scheme, starts_on=FIRST_DAY, wage_cents=WAGE_CENTS)


async def worked(given: Given, person: Hired, first: int, last: int) -> None:
    """Full months of work, reported and confirmed."""
    for number in range(first, last + 1):
        await report(given, person, nth_month(number), wage_cents=WAGE_CENTS)


async def complete(given: Given) -> None:
    """What the nightly job does."""
    async with given.db.transaction(SYSTEM) as tx:
        await agreements.complete_agreements(tx, on=given.clock.today(), at=given.clock.now())
        await ledger.release_unused(tx, on=given.clock.today())


async def standing(given: Given, person: Hired) -> dict[tuple[Month, str], Instalment]:
    """The instalments of an agreement that stand, by month and kind of payment."""
    async with given.db.transaction(SYSTEM) as tx:
        found = await actions.list_of_agreement(tx, person.agreement_id)
    return {(Month(one.month), one.kind): one for one in found if one.superseded_at is None}


async def books(given: Given, scheme: str = "WS-70") -> BudgetLine:
    """What stands on a scheme's line; every invariant holds."""
    async with given.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)
        lines = {line.scheme_code: line for line in await ledger.list_budget_lines(tx)}
    return lines[scheme]


async def appropriate(given: Given, scheme: str) -> None:
    """Ten thousand euros for a scheme that nobody gave any yet, by two people."""
    finance = actor_of(await given.finance_officer())
    second = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    form = AppropriationForm(
        scheme_code=scheme,
        donor_code="BUDGET",
        first_day=FIRST_DAY.isoformat(),
        last_day="2026-12-31",
        priority=1,
        amount_cents=10_000_00,
        document_reference="Decision 7/2025",
    )
    async with given.db.transaction(finance) as tx:
        proposed = await budget.propose_appropriation(tx, form, by=finance, at=given.clock.now())
    async with given.db.transaction(second) as tx:
        await budget.confirm_appropriation(tx, proposed, by=second, at=given.clock.now())


async def put_in_force(given: Given, document: str) -> None:
    """A document of one administrator, put in force for last year and later by another person."""
    author = actor_of(await given.account(Role.ADMINISTRATOR))
    second = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    at = given.clock.now()
    async with given.db.transaction(author) as tx:
        draft = await schemes.draft_version(
            tx, document, valid_from=date(2025, 1, 1), by=author, at=at
        )
        checked = await schemes.check_version(tx, draft.code, draft.number, by=author, at=at)
    assert checked.findings is None
    async with given.db.transaction(second) as tx:
        await schemes.activate_version(
            tx, draft.code, draft.number, shown_sha256=draft.document_sha256, by=second, at=at
        )


async def state_milestone_methods(given: Given) -> None:
    """How the scheme of milestones.toml is computed a second time."""
    by = actor_of(await given.account(Role.ADMINISTRATOR))
    async with given.db.transaction(by) as tx:
        for kind, form, figure in (
            ("subsidy", Form.EACH_MONTH, "monthly"),
            ("milestone", Form.MILESTONE, "amount"),
        ):
            method = NewMethod(
                "MILESTONES", kind, date(2025, 1, 1), form, figure, is_wage_tested=False
            )
            await expected.state_method(tx, method, by=by, at=given.clock.now())
