"""The cases of many agreements, made of the facts as they were known at a moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from service.db import Connection
from service.facts import actions as facts
from service.facts.model import AgreementFacts, Reported, Span
from service.ids import AgreementId
from service.instalments import store
from service.instalments.model import Case, Evidence, KnownCase, PaymentKind
from service.money import Cents
from service.period import Month, Period, add_months, month_period
from service.schemes import actions as schemes
from service.schemes.model import RecordedMinimumWage, Terms


async def read_cases(
    tx: Connection, spans: Sequence[Span], *, known_at: datetime
) -> dict[AgreementId, KnownCase]:
    """The cases of agreements for their spans of months; those that had not begun are left out."""
    if not spans:
        return {}
    agreements, reported = await facts.facts_known(tx, spans, known_at=known_at)
    wages = await schemes.minimum_wages_during(
        tx,
        _days_of_evidence(
            min(span.from_month for span in spans), max(span.through_month for span in spans)
        ),
        known_at=known_at,
    )
    evidence: dict[AgreementId, list[Reported]] = defaultdict(list)
    for row in reported:
        evidence[row.agreement_id].append(row)
    due_before: dict[AgreementId, dict[PaymentKind, Cents]] = defaultdict(dict)
    for due in await store.list_due_before(tx, spans, known_at=known_at):
        due_before[due.agreement_id][due.kind] = due.due_cents
    by_agreement = {span.agreement_id: span for span in spans}
    return {
        fact.agreement_id: _known_case(
            fact,
            evidence[fact.agreement_id],
            _wages_of(by_agreement[fact.agreement_id], wages),
            due_before[fact.agreement_id],
        )
        for fact in agreements
    }


def _days_of_evidence(from_month: Month, through_month: Month) -> Period:
    """A programme month that falls due in a month began in it or in the month before."""
    return Period(add_months(from_month, -1), month_period(through_month).end)


def _wages_of(span: Span, wages: Sequence[RecordedMinimumWage]) -> list[RecordedMinimumWage]:
    days = _days_of_evidence(span.from_month, span.through_month)
    return [wage for wage in wages if wage.period.overlap(days)]


def _known_case(
    fact: AgreementFacts,
    evidence: Sequence[Reported],
    wages: Sequence[RecordedMinimumWage],
    due_before_cents: Mapping[PaymentKind, Cents],
) -> KnownCase:
    moments = [row.known_at for row in evidence] + [wage.recorded_at for wage in wages]
    return KnownCase(
        case=_case(fact, evidence, wages),
        budget_line_id=fact.budget_line_id,
        due_before_cents=due_before_cents,
        known_at=max([fact.known_at, *moments]),
        computed_at=fact.computed_at,
    )


def _case(
    fact: AgreementFacts, evidence: Sequence[Reported], wages: Sequence[RecordedMinimumWage]
) -> Case:
    suspensions = zip(fact.suspended_from, fact.suspended_until, strict=True)
    return Case(
        starts_on=fact.starts_on,
        period=fact.period,
        employment=fact.employment,
        weekly_hours=fact.weekly_hours,
        terms=Terms(fact.kind, fact.rate_bp, fact.monthly_max_cents, fact.months),
        suspensions=tuple(Period(start, end or date.max) for start, end in suspensions),
        evidence={
            row.month: Evidence(
                days_expected=row.days_expected,
                days_worked=row.days_worked,
                days_paid_leave=row.days_paid_leave,
                gross_wage_cents=row.gross_wage_cents,
                confirmed=row.confirmed,
            )
            for row in evidence
        },
        minimum_wages=wages,
    )
