"""Outcomes over the API: recorded by case officers, reported as JSON or CSV."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actor import Role, Scope
from service.auth import allow
from service.ids import AgreementId, OutcomeId
from service.outcomes import actions, rules
from service.outcomes.model import Due, Observation, Outcome, Report, Source
from service.period import add_months
from service.web import Db, Me, Now

JSON = "application/json"
MONTHS_BACK = 24
READERS = (
    Role.CASE_OFFICER,
    Role.FINANCE_OFFICER,
    Role.FINANCE_AUTHORISER,
    Role.AUDITOR,
)

FromDay = Annotated[date | None, QueryParameter(name="from")]
ToDay = Annotated[date | None, QueryParameter(name="to")]
Format = Annotated[Literal["json", "csv"], QueryParameter(name="format")]


class ObservationRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Where a candidate stands `months_after` the subsidy, and how that is known."""

    months_after: Literal[0, 3, 6, 12]
    employed: bool
    same_employer: bool
    observed_on: date
    source: Source

    def observation(self) -> Observation:
        """What is recorded."""
        return Observation(
            self.months_after, self.employed, self.same_employer, self.observed_on, self.source
        )


class RecordedView(msgspec.Struct):
    """The outcome that was recorded."""

    id: OutcomeId


def days_of(from_day: date | None, to_day: date | None, today: date) -> tuple[date, date]:
    """The days of a report: up to today, and two years back, unless they are said."""
    last = to_day or today
    return from_day or add_months(last, -MONTHS_BACK), last


def csv_file(report: Report) -> Response[Report | str]:
    """The report as a file to keep."""
    name = f"outcomes-{report.from_day}-{report.to_day}.csv"
    return Response(
        rules.write_csv(report),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@post("/agreements/{agreement_id:uuid}/outcomes", guards=[allow(Role.CASE_OFFICER)])
async def record_outcome(
    agreement_id: FromPath[AgreementId],
    data: JSONBody[ObservationRequest],
    db: Db,
    me: Me,
    clock: Now,
) -> RecordedView:
    """Records where a candidate of the own office stands at a point that has passed."""
    async with db.transaction() as tx:
        outcome_id = await actions.record_outcome(
            tx, agreement_id, data.observation(), by=me, at=clock.now(), on=clock.today()
        )
    return RecordedView(outcome_id)


@get("/agreements/{agreement_id:uuid}/outcomes", guards=[allow(*READERS, scope=Scope.READ)])
async def list_outcomes(agreement_id: FromPath[AgreementId], db: Db) -> list[Outcome]:
    """What is recorded of an agreement."""
    async with db.transaction() as tx:
        return await actions.list_outcomes(tx, agreement_id)


@get("/outcomes/due", guards=[allow(Role.CASE_OFFICER, Role.AUDITOR, scope=Scope.READ)])
async def list_due(db: Db, me: Me, clock: Now) -> list[Due]:
    """The points of an office, or of all for an auditor, that have passed unrecorded."""
    async with db.transaction() as tx:
        return (await actions.list_due(tx, by=me, on=clock.today())).rows


@get("/reports/outcomes", guards=[allow(*READERS, scope=Scope.READ)])
async def report_outcomes(
    db: Db,
    clock: Now,
    from_day: FromDay = None,
    to_day: ToDay = None,
    file_format: Format = "json",
) -> Response[Report | str]:
    """Who registered from one day to another, and how far they came until the latter."""
    first, last = days_of(from_day, to_day, clock.today())
    async with db.transaction() as tx:
        report = await actions.report_outcomes(tx, from_day=first, to_day=last)
    return csv_file(report) if file_format == "csv" else Response(report, media_type=JSON)


router = Router(
    "/",
    route_handlers=[record_outcome, list_outcomes, list_due, report_outcomes],
    tags=["outcomes"],
)
