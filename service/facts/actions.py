"""What others ask of facts: what was known at a moment, what has changed, and what comes when.

Every fact that an instalment follows from says since when it is known, and until when. A result can
be computed again from what was known at its moment, as long as no fact that comes later claims to
have been known before. So a new fact asks here for its moment, while its agreements are held.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from service.db import Connection
from service.facts import store
from service.facts.model import AgreementFacts, ChangeCount, Reported, Span
from service.ids import AgreementId
from service.period import Month

ALL_THAT_IS_KNOWN = datetime.max.replace(tzinfo=UTC)


async def moment_of_knowledge(
    tx: Connection, agreement_ids: Sequence[AgreementId], *, at: datetime
) -> datetime:
    """When a fact of agreements that are held becomes known: now, but never before what is known.

    It comes after every instalment that was computed without it, whatever the clocks of the
    machines say.
    """
    return await store.moment_of_knowledge(tx, agreement_ids, at=at)


async def facts_known(
    tx: Connection, spans: Sequence[Span], *, known_at: datetime
) -> tuple[list[AgreementFacts], list[Reported]]:
    """What agreements that had begun said at a moment, and what was reported for their months."""
    agreements = await store.list_facts(
        tx, [span.agreement_id for span in spans], known_at=known_at
    )
    return agreements, await store.list_evidence(tx, spans, known_at=known_at)


async def take_changes(
    tx: Connection, month: Month, listed: Mapping[AgreementId, Month]
) -> list[Span]:
    """The months to compute of agreements that are held: from the first that has changed, up to
    `month` or the last that was computed. The changes count as dealt with when the transaction is
    committed.
    """
    return await store.take_changes(tx, month, listed)


async def note_budget_waits(tx: Connection, since: Mapping[AgreementId, Month]) -> None:
    """Agreements whose budget line had too little left are computed again with the next run.

    Call it after what was computed now is written.
    """
    if since:
        await store.note_budget_waits(tx, since)


async def list_changes(tx: Connection, month: Month) -> list[ChangeCount]:
    """The agreements that wait to be computed again, up to a month, by the fact that changed."""
    return await store.list_changes(tx, month)
