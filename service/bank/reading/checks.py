"""What a statement is compared with: our accounts."""

from collections.abc import Collection

from service.bank.findings import Finding, FindingCode, found
from service.bank.messages import AccountReport


def check_accounts(report: AccountReport, our_accounts: Collection[str]) -> list[Finding]:
    """A reason for quarantine for each statement of an account that is not ours."""
    return [
        found(FindingCode.ACCOUNT_NOT_OURS, statement=one.ordinal)
        for one in report.statements
        if one.account and one.account not in our_accounts
    ]
