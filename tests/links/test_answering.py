"""What the holder of a link can do, once, and what nobody can do with it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import msgspec
import pytest

from service.accounts.rules import TooManyAttempts
from service.actor import ANONYMOUS, SYSTEM, Actor
from service.agreements import actions as agreements
from service.agreements.model import Party, State
from service.agreements.rules import AlreadySigned, TermsChanged
from service.attendance import actions as attendance
from service.attendance.model import ConfirmedFor, Contest
from service.attendance.rules import AlreadyConfirmed, ReportSuperseded
from service.db import Connection
from service.links import answering
from service.links.model import SESSION_LIFE
from service.links.rules import LinkOver, WrongCode
from service.money import Cents
from service.outcomes import actions as outcomes
from service.outcomes.model import Source
from service.problems import NotAllowed, NotFound
from tests.links.desk import BORN_ON, OCTOBER, Desk

Act = Callable[[Connection], Awaitable[object]]


async def test_a_candidate_signs_by_a_link_and_the_signature_says_so(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    holder = await desk.holder()

    async with desk.db.transaction(holder) as tx:
        await answering.sign(
            tx,
            shown_sha256=agreement.terms_sha256,
            by=holder,
            on=desk.clock.today(),
            at=desk.clock.now(),
        )

    async with desk.db.transaction(SYSTEM) as tx:
        signatures = (await agreements.read_agreement(tx, agreement.id)).signatures
    assert [(one.party, one.by_link, one.recorded_by) for one in signatures] == [
        (Party.CANDIDATE, holder.link, None)
    ]
    assert signatures[0].signed_name == await desk.person(agreement.candidate_id)
    assert await desk.events() == ["opened", "used"]


async def test_an_agreement_signed_by_a_link_starts_like_any_other(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    await sign(desk, agreement.terms_sha256)

    await desk.given.signature(agreement, Party.EMPLOYER)
    await desk.given.signature(agreement, Party.OFFICE)

    assert (await desk.given.agreement(agreement.id)).state is State.SIGNED


async def sign(desk: Desk, shown: bytes, token: str | None = None) -> Actor:
    """Opens the newest link and signs."""
    holder = await desk.holder(token)
    async with desk.db.transaction(holder) as tx:
        await answering.sign(
            tx, shown_sha256=shown, by=holder, on=desk.clock.today(), at=desk.clock.now()
        )
    return holder


async def test_a_link_serves_once_and_opens_no_more(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    token = (await desk.tokens())[0]
    holder = await sign(desk, agreement.terms_sha256)

    async with desk.db.transaction(holder) as tx:
        with pytest.raises(LinkOver):
            await answering.look(tx, by=holder, at=desk.clock.now())
    async with desk.db.transaction(ANONYMOUS) as tx:
        opened = await answering.open_by_token(tx, token, at=desk.clock.now())

    assert isinstance(opened, LinkOver)
    assert (await desk.events())[-1] == "refused"


async def test_a_text_that_was_not_shown_is_not_signed_and_the_link_lives(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    holder = await desk.holder()

    with pytest.raises(TermsChanged):
        async with desk.db.transaction(holder) as tx:
            await answering.sign(
                tx,
                shown_sha256=bytes(32),
                by=holder,
                on=desk.clock.today(),
                at=desk.clock.now(),
            )

    await sign(desk, agreement.terms_sha256)


async def test_who_signed_in_person_meanwhile_does_not_sign_twice(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    await desk.given.signature(agreement, Party.CANDIDATE)

    with pytest.raises(AlreadySigned):
        await sign(desk, agreement.terms_sha256)


@pytest.mark.parametrize("later", [timedelta(days=30), timedelta(days=400)])
async def test_an_expired_link_opens_nothing(desk: Desk, later: timedelta) -> None:
    await desk.draft()
    await desk.ask()
    token = (await desk.tokens())[0]
    desk.clock.move_to(desk.clock.at + later)

    async with desk.db.transaction(ANONYMOUS) as tx:
        opened = await answering.open_by_token(tx, token, at=desk.clock.now())

    assert isinstance(opened, LinkOver)


async def test_a_session_ends_after_an_hour_and_the_link_opens_another(desk: Desk) -> None:
    await desk.draft()
    await desk.ask()
    token = (await desk.tokens())[0]
    async with desk.db.transaction(ANONYMOUS) as tx:
        session = await answering.open_by_token(tx, token, at=desk.clock.now())
    assert isinstance(session, str)
    desk.clock.move_to(desk.clock.at + SESSION_LIFE)

    async with desk.db.transaction(ANONYMOUS) as tx:
        found = await answering.find_actor_of_link(tx, session, at=desk.clock.now())

    assert found is None
    assert (await desk.holder(token)).link_id is not None


@pytest.mark.parametrize("token", ["", "x", "%00", "a" * 43, "../../answer"])
async def test_a_guessed_token_opens_nothing(desk: Desk, token: str) -> None:
    await desk.draft()
    await desk.ask()

    async with desk.db.transaction(ANONYMOUS) as tx:
        opened = await answering.open_by_token(tx, token, at=desk.clock.now())

    assert isinstance(opened, LinkOver)


async def test_a_link_answers_its_own_question_only(desk: Desk) -> None:
    await desk.draft()
    await desk.ask()
    holder = await desk.holder()
    at, on = desk.clock.now(), desk.clock.today()
    others: list[Act] = [
        lambda tx: answering.answer_month(tx, None, by=holder, at=at),
        lambda tx: answering.answer_follow_up(
            tx, employed=True, same_employer=True, by=holder, on=on, at=at
        ),
    ]

    for act in others:
        async with desk.db.transaction(holder) as tx:
            with pytest.raises(LinkOver):
                await act(tx)


async def test_a_candidate_confirms_a_month_and_it_counts_as_evidence(desk: Desk) -> None:
    agreement, attendance_id = await desk.report()
    await desk.ask()
    holder = await desk.holder()

    async with desk.db.transaction(holder) as tx:
        await answering.answer_month(tx, None, by=holder, at=desk.clock.now())

    async with desk.db.transaction(SYSTEM) as tx:
        row = await tx.fetchrow("SELECT * FROM attendance WHERE id = $1", attendance_id)
        changes = await tx.fetchval(
            "SELECT count(*) FROM fact_change WHERE agreement_id = $1 AND fact = 'attendance'",
            agreement.id,
        )
    assert row is not None
    assert (row["confirmed_for"], row["confirmed_by"]) == ("candidate", None)
    assert row["confirmed_by_link"] == holder.link
    assert changes > 0


async def test_a_candidate_never_confirms_for_the_office(desk: Desk) -> None:
    _, attendance_id = await desk.report()
    await desk.ask()
    holder = await desk.holder()

    async with desk.db.transaction(holder) as tx:
        with pytest.raises(NotAllowed):
            await attendance.confirm_attendance(
                tx,
                attendance_id,
                confirmed_for=ConfirmedFor.OFFICE,
                by=holder,
                at=desk.clock.now(),
            )


async def test_a_report_that_was_corrected_is_not_confirmed_by_the_old_link(desk: Desk) -> None:
    agreement, _ = await desk.report()
    await desk.ask()
    holder = await desk.holder()
    await desk.given.reported_attendance(agreement, OCTOBER, days_worked=3)

    for contest in (None, Contest(days_worked=5, wage_cents=None, note="")):
        with pytest.raises(ReportSuperseded):
            async with desk.db.transaction(holder) as tx:
                await answering.answer_month(tx, contest, by=holder, at=desk.clock.now())


async def test_of_two_links_to_one_month_the_second_finds_it_answered(desk: Desk) -> None:
    await desk.report()
    await desk.ask()
    desk.clock.move_to(desk.clock.at + timedelta(days=3))
    await desk.remind()
    first, second = [await desk.holder(token) for token in await desk.tokens()]
    async with desk.db.transaction(first) as tx:
        await answering.answer_month(tx, None, by=first, at=desk.clock.now())

    with pytest.raises(AlreadyConfirmed):
        async with desk.db.transaction(second) as tx:
            await answering.answer_month(tx, None, by=second, at=desk.clock.now())


async def test_a_candidate_says_where_they_stand(desk: Desk) -> None:
    agreement = await desk.given.completed_agreement(starts_on=date(2026, 2, 2))
    await desk.address(agreement)
    await desk.remind()
    holder = await desk.holder()

    async with desk.db.transaction(holder) as tx:
        await answering.answer_follow_up(
            tx,
            employed=True,
            same_employer=False,
            by=holder,
            on=desk.clock.today(),
            at=desk.clock.now(),
        )

    async with desk.db.transaction(SYSTEM) as tx:
        recorded = await outcomes.list_outcomes(tx, agreement.id)
    assert [(one.months_after, one.employed, one.same_employer) for one in recorded] == [
        (3, True, False)
    ]
    assert recorded[0].source is Source.CANDIDATE


async def test_a_code_opens_with_the_date_of_birth(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    code = await desk.code(agreement)

    opened = [
        await enter(desk, code, BORN_ON + timedelta(days=1)),
        await enter(desk, "7K3M9-2QFA0", BORN_ON),
        await enter(desk, code.lower().replace("-", " "), BORN_ON),
    ]

    assert [type(one) for one in opened] == [WrongCode, WrongCode, str]
    assert await desk.events() == ["wrong_birth_date", "opened"]


async def enter(
    desk: Desk, code: str, born_on: date, address: str = "192.0.2.1"
) -> str | WrongCode | TooManyAttempts:
    """Somebody types a code and a date of birth."""
    async with desk.db.transaction(ANONYMOUS) as tx:
        return await answering.open_by_code(
            tx,
            code,
            born_on=born_on,
            address=address,
            at=desk.clock.now(),
            sealer=desk.sealer,
        )


async def test_guessing_a_date_of_birth_becomes_slow_and_nobody_is_locked_out(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    code = await desk.code(agreement)
    for days in range(1, 6):
        await enter(desk, code, BORN_ON + timedelta(days=days), address=f"192.0.2.{days}")

    at_once = await enter(desk, code, BORN_ON)
    desk.clock.move_to(desk.clock.at + timedelta(minutes=16))
    later = await enter(desk, code, BORN_ON)

    assert isinstance(at_once, TooManyAttempts)
    assert isinstance(later, str)


async def test_guessing_codes_from_one_place_becomes_slow(desk: Desk) -> None:
    for number in range(50):
        await enter(desk, f"AAAAA-BBB{number:02}", BORN_ON)

    assert isinstance(await enter(desk, "CCCCC-CCCCC", BORN_ON), TooManyAttempts)
    elsewhere = await enter(desk, "CCCCC-CCCCC", BORN_ON, address="192.0.2.99")
    assert isinstance(elsewhere, WrongCode)


async def test_another_candidates_agreement_is_not_signed_with_a_link(desk: Desk) -> None:
    own = await desk.draft()
    await desk.ask()
    holder = await desk.holder()
    other = await desk.draft(email="besa@example.org")
    forged = msgspec.structs.replace(holder, agreement_id=other.id)

    for actor in (holder, forged):
        async with desk.db.transaction(actor) as tx:
            with pytest.raises(NotFound):
                await agreements.sign_agreement(
                    tx,
                    other.id,
                    Party.CANDIDATE,
                    shown_sha256=other.terms_sha256,
                    by=actor,
                    on=desk.clock.today(),
                    at=desk.clock.now(),
                )
    assert own.id != other.id


async def test_a_contest_needs_something_to_say(desk: Desk) -> None:
    _, attendance_id = await desk.report()
    await desk.ask()
    holder = await desk.holder()
    same = Contest(days_worked=20, wage_cents=Cents(500_00), note="")

    for contest in (same, Contest(days_worked=None, wage_cents=None, note="no")):
        with pytest.raises(Exception, match="fields are wrong"):
            async with desk.db.transaction(holder) as tx:
                await answering.answer_month(tx, contest, by=holder, at=desk.clock.now())
    assert attendance_id is not None


async def test_two_answers_at_once_leave_one(committed_desk: Desk) -> None:
    agreement = await committed_desk.draft()
    await committed_desk.ask()
    holder = await committed_desk.holder()

    async def answer() -> str:
        try:
            async with committed_desk.db.transaction(holder) as tx:
                await answering.sign(
                    tx,
                    shown_sha256=agreement.terms_sha256,
                    by=holder,
                    on=committed_desk.clock.today(),
                    at=committed_desk.clock.now(),
                )
        except LinkOver:
            return "over"
        return "signed"

    answers = await asyncio.gather(*(answer() for _ in range(4)))

    assert sorted(answers) == ["over", "over", "over", "signed"]
