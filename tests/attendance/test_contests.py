"""A report that its candidate contests: not confirmed, not paid, corrected or settled."""

from datetime import timedelta

import asyncpg
import httpx
import pytest

from service.actor import SYSTEM, Actor, Role
from service.attendance import actions
from service.attendance.model import ConfirmedFor, Contest
from service.attendance.rules import AlreadyContested, AlreadySettled, ReportContested
from service.config import Config
from service.crypto import Sealer
from service.db import SQL_FOLDER, Connection, Database, parse_queries
from service.ids import AgreementId, AttendanceId, ContestId
from service.links import answering
from service.money import Cents
from service.problems import InvalidFields, NotAllowed, NotFound
from tests.conftest import FixedClock, SignIn
from tests.given import Given, actor_of
from tests.links.desk import OCTOBER, Desk

LESS = Contest(days_worked=15, wage_cents=Cents(300_00), note="Paid in part only.")


@pytest.fixture
def desk(db: Database, clock: FixedClock, sealer: Sealer, given: Given, template: Config) -> Desk:
    """An office at work with candidates."""
    return Desk(db, clock, sealer, given, template)


async def contested(desk: Desk, contest: Contest = LESS) -> tuple[ContestId, AttendanceId]:
    """A report that its candidate contests by a link."""
    _, attendance_id = await desk.report()
    await desk.ask()
    holder = await desk.holder()
    async with desk.db.transaction(holder) as tx:
        await answering.answer_month(tx, contest, by=holder, at=desk.clock.now())
    async with desk.db.transaction(SYSTEM) as tx:
        found = await tx.fetchval("SELECT id FROM attendance_contest")
    return ContestId(found), attendance_id


async def test_a_contested_report_waits_for_the_office_and_not_for_confirmation(
    desk: Desk,
) -> None:
    await contested(desk)
    officer = await officer_of(desk)

    async with desk.db.transaction(officer) as tx:
        found = await actions.list_contested(tx, by=officer)
        waiting = await actions.list_waiting(tx, by=officer)

    assert [(one.reported_days, one.days_worked, one.wage_cents) for one in found] == [
        (20, 15, 300_00)
    ]
    assert found[0].note == "Paid in part only."
    assert waiting.rows == []


async def officer_of(desk: Desk) -> Actor:
    """The case officer of the one agreement there is."""
    async with desk.db.transaction(SYSTEM) as tx:
        agreement_id = await tx.fetchval("SELECT id FROM agreement")
    return actor_of(await desk.given.officer_of(await desk.given.agreement(agreement_id)))


@pytest.mark.parametrize("confirmed_for", ConfirmedFor)
async def test_nobody_confirms_what_is_contested(desk: Desk, confirmed_for: ConfirmedFor) -> None:
    _, attendance_id = await contested(desk)
    officer = await officer_of(desk)

    with pytest.raises(ReportContested):
        async with desk.db.transaction(officer) as tx:
            await actions.confirm_attendance(
                tx, attendance_id, confirmed_for=confirmed_for, by=officer, at=desk.clock.now()
            )


async def test_a_settled_contest_lets_the_report_be_confirmed(desk: Desk) -> None:
    contest_id, attendance_id = await contested(desk)
    officer = await officer_of(desk)

    async with desk.db.transaction(officer) as tx:
        await actions.settle_contest(
            tx, contest_id, finding="The payslip shows it.", by=officer, at=desk.clock.now()
        )
        await actions.confirm_attendance(
            tx, attendance_id, confirmed_for=ConfirmedFor.OFFICE, by=officer, at=desk.clock.now()
        )
        with pytest.raises(AlreadySettled):
            await actions.settle_contest(
                tx, contest_id, finding="Once more.", by=officer, at=desk.clock.now()
            )

    async with desk.db.transaction(SYSTEM) as tx:
        assert await tx.fetchval("SELECT confirmed_for FROM attendance") == "office"


async def test_a_correction_ends_the_contest(desk: Desk) -> None:
    await contested(desk)
    officer = await officer_of(desk)
    async with desk.db.transaction(SYSTEM) as tx:
        agreement_id = await tx.fetchval("SELECT id FROM agreement")
    agreement = await desk.given.agreement(agreement_id)

    await desk.given.reported_attendance(agreement, OCTOBER, days_worked=15)

    async with desk.db.transaction(officer) as tx:
        assert await actions.list_contested(tx, by=officer) == []
        assert len((await actions.list_waiting(tx, by=officer)).rows) == 1


async def test_only_the_office_settles_and_says_what_it_found(desk: Desk) -> None:
    contest_id, _ = await contested(desk)
    officer = await officer_of(desk)
    stranger = actor_of(await desk.given.case_officer("peje"))
    async with desk.db.transaction(officer) as tx:
        with pytest.raises(InvalidFields):
            await actions.settle_contest(
                tx, contest_id, finding=" no ", by=officer, at=desk.clock.now()
            )
    async with desk.db.transaction(stranger) as tx:
        with pytest.raises(NotFound):
            await actions.settle_contest(
                tx, contest_id, finding="It is right.", by=stranger, at=desk.clock.now()
            )
        with pytest.raises(NotAllowed):
            await actions.contest_attendance(
                tx, AttendanceId(contest_id), LESS, by=stranger, at=desk.clock.now()
            )


