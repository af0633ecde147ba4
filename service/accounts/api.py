"""Tokens for machines, and the accounts that an administrator keeps."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from litestar import Router, delete, get, post
from litestar.params import FromPath, JSONBody

from service.accounts import actions, administration
from service.accounts.model import Account, AccountView, NewAccount, Stage, Token
from service.accounts.rules import TooManyAttempts, WrongPassword
from service.actor import Right, Role, Scope
from service.auth import allow
from service.ids import AccountId, TokenId
from service.people import actions as people
from service.problems import Problem
from service.second_factors import actions as second_factors
from service.second_factors.model import Answer, Purpose
from service.second_factors.proofs import site_of
from service.second_factors.rules import SecondFactorNeeded
from service.services import Services
from service.web import AnyRequest, Db, Held, Me, Now, address_of

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class TokenRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Whose token, for what, and for how many days."""

    email: Text
    password: Text
    name: Text
    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1, max_length=3)]
    days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 1
    code: Annotated[str, msgspec.Meta(max_length=40)] = ""


class IssuedToken(msgspec.Struct):
    """A token's secret, shown this once."""

    id: TokenId
    token: str
    expires_at: datetime


@post("/tokens", security=[{}])
async def issue_token(
    request: AnyRequest, data: JSONBody[TokenRequest], db: Db, clock: Now, services: Held
) -> IssuedToken:
    """Proves a person by e-mail and password and issues a bearer token for the API.

    Who has a second factor gives a code of it, or a recovery code, as well.
    """
    at, life = clock.now(), timedelta(days=data.days)
    async with db.transaction() as tx:
        account = await actions.check_password(
            tx, email=data.email, password=data.password, address=address_of(request), at=at
        )
        if isinstance(account, TooManyAttempts | WrongPassword):
            refused: Problem | None = account
            stage = Stage.OPEN
        else:
            refused, stage = None, await second_factors.stage_of(tx, account, at=at)
    if refused is None and not isinstance(account, Problem) and stage is not Stage.OPEN:
        refused = await _refuse_without_factor(request, account, stage, data.code, services, at)
    if refused is not None:
        raise refused
    assert isinstance(account, Account)
    async with db.transaction() as tx:
        token_id, secret = await actions.issue_token(
            tx, account, name=data.name, scopes=data.scopes, life=life, at=at
        )
    return IssuedToken(token_id, secret, at + life)


async def _refuse_without_factor(
    request: AnyRequest, account: Account, stage: Stage, code: str, services: Services, at: datetime
) -> Problem | None:
    if stage is Stage.ENROLMENT:
        return SecondFactorNeeded()
    async with services.database.transaction(account.actor(frozenset())) as tx:
        checked = await second_factors.check_factor(
            tx,
            account.id,
            Answer(code=code),
            purpose=Purpose.SIGN_IN,
            site=site_of(request),
            address=address_of(request),
            sealer=services.sealer,
            at=at,
        )
    return checked if isinstance(checked, Problem) else None


@get("/tokens", guards=[allow(scope=Scope.READ)])
async def list_tokens(db: Db, me: Me) -> list[Token]:
    """One's own tokens, without their secrets."""
    async with db.transaction() as tx:
        return await actions.list_own_tokens(tx, by=me)


@delete("/tokens/{token_id:uuid}", guards=[allow(scope=Scope.READ)])
async def revoke_token(token_id: FromPath[TokenId], db: Db, me: Me, clock: Now) -> None:
    """Ends one's own token at once."""
    async with db.transaction() as tx:
        await actions.revoke_token(tx, token_id, by=me, at=clock.now())


@get("/accounts", guards=[allow(Role.ADMINISTRATOR, Role.AUDITOR, scope=Scope.READ)])
async def list_accounts(db: Db) -> list[AccountView]:
    """All accounts."""
    async with db.transaction() as tx:
        return await actions.list_accounts(tx)


@post("/accounts", guards=[allow(Role.ADMINISTRATOR)])
async def create_account(data: JSONBody[NewAccount], db: Db, me: Me, clock: Now) -> dict[str, str]:
    """A new account of any role."""
    async with db.transaction() as tx:
        account_id = await actions.create_account(tx, data, by=me, at=clock.now())
        if data.employer_id is not None:
            await people.grant_rights(
                tx, account_id, data.employer_id, [Right.CHIEF], by=me.account, at=clock.now()
            )
    return {"id": str(account_id)}


@post("/accounts/{account_id:uuid}/disable", status_code=204, guards=[allow(Role.ADMINISTRATOR)])
async def disable_account(account_id: FromPath[AccountId], db: Db, me: Me, clock: Now) -> None:
    """Ends an account, its sessions and its tokens at once."""
    async with db.transaction() as tx:
        await administration.disable_account(tx, account_id, by=me, at=clock.now())


router = Router(
    "/",
    route_handlers=[
        issue_token,
        list_tokens,
        revoke_token,
        list_accounts,
        create_account,
        disable_account,
    ],
    tags=["accounts"],
)
