"""The command `ura`: sets up, serves, works, computes and checks."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import click
import uvicorn
from redis.asyncio import Redis
from redis.exceptions import RedisError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.servers import ServersFailed, running
from jobs import bench as month_bench
from jobs import bench_lists as lists_bench
from jobs import bench_payouts as payouts_bench
from jobs import bench_posting as posting_bench
from jobs import demo, worker
from jobs.bench import BenchFailed
from jobs.bench_reading import ReadingFailed
from jobs.instalments import RunFailed, compute_month, start_worker, stop_workers
from service import loops, migrations
from service.actor import SYSTEM
from service.app import app_of
from service.bank.command import bank
from service.clock import Clock
from service.config import Config, ConfigurationFailed, read_config
from service.db import UnsupportedServer, open_database
from service.demo.actions import PASSWORDS, DemoRefused
from service.demo.model import DemoOptions
from service.demo.staff import ADDRESS
from service.expected import command as expected
from service.instalments.model import Progress as RunProgress
from service.invitations.command import administrator
from service.ledger import actions as ledger
from service.migrations import MigrationRefused
from service.money import format_euros
from service.period import Month, add_months, format_month, month_of, parse_month
from service.problems import Problem
from service.schemes.command import FILE, load, scheme
from service.schemes.installation import ShippedDocumentRefused
from service.servers import state_option
from service.simulation import command as simulation
from service.simulation.model import MONTHS_MAX
from service.statements import command as statements_command  # noqa: F401 # adds its command

COUNTRY = "kosovo"
HOST = "127.0.0.1"
PORT = 8000
OLDEST_REDIS = (6, 2)
KNOWN_FAILURES = (
    BenchFailed,
    ConfigurationFailed,
    DemoRefused,
    MigrationRefused,
    Problem,
    ShippedDocumentRefused,
    RunFailed,
    ServersFailed,
    UnsupportedServer,
    asyncpg.PostgresError,
    RedisError,
    OSError,
)
console = Console()


class MonthType(click.ParamType[Month]):
    """A month such as 2026-10."""

    name = "month"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        """The month, or a sentence that says how to write one."""
        try:
            return parse_month(str(value))
        except Problem as wrong:
            self.fail(wrong.sentence(), param, ctx)


@contextmanager
def started(state: Path) -> Iterator[Config]:
    """The servers for as long as the block runs; a failure people can act on is one sentence."""
    try:
        with running(state) as urls:
            config = read_config(state, database_url=urls.database, redis_url=urls.redis)
            loops.run(_check_redis(config))
            yield config
    except KNOWN_FAILURES as failed:
        sentence = failed.sentence() if isinstance(failed, Problem) else str(failed)
        raise click.ClickException(sentence) from failed


async def _check_redis(config: Config) -> None:
    async with Redis.from_url(config.redis_url) as redis:
        server = await redis.info("server")
    version = str(server.get("redis_version", "0.0"))
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        raise UnsupportedServer(f"Ura needs Redis 6.2 or Valkey 8, or newer; this is {version}")


async def _migrate(config: Config) -> list[str]:
    applied = await migrations.migrate(config)
    await migrations.check_key(config)
    await migrations.load_country(config, COUNTRY)
    return applied


def last_full_month() -> Month:
    """The latest month that is over."""
    return Month(add_months(month_of(Clock().today()), -1))


def demo_options(function: Callable[..., None]) -> Callable[..., None]:
    """The options that describe the demo country."""
    options = (
        click.option("--seed", default=1, show_default=True, type=click.IntRange(0)),
        click.option("--months", default=12, show_default=True, type=click.IntRange(1, 36)),
        click.option("--employers", default=300, show_default=True, type=click.IntRange(1, 20_000)),
        click.option(
            "--candidates", default=2000, show_default=True, type=click.IntRange(1, 500_000)
        ),
    )
    for option in options:
        function = option(function)
    return function


@contextmanager
def run_bar(title: str) -> Iterator[Callable[[RunProgress], None]]:
    """A progress bar of a month's run."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=None)

        def show(run: RunProgress) -> None:
            bar.update(task, total=run.agreement_count, completed=run.done_count)

        yield show


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Ura: youth wage subsidies, from the employment office to the settled instalment."""
    context.obj = started
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


@main.command()
@state_option
def migrate(state: Path) -> None:
    """Bring the database up to date and load the country's reference data."""
    with started(state) as config:
        applied = loops.run(_migrate(config))
    console.print(f"Applied {len(applied)} migrations." if applied else "Already up to date.")


