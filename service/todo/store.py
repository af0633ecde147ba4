"""The typed twins of sql/queries/todo.sql, todo_of_employers.sql and todo_of_finance.sql."""

from datetime import date, datetime

from service import db
from service.db import Connection
from service.ids import AccountId, EmployerId, OfficeId
from service.period import Month
from service.todo.model import Item

SQL = {**db.load("todo"), **db.load("todo_of_employers"), **db.load("todo_of_finance")}


async def list_agreements_to_sign(tx: Connection, *, office_id: OfficeId) -> list[Item]:
    """Drafts that wait for the candidate or the office to sign."""
    return await db.fetch_all(tx, SQL["list_agreements_to_sign"], Item, office_id=office_id)


async def list_agreements_unsigned(tx: Connection, *, office_id: OfficeId, on: date) -> list[Item]:
    """Drafts that begin within a week, and that the employer has not signed."""
    return await db.fetch_all(tx, SQL["list_agreements_unsigned"], Item, office_id=office_id, on=on)


async def list_agreements_to_start(tx: Connection, *, office_id: OfficeId, on: date) -> list[Item]:
    """Signed agreements whose first day has come."""
    return await db.fetch_all(tx, SQL["list_agreements_to_start"], Item, office_id=office_id, on=on)


async def list_attendance_to_confirm(tx: Connection, *, office_id: OfficeId) -> list[Item]:
    """Reported months that nobody has confirmed."""
    return await db.fetch_all(tx, SQL["list_attendance_to_confirm"], Item, office_id=office_id)


async def list_reports_contested(
    tx: Connection, *, office_id: OfficeId | None, employer_id: EmployerId | None
) -> list[Item]:
    """Reports that candidates say are wrong, of an office's agreements or of an employer's."""
    return await db.fetch_all(
        tx, SQL["list_reports_contested"], Item, office_id=office_id, employer_id=employer_id
    )


async def list_questions_on_paper(
    tx: Connection, *, office_id: OfficeId, at: datetime
) -> list[Item]:
    """Questions to candidates without an address, for whom no code was printed yet."""
    return await db.fetch_all(tx, SQL["list_questions_on_paper"], Item, office_id=office_id, at=at)


async def list_placements_to_decide(tx: Connection, *, office_id: OfficeId) -> list[Item]:
    """Placements that wait to be approved or refused."""
    return await db.fetch_all(tx, SQL["list_placements_to_decide"], Item, office_id=office_id)


async def list_matches_to_introduce(tx: Connection, *, office_id: OfficeId) -> list[Item]:
    """Proposed candidates whom no employer has been shown."""
    return await db.fetch_all(tx, SQL["list_matches_to_introduce"], Item, office_id=office_id)


async def list_introductions_open(tx: Connection, *, office_id: OfficeId) -> list[Item]:
    """Introductions without a result."""
    return await db.fetch_all(tx, SQL["list_introductions_open"], Item, office_id=office_id)


async def list_matches_to_draft(tx: Connection, *, office_id: OfficeId) -> list[Item]:
    """Agreed matches without an agreement."""
    return await db.fetch_all(tx, SQL["list_matches_to_draft"], Item, office_id=office_id)


async def list_eligibility_expiring(tx: Connection, *, office_id: OfficeId, on: date) -> list[Item]:
    """People whose last decision expires within two weeks, or has."""
    return await db.fetch_all(
        tx, SQL["list_eligibility_expiring"], Item, office_id=office_id, on=on
    )


async def list_twins(tx: Connection) -> list[Item]:
    """Pairs of entries that may be one person."""
    return await db.fetch_all(tx, SQL["list_twins"], Item)


async def list_handovers_offered(tx: Connection) -> list[Item]:
    """Cases that other offices offer."""
    return await db.fetch_all(tx, SQL["list_handovers_offered"], Item)


async def list_outcomes_due(tx: Connection, *, office_id: OfficeId, on: date) -> list[Item]:
    """People to be asked how they stand 0, 3, 6 and 12 months after."""
    return await db.fetch_all(tx, SQL["list_outcomes_due"], Item, office_id=office_id, on=on)


async def list_reviews_open(tx: Connection) -> list[Item]:
    """Drawn payments that nobody has looked at again."""
    return await db.fetch_all(tx, SQL["list_reviews_open"], Item)


async def list_bank_accounts_to_decide(tx: Connection, *, account_id: AccountId) -> list[Item]:
    """Proposed bank accounts that a second person decides."""
    return await db.fetch_all(tx, SQL["list_bank_accounts_to_decide"], Item, account_id=account_id)


async def list_alarms(tx: Connection) -> list[Item]:
    """What the bank told that a person has to look at."""
    return await db.fetch_all(tx, SQL["list_alarms"], Item)


async def list_visits_wanted(tx: Connection, *, office_id: OfficeId, on: date) -> list[Item]:
    """Agreements that the rule wants visited."""
    return await db.fetch_all(tx, SQL["list_visits_wanted"], Item, office_id=office_id, on=on)


async def list_visits_due(tx: Connection, *, office_id: OfficeId, on: date) -> list[Item]:
    """Planned visits whose day has come."""
    return await db.fetch_all(tx, SQL["list_visits_due"], Item, office_id=office_id, on=on)


