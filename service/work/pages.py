"""Long work in a browser: how far it is, live where scripts run, and what came of it."""

from typing import Any

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.actor import Role, Scope
from service.auth import allow
from service.ids import WorkId
from service.web import Db, page, redirect
from service.work import actions
from service.work.words import (
    STATE_TAGS,
    STATES,
    STEPS,
    address_of_origin,
    address_of_result,
    refusal,
    title,
)

READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

SAID: dict[str, Any] = {
    "work_states": STATES,
    "work_tags": STATE_TAGS,
    "work_steps": STEPS,
    "work_title": title,
    "work_refusal": refusal,
    "address_of_result": address_of_result,
    "address_of_origin": address_of_origin,
}


@get("/", guards=[READER])
async def show_all(db: Db) -> Template:
    """The work that was asked for last, and how far it is."""
    async with db.transaction() as tx:
        listed = await actions.list_work(tx)
    return page("work/list.html", listed=listed, **SAID)


@get("/{work_id:uuid}", guards=[READER])
async def show_work(work_id: FromPath[WorkId], db: Db) -> Template | Redirect:
    """How far it is; when it is done, what came of it."""
    async with db.transaction() as tx:
        work = await actions.read_work(tx, work_id)
    result = address_of_result(work)
    if result is not None:
        return redirect(result)
    return page("work/work.html", work=work, **SAID)


@get("/{work_id:uuid}/progress", guards=[READER])
async def show_progress(work_id: FromPath[WorkId], db: Db) -> Template:
    """The same as a part of the page; it leads on when the work is over."""
    async with db.transaction() as tx:
        work = await actions.read_work(tx, work_id)
    answer = page("work/progress.html", work=work, **SAID)
    if not work.is_open:
        answer.headers["HX-Redirect"] = address_of_result(work) or f"/work/{work.id}"
    return answer


router = Router("/work", route_handlers=[show_all, show_work, show_progress])
