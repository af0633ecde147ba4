"""Schemes in a browser: the versions, one version's sheet, and the forms that move it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.datastructures import UploadFile
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.answers import read_day
from service.auth import allow
from service.i18n import N_, _, language
from service.problems import InvalidFields, Problem
from service.schemes import actions, rules
from service.schemes.api import Code, Number
from service.schemes.documents import CODE, DocumentRefused, NotADocument, rule_of, text_of
from service.schemes.model import PAYEE_WORDS, Event, Finding, SchemeVersion, State
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, page, redirect

# A form may carry any file, to be refused in a sentence; what is larger is not read at all.
FORM_BYTES_MAX = 50_000_000
READER = allow(scope=Scope.READ)
AUTHOR = allow(Role.ADMINISTRATOR)
ACTIVATOR = allow(*rules.ACTIVATORS)
DOCUMENT, FILE, FIRST_DAY, CONFIRMED = "document", "file", "valid_from", "confirmed"
# With these the form comes back; anything else is a page of its own.
FORM_REFUSALS = (InvalidFields, DocumentRefused, rules.OtherScheme, rules.DraftedMeanwhile)

STATES = {
    State.DRAFTED: N_("Draft"),
    State.CHECKED: N_("Checked, waits for a second person"),
    State.ACTIVATED: N_("In force"),
    State.SUPERSEDED: N_("Replaced"),
}


class TypedDraft(msgspec.Struct):
    """The form as it was sent, a chosen file in the place of what was typed."""

    document: str = ""
    valid_from: str = ""
    wrong: dict[str, str] = {}

    @property
    def first_day(self) -> date | None:
        """The first day; none where nothing was typed."""
        return read_day(self.valid_from)


class TypedActivation(msgspec.Struct):
    """What was read, and that it was."""

    document_sha256: str = ""
    confirmed: str = ""


class ShownFinding(msgspec.Struct, frozen=True):
    """A finding with the line of the document that it names."""

    line: int
    part: str
    message: str
    written: str


@get("/", guards=[READER])
async def show_schemes(db: Db, me: Me) -> Template:
    """Every scheme with its versions."""
    async with db.transaction() as tx:
        versions = await actions.list_scheme_versions(tx)
    schemes: dict[str, list[SchemeVersion]] = {}
    for version in versions:
        schemes.setdefault(version.code, []).append(version)
    return page(
        "schemes/list.html",
        schemes=schemes,
        name_of=_name_of,
        states=STATES,
        may_draft=me.role is Role.ADMINISTRATOR,
    )


@get("/new", guards=[AUTHOR])
async def show_form(
    db: Db,
    code: Annotated[str | None, QueryParameter(pattern=f"^{CODE.pattern}$")] = None,
    number: Annotated[int | None, QueryParameter(ge=1, le=100_000)] = None,
) -> Template:
    """The form to draft a version, empty or with the document of another."""
    if code is None or number is None:
        return _form_page(TypedDraft())
    async with db.transaction() as tx:
        version = await actions.get_version(tx, code, number)
    return _form_page(TypedDraft(version.document))


@post("/new", guards=[AUTHOR], request_max_body_size=FORM_BYTES_MAX)
async def draft(request: AnyRequest, db: Db, me: Me, clock: Now) -> Redirect | Template:
    """Keeps the document as a draft; the form comes back with what is wrong, line by line."""
    typed = await _read_form(request)
    if typed.wrong:
        return _form_page(typed, errors=typed.wrong)
    try:
        async with db.transaction() as tx:
            version = await actions.draft_version(
                tx, typed.document, valid_from=typed.first_day, by=me, at=clock.now()
            )
    except FORM_REFUSALS as refused:
        return _form_page(typed, refused=refused)
    return redirect(_address(version))


@get("/{code:str}/{number:int}", guards=[READER])
async def show_version(code: Code, number: Number, db: Db, me: Me) -> Template:
    """A version's sheet: document, examples, findings, people, changes, and what can be done."""
    return await _version_page(db, me, code, number)


@get("/{code:str}/{number:int}/edit", guards=[AUTHOR])
async def show_edit_form(code: Code, number: Number, db: Db) -> Template:
    """The form to rewrite one's own draft."""
    async with db.transaction() as tx:
        version = await actions.get_version(tx, code, number)
    typed = TypedDraft(version.document, version.valid_from.isoformat())
    return _form_page(typed, version=version)


