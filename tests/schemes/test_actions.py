"""The life of a scheme version in the database, and which minimum wage holds on which day."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from service.accounts.model import Account
from service.actor import SYSTEM, Role
from service.config import Config
from service.db import Connection, Database, connect_owner
from service.facts.actions import ALL_THAT_IS_KNOWN
from service.ledger import actions as ledger
from service.ledger.model import AccountKind
from service.period import Month, Period
from service.problems import NotFound
from service.schemes import actions, documents, rules
from service.schemes.installation import ShippedDocumentRefused, load_shipped
from service.schemes.model import State, WrittenVersion
from tests.conftest import FixedClock, MakeConfig
from tests.given import Given, act_as, actor_of
from tests.schemes.samples import a_document

DAY = date(2027, 1, 1)
REOPENED = "state = 'drafted', checked_at = NULL, checked_by = NULL"


class Life:
    """Moves versions of the scheme TRIAL by the actions people take."""

    def __init__(self, given: Given, author: Account, second: Account) -> None:
        self.given, self.author, self.second = given, author, second

    async def drafted(self, day: date = DAY, **changes: Any) -> WrittenVersion:
        by = actor_of(self.author)
        async with self.given.db.transaction(by) as tx:
            return await actions.draft_version(
                tx, a_document(**changes), valid_from=day, by=by, at=self.given.clock.now()
            )

    async def checked(self, day: date = DAY, **changes: Any) -> WrittenVersion:
        draft, by = await self.drafted(day, **changes), actor_of(self.author)
        async with self.given.db.transaction(by) as tx:
            return await actions.check_version(
                tx, draft.code, draft.number, by=by, at=self.given.clock.now()
            )

    async def activated(self, day: date = DAY, **changes: Any) -> WrittenVersion:
        return await self.put_in_force(await self.checked(day, **changes))

    async def put_in_force(
        self, version: WrittenVersion, by: Account | None = None
    ) -> WrittenVersion:
        actor = actor_of(by or self.second)
        async with self.given.db.transaction(actor) as tx:
            return await actions.activate_version(
                tx,
                version.code,
                version.number,
                shown_sha256=version.document_sha256,
                by=actor,
                at=self.given.clock.now(),
            )


@pytest.fixture
async def life(given: Given) -> Life:
    return Life(
        given,
        await given.account(Role.ADMINISTRATOR),
        await given.account(Role.FINANCE_AUTHORISER),
    )


async def version(tx: Connection, number: int, code: str = "TRIAL") -> WrittenVersion:
    await act_as(tx, SYSTEM)
    return await actions.get_version(tx, code, number)


async def test_a_new_code_opens_a_scheme_with_an_empty_budget_line(
    tx: Connection, life: Life
) -> None:
    draft = await life.drafted()
    again = await life.drafted(months=4)

    (line,) = [one for one in await ledger.list_budget_lines(tx) if one.scheme_code == "TRIAL"]
    kinds = await tx.fetch("SELECT kind FROM ledger_account WHERE budget_line_id = $1", line.id)
    assert (draft.number, again.number, again.scheme_id) == (1, 2, draft.scheme_id)
    assert (draft.name_sq, draft.name_en) == ("Provë", "Trial")
    assert line.appropriated_cents == 0
    assert {row["kind"] for row in kinds} == set(AccountKind)


async def test_a_draft_is_offered_to_nobody(tx: Connection, given: Given, life: Life) -> None:
    await life.checked()

    await act_as(tx, actor_of(await given.case_officer()))
    with pytest.raises(NotFound):
        await actions.list_versions_of_scheme(tx, "TRIAL")
    with pytest.raises(NotFound):
        await actions.get_version(tx, "TRIAL", 1)


async def test_a_successor_ends_the_version_in_force_where_it_begins(
    tx: Connection, life: Life
) -> None:
    await life.activated(date(2026, 11, 1))
    await life.activated(DAY, months=4)

    old, new = await version(tx, 1), await version(tx, 2)
    assert (old.state, old.valid_until) == (State.SUPERSEDED, date(2026, 12, 31))
    assert (new.state, new.valid_from, new.valid_until) == (State.ACTIVATED, DAY, None)
    assert new.activated_by_name == life.second.name


async def test_a_version_begins_after_the_one_in_force(life: Life) -> None:
    await life.activated(DAY)

    with pytest.raises(rules.BeginsTooEarly):
        await life.activated(DAY, months=4)


async def test_a_check_that_fails_keeps_the_draft_and_says_why(tx: Connection, life: Life) -> None:
    failed = await life.checked(expected="1.00")

    kept = await version(tx, 1)
    assert (failed.state, kept.state) == (State.DRAFTED, State.DRAFTED)
    assert kept.findings is not None
    assert [one.part for one in kept.findings] == ["one month"]
    with pytest.raises(rules.VersionFlawed):
        rules.refuse_flawed(kept.findings)
    with pytest.raises(rules.VersionMovedOn):
        await life.put_in_force(kept)


async def test_its_author_may_not_activate_it_and_another_administrator_may(
    given: Given, life: Life
) -> None:
    checked = await life.checked()

    with pytest.raises(rules.ActivatesOwnDraft):
        await life.put_in_force(checked, by=life.author)
    activated = await life.put_in_force(checked, by=await given.account(Role.ADMINISTRATOR))

    assert activated.state is State.ACTIVATED


async def test_a_document_rewritten_meanwhile_is_not_activated(life: Life) -> None:
    read = await life.checked()
    by = actor_of(life.author)
    async with life.given.db.transaction(by) as tx:
        now = life.given.clock.now()
        text = a_document(months=4)
        await actions.rewrite_version(tx, "TRIAL", 1, text, valid_from=DAY, by=by, at=now)
        await actions.check_version(tx, "TRIAL", 1, by=by, at=now)

    with pytest.raises(rules.DocumentChanged):
        await life.put_in_force(read)


async def test_what_was_computed_stays_under_its_version(
    tx: Connection, given: Given, life: Life, clock: FixedClock
) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 9, 1))
    await given.confirmed_attendance(agreement, Month(date(2026, 9, 1)))
    await given.computed_month(Month(date(2026, 9, 1)))
    first = agreement.period.start

    with pytest.raises(rules.DaysAlreadyComputed):
        await life.activated(first, code=agreement.scheme_code)
    later = await life.activated(date(2026, 9, 2), code=agreement.scheme_code, months=4)

    assert later.state is State.ACTIVATED
    assert (await version(tx, 1, agreement.scheme_code)).valid_until == first


async def test_the_start_of_an_agreement_selects_its_version(given: Given, life: Life) -> None:
    today = given.clock.today()
    await life.activated(date(2026, 11, 10), code="WS-70", monthly_max="400.00", months=4)

    before = await given.drafted_agreement(starts_on=today)
    after = await given.drafted_agreement(starts_on=date(2026, 11, 10))

    assert (before.scheme_number, after.scheme_number) == (1, 2)


async def test_each_move_is_in_the_audit(tx: Connection, life: Life) -> None:
    activated = await life.activated()

    await act_as(tx, SYSTEM)
    entries = await tx.fetch(
        "SELECT action, actor_account, after ->> 'state' AS state FROM audit_entry "
        "WHERE table_name = 'scheme_version' AND row_id = $1 ORDER BY id",
        activated.id,
    )
    assert [(one["action"], one["state"], one["actor_account"]) for one in entries] == [
        ("insert", "drafted", life.author.id),
        ("update", "checked", life.author.id),
        ("update", "activated", life.second.id),
    ]


# ----- the row cannot lie


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        (f"document = 'other', {REOPENED}", "scheme_version_document_hashed"),
        ("months = 5", "scheme_version_checked_as_written"),
        ("document = 'other', document_sha256 = sha256('other')",
         "scheme_version_checked_as_written"),
        ("valid = '[2027-02-01,)'", "scheme_version_checked_as_written"),
        (f"valid = 'empty', {REOPENED}", "scheme_version_holds_some_day"),
        (f"selected_by = ' ', {REOPENED}", "scheme_version_says_what_selects_it"),
        ("drafted_by = NULL", "scheme_version_never_edited"),
        ("number = 7", "scheme_version_never_edited"),
        ("state = 'superseded'", "scheme_version_moves_in_order"),
        ("state = 'drafted'", "scheme_version_checked_before_use"),
        ("checked_by = NULL", "scheme_version_checked_before_use"),
        ("state = 'activated'", "scheme_version_activated_pair"),
        ("state = 'activated', activated_at = now()", "scheme_version_activated_pair"),
        ("state = 'activated', activated_at = now(), activated_by = drafted_by",
         "scheme_version_two_people"),
        ("checked_at = drafted_at - interval '1 day'", "scheme_version_moments_ordered"),
        ("findings = '[]'", "scheme_version_findings_while_drafted"),
        (f"superseded_at = now(), {REOPENED}", "scheme_version_superseded_with_an_end"),
    ],
)  # fmt: skip
async def test_the_database_refuses_a_checked_version_that_lies(
    tx: Connection, life: Life, change: str, constraint: str
) -> None:
    checked = await life.checked()

    await act_as(tx, actor_of(life.author))
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await tx.execute(f"UPDATE scheme_version SET {change} WHERE id = $1", checked.id)

    assert refused.value.constraint_name == constraint


@pytest.mark.parametrize(
    "change",
    [
        "document = 'other', document_sha256 = sha256('other')",
        "valid = '[2028-01-01,)'",
        "valid = '[2027-01-01,2028-01-01)'",
        "state = 'superseded', superseded_at = now(), valid = '[2026-01-01,2028-01-01)'",
        "monthly_max_cents = 1",
        "activated_at = now()",
        "state = 'checked', activated_at = NULL, activated_by = NULL",
    ],
)
async def test_a_version_in_force_is_never_edited(tx: Connection, life: Life, change: str) -> None:
    activated = await life.activated()

    await act_as(tx, actor_of(life.author))
    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        await tx.execute(f"UPDATE scheme_version SET {change} WHERE id = $1", activated.id)

    assert refused.value.constraint_name == "scheme_version_never_edited"


async def test_a_draft_is_rewritten_by_its_author_alone_and_never_skips_the_check(
    tx: Connection, given: Given, life: Life
) -> None:
    draft = await life.drafted()
    rewrite = "document = 'other', document_sha256 = sha256('other')"
    skip = "state = 'activated', checked_at = now(), activated_at = now()"
    await act_as(tx, actor_of(await given.account(Role.ADMINISTRATOR)))

    for change, constraint in (
        (rewrite, "scheme_version_rewritten_by_author"),
        (skip, "scheme_version_moves_in_order"),
    ):
        with pytest.raises(asyncpg.RestrictViolationError) as refused:
            async with tx.transaction():
                await tx.execute(f"UPDATE scheme_version SET {change} WHERE id = $1", draft.id)
        assert refused.value.constraint_name == constraint


async def test_the_application_deletes_no_version_and_its_owner_none_that_was_used(
    tx: Connection, new_database: MakeConfig
) -> None:
    owner = await connect_owner(await new_database())

    assert not await tx.fetchval("SELECT has_table_privilege('scheme_version', 'DELETE')")
    try:
        with pytest.raises(asyncpg.RestrictViolationError) as refused:
            await owner.execute("DELETE FROM scheme_version")
    finally:
        await owner.close()
    assert refused.value.constraint_name == "scheme_version_never_deleted"


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.FINANCE_OFFICER, Role.AUDITOR])
async def test_the_policies_let_only_some_write_a_version(
    tx: Connection, given: Given, life: Life, role: Role
) -> None:
    checked = await life.checked()
    office = await given.office() if role is Role.CASE_OFFICER else None

    await act_as(tx, actor_of(await given.account(role, office_id=office)))
    changed = await tx.execute(
        "UPDATE scheme_version SET findings = NULL WHERE id = $1", checked.id
    )
    assert changed == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await tx.execute(
            "INSERT INTO scheme (id, code, name_sq, name_sr, name_en) "
            "VALUES (gen_random_uuid(), 'MINE', 'a', 'b', 'c')"
        )


async def test_two_people_who_activate_at_once_are_taken_one_by_one(
    committed: Database, clock: FixedClock, template: Config
) -> None:
    given = Given(committed, clock, template.sealer)
    life = Life(
        given,
        await given.account(Role.ADMINISTRATOR),
        await given.account(Role.FINANCE_AUTHORISER),
    )
    both = [await life.checked(), await life.checked(months=4)]

    ended = await asyncio.gather(*map(life.put_in_force, both), return_exceptions=True)

    assert sorted(isinstance(one, rules.BeginsTooEarly) for one in ended) == [False, True]


# ----- what comes with Ura


async def test_what_comes_with_ura_is_laid_down_once(
    new_database: MakeConfig, tmp_path: Path, clock: FixedClock
) -> None:
    file = tmp_path / "trial.toml"
    owner = await connect_owner(await new_database())
    try:
        for months in (6, 6, 4):
            file.write_text(a_document(valid_from=DAY, months=months))
            await load_shipped(owner, [file], at=clock.now())
        first, second = reversed(await actions.list_versions_of_scheme(owner, "TRIAL"))
    finally:
        await owner.close()

    assert (first.state, first.is_shipped, first.drafted_by) == (State.ACTIVATED, True, None)
    assert (second.state, second.months, second.is_shipped) == (State.CHECKED, 4, True)


@pytest.mark.parametrize(
    "changes",
    [{"expected": "1.00", "valid_from": DAY}, {"without": "months", "valid_from": DAY}, {}],
)
async def test_what_comes_with_ura_passes_or_nothing_is_laid_down(
    new_database: MakeConfig, tmp_path: Path, clock: FixedClock, changes: dict[str, Any]
) -> None:
    file = tmp_path / "trial.toml"
    file.write_text(a_document(**changes))
    owner = await connect_owner(await new_database())
    try:
        with pytest.raises(ShippedDocumentRefused):
            await load_shipped(owner, [file], at=clock.now())
    finally:
        await owner.close()


async def test_every_kept_document_still_passes(tx: Connection) -> None:
    await act_as(tx, SYSTEM)

    for one in await actions.list_scheme_versions(tx):
        kept = await actions.get_version(tx, one.code, one.number)
        assert documents.examine(kept.document)[0] == []


# ----- minimum wages


async def test_the_minimum_wages_of_some_days_are_cut_to_them(tx: Connection) -> None:
    await act_as(tx, SYSTEM)
    days = Period(date(2026, 6, 1), date(2026, 8, 1))

    wages = await actions.minimum_wages_during(tx, days, known_at=ALL_THAT_IS_KNOWN)

    assert [(wage.period, wage.monthly_cents) for wage in wages] == [
        (Period(date(2026, 6, 1), date(2026, 7, 1)), 42500),
        (Period(date(2026, 7, 1), date(2026, 8, 1)), 50000),
    ]


async def test_the_wage_in_force_now_is_found_though_it_has_no_end(tx: Connection) -> None:
    await act_as(tx, SYSTEM)
    days = Period(date(2030, 1, 1), date(2030, 2, 1))

    wages = await actions.minimum_wages_during(tx, days, known_at=ALL_THAT_IS_KNOWN)

    assert [(wage.period, wage.monthly_cents) for wage in wages] == [(days, 50000)]
