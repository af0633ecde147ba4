"""The desk at which tests of links work."""

import pytest

from service.config import Config
from service.crypto import Sealer
from service.db import Database
from tests.conftest import FixedClock
from tests.given import Given
from tests.links.desk import Desk


@pytest.fixture
def desk(db: Database, clock: FixedClock, sealer: Sealer, given: Given, template: Config) -> Desk:
    """An office at work with candidates."""
    return Desk(db, clock, sealer, given, template)


@pytest.fixture
def committed_desk(
    committed: Database, clock: FixedClock, sealer: Sealer, template: Config
) -> Desk:
    """The same in a database where transactions commit, for what happens at once."""
    return Desk(committed, clock, sealer, Given(committed, clock, sealer), template)
