"""The ledger's queries."""

from collections.abc import Mapping, Sequence

from service import db
from service.db import Connection
from service.ids import AgreementId, BudgetLineId, SchemeId, new_id, new_ids
from service.instalments.model import Key
from service.ledger.model import (
    FLOWS,
    AccountKind,
    Balance,
    Broken,
    BudgetLine,
    BudgetLineKey,
    EndedCommitment,
    HeldAgreement,
    NewTransfer,
    Shortfall,
)
from service.money import Cents

SQL = db.load("ledger")
# Every file of invariants counts: sql/queries/invariants.sql, invariants_<part>.sql, tampering.sql.
BOOKS = {
    name: query
    for file in sorted((db.SQL_FOLDER / "queries").glob("invariants*.sql"))
    for name, query in db.load(file.stem).items()
}
INVARIANTS = {**BOOKS, **db.load("standing_kept"), **db.load("tampering")}


async def lock_budget_line(tx: Connection, scheme_id: SchemeId) -> BudgetLineId:
    """The budget line of a scheme, held until the transaction ends; NotFound without one."""
    line = await db.fetch_one(tx, SQL["lock_budget_line"], BudgetLineKey, scheme_id=scheme_id)
    return line.id


async def lock_budget_lines(tx: Connection) -> list[BudgetLineKey]:
    """Every budget line, in one order for all, held until the transaction ends."""
    return await db.fetch_all(tx, SQL["lock_budget_lines"], BudgetLineKey)


async def appropriation_left(tx: Connection, budget_line_id: BudgetLineId) -> Cents:
    """What of a line's appropriation is not committed, in cents."""
    return await db.fetch_value(tx, SQL["appropriation_left"], Cents, budget_line_id=budget_line_id)


async def insert_transfers(tx: Connection, transfers: Sequence[NewTransfer]) -> int:
    """Posts the transfers that were not posted before; how many those were."""
    return await db.execute_in_pieces(tx, SQL["insert_transfers"], transfers, _columns)


async def insert_new_transfers(tx: Connection, transfers: Sequence[NewTransfer]) -> int:
    """Posts transfers none of which was posted before; how many."""
    return await db.execute_in_pieces(tx, SQL["insert_new_transfers"], transfers, _columns)


def _columns(piece: Sequence[NewTransfer]) -> Mapping[str, object]:
    places, alike = db.alike(
        (one.budget_line_id, one.reason, one.source_type, one.month, one.kind, one.effective_on)
        for one in piece
    )
    flows = [FLOWS[one[1]] for one in alike]
    return {
        "ids": new_ids(len(piece)),
        "alike": places,
        "amounts_cents": [one.amount_cents for one in piece],
        "source_ids": [one.source_id for one in piece],
        "agreement_ids": [one.agreement_id for one in piece],
        "debit_kinds": [flow.debit for flow in flows],
        "credit_kinds": [flow.credit for flow in flows],
        "budget_line_ids": [one[0] for one in alike],
        "reasons": [one[1] for one in alike],
        "source_types": [one[2] for one in alike],
        "months": [one[3] for one in alike],
        "kinds": [one[4] for one in alike],
        "effective_on": [one[5] for one in alike],
    }


async def contradictions(tx: Connection, transfers: Sequence[NewTransfer]) -> int:
    """How many of the transfers stand in the ledger under the same source with other facts."""
    return await db.fetch_value(
        tx,
        SQL["contradictions"],
        int,
        budget_line_ids=[transfer.budget_line_id for transfer in transfers],
        amounts_cents=[transfer.amount_cents for transfer in transfers],
        reasons=[transfer.reason for transfer in transfers],
        source_types=[transfer.source_type for transfer in transfers],
        source_ids=[transfer.source_id for transfer in transfers],
        agreement_ids=[transfer.agreement_id for transfer in transfers],
        months=[transfer.month for transfer in transfers],
        kinds=[transfer.kind for transfer in transfers],
    )


async def list_balances(tx: Connection, keys: Sequence[Key]) -> list[Balance]:
    """What the ledger holds for keys; nothing for those it has not heard of."""
    return await db.fetch_all(
        tx,
        SQL["list_balances"],
        Balance,
        agreement_ids=[key.agreement_id for key in keys],
        months=[key.month for key in keys],
        kinds=[key.kind for key in keys],
    )


async def list_shortfalls(
    tx: Connection, drawn: Mapping[tuple[AgreementId, BudgetLineId], Cents]
) -> list[Shortfall]:
    """Agreements whose commitment does not cover what is to be drawn from it."""
    return await db.fetch_all(
        tx,
        SQL["list_shortfalls"],
        Shortfall,
        agreement_ids=[agreement_id for agreement_id, _ in drawn],
        budget_line_ids=[budget_line_id for _, budget_line_id in drawn],
        drawn_cents=list(drawn.values()),
    )


async def lock_ended_agreements(tx: Connection, *, at_most: int) -> list[HeldAgreement]:
    """Ended agreements that still hold money, and that nobody else holds."""
    return await db.fetch_all(tx, SQL["lock_ended_agreements"], HeldAgreement, at_most=at_most)


async def list_ended_commitments(
    tx: Connection, agreement_ids: Sequence[AgreementId]
) -> list[EndedCommitment]:
    """What those of the agreements that ended still hold."""
    return await db.fetch_all(
        tx, SQL["list_ended_commitments"], EndedCommitment, agreement_ids=list(agreement_ids)
    )


async def list_budget_lines(tx: Connection) -> list[BudgetLine]:
    """Every budget line with the balance of each of its accounts."""
    return await db.fetch_all(tx, SQL["list_budget_lines"], BudgetLine)


async def list_broken(tx: Connection) -> list[Broken]:
    """The rows that break an invariant, rule by rule; none when all hold."""
    return [row for query in INVARIANTS.values() for row in await db.fetch_all(tx, query, Broken)]


async def list_broken_books(tx: Connection) -> list[Broken]:
    """The same for the rules that the rows of money alone can tell."""
    return [row for query in BOOKS.values() for row in await db.fetch_all(tx, query, Broken)]


async def insert_budget_line(
    tx: Connection, budget_line_id: BudgetLineId, scheme_id: SchemeId, *, name: str
) -> None:
    """A line for a scheme, with nothing on it."""
    await db.execute(
        tx,
        SQL["insert_budget_line"],
        budget_line_id=budget_line_id,
        scheme_id=scheme_id,
        name=name,
    )


async def insert_accounts(tx: Connection, budget_line_id: BudgetLineId) -> int:
    """One account of each kind for a line; how many."""
    return await db.execute(
        tx,
        SQL["insert_accounts"],
        budget_line_id=budget_line_id,
        ids=[new_id() for _ in AccountKind],
        kinds=list(AccountKind),
    )
