"""Who may ask for which work, how a file is divided, and when work is given up."""

from collections.abc import Mapping

from service.actor import Actor, Role
from service.i18n import N_
from service.problems import NotAllowed
from service.work.model import WorkKind

PART_BYTES = 1_000_000
ATTEMPTS_MAX = 5
FAILED = N_(
    "This broke off several times and was given up; nothing of it was saved. Report the number "
    "{number}."
)

OFFICER = frozenset({Role.FINANCE_OFFICER})
FINANCE = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
MAY_ASK: Mapping[WorkKind, frozenset[Role]] = {
    WorkKind.PUT_UP: OFFICER,
    WorkKind.REOPENING: OFFICER,
    WorkKind.CHECK_MONTH: OFFICER,
    WorkKind.BANK_IMPORT: FINANCE,
    WorkKind.BANK_EXPORT: FINANCE,
}


def refuse_unless_may_ask(kind: WorkKind, by: Actor) -> None:
    """NotAllowed unless the work is for this person to ask for."""
    if by.role not in MAY_ASK[kind]:
        raise NotAllowed


def parts_of(content: bytes) -> list[bytes]:
    """A file in parts of a size that a row takes well; an empty file is one empty part."""
    return [
        content[start : start + PART_BYTES] for start in range(0, len(content) or 1, PART_BYTES)
    ]


def is_given_up(attempts: int) -> bool:
    """Whether work that broke off so many times is not taken up again."""
    return attempts >= ATTEMPTS_MAX
