"""Who may look, and what the rows of the sub-ledger come to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from service.actor import Actor, Role
from service.assurance.model import LedgerFilter, LedgerRow
from service.i18n import N_
from service.ledger.model import AccountKind
from service.money import Cents
from service.problems import NotAllowed, Problem

READERS = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR})


class NobodyNamed(Problem):
    """The whole ledger in one answer helps nobody."""

    slug = "nobody-named"
    title = N_("Say whose money you look for: an agreement, an employer, a candidate or a month.")
    status = 422


def refuse_unless_reader(by: Actor) -> None:
    """NotAllowed unless finance or an auditor asks."""
    if by.role not in READERS:
        raise NotAllowed


def refuse_unless_auditor(by: Actor) -> None:
    """NotAllowed unless an auditor asks."""
    if by.role is not Role.AUDITOR:
        raise NotAllowed


def refuse_everything(wanted: LedgerFilter) -> None:
    """NobodyNamed when nothing narrows the sub-ledger down."""
    if wanted == LedgerFilter():
        raise NobodyNamed


def sums(rows: Iterable[LedgerRow]) -> Mapping[AccountKind, Cents]:
    """What rows come to on each account, in cents."""
    totals: dict[AccountKind, int] = defaultdict(int)
    for row in rows:
        for account, cents in row.balances.items():
            totals[account] += cents
    return {account: Cents(totals[account]) for account in AccountKind if account in totals}
