"""Which figures may be shown: none of so few people that one of them could be recognised."""

from collections.abc import Iterable, Sequence

from service.simulation.model import Breakdown, Cell, Hidden, cost_of

CELL_MIN = 5  # a cell of fewer people is not shown
HIDDEN_MIN = 2  # nor is what is left when all others are subtracted from the whole


def break_down(cells: Iterable[Cell]) -> Breakdown:
    """The cells that may be shown, the costliest first, and the others together.

    A cell of fewer than five people is hidden, and so are the next smallest until what is left when
    all that is shown is subtracted from the whole is no single cell and no fewer than five people.
    """
    waiting = sorted(cells, key=lambda cell: (cell.candidate_count, cell.name))
    hidden = [cell for cell in waiting if cell.candidate_count < CELL_MIN]
    shown = waiting[len(hidden) :]
    while hidden and shown and not _is_safe(hidden):
        hidden.append(shown.pop(0))
    shown.sort(key=lambda cell: (-cell.cost.now_cents, -cell.cost.what_if_cents, cell.name))
    return Breakdown(shown, _together(hidden) if hidden else None)


def _is_safe(hidden: Sequence[Cell]) -> bool:
    people = sum(cell.candidate_count for cell in hidden)
    return len(hidden) >= HIDDEN_MIN and people >= CELL_MIN


def _together(hidden: Sequence[Cell]) -> Hidden:
    return Hidden(
        names=sorted(cell.name for cell in hidden),
        candidate_count=sum(cell.candidate_count for cell in hidden),
        agreement_count=sum(cell.agreement_count for cell in hidden),
        cost=cost_of(
            sum(cell.cost.now_cents for cell in hidden),
            sum(cell.cost.what_if_cents for cell in hidden),
        ),
    )
