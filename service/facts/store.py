"""The queries of facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from service import db
from service.db import Connection
from service.facts.model import AgreementFacts, ChangeCount, Reported, Span
from service.ids import AgreementId
from service.period import Month

SQL = db.load("facts")


async def moment_of_knowledge(
    tx: Connection, agreement_ids: Sequence[AgreementId], *, at: datetime
) -> datetime:
    """A moment, or right after what is known of agreements and was computed for them."""
    return await db.fetch_value(
        tx, SQL["moment_of_knowledge"], datetime, agreement_ids=list(agreement_ids), at=at
    )


async def list_facts(
    tx: Connection, agreement_ids: Sequence[AgreementId], *, known_at: datetime
) -> list[AgreementFacts]:
    """What agreements that had begun say, as it was known at a moment."""
    return await db.fetch_all(
        tx, SQL["list_facts"], AgreementFacts, agreement_ids=list(agreement_ids), known_at=known_at
    )


async def list_evidence(
    tx: Connection, spans: Sequence[Span], *, known_at: datetime
) -> list[Reported]:
    """Attendance and wages up to the last month of each span, in order, as known at a moment."""
    return await db.fetch_all(
        tx,
        SQL["list_evidence"],
        Reported,
        agreement_ids=[span.agreement_id for span in spans],
        through_months=[span.through_month for span in spans],
        known_at=known_at,
    )


async def take_changes(
    tx: Connection, month: Month, listed: Mapping[AgreementId, Month]
) -> list[Span]:
    """The months to compute of agreements that are held, each with what has changed dealt with."""
    return await db.fetch_all(
        tx,
        SQL["take_changes"],
        Span,
        month=month,
        agreement_ids=list(listed),
        from_months=list(listed.values()),
    )


async def list_changes(tx: Connection, month: Month) -> list[ChangeCount]:
    """What has changed up to a month and was not computed since, by fact."""
    return await db.fetch_all(tx, SQL["list_changes"], ChangeCount, month=month)


async def note_budget_waits(tx: Connection, since: Mapping[AgreementId, Month]) -> None:
    """Notes that agreements wait for money, each from a month on."""
    await db.execute(
        tx,
        SQL["note_budget_waits"],
        agreement_ids=list(since),
        months=list(since.values()),
    )
