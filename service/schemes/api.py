"""Schemes and minimum wages for machines: read by everybody who is signed in, written by few."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Router, get, post, put
from litestar.params import JSONBody, PathParameter

from service.actor import Role, Scope
from service.auth import allow
from service.schemes import actions, rules
from service.schemes.documents import BYTES_MAX, CODE, tidy_lines
from service.schemes.model import (
    DatedMinimumWage,
    ExampleResult,
    SchemeVersion,
    WrittenVersion,
)
from service.web import Db, Me, Now

READER = allow(scope=Scope.READ)
AUTHOR = allow(Role.ADMINISTRATOR)
ACTIVATOR = allow(*rules.ACTIVATORS)

Code = Annotated[str, PathParameter(pattern=f"^{CODE.pattern}$")]
Number = Annotated[int, PathParameter(ge=1, le=100_000)]


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    """A document as TOML text, and the first day on which it holds: that of the agreements whose
    `selected_by` date lies on or after it. The document may say the day in `settings.valid_from`.
    """

    document: Annotated[str, msgspec.Meta(max_length=BYTES_MAX)]
    valid_from: date | None = None


class Activation(msgspec.Struct, forbid_unknown_fields=True):
    """The SHA-256 of the document that was read, in hexadecimal digits."""

    document_sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class DifferencesView(msgspec.Struct):
    """What changed since another version, as lines of a unified diff."""

    compared_with: int | None
    lines: list[str]


@get("/schemes", guards=[READER])
async def list_schemes(db: Db) -> list[SchemeVersion]:
    """Every scheme version with the act it rests on; an agreement's first day selects one.

    Drafts are seen by administrators, finance and auditors only.
    """
    async with db.transaction() as tx:
        return await actions.list_scheme_versions(tx)


@get("/schemes/{code:str}/versions", guards=[READER])
async def list_versions(code: Code, db: Db) -> list[SchemeVersion]:
    """The versions of one scheme, the newest first."""
    async with db.transaction() as tx:
        return await actions.list_versions_of_scheme(tx, code)


@post("/schemes/{code:str}/versions", guards=[AUTHOR])
async def draft_version(
    code: Code, data: JSONBody[Draft], db: Db, me: Me, clock: Now
) -> WrittenVersion:
    """Keeps a document as a draft; the first one of a new code opens the scheme.

    A document that cannot be kept answers `scheme-document-refused` with `findings`: the line, the
    part, and what was expected there.
    """
    async with db.transaction() as tx:
        return await actions.draft_version(
            tx,
            tidy_lines(data.document),
            code=code,
            valid_from=data.valid_from,
            by=me,
            at=clock.now(),
        )


@get("/schemes/{code:str}/versions/{number:int}", guards=[READER])
async def get_version(code: Code, number: Number, db: Db) -> WrittenVersion:
    """One version with its document, and what its last check found if it did not pass."""
    async with db.transaction() as tx:
        return await actions.get_version(tx, code, number)


@put("/schemes/{code:str}/versions/{number:int}", guards=[AUTHOR])
async def rewrite_version(
    code: Code,
    number: Number,
    data: JSONBody[Draft],
    db: Db,
    me: Me,
    clock: Now,
) -> WrittenVersion:
    """Puts another document in the place of one's own draft; it has to be checked again."""
    async with db.transaction() as tx:
        return await actions.rewrite_version(
            tx,
            code,
            number,
            tidy_lines(data.document),
            valid_from=data.valid_from,
            by=me,
            at=clock.now(),
        )


@post("/schemes/{code:str}/versions/{number:int}/check", status_code=200, guards=[AUTHOR])
async def check_version(code: Code, number: Number, db: Db, me: Me, clock: Now) -> WrittenVersion:
    """Checks a draft and runs its examples.

    When it does not pass it answers `scheme-version-flawed` with `findings`, which the draft keeps.
    """
    async with db.transaction() as tx:
        version = await actions.check_version(tx, code, number, by=me, at=clock.now())
    rules.refuse_flawed(version.findings)
    return version


@post("/schemes/{code:str}/versions/{number:int}/activate", status_code=200, guards=[ACTIVATOR])
async def activate_version(
    code: Code,
    number: Number,
    data: JSONBody[Activation],
    db: Db,
    me: Me,
    clock: Now,
) -> WrittenVersion:
    """Puts a checked version in force, as a second person; the version before ends where it begins.

    Refused where amounts were computed already under the version that it would replace.
    """
    async with db.transaction() as tx:
        return await actions.activate_version(
            tx, code, number, shown_sha256=data.document_sha256, by=me, at=clock.now()
        )


@get("/schemes/{code:str}/versions/{number:int}/examples", guards=[READER])
async def list_examples(code: Code, number: Number, db: Db) -> list[ExampleResult]:
    """How each worked example of the document comes out now; without `misses` it passes."""
    async with db.transaction() as tx:
        return (await actions.read_sheet(tx, code, number)).examples


@get("/schemes/{code:str}/versions/{number:int}/differences", guards=[READER])
async def list_differences(code: Code, number: Number, db: Db) -> DifferencesView:
    """What changed since the version in force before it, else since the one drafted before it."""
    async with db.transaction() as tx:
        sheet = await actions.read_sheet(tx, code, number)
    return DifferencesView(sheet.compared.number if sheet.compared else None, sheet.differences)


@get("/minimum-wages", guards=[READER])
async def list_minimum_wages(db: Db) -> list[DatedMinimumWage]:
    """Every minimum wage, gross for a full-time month, with the act that sets it."""
    async with db.transaction() as tx:
        return await actions.list_minimum_wages(tx)


router = Router(
    "/",
    route_handlers=[
        list_schemes,
        list_versions,
        draft_version,
        get_version,
        rewrite_version,
        check_version,
        activate_version,
        list_examples,
        list_differences,
        list_minimum_wages,
    ],
    tags=["schemes"],
)
