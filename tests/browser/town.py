"""A small town with something in every state, so that every kind of page has a row to show."""

from datetime import date

import msgspec

from service.accounts.model import Account
from service.actor import Role
from service.ids import PayoutId, PlacementId
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, DueMonth, due_month

STARTS_ON = date(2026, 11, 16)


class Town(msgspec.Struct, frozen=True):
    """Its people, by role, and the month that is paid."""

    accounts: dict[Role, Account]
    due: DueMonth
    open_payout: PayoutId
    open_placement: PlacementId

    def account(self, role: Role) -> Account | None:
        """Whoever has the role; nobody for a visitor."""
        return self.accounts.get(role)

    def first_page(self, role: Role) -> str:
        """Where a visit begins."""
        return "/sign-in" if role is Role.ANONYMOUS else "/"


async def found(given: Given) -> Town:
    """An office, a firm, young people on the way to work, and a month from report to bank."""
    officers = (await given.case_officer(), await given.case_officer())
    preparer, approver = await given.finance_officer(), await given.finance_officer()
    due = await due_month(given, officers=officers)
    payout = await given.submitted_payout(OCTOBER, by=actor_of(preparer))
    await given.approved_payout(payout, by=actor_of(approver))
    sent = await given.sent_payout(payout.id, by=actor_of(approver))
    answer = await given.bank_answer(sent, by=actor_of(approver), returned=1)
    await given.read_from_bank(answer.statement, by=actor_of(preparer))
    await due_month(given, officers=officers)
    await due_month(given, officers=officers, scheme="SP-FLAT", amount_cents=264_00)
    waiting = await given.submitted_payout(OCTOBER, by=actor_of(preparer))
    open_placement = await _on_the_way(given, officers[0], due)
    return Town(
        {
            Role.CASE_OFFICER: officers[0],
            Role.EMPLOYER: due.hired.representative,
            Role.FINANCE_OFFICER: preparer,
            Role.FINANCE_AUTHORISER: await given.account(Role.FINANCE_AUTHORISER),
            Role.AUDITOR: await given.account(Role.AUDITOR),
            Role.ADMINISTRATOR: await given.account(Role.ADMINISTRATOR),
        },
        due,
        waiting.id,
        open_placement,
    )


async def _on_the_way(given: Given, officer: Account, due: DueMonth) -> PlacementId:
    """Placements, matches and an agreement that nobody has decided on; an open placement."""
    firm = due.hired.representative
    await given.submitted_placement(firm)
    open_to_all = await given.approved_placement(firm, seats=3)
    await given.introduced_match(officer, placement=open_to_all)
    await given.proposed_match(officer, placement=open_to_all)
    await given.drafted_agreement(officer, starts_on=STARTS_ON)
    return open_to_all.id
