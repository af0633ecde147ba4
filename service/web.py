"""The words of a handler: its dependencies by one name each, its pages, its refusals."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    select_autoescape,
)
from litestar import Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Redirect, Template
from markupsafe import Markup

from service import i18n
from service.actor import ANONYMOUS, Actor, Role
from service.auth import is_api
from service.clock import Clock, format_day, format_moment
from service.crypto import Sealer
from service.db import Connection, Database
from service.money import format_euros
from service.navigation import menu_of
from service.period import InvalidMonth, format_month, format_month_name, parse_month
from service.problems import InvalidRequest, NotAllowed, NotFound, NotSignedIn, Problem
from service.second_factors.rules import SecondFactorNeeded
from service.services import Services

AnyRequest = Request[Any, Any, Any]
TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
LONGEST_QUERY = 3_000  # with what a list seals in its address
PROBLEM_JSON = "application/problem+json"
log = logging.getLogger("ura")


class ActingDatabase:
    """The database as one person sees it: each transaction says who is acting."""

    def __init__(self, database: Database, actor: Actor) -> None:
        self._database = database
        self._actor = actor

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """One transaction of this person."""
        return self._database.transaction(self._actor)

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction of this person that sees one moment and writes nothing."""
        return self._database.reading(self._actor)


def provide_services(state: State) -> Services:
    """What the app was started with."""
    services: Services = state.services
    return services


def provide_actor(request: AnyRequest) -> Actor:
    """Who is asking."""
    actor: Actor = request.scope["state"].get("actor", ANONYMOUS)
    return actor


def provide_db(request: AnyRequest, state: State) -> ActingDatabase:
    """The database, bound to who is asking."""
    return ActingDatabase(state.services.database, request.scope["state"]["actor"])


def provide_clock(state: State) -> Clock:
    """The clock."""
    clock: Clock = state.services.clock
    return clock


def provide_sealer(state: State) -> Sealer:
    """The keys."""
    sealer: Sealer = state.services.sealer
    return sealer


DEPENDENCIES = {
    "db": Provide(provide_db, sync_to_thread=False),
    "clock": Provide(provide_clock, sync_to_thread=False),
    "me": Provide(provide_actor, sync_to_thread=False),
    "sealer": Provide(provide_sealer, sync_to_thread=False),
    "services": Provide(provide_services, sync_to_thread=False),
}

# A handler's argument must have the name on the left.
Db = NamedDependency[ActingDatabase]  # db
Now = NamedDependency[Clock]  # clock
Me = NamedDependency[Actor]  # me
Seal = NamedDependency[Sealer]  # sealer
Held = NamedDependency[Services]  # services


def address_of(request: AnyRequest) -> str:
    """The network address of the direct peer; a proxy's word for it is not taken."""
    return request.client.host if request.client else "local"


def page_here(request: AnyRequest) -> str:
    """The address of the page that somebody is at; of a form that came back, of where it stood."""
    path, query = request.url.path, request.url.query
    if request.method == "POST":
        came_from = urlsplit(request.headers.get("referer", ""))
        if came_from.netloc == request.url.netloc:
            path, query = came_from.path, came_from.query
    return f"{path}?{query}" if query and len(query) <= LONGEST_QUERY else path


def page(template: str, *, status: int = 200, **context: object) -> Template:
    """A page from service/templates; `request`, `_` and `csrf_input` are there by themselves."""
    return Template(template, context=context, status_code=status)


def redirect(path: str) -> Redirect:
    """The answer of a form that changed something: 303, so that a reload does not send it again."""
    return Redirect(path, status_code=303)


def template_engine() -> JinjaTemplateEngine:
    """Jinja with gettext, strict about names, escaping everything."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=as_written,
    )
    environment.filters["euros"] = lambda cents: format_euros(cents, i18n.language())
    environment.filters["month_name"] = month_name
    environment.filters["iso_month"] = format_month
    environment.filters["day"] = lambda day: format_day(day, i18n.language())
    environment.filters["moment"] = lambda at: format_moment(at, i18n.language())
    environment.globals.update(
        _=_sentence,
        ngettext=_counted,
        languages=i18n.LANGUAGES,
        language=i18n.language,
        Role=Role,
        me_of=provide_actor,
        menu_of=menu_of,
        page_here=page_here,
        static=static_address,
        govuk=_govuk_macros(),
    )
    return JinjaTemplateEngine.from_environment(environment)


def as_written(value: object) -> object:
    """A day as the reader's language writes it; anything else as it is."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_day(value, i18n.language())
    return value


def month_name(month: date | str) -> str:
    """A month as the reader's language writes it; text that is no month stays as it was typed."""
    try:
        first = parse_month(month) if isinstance(month, str) else month
    except InvalidMonth:
        return str(month)
    return format_month_name(first, i18n.language())