@main.command("demo")
@state_option
@demo_options
def load_demo(state: Path, **sizes: int) -> None:
    """Load a believable demo country, the same for the same seed, with its history of money."""
    options = DemoOptions(until=last_full_month(), **sizes)
    with started(state) as config:
        loops.run(_migrate(config))
        loops.run(demo.load(config, options, say=console.print))
    _print_accounts()


def _print_accounts() -> None:
    console.print("\nWho may sign in (the demo country is invented, and so are they):")
    people = {
        "case_officer": f"officer.prishtine@{ADDRESS} (officer.MUNICIPALITY@… for any other)",
        "employer": f"employer.1@{ADDRESS}",
        "finance_officer": f"finance.1@{ADDRESS} to finance.5@{ADDRESS}",
        "finance_authoriser": f"authoriser@{ADDRESS}",
        "auditor": f"auditor@{ADDRESS}",
        "administrator": f"administrator@{ADDRESS}",
    }
    for role, address in people.items():
        console.print(f"  {role.replace('_', ' '):20} {address:60} {PASSWORDS[role]}")


@main.command()
@state_option
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(0, 32),
    help="Workers to run beside the server.",
)  # fmt: skip
def serve(state: Path, port: int, workers: int) -> None:
    """Serve the API and the pages, with a worker beside them."""
    with started(state) as config:
        loops.run(_migrate(config))
        loops.run(_serve(config.served_at(port), port=port, workers=workers))


