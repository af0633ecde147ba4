"""Accounts in a browser, for who keeps them: find, invite, change, end, reset second factors."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from service.accounts import administration, rules
from service.accounts.model import Search
from service.actor import Actor, Role, Scope
from service.auth import allow
from service.i18n import _, language
from service.ids import AccountId, FactorResetId, InvitationId, OfficeId
from service.invitations import actions as invitations
from service.invitations.model import Invited, NewInvitation
from service.offices import actions as offices
from service.problems import InvalidFields, Problem
from service.second_factors import actions as second_factors
from service.second_factors.rules import ResetDecided
from service.web import ActingDatabase, Db, Held, Me, Now, page, redirect
from service.words import ROLES

READER = allow(Role.ADMINISTRATOR, Role.AUDITOR, scope=Scope.READ)
KEEPER = allow(Role.ADMINISTRATOR)
STAFF = tuple(role for role in ROLES if role is not Role.EMPLOYER)

Text = Annotated[str, msgspec.Meta(max_length=1_000)]


class SearchForm(msgspec.Struct):
    """Parts of a name or an address. They are sent, so that no name stands in an address."""

    words: Text = ""
    role: Text = ""
    state: Text = ""

    def search(self) -> Search:
        """What is wanted; what is none of the choices does not matter."""
        return Search(
            words=self.words,
            role=Role(self.role) if self.role in set(ROLES) else None,
            is_disabled={"working": False, "ended": True}.get(self.state),
        )


class RoleForm(msgspec.Struct):
    """The role, its office, and why."""

    role: Text = ""
    office_id: Text = ""
    reason: Text = ""


class InvitationForm(RoleForm):
    """Whom to invite, and as what."""

    email: Text = ""
    name: Text = ""
    language: Text = "sq"


INVITATION_FIELDS = ("name", "email", "role", "office_id", "language")  # as the page shows them


class ResetForm(msgspec.Struct):
    """Why a second factor is to be reset; the page has another field called reason."""

    reset: Text = ""


@get("/", guards=[READER])
async def show_accounts(db: Db, me: Me, after: FromQuery[AccountId | None] = None) -> Template:
    """Accounts by address, invitations that are open, and resets that wait."""
    return await _list_page(db, me, SearchForm(), Search(after=after))


@post("/", guards=[READER])
async def search(data: URLEncodedBody[SearchForm], db: Db, me: Me) -> Template:
    """The accounts that are looked for."""
    return await _list_page(db, me, data, data.search())


@get("/invite", guards=[KEEPER])
async def show_invitation(db: Db) -> Template:
    """The empty form."""
    return await _invitation_page(db, InvitationForm())


@post("/invite", guards=[KEEPER])
async def invite(data: URLEncodedBody[InvitationForm], db: Db, me: Me, services: Held) -> Template:
    """Invites somebody of the staff; the form comes back with a word beside each field."""
    try:
        role, office_id = await _invited_as(db, data)
        async with db.transaction() as tx:
            invited = await invitations.invite(
                tx,
                NewInvitation(
                    email=data.email,
                    name=data.name,
                    role=role,
                    office_id=office_id,
                    language=data.language,
                ),
                by=me,
                at=services.clock.now(),
                sealer=services.sealer,
                public_url=services.public_url,
            )
    except (InvalidFields, rules.EmailTaken) as refused:
        return await _invitation_page(db, data, refused=refused)
    return await _invitation_page(db, InvitationForm(), invited=invited)


@post("/invitations/{invitation_id:uuid}/withdraw", guards=[KEEPER])
async def withdraw(invitation_id: FromPath[InvitationId], db: Db, me: Me, clock: Now) -> Redirect:
    """Takes an invitation back."""
    async with db.transaction() as tx:
        await invitations.withdraw(tx, invitation_id, employer_id=None, by=me, at=clock.now())
    return redirect("/accounts")


@get("/{account_id:uuid}", guards=[READER])
async def show_account(account_id: FromPath[AccountId], db: Db, me: Me) -> Template:
    """One account: how it is used, what it was, and what can be done with it."""
    return await _account_page(db, me, account_id)


@post("/{account_id:uuid}/role", guards=[KEEPER])
async def change_role(
    account_id: FromPath[AccountId], data: URLEncodedBody[RoleForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Another role or office."""
    try:
        role, office_id = _role_in(data)
        async with db.transaction() as tx:
            await administration.change_role(
                tx,
                account_id,
                role,
                office_id=office_id,
                reason=data.reason,
                by=me,
                at=clock.now(),
            )
    except (
        InvalidFields, rules.DutiesConflict, rules.StaysWithFirm, rules.RoleLeftEmpty,
        rules.OfficeLeftEmpty, rules.OwnAccount,
    ) as refused:  # fmt: skip
        return await _account_page(db, me, account_id, form=data, refused=refused, beside="role")
    return redirect(f"/accounts/{account_id}")


