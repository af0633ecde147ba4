"""What the readers of today give, turned into entries that can be decided on."""

import msgspec

from service.bank.camt053 import read_statements
from service.bank.documents import parse_document
from service.bank.model import StatementFile, StatusReport
from service.bank.pain002 import read_status_report
from service.bank.rules import check_sums
from service.statements.model import MessageKind, ReadFile, ReadStatement, Rest


def read(content: bytes) -> ReadFile:
    """A file from the bank, ready to be posted; NotABankFile when it cannot be read."""
    document = parse_document(content)
    if document.kind == "camt.053":
        file = read_statements(document)
        check_sums(file)
        return _of_statements(file)
    return _of_report(read_status_report(document))


def _of_statements(file: StatementFile) -> ReadFile:
    return ReadFile(
        message_type=file.message_type,
        message_id=file.message_id,
        statements=tuple(
            ReadStatement(
                place=place,
                kind=MessageKind.STATEMENT,
                account=one.account,
                statement_id="",
                sequence=None,
                first_day=None,
                last_day=None,
                opening_cents=one.opening_cents,
                booked_cents=one.booked_cents,
                closing_cents=one.closing_cents,
            )
            for place, one in enumerate(file.statements)
        ),
        entries=tuple(
            msgspec.structs.replace(entry, place=place)
            for place, one in enumerate(file.statements)
            for entry in one.entries
        ),
    )


def _of_report(report: StatusReport) -> ReadFile:
    rests = ()
    if report.for_the_rest is not None:
        named = frozenset(one.end_to_end_id for one in report.entries if one.end_to_end_id)
        rests = (Rest(report.message_id, report.original_message_id, report.for_the_rest, named),)
    return ReadFile(report.message_type, report.message_id, (), report.entries, rests)
