"""What candidates say is wrong with reports, for the office that settles it and the employer."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role
from service.attendance import actions
from service.attendance.api import OFFICER, READERS
from service.ids import ContestId
from service.problems import InvalidFields
from service.web import ActingDatabase, Db, Me, Now, page, redirect

Typed = Annotated[str, msgspec.Meta(max_length=2000)]


@get("/contested", guards=READERS)
async def show_contested(db: Db, me: Me) -> Template:
    """The reports that candidates contest, beside what they say."""
    return await _contested_page(db, me)


@post("/contests/{contest_id:uuid}/settle", guards=OFFICER)
async def settle(
    contest_id: FromPath[ContestId],
    data: URLEncodedBody[dict[str, Typed]],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Writes down what was found out about what a candidate says, or brings the page back."""
    field = f"finding-{contest_id}"
    finding = data.get(field, "")
    try:
        async with db.transaction() as tx:
            await actions.settle_contest(tx, contest_id, finding=finding, by=me, at=clock.now())
    except InvalidFields as refused:
        errors = {field: refused.fields["finding"]}
        return await _contested_page(db, me, typed={contest_id: finding}, errors=errors)
    return redirect("/attendance/contested")


async def _contested_page(
    db: ActingDatabase,
    me: Actor,
    *,
    typed: Mapping[ContestId, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        contested = await actions.list_contested(tx, by=me)
    return page(
        "attendance/contested.html",
        status=InvalidFields.status if errors else 200,
        contested=contested,
        may_settle=me.role is Role.CASE_OFFICER,
        typed=typed or {},
        errors=errors or {},
    )


HANDLERS = [show_contested, settle]