def _sentence(sentence: str, **named: object) -> Markup:
    """A sentence of a template in the reader's language, with what it names escaped."""
    return Markup(i18n._(sentence)) % {name: as_written(one) for name, one in named.items()}


def _counted(singular: str, plural: str, num: int, **named: object) -> Markup:
    written = {name: as_written(one) for name, one in named.items()}
    return Markup(i18n.ngettext(singular, plural, num)) % ({"num": num} | written)


@cache
def static_address(name: str) -> str:
    """Where a file of service/static is, named by its content so that it is kept for ever.

    Empty when it is not there: what is built at set-up (`deploy/assets.py`) may be missing.
    """
    try:
        content = (STATIC / name).read_bytes()
    except FileNotFoundError:
        return ""
    return f"/static/{name}?v={sha256(content).hexdigest()[:12]}"


def _govuk_macros() -> Callable[[str, dict[str, object]], Markup]:
    """The macros of govuk-frontend-jinja, called by the name of their component.

    They ask for parameters that nobody gave, so they live in an environment that lets them.
    """
    environment = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    @cache
    def macro_of(component: str) -> Callable[[dict[str, object]], Markup]:
        template = environment.get_template(
            f"govuk_frontend_jinja/components/{component}/macro.html"
        )
        name = "govuk" + component.title().replace("-", "")
        macro: Callable[[dict[str, object]], Markup] = getattr(template.module, name)
        return macro

    def render(component: str, params: dict[str, object]) -> Markup:
        return macro_of(component)({name: one for name, one in params.items() if one is not None})

    return render


def answer_problem(request: AnyRequest, problem: Problem) -> Response[Any]:
    """A refusal, as RFC 9457 on /api and as a page elsewhere; a stranger is sent to sign in."""
    if is_api(request.scope["path"]) or request.scope["path"].startswith("/schema"):
        return _problem_json(request, problem)
    if isinstance(problem, NotSignedIn) and request.method == "GET":
        return redirect(f"/sign-in?next={request.url.path}")
    if isinstance(problem, SecondFactorNeeded) and request.method == "GET":
        return redirect("/second-factor")
    return _problem_page(problem)


def answer_http_exception(request: AnyRequest, wrong: HTTPException) -> Response[Any]:
    """Litestar's own refusals in our words."""
    return answer_problem(request, _from_http(wrong))


def answer_unreadable(request: AnyRequest, _: UnicodeDecodeError) -> Response[Any]:
    """A body that is not UTF-8 is refused like any other that cannot be read."""
    return answer_problem(request, InvalidRequest())


def answer_bug(request: AnyRequest, bug: Exception) -> Response[Any]:
    """Anything else is a bug: logged with a number that the person can quote, and no details."""
    number = uuid4().hex[:8]
    path = request.scope["path"]  # a link's token is a secret that stands in its address
    log.error("bug %s at %s", number, "/l/…" if path.startswith("/l/") else path, exc_info=bug)
    return answer_problem(request, _Bug(bug_number=number))


class _Bug(Problem):
    slug = "bug"
    title = i18n.N_("Something went wrong on our side and nothing was saved. Report the number.")
    status = 500


class RequestTooLarge(Problem):
    """More bytes than anything Ura reads here."""

    slug = "request-too-large"
    title = i18n.N_("What you sent is larger than anything Ura reads here. Nothing was saved.")
    status = 413


class _HttpRefusal(Problem):
    slug = "http"
    title = ""

    def __init__(self, status: int) -> None:
        self.status = status  # type: ignore[misc] # the status is that of the exception
        super().__init__(HTTPStatus(status).phrase)


def _from_http(wrong: HTTPException) -> Problem:
    if isinstance(wrong, ValidationException):
        return InvalidRequest(errors=wrong.extra or [{"message": wrong.detail}])
    known: dict[int, type[Problem]] = {
        400: InvalidRequest,
        401: NotSignedIn,
        403: NotAllowed,
        404: NotFound,
        413: RequestTooLarge,
    }
    if wrong.status_code in known:
        return known[wrong.status_code]()
    return _HttpRefusal(wrong.status_code)


def _problem_json(request: AnyRequest, problem: Problem) -> Response[bytes]:
    body = {
        "type": f"/problems/{problem.slug}",
        "title": i18n._(problem.title) or problem.sentence(),
        "status": problem.status,
        "detail": problem.sentence(),
        "instance": request.scope["path"],
        **problem.members,
    }
    return Response(
        msgspec.json.encode(body, enc_hook=str),
        status_code=problem.status,
        media_type=PROBLEM_JSON,
        headers=_retry_after(problem),
    )


def _problem_page(problem: Problem) -> Template:
    answer = page("problem.html", status=problem.status, problem=problem)
    answer.headers.update(_retry_after(problem))
    return answer


def _retry_after(problem: Problem) -> dict[str, str]:
    seconds = problem.members.get("retry_after_seconds")
    return {} if seconds is None else {"retry-after": str(seconds)}
