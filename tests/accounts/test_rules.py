"""Throttling, passwords, roles and scopes, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from service.accounts import rules
from service.accounts.model import Failures, NewAccount, OpenSession
from service.actor import Role, Scope
from service.ids import AccountId, OfficeId, new_id
from service.problems import InvalidFields

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def failures(for_email: int = 0, for_address: int = 0, *, ago: timedelta) -> Failures:
    last = AT - ago
    return Failures(
        for_email=for_email,
        last_for_email=last if for_email else None,
        for_address=for_address,
        last_for_address=last if for_address else None,
    )


@pytest.mark.parametrize(
    ("failed", "wait_seconds"), [(0, 0), (4, 0), (5, 14), (6, 29), (7, 59), (9, 239), (40, 899)]
)
def test_each_failure_from_the_fifth_doubles_the_wait(failed: int, wait_seconds: int) -> None:
    counted = failures(for_email=failed, ago=timedelta(seconds=1))

    wait = rules.wait_before_sign_in(counted, AT)

    assert wait == timedelta(seconds=wait_seconds)


def test_nobody_is_locked_out_for_good() -> None:
    counted = failures(for_email=1000, for_address=1000, ago=rules.DELAY_MAX)

    assert rules.wait_before_sign_in(counted, AT) == timedelta(0)


def test_an_address_that_tries_many_accounts_has_to_wait() -> None:
    counted = failures(for_address=50, ago=timedelta(seconds=1))

    assert rules.wait_before_sign_in(counted, AT) > timedelta(0)


@pytest.mark.parametrize(
    ("idle", "left", "live"),
    [
        (timedelta(minutes=29), timedelta(hours=1), True),
        (timedelta(minutes=30), timedelta(hours=1), False),
        (timedelta(0), timedelta(0), False),
    ],
)
def test_a_session_ends_when_idle_or_old(idle: timedelta, left: timedelta, live: bool) -> None:
    session = OpenSession(AccountId(new_id()), last_seen_at=AT - idle, expires_at=AT + left)

    assert rules.is_live(session, AT) is live


def test_every_wrong_field_of_an_account_gets_its_sentence() -> None:
    account = NewAccount(
        email="nobody", name=" ", role=Role.SYSTEM, password="short", language="de",
        office_id=OfficeId(new_id()),
    )  # fmt: skip

    with pytest.raises(InvalidFields) as refused:
        rules.check_account(account)

    assert set(refused.value.fields) == {
        "email", "name", "role", "password", "language", "office_id",
    }  # fmt: skip


def test_an_auditor_may_only_read_and_an_administrator_moves_no_money() -> None:
    assert rules.scopes_of(Role.AUDITOR) == {Scope.READ}
    assert Scope.MONEY not in rules.scopes_of(Role.ADMINISTRATOR)
    assert Scope.MONEY in rules.scopes_of(Role.FINANCE_OFFICER)


@pytest.mark.parametrize("scope", [Scope.WRITE, Scope.MONEY])
def test_a_token_never_may_more_than_its_owner(scope: Scope) -> None:
    with pytest.raises(rules.ScopeNotYours):
        rules.check_token(Role.AUDITOR, [Scope.READ, scope], timedelta(days=1))
