"""The mails in a browser: what did not go out and why; without a mail server, what they say."""

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from service.i18n import N_
from service.ids import MailId
from service.mail import actions
from service.mail.api import ADMINISTRATOR, READER
from service.mail.model import ATTEMPTS_MAX, MailState
from service.mail.words import KIND_WORDS, TROUBLE_WORDS, subject_and_body
from service.problems import NotFound
from service.web import Db, Held, Me, Now, Seal, page, redirect

STATE_WORDS = {
    MailState.GIVEN_UP: N_("Given up"),
    MailState.FAILED: N_("Will be tried again"),
    MailState.PENDING: N_("Waiting"),
    MailState.SENT: N_("Sent"),
}
STATE_COLOURS = {
    MailState.GIVEN_UP: "red",
    MailState.FAILED: "orange",
    MailState.PENDING: "blue",
    MailState.SENT: "green",
}


@get("/mails", guards=[READER])
async def show_mails(
    db: Db,
    me: Me,
    sealer: Seal,
    services: Held,
    mail_state: FromQuery[MailState | None] = None,
    before: FromQuery[MailId | None] = None,
) -> Template:
    """The mails, the newest first."""
    async with db.transaction() as tx:
        mails = await actions.list_mails(tx, state=mail_state, before=before, by=me, sealer=sealer)
        counted = await actions.count_by_state(tx, by=me)
    return page(
        "mail/list.html",
        mails=mails,
        counted=counted,
        chosen=mail_state,
        is_first_page=before is None,
        next_before=mails[-1].id if len(mails) == actions.LISTED_AT_ONCE else None,
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        colours=STATE_COLOURS,
        troubles=TROUBLE_WORDS,
        attempts_max=ATTEMPTS_MAX,
        stay_here=services.mails_stay_here,
    )


@get("/mails/{mail_id:uuid}", guards=[ADMINISTRATOR])
async def show_mail(
    mail_id: FromPath[MailId], db: Db, me: Me, sealer: Seal, services: Held
) -> Template:
    """A whole mail, only where none leaves the machine: its link speaks for the one it is for."""
    if not services.mails_stay_here:
        raise NotFound
    async with db.transaction() as tx:
        mail = await actions.read_mail(tx, mail_id, by=me, sealer=sealer)
    subject, body = subject_and_body(mail)
    return page(
        "mail/mail.html", mail=mail, subject=subject, body=body, link=mail.facts.get("link")
    )


@post("/mails/{mail_id:uuid}/send-again", guards=[ADMINISTRATOR])
async def send_again(mail_id: FromPath[MailId], db: Db, me: Me, clock: Now) -> Redirect:
    """Lets a mail that was given up go out after all."""
    async with db.transaction() as tx:
        await actions.send_again(tx, mail_id, by=me, at=clock.now())
    return redirect("/mails")


router = Router("/", route_handlers=[show_mails, show_mail, send_again])
