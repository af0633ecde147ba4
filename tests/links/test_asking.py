"""Who is asked by itself, by mail or on paper, who is asked again, and who no more."""

from datetime import date, timedelta

import pytest

from service.actor import SYSTEM
from service.agreements.model import Party
from service.contacts.model import Purpose as Consent
from service.ids import AgreementId
from service.links import actions
from service.links.model import Purpose, Reach
from service.links.rules import AlreadyAnswered, LinkOver, NoAddress, RefusesMail
from service.mail.model import MailKind
from service.problems import InvalidFields, NotFound
from tests.given import actor_of
from tests.links.desk import OCTOBER, START, Desk


async def test_an_agreement_ready_to_be_signed_is_sent_once(desk: Desk) -> None:
    agreement = await desk.draft(language="sq")

    asked = [await desk.ask() for _ in range(3)]

    mails = await desk.mails()
    assert asked == [1, 0, 0]
    assert [(mail.kind, mail.to, mail.language) for mail in mails] == [
        (MailKind.SIGN_AGREEMENT, "arta@example.org", "sq")
    ]
    assert mails[0].facts["reference"] == agreement.reference
    assert mails[0].facts["link"].startswith("http://127.0.0.1:8000/l/")


async def test_a_mail_says_nothing_of_wages_reasons_or_the_employer(desk: Desk) -> None:
    agreement, _ = await desk.report()

    await desk.ask()

    facts = (await desk.mails())[0].facts
    assert facts.keys() == {"name", "office", "link", "month"}
    assert facts["month"] == "October 2026"
    assert agreement.employer_name not in " ".join(facts.values())


async def test_the_token_of_a_mail_is_kept_as_a_hash_only(desk: Desk) -> None:
    await desk.draft()
    await desk.ask()
    token = (await desk.tokens())[0]

    async with desk.db.transaction(SYSTEM) as tx:
        rows = await tx.fetchval("SELECT string_agg(l::text, ' ') FROM candidate_link AS l")

    assert len(token) >= 43
    assert token not in rows


async def test_who_has_no_address_is_left_to_paper(desk: Desk) -> None:
    agreement = await desk.given.drafted_agreement(starts_on=START)
    officer = actor_of(await desk.given.officer_of(agreement))

    await desk.ask()

    async with desk.db.transaction(officer) as tx:
        waiting = await actions.list_waiting(tx, reach=Reach.PAPER, after=None, by=officer)
    assert [(one.agreement_id, one.purpose) for one in waiting] == [
        (agreement.id, Purpose.SIGN_AGREEMENT)
    ]
    assert await desk.mails() == []


