"""The application: every feature's routes, the API below /api, the pages beside it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from litestar import Litestar, Router, get
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from service import web
from service.accounts import api as accounts_api
from service.accounts import pages as accounts_pages
from service.agreements import api as agreements_api
from service.agreements import pages as agreements_pages
from service.approvals import api as approvals_api
from service.approvals import pages as approvals_pages
from service.assurance import api as assurance_api
from service.assurance import pages as assurance_pages
from service.attendance import api as attendance_api
from service.attendance import pages as attendance_pages
from service.audit import api as audit_api
from service.audit import pages as audit_pages
from service.auth import Authentication, refuse_other_sites
from service.bank import api as bank_api
from service.bank import pages as bank_pages
from service.bank_accounts import api as bank_accounts_api
from service.bank_accounts import pages as bank_accounts_pages
from service.bank_profiles import api as bank_profiles_api
from service.bank_profiles import pages as bank_profiles_pages
from service.budget import api as budget_api
from service.budget import pages as budget_pages
from service.candidates import api as candidates_api
from service.candidates import pages as candidates_pages
from service.checks import api as checks_api
from service.checks import pages as checks_pages
from service.clock import Clock
from service.config import Config
from service.contacts import api as contacts_api
from service.contacts import pages as contacts_pages
from service.crypto import Sealer
from service.db import open_database
from service.downloads import pages as downloads_pages
from service.eligibility import api as eligibility_api
from service.eligibility import pages as eligibility_pages
from service.employers import api as employers_api
from service.employers import pages as employers_pages
from service.expected import api as expected_api
from service.expected import pages as expected_pages
from service.failures import api as failures_api
from service.failures import pages as failures_pages
from service.find import api as find_api
from service.find import pages as find_pages
from service.flags import api as flags_api
from service.flags import pages as flags_pages
from service.handovers import api as handovers_api
from service.handovers import pages as handovers_pages
from service.instalments import api as instalments_api
from service.instalments import pages as instalments_pages
from service.links import answer_pages as answers_pages
from service.links import api as links_api
from service.links import pages as links_pages
from service.mail import api as mail_api
from service.mail import pages as mail_pages
from service.matching import api as matching_api
from service.matching import pages as matching_pages
from service.offices import api as offices_api
from service.outcomes import api as outcomes_api
from service.outcomes import pages as outcomes_pages
from service.payouts import api as payouts_api
from service.payouts import pages as payouts_pages
from service.placements import api as placements_api
from service.placements import pages as placements_pages
from service.problems import Problem
from service.quality import api as quality_api
from service.quality import pages as quality_pages
from service.recoveries import api as recoveries_api
from service.recoveries import pages as recoveries_pages
from service.referrals import api as referrals_api
from service.referrals import pages as referrals_pages
from service.registrations import pages as registrations_pages
from service.schemes import api as schemes_api
from service.schemes import pages as schemes_pages
from service.services import Services
from service.simulation import api as simulation_api
from service.simulation import pages as simulation_pages
from service.standing import api as standing_api
from service.standing import pages as standing_pages
from service.statements import api as statements_api
from service.suspense import api as suspense_api
from service.suspense import pages as suspense_pages
from service.todo import api as todo_api
from service.todo import pages as todo_pages
from service.twins import pages as twins_pages
from service.undertakings import api as undertakings_api
from service.undertakings import pages as undertakings_pages
from service.visits import api as visits_api
from service.visits import pages as visits_pages

FORM_BYTES_MAX = 10_000_000

API = [
    todo_api.router,
    contacts_api.router,
    eligibility_api.router,
    referrals_api.router,
    handovers_api.router,
    visits_api.router,
    find_api.router,
    employers_api.router,
    candidates_api.router,
    bank_accounts_api.router,
    accounts_api.router,
    offices_api.router,
    outcomes_api.router,
    assurance_api.router,
    audit_api.router,
    payouts_api.router,
    approvals_api.router,
    checks_api.router,
    flags_api.router,
    quality_api.router,
    standing_api.router,
    recoveries_api.router,
    expected_api.router,
    budget_api.router,
    undertakings_api.router,
    bank_api.router,
    statements_api.router,
    suspense_api.router,
    failures_api.router,
    bank_profiles_api.router,
    schemes_api.router,
    simulation_api.router,
    instalments_api.router,
    placements_api.router,
    matching_api.router,
    agreements_api.router,
    attendance_api.router,
    links_api.router,
    mail_api.router,
]
PAGES = [
    todo_pages.router,
    registrations_pages.router,
    twins_pages.router,
    contacts_pages.router,
    eligibility_pages.router,
    referrals_pages.router,
    handovers_pages.router,
    visits_pages.router,
    find_pages.router,
    employers_pages.router,
    candidates_pages.router,
    bank_accounts_pages.router,
    accounts_pages.router,
    outcomes_pages.router,
    assurance_pages.router,
    audit_pages.router,
    downloads_pages.router,
    payouts_pages.router,
    approvals_pages.router,
    checks_pages.router,
    flags_pages.router,
    quality_pages.router,
    standing_pages.router,
    recoveries_pages.router,
    expected_pages.router,
    budget_pages.router,
    undertakings_pages.router,
    instalments_pages.router,
    bank_pages.router,
    suspense_pages.router,
    failures_pages.router,
    bank_profiles_pages.router,
    placements_pages.router,
    matching_pages.router,
    agreements_pages.router,
    attendance_pages.router,
    schemes_pages.router,
    simulation_pages.router,
    links_pages.router,
    answers_pages.router,
    mail_pages.router,
]


@get("/health", include_in_schema=False, sync_to_thread=False)
def health() -> dict[str, str]:
    """Whether the process answers."""
    return {"state": "up"}


OpenServices = Callable[[], AbstractAsyncContextManager[Services]]


def create_app(sealer: Sealer, open_services: OpenServices | None = None) -> Litestar:
    """The ASGI application; its services are opened when it starts and closed when it ends.

    Without `open_services` the caller sets `app.state.services` before the first request.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        assert open_services is not None
        async with open_services() as services:
            app.state.services = services
            yield

    return Litestar(
        route_handlers=[
            health,
            Router("/api", route_handlers=API, security=[{"bearer": []}]),
            Router("/", route_handlers=PAGES, guards=[refuse_other_sites], include_in_schema=False),
            # Compressed, as pages are not: those hold secrets beside what others have typed.
            create_static_files_router(
                "/static",
                [web.STATIC],
                include_in_schema=False,
                middleware=[
                    DefineMiddleware(CompressionMiddleware, config=CompressionConfig("gzip"))
                ],
            ),
        ],
        lifespan=[lifespan] if open_services else None,
        middleware=[Authentication()],
        dependencies=web.DEPENDENCIES,
        exception_handlers={
            Problem: web.answer_problem,
            HTTPException: web.answer_http_exception,
            UnicodeDecodeError: web.answer_unreadable,
            Exception: web.answer_bug,
        },
        template_config=TemplateConfig(instance=web.template_engine()),
        csrf_config=CSRFConfig(
            secret=sealer.cookie_secret,
            cookie_name="__Host-ura-csrf",
            cookie_secure=True,
            cookie_httponly=True,
            exclude=["^/api", "^/schema", "^/static", "^/health"],
        ),
        openapi_config=OpenAPIConfig(
            title="Ura",
            version="0.1.0",
            description="Youth wage subsidies: from the employment office to the payment.",
            path="/schema",
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
            components=Components(
                security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}
            ),
        ),
        request_max_body_size=FORM_BYTES_MAX,
    )


@asynccontextmanager
async def open_services(config: Config) -> AsyncIterator[Services]:
    """The services of a configuration; the pool of connections closes with the block."""
    database = await open_database(config)
    try:
        yield Services(
            database,
            Clock(),
            config.sealer,
            config.redis_url,
            public_url=config.public_url,
            mails_stay_here=config.mail_server is None,
        )
    finally:
        await database.close()


def app_of(config: Config) -> Litestar:
    """The application as `ura serve` runs it."""
    return create_app(config.sealer, lambda: open_services(config))
