"""Which addresses are written to, when a mail is tried again, and what it says."""

from datetime import UTC, datetime, timedelta

import pytest

from service.i18n import LANGUAGES
from service.ids import MailId, new_id
from service.mail import rules
from service.mail.message import write_message
from service.mail.model import (
    ATTEMPTS_MAX,
    MOVES,
    MailEvent,
    MailKind,
    MailState,
    Opened,
    Trouble,
)
from service.mail.rules import BadAddress, MailNotGivenUp
from service.mail.words import WORDS, subject_and_body

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ADDRESSES = ["arta@example.org", " arta.k+work@Example.ORG ", "o'neil@mail.example.co"]
NO_ADDRESSES = [
    "", "arta", "arta@", "@example.org", "arta@example", "a b@example.org", "arta@exam ple.org",
    ".arta@example.org", "arta.@example.org", "ar..ta@example.org", "arta@-example.org",
    "arta@example.org\nBcc: all@example.org", "arta@example.org, blerta@example.org",
    "Arta <arta@example.org>", f"{'a' * 65}@example.org", f"a@{'b.' * 130}org", "artë@example.org",
    '"a b"@example.org', "arta@[127.0.0.1]",
]  # fmt: skip


def opened(kind: MailKind, language: str, **facts: str) -> Opened:
    given = dict.fromkeys(WORDS[kind].facts, "something") | facts
    return Opened(MailId(new_id()), kind, "arta@example.org", language, given, AT)


@pytest.mark.parametrize("written", ADDRESSES)
def test_an_address_is_taken_as_written(written: str) -> None:
    read = rules.read_address(written)

    assert read.partition("@")[0] == written.strip().partition("@")[0]
    assert read.partition("@")[2] == written.strip().partition("@")[2].lower()


@pytest.mark.parametrize("written", NO_ADDRESSES)
def test_what_is_no_address_or_more_than_one_is_refused(written: str) -> None:
    with pytest.raises(BadAddress):
        rules.read_address(written)


def test_a_masked_address_does_not_say_whose_it_is() -> None:
    assert rules.masked("arta.krasniqi@example.org") == "ar•••@example.org"
    assert "a@" not in rules.masked("a@example.org")


def test_waits_double_up_to_six_hours_and_end_after_about_a_day() -> None:
    waits = [rules.next_try(AT, attempts=number) - AT for number in range(1, ATTEMPTS_MAX)]

    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(waits) == timedelta(hours=6)
    assert timedelta(hours=12) < sum(waits, timedelta()) < timedelta(hours=30)
    assert rules.is_hopeless(Trouble.TIMED_OUT, attempts=ATTEMPTS_MAX)
    assert not rules.is_hopeless(Trouble.TIMED_OUT, attempts=ATTEMPTS_MAX - 1)


def test_what_is_refused_for_good_is_not_tried_again() -> None:
    assert rules.is_hopeless(Trouble.REFUSED_FOR_GOOD, attempts=1)


def test_a_sent_mail_never_moves_again() -> None:
    assert MOVES[MailState.SENT] == {}
    for event in MailEvent:
        with pytest.raises(MailNotGivenUp):
            rules.move(MailState.SENT, event)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_every_kind_of_mail_is_said_whole_in_every_language(kind: MailKind, language: str) -> None:
    subject, body = subject_and_body(opened(kind, language, link="https://ura.example/l/abc"))

    assert "https://ura.example/l/abc" in body.splitlines()
    assert "{" not in subject + body


def test_a_fact_cannot_become_a_header_or_a_paragraph() -> None:
    mail = opened(
        MailKind.SIGN_AGREEMENT, "en", reference="A-1\r\nBcc: all@example.org", name="X\n\nClick"
    )

    message = write_message(mail, sender="Ura <ura@office.example>")

    assert message["Bcc"] is None
    assert message["Subject"] == "Your agreement A-1 Bcc: all@example.org is ready to be signed"
    assert "Dear X Click," in message.get_content()


def test_a_mail_written_twice_is_the_same_to_the_byte() -> None:
    mail = opened(MailKind.FOLLOW_UP, "sq", name="Çlirim", office="Pejë")

    first, second = (bytes(write_message(mail, sender="ura@office.example")) for _ in range(2))

    assert first == second
    assert f"<{mail.id}@office.example>".encode() in first
