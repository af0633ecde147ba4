"""One payout, somebody who approves it and somebody who changes what it pays, at one moment."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from random import Random
from typing import Any

import asyncpg
import msgspec

from service.actor import SYSTEM, Actor
from service.approvals.model import Band
from service.db import Connection
from service.ids import PayoutId, new_id, reference
from service.money import Cents
from service.payouts import actions as payouts
from service.payouts import rules as payout_rules
from service.payouts import store
from service.payouts.model import Payout
from service.problems import Problem
from tests.approving import set_rule
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month

PEOPLE = 9
LONGEST_WAIT = 0.006
REASON = "The race is over."

# Whether what was signed is what is there, asked by who signs just before the commit.
IS_AS_SIGNED = """
    SELECT p.digest = payout_digest(p.id, $2) AND NOT EXISTS (
        SELECT 1 FROM payout_line AS l INNER JOIN instalment AS i ON l.instalment_id = i.id
        WHERE l.payout_id = p.id
            AND (i.superseded_at IS NOT NULL OR EXISTS (
                SELECT 1 FROM hold_in_force AS h WHERE h.agreement_id = i.agreement_id
                AND (h.month IS NULL OR (h.month, h.kind) = (i.month, i.kind))
            ))
    ) FROM payout AS p WHERE p.id = $1
"""
INSERT_ACT = """
    INSERT INTO payout_act (id, payout_id, account_id, kind, digest, acted_at)
    VALUES ($1, $2, $3, 'approval', $4, $5)
"""
NEXT_VERSION = """
    WITH old AS (
        UPDATE instalment SET superseded_at = $2
        WHERE agreement_id = $1 AND superseded_at IS NULL RETURNING *
    )
    INSERT INTO instalment
    SELECT gen_random_uuid(), agreement_id, month, kind, version + 1, outcome, amount_cents, reason,
        trace, run_id, $2, NULL
    FROM old
"""
END_ACCOUNT = """
    UPDATE bank_account SET in_force = tstzrange(lower(in_force), greatest($2, lower(in_force)))
    WHERE employer_id = $1 AND upper_inf(in_force)
"""
NEW_ACCOUNT = """
    INSERT INTO bank_account (
        id, employer_id, holder_name, iban_sealed, iban_index, iban_last4, proposed_at,
        proposed_by, confirmed_at, confirmed_by, in_force
    ) VALUES (
        $1, $2, $6, 'sealed', sha256(uuid_send($1)), '0000', $3, $4, $3, $5, tstzrange($3, NULL)
    )
"""
HOLD = """
    INSERT INTO instalment_hold (id, agreement_id, reason, placed_at, placed_by)
    VALUES ($1, $2, 'Held by the race.', $3, $4)
"""
RELEASE = """
    UPDATE instalment_hold
    SET released_at = $1, released_by = $2, release_reason = 'The race is over.'
    WHERE released_at IS NULL
