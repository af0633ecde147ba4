"""The people of a payout."""

import pytest

from service.actor import Actor, Role
from tests.given import Given, actor_of


@pytest.fixture
async def preparer(given: Given) -> Actor:
    return actor_of(await given.finance_officer())


@pytest.fixture
async def approver(given: Given) -> Actor:
    return actor_of(await given.account(Role.FINANCE_AUTHORISER))
