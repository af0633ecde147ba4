"""What can be odd about a file from the bank, how serious it is, and the sentence for it."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from service.i18n import N_, _


class Severity(StrEnum):
    """A label is a note and changes nothing. Quarantine: readable but odd, posted only after an
    officer released it. What is refused altogether is a Problem (NotABankFile), not a finding."""

    LABEL = "label"
    QUARANTINE = "quarantine"


class FindingCode(StrEnum):
    """Everything that is noted about a file, a statement, an entry or a payment's status."""

    # Notes.
    NOT_VALIDATED = "not_validated"
    CONTAINER = "container"
    BYTES_BEFORE = "bytes_before"
    UNUSUAL_VERSION = "unusual_version"
    LONG_TEXT = "long_text"
    EMPTY_NAME = "empty_name"
    BALANCE_NOT_GIVEN = "balance_not_given"
    PAGE_OF_MORE = "page_of_more"
    NOT_BOOKED = "not_booked"
    NO_DETAILS = "no_details"
    SEQUENCE_GAP = "sequence_gap"
    SEQUENCE_REPEAT = "sequence_repeat"
    CHAIN_BROKEN = "chain_broken"
    PAYEE_VERIFICATION = "payee_verification"
    UNKNOWN_STATUS = "unknown_status"
    PART_WITHOUT_COUNTS = "part_without_counts"
    NO_STATUS = "no_status"
    # Reasons for quarantine.
    ENCODING_GUESSED = "encoding_guessed"
    UNKNOWN_ELEMENT = "unknown_element"
    REPEATED_ELEMENT = "repeated_element"
    ACCOUNT_MISSING = "account_missing"
    ACCOUNT_NOT_OURS = "account_not_ours"
    CURRENCY = "currency"
    AMOUNT = "amount"
    DAY = "day"
    BALANCE_MISSING = "balance_missing"
    DOES_NOT_ADD_UP = "does_not_add_up"
    UNKNOWN_BOOKING = "unknown_booking"
    DETAILS_DIFFER = "details_differ"
    COUNT_DIFFERS = "count_differs"
    SUM_DIFFERS = "sum_differs"
    CONTRADICTION = "contradiction"


class Finding(msgspec.Struct, frozen=True):
    """One odd thing: what, how serious, where (ordinals from 0; None: the whole above), and the
    words and numbers its sentence needs; never a name or an account of a person."""

    code: FindingCode
    severity: Severity
    statement: int | None = None
    entry: int | None = None
    told: Mapping[str, str] = {}

    def sentence(self) -> str:
        """What was found, in the language in use."""
        return _(SENTENCES[self.code]).format(**self.told)


SENTENCES: Mapping[FindingCode, str] = {
    FindingCode.NOT_VALIDATED: N_("The file was not checked against the published schema."),
    FindingCode.CONTAINER: N_("The file came in a zip container with {count} files."),
    FindingCode.BYTES_BEFORE: N_("There is white space before the XML."),
    FindingCode.UNUSUAL_VERSION: N_("The version {version} of the message is not a usual one."),
    FindingCode.LONG_TEXT: N_("A text is longer than the standard allows."),
    FindingCode.EMPTY_NAME: N_("An identification that the standard demands is empty."),
    FindingCode.BALANCE_NOT_GIVEN: N_("The report gives no opening and closing balance."),
    FindingCode.PAGE_OF_MORE: N_("The statement continues in another file."),
    FindingCode.NOT_BOOKED: N_("{count} entries are not booked yet; they only inform."),
    FindingCode.NO_DETAILS: N_("An entry says nothing of the payments in it."),
    FindingCode.SEQUENCE_GAP: N_(
        "The statement has number {number}, the last one was {last}. Ask the bank for the others."
    ),
    FindingCode.SEQUENCE_REPEAT: N_("The statement's number {number} was used before."),
    FindingCode.CHAIN_BROKEN: N_(
        "The statement opens with {opening}, the one before closed with {closing}."
    ),
    FindingCode.PAYEE_VERIFICATION: N_(
        "The bank reports that it compared a payee's name ({status}). Nothing follows from it."
    ),
    FindingCode.UNKNOWN_STATUS: N_("The status {status} is not a known one. A person must look."),
    FindingCode.PART_WITHOUT_COUNTS: N_(
        "The order was accepted in part, and the bank does not say how many payments."
    ),
    FindingCode.NO_STATUS: N_("The report names a payment and gives no status for it."),
    FindingCode.ENCODING_GUESSED: N_(
        "The file has letters that are not in the encoding it declares. Look at the names in it."
    ),
    FindingCode.UNKNOWN_ELEMENT: N_("The element {element} is not one of this message."),
    FindingCode.REPEATED_ELEMENT: N_("The element {element} stands twice where it may stand once."),
    FindingCode.ACCOUNT_MISSING: N_("The statement does not say of which account it is."),
    FindingCode.ACCOUNT_NOT_OURS: N_("The statement is of an account that is not ours."),
    FindingCode.CURRENCY: N_("There are amounts in another currency than euros ({currency})."),
    FindingCode.AMOUNT: N_("An amount is not in whole cents."),
    FindingCode.DAY: N_("A day cannot be read."),
    FindingCode.BALANCE_MISSING: N_("The statement lacks its opening or closing balance."),
    FindingCode.DOES_NOT_ADD_UP: N_(
        "The statement opens with {opening}, has {booked} booked and closes with {closing}."
    ),
    FindingCode.UNKNOWN_BOOKING: N_("An entry does not say whether it is booked."),
    FindingCode.DETAILS_DIFFER: N_("The payments of an entry do not add up to it."),
    FindingCode.COUNT_DIFFERS: N_("The file counts {told}, there are {found}."),
    FindingCode.SUM_DIFFERS: N_("The file adds up to {told}, its entries to {found}."),
    FindingCode.CONTRADICTION: N_("The file says two different things of one payment."),
}

LABELS = frozenset(
    {
        FindingCode.NOT_VALIDATED,
        FindingCode.CONTAINER,
        FindingCode.BYTES_BEFORE,
        FindingCode.UNUSUAL_VERSION,
        FindingCode.LONG_TEXT,
        FindingCode.EMPTY_NAME,
        FindingCode.BALANCE_NOT_GIVEN,
        FindingCode.PAGE_OF_MORE,
        FindingCode.NOT_BOOKED,
        FindingCode.NO_DETAILS,
        FindingCode.SEQUENCE_GAP,
        FindingCode.SEQUENCE_REPEAT,
        FindingCode.CHAIN_BROKEN,
        FindingCode.PAYEE_VERIFICATION,
        FindingCode.UNKNOWN_STATUS,
        FindingCode.PART_WITHOUT_COUNTS,
        FindingCode.NO_STATUS,
    }
)


def found(
    code: FindingCode, *, statement: int | None = None, entry: int | None = None, **told: str
) -> Finding:
    """A finding with the severity of its code."""
    severity = Severity.LABEL if code in LABELS else Severity.QUARANTINE
    return Finding(code, severity, statement, entry, told)