"""
CHANGED_LINES = (
    "UPDATE payout_line SET due_cents = 1, amount_cents = 1 - netted_cents WHERE payout_id = $1",
    "UPDATE payout_line SET released_at = now() WHERE payout_id = $1",
    "INSERT INTO payout_line SELECT gen_random_uuid(), payout_id, instalment_id, bank_account_id,"
    " payee_name, 1, 0, 1, NULL FROM payout_line WHERE payout_id = $1",
)


class Tally(msgspec.Struct):
    """How races ended."""

    approved: int = 0
    refused: int = 0
    changed: int = 0
    wrong: int = 0


class Racing:
    """A month of one person, put up again as often as it takes."""

    def __init__(self, given: Given, seed: int) -> None:
        self.given = given
        self.tally = Tally()
        self._chance = Random(seed)
        self._payout: Payout | None = None
        self._acted = 0
        self._check_run_id: Any = None

    async def open(self) -> None:
        """The people, a rule by which nine approve, and a month that is due."""
        given = self.given
        self._preparer = actor_of(await given.finance_officer())
        self._changers = [actor_of(await given.finance_officer()) for _ in range(2)]
        self._approvers = [actor_of(await given.finance_officer()) for _ in range(PEOPLE)]
        await set_rule(given, [Band(None, PEOPLE, 1)], days_ahead=0)
        self._due = await due_month(given)

    async def race(self, change: str, *, raw: bool) -> None:
        """One approval and one change, each after a wait of some milliseconds or none.

        A `raw` approval is inserted by the application's role and passes by all the code.
        """
        if self._payout is None or self._acted == PEOPLE:
            await self._put_up()
        assert self._payout is not None
        by, self._acted = self._approvers[self._acted], self._acted + 1
        sign = self._insert if raw else self._approve
        moves = {
            "line": self._change_lines,
            "account": self._change_account,
            "instalment": self._supersede,
            "hold": self._hold,
        }
        as_signed, changed = await asyncio.gather(
            self._wait_for(sign(self._payout, by)), self._wait_for(moves[change](self._payout))
        )
        self.tally.approved += as_signed is not None
        self.tally.refused += as_signed is None
        self.tally.changed += changed is not None
        self.tally.wrong += as_signed is False
        if changed:
            await self._withdraw()
        if change == "hold":
            async with self.given.db.transaction(self._changers[1]) as tx:
                await tx.execute(RELEASE, self._at, self._changers[1].account)

    async def _wait_for(self, work: Awaitable[bool]) -> bool | None:
        await asyncio.sleep(self._chance.choice((0, self._chance.random() * LONGEST_WAIT)))
        try:
            return await work
        except (Problem, asyncpg.RestrictViolationError):
            return None

    async def _put_up(self) -> None:
        """The first by the front door; the others without the checks, which take their time."""
        if self._payout is not None:
            await self._withdraw()
        if self._check_run_id is None:
            self._payout = await self.given.submitted_payout(OCTOBER, by=self._preparer)
        else:
            self._payout = await self._put_up_unchecked()
        self._acted = 0
        async with self.given.db.transaction(SYSTEM) as tx:
            self._check_run_id = await tx.fetchval(
                "SELECT check_run_id FROM payout WHERE id = $1", self._payout.id
            )

    async def _put_up_unchecked(self) -> Payout:
        payout_id, by = PayoutId(new_id()), self._preparer
        async with self.given.db.transaction(by) as tx:
            deltas = await store.list_deltas(
                tx, [self._due.agreement_id], month=OCTOBER, at=self._at
            )
            lines = payout_rules.lines_of(deltas)
            await store.insert_payout(
                tx,
                payout_id,
                reference=reference("P", payout_id),
                month=OCTOBER,
                submitted_by=by.account,
                check_run_id=self._check_run_id,
                at=self._at,
            )
            await store.insert_payout_lines(tx, payout_id, lines)
            total_cents = Cents(sum(line.amount_cents for line in lines))
            await store.record_submission(
                tx, payout_id, line_count=len(lines), total_cents=total_cents
            )
            return await store.get_payout(tx, payout_id)

    async def _withdraw(self) -> None:
        payout, self._payout = self._payout, None
        assert payout is not None
        async with self.given.db.transaction(self._preparer) as tx:
            await payouts.withdraw(
                tx, payout.id, digest=payout.digest, reason=REASON, by=self._preparer, at=self._at
            )

    @property
    def _at(self) -> datetime:
        return self.given.clock.now()

    async def _approve(self, payout: Payout, by: Actor) -> bool:
        async with self.given.db.transaction(by) as tx:
            await payouts.approve(tx, payout.id, digest=payout.digest, by=by, at=self._at)
            return await self._is_as_signed(tx, payout)

    async def _insert(self, payout: Payout, by: Actor) -> bool:
        async with self.given.db.transaction(by) as tx:
            await tx.execute(INSERT_ACT, new_id(), payout.id, by.account, payout.digest, self._at)
            return await self._is_as_signed(tx, payout)

    async def _is_as_signed(self, tx: Connection, payout: Payout) -> bool:
        await asyncio.sleep(0.002)
        return bool(await tx.fetchval(IS_AS_SIGNED, payout.id, self._at))

    async def _change_lines(self, payout: Payout) -> bool:
        async with self.given.db.transaction(self._changers[0]) as tx:
            await tx.execute(self._chance.choice(CHANGED_LINES), payout.id)
        return True

    async def _change_account(self, _: Payout) -> bool:
        one, other = self._changers
        async with self.given.db.transaction(one) as tx:
            await tx.execute(END_ACCOUNT, self._due.employer_id, self._at)
            await tx.execute(
                *(NEW_ACCOUNT, new_id(), self._due.employer_id, self._at),
                *(one.account, other.account, self._due.hired.firm_name),
            )
        return True

    async def _hold(self, _: Payout) -> bool:
        by = self._changers[0]
        async with self.given.db.transaction(by) as tx:
            await tx.execute(HOLD, new_id(), self._due.agreement_id, self._at, by.account)
        return True

    async def _supersede(self, _: Payout) -> bool:
        async with self.given.db.transaction(SYSTEM) as tx:
            await tx.execute(NEXT_VERSION, self._due.agreement_id, self._at)
        return True


async def leave_unchecked(owner: Connection) -> None:
    """Lets payouts be put up without results of checks and of the second computation."""
    for trigger in ("payout_rests_on_checks", "payout_worked_out_twice"):
        await owner.execute(f"ALTER TABLE payout DISABLE TRIGGER {trigger}")


async def unlock(owner: Connection) -> None:
    """Takes the locks out of what judges an act: it looks, and holds nothing."""
    body = await owner.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'stands'")
    unlocked = body.replace("FOR SHARE OF i", "").replace("FOR SHARE OF b", "")
    assert len(unlocked) == len(body) - 28
    await owner.execute(
        "CREATE OR REPLACE FUNCTION stands(of_payout uuid, at timestamptz) RETURNS boolean"
        f" LANGUAGE plpgsql AS $body${unlocked}$body$"
    )