@post("/{account_id:uuid}/disable", guards=[KEEPER])
async def disable(
    account_id: FromPath[AccountId], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Ends the account, its sessions and its tokens."""
    try:
        async with db.transaction() as tx:
            await administration.disable_account(tx, account_id, by=me, at=clock.now())
    except (
        rules.RoleLeftEmpty, rules.OfficeLeftEmpty, rules.FirmLeftEmpty, rules.OwnAccount
    ) as refused:  # fmt: skip
        return await _account_page(db, me, account_id, refused=refused, beside="end")
    return redirect(f"/accounts/{account_id}")


@post("/{account_id:uuid}/enable", guards=[KEEPER])
async def enable(account_id: FromPath[AccountId], db: Db, me: Me) -> Redirect:
    """Gives the account back."""
    async with db.transaction() as tx:
        await administration.enable_account(tx, account_id, by=me)
    return redirect(f"/accounts/{account_id}")


@post("/{account_id:uuid}/factor-reset", guards=[KEEPER])
async def ask_reset(
    account_id: FromPath[AccountId], data: URLEncodedBody[ResetForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Asks another administrator to reset the person's second factors."""
    try:
        async with db.transaction() as tx:
            await second_factors.ask_reset(tx, account_id, data.reset, by=me, at=clock.now())
    except (InvalidFields, ResetDecided, rules.OwnAccount) as refused:
        return await _account_page(
            db, me, account_id, refused=refused, beside="reset", why=data.reset
        )
    return redirect("/accounts")


@post("/factor-resets/{reset_id:uuid}/confirm", guards=[KEEPER])
async def confirm_reset(reset_id: FromPath[FactorResetId], db: Db, me: Me, clock: Now) -> Redirect:
    """Resets the person's second factors, as a second administrator."""
    async with db.transaction() as tx:
        await second_factors.confirm_reset(tx, reset_id, by=me, at=clock.now())
    return redirect("/accounts")


@post("/factor-resets/{reset_id:uuid}/refuse", guards=[KEEPER])
async def refuse_reset(reset_id: FromPath[FactorResetId], db: Db, me: Me, clock: Now) -> Redirect:
    """Drops a reset."""
    async with db.transaction() as tx:
        await second_factors.refuse_reset(tx, reset_id, by=me, at=clock.now())
    return redirect("/accounts")


async def _invited_as(db: ActingDatabase, form: InvitationForm) -> tuple[Role, OfficeId | None]:
    """The role and the office; InvalidFields with all that is wrong with the form besides."""
    try:
        return _role_in(form)
    except InvalidFields as refused:
        async with db.transaction() as tx:
            person = await invitations.person_complaints(
                tx, name=form.name, email=form.email, language=form.language
            )
        raise InvalidFields(person | refused.fields) from refused


def _role_in(form: RoleForm) -> tuple[Role, OfficeId | None]:
    """The role and the office; InvalidFields for what is none of the choices."""
    wrong: dict[str, str] = {}
    if form.role not in set(STAFF):
        wrong["role"] = _("Choose a role of the staff.")
    try:
        office_id = OfficeId(UUID(form.office_id)) if form.office_id else None
    except ValueError:
        wrong["office_id"] = _("Choose an office.")
        office_id = None
    if wrong:
        raise InvalidFields(wrong)
    return Role(form.role), office_id


async def _office_choices(db: ActingDatabase) -> list[tuple[str, str]]:
    async with db.transaction() as tx:
        found = await offices.list_offices(tx)
    named = [(str(one.id), one.name(language())) for one in found]
    return sorted(named, key=lambda choice: choice[1])


async def _list_page(db: ActingDatabase, me: Actor, form: SearchForm, wanted: Search) -> Template:
    async with db.transaction() as tx:
        found = await administration.search_accounts(tx, wanted, by=me)
        waiting = await invitations.list_open(tx, employer_id=None, by=me)
        resets = await second_factors.list_resets(tx, by=me)
    listed = found[: administration.LISTED_AT_ONCE]
    return page(
        "accounts/list.html",
        accounts=listed,
        more=listed[-1].id if len(found) > len(listed) else None,
        form=form,
        waiting=[one for one in waiting if one.role is not Role.EMPLOYER],
        resets=[one for one in resets if one.is_waiting],
        roles=ROLES,
        role_choices=[(role, _(words)) for role, words in ROLES.items()],
        may_edit=me.role is Role.ADMINISTRATOR,
        me=me,
    )


async def _invitation_page(
    db: ActingDatabase,
    form: InvitationForm,
    *,
    refused: Problem | None = None,
    invited: Invited | None = None,
) -> Template:
    errors = {"email": refused.sentence()} if refused else {}
    if isinstance(refused, InvalidFields):
        errors = refused.fields
    return page(
        "accounts/invite.html",
        status=refused.status if refused else 200,
        form=form,
        errors={name: errors[name] for name in INVITATION_FIELDS if name in errors},
        invited=invited,
        offices=await _office_choices(db),
        role_choices=[(role, _(ROLES[role])) for role in STAFF],
    )


async def _account_page(
    db: ActingDatabase,
    me: Actor,
    account_id: AccountId,
    *,
    form: RoleForm | None = None,
    refused: Problem | None = None,
    beside: str = "",
    why: str = "",
) -> Template:
    async with db.transaction() as tx:
        account, history = await administration.read_account(tx, account_id, by=me)
        resets = await second_factors.list_resets(tx, by=me)
    errors = {beside: refused.sentence()} if refused else {}
    if isinstance(refused, InvalidFields):
        errors = {"reset" if beside == "reset" else n: said for n, said in refused.fields.items()}
    shown = form or RoleForm(account.role, str(account.office_id or ""))
    return page(
        "accounts/show.html",
        status=refused.status if refused else 200,
        account=account,
        history=history,
        resets=[one for one in resets if one.account_id == account_id],
        form=shown,
        why=why,
        errors=errors,
        roles=ROLES,
        offices=await _office_choices(db),
        role_choices=[(role, _(ROLES[role])) for role in STAFF],
        may_edit=me.role is Role.ADMINISTRATOR and account_id != me.account_id,
        me=me,
    )


router = Router(
    "/accounts",
    route_handlers=[
        show_accounts,
        search,
        show_invitation,
        invite,
        withdraw,
        show_account,
        change_role,
        disable,
        enable,
        ask_reset,
        confirm_reset,
        refuse_reset,
    ],
)
