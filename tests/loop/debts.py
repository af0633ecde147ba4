"""What is owed back, worked out by the simplest means beside the books of payouts.

A debt is one per agreement and cause for ever. What it comes to follows from what was paid, what is
due and how the agreement ended; what is open of it is netted, repaid, waived or given up.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from tests.loop.books import OVERPAID, RETURNED, SETTLED, Books, Line, Month, Order, Payout

EARLY_END = "early_end"
DISMISSED, LEFT = "employer_dismissed", "candidate_left"
LAST_MONTHS = 2  # in full, of an agreement that its employer ended early
APPEAL_DAYS, NETTING_DAYS, INVOICE_DAYS = 15, 60, 30
SMALL = 10_00
OPEN = ("raised", "notified", "appealed", "netting", "invoiced")
ENDED = ("settled", "written_off", "cancelled")
NETTED = ("netting", "invoiced")


class Refused(Exception):
    """What somebody wants cannot be done as things stand."""


class Part:
    """What a debt comes to for one month: claimed in all, of that waived, repaid and given up."""

    def __init__(self) -> None:
        self.claimed = self.waived = self.repaid = self.written_off = 0


class Debt:
    """What one payee owes back for one cause."""

    def __init__(self, person: int, cause: str, raised_on: date) -> None:
        self.person, self.cause, self.state = person, cause, "raised"
        self.raised_on, self.name = raised_on, ""  # what the service calls it
        self.parts: dict[Month, Part] = defaultdict(Part)
        self.notified_on = self.netting_on = self.due_on = date.min
        self.noted: int | None = None  # a payment that waits for a second person
        self.proposed: int | None = None  # a write-off that waits for a second signature


class Owing(Books):
    """Everything that happened, with what is owed back because of it."""

    def __init__(self, firms: list[int]) -> None:
        super().__init__()
        self.firms = firms  # of each person
        self.ended: dict[int, str] = {}
        self.debts: dict[tuple[int, str], Debt] = {}
        self.today = date.min

    # What stands.

    def netted(self, debt: Debt, month: Month, *states: str) -> int:
        """What payouts in some states set off against a month of a debt."""
        return sum(
            line.set_off.get((month, debt.cause), 0)
            for payout in self.live(*states)
            for line in payout.lines
        )

    def settled(self, debt: Debt, month: Month) -> int:
        """What has come back for a month of a debt."""
        part = debt.parts[month]
        return part.repaid + self.netted(debt, month, "approved", "exported")

    def pending(self, debt: Debt, month: Month) -> int:
        """What a payout that waits would set off."""
        return self.netted(debt, month, "submitted")

    def open(self, debt: Debt, month: Month) -> int:
        """What is still owed for a month of a debt."""
        part = debt.parts[month]
        return part.claimed - part.waived - part.written_off - self.settled(debt, month)

    def terms_of(self, debt: Debt) -> dict[Month, tuple[int, ...]]:
        """Of each month of a debt: owed, waived, settled, given up, kept back by what waits."""
        return {
            month: (
                part.claimed - part.waived,
                part.waived,
                self.settled(debt, month),
                part.written_off,
                self.pending(debt, month),
            )
            for month, part in debt.parts.items()
        }

    def open_in_all(self, debt: Debt) -> int:
        """What is still owed of a debt."""
        return sum(self.open(debt, month) for month in debt.parts)

    def held(self) -> dict[Month, int]:
        """What approved payouts hold of each month, less what was repaid of its overpayment."""
        held = super().held()
        for debt in self.debts.values():
            for month, part in debt.parts.items():
                if debt.cause == OVERPAID:
                    held[month] -= part.repaid
        return held

    def set_offs(self) -> Iterator[tuple[Month, int]]:
        """What lines of approved payouts pay of their months by set-off."""
        for payout in self.live("approved", "exported"):
            for line in payout.lines:
                for cents in line.set_off.values():
                    yield line.month, cents

    def got(self) -> dict[Month, int]:
        """What payees got for each month, by the bank or by set-off, and kept."""
        got: dict[Month, int] = defaultdict(int)
        for order in self.orders.values():
            got[order.month] += order.amount if order.state == SETTLED else 0
        for month, cents in self.set_offs():
            got[month] += cents
        return got

    def balances(self) -> dict[str, int]:
        """What must stand on each account."""
        stands = super().balances()
        claimed: dict[str, int] = defaultdict(int)
        for debt in self.debts.values():
            for month, part in debt.parts.items():
                claimed["receivable"] += self.open(debt, month)
                claimed["written_off"] += part.written_off
                settled = self.settled(debt, month)
                claimed["came back"] += settled
                claimed["recovered"] += 0 if debt.cause == OVERPAID else settled
        stands["paid"] += sum(cents for _, cents in self.set_offs())
        stands["paid"] -= claimed["receivable"] + claimed["written_off"] + claimed["came back"]
        names = ("receivable", "recovered", "written_off")
        return stands | {name: claimed[name] for name in names}

    def check(self) -> None:
        """Never more comes back, or is asked, than was paid: of each month, of all causes."""
        got = self.got()
        for month in {month for debt in self.debts.values() for month in debt.parts}:
            debts = [debt for debt in self.debts.values() if month in debt.parts]
            asked = sum(self.open(debt, month) for debt in debts)
            assert all(self.open(debt, month) >= 0 for debt in debts)
            settled = sum(self.settled(debt, month) for debt in debts)
            given_up = sum(debt.parts[month].written_off for debt in debts)
            assert not asked + given_up or asked + given_up + settled <= got[month]
            assert settled <= self.ever_got(month)

    def ever_got(self, month: Month) -> int:
        """What was ever paid for a month, whether it came back by the bank or not."""
        by_bank = sum(
            order.amount
            for order in self.orders.values()
            if order.month == month and order.state in (SETTLED, RETURNED)
        )
        return by_bank + sum(cents for paying, cents in self.set_offs() if paying == month)

    # What facts make of it.

    def follow(self, person: int) -> None:
        """The debts of an ended agreement say what its facts say."""
        if person not in self.ended:
            return
        held, got = self.held(), self.got()
        missing = {
            month: due - held[month] for month, due in self.due.items() if month[0] == person
        }
        left = -sum(missing.values())
        wanted: dict[str, dict[Month, int]] = {OVERPAID: {}, EARLY_END: {}}
        for month, cents in sorted(missing.items()):
            room = got[month] - sum(self._settled_of(person, month).values())
            taken = max(0, min(-cents, left, room))
            left -= taken
            wanted[OVERPAID][month] = self._settled_of(person, month)[OVERPAID] + taken
        if self.ended[person] == DISMISSED:
            months = sorted(m for m, cents in got.items() if m[0] == person and cents > 0)
            for month in months[-LAST_MONTHS:]:
                beyond = wanted[OVERPAID].get(month, 0)
                wanted[EARLY_END][month] = max(0, min(self.due.get(month, 0), got[month] - beyond))
        for cause, months_wanted in wanted.items():
            self._claim(person, cause, months_wanted)

    def _settled_of(self, person: int, month: Month) -> dict[str, int]:
        found = {OVERPAID: 0, EARLY_END: 0}
        for (whose, cause), debt in self.debts.items():
            if whose == person:
                found[cause] = self.settled(debt, month)
        return found

    def _claim(self, person: int, cause: str, wanted: dict[Month, int]) -> None:
        debt = self.debts.get((person, cause))
        is_new = debt is None
        if debt is None:
            debt = Debt(person, cause, self.today)
        before = {month: self._terms(part) for month, part in debt.parts.items()}
        owed_before = self._owed(debt)
        for month in {*wanted, *debt.parts}:
            self._make(debt, month, max(wanted.get(month, 0), self.settled(debt, month)))
        after = {month: self._terms(part) for month, part in debt.parts.items()}
        if {m: t for m, t in after.items() if any(t)} == {
            m: t for m, t in before.items() if any(t)
        }:
            return
        if is_new:
            self.debts[person, cause] = debt
        elif self._owed(debt) > owed_before and debt.state != "appealed":
            debt.state = "raised"
        if not is_new:
            self.end_if_done(debt)

    @staticmethod
    def _terms(part: Part) -> tuple[int, int, int]:
        return part.claimed, part.waived, part.written_off

    def _owed(self, debt: Debt) -> int:
        return sum(part.claimed - part.waived for part in debt.parts.values())

    def _make(self, debt: Debt, month: Month, cents: int) -> None:
        """Claims so much for a month; of less, what is open goes first, then what was waived."""
        part = debt.parts[month]
        less = max(0, part.claimed - cents - self.open(debt, month))
        part.claimed = cents
        unwaived = min(less, part.waived)
        part.waived -= unwaived
        part.written_off -= less - unwaived

    def end_if_done(self, debt: Debt) -> None:
        """A debt of which nothing is open is at its end."""
        if self.open_in_all(debt) > 0:
            return
        if any(part.written_off for part in debt.parts.values()):
            debt.state = "written_off"
        elif any(self.settled(debt, month) for month in debt.parts):
            debt.state = "settled"
        else:
            debt.state = "cancelled"

    def hear(self, order: Order, said: str) -> bool:
        """The bank's word; whether money came back by it."""
        before = order.state
        order.hear(said)
        return order.state == RETURNED and before != RETURNED

    def follow_returns(self, months: set[Month]) -> None:
        """No more is claimed of a month than its payee keeps."""
        got, ended = self.got(), []
        for month in months:
            debts = [debt for debt in self.debts.values() if month in debt.parts]
            beyond = sum(debt.parts[month].claimed - debt.parts[month].waived for debt in debts)
            beyond -= got[month]
            for debt in sorted(debts, key=lambda one: one.cause == OVERPAID):
                part, still_open = debt.parts[month], self.open(debt, month)
                less = max(0, min(beyond, still_open + part.written_off))
                part.written_off -= max(0, less - still_open)
                part.claimed -= less
                beyond -= less
                ended += [debt] if less else []
        for debt in ended:
            self.end_if_done(debt)

    # What is kept back for it.

    def stopped(self) -> set[int]:
        """Whoever is at a firm that has an invoice overdue."""
        late = {
            self.firms[debt.person]
            for debt in self.debts.values()
            if debt.state == "invoiced" and debt.due_on < self.today
        }
        return {person for person, firm in enumerate(self.firms) if firm in late}

    def to_pay(self, until: int) -> Payout | None:
        """What would be put up now, with what its lines keep back for debts."""
        payout = self.to_put_up(until, self.stopped())
        if payout is not None:
            busy = {month[0] for month, cents in self.open_until(until).items() if cents > 0}
            busy |= {line.month[0] for line in payout.lines if line.again is not None}
            self._set_off(payout.lines, busy)
        return payout

    def _set_off(self, lines: list[Line], busy: set[int]) -> None:
        """Half of each line, rounded down, for debts of its firm in netting, the oldest month
        first; an agreement that is paid keeps back by itself what it was overpaid."""
        missing = self.held()
        left: dict[tuple[Month, str], int] = {}
        debts = [debt for debt in self.debts.values() if debt.state == "netting"]
        for debt in sorted(debts, key=lambda one: (one.raised_on, one.name)):
            for month in debt.parts:
                cents = self.open(debt, month)
                if debt.cause == OVERPAID:
                    over = missing[month] - self.due.get(month, 0)
                    cents = 0 if debt.person in busy else min(cents, max(0, over))
                left[month, debt.cause] = max(0, cents - self.pending(debt, month))
        again = {line.month[0] for line in lines if line.again is not None}
        for line in sorted(lines, key=lambda one: one.month[0] not in again):
            bearable = line.amount // 2 if line.again is None else 0
            firm = self.firms[line.month[0]]
            for key in sorted(left, key=lambda one: one[0][1]):
                kept = min(bearable, left[key]) if self.firms[key[0][0]] == firm else 0
                if kept:
                    line.set_off[key] = kept
                    left[key] -= kept
                    bearable -= kept

    def debts_of(self, payout: Payout) -> list[Debt]:
        """The debts that a payout sets something off against."""
        keys = {(month[0], cause) for line in payout.lines for month, cause in line.set_off}
        return [self.debts[key] for key in sorted(keys)]

    def approve(self, payout: Payout) -> None:
        """A payout's last signature; Refused when what it sets off is not owed as it was."""
        over = self._over_with(payout)
        made_good = {month for line in payout.lines for month in line.kept}
        self._need(all(over[month] >= 0 for month in made_good))
        payout.state, payout.approved_on = "approved", self.today
        for debt in self.debts_of(payout):
            self._need(debt.state in NETTED)
            self._need(all(self.open(debt, month) >= 0 for month in debt.parts))
        for line in payout.lines:
            for (month, cause), cents in line.set_off.items():
                over[month] -= cents
                self._need(cause != OVERPAID or over[month] >= 0)
        for debt in self.debts_of(payout):
            self.end_if_done(debt)

    def _over_with(self, payout: Payout) -> dict[Month, int]:
        """By how much months are paid too much, once a payout is paid that sets nothing off."""
        over = self.held()
        for line in payout.lines:
            over[line.month] += line.due if line.again is None else 0
            for month, cents in line.kept.items():
                over[month] -= cents
        for month, due in self.due.items():
            over[month] -= due
        return over

    def void(self, payout: Payout) -> None:
        """An approved payout that never was: what it set off is owed again."""
        payout.state = "closed"
        for debt in self.debts_of(payout):
            if debt.state in ENDED:
                debt.state, debt.netting_on = "netting", self.today

    # What people do about it.

    def notify(self, debt: Debt) -> None:
        """The payee is told."""
        self.follow(debt.person)
        self._need(debt.state == "raised")
        debt.state, debt.notified_on = "notified", self.today

    def appeal(self, debt: Debt) -> None:
        """The payee says that it is not owed."""
        self._need(debt.state == "notified")
        self._need(self.today <= debt.notified_on + timedelta(days=APPEAL_DAYS))
        debt.state = "appealed"

    def decide(self, debt: Debt, outcome: str, less: int) -> None:
        """An appeal is upheld, upheld in part, or dismissed."""
        self.follow(debt.person)
        self._need(debt.state == "appealed")
        whole = self.open_in_all(debt)
        self._need(outcome != "partly" or less < whole)
        cents = {"upheld": whole, "partly": less, "dismissed": 0}[outcome]
        for month, part in self._spread(debt, cents).items():
            debt.parts[month].waived += part
        debt.state = "cancelled" if outcome == "upheld" else "netting"
        debt.netting_on = self.today if outcome != "upheld" else debt.netting_on

    def _spread(self, debt: Debt, cents: int) -> dict[Month, int]:
        parts = {}
        for month in sorted(debt.parts):
            part = min(cents, max(0, self.open(debt, month) - self.pending(debt, month)))
            parts[month] = part
            cents -= part
        self._need(not cents)
        return parts

    def invoice(self, debt: Debt) -> None:
        """An invoice is issued."""
        self.follow(debt.person)
        self._need(debt.state == "netting")
        self._invoice(debt)

    def _invoice(self, debt: Debt) -> None:
        debt.state, debt.due_on = "invoiced", self.today + timedelta(days=INVOICE_DAYS)

    def note(self, debt: Debt, cents: int) -> None:
        """Somebody says that money came in."""
        self._need(debt.state in OPEN and cents <= self.open_in_all(debt))
        debt.noted = cents

    def repay(self, debt: Debt) -> None:
        """Somebody else saw it too."""
        assert debt.noted is not None
        self.follow(debt.person)
        self._need(debt.state in OPEN)
        for month, cents in self._spread(debt, debt.noted).items():
            debt.parts[month].repaid += cents
        debt.noted = None
        self.end_if_done(debt)

    def propose(self, debt: Debt, cents: int) -> None:
        """Somebody wants to give up a sum: a small one, or one whose invoice is overdue."""
        self.follow(debt.person)
        self._need(debt.state in OPEN and cents <= self.open_in_all(debt))
        self._need(cents < SMALL or date.min < debt.due_on < self.today)
        debt.proposed = cents

    def give_up(self, debt: Debt) -> None:
        """Somebody else signs it."""
        assert debt.proposed is not None
        self.follow(debt.person)
        self._need(debt.state in OPEN)
        for month, cents in self._spread(debt, debt.proposed).items():
            debt.parts[month].written_off += cents
        debt.proposed = None
        self.end_if_done(debt)

    def move_on(self) -> None:
        """What days do: a notice that stands is netted, what found nothing to net is invoiced."""
        moved = True
        while moved:
            moved = False
            for debt in self.debts.values():
                moved |= self._move_on(debt)

    def _move_on(self, debt: Debt) -> bool:
        if debt.state == "notified" and self.today > debt.notified_on + timedelta(days=APPEAL_DAYS):
            debt.state, debt.netting_on = "netting", self.today
            return True
        since = self.today - timedelta(days=NETTING_DAYS)
        if debt.state != "netting" or debt.netting_on > since or self._nets_since(debt, since):
            return False
        self._invoice(debt)
        return True

    def _nets_since(self, debt: Debt, since: date) -> bool:
        return any(
            payout.approved_on is None or payout.approved_on > since
            for payout in self.live("submitted", "approved", "exported")
            if debt in self.debts_of(payout)
        )

    @staticmethod
    def _need(is_so: bool) -> None:
        if not is_so:
            raise Refused