async def list_agreements_to_sign_for_employer(
    tx: Connection, *, employer_id: EmployerId
) -> list[Item]:
    """Agreements that the employer has not signed."""
    return await db.fetch_all(
        tx, SQL["list_agreements_to_sign_for_employer"], Item, employer_id=employer_id
    )


async def list_introductions_for_employer(tx: Connection, *, employer_id: EmployerId) -> list[Item]:
    """Introduced candidates whom the employer has not answered."""
    return await db.fetch_all(
        tx, SQL["list_introductions_for_employer"], Item, employer_id=employer_id
    )


async def list_recoveries_for_employer(tx: Connection, *, employer_id: EmployerId) -> list[Item]:
    """Notices and invoices of money owed back."""
    return await db.fetch_all(
        tx, SQL["list_recoveries_for_employer"], Item, employer_id=employer_id
    )


async def list_accounts_missing(
    tx: Connection, *, employer_id: EmployerId, at: datetime
) -> list[Item]:
    """The employer itself, when it has agreements and no bank account."""
    return await db.fetch_all(
        tx, SQL["list_accounts_missing"], Item, employer_id=employer_id, at=at
    )


async def list_months_to_compute(tx: Connection, *, month: Month) -> list[Item]:
    """The last month that is over, while it was never computed."""
    return await db.fetch_all(tx, SQL["list_months_to_compute"], Item, month=month)


async def list_months_to_put_up(tx: Connection, *, month: Month) -> list[Item]:
    """Computed months of which nothing was put up."""
    return await db.fetch_all(tx, SQL["list_months_to_put_up"], Item, month=month)


async def list_payouts_to_approve(tx: Connection, *, account_id: AccountId) -> list[Item]:
    """Payouts that want an approval, and in which one had no act."""
    return await db.fetch_all(tx, SQL["list_payouts_to_approve"], Item, account_id=account_id)


async def list_payouts_to_authorise(tx: Connection, *, account_id: AccountId) -> list[Item]:
    """Payouts that want an authorisation, and in which one had no act."""
    return await db.fetch_all(tx, SQL["list_payouts_to_authorise"], Item, account_id=account_id)


async def list_payouts_to_export(tx: Connection) -> list[Item]:
    """Approved payouts that were not sent to the bank."""
    return await db.fetch_all(tx, SQL["list_payouts_to_export"], Item)


async def list_quarantined(tx: Connection) -> list[Item]:
    """Files of the bank of which something is odd."""
    return await db.fetch_all(tx, SQL["list_quarantined"], Item)


async def list_suspense(tx: Connection) -> list[Item]:
    """Money that matches nothing."""
    return await db.fetch_all(tx, SQL["list_suspense"], Item)


async def list_failed(tx: Connection) -> list[Item]:
    """Payments that failed and are neither paid again nor closed."""
    return await db.fetch_all(tx, SQL["list_failed"], Item)


async def list_overrides_to_grant(
    tx: Connection, *, account_id: AccountId, at: datetime
) -> list[Item]:
    """Overrides of checks that somebody else asked for."""
    return await db.fetch_all(
        tx, SQL["list_overrides_to_grant"], Item, account_id=account_id, at=at
    )


async def list_recoveries_to_notify(tx: Connection) -> list[Item]:
    """Recoveries of which the payee has not been told."""
    return await db.fetch_all(tx, SQL["list_recoveries_to_notify"], Item)


async def list_appeals(tx: Connection) -> list[Item]:
    """Appeals against recoveries."""
    return await db.fetch_all(tx, SQL["list_appeals"], Item)


async def list_write_offs_to_sign(tx: Connection, *, account_id: AccountId) -> list[Item]:
    """Write-offs that a second person signs."""
    return await db.fetch_all(tx, SQL["list_write_offs_to_sign"], Item, account_id=account_id)


async def list_repayments_to_confirm(tx: Connection, *, account_id: AccountId) -> list[Item]:
    """Money paid back that a second person confirms."""
    return await db.fetch_all(tx, SQL["list_repayments_to_confirm"], Item, account_id=account_id)


async def list_links_to_confirm(tx: Connection, *, account_id: AccountId) -> list[Item]:
    """Links between undertakings that a second person confirms."""
    return await db.fetch_all(tx, SQL["list_links_to_confirm"], Item, account_id=account_id)


async def list_versions_to_activate(tx: Connection, *, account_id: AccountId) -> list[Item]:
    """Versions of schemes that a second person puts in force."""
    return await db.fetch_all(tx, SQL["list_versions_to_activate"], Item, account_id=account_id)


async def list_rules_to_confirm(tx: Connection, *, account_id: AccountId) -> list[Item]:
    """Rules of approval that a second person confirms."""
    return await db.fetch_all(tx, SQL["list_rules_to_confirm"], Item, account_id=account_id)


async def list_freezes_to_confirm(tx: Connection, *, account_id: AccountId) -> list[Item]:
    """Freezes that a second person confirms."""
    return await db.fetch_all(tx, SQL["list_freezes_to_confirm"], Item, account_id=account_id)


async def list_profiles_to_confirm(tx: Connection, *, account_id: AccountId) -> list[Item]:
    """Bank profiles that a second person confirms."""
    return await db.fetch_all(tx, SQL["list_profiles_to_confirm"], Item, account_id=account_id)