async def test_who_does_not_want_mails_gets_none_even_when_asked_for(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.refusal(agreement, Consent.MESSAGES)
    await desk.ask()
    officer = actor_of(await desk.given.officer_of(agreement))
    question_id = await desk.question(agreement)

    with pytest.raises(RefusesMail):
        async with desk.db.transaction(officer) as tx:
            await actions.send_link(
                tx,
                question_id,
                by=officer,
                at=desk.clock.now(),
                sealer=desk.sealer,
                public_url="https://ura.example",
            )

    assert await desk.mails() == []


async def test_a_silent_candidate_is_reminded_with_a_link_that_works_twice_at_most(
    desk: Desk,
) -> None:
    await desk.report()
    await desk.ask()

    for _ in range(6):
        desk.clock.move_to(desk.clock.at + timedelta(days=3))
        await desk.remind()

    kinds = [mail.kind for mail in await desk.mails()]
    assert kinds == [MailKind.CONFIRM_MONTH, *[MailKind.CONFIRM_REMINDER] * 2]
    tokens = await desk.tokens()
    assert len(set(tokens)) == 3
    assert (await desk.holder(tokens[-1])).agreement_id is not None
    assert (await desk.holder(tokens[0])).agreement_id is not None


async def test_reminders_go_to_who_has_to_sign(desk: Desk) -> None:
    agreement = await desk.draft()
    representative = await desk.given.employer_of(agreement)
    await desk.ask()
    await desk.given.signature(agreement, Party.CANDIDATE)

    for _ in range(5):  # until the day before work begins
        desk.clock.move_to(desk.clock.at + timedelta(days=1))
        await desk.remind()

    reminders = (await desk.mails())[1:]
    assert {mail.kind for mail in reminders} == {MailKind.EMPLOYER_TO_SIGN}
    assert representative.email in {mail.to for mail in reminders}
    assert "arta@example.org" not in {mail.to for mail in reminders}
    assert all(mail.facts["link"].endswith(f"/agreements/{agreement.id}") for mail in reminders)


async def test_nobody_is_reminded_of_what_all_have_signed(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    for party in Party:
        await desk.given.signature(agreement, party)

    desk.clock.move_to(desk.clock.at + timedelta(days=4))
    await desk.remind()

    assert len(await desk.mails()) == 1


async def test_a_corrected_report_is_asked_about_anew(desk: Desk) -> None:
    agreement, _ = await desk.report()
    await desk.ask()
    await desk.given.reported_attendance(agreement, OCTOBER, days_worked=18)

    await desk.ask()

    assert [mail.kind for mail in await desk.mails()] == [MailKind.CONFIRM_MONTH] * 2
    first, second = await desk.tokens()
    assert first != second


async def test_points_of_the_follow_up_are_asked_when_they_come(desk: Desk) -> None:
    agreement = await desk.given.completed_agreement(starts_on=date(2026, 2, 2))
    await desk.address(agreement)

    await desk.remind()
    await desk.remind()

    # The subsidy ended on 1 August: three months later is the day of the test's clock.
    assert [mail.kind for mail in await desk.mails()] == [MailKind.FOLLOW_UP]


async def test_who_said_no_to_the_follow_up_is_not_asked(desk: Desk) -> None:
    agreement = await desk.given.completed_agreement(starts_on=date(2026, 2, 2))
    await desk.address(agreement)
    await desk.refusal(agreement, Consent.FOLLOW_UP)

    await desk.remind()

    assert await desk.mails() == []


async def test_a_mistyped_address_is_corrected_without_anybody_signing_again(desk: Desk) -> None:
    agreement = await desk.draft(email="atra@example.org")
    officer = actor_of(await desk.given.officer_of(agreement))
    await desk.ask()
    await desk.given.signature(agreement, Party.EMPLOYER)
    question_id = await desk.question(agreement)

    async with desk.db.transaction(officer) as tx:
        await actions.correct_address(
            tx,
            question_id,
            "arta@example.org",
            by=officer,
            at=desk.clock.now(),
            sealer=desk.sealer,
            public_url="https://ura.example",
        )

    assert [mail.to for mail in await desk.mails()] == ["atra@example.org", "arta@example.org"]
    wrong, right = await desk.tokens()
    with pytest.raises(AssertionError):
        await desk.holder(wrong)
    assert (await desk.holder(right)).candidate_id == agreement.candidate_id
    async with desk.db.transaction(officer) as tx:
        assert await tx.fetchval("SELECT count(*) FROM agreement_signature") == 1


async def test_a_wrong_address_changes_nothing(desk: Desk) -> None:
    agreement = await desk.draft()
    officer = actor_of(await desk.given.officer_of(agreement))
    await desk.ask()
    question_id = await desk.question(agreement)

    with pytest.raises(InvalidFields):
        async with desk.db.transaction(officer) as tx:
            await actions.correct_address(
                tx,
                question_id,
                "arta at example",
                by=officer,
                at=desk.clock.now(),
                sealer=desk.sealer,
                public_url="https://ura.example",
            )

    assert (await desk.holder()).candidate_id == agreement.candidate_id


async def test_another_office_neither_sends_nor_prints_nor_takes_back(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    question_id = await desk.question(agreement)
    link_id = (await desk.holder()).link
    stranger = actor_of(await desk.given.case_officer("peje"))

    async with desk.db.transaction(stranger) as tx:
        assert await actions.list_waiting(tx, reach=None, after=None, by=stranger) == []
        with pytest.raises(NotFound):
            await actions.print_code(
                tx, question_id, by=stranger, at=desk.clock.now(), sealer=desk.sealer
            )
        with pytest.raises(NotFound):
            await actions.send_link(
                tx, question_id, by=stranger, at=desk.clock.now(), sealer=desk.sealer,
                public_url="https://ura.example",
            )  # fmt: skip
        with pytest.raises(NotFound):
            await actions.revoke_link(tx, link_id, by=stranger, at=desk.clock.now())


async def test_what_is_answered_is_neither_sent_nor_printed(desk: Desk) -> None:
    agreement = await desk.draft()
    officer = actor_of(await desk.given.officer_of(agreement))
    await desk.ask()
    await desk.given.signature(agreement, Party.CANDIDATE)

    with pytest.raises(AlreadyAnswered):
        await desk.code(agreement)

    async with desk.db.transaction(officer) as tx:
        assert await actions.list_waiting(tx, reach=None, after=None, by=officer) == []


async def test_what_is_answered_or_long_ago_is_closed_and_looked_at_no_more(desk: Desk) -> None:
    signed, silent = await desk.draft(), await desk.draft(email="besa@example.org")
    await desk.ask()
    await desk.given.signature(signed, Party.CANDIDATE)

    await desk.ask()
    after_a_minute = await closed(desk)
    desk.clock.move_to(desk.clock.at + timedelta(days=181))
    await desk.ask()

    assert after_a_minute == {signed.id}
    assert await closed(desk) == {signed.id, silent.id}


async def closed(desk: Desk) -> set[AgreementId]:
    """The agreements whose questions are closed."""
    async with desk.db.transaction(SYSTEM) as tx:
        rows = await tx.fetch(
            "SELECT agreement_id FROM candidate_question WHERE closed_at IS NOT NULL"
        )
    return {row[0] for row in rows}


async def test_a_link_is_taken_back_once(desk: Desk) -> None:
    agreement = await desk.draft()
    officer = actor_of(await desk.given.officer_of(agreement))
    await desk.ask()
    link_id = (await desk.holder()).link

    async with desk.db.transaction(officer) as tx:
        await actions.revoke_link(tx, link_id, by=officer, at=desk.clock.now())
        with pytest.raises(LinkOver):
            await actions.revoke_link(tx, link_id, by=officer, at=desk.clock.now())


async def test_without_an_address_an_officer_is_told_to_write_one_down(desk: Desk) -> None:
    agreement = await desk.given.drafted_agreement(starts_on=START)
    officer = actor_of(await desk.given.officer_of(agreement))
    await desk.ask()
    question_id = await desk.question(agreement)

    with pytest.raises(NoAddress):
        async with desk.db.transaction(officer) as tx:
            await actions.send_link(
                tx,
                question_id,
                by=officer,
                at=desk.clock.now(),
                sealer=desk.sealer,
                public_url="https://ura.example",
            )
