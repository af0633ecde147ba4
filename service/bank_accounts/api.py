"""Bank accounts for machines: propose, list what waits, confirm as a second person, refuse."""

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.bank_accounts import actions, rules
from service.bank_accounts.model import BankAccount, Proposal, ProposalForm
from service.ids import BankAccountId, CandidateId, EmployerId
from service.second_factors.model import Act
from service.second_factors.proofs import proving
from service.web import Db, Me, Now, Seal

PROPOSER = allow(Role.CASE_OFFICER, Role.FINANCE_OFFICER, Role.EMPLOYER)
DECIDER = allow(*rules.DECIDERS)
DECIDER_READS = allow(*rules.DECIDERS, scope=Scope.READ)
KNOWN = allow(scope=Scope.READ)


@post("/", guards=[PROPOSER])
async def propose(
    data: JSONBody[ProposalForm], db: Db, me: Me, clock: Now, sealer: Seal
) -> BankAccount:
    """Proposes an account of an employer or a candidate; it pays once somebody else confirms it."""
    async with db.transaction() as tx:
        return await actions.propose_account(
            tx,
            rules.read_owner(data.employer_id, data.candidate_id),
            iban=data.iban,
            holder_name=data.holder_name,
            by=me,
            at=clock.now(),
            sealer=sealer,
        )


@get("/", guards=[KNOWN])
async def list_accounts(
    db: Db,
    me: Me,
    employer_id: FromQuery[EmployerId | None] = None,
    candidate_id: FromQuery[CandidateId | None] = None,
) -> list[BankAccount]:
    """Every account of one employer or one candidate, newest first."""
    owner = rules.read_owner(employer_id, candidate_id)
    async with db.transaction() as tx:
        return await actions.list_accounts(tx, owner, by=me)


@get("/proposals", guards=[DECIDER_READS])
async def list_proposals(db: Db, me: Me, sealer: Seal) -> list[Proposal]:
    """What waits for a second person, oldest first, with the IBAN to compare."""
    async with db.transaction() as tx:
        return await actions.list_proposals(tx, by=me, sealer=sealer)


@post(
    "/{account_id:uuid}/confirm",
    status_code=200,
    guards=[DECIDER, proving(Act.CONFIRM_BANK_ACCOUNT, "account_id")],
)
async def confirm(account_id: FromPath[BankAccountId], db: Db, me: Me, clock: Now) -> BankAccount:
    """Confirms another's proposal: a first account pays at once, a change after 72 hours."""
    async with db.transaction() as tx:
        return await actions.confirm_account(tx, account_id, by=me, at=clock.now())


@post(
    "/{account_id:uuid}/refuse",
    status_code=200,
    guards=[DECIDER, proving(Act.REFUSE_BANK_ACCOUNT, "account_id")],
)
async def refuse(account_id: FromPath[BankAccountId], db: Db, me: Me, clock: Now) -> BankAccount:
    """Refuses a proposal; the former account stays."""
    async with db.transaction() as tx:
        return await actions.refuse_account(tx, account_id, by=me, at=clock.now())


router = Router(
    "/bank-accounts",
    route_handlers=[propose, list_accounts, list_proposals, confirm, refuse],
    tags=["bank accounts"],
)
