"""What a statement is compared with: our accounts, and the statement before it."""

from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from service.bank.findings import Finding, FindingCode, found
from service.bank.messages import AccountReport, Statement
from service.i18n import language
from service.money import Cents, format_euros


class LastStatement(msgspec.Struct, frozen=True):
    """The newest statement of an account that was read so far; None for what it did not say."""

    electronic_number: int | None
    legal_number: int | None
    closing_cents: Cents | None
    last_day: date | None


def check_accounts(report: AccountReport, our_accounts: Collection[str]) -> list[Finding]:
    """A reason for quarantine for each statement of an account that is not ours."""
    return [
        found(FindingCode.ACCOUNT_NOT_OURS, statement=one.ordinal)
        for one in report.statements
        if one.account and one.account not in our_accounts
    ]


def check_sequence(statement: Statement, last: LastStatement | None) -> list[Finding]:
    """Notes on a gap or repeat in the numbers, and on balances that do not join.

    Numbers begin anew each year with most banks, so a first number is never a gap. Notes only: a
    month's statements may be read in any order, and what they book is the same.
    """
    if last is None:
        return []
    findings: list[Finding] = []
    number, before = statement.electronic_number, last.electronic_number
    if number is None or before is None:
        number, before = statement.legal_number, last.legal_number
    if number is not None and before is not None and number > 1:
        findings += _check_number(statement.ordinal, number, before)
    follows = number is None or before is None or number == before + 1
    opening, closing = statement.opening_cents, last.closing_cents
    if follows and opening is not None and closing is not None and opening != closing:
        findings.append(
            found(
                FindingCode.CHAIN_BROKEN,
                statement=statement.ordinal,
                opening=format_euros(opening, language()),
                closing=format_euros(closing, language()),
            )
        )
    return findings


def _check_number(here: int, number: int, before: int) -> Iterable[Finding]:
    if number == before:
        yield found(FindingCode.SEQUENCE_REPEAT, statement=here, number=str(number))
    elif number != before + 1:
        yield found(FindingCode.SEQUENCE_GAP, statement=here, number=str(number), last=str(before))
