"""The machine: months are earned and corrected, put up, signed, sent, answered; in any order.

After each step the ledger's balances and the orders' states are those of the books, and every
invariant holds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from service.db import Connection
from service.payouts import actions as payouts
from service.payouts.model import Payout as Real
from service.problems import Problem
from tests.loop import papers
from tests.loop.books import LIVE, Order, Payout
from tests.loop.collecting import Collecting
from tests.loop.debts import Owing, Refused
from tests.loop.town import FINANCE, FIRMS, MONTHS, PEOPLE, Act, Crashed, Fuse, Town

WAGES = (0, 400_00, 450_00, 600_00)
SIGNATURES = 2
OPENING = 1_000_000_00
CRASHES = st.sampled_from((0, 0, 0, 0, 0, 0, *range(1, 20)))
WORDS = {"report": ("accepted", "rejected"), "statement": ("settled", "returned")}
Answer = TypeVar("Answer")


def due_of(wage_cents: int) -> int:
    """70 % of the wage, 350.00 at most."""
    return min(wage_cents * 7 // 10, 350_00)


class Loop(RuleBasedStateMachine):
    """One history, in a transaction of its own that is undone at its end."""

    runner: ClassVar[asyncio.Runner]
    town: ClassVar[Town]
    connection: ClassVar[Connection]
    fuse: ClassVar[Fuse]
    collecting: ClassVar[Collecting]
    begins_at: ClassVar[datetime]
    lived: ClassVar[int]
    sent: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        self.books = Owing(FIRMS)
        self.wages: dict[tuple[int, int], int] = {}
        self.reals: list[Real] = []  # of each payout in the books
        self.papers: list[tuple[bytes, list[tuple[str, str]]]] = []
        self.closing, self.is_written = OPENING, True
        self.books.today = self.begins_at.date()
        self.town.clock.move_to(self.begins_at)
        self.undone = self.connection.transaction()
        self.run_now(self.undone.start())

    @classmethod
    def prepare(cls) -> None:
        """What all histories begin with."""

    @classmethod
    def look_back(cls) -> None:
        """Whether enough happened in all histories."""
        assert cls.sent > cls.lived // 6

    def teardown(self) -> None:
        """Looks at every invariant once more, and takes the history back."""
        try:
            broken = self.run_now(self.town.broken(of_guards=True))
            assert not broken, broken[:3]
        finally:
            self.run_now(self.undone.rollback())
            type(self).lived += 1

    def run_now(self, work: Awaitable[Answer]) -> Answer:
        """Does work and waits for it."""

        async def waiting() -> Answer:
            return await work

        return self.runner.run(waiting())

    @property
    def pairs(self) -> list[tuple[Payout, Real]]:
        """Each payout as the books and as the service know it."""
        return list(zip(self.books.payouts, self.reals, strict=True))

    def try_now(self, work: Awaitable[Answer], crash_at: int) -> Answer | None:
        """Does work; None when the process crashed at that statement (0: it does not)."""
        try:
            with self.fuse.lit(crash_at):
                done = self.run_now(work)
        except Crashed:
            return None
        self.is_written = True
        return done

    @initialize(stage=st.integers(0, 4))
    def something_is_under_way(self, stage: int) -> None:
        """March is earned; at later stages it is put up, signed, sent."""
        self.wages = dict(self.town.earned)
        self.books.due = {key: due_of(wage_cents) for key, wage_cents in self.wages.items()}
        for act in (self.put_up, self.sign, self.sign, self.send)[:stage]:
            act(0, 0)

    @rule(
        person=st.integers(0, PEOPLE - 1),
        month=st.integers(0, len(MONTHS) - 1),
        wage_cents=st.sampled_from(WAGES),
    )
    def earn(self, person: int, month: int, wage_cents: int) -> None:
        """A wage is reported or corrected, and the month computed: 70 %, at most 350.00."""
        if self.wages.get((person, month)) == wage_cents:
            return
        self.wages[person, month], self.is_written = wage_cents, True
        due = self.run_now(self.town.earn(person, month, wage_cents))
        assert due == due_of(wage_cents)
        self.books.due[person, month] = due

    @precondition(lambda self: self.books.to_pay(len(MONTHS)) is not None)
    @rule(until=st.integers(0, len(MONTHS) - 1), crash_at=CRASHES)
    def put_up(self, until: int, crash_at: int) -> None:
        """What is due is put up, if there is any and nothing else waits for that month."""
        expected = self.books.to_pay(until)
        open_months = {real.month for mine, real in self.pairs if mine.state == "submitted"}
        if expected is None or MONTHS[until] in open_months:
            return
        real = self.try_now(self.town.put_up(until), crash_at)
        if real is not None:
            put_up = (real.line_count, real.total_cents)
            assert put_up == (len(expected.lines), expected.amount), put_up
            kept = {
                (line.month, month, cause): cents
                for line in expected.lines
                for (month, cause), cents in line.set_off.items()
            }
            found = self.run_now(self.collecting.kept(real))
            assert found == kept, (found, kept)
            self.books.payouts.append(expected)
            self.reals.append(real)

    def pick(self, state: str, at: int) -> tuple[Payout, Real]:
        """One of the payouts in a state."""
        found = [pair for pair in self.pairs if pair[0].state == state]
        return found[at % len(found)]

    def done(self, work: Awaitable[object], crash_at: int) -> bool:
        """Does work; whether it came to its end."""
        try:
            with self.fuse.lit(crash_at):
                self.run_now(work)
        except Crashed:
            return False
        self.is_written = True
        return True

    @precondition(lambda self: self.books.live("submitted"))
    @rule(at=st.integers(0, 9), crash_at=CRASHES)
    def sign(self, at: int, crash_at: int) -> None:
        """A payout gets its next signature, unless a line of it does not stand any more."""
        mine, real = self.pick("submitted", at)
        if self.run_now(self.town.is_stale(real)):
            return
        place = self.books.payouts.index(mine)

        def signed(books: Owing) -> None:
            payout = books.payouts[place]
            payout.signed += 1
            if payout.signed == SIGNATURES:
                books.approve(payout)

        self.attempt(signed, self.town.sign(real, mine.signed), crash_at)

    def attempt(
        self, change: Callable[[Owing], None], work: Awaitable[Answer], crash_at: int
    ) -> Answer | None:
        """Does work that the books may say is refused; then it is, and nothing has changed."""
        books, is_refused = deepcopy(self.books), False
        try:
            change(books)
        except Refused:
            is_refused = True
        try:
            with self.fuse.lit(crash_at):
                done = self.run_now(work)
        except Crashed:
            return None
        except Problem:
            assert is_refused
            return None
        assert not is_refused, "what is not owed was done"
        self.books, self.is_written = books, True
        return done

    @precondition(lambda self: self.books.live("submitted"))
    @rule(at=st.integers(0, 9), is_withdrawn=st.booleans(), crash_at=CRASHES)
    def close(self, at: int, is_withdrawn: bool, crash_at: int) -> None:
        """A payout is turned down, or taken back."""
        mine, real = self.pick("submitted", at)
        act = self.town.withdraw if is_withdrawn else self.town.reject
        if self.done(act(real), crash_at):
            mine.state = "closed"

    @precondition(lambda self: self.books.live("approved"))
    @rule(at=st.integers(0, 9), is_voided=st.booleans(), crash_at=CRASHES)
    def void(self, at: int, is_voided: bool, crash_at: int) -> None:
        """Somebody asks to void an approved payout; somebody else does, or refuses."""
        mine, real = self.pick("approved", at)
        if mine.acted == FINANCE - 1:
            return
        act: Act
        words: dict[str, str]
        if not mine.is_void_asked:
            act, words = payouts.request_void, {"reason": "The list is wrong."}
        elif is_voided:
            act, words = payouts.void, {}
        else:
            act, words = payouts.refuse_void, {"reason": "The list is right."}
        if not self.done(self.town.ask(act, real, mine.acted, **words), crash_at):
            return
        mine.acted += 1
        if mine.is_void_asked and is_voided:
            self.books.void(mine)
        mine.is_void_asked = not mine.is_void_asked

    @precondition(lambda self: any(one.amount for one in self.books.live("approved")))
    @rule(at=st.integers(0, 9), crash_at=CRASHES)
    def send(self, at: int, crash_at: int) -> None:
        """A payout goes to the bank; what comes to nothing stays."""
        mine, real = self.pick("approved", at)
        if not mine.amount or mine.is_void_asked:
            return
        file = self.try_now(self.town.send(real), crash_at)
        if file is None:
            return
        orders = self.run_now(self.town.orders(file))
        sent = sorted(cents for _, cents in orders.values())
        assert sent == sorted(line.amount for line in mine.lines if line.amount)
        mine.state = "exported"
        type(self).sent += 1
        for name, (month, cents) in orders.items():
            self.books.orders[name] = Order(self.town.month_of(month), cents)

    @precondition(lambda self: self.books.orders)
    @rule(
        kind=st.sampled_from(sorted(WORDS)),
        said=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1)), min_size=1, max_size=4),
    )
    def write(self, kind: str, said: list[tuple[int, int]]) -> None:
        """The bank writes a file about some orders; nobody has read it yet."""
        names = sorted(self.books.orders)
        told = {names[at % len(names)]: WORDS[kind][word] for at, word in said}
        words = list(told.items())
        number = len(self.papers)
        if kind == "report":
            content = papers.status_report(number, "M-ANY", words)
        else:
            booked = [(name, word, self.books.orders[name].amount) for name, word in words]
            content, self.closing = papers.statement(
                number, self.town.account, booked, opening=self.closing
            )
        self.papers.append((content, words))

    @precondition(lambda self: self.books.orders)
    @rule(at=st.integers(0, 9), word=st.integers(0, 1))
    def contradict(self, at: int, word: int) -> None:
        """The bank rejects an order, and says later that it was booked, or came back."""
        self.write("report", [(at, 1)])
        self.read(len(self.papers) - 1, 0)
        self.write("statement", [(at, word)])

    @precondition(lambda self: self.books.failed(self.books.live(*LIVE)))
    @rule(at=st.integers(0, 9), crash_at=CRASHES)
    def pay_again(self, at: int, crash_at: int) -> None:
        """Somebody wants a payment that failed to be paid again; the next payout takes it."""
        failed = [
            (name, order)
            for name, order in self.books.orders.items()
            if order in self.books.failed(self.books.live(*LIVE)) and not order.is_wanted_again
        ]
        if failed:
            name, order = failed[at % len(failed)]
            order.is_wanted_again = self.done(self.town.pay_again(name), crash_at)

    @precondition(lambda self: self.papers)
    @rule(at=st.integers(0, 99), crash_at=CRASHES)
    def read(self, at: int, crash_at: int) -> None:
        """One of the bank's files is read: a late one, an early one, one read before."""
        content, words = self.papers[at % len(self.papers)]
        if not self.done(self.town.read(content), crash_at):
            return
        returned = set()
        for name, word in sorted(words, key=lambda one: one[1] == "returned"):
            order = self.books.orders[name]
            if self.books.hears(name, word) and self.books.hear(order, word):
                returned.add(order.month)
        self.books.follow_returns(returned)

    @invariant()
    def books_are_true(self) -> None:
        """What stands is what the books say, and nothing is broken; where nothing was written,
        nothing can be."""
        states = self.run_now(self.town.states())
        known = {name: order.state for name, order in self.books.orders.items()}
        assert states == known, (states, known)
        balances = self.run_now(self.town.balances())
        expected: dict[str, Any] = self.books.balances()
        stands = {kind: balances[kind] for kind in expected}
        assert stands == expected, (stands, expected)
        self.books.check()
        if self.is_written:
            self.look_at_debts()
            broken = self.run_now(self.town.broken())
            assert not broken, broken[:3]
            self.is_written = False

    def look_at_debts(self) -> None:
        """Recoveries stand as the books say, one for each agreement and cause, month by month."""
        standing = self.run_now(self.collecting.standing())
        for key, one in standing.items():
            if key in self.books.debts:
                self.books.debts[key].name = one.name
        found = {key: (one.state, _months(one.months)) for key, one in standing.items()}
        known = {
            key: (debt.state, _months(self.books.terms_of(debt)))
            for key, debt in self.books.debts.items()
        }
        assert found == known, (found, known)


def _months(terms: Mapping[tuple[int, int], tuple[int, ...]]) -> dict[tuple[int, int], object]:
    return {month: cents for month, cents in terms.items() if any(cents)}
