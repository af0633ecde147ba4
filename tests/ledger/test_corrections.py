"""Any history of corrections, payouts and decisions: the books follow, cent by cent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

import msgspec
from hypothesis import given as for_all
from hypothesis import strategies as some

from service.ids import (
    AgreementId,
    BankAccountId,
    BudgetLineId,
    InstalmentId,
    PayoutNettingId,
    new_id,
)
from service.instalments.model import Key
from service.ledger import rules
from service.ledger.model import AccountKind, Balance, Due, NewTransfer, Reason
from service.money import Cents
from service.payouts import rules as payouts
from service.payouts.model import Delta, LineToApprove, NettingToApprove, NewLine, NewNetting
from service.period import Month
from service.schemes.model import Payee
from tests.kinds import RETENTION, SUBSIDY

LINE = BudgetLineId(new_id())
AGREEMENT = AgreementId(new_id())
KEYS = [
    Key(AGREEMENT, Month(date(2026, month, 1)), kind)
    for month in (3, 4, 5)
    for kind in (SUBSIDY, RETENTION)
]
TODAY = date(2026, 11, 2)
PUT_IN = {Reason.APPROVED: 1, Reason.NETTED: 1, Reason.MADE_GOOD: -1}

Corrected = tuple[int, int]
steps = some.lists(
    some.one_of(
        some.tuples(some.sampled_from(range(len(KEYS))), some.sampled_from([0, 280_00, 350_00])),
        some.sampled_from(["put up", "approve", "reject"]),
    ),
    max_size=40,
)


class Books(msgspec.Struct):
    """One agreement's months as the database would hold them, with what was put in so far."""

    due: dict[Key, int]
    current: dict[Key, InstalmentId]
    transfers: list[NewTransfer]
    decided: Counter[Key]
    waiting: list[NewLine]

    def balance(self, key: Key, account: AccountKind) -> int:
        return sum(
            transfer.amount_cents
            * ((transfer.flow.debit is account) - (transfer.flow.credit is account))
            for transfer in self.transfers
            if (transfer.month, transfer.kind) == (key.month, key.kind)
        )

    def held(self, key: Key) -> Balance:
        put_in = sum(
            PUT_IN.get(transfer.reason, 0) * transfer.amount_cents
            for transfer in self.transfers
            if (transfer.month, transfer.kind) == (key.month, key.kind)
        )
        return Balance(
            *(key.agreement_id, key.month, key.kind),
            Cents(self.balance(key, AccountKind.CALCULATED)),
            Cents(self.balance(key, AccountKind.RECOVERABLE)),
            Cents(put_in),
        )

    def correct(self, key: Key, cents: int) -> None:
        self.due[key] = cents
        self.current[key] = InstalmentId(new_id())
        due = Due(self.current[key], key, LINE, Cents(cents))
        self.transfers += rules.changes(due, self.held(key))

    def put_up(self) -> None:
        """In place of what waited, which is thereby rejected."""
        self.waiting = payouts.lines_of(
            Delta(
                key.agreement_id,
                key.month,
                self.current[key],
                Cents(cents - self.decided[key]),
                Payee.EMPLOYER,
                BankAccountId(new_id()),
                "Drita",
            )
            for key, cents in self.due.items()
            if cents != self.decided[key]
        )

    def approve(self) -> None:
        """Signs what waits, unless an instalment of it was superseded: then it is rejected."""
        keys = {instalment_id: key for key, instalment_id in self.current.items()}
        touched = {
            instalment_id
            for line in self.waiting
            for instalment_id in (line.instalment_id, *(n.instalment_id for n in line.nettings))
        }
        if touched <= keys.keys():
            self._sign(keys)
        self.waiting = []

    def _sign(self, keys: Mapping[InstalmentId, Key]) -> None:
        lines = [line_to_approve(line, keys[line.instalment_id]) for line in self.waiting]
        nettings = [
            netting_to_approve(line, netting, keys[netting.instalment_id])
            for line in self.waiting
            for netting in line.nettings
        ]
        self.transfers += payouts.transfers_of(lines, nettings, on=TODAY)
        for line in self.waiting:
            self.decided[keys[line.instalment_id]] += line.due_cents
            for netting in line.nettings:
                self.decided[keys[netting.instalment_id]] -= netting.amount_cents


