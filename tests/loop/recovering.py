"""The machine goes on where something is owed back: told, appealed, netted, invoiced, repaid, given
up; while months are earned, corrected, paid and returned as before."""

from collections import Counter
from copy import deepcopy
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from service.ids import RecoveryPaymentId, WriteOffId
from tests.loop.debts import DISMISSED, LEFT, OPEN, Debt, Owing
from tests.loop.machine import WAGES, Loop
from tests.loop.town import MONTHS, PEOPLE

FOLLOWING = {"raised": "notify", "notified": "appeal", "appealed": "decide", "netting": "invoice"}
TELLING = ("notify", "appeal", "decide", "invoice")
OUTCOMES = ("upheld", "partly", "dismissed")
SHARES = (1, 5_00, 35_00, 0, 0)  # cents; 0: all that is open
DAYS = (16, 16, 61)
STAGES = ("told", "appealed", "decided", "put_up_netted", "signed", "sent_and_paid")
RARELY = st.sampled_from((*(0,) * 30, *range(1, 20)))
Key = tuple[int, str]


class Recovering(Loop):
    """One history that begins with a firm that has dismissed somebody and was paid too much."""

    start: ClassVar["Recovering | None"] = None
    ways: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.payments: dict[Key, RecoveryPaymentId] = {}
        self.write_offs: dict[Key, WriteOffId] = {}
        if self.start is not None:
            self.books, self.reals = deepcopy(self.start.books), list(self.start.reals)
            self.wages, self.papers = dict(self.start.wages), list(self.start.papers)
            self.closing = self.start.closing

    @classmethod
    def prepare(cls) -> None:
        """March and April are paid; March is then corrected, and its agreement ended."""
        cls.ways = Counter()
        first = cls()
        Loop.something_is_under_way(first, 0)
        first.put_up(1, 0)
        for act in (first.sign, first.sign, first.send):
            act(0, 0)
        for at in range(len(first.books.orders)):
            first.write("statement", [(at, 0)])
            first.read(at, 0)
        first.earn(0, 0, 450_00)
        first.end(0, DISMISSED, 0)
        first.follow(0, 0)
        first.books_are_true()
        cls.run_now(first, first.undone.commit())
        cls.start = first

    @classmethod
    def look_back(cls) -> None:
        """Whether recoveries were netted, repaid, appealed, written off often enough."""
        few = {name: cls.ways[name] for name in WANTED if cls.ways[name] < cls.lived // 250}
        assert not few, (few, cls.ways)

    @initialize(stage=st.integers(0, len(STAGES)))
    def something_is_under_way(self, stage: int) -> None:
        """What is owed is raised; at later stages told, appealed, or netted by a payout."""
        for act in STAGES[:stage]:
            getattr(self, act)()

    def told(self) -> None:
        """Both recoveries are told."""
        self.tell(0, "notify", "upheld", 0, 0)
        self.tell(1, "notify", "upheld", 0, 0)

    def appealed(self) -> None:
        """One of them is appealed."""
        self.tell(0, "appeal", "upheld", 0, 0)

    def decided(self) -> None:
        """The appeal is dismissed, and the days for the other one are over."""
        self.tell(0, "decide", "partly", 35_00, 0)
        self.wait(16, 0)

    def put_up_netted(self) -> None:
        """A later month of the same firm is put up."""
        self.earn(1, 2, 600_00)
        self.put_up(2, 0)

    def signed(self) -> None:
        """It is approved."""
        self.sign(0, 0)
        self.sign(0, 0)

    def sent_and_paid(self) -> None:
        """The bank has paid what was left of it."""
        known = set(self.books.orders)
        self.send(0, 0)
        for name in set(self.books.orders) - known:
            self.hear(sorted(self.books.orders).index(name), 0, 0)

    @rule(
        person=st.integers(0, PEOPLE - 1),
        cause=st.sampled_from((DISMISSED, LEFT)),
        crash_at=RARELY,
    )
    def end(self, person: int, cause: str, crash_at: int) -> None:
        """An agreement ends."""
        if person in self.books.ended:
            return
        if not self.done(self.collecting.end(person, cause), crash_at):
            return
        self.books.ended[person] = cause
        months = [month for whose, month in self.books.due if whose == person]
        self.run_now(self.collecting.compute(months))

    @precondition(lambda self: self.books.ended)
    @rule(person=st.integers(0, PEOPLE - 1), crash_at=RARELY)
    def follow(self, person: int, crash_at: int) -> None:
        """An agreement is looked at: its recoveries say what its facts say."""

        def followed(books: Owing) -> None:
            books.follow(person)

        self.attempt(followed, self.collecting.follow(person), crash_at)
        self.look_at_debts()

    @precondition(lambda self: self.books.debts)
    @rule(days=st.sampled_from(DAYS), crash_at=RARELY)
    def wait(self, days: int, crash_at: int) -> None:
        """Days pass; at night agreements that changed are looked at, and time moves things on."""
        self.collecting.later(days)
        self.books.today = self.town.clock.now().date()

        def followed(books: Owing) -> None:
            for person in sorted(books.ended):
                books.follow(person)

        self.attempt(followed, self.collecting.follow_all(), crash_at)
        self.attempt(Owing.move_on, self.collecting.move_on(), 0)
        self.look_at_debts()

    def debt_at(self, at: int) -> tuple[Key, Debt]:
        """One of the debts."""
        keys = sorted(self.books.debts)
        key = keys[at % len(keys)]
        return key, self.books.debts[key]

    @precondition(lambda self: self.books.debts)
    @rule(
        at=st.integers(0, 5),
        act=st.sampled_from(("next", "next", "next", *TELLING)),
        outcome=st.sampled_from(OUTCOMES),
        less=st.sampled_from((1, 35_00)),
        crash_at=RARELY,
    )
    def tell(self, at: int, act: str, outcome: str, less: int, crash_at: int) -> None:
        """A recovery is told, appealed, decided on or invoiced, whether it may be or not."""
        key, debt = self.debt_at(at)
        act = FOLLOWING.get(debt.state, "notify") if act == "next" else act
        words = (outcome, less) if act == "decide" else ()

        def told(books: Owing) -> None:
            getattr(books, act)(books.debts[key], *words)
            self.ways[act] += 1

        work = getattr(self.collecting, act)(debt.name, *words)
        self.attempt(told, work, crash_at)
        self.look_at_debts()

    @rule(
        person=st.integers(0, PEOPLE - 1),
        month=st.integers(0, len(MONTHS) - 1),
        wage_cents=st.sampled_from(WAGES),
        crash_at=RARELY,
    )
    def put_more_up(self, person: int, month: int, wage_cents: int, crash_at: int) -> None:
        """A month is earned or corrected, and all until it is put up at once."""
        self.earn(person, month, wage_cents)
        self.put_up(month, crash_at)

    @rule(at=st.integers(0, 9), word=st.integers(0, 1), crash_at=RARELY)
    def hear(self, at: int, word: int, crash_at: int) -> None:
        """The bank books a payment or sends one back, and somebody reads it at once."""
        self.write("statement", [(at, word)])
        self.read(len(self.papers) - 1, crash_at)

    @precondition(lambda self: any(debt.state in OPEN for debt in self.books.debts.values()))
    @rule(at=st.integers(0, 5), share=st.sampled_from(SHARES), crash_at=RARELY)
    def repay(self, at: int, share: int, crash_at: int) -> None:
        """Money comes in: one person notes it, another confirms it."""
        key, debt = self.debt_at(at)
        if debt.noted is None:
            cents = share or max(1, self.books.open_in_all(debt))
            noted = self.attempt(
                lambda books: books.note(books.debts[key], cents),
                self.collecting.note(debt.name, cents),
                0,
            )
            if noted is None:
                return
            self.payments[key] = noted

        def repaid(books: Owing) -> None:
            books.repay(books.debts[key])
            self.ways["repay"] += 1

        self.attempt(repaid, self.collecting.repay(self.payments[key]), crash_at)

    @precondition(lambda self: any(debt.state in OPEN for debt in self.books.debts.values()))
    @rule(at=st.integers(0, 5), share=st.sampled_from(SHARES), crash_at=RARELY)
    def give_up(self, at: int, share: int, crash_at: int) -> None:
        """A sum is given up: one person proposes it, another signs."""
        key, debt = self.debt_at(at)
        if debt.proposed is None:
            cents = share or max(1, self.books.open_in_all(debt))
            proposed = self.attempt(
                lambda books: books.propose(books.debts[key], cents),
                self.collecting.propose(debt.name, cents),
                0,
            )
            if proposed is None:
                return
            self.write_offs[key] = proposed

        def given_up(books: Owing) -> None:
            books.give_up(books.debts[key])
            self.ways["give_up"] += 1

        self.attempt(given_up, self.collecting.give_up(self.write_offs[key]), crash_at)

    def teardown(self) -> None:
        """Counts what payouts set off."""
        approved = self.books.live("approved", "exported")
        self.ways["net"] += any(line.set_off for one in approved for line in one.lines)
        self.ways["return"] += any(o.state == "returned" for o in self.books.orders.values())
        super().teardown()


WANTED = (*TELLING, "repay", "give_up", "net", "return")
