"""What tests of lists ask for."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from service.actor import Actor
from service.candidates.model import Candidate
from tests.given import Given, actor_of

Registered = tuple[Actor, list[Candidate]]
Register = Callable[..., Awaitable[Registered]]


@pytest.fixture
def registered(given: Given) -> Register:
    """Registers people at one office, several of one name."""

    async def register(names: list[str], **fields: Any) -> Registered:
        officer = await given.case_officer()
        people = [await given.candidate(officer, family_name=name, **fields) for name in names]
        return actor_of(officer), people

    return register
