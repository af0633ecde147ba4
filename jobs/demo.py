"""The demo country and its money: a history month by month, then one month for real."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, time
from pathlib import Path

from jobs.instalments import compute_month
from jobs.months import Officers, Paid, compute_here, pay
from service.accounts import actions as accounts
from service.actor import SYSTEM, Actor
from service.clock import Clock
from service.config import Config
from service.db import UNWATCHED_SECONDS, Connection, Database, connect_owner, open_database
from service.demo import actions as country
from service.demo.model import DemoOptions
from service.demo.staff import ADDRESS
from service.instalments.model import Progress
from service.ledger import actions as ledger
from service.letters import actions as letters
from service.letters.making import make_letter
from service.letters.model import Kind, Subject
from service.money import format_euros
from service.payouts import actions as payouts
from service.payouts.rules import NothingToPay
from service.period import Month, add_months, format_month, next_month
from service.web import ActingDatabase

PAYING_DAY = 25
WORKERS = 2
REJECTED, RETURNED = 1, 1
STATEMENTS = 3

Say = Callable[[str], None]
Bar = Callable[[str], AbstractContextManager[Callable[[Progress], None]]]


class Then(Clock):
    """The paying day of a month of the past."""

    def __init__(self, month: Month) -> None:
        day = next_month(month).replace(day=PAYING_DAY)
        self._moment = datetime.combine(day, time(8), UTC)

    def now(self) -> datetime:
        """That morning."""
        return self._moment


async def load(config: Config, options: DemoOptions, *, say: Say) -> None:
    """Loads the country and runs the money of all its months but the last."""
    await _load_country(config, options, say)
    database = await open_database(config, statement_seconds_max=UNWATCHED_SECONDS)
    try:
        await _run_history(database, config, options, say)
    finally:
        await database.close()


async def up(config: Config, options: DemoOptions, *, say: Say, bar: Bar) -> list[str]:
    """Loads the country where there is none, pays its last month, and says what came of it."""
    if not await _has_people(config):
        await load(config, options, say=say)
    database = await open_database(config, statement_seconds_max=UNWATCHED_SECONDS)
    try:
        lines = []
        if options.until not in await _months_paid(database):
            with bar(f"Month {format_month(options.until)}") as show:
                run = await compute_month(
                    config, options.until, by=SYSTEM, workers=WORKERS, on_progress=show
                )
            lines.append(_sentence_of(run))
            officers = await _officers(database)
            paid = await pay(
                database, config.sealer, Clock(), options.until, by=officers, seed=options.seed,
                rejected=REJECTED, returned=RETURNED,
            )  # fmt: skip
            lines += _keep_files(config.state, paid)
            lines += await _write_statements(database, config, options.until, by=officers.preparing)
        lines += await _standing(database)
        return lines
    finally:
        await database.close()


async def _load_country(config: Config, options: DemoOptions, say: Say) -> None:
    owner = await connect_owner(config)
    try:
        async with owner.transaction():
            made = await country.load_country(owner, config.sealer, options)
        await owner.execute("ANALYZE")
    finally:
        await owner.close()
    say(
        f"Loaded the demo country: {len(made.candidates)} candidates, {len(made.employers)}"
        f" employers, {len(made.placements)} placements, {len(made.agreements)} agreements,"
        f" {len(made.attendance)} months of attendance."
    )


async def _run_history(database: Database, config: Config, options: DemoOptions, say: Say) -> None:
    officers = await _officers(database)
    month, unlucky = options.first_month, True
    while month < options.until:
        clock = Then(month)
        run = await compute_here(database, clock, month, by=SYSTEM)
        try:
            paid = await pay(
                database, config.sealer, clock, month, by=officers, seed=options.seed,
                rejected=REJECTED if unlucky else 0, returned=RETURNED if unlucky else 0,
            )  # fmt: skip
        except NothingToPay:
            say(f"{format_month(month)}: {run.all_count} agreements, nothing to pay yet")
        else:
            unlucky = False
            say(
                f"{format_month(month)}: {run.all_count} agreements,"
                f" {paid.payout.line_count} payments, {format_euros(paid.total_cents)}"
            )
        async with database.transaction(SYSTEM) as tx:
            await ledger.release_unused(tx, on=clock.today())
        month = Month(add_months(month, 1))


async def _has_people(config: Config) -> bool:
    owner = await connect_owner(config)
    try:
        return await country.has_people(owner)
    finally:
        await owner.close()


async def _months_paid(database: Database) -> set[Month]:
    async with database.transaction(SYSTEM) as tx:
        return {Month(payout.month) for payout in (await payouts.list_payouts(tx)).rows}


async def _officers(database: Database) -> Officers:
    async with database.transaction(SYSTEM) as tx:
        return Officers(
            preparing=await _actor(tx, "finance.1"),
            approving=(await _actor(tx, "finance.2"), await _actor(tx, "finance.3")),
            authorising=(await _actor(tx, "authoriser"), await _actor(tx, "authoriser.2")),
        )


async def _actor(tx: Connection, mailbox: str) -> Actor:
    return await accounts.get_actor_by_email(tx, f"{mailbox}@{ADDRESS}")


def _sentence_of(run: Progress) -> str:
    return (
        f"Computed {format_month(run.month)}: {run.all_count} agreements,"
        f" {run.due_count} due ({format_euros(run.due_cents)}), {run.blocked_count} blocked,"
        f" {run.not_due_count} not due; {run.per_second:.0f} agreements a second."
    )


def _keep_files(state: Path, paid: Paid) -> list[str]:
    """The files of a payout, for people to look at; the database keeps its own, sealed."""
    folder = state / "bank"
    folder.mkdir(parents=True, exist_ok=True)
    names = ("pain.001", "pain.002", "camt.053")
    for name, content in zip(names, (paid.order, *paid.answers), strict=True):
        (folder / f"{paid.payout.reference}.{name}.xml").write_bytes(content)
    ended = ", ".join(f"{count} {effect}" for effect, count in sorted(paid.effects.items()))
    return [
        f"Paid {format_month(paid.payout.month)}: payout {paid.payout.reference},"
        f" {paid.payout.line_count} payments, {format_euros(paid.total_cents)};"
        f" put up by one finance officer, approved by {paid.payout.required_approvals} others and"
        f" authorised by {paid.payout.required_authorisations}.",
        f"The bank answered: {ended}.",
        f"Bank files: {folder.resolve()} (SHA-256 of the order {paid.file.sha256.hex()[:16]}…)",
    ]


async def _write_statements(
    database: Database, config: Config, month: Month, *, by: Actor
) -> list[str]:
    """The statements of the month's largest payees, so that there are letters to look at."""
    async with database.transaction(by) as tx:
        payees = await letters.list_payees(tx, month)
    largest = sorted(payees, key=lambda one: one.amount_cents, reverse=True)[:STATEMENTS]
    made = [
        await make_letter(
            ActingDatabase(database, by),
            Subject(Kind.STATEMENT, one.payee_id, month),
            language="",
            me=by,
            clock=Clock(),
            sealer=config.sealer,
        )
        for one in largest
    ]
    return [f"Letters: {', '.join(one.reference for one in made)} at /letters"]


async def _standing(database: Database) -> list[str]:
    async with database.transaction(SYSTEM) as tx:
        lines = [
            f"{line.scheme_code}: appropriated {format_euros(line.appropriated_cents)},"
            f" committed {format_euros(line.committed_cents)},"
            f" paid {format_euros(line.paid_cents)}, returned {format_euros(line.returned_cents)}"
            for line in await ledger.list_budget_lines(tx)
        ]
        broken = await ledger.broken_invariants(tx)
    assert not broken, f"invariants are broken: {broken[:3]}"
    return [
        *lines,
        "The invariants of the ledger hold.",
        "Reports: the outcomes at /reports/outcomes (JSON and CSV at /api/reports/outcomes).",
    ]
