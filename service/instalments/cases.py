"""The cases of many agreements, made of the facts as they were known at a moment."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec

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


class Known(msgspec.Struct, frozen=True):
    """What the instalments of one agreement follow from, under whichever scheme."""

    facts: AgreementFacts
    evidence: Sequence[Reported]
    wages: Sequence[Row]
    rates_known_at: Sequence[datetime]

    def under(self, supply: Supply) -> Case:
        """The case that a scheme makes of it."""
        given = supply.give(self.facts, self.evidence, self.wages)
        until = last_paid_month(self.facts.starts_on, supply.paid_until_months)
        return Case(supply.scheme, self.facts.period, given, until)

    @property
    def known_at(self) -> datetime:
        """Since when all of it is known."""
        reported = [row.known_at for row in self.evidence]
        return max([self.facts.known_at, *reported, *self.rates_known_at])


async def read_cases(
    tx: Connection, spans: Sequence[Span], *, known_at: datetime
) -> dict[AgreementId, KnownCase]:
    """The cases of agreements for their spans of months; those that had not begun are left out."""
    found = await read_known(tx, spans, known_at=known_at)
    if not found:
        return {}
    supplies = await supplies_of(tx, found)
    due_before: dict[AgreementId, dict[PaymentKind, Cents]] = defaultdict(dict)
    for due in await store.list_due_before(tx, spans, known_at=known_at):
        due_before[due.agreement_id][due.kind] = due.due_cents
    return {
        known.facts.agreement_id: KnownCase(
            case=known.under(supplies[known.facts.scheme_version_id]),
            budget_line_id=known.facts.budget_line_id,
            due_before_cents=due_before[known.facts.agreement_id],
            known_at=known.known_at,
            computed_at=known.facts.computed_at,
        )
        for known in found
    }


async def read_known(tx: Connection, spans: Sequence[Span], *, known_at: datetime) -> list[Known]:
    """What was known at a moment of agreements that had begun, by id, and of the months of their
    spans and those before.
    """
    if not spans:
        return []
    agreements, reported = await facts.facts_known(tx, spans, known_at=known_at)
    if not agreements:
        return []
    wages = await schemes.minimum_wages_during(tx, _days_of(agreements, spans), known_at=known_at)
    rows, rates_known_at = wages_of(wages), [wage.recorded_at for wage in wages]
    evidence: dict[AgreementId, list[Reported]] = defaultdict(list)
    for row in reported:
        evidence[row.agreement_id].append(row)
    return [Known(fact, evidence[fact.agreement_id], rows, rates_known_at) for fact in agreements]


async def supplies_of(tx: Connection, agreements: Sequence[Known]) -> dict[SchemeVersionId, Supply]:
    """How the schemes of agreements are served, by version."""
    versions = sorted({known.facts.scheme_version_id for known in agreements})
    compiled = await schemes.compiled_versions(tx, versions)
    return {version_id: supply_of(scheme) for version_id, scheme in compiled.items()}


def _days_of(agreements: Sequence[AgreementFacts], spans: Sequence[Span]) -> Period:
    """Every day that the agreements have had up to the last month that is computed."""
    last = max(span.through_month for span in spans)
    first = min(fact.starts_on for fact in agreements)
    return Period(first.replace(day=1), max(add_months(last, 1), add_months(first, 1)))
