"""Who hands a statement in is told when it does not follow the one before it."""

import msgspec
import pytest

from service.bank.findings import FindingCode
from service.money import Cents
from service.statements import chain
from service.statements.model import MessageKind, ReadStatement, StatementBefore
from tests.bank.state import read
from tests.given import Given, actor_of
from tests.statements.reports import OUR_ACCOUNT, Told, account_report

PLAIN = ReadStatement(
    place=0,
    kind=MessageKind.STATEMENT,
    account=OUR_ACCOUNT,
    statement_id="S-5",
    sequence=5,
    first_day=None,
    last_day=None,
    opening_cents=Cents(100_00),
    booked_cents=Cents(0),
    closing_cents=Cents(100_00),
)
CHAIN = {FindingCode.SEQUENCE_GAP, FindingCode.SEQUENCE_REPEAT, FindingCode.CHAIN_BROKEN}


@pytest.mark.parametrize(
    ("sequence", "closing_cents", "codes"),
    [
        (4, 100_00, []),
        (4, 99_99, ["chain_broken"]),
        (4, None, []),
        (3, 99_99, ["sequence_gap"]),
        (5, 100_00, ["sequence_repeat"]),
        (None, 100_00, []),
    ],
)
def test_a_statement_is_compared_with_the_one_before_it(
    sequence: int | None, closing_cents: int | None, codes: list[str]
) -> None:
    cents = None if closing_cents is None else Cents(closing_cents)
    before = StatementBefore(place=0, sequence=sequence, first_day=None, closing_cents=cents)

    told = chain.findings_of([PLAIN], {0: before})

    assert [one.code for one in told] == codes


def test_statements_of_one_file_are_compared_with_each_other_in_their_order() -> None:
    other = msgspec.structs.replace(PLAIN, place=1, sequence=3, statement_id="S-3")
    foreign = msgspec.structs.replace(PLAIN, place=2, sequence=4, account="XK05", statement_id="F")

    told = chain.findings_of(chain.chained([PLAIN, other, foreign], {OUR_ACCOUNT}), {})

    assert [(one.statement_place, one.code) for one in told] == [(0, "sequence_gap")]


def test_a_first_number_is_no_gap() -> None:
    before = StatementBefore(
        place=0, sequence=250, first_day=None, closing_cents=PLAIN.closing_cents
    )

    assert chain.findings_of([msgspec.structs.replace(PLAIN, sequence=1)], {0: before}) == []


async def test_a_missing_statement_is_told_at_once_and_posted_all_the_same(given: Given) -> None:
    officer = actor_of(await given.finance_officer())
    told = []
    for number in (1, 4, 2, 3):
        content = account_report(
            "camt.053", f"STM-{number}", [Told(f"E{number}", -1)], number=number
        )
        summary = await read(given, content, officer)
        assert not summary.waits
        async with given.db.transaction(officer) as tx:
            rows = await tx.fetch(
                "SELECT code, detail FROM bank_file_finding WHERE bank_file_id = $1 ORDER BY id",
                summary.file.id,
            )
        told.append([row["detail"] for row in rows if row["code"] in CHAIN])

    assert told[0] == []
    assert told[1] == [
        "The statement has number 4, the last one was 1. Ask the bank for the others."
    ]
    assert [len(one) for one in told[2:]] == [1, 1]  # each opens with the balance of the first
    assert "opens with" in told[2][0]
