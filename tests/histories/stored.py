"""What the service has stored of agreements, as plain values to hold beside the model's."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from service.db import Connection
from service.ids import AgreementId, PayoutId
from tests.histories.books import Books, Key, Page
from tests.histories.life import Life
from tests.histories.obvious import Due

HELD = """
SELECT agreement_id, month, kind, sum(cents)::bigint AS cents
FROM put_in GROUP BY agreement_id, month, kind HAVING sum(cents) <> 0
"""
LINES = """
SELECT i.agreement_id, i.month, i.kind, l.due_cents, l.netted_cents, l.amount_cents
FROM payout_line AS l INNER JOIN instalment AS i ON l.instalment_id = i.id
WHERE l.payout_id = $1
"""
BALANCES = """
SELECT leg.agreement_id, leg.month, leg.kind, leg.account, sum(leg.cents)::bigint AS cents
FROM (
    SELECT t.agreement_id, t.month, t.kind, d.kind AS account, t.amount_cents AS cents
    FROM transfer AS t INNER JOIN ledger_account AS d ON t.debit_account_id = d.id
    UNION ALL
    SELECT t.agreement_id, t.month, t.kind, c.kind, -t.amount_cents
    FROM transfer AS t INNER JOIN ledger_account AS c ON t.credit_account_id = c.id
) AS leg
WHERE leg.account IN ('calculated', 'recoverable', 'approved')
GROUP BY leg.agreement_id, leg.month, leg.kind, leg.account
HAVING sum(leg.cents) <> 0
"""
Stored = Mapping[AgreementId, dict[Any, Any]]


async def standing(tx: Connection) -> Stored:
    """What stands for each month and kind: cents, or why nothing is due."""
    found: dict[AgreementId, dict[Any, Any]] = defaultdict(dict)
    for row in await tx.fetch(
        "SELECT agreement_id, month, kind, amount_cents, reason "
        "FROM instalment WHERE superseded_at IS NULL"
    ):
        key = row["month"], row["kind"]
        assert key not in found[row["agreement_id"]], "instalment_once_per_month"
        found[row["agreement_id"]][key] = Due(row["amount_cents"], row["reason"])
    return found


async def held(tx: Connection) -> Stored:
    """What payouts hold of each month and kind, less what they keep back for it."""
    found: dict[AgreementId, dict[Any, Any]] = defaultdict(dict)
    for row in await tx.fetch(HELD):
        found[row["agreement_id"]][row["month"], row["kind"]] = row["cents"]
    return found


async def lines(tx: Connection, payout_id: PayoutId) -> Stored:
    """The lines of a payout: what is due, what is kept back, and what is paid."""
    found: dict[AgreementId, dict[Any, Any]] = defaultdict(dict)
    for row in await tx.fetch(LINES, payout_id):
        key = row["month"], row["kind"]
        found[row["agreement_id"]][key] = (
            row["due_cents"],
            row["netted_cents"],
            row["amount_cents"],
        )
    return found


async def balances(tx: Connection) -> Stored:
    """What stands in the ledger of each month and kind, on the accounts that payouts move."""
    found: dict[AgreementId, dict[Any, Any]] = defaultdict(dict)
    for row in await tx.fetch(BALANCES):
        found[row["agreement_id"]][row["account"], row["month"], row["kind"]] = row["cents"]
    return found


def lines_of(pages: Mapping[int, Page], life: Life) -> dict[Key, tuple[int, int, int]]:
    """The lines that the model has put up for an agreement, in the same form."""
    page = pages.get(life.number)
    return {
        line.key: (line.due_cents, line.kept_cents, line.due_cents - line.kept_cents)
        for line in (page.lines if page else [])
    }


def standing_of(life: Life) -> dict[Key, Due]:
    """What stands by the model."""
    return _books(life).standing


def held_of(life: Life) -> dict[Key, int]:
    """What payouts hold by the model, in the same form."""
    return {key: cents for key, cents in _books(life).put_in().items() if cents}


def balances_of(life: Life) -> dict[tuple[str, date, str], int]:
    """The ledger by the model: what is due and not approved, approved, and owed back."""
    books = _books(life)
    paid: dict[Key, int] = defaultdict(int)
    for page in books.pages:
        for line in page.lines if page.is_decided else []:
            paid[line.key] += line.due_cents - line.kept_cents
    accounts = {
        "calculated": books.calculated(),
        "recoverable": {key: -cents for key, cents in books.recoverable().items()},
        "approved": paid,
    }
    return {
        (account, *key): cents
        for account, by_key in accounts.items()
        for key, cents in by_key.items()
        if cents
    }


def _books(life: Life) -> Books:
    assert life.books is not None, "only histories that have begun are compared"
    return life.books
