"""Computing a scheme's last months as they are and with another document; nothing is written."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from service.actor import Actor
from service.db import Connection
from service.facts.actions import ALL_THAT_IS_KNOWN
from service.facts.model import Span
from service.facts.supply import Supply, supply_of, unsuppliable
from service.i18n import _
from service.ids import SchemeVersionId
from service.instalments.cases import Known, read_known, supplies_of
from service.instalments.explain import explain_reason
from service.instalments.model import ReasonCode
from service.ledger import actions as ledger
from service.period import Month, month_of
from service.problems import NotFound
from service.schemes import actions as schemes
from service.schemes.language.checking import check_text
from service.schemes.language.compiler import compile_program
from service.schemes.language.program import Program
from service.schemes.model import Finding, SchemeVersion
from service.schemes.rules import VersionFlawed
from service.simulation import rules, store
from service.simulation.model import Simulation, Subject, Version
from service.simulation.rules import NoSuchScheme, SimulationUnderWay
from service.simulation.tally import Tally

BATCH_SIZE = 500
OnProgress = Callable[[int, int], None]


def keep_quiet(done: int, total: int) -> None:
    """For who does not want to know how far a what-if is."""


async def program_of(text: str) -> Program:
    """The program of a document, which may be a draft's; VersionFlawed when it has flaws."""
    program, flaws = await asyncio.to_thread(check_text, text)
    if program is None:
        raise VersionFlawed([Finding(one.line, one.part, one.message) for one in flaws])
    return program


async def simulate(
    tx: Connection,
    program: Program,
    *,
    code: str,
    months: int,
    by: Actor,
    today: date,
    on_progress: OnProgress = keep_quiet,
) -> Simulation:
    """A scheme's last finished months, by each agreement's own version and by another document.

    All is computed from the facts as they are known now, with the documents as if they had always
    held. `tx` is one of `Database.reading` for the system: what comes out are sums, and who drafts
    a scheme sees no agreement. `on_progress` is told the agreements done, and all. Raises
    NotAllowed, NoSuchScheme, MonthsOutOfRange, NeedsOtherFacts, OtherCurrency and
    SimulationUnderWay.
    """
    rules.refuse_unless_planner(by)
    wanted = rules.last_months(months, today=today)
    rules.refuse_unkept(unsuppliable(program))
    rules.refuse_other_currency(program.document.currency)
    versions = await _versions(tx, code)
    if not await store.try_simulation_lock(tx):
        raise SimulationUnderWay
    what_if = supply_of(await asyncio.to_thread(compile_program, program))
    tally = Tally(wanted)
    await _add_all(tx, tally, what_if, code=code, months=wanted, on_progress=on_progress)
    return await _answer(tx, tally, program, versions, months=wanted)


async def _versions(tx: Connection, code: str) -> list[SchemeVersion]:
    try:
        return await schemes.list_versions_of_scheme(tx, code)
    except NotFound:
        raise NoSuchScheme from None


async def _add_all(
    tx: Connection,
    tally: Tally,
    what_if: Supply,
    *,
    code: str,
    months: Sequence[Month],
    on_progress: OnProgress,
) -> None:
    """Adds the agreements up in batches; a thread computes, so that others are served meanwhile."""
    days = rules.days_of(months)
    total = await store.agreements_employed(tx, code, days)
    done = 0
    on_progress(done, total)
    async for subjects in store.list_agreements_employed(tx, code, days, batch_size=BATCH_SIZE):
        spans = [Span(one.agreement_id, month_of(one.starts_on), months[-1]) for one in subjects]
        known = await read_known(tx, spans, known_at=ALL_THAT_IS_KNOWN)
        supplies = await supplies_of(tx, known)
        await asyncio.to_thread(_add, tally, subjects, known, supplies, what_if, months)
        done += len(subjects)
        on_progress(done, total)


def _add(
    tally: Tally,
    subjects: Sequence[Subject],
    known: Sequence[Known],
    supplies: Mapping[SchemeVersionId, Supply],
    what_if: Supply,
    months: Sequence[Month],
) -> None:
    ages = rules.ages_of(what_if.scheme.program.document.settings)
    known_of = {one.facts.agreement_id: one for one in known}
    for subject in subjects:
        facts = known_of[subject.agreement_id]
        version_id = facts.facts.scheme_version_id
        now = rules.entries(facts.under(supplies[version_id]), months)
        other = rules.entries(facts.under(what_if), months)
        tally.add(subject, version_id, (now, rules.unless_of_age(ages, subject, other)))


async def _answer(
    tx: Connection,
    tally: Tally,
    program: Program,
    versions: Sequence[SchemeVersion],
    *,
    months: Sequence[Month],
) -> Simulation:
    code, totals = versions[0].code, tally.totals()
    in_use = sorted(
        (one for one in versions if one.id in tally.versions), key=lambda one: one.number
    )
    compiled = await schemes.compiled_versions(tx, [one.id for one in in_use])
    programs = [program, *(compiled[one.id].program for one in in_use)]
    lines = await ledger.list_budget_lines(tx)
    line = next(line for line in lines if line.scheme_code == code)
    return Simulation(
        code=code,
        currency=program.document.currency,
        first_month=months[0],
        last_month=months[-1],
        versions=[Version(one.number, tally.versions[one.id]) for one in in_use],
        totals=totals,
        outcomes=tally.outcomes(lambda reason: _words(reason, programs)),
        budget=rules.budget_after(
            appropriated_cents=line.appropriated_cents,
            left_cents=line.appropriation_cents,
            total=totals.total,
        ),
        remarks=rules.remarks(
            program.document.settings.get("months"), [one.months for one in in_use]
        ),
    )


def _words(reason: ReasonCode, programs: Sequence[Program]) -> str:
    """A reason in the words of the first scheme that has its own for it."""
    if reason == rules.OUTSIDE_AGES:
        return _("On the first day the candidate's age is outside the ages of the document.")
    plain = explain_reason(reason)
    told = (explain_reason(reason, program) for program in programs)
    return next((words for words in told if words != plain), plain)
