"""The cases of many agreements, made of the facts as they were known at a moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from service.db import Connection
from service.facts import actions as facts
from service.facts.model import AgreementFacts, Reported, Span
from service.facts.supply import Row, Supply, last_paid_month, supply_of, wages_of
from service.ids import AgreementId, SchemeVersionId
from service.instalments import store
from service.instalments.model import Case, KnownCase, PaymentKind
from service.money import Cents
from service.period import Period, add_months
from service.schemes import actions as schemes


async def read_cases(
    tx: Connection, spans: Sequence[Span], *, known_at: datetime
) -> dict[AgreementId, KnownCase]:
    """The cases of agreements for their spans of months; those that had not begun are left out."""
    if not spans:
        return {}
    agreements, reported = await facts.facts_known(tx, spans, known_at=known_at)
    if not agreements:
        return {}
    supplies = await _supplies(tx, agreements)
    wages = await schemes.minimum_wages_during(tx, _days_of(agreements, spans), known_at=known_at)
    rows = wages_of(wages)
    evidence: dict[AgreementId, list[Reported]] = defaultdict(list)
    for row in reported:
        evidence[row.agreement_id].append(row)
    due_before: dict[AgreementId, dict[PaymentKind, Cents]] = defaultdict(dict)
    for due in await store.list_due_before(tx, spans, known_at=known_at):
        due_before[due.agreement_id][due.kind] = due.due_cents
    rates_known_at = [wage.recorded_at for wage in wages]
    return {
        fact.agreement_id: _known_case(
            fact,
            evidence[fact.agreement_id],
            supplies[fact.scheme_version_id],
            rows,
            due_before[fact.agreement_id],
            rates_known_at,
        )
        for fact in agreements
    }


async def _supplies(
    tx: Connection, agreements: Sequence[AgreementFacts]
) -> dict[SchemeVersionId, Supply]:
    versions = sorted({fact.scheme_version_id for fact in agreements})
    compiled = await schemes.compiled_versions(tx, versions)
    return {version_id: supply_of(scheme) for version_id, scheme in compiled.items()}


def _days_of(agreements: Sequence[AgreementFacts], spans: Sequence[Span]) -> Period:
    """Every day that the agreements have had up to the last month that is computed."""
    last = max(span.through_month for span in spans)
    first = min(fact.starts_on for fact in agreements)
    return Period(first.replace(day=1), max(add_months(last, 1), add_months(first, 1)))


def _known_case(
    fact: AgreementFacts,
    evidence: Sequence[Reported],
    supply: Supply,
    wages: Sequence[Row],
    due_before_cents: Mapping[PaymentKind, Cents],
    rates_known_at: Sequence[datetime],
) -> KnownCase:
    moments = [row.known_at for row in evidence]
    return KnownCase(
        case=Case(
            supply.scheme,
            fact.period,
            supply.give(fact, evidence, wages),
            last_paid_month(fact.starts_on, supply.paid_until_months),
        ),
        budget_line_id=fact.budget_line_id,
        due_before_cents=due_before_cents,
        known_at=max([fact.known_at, *moments, *rates_known_at]),
        computed_at=fact.computed_at,
    )
