"""What waits for whoever asks, kind by kind, the oldest first."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, time

from service.actor import Actor, Role
from service.assurance import actions as assurance
from service.attendance import actions as attendance
from service.clock import BUSINESS_ZONE
from service.crypto import Sealer
from service.db import Connection
from service.payment_calendar import actions as payment_calendar
from service.period import Month, add_months, format_month, month_of, next_month, parse_month
from service.registrations import actions as registrations
from service.todo import rules, store
from service.todo.model import Assured, Item, Kind, Waiting

Found = AsyncIterator[tuple[Kind, list[Item]]]


async def list_waiting(
    tx: Connection, *, by: Actor, at: datetime, on: date, sealer: Sealer
) -> list[Waiting]:
    """What waits for a person, each kind with its count and its oldest, in the order of the day."""
    match by.role:
        case Role.CASE_OFFICER:
            found = _of_case_officer(tx, by=by, at=at, on=on, sealer=sealer)
        case Role.EMPLOYER:
            found = _of_employer(tx, by=by, at=at, on=on)
        case Role.FINANCE_OFFICER:
            found = _of_finance_officer(tx, by=by, at=at, on=on)
        case Role.FINANCE_AUTHORISER:
            found = _of_authoriser(tx, by=by, at=at)
        case Role.ADMINISTRATOR:
            found = _of_administrator(tx, by=by)
        case _:
            return []
    gathered = [rules.gather(kind, items) async for kind, items in found]
    return [one for one in gathered if one is not None]


async def list_deadlines(tx: Connection, waiting: Sequence[Waiting]) -> dict[str, date]:
    """By the key of each month to report, until when that counts; none where nobody has said."""
    found = {
        item.item_key: await payment_calendar.reporting_closes(tx, parse_month(item.item_key))
        for one in waiting
        if one.kind is Kind.EMPLOYER_MONTHS
        for item in one.items
    }
    return {key: day for key, day in found.items() if day is not None}


async def read_assured(tx: Connection, *, by: Actor) -> Assured | None:
    """For an auditor the last seal and the last check of the books; None for anybody else."""
    if by.role is not Role.AUDITOR:
        return None
    seen = await assurance.read_assurance(tx, by=by)
    seal = seen.seals[0] if seen.seals else None
    check = seen.checks[0] if seen.checks else None
    return Assured(
        sealed_at=seal.sealed_at if seal else None,
        checked_at=check.finished_at if check else None,
        broken_count=check.broken_count if check else None,
    )


async def _of_case_officer(
    tx: Connection, *, by: Actor, at: datetime, on: date, sealer: Sealer
) -> Found:
    office, me = by.office, by.account
    yield (
        Kind.AGREEMENTS_UNSIGNED,
        await store.list_agreements_unsigned(tx, office_id=office, on=on),
    )
    yield Kind.AGREEMENTS_TO_SIGN, await store.list_agreements_to_sign(tx, office_id=office)
    yield (
        Kind.AGREEMENTS_TO_START,
        await store.list_agreements_to_start(tx, office_id=office, on=on),
    )
    yield Kind.ATTENDANCE_TO_CONFIRM, await store.list_attendance_to_confirm(tx, office_id=office)
    yield (
        Kind.REPORTS_CONTESTED,
        await store.list_reports_contested(tx, office_id=office, employer_id=None),
    )
    yield (
        Kind.QUESTIONS_ON_PAPER,
        await store.list_questions_on_paper(tx, office_id=office, at=at),
    )
    yield Kind.PLACEMENTS_TO_DECIDE, await store.list_placements_to_decide(tx, office_id=office)
    yield Kind.MATCHES_TO_INTRODUCE, await store.list_matches_to_introduce(tx, office_id=office)
    yield Kind.INTRODUCTIONS_OPEN, await store.list_introductions_open(tx, office_id=office)
    yield Kind.MATCHES_TO_DRAFT, await store.list_matches_to_draft(tx, office_id=office)
    yield Kind.DRAFTS, await _drafts(tx, by=by, at=at, sealer=sealer)
    yield (
        Kind.ELIGIBILITY_EXPIRING,
        await store.list_eligibility_expiring(tx, office_id=office, on=on),
    )
    yield Kind.TWINS, await store.list_twins(tx)
    yield Kind.HANDOVERS_OFFERED, await store.list_handovers_offered(tx)
    yield Kind.VISITS_DUE, await store.list_visits_due(tx, office_id=office, on=on)
    yield Kind.VISITS_WANTED, await store.list_visits_wanted(tx, office_id=office, on=on)
    yield Kind.OUTCOMES_DUE, await store.list_outcomes_due(tx, office_id=office, on=on)
    yield (
        Kind.BANK_ACCOUNTS_TO_DECIDE,
        await store.list_bank_accounts_to_decide(tx, account_id=me),
    )
    yield Kind.ALARMS, await store.list_alarms(tx)
    yield Kind.REVIEWS_OPEN, await store.list_reviews_open(tx)


async def _of_employer(tx: Connection, *, by: Actor, at: datetime, on: date) -> Found:
    own = by.employer
    yield (
        Kind.EMPLOYER_AGREEMENTS,
        await store.list_agreements_to_sign_for_employer(tx, employer_id=own),
    )
    yield (
        Kind.EMPLOYER_INTRODUCTIONS,
        await store.list_introductions_for_employer(tx, employer_id=own),
    )
    yield Kind.EMPLOYER_MONTHS, await _months_to_report(tx, by=by, on=on)
    yield (
        Kind.EMPLOYER_CONTESTED,
        await store.list_reports_contested(tx, office_id=None, employer_id=own),
    )
    yield (
        Kind.EMPLOYER_ACCOUNT,
        await store.list_accounts_missing(tx, employer_id=own, at=at),
    )
    yield (
        Kind.EMPLOYER_RECOVERIES,
        await store.list_recoveries_for_employer(tx, employer_id=own),
    )


async def _of_finance_officer(tx: Connection, *, by: Actor, at: datetime, on: date) -> Found:
    last = Month(add_months(month_of(on), -1))
    yield Kind.MONTHS_TO_COMPUTE, await store.list_months_to_compute(tx, month=last)
    yield Kind.MONTHS_TO_PUT_UP, await store.list_months_to_put_up(tx, month=last)
    yield (
        Kind.PAYOUTS_TO_APPROVE,
        await store.list_payouts_to_approve(tx, account_id=by.account),
    )
    async for one in _of_finance(tx, by=by, at=at):
        yield one
    yield Kind.RECOVERIES_TO_NOTIFY, await store.list_recoveries_to_notify(tx)
    yield (
        Kind.BANK_ACCOUNTS_TO_DECIDE,
        await store.list_bank_accounts_to_decide(tx, account_id=by.account),
    )
    yield Kind.LINKS_TO_CONFIRM, await store.list_links_to_confirm(tx, account_id=by.account)


async def _of_authoriser(tx: Connection, *, by: Actor, at: datetime) -> Found:
    yield (
        Kind.PAYOUTS_TO_AUTHORISE,
        await store.list_payouts_to_authorise(tx, account_id=by.account),
    )
    async for one in _of_finance(tx, by=by, at=at):
        yield one
    yield (
        Kind.VERSIONS_TO_ACTIVATE,
        await store.list_versions_to_activate(tx, account_id=by.account),
    )
    yield Kind.PROFILES_TO_CONFIRM, await store.list_profiles_to_confirm(tx, account_id=by.account)


async def _of_finance(tx: Connection, *, by: Actor, at: datetime) -> Found:
    me = by.account
    yield Kind.PAYOUTS_TO_EXPORT, await store.list_payouts_to_export(tx)
    yield Kind.ALARMS, await store.list_alarms(tx)
    yield Kind.QUARANTINED, await store.list_quarantined(tx)
    yield Kind.SUSPENSE, await store.list_suspense(tx)
    yield Kind.FAILED, await store.list_failed(tx)
    yield Kind.OVERRIDES_TO_GRANT, await store.list_overrides_to_grant(tx, account_id=me, at=at)
    yield Kind.APPEALS, await store.list_appeals(tx)
    yield Kind.WRITE_OFFS_TO_SIGN, await store.list_write_offs_to_sign(tx, account_id=me)
    yield Kind.REPAYMENTS_TO_CONFIRM, await store.list_repayments_to_confirm(tx, account_id=me)
    yield Kind.REVIEWS_OPEN, await store.list_reviews_open(tx)


async def _of_administrator(tx: Connection, *, by: Actor) -> Found:
    me = by.account
    yield Kind.VERSIONS_TO_ACTIVATE, await store.list_versions_to_activate(tx, account_id=me)
    yield Kind.RULES_TO_CONFIRM, await store.list_rules_to_confirm(tx, account_id=me)
    yield Kind.FREEZES_TO_CONFIRM, await store.list_freezes_to_confirm(tx, account_id=me)
    yield Kind.PROFILES_TO_CONFIRM, await store.list_profiles_to_confirm(tx, account_id=me)


async def _drafts(tx: Connection, *, by: Actor, at: datetime, sealer: Sealer) -> list[Item]:
    drafts = await registrations.list_drafts(tx, by=by, at=at, sealer=sealer)
    return [
        Item(str(one.id), one.name, one.saved_at, len(drafts)) for one in drafts[: rules.SHOWN_MAX]
    ]


async def _months_to_report(tx: Connection, *, by: Actor, on: date) -> list[Item]:
    owed = await attendance.list_missing(tx, on=on, by=by)
    missing = Counter(month_of(one.month) for one in owed.rows)
    return [
        Item(
            item_key=format_month(month),
            subject=f"{format_month(month)}: {missing[month]}",
            since=datetime.combine(next_month(month), time(), BUSINESS_ZONE),
            all_count=len(missing),
        )
        for month in sorted(missing)[: rules.SHOWN_MAX]
    ]