class _Server(uvicorn.Server):
    """Ends quietly: uvicorn's own raises the signal again, which would cut our clean-up short."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ctrl-C and SIGTERM ask the server to finish; a second one does not wait."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as taken:
        raise OSError(f"port {port} of {HOST} cannot be used: choose another, --port") from taken


async def _serve(config: Config, *, port: int, workers: int) -> None:
    listening = _listen(port)
    started_workers = [await start_worker(config) for _ in range(workers)]
    server = _Server(
        uvicorn.Config(
            app_of(config),
            host=HOST,
            port=port,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    )
    console.print(f"Ura is at http://{HOST}:{port} (API below /api, its schema at /schema)")
    try:
        await server.serve(sockets=[listening])
    finally:
        await stop_workers(started_workers)


@main.command("worker")
@state_option
def work(state: Path) -> None:
    """Run a worker until Ctrl-C or SIGTERM."""
    with started(state) as config:
        loops.run(_migrate(config))
        worker.run_worker(config)


@main.group()
def month() -> None:
    """What happens to a whole month."""


@month.command("compute")
@state_option
@click.argument("which", type=MonthType(), metavar="MONTH")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 32))
@click.option("--all", "everything", is_flag=True, help="Compute all again, changed or not.")
def compute(state: Path, which: Month, workers: int, everything: bool) -> None:
    """Compute what is due for MONTH, such as 2026-10; again, only what has changed since."""
    with started(state) as config:
        loops.run(_migrate(config))
        with run_bar(f"Month {format_month(which)}") as show:
            run = loops.run(
                compute_month(
                    config,
                    which,
                    by=SYSTEM,
                    workers=workers,
                    on_progress=show,
                    everything=everything,
                )
            )
    _print_run(run)


def _print_run(run: RunProgress) -> None:
    console.print(
        f"{run.all_count} agreements: {run.due_count} due ({format_euros(run.due_cents)}),"
        f" {run.blocked_count} blocked, {run.not_due_count} not due;"
        f" {run.done_count} computed, {run.standing_count} unchanged,"
        f" {run.written_count} rows written, {run.per_second:.0f} agreements a second."
    )


@scheme.command("simulate")
@state_option
@click.argument("file", type=FILE)
@click.option(
    "--months", default=12, show_default=True, type=click.IntRange(1, MONTHS_MAX),
    help="How many finished months.",
)  # fmt: skip
@click.option("--scheme", "code", help="The scheme to compare with; else the one FILE names.")
@click.option("--json", "is_json", is_flag=True, help="Writes JSON instead of tables.")
def simulate(state: Path, file: Path, months: int, code: str | None, *, is_json: bool) -> None:
    """What FILE would have cost in the last months, over the agreements of a state folder.

    Each agreement is computed by FILE and by its own version, from the facts as known now, with
    the engine that pays. Nothing is changed.
    """
    program = load(file)
    with started(state) as config, simulation.agreements_bar() as bar:
        found = loops.run(
            simulation.simulate(
                config,
                program,
                code=code or program.document.code,
                months=months,
                on_progress=bar,
            )
        )
    if is_json:
        click.echo(simulation.as_json(found.simulation))
    else:
        simulation.show(console, found)


@main.command("expected")
@state_option
@click.option(
    "--month", "which", type=MonthType(), required=True, metavar="MONTH", help="Such as 2026-10."
)
def compare(state: Path, which: Month) -> None:
    """Compute MONTH a second time and compare; the exit code is 1 where an amount differs."""
    with started(state) as config:
        found = loops.run(expected.compare(config, which))
    expected.show(console, found, which)
    sys.exit(1 if found.difference_count else 0)


@main.command()
@state_option
def invariants(state: Path) -> None:
    """Check the ledger: every row that breaks an invariant is printed, and the exit code is 1."""
    with started(state) as config:
        broken = loops.run(_broken(config))
    for one in broken:
        console.print(f"{one.invariant}: {one.subject}: {one.found}")
    console.print("All invariants hold." if not broken else f"{len(broken)} rows break invariants.")
    sys.exit(1 if broken else 0)


async def _broken(config: Config) -> list[Any]:
    await _migrate(config)
    database = await open_database(config)
    try:
        async with database.transaction(SYSTEM) as tx:
            return list(await ledger.broken_invariants(tx))
    finally:
        await database.close()


@main.command()
@state_option
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help="Stop after the job instead of serving.")
@demo_options
def up(state: Path, port: int, no_serve: bool, **sizes: int) -> None:
    """Set everything up, load the demo country, pay a month for real, and serve."""
    options = DemoOptions(until=last_full_month(), **sizes)
    with started(state) as config:
        console.print(f"Servers are up; data is kept in {state.resolve()}")
        applied = loops.run(_migrate(config))
        if applied:
            console.print(f"Applied {len(applied)} migrations.")
        report = loops.run(demo.up(config, options, say=console.print, bar=run_bar))
        for line in report:
            console.print(line)
        _print_accounts()
        if not no_serve:
            loops.run(_serve(config, port=port, workers=1))


@main.group()
def bench() -> None:
    """Measures Ura against raw limits, in one run on this machine."""


@bench.command(name="month")
@state_option
@click.option("--sizes", default="10000,100000", show_default=True, help="Numbers of agreements.")
@click.option("--workers", type=click.IntRange(1, 64), help="Default: one for each processor.")
def bench_month(state: Path, sizes: str, workers: int | None) -> None:
    """A month by the workers, beside one hand-written statement and a bare insert."""
    wanted = _sizes(sizes)
    with started(state) as config:
        measured = loops.run(
            month_bench.bench_month(
                config, wanted, workers=workers or month_bench.cores(), say=console.print
            )
        )
    _show_table("October 2026, the 70 % scheme", month_bench.table(measured))


@bench.command(name="lists")
@state_option
@click.option("--size", type=click.IntRange(1_000), default=100_000, show_default=True)
def bench_lists(state: Path, size: int) -> None:
    """Each page of a list out of so many candidates and agreements, beside its bare query."""
    with started(state) as config:
        measured = loops.run(lists_bench.bench_lists(config, size, say=console.print))
    _show_table("Pages of lists", lists_bench.table(measured))


@bench.command(name="payouts")
@state_option
@click.option("--sizes", default="10000,100000", show_default=True, help="Numbers of payments.")
def bench_payouts(state: Path, sizes: str) -> None:
    """Orders for a bank, written beside sepaxml; its statement, read and posted beside camt053."""
    wanted = _sizes(sizes)
    try:
        written = loops.run(payouts_bench.bench_writers(wanted, say=console.print))
        _show_table("Writing orders (pain.001.001.09)", payouts_bench.table(written))
        with started(state) as config:
            posted = loops.run(posting_bench.bench_postings(config, wanted, say=console.print))
    except (BenchFailed, ReadingFailed) as failed:
        raise click.ClickException(str(failed)) from failed
    _show_table("Posting a statement (camt.053.001.08)", posting_bench.table(posted))


def _sizes(typed: str) -> list[int]:
    wanted = [int(size) for size in typed.replace("_", "").split(",") if size.strip().isdecimal()]
    if not wanted or min(wanted) < 1:
        raise click.ClickException("Give the sizes as whole numbers: --sizes 10000,100000")
    return wanted


def _show_table(title: str, lines: list[tuple[str, ...]]) -> None:
    shown = Table(title=title)
    head, *rows = lines
    for column in head:
        shown.add_column(column, justify="right")
    for row in rows:
        shown.add_row(*row)
    console.print(shown)


main.add_command(administrator)
main.add_command(bank)
main.add_command(scheme)

if __name__ == "__main__":
    main()
