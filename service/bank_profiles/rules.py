"""What a bank profile must be, which letters a bank takes, and on which days it works."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from service.actor import Actor, Role
from service.bank_profiles.model import (
    PAYMENT_CENTS_MAX,
    Alphabet,
    BankProfile,
    ProfileState,
    Specification,
    Transliteration,
)
from service.i18n import N_, _
from service.iban import InvalidIban, parse_iban
from service.problems import InvalidFields, NotAllowed, Problem

AUTHORS = frozenset({Role.ADMINISTRATOR})
CONFIRMERS = frozenset({Role.ADMINISTRATOR, Role.FINANCE_AUTHORISER})
CALENDAR_KEEPERS = frozenset({Role.ADMINISTRATOR, Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
READERS = CALENDAR_KEEPERS | {Role.AUDITOR}
NAME_LETTERS_MAX = 70
# These print somebody's condition on a bank statement, or get the special care of a salary.
TELLING_CODES = frozenset({"SALA", "BENE", "SUBS"})
CODE = re.compile(r"[A-Z]{4}")
# ISO 9362; the country of a Kosovo bank is XK, which is not in ISO 3166.
BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
SATURDAY = 5
ONE_DAY = timedelta(days=1)


class LettersLeft(Exception):
    """Letters that the bank does not take and the table does not write otherwise."""

    def __init__(self, letters: str) -> None:
        self.letters = letters
        super().__init__(letters)


class ProfileAlreadyProposed(Problem):
    """One proposal waits at a time."""

    slug = "profile-already-proposed"
    title = N_("A version of the bank profile waits for a decision. Decide on it before the next.")
    status = 409


class ProfileDecided(Problem):
    """Only a proposal can be confirmed or refused."""

    slug = "profile-decided"
    title = N_("This version of the bank profile was decided on already. Open the list again.")
    status = 409


class ProfileNeedsSecondPerson(Problem):
    """Nobody puts in use what they proposed."""

    slug = "profile-needs-second-person"
    title = N_("You proposed this version of the bank profile. Ask a colleague to confirm it.")
    status = 403


class ExecutionTooFar(Problem):
    """The banks are closed longer than the bank takes orders ahead (CH03)."""

    slug = "execution-too-far"
    title = N_(
        "The next bank day is further ahead than the bank takes orders. Wait, or correct the bank "
        "days or the bank profile; nothing was exported."
    )
    status = 409


def specification_of(profile: BankProfile) -> Specification:
    """What a version asks, as it would be proposed."""
    return Specification(
        **{field: getattr(profile, field) for field in Specification.__struct_fields__}
    )


def refuse_unless(by: Actor, roles: Collection[Role]) -> None:
    """NotAllowed unless one of the roles asks."""
    if by.role not in roles:
        raise NotAllowed


def refuse_decided(profile: BankProfile) -> None:
    """ProfileDecided unless the version is still proposed."""
    if profile.state is not ProfileState.PROPOSED:
        raise ProfileDecided


def refuse_own(profile: BankProfile, by: Actor) -> None:
    """ProfileNeedsSecondPerson for who proposed it."""
    if profile.proposed_by == by.account:
        raise ProfileNeedsSecondPerson


def check_specification(wanted: Specification, shared: Iterable[Transliteration] = ()) -> None:
    """InvalidFields with a sentence for each field that no bank could want so."""
    wrong = {
        field: sentence
        for field, sentence in (
            ("name", _name_complaint(wanted)),
            ("debtor_name", _debtor_complaint(wanted, shared)),
            ("debtor_iban", _iban_complaint(wanted.debtor_iban)),
            ("debtor_bic", _bic_complaint(wanted.debtor_bic)),
            ("service_level", _code_complaint(wanted.service_level or "SEPA")),
            ("purpose", _code_complaint(wanted.purpose)),
            ("category_purpose", _code_complaint(wanted.category_purpose)),
            ("letters", _letters_complaint(wanted.letters)),
            *_limit_complaints(wanted),
        )
        if sentence
    }
    if wrong:
        raise InvalidFields(wrong)


def _name_complaint(wanted: Specification) -> str | None:
    return (
        None
        if re.fullmatch(r"[a-z][a-z0-9-]{0,39}", wanted.name)
        else _("Name the profile in small Latin letters, digits and hyphens, such as treasury.")
    )


def _debtor_complaint(wanted: Specification, shared: Iterable[Transliteration]) -> str | None:
    try:
        written = write(wanted.debtor_name, alphabet_of(wanted.letters, shared))
    except LettersLeft as left:
        return _("The bank does not take these letters: {letters}").format(
            letters=" ".join(left.letters)
        )
    return None if 1 <= len(written) <= NAME_LETTERS_MAX else _("Write 1 to 70 letters.")


def _iban_complaint(iban: str) -> str | None:
    try:
        return None if parse_iban(iban) == iban else _("Write the IBAN without spaces.")
    except InvalidIban as wrong:
        return wrong.sentence()


def _bic_complaint(bic: str) -> str | None:
    return None if BIC.fullmatch(bic) else _("A BIC has 8 or 11 letters and digits.")


def _code_complaint(code: str) -> str | None:
    if not CODE.fullmatch(code):
        return _("Write the four letters of an ISO 20022 code, such as AEMP.")
    if code in TELLING_CODES:
        return _("This code would print on a statement what nobody may learn there. Choose AEMP.")
    return None


def _letters_complaint(letters: str) -> str | None:
    plain = all(letter.isprintable() for letter in letters)
    return (
        None
        if letters and plain and not set('<>"') & set(letters)
        else _("List the letters that the bank takes, without < > and quotation marks.")
    )


def _limit_complaints(wanted: Specification) -> list[tuple[str, str | None]]:
    positive = _("Write a number above zero.")
    return [
        ("payments_per_file_max", None if wanted.payments_per_file_max > 0 else positive),
        (
            "payment_cents_max",
            None
            if 1 <= wanted.payment_cents_max <= PAYMENT_CENTS_MAX
            else _("One payment is at least a cent and below 1 000 000 000 euros."),
        ),
        (
            "file_cents_max",
            None
            if wanted.file_cents_max >= wanted.payment_cents_max
            else _("A file must be able to hold the largest payment."),
        ),
        ("payee_cents_max", None if (wanted.payee_cents_max or 1) > 0 else positive),
        ("days_ahead_max", None if 1 <= wanted.days_ahead_max <= 366 else positive),
    ]


# ----- letters


def alphabet_of(letters: str, table: Iterable[Transliteration]) -> Alphabet:
    """What a bank takes, with the table for the rest; a profile's own row goes before a shared."""
    taken = frozenset(letters)
    ordered = sorted(table, key=lambda one: not one.is_shared)
    written_as = {one.letter: one.written_as for one in ordered if one.letter not in taken}
    return Alphabet(taken, written_as)


