"""The finance office of these tests."""

import pytest

from tests.conftest import FixedClock
from tests.given import Given
from tests.recoveries.owing import Office, office_of


@pytest.fixture
async def office(given: Given, clock: FixedClock) -> Office:
    """Two finance officers and an authoriser."""
    return await office_of(given, clock)
