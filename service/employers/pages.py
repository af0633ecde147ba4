"""Registering, finding and keeping employers in a browser."""

from typing import Any

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.actor import Role, Scope
from service.answers import read_number
from service.auth import allow
from service.bank_accounts import actions as bank_accounts
from service.bank_accounts.model import Owner
from service.employers import actions, listing, rules
from service.employers.model import ChangeForm, Employer, FirmForm, RegistrationForm
from service.employers.rules import BusinessNumberTaken
from service.i18n import language
from service.ids import EmployerId
from service.offices.actions import list_municipalities
from service.problems import InvalidFields
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, Seal, page, redirect

OFFICER = allow(Role.CASE_OFFICER)
READER = allow(*rules.SEES_ALL, Role.EMPLOYER, scope=Scope.READ)

FACTS = FirmForm.__struct_fields__
EMPTY = dict.fromkeys(RegistrationForm.__struct_fields__, "")


@get("/new", guards=[OFFICER])
async def show_registration(db: Db) -> Template:
    """The empty registration form."""
    return await _form_page(db, EMPTY)


@post("/new", guards=[OFFICER])
async def register(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Redirect | Template:
    """Registers a firm, or brings the form back with a word beside each field."""
    form = await request.form()
    typed = {field: str(form.get(field, "")) for field in EMPTY}
    asked = RegistrationForm(**_answers(typed))
    try:
        async with db.transaction() as tx:
            done = await actions.register_employer(tx, asked, by=me, at=clock.now(), sealer=sealer)
    except InvalidFields as refused:
        return await _form_page(db, typed, errors=refused.fields, status=refused.status)
    except BusinessNumberTaken as refused:
        errors = {"business_number": refused.sentence()}
        return await _form_page(db, typed, errors=errors, status=refused.status)
    return redirect(f"/employers/{done.employer.id}")


@get("/{employer_id:uuid}", guards=[READER])
async def show_employer(employer_id: FromPath[EmployerId], db: Db, me: Me) -> Template:
    """One firm and its accounts; an employer sees their own."""
    async with db.transaction() as tx:
        employer = await actions.get_employer(tx, employer_id, by=me)
        accounts = await bank_accounts.list_accounts(tx, Owner.employer(employer_id), by=me)
    return page(
        "employers/show.html",
        employer=employer,
        accounts=accounts,
        place=dict(await _places(db))[employer.municipality_code],
        is_officer=me.role is Role.CASE_OFFICER,
    )


@get("/{employer_id:uuid}/change", guards=[OFFICER])
async def show_change(employer_id: FromPath[EmployerId], db: Db, me: Me) -> Template:
    """The form with the facts as they are."""
    async with db.transaction() as tx:
        employer = await actions.get_employer(tx, employer_id, by=me)
    typed = {field: str(getattr(employer, field)) for field in FACTS}
    return await _form_page(db, EMPTY | typed, employer=employer)


@post("/{employer_id:uuid}/change", guards=[OFFICER])
async def change(
    request: AnyRequest, employer_id: FromPath[EmployerId], db: Db, me: Me
) -> Redirect | Template:
    """Changes the facts, or brings the form back with a word beside each field."""
    form = await request.form()
    typed = {field: str(form.get(field, "")) for field in FACTS}
    asked = ChangeForm(**_answers(typed))
    async with db.transaction() as tx:
        employer = await actions.get_employer(tx, employer_id, by=me)
    try:
        async with db.transaction() as tx:
            await actions.change_employer(tx, employer_id, asked)
    except InvalidFields as refused:
        return await _form_page(
            db, EMPTY | typed, errors=refused.fields, employer=employer, status=refused.status
        )
    return redirect(f"/employers/{employer_id}")


async def _form_page(
    db: ActingDatabase,
    typed: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    employer: Employer | None = None,
    status: int = 200,
) -> Template:
    return page(
        "employers/form.html",
        status=status,
        typed=typed,
        errors=errors or {},
        employer=employer,
        places=await _places(db),
    )


def _answers(typed: dict[str, str]) -> dict[str, Any]:
    return typed | {"headcount": read_number(typed["headcount"])}


async def _places(db: ActingDatabase) -> list[tuple[str, str]]:
    async with db.transaction() as tx:
        municipalities = await list_municipalities(tx)
    named = [(place.code, place.name(language())) for place in municipalities]
    return sorted(named, key=lambda option: option[1])


router = Router(
    "/employers",
    route_handlers=[
        *listing.HANDLERS,
        show_registration,
        register,
        show_employer,
        show_change,
        change,
    ],
)