@post("/{code:str}/{number:int}/edit", guards=[AUTHOR], request_max_body_size=FORM_BYTES_MAX)
async def rewrite(
    request: AnyRequest,
    code: Code,
    number: Number,
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Puts another document in the draft's place; the form comes back with what is wrong."""
    typed = await _read_form(request)
    async with db.transaction() as tx:
        version = await actions.get_version(tx, code, number)
    if typed.wrong:
        return _form_page(typed, version=version, errors=typed.wrong)
    try:
        async with db.transaction() as tx:
            await actions.rewrite_version(
                tx,
                code,
                number,
                typed.document,
                valid_from=typed.first_day,
                by=me,
                at=clock.now(),
            )
    except FORM_REFUSALS as refused:
        return _form_page(typed, version=version, refused=refused)
    return redirect(_address(version))


@post("/{code:str}/{number:int}/check", guards=[AUTHOR])
async def check(code: Code, number: Number, db: Db, me: Me, clock: Now) -> Redirect:
    """Checks the draft; its sheet then says what was found."""
    async with db.transaction() as tx:
        version = await actions.check_version(tx, code, number, by=me, at=clock.now())
    return redirect(_address(version))


@post("/{code:str}/{number:int}/activate", guards=[ACTIVATOR])
async def activate(
    code: Code,
    number: Number,
    data: URLEncodedBody[TypedActivation],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Puts the version in force; without the tick the sheet comes back."""
    if not data.confirmed:
        errors = {CONFIRMED: _("Read the document and its examples, then tick the box.")}
        return await _version_page(db, me, code, number, errors=errors)
    async with db.transaction() as tx:
        version = await actions.activate_version(
            tx, code, number, shown_sha256=data.document_sha256, by=me, at=clock.now()
        )
    return redirect(_address(version))


async def _read_form(request: AnyRequest) -> TypedDraft:
    """What was typed; a chosen file counts instead, and each wrong field has its sentence."""
    form = await request.form()
    typed = TypedDraft(_text(form.get(DOCUMENT)), _text(form.get(FIRST_DAY)))
    sent = form.get(FILE)
    try:
        if isinstance(sent, UploadFile) and sent.filename:
            typed.document = text_of(await sent.read())
        else:
            typed.document = text_of(typed.document.encode(errors="surrogatepass"))
    except NotADocument as refused:
        typed.wrong[FILE] = refused.sentence()
    if typed.valid_from.strip() and typed.first_day is None:
        typed.wrong[FIRST_DAY] = _("Write a day such as 2026-05-30.")
    return typed


def _text(sent: object) -> str:
    return sent if isinstance(sent, str) else ""


def _form_page(
    typed: TypedDraft,
    *,
    version: SchemeVersion | None = None,
    errors: dict[str, str] | None = None,
    refused: Problem | None = None,
) -> Template:
    findings: Sequence[Finding] = ()
    if isinstance(refused, InvalidFields):
        errors = refused.fields
    elif refused is not None:
        errors = {DOCUMENT: refused.sentence()}
    if isinstance(refused, DocumentRefused):
        findings = refused.findings
    return page(
        "schemes/form.html",
        status=422 if errors else 200,
        typed=typed,
        version=version,
        errors=errors or {},
        findings=_shown(findings, typed.document),
    )


async def _version_page(
    db: ActingDatabase,
    me: Actor,
    code: str,
    number: int,
    *,
    errors: dict[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        sheet = await actions.read_sheet(tx, code, number)
    version = sheet.version
    is_author, is_own = me.role is Role.ADMINISTRATOR, version.drafted_by == me.account_id
    may_rewrite = is_author and is_own and rules.may_move(version.state, Event.REWRITTEN)
    is_waiting = me.role in rules.ACTIVATORS and version.state is State.CHECKED
    return page(
        "schemes/version.html",
        status=422 if errors else 200,
        errors=errors or {},
        sheet=sheet,
        version=version,
        name=_name_of(version),
        findings=_shown(version.findings or (), version.document),
        lines=version.document.splitlines(),
        rule=rule_of(version.document),
        states=STATES,
        payees=PAYEE_WORDS,
        may_draft=is_author,
        may_rewrite=may_rewrite,
        may_check=is_author and rules.may_move(version.state, Event.CHECKED),
        may_activate=is_waiting and not is_own,
        is_own_waiting=is_waiting and is_own,
        may_try_out=me.role in rules.PLANNERS and version.state not in rules.IN_FORCE,
    )


def _shown(findings: Sequence[Finding], document: str) -> list[ShownFinding]:
    lines = document.splitlines()
    return [
        ShownFinding(one.line, one.part, one.message, lines[one.line - 1].strip()[:200])
        if 0 < one.line <= len(lines)
        else ShownFinding(one.line, one.part, one.message, "")
        for one in findings
    ]


def _name_of(version: SchemeVersion) -> str:
    names = {"sq": version.name_sq, "sr": version.name_sr, "en": version.name_en}
    return names[language()]


def _address(version: SchemeVersion) -> str:
    return f"/schemes/{version.code}/{version.number}"


router = Router(
    "/schemes",
    route_handlers=[
        show_schemes,
        show_form,
        draft,
        show_version,
        show_edit_form,
        rewrite,
        check,
        activate,
    ],
)
