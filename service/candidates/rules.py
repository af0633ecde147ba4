"""Who looks like somebody registered before, who reads what is sealed, and who may leave."""

from datetime import date

from service.actor import Actor, Role
from service.answers import tidy
from service.candidates.model import Alike, Candidate, Characteristic
from service.i18n import N_
from service.problems import NotAllowed, Problem

PURPOSE_LENGTHS = range(5, 501)

PERSONAL_NUMBER_DIGITS = 10
# Check digit as the open library dedal-io/nidx has it; the state publishes no rule, hence it warns.
CHECK_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)

# How alike two folded names are, by shared trigrams, before their owners may be one person: less is
# enough when they are born on one day, more is needed when the days differ by one slip of the pen.
ALIKE_PERCENT_MIN = 45
ALIKE_PERCENT_OTHER_DAY = 70


class PersonalNumberTaken(Problem):
    """Somebody has this personal number already, perhaps elsewhere: nothing more is said."""

    slug = "personal-number-taken"
    title = N_(
        "This personal number is registered already. If your office does not have the person, ask"
        " the administrator which office does."
    )
    status = 409


class LikelyDuplicate(Problem):
    """Somebody of this office looks like the person; `references` names them."""

    slug = "likely-duplicate"
    title = N_(
        "Somebody like this is registered already. Compare the people listed, then confirm that"
        " this is somebody else."
    )
    status = 409


class CandidateWithdrawn(Problem):
    """The person left the register."""

    slug = "candidate-withdrawn"
    title = N_("This person has left the register; nothing about them is changed any more.")
    status = 409


class CandidateInAgreement(Problem):
    """The person is in an agreement that has not ended."""

    slug = "candidate-in-agreement"
    title = N_("This person is in an agreement. End or cancel the agreement first.")
    status = 409


class PurposeMissing(Problem):
    """Sensitive facts are read for a stated purpose only (Law 06/L-082, purpose limitation)."""

    slug = "purpose-missing"
    title = N_("Say in 5 to 500 characters what you need these facts for; it is kept on record.")


class UnknownCharacteristic(Problem):
    """What is looked for is not a priority characteristic."""

    slug = "unknown-characteristic"
    title = N_("This is not a priority characteristic. Choose one of the list.")


def age_on(born_on: date, on: date) -> int:
    """Full years of a person on a day; born on 29 February, a year is full on 1 March."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def has_check_digit(personal_number: str) -> bool:
    """Whether the last of ten digits fits the others; numbers starting with 9 are not checked."""
    if personal_number.startswith("9"):
        return True
    total = sum(int(d) * w for d, w in zip(personal_number, CHECK_WEIGHTS, strict=False))
    return (11 - total % 11) % 11 % 10 == int(personal_number[-1])


def is_likely_duplicate(alike: Alike, born_on: date) -> bool:
    """Whether two people are so alike that an officer has to compare them."""
    if alike.same_personal_number:
        return True
    if alike.born_on == born_on:
        return alike.similarity_percent >= ALIKE_PERCENT_MIN
    slip = is_slip(alike.born_on, born_on)
    return slip and alike.similarity_percent >= ALIKE_PERCENT_OTHER_DAY


def is_slip(one: date, other: date) -> bool:
    """Whether two days differ by one slip: one of year, month and day, or day and month swapped."""
    parts = zip((one.year, one.month, one.day), (other.year, other.month, other.day), strict=True)
    swapped = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return swapped or sum(mine != theirs for mine, theirs in parts) <= 1


def check_not_registered(likely: list[Alike], *, confirmed_not_duplicate: bool) -> None:
    """PersonalNumberTaken or LikelyDuplicate when somebody of the office may be the same person."""
    taken = [alike.reference for alike in likely if alike.same_personal_number]
    if taken:
        raise PersonalNumberTaken(references=taken)
    if likely and not confirmed_not_duplicate:
        raise LikelyDuplicate(references=[alike.reference for alike in likely])


def check_in_register(candidate: Candidate) -> None:
    """CandidateWithdrawn when the person has left."""
    if candidate.withdrawn_at is not None:
        raise CandidateWithdrawn


def check_may_leave(candidate: Candidate, *, live_agreements: int) -> None:
    """CandidateWithdrawn or CandidateInAgreement when the person cannot leave the register now."""
    check_in_register(candidate)
    if live_agreements:
        raise CandidateInAgreement


def check_may_read_sensitive(by: Actor) -> None:
    """NotAllowed for anybody who is not a case officer; whose office it is, the policies decide."""
    if by.role is not Role.CASE_OFFICER:
        raise NotAllowed


def read_purpose(text: str) -> str:
    """The purpose of a reading, tidied; PurposeMissing when it is too short or cannot be kept."""
    purpose = tidy(text)
    if len(purpose) not in PURPOSE_LENGTHS or not purpose.isprintable():
        raise PurposeMissing
    return purpose


def read_characteristic(text: str) -> Characteristic:
    """The priority characteristic of that name; UnknownCharacteristic when there is none."""
    if text not in set(Characteristic):
        raise UnknownCharacteristic
    return Characteristic(text)