def write(text: str, alphabet: Alphabet) -> str:
    """A text in the bank's letters, with single spaces; LettersLeft when some cannot be written.

    Nothing is dropped and nothing is cut: each letter is taken as it is, or written as the table
    says, or named in the refusal.
    """
    composed = unicodedata.normalize("NFC", text)
    written = "".join(alphabet.written_as.get(letter, letter) for letter in composed)
    left = sorted(set(written) - alphabet.letters)
    if left:
        raise LettersLeft("".join(left))
    return " ".join(written.split())


# ----- days


def next_bank_day(day: date, closings: Mapping[date, bool]) -> date:
    """The first day from `day` on which Kosovo's banks and TARGET both settle.

    `closings` says of single days that they are closed (or open) after all: some feasts follow
    the moon and are announced late.
    """
    while closings.get(day, _is_closed(day)):
        day += ONE_DAY
    return day


def bank_day_by(day: date, closings: Mapping[date, bool]) -> date:
    """The last day up to `day` on which banks settle: what is due on a closed day is due before."""
    while closings.get(day, _is_closed(day)):
        day -= ONE_DAY
    return day


def execution_day(
    handed_over: datetime, closings: Mapping[date, bool], *, cut_off: time, days_ahead_max: int
) -> date:
    """The day on which an order runs that is handed over at a moment of Kosovo's local time.

    A bank takes what reaches it before its cut-off on a bank day, and runs it on the next; later
    it would answer TM01. ExecutionTooFar when that lies further ahead than the bank takes (CH03).
    """
    reached = handed_over.date()
    if handed_over.time() >= cut_off:
        reached += ONE_DAY
    day = next_bank_day(next_bank_day(reached, closings) + ONE_DAY, closings)
    if day - handed_over.date() > timedelta(days=days_ahead_max):
        raise ExecutionTooFar
    return day


def _is_closed(day: date) -> bool:
    return day.weekday() >= SATURDAY or day in _feasts(day.year)


@cache
def _feasts(year: int) -> frozenset[date]:
    kosovo = holidays.country_holidays("XK", years=year)
    target = holidays.financial_holidays("ECB", years=year)
    return frozenset(kosovo) | frozenset(target)


def check_day_reason(reason: str) -> str:
    """Why a day differs, without spaces around it; InvalidFields when it says nothing."""
    said = reason.strip()
    if not 3 <= len(said) <= 200:
        raise InvalidFields({"reason": _("Say in 3 to 200 letters why the day differs.")})
    return said


def check_table(table: Sequence[Transliteration]) -> None:
    """InvalidFields unless each row writes one letter as one to four others, once."""
    letters = [one.letter for one in table]
    if len(set(letters)) != len(letters) or not all(
        len(one.letter) == 1 and 1 <= len(one.written_as) <= 4 for one in table
    ):
        raise InvalidFields(
            {"transliteration": _("Write each letter once, as one to four other letters.")}
        )
