"""Bank accounts in a browser: an employer proposes, an officer compares and decides."""

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.bank_accounts import actions, rules
from service.bank_accounts.model import Owner, Text
from service.bank_accounts.rules import AccountInUse, ProposalWaiting
from service.ids import BankAccountId, CandidateId, EmployerId
from service.problems import InvalidFields
from service.second_factors.model import Act
from service.second_factors.proofs import proving
from service.web import ActingDatabase, Db, Me, Now, Seal, page, redirect

VISITOR = allow(*rules.DECIDERS, Role.EMPLOYER, scope=Scope.READ)
PROPOSER = allow(*rules.DECIDERS, Role.EMPLOYER)
DECIDER = allow(*rules.DECIDERS)

Refused = InvalidFields | ProposalWaiting | AccountInUse


class ProposalPage(msgspec.Struct):
    """What the form sends; whose account it is stands in the address."""

    iban: Text = ""
    holder_name: Text = ""


@get("/", guards=[VISITOR])
async def show_accounts(db: Db, me: Me, sealer: Seal) -> Template:
    """To an employer the own accounts and a form, to an officer what waits for a decision."""
    if me.role is Role.EMPLOYER:
        return await _own_page(db, me, ProposalPage())
    async with db.transaction() as tx:
        proposals = await actions.list_proposals(tx, by=me, sealer=sealer)
    return page("bank_accounts/waiting.html", proposals=proposals, me_id=me.account_id)


@get("/new", guards=[DECIDER])
async def show_proposal(
    db: Db,
    me: Me,
    employer_id: FromQuery[EmployerId | None] = None,
    candidate_id: FromQuery[CandidateId | None] = None,
) -> Template:
    """The form to propose an account for an owner."""
    return await _form_page(db, me, rules.read_owner(employer_id, candidate_id), ProposalPage())


@post("/new", guards=[PROPOSER])
async def propose(
    data: URLEncodedBody[ProposalPage],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
    employer_id: FromQuery[EmployerId | None] = None,
    candidate_id: FromQuery[CandidateId | None] = None,
) -> Redirect | Template:
    """Proposes an account, or brings the form back with a word beside each field."""
    owner = rules.read_owner(me.employer_id or employer_id, candidate_id)
    try:
        async with db.transaction() as tx:
            await actions.propose_account(
                tx,
                owner,
                iban=data.iban,
                holder_name=data.holder_name,
                by=me,
                at=clock.now(),
                sealer=sealer,
            )
    except (InvalidFields, ProposalWaiting, AccountInUse) as refused:
        return await _form_page(db, me, owner, data, refused)
    return redirect("/bank-accounts" if me.role is Role.EMPLOYER else _address(owner))


@post(
    "/{account_id:uuid}/confirm",
    guards=[DECIDER, proving(Act.CONFIRM_BANK_ACCOUNT, "account_id")],
)
async def confirm(account_id: FromPath[BankAccountId], db: Db, me: Me, clock: Now) -> Redirect:
    """Confirms what a colleague or an employer proposed."""
    async with db.transaction() as tx:
        await actions.confirm_account(tx, account_id, by=me, at=clock.now())
    return redirect("/bank-accounts")


@post(
    "/{account_id:uuid}/refuse",
    guards=[DECIDER, proving(Act.REFUSE_BANK_ACCOUNT, "account_id")],
)
async def refuse(account_id: FromPath[BankAccountId], db: Db, me: Me, clock: Now) -> Redirect:
    """Refuses a proposal."""
    async with db.transaction() as tx:
        await actions.refuse_account(tx, account_id, by=me, at=clock.now())
    return redirect("/bank-accounts")


async def _form_page(
    db: ActingDatabase,
    me: Actor,
    owner: Owner,
    typed: ProposalPage,
    refused: Refused | None = None,
) -> Template:
    if me.role is Role.EMPLOYER:
        return await _own_page(db, me, typed, refused)
    async with db.transaction() as tx:
        name = await actions.get_owner_name(tx, owner)
    return page(
        "bank_accounts/new.html",
        status=refused.status if refused else 200,
        owner=owner,
        name=name,
        typed=typed,
        errors=_errors(refused),
    )


async def _own_page(
    db: ActingDatabase, me: Actor, typed: ProposalPage, refused: Refused | None = None
) -> Template:
    async with db.transaction() as tx:
        accounts = await actions.list_accounts(tx, Owner.employer(me.employer), by=me)
    return page(
        "bank_accounts/own.html",
        status=refused.status if refused else 200,
        accounts=accounts,
        typed=typed,
        errors=_errors(refused),
    )


def _errors(refused: Refused | None) -> dict[str, str]:
    if isinstance(refused, InvalidFields):
        return refused.fields
    return {"iban": refused.sentence()} if refused else {}


def _address(owner: Owner) -> str:
    if owner.employer_id is not None:
        return f"/employers/{owner.employer_id}"
    return f"/candidates/{owner.candidate_id}"


router = Router(
    "/bank-accounts", route_handlers=[show_accounts, show_proposal, propose, confirm, refuse]
)
