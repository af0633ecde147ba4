"""What each kind of mail says: a subject and a few plain sentences, never a wage or a reason."""

import msgspec

from service.i18n import N_, _, use_language
from service.mail.model import MailKind, Opened, Trouble

GREETING = N_("Dear {name},")
CLOSING = N_("This message was sent by Ura, the wage-subsidy service of the employment offices.")
NOT_YOU = N_("If this is not for you, do nothing: the link does nothing by itself.")
ONE_PERSON = N_(
    "The link is for you alone. Do not pass it on; whoever has it can answer in your name."
)


class Words(msgspec.Struct, frozen=True):
    """The sentences of one kind of mail; `facts` are the names between braces."""

    subject: str
    sentences: tuple[str, ...]
    facts: frozenset[str]


def _of_candidate(subject: str, *sentences: str, facts: str = "") -> Words:
    named = frozenset({"name", "office", "link", *facts.split()})
    asked = N_("Questions? Ask the employment office: {office}.")
    return Words(subject, (*sentences, "{link}", ONE_PERSON, asked), named)


WORDS = {
    MailKind.INVITATION: Words(
        N_("Your account in Ura"),
        (
            N_("An account in Ura was opened for you. Choose your password on this page:"),
            "{link}",
            N_("The link can be used once, until {until}."),
            NOT_YOU,
        ),
        frozenset({"name", "link", "until"}),
    ),
    MailKind.PASSWORD_RESET: Words(
        N_("A new password for Ura"),
        (
            N_("Somebody asked for a new password of your account. Choose it on this page:"),
            "{link}",
            N_("The link can be used once, until {until}."),
            NOT_YOU,
        ),
        frozenset({"name", "link", "until"}),
    ),
    MailKind.SIGN_AGREEMENT: _of_candidate(
        N_("Your agreement {reference} is ready to be signed"),
        N_("Read your agreement and sign it on this page:"),
        facts="reference",
    ),
    MailKind.SIGN_REMINDER: _of_candidate(
        N_("Reminder: your agreement {reference} waits for your signature"),
        N_("Work cannot begin before all have signed. Read your agreement and sign it here:"),
        facts="reference",
    ),
    MailKind.EMPLOYER_TO_SIGN: Words(
        N_("Reminder: the agreement {reference} waits for your signature"),
        (
            N_("Work cannot begin before all have signed. Sign in and sign the agreement here:"),
            "{link}",
        ),
        frozenset({"name", "link", "reference"}),
    ),
    MailKind.CONFIRM_MONTH: _of_candidate(
        N_("Did you work in {month}, and were you paid?"),
        N_("Your employer has reported what you worked and earned. Say whether it is right:"),
        facts="month",
    ),
    MailKind.CONFIRM_REMINDER: _of_candidate(
        N_("Reminder: did you work in {month}, and were you paid?"),
        N_("We still need your answer to what your employer has reported. Answer here:"),
        facts="month",
    ),
    MailKind.FOLLOW_UP: _of_candidate(
        N_("Where do you work now?"),
        N_("Some time has passed since your subsidised job. Tell us where you stand; it takes one"
           " minute:"),
    ),
    MailKind.FOLLOW_UP_REMINDER: _of_candidate(
        N_("Reminder: where do you work now?"),
        N_("We have not heard from you yet. Tell us where you stand; it takes one minute:"),
    ),
}  # fmt: skip

KIND_WORDS = {
    MailKind.INVITATION: N_("Invitation to an account"),
    MailKind.PASSWORD_RESET: N_("New password"),
    MailKind.SIGN_AGREEMENT: N_("Agreement to be signed"),
    MailKind.SIGN_REMINDER: N_("Reminder of an agreement"),
    MailKind.EMPLOYER_TO_SIGN: N_("Reminder of an agreement, to the employer"),
    MailKind.CONFIRM_MONTH: N_("Month to be confirmed"),
    MailKind.CONFIRM_REMINDER: N_("Reminder of a month"),
    MailKind.FOLLOW_UP: N_("Follow-up question"),
    MailKind.FOLLOW_UP_REMINDER: N_("Reminder of a follow-up question"),
}
TROUBLE_WORDS = {
    Trouble.REFUSED_FOR_GOOD: N_("The mail server refused it for good: the address may be wrong."),
    Trouble.REFUSED_FOR_NOW: N_("The mail server refused it for now."),
    Trouble.NOT_SIGNED_IN: N_("The mail server did not accept our name or password."),
    Trouble.NO_CONNECTION: N_("The mail server could not be reached."),
    Trouble.TIMED_OUT: N_("The mail server did not answer in time."),
    Trouble.NOT_WRITTEN: N_("The e-mail could not be put into words; tell who looks after Ura."),
}


def facts_of(kind: MailKind) -> frozenset[str]:
    """The facts that the words of a kind name."""
    return WORDS[kind].facts


def subject_and_body(mail: Opened) -> tuple[str, str]:
    """A mail in its reader's language: one line, and plain text."""
    words = WORDS[mail.kind]
    facts = {name: " ".join(fact.split()) for name, fact in mail.facts.items()}
    with use_language(mail.language):
        sentences = [_(sentence).format(**facts) for sentence in (GREETING, *words.sentences)]
        closing = _(CLOSING)
        subject = _(words.subject).format(**facts)
    return subject, "\n\n".join([*sentences, f"-- \n{closing}"]) + "\n"
