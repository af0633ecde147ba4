"""The mails over JSON, for administrators: what became of them, and sending one again."""

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery

from service.actor import Role, Scope
from service.auth import allow
from service.ids import MailId
from service.mail import actions
from service.mail.model import MailState, Shown
from service.web import Db, Me, Now, Seal

ADMINISTRATOR = allow(Role.ADMINISTRATOR)
READER = allow(Role.ADMINISTRATOR, scope=Scope.READ)


@get("/", guards=[READER])
async def list_mails(
    db: Db,
    me: Me,
    sealer: Seal,
    mail_state: FromQuery[MailState | None] = None,
    before: FromQuery[MailId | None] = None,
) -> list[Shown]:
    """Mails, the newest first, with their addresses masked; `before` asks for the next page."""
    async with db.transaction() as tx:
        return await actions.list_mails(tx, state=mail_state, before=before, by=me, sealer=sealer)


@post("/{mail_id:uuid}/send-again", status_code=204, guards=[ADMINISTRATOR])
async def send_again(mail_id: FromPath[MailId], db: Db, me: Me, clock: Now) -> None:
    """Lets a mail that was given up go out after all."""
    async with db.transaction() as tx:
        await actions.send_again(tx, mail_id, by=me, at=clock.now())


router = Router("/mails", route_handlers=[list_mails, send_again], tags=["mails"])
