"""Employers for machines: register, find and change."""

from typing import Annotated

from litestar import Router, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actor import Role, Scope
from service.auth import allow
from service.employers import actions, rules
from service.employers.model import ChangeForm, Employer, Registered, RegistrationForm
from service.ids import EmployerId
from service.web import Db, Me, Now, Seal

OFFICER = allow(Role.CASE_OFFICER)
LISTER = allow(*rules.SEES_ALL, scope=Scope.READ)
READER = allow(*rules.SEES_ALL, Role.EMPLOYER, scope=Scope.READ)

Name = Annotated[str, QueryParameter(max_length=200)]


@post("/", guards=[OFFICER])
async def register(
    data: JSONBody[RegistrationForm], db: Db, me: Me, clock: Now, sealer: Seal
) -> Registered:
    """Registers a firm; its account, if given, pays once a second person confirms it."""
    async with db.transaction() as tx:
        return await actions.register_employer(tx, data, by=me, at=clock.now(), sealer=sealer)


@get("/", guards=[LISTER])
async def list_employers(db: Db, name: Name = "") -> list[Employer]:
    """Firms by parts of their names, accents or not; at most 100."""
    async with db.transaction() as tx:
        return (await actions.list_employers(tx, name=name)).rows


@get("/{employer_id:uuid}", guards=[READER])
async def get_employer(employer_id: FromPath[EmployerId], db: Db, me: Me) -> Employer:
    """One firm; an employer sees their own."""
    async with db.transaction() as tx:
        return await actions.get_employer(tx, employer_id, by=me)


@patch("/{employer_id:uuid}", guards=[OFFICER])
async def change(employer_id: FromPath[EmployerId], data: JSONBody[ChangeForm], db: Db) -> Employer:
    """Changes what is named and nothing else; the business number stays."""
    async with db.transaction() as tx:
        return await actions.change_employer(tx, employer_id, data)


router = Router(
    "/employers",
    route_handlers=[register, list_employers, get_employer, change],
    tags=["employers"],
)
