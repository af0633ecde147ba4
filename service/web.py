"""The words of a handler: its dependencies by one name each, its pages, its refusals."""

import logging
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Redirect, Template

from service import i18n
from service.actor import ANONYMOUS, Actor, Role
from service.auth import is_api
from service.clock import Clock, format_day, format_moment
from service.crypto import Sealer
from service.db import Connection, Database
from service.money import format_euros
from service.period import format_month
from service.problems import InvalidRequest, NotAllowed, NotFound, NotSignedIn, Problem
from service.services import Services

AnyRequest = Request[Any, Any, Any]
TEMPLATES = Path(__file__).parent / "templates"
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
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined] # added by the extension
        i18n._, i18n.ngettext, newstyle=True
    )
    environment.filters["euros"] = lambda cents: format_euros(cents, i18n.language())
    environment.filters["month_name"] = format_month
    environment.filters["day"] = lambda day: format_day(day, i18n.language())
    environment.filters["moment"] = lambda at: format_moment(at, i18n.language())
    environment.globals.update(
        languages=i18n.LANGUAGES, language=i18n.language, Role=Role, me_of=provide_actor
    )
    return JinjaTemplateEngine.from_environment(environment)


def answer_problem(request: AnyRequest, problem: Problem) -> Response[Any]:
    """A refusal, as RFC 9457 on /api and as a page elsewhere; a stranger is sent to sign in."""
    if is_api(request.scope["path"]) or request.scope["path"].startswith("/schema"):
        return _problem_json(request, problem)
    if isinstance(problem, NotSignedIn) and request.method == "GET":
        return redirect(f"/sign-in?next={request.url.path}")
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
    log.error("bug %s at %s", number, request.scope["path"], exc_info=bug)
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