async def test_what_a_candidate_said_stands(desk: Desk) -> None:
    await contested(desk)
    officer = await officer_of(desk)

    with pytest.raises(asyncpg.PostgresError, match="settled once"):
        async with desk.db.transaction(officer) as tx:
            await tx.execute(
                "UPDATE attendance_contest SET wage_cents = 1, settled_at = now(),"
                " settled_by = $1, finding = 'changed'",
                officer.account,
            )


async def test_a_second_link_does_not_contest_twice(desk: Desk) -> None:
    await desk.report()
    await desk.ask()
    desk.clock.move_to(desk.clock.at + timedelta(days=3))
    await desk.remind()
    first, second = [await desk.holder(token) for token in await desk.tokens()]
    async with desk.db.transaction(first) as tx:
        await answering.answer_month(tx, LESS, by=first, at=desk.clock.now())

    with pytest.raises(AlreadyContested):
        async with desk.db.transaction(second) as tx:
            await answering.answer_month(tx, LESS, by=second, at=desk.clock.now())


async def test_a_month_contested_after_its_confirmation_fails_its_check(desk: Desk) -> None:
    agreement, attendance_id = await desk.report()
    await desk.ask()
    holder = await desk.holder()
    officer = await officer_of(desk)
    async with desk.db.transaction(officer) as tx:
        await actions.confirm_attendance(
            tx, attendance_id, confirmed_for=ConfirmedFor.OFFICE, by=officer, at=desk.clock.now()
        )
    await desk.given.computed_month(OCTOBER)

    async with desk.db.transaction(holder) as tx:
        await actions.contest_attendance(tx, attendance_id, LESS, by=holder, at=desk.clock.now())

    async with desk.db.transaction(SYSTEM) as tx:
        outcome = await evidence(tx, agreement.id)
    assert outcome == ("failed", ["2026-10-01"])


async def evidence(tx: Connection, agreement_id: AgreementId) -> tuple[str, list[str]]:
    """What the check of evidence says of an agreement's October, and which months are contested."""
    text = (SQL_FOLDER / "checks" / "evidence_received.sql").read_text()
    query = parse_queries(text)["evidence_received"]
    ids = await tx.fetch("SELECT id FROM instalment WHERE agreement_id = $1", agreement_id)
    rows = await tx.fetch(query.text, [row["id"] for row in ids])
    found = [row for row in rows if row["inputs"]["contested"]]
    return found[0]["outcome"], found[0]["inputs"]["contested"]


async def test_office_and_employer_see_it_on_their_pages(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    contest_id, _ = await contested(desk)
    async with desk.db.transaction(SYSTEM) as tx:
        agreement_id = await tx.fetchval("SELECT id FROM agreement")
    agreement = await desk.given.agreement(agreement_id)
    await visit(await desk.given.employer_of(agreement))
    for_employer = await client.get("/attendance/contested")
    told = await client.get("/attendance")
    to_do = await client.get("/")
    form = await visit(await desk.given.officer_of(agreement))

    for_office = await client.get("/attendance/contested")
    refused = await client.post(
        f"/attendance/contests/{contest_id}/settle", data=form | {f"finding-{contest_id}": "no"}
    )
    settled = await client.post(
        f"/attendance/contests/{contest_id}/settle",
        data=form | {f"finding-{contest_id}": "The payslip."},
    )

    for shown in (for_employer, for_office):
        assert "Paid in part only." in shown.text
        assert "€300.00" in shown.text
    assert "1 report is contested" in told.text
    assert "/attendance/contested" in to_do.text
    assert "/settle" not in for_employer.text
    assert refused.status_code == 422
    assert f'href="#finding-{contest_id}"' in refused.text
    assert 'value="no"' in refused.text
    assert settled.status_code == 303
    assert "No report is contested." in (await client.get("/attendance/contested")).text
    assert "contested" not in (await client.get("/attendance")).text


async def test_contests_over_json(desk: Desk, client: httpx.AsyncClient, signed_in: SignIn) -> None:
    contest_id, _ = await contested(desk)
    headers = await signed_in(await desk.given.finance_officer())
    assert (await client.get("/api/attendance/contested", headers=headers)).status_code == 403
    headers = await signed_in(await desk.given.account(Role.AUDITOR))
    assert len((await client.get("/api/attendance/contested", headers=headers)).json()) == 1
    async with desk.db.transaction(SYSTEM) as tx:
        agreement_id = await tx.fetchval("SELECT id FROM agreement")
    officer = await desk.given.officer_of(await desk.given.agreement(agreement_id))
    headers = await signed_in(officer)

    listed = (await client.get("/api/attendance/contested", headers=headers)).json()
    settled = await client.post(
        f"/api/attendance/contests/{contest_id}/settle",
        json={"finding": "The payslip."},
        headers=headers,
    )

    assert [one["id"] for one in listed] == [str(contest_id)]
    assert settled.status_code == 204
