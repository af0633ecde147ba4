"""How changes are put together by employer."""

from collections.abc import Sequence
from itertools import groupby

from service.comparison.model import EmployerCause, EmployerChange


def by_employer(causes: Sequence[EmployerCause]) -> list[EmployerChange]:
    """Employers with all their causes, in the order in which they come."""
    return [_employer(list(own)) for _, own in groupby(causes, key=lambda one: one.employer_id)]


def _employer(causes: list[EmployerCause]) -> EmployerChange:
    first = causes[0]
    return EmployerChange(first.employer_id, first.employer_name, first.employer_cents, causes)