def line_to_approve(line: NewLine, key: Key) -> LineToApprove:
    return LineToApprove(
        line.id,
        line.instalment_id,
        key.agreement_id,
        key.month,
        key.kind,
        LINE,
        line.amount_cents,
    )


def netting_to_approve(line: NewLine, netting: NewNetting, overpaid: Key) -> NettingToApprove:
    return NettingToApprove(
        PayoutNettingId(new_id()), line.id, overpaid.month, overpaid.kind, netting.amount_cents
    )


def follow(history: Sequence[Corrected | str]) -> Books:
    """The books after a history; after every step each month's books say what is open."""
    books = Books({}, {}, [], Counter(), [])
    for step in history:
        if isinstance(step, tuple):
            books.correct(KEYS[step[0]], step[1])
        elif step == "approve":
            books.approve()
        else:
            books.waiting = []
            if step == "put up":
                books.put_up()
        for key in books.due:
            open_cents = books.due[key] - books.decided[key]
            held = books.held(key)
            assert held.calculated_cents == max(open_cents, 0)
            assert held.recoverable_cents == min(open_cents, 0)
            assert held.put_in_cents == books.decided[key] >= 0
    return books


@for_all(steps)
def test_after_any_history_the_books_say_what_is_due_and_what_was_overpaid(
    history: list[Corrected | str],
) -> None:
    books = follow(history)

    posted = Counter((one.source_type, one.source_id, one.reason) for one in books.transfers)
    assert all(times == 1 for times in posted.values())
    assert all(one.amount_cents > 0 for one in books.transfers)


@for_all(steps, some.randoms(use_true_random=False))
def test_the_order_in_which_corrections_arrive_does_not_matter_in_the_end(
    history: list[Corrected | str], chance: Random
) -> None:
    last = {step[0]: step for step in history if isinstance(step, tuple)}
    early = [step for step in history if not isinstance(step, tuple) or step not in last.values()]
    corrections = list(last.values())
    settle = ["put up", "approve"]

    first = follow([*early, *corrections, *settle])
    chance.shuffle(corrections)
    second = follow([*early, *corrections, *settle])

    assert first.due == second.due
    assert paid(first) == paid(second)
    assert paid(first) >= sum(first.due.values())
    assert paid(first) - sum(first.due.values()) == -sum(
        first.held(key).recoverable_cents for key in first.due
    )


def paid(books: Books) -> int:
    return sum(one.amount_cents for one in books.transfers if one.reason is Reason.APPROVED)


def test_350_is_lowered_raised_taken_away_and_given_back_with_nothing_left_over() -> None:
    march = 0
    history: list[Corrected | str] = [(march, 350_00), "put up", "approve"]
    history += [(march, cents) for cents in (280_00, 350_00, 0, 350_00)]

    books = follow([*history, "put up"])

    assert not books.waiting
    assert paid(books) == 350_00
    reasons = Counter(one.reason for one in books.transfers)
    assert reasons[Reason.OVERPAID] == reasons[Reason.OVERPAYMENT_UNDONE] == 2
    assert reasons[Reason.CALCULATED] == 1


def test_raising_a_month_draws_on_the_commitment_and_lowering_it_does_not() -> None:
    books = follow([(0, 350_00), "put up", "approve", (0, 280_00)])
    again = Due(InstalmentId(new_id()), KEYS[0], LINE, Cents(350_00))
    raised = list(rules.changes(again, books.held(KEYS[0])))

    drawn = rules.drawn(raised)

    assert drawn == {(AGREEMENT, LINE): 70_00}
    assert not rules.drawn(books.transfers[-1:])
