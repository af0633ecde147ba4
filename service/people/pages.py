"""An employer's people in a browser: who they are, what they may do, and inviting one more."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.accounts.rules import EmailTaken, FirmLeftEmpty
from service.actor import Actor, Right, Role, Scope
from service.auth import allow
from service.employers import actions as employers
from service.i18n import _
from service.ids import AccountId, EmployerId, InvitationId
from service.invitations import actions as invitations
from service.invitations.model import Invited, NewInvitation
from service.people import actions, rules
from service.problems import InvalidFields, Problem
from service.web import ActingDatabase, Db, Held, Me, Now, page, redirect

KEEPER = allow(Role.EMPLOYER, Role.CASE_OFFICER)
READER = allow(Role.EMPLOYER, Role.CASE_OFFICER, scope=Scope.READ)

Text = Annotated[str, msgspec.Meta(max_length=200)]


class RightsForm(msgspec.Struct):
    """What is ticked."""

    rights: list[str] | str = msgspec.field(default_factory=list)

    @property
    def ticked(self) -> list[str]:
        """The rights; a form in which one box is ticked sends no list."""
        return [self.rights] if isinstance(self.rights, str) else self.rights


class InvitationForm(RightsForm):
    """Whom to invite; the firm is that of the address, never of the form."""

    email: Text = ""
    name: Text = ""
    language: Text = "sq"


@get("/", guards=[allow(Role.EMPLOYER, scope=Scope.READ)], sync_to_thread=False)
def show_own(me: Me) -> Redirect:
    """The people of one's own firm."""
    return redirect(f"/people/{me.employer}")


@get("/{employer_id:uuid}", guards=[READER])
async def show_people(employer_id: FromPath[EmployerId], db: Db, me: Me) -> Template:
    """The people of a firm, and the invitations that are open."""
    return await _people_page(db, me, employer_id)


@post("/{employer_id:uuid}/invite", guards=[KEEPER])
async def invite(
    employer_id: FromPath[EmployerId],
    data: URLEncodedBody[InvitationForm],
    db: Db,
    me: Me,
    services: Held,
) -> Template:
    """Invites somebody to act for the firm; the form comes back with a word beside each field."""
    try:
        async with db.transaction() as tx:
            await actions.refuse_unless_over(tx, employer_id, by=me)
            invited = await invitations.invite(
                tx,
                NewInvitation(
                    email=data.email,
                    name=data.name,
                    role=Role.EMPLOYER,
                    employer_id=employer_id,
                    rights=rules.check_rights(data.ticked),
                    language=data.language,
                ),
                by=me,
                at=services.clock.now(),
                sealer=services.sealer,
                public_url=services.public_url,
            )
    except (InvalidFields, EmailTaken) as refused:
        return await _people_page(db, me, employer_id, form=data, refused=refused)
    return await _people_page(db, me, employer_id, invited=invited)


@post("/{employer_id:uuid}/invitations/{invitation_id:uuid}/withdraw", guards=[KEEPER])
async def withdraw(
    employer_id: FromPath[EmployerId],
    invitation_id: FromPath[InvitationId],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect:
    """Takes an invitation back."""
    async with db.transaction() as tx:
        await actions.refuse_unless_over(tx, employer_id, by=me)
        await invitations.withdraw(
            tx, invitation_id, employer_id=employer_id, by=me, at=clock.now()
        )
    return redirect(f"/people/{employer_id}")


@post("/{employer_id:uuid}/{account_id:uuid}/rights", guards=[KEEPER])
async def change_rights(
    employer_id: FromPath[EmployerId],
    account_id: FromPath[AccountId],
    data: URLEncodedBody[RightsForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """What somebody may do from now on."""
    try:
        async with db.transaction() as tx:
            await actions.change_rights(
                tx, employer_id, account_id, data.ticked, by=me, at=clock.now()
            )
    except (InvalidFields, FirmLeftEmpty) as refused:
        return await _people_page(db, me, employer_id, of=account_id, refused=refused)
    return redirect(f"/people/{employer_id}")


@post("/{employer_id:uuid}/{account_id:uuid}/end", guards=[KEEPER])
async def end_person(
    employer_id: FromPath[EmployerId],
    account_id: FromPath[AccountId],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Ends somebody's account."""
    try:
        async with db.transaction() as tx:
            await actions.end_person(tx, employer_id, account_id, by=me, at=clock.now())
    except FirmLeftEmpty as refused:
        return await _people_page(db, me, employer_id, of=account_id, refused=refused)
    return redirect(f"/people/{employer_id}")


async def _people_page(
    db: ActingDatabase,
    me: Actor,
    employer_id: EmployerId,
    *,
    form: InvitationForm | None = None,
    of: AccountId | None = None,
    refused: Problem | None = None,
    invited: Invited | None = None,
) -> Template:
    async with db.transaction() as tx:
        people = await actions.list_people(tx, employer_id, by=me)
        employer = await employers.get_employer(tx, employer_id, by=me)
        waiting = await invitations.list_open(tx, employer_id=employer_id, by=me)
    return page(
        "people/people.html",
        status=refused.status if refused else 200,
        employer=employer,
        people=people,
        waiting=waiting,
        form=form or InvitationForm(),
        errors=_errors(refused, of),
        wrong_of=of,
        rights=[(right, _(words)) for right, words in rules.WORDS.items()],
        words=rules.WORDS,
        chief=Right.CHIEF,
        invited=invited,
        me=me,
    )


def _errors(refused: Problem | None, of: AccountId | None) -> dict[str, str]:
    if refused is None:
        return {}
    beside = f"rights-{of}" if of else "email"
    if isinstance(refused, InvalidFields):
        return {beside if of else name: said for name, said in refused.fields.items()}
    return {beside: refused.sentence()}


router = Router(
    "/people",
    route_handlers=[show_own, show_people, invite, withdraw, change_rights, end_person],
)
