"""Outcomes in a browser: whom to look up, what was found, and the report with its chart."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Role, Scope
from service.answers import read_day
from service.auth import allow
from service.i18n import N_, _, language
from service.ids import AgreementId
from service.offices import actions as offices
from service.outcomes import actions, chart, listing, rules
from service.outcomes.api import READERS, FromDay, ToDay, csv_file, days_of
from service.outcomes.model import POINTS, Observation, Report, Source
from service.problems import InvalidFields
from service.web import ActingDatabase, Db, Me, Now, page, redirect

SOURCES = {
    Source.PAYROLL: N_("Payroll declaration"),
    Source.EMPLOYER: N_("The employer says so"),
    Source.CANDIDATE: N_("The candidate says so"),
    Source.VISIT: N_("A visit to the workplace"),
}
STANDINGS = {
    "same_employer": N_("Employed where the placement was"),
    "employed": N_("Employed elsewhere"),
    "not_employed": N_("Not employed"),
}

Text = Annotated[str, msgspec.Meta(max_length=20)]
Point = Annotated[int, QueryParameter(name="point", ge=0, le=12)]
FromText = Annotated[str, QueryParameter(name="from", max_length=20)]
ToText = Annotated[str, QueryParameter(name="to", max_length=20)]
OFFICER = allow(Role.CASE_OFFICER)


class ObservationForm(msgspec.Struct):
    """What the form sends."""

    months_after: Text = ""
    standing: Text = ""
    observed_on: Text = ""
    source: Text = ""


@get("/outcomes/{agreement_id:uuid}", guards=[OFFICER])
async def show_outcomes(
    agreement_id: FromPath[AgreementId], db: Db, clock: Now, point: Point = 0
) -> Template:
    """What is recorded of an agreement, and the form for another point."""
    form = ObservationForm(months_after=str(point), observed_on=clock.today().isoformat())
    return await _outcomes_page(db, agreement_id, form)


@post("/outcomes/{agreement_id:uuid}", guards=[OFFICER])
async def record_outcome(
    agreement_id: FromPath[AgreementId],
    data: URLEncodedBody[ObservationForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Records what was found, or brings the form back with a word about what does not fit."""
    try:
        observation = read_form(data)
        async with db.transaction() as tx:
            await actions.record_outcome(
                tx, agreement_id, observation, by=me, at=clock.now(), on=clock.today()
            )
    except InvalidFields as refused:
        return await _outcomes_page(db, agreement_id, data, refused.fields, refused.status)
    except (rules.PointNotReached, rules.ObservedAhead) as refused:
        errors = {"observed_on": refused.sentence()}
        return await _outcomes_page(db, agreement_id, data, errors, refused.status)
    except rules.AlreadyRecorded as refused:
        errors = {"months_after": refused.sentence()}
        return await _outcomes_page(db, agreement_id, data, errors, refused.status)
    return redirect("/outcomes")


@get("/reports/outcomes", guards=[allow(*READERS, scope=Scope.READ)])
async def show_report(
    db: Db, me: Me, clock: Now, from_text: FromText = "", to_text: ToText = ""
) -> Template:
    """The report: a chart of women and men, and a table by municipality and sex."""
    typed = {"from": read_day(from_text), "to": read_day(to_text)}
    first, last = days_of(typed["from"], typed["to"], clock.today())
    errors = _day_errors(from_text, to_text, typed)
    try:
        rules.check_days(first, last)
    except rules.DaysReversed as refused:
        errors["to"] = refused.sentence()
        first, last = days_of(None, None, clock.today())
    async with db.transaction() as tx:
        report = await actions.report_outcomes(tx, from_day=first, to_day=last)
        places = await offices.list_municipalities(tx)
    return page(
        "outcomes/report.html",
        status=422 if errors else 200,
        report=report,
        places={place.code: place.name(language()) for place in places},
        stages=chart.stages(rules.totals(report.lines)),
        percent=chart.percent,
        sexes=chart.SEXES,
        errors=errors,
        of_office=me.role is Role.CASE_OFFICER,
    )


@get("/reports/outcomes.csv", guards=[allow(*READERS, scope=Scope.READ)])
async def download_report(
    db: Db, clock: Now, from_day: FromDay = None, to_day: ToDay = None
) -> Response[Report | str]:
    """The report as a file."""
    first, last = days_of(from_day, to_day, clock.today())
    async with db.transaction() as tx:
        report = await actions.report_outcomes(tx, from_day=first, to_day=last)
    return csv_file(report)


def read_form(form: ObservationForm) -> Observation:
    """The observation of a form; InvalidFields with a sentence for each unreadable part."""
    wrong: dict[str, str] = {}
    if form.months_after not in {str(point) for point in POINTS}:
        wrong["months_after"] = _("Choose one of the points.")
    if form.standing not in STANDINGS:
        wrong["standing"] = _("Choose where the person stands.")
    if form.source not in set(Source):
        wrong["source"] = _("Choose how this is known.")
    observed_on = read_day(form.observed_on)
    if observed_on is None:
        wrong["observed_on"] = _("Write the day as 2026-10-31.")
    if wrong or observed_on is None:
        raise InvalidFields(wrong)
    return Observation(
        months_after=int(form.months_after),
        employed=form.standing != "not_employed",
        same_employer=form.standing == "same_employer",
        observed_on=observed_on,
        source=Source(form.source),
    )


def _day_errors(from_text: str, to_text: str, typed: dict[str, date | None]) -> dict[str, str]:
    written = {"from": from_text, "to": to_text}
    return {
        name: _("Write the day as 2026-10-31.")
        for name, text in written.items()
        if text and typed[name] is None
    }


async def _outcomes_page(
    db: ActingDatabase,
    agreement_id: AgreementId,
    form: ObservationForm,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    async with db.transaction() as tx:
        recorded = await actions.list_outcomes(tx, agreement_id)
    return page(
        "outcomes/record.html",
        status=status,
        agreement_id=agreement_id,
        recorded=recorded,
        form=form,
        errors=errors or {},
        points=[(str(point), _("{months} months after").format(months=point)) for point in POINTS],
        standings=[(name, _(words)) for name, words in STANDINGS.items()],
        sources=[(source.value, _(words)) for source, words in SOURCES.items()],
        source_words=SOURCES,
    )


router = Router(
    "/",
    route_handlers=[*listing.HANDLERS, show_outcomes, record_outcome, show_report, download_report],
)
