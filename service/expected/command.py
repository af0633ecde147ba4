"""`ura expected`: a month computed a second time, beside what the service has computed."""

from rich.console import Console
from rich.table import Table

from service import migrations
from service.actor import SYSTEM
from service.config import Config
from service.db import open_database
from service.expected import actions
from service.expected.model import MonthComparison
from service.money import format_euros
from service.period import Month, format_month


async def compare(config: Config, month: Month) -> MonthComparison:
    """Compares over the database of a configuration; MigrationRefused unless it is set up."""
    await migrations.refuse_behind(config)
    database = await open_database(config, pool_max=1)
    try:
        async with database.reading(SYSTEM) as tx:
            return await actions.compare_month(tx, month)
    finally:
        await database.close()


def show(console: Console, found: MonthComparison, month: Month) -> None:
    """The totals of the month, and a table of what differs."""
    console.print(
        f"{found.agreement_count} agreements, {found.amount_count} amounts up to"
        f" {format_month(month)}: {format_euros(found.ours_cents)} are due for the month,"
        f" computed twice {format_euros(found.theirs_cents)}."
    )
    if found.without_method_count:
        console.print(f"{found.without_method_count} amounts are not computed a second time.")
    if found.waiting_count:
        console.print(
            f"{found.waiting_count} agreements have facts that changed since they were computed;"
            " they are compared by what was known then."
        )
    if not found.difference_count:
        console.print("No amount differs.")
        return
    shown = Table(title=f"{found.difference_count} amounts differ")
    for head in ("Agreement", "Month", "Payment", "Computed", "Computed twice"):
        shown.add_column(head)
    for one in found.differences:
        shown.add_row(
            one.agreement_reference,
            format_month(one.month),
            one.kind,
            format_euros(one.ours_cents),
            format_euros(one.theirs_cents),
        )
    console.print(shown)
