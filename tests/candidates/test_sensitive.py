"""What is sealed of a person: read by few, for a purpose, and every reading kept."""

from datetime import date

import asyncpg
import pytest

from service.accounts.model import Account
from service.actor import Role
from service.candidates import sensitive
from service.candidates.forms import SensitiveForm
from service.candidates.model import Candidate, Characteristic, ReferralSource, Sensitive
from service.candidates.rules import PurposeMissing
from service.crypto import Sealer, WrongKey
from service.db import Connection
from service.problems import NotAllowed, NotFound
from tests.conftest import FixedClock
from tests.given import Given, act_as, actor_of

PURPOSE = "plan the interview"


class Reading:
    """Reads sensitive facts as one account after another."""

    def __init__(self, tx: Connection, clock: FixedClock, sealer: Sealer) -> None:
        self.tx, self.clock, self.sealer = tx, clock, sealer

    async def of(self, candidate: Candidate, by: Account, purpose: str = PURPOSE) -> Sensitive:
        """What the account reads."""
        actor = actor_of(by)
        await act_as(self.tx, actor)
        return await sensitive.read_sensitive(
            self.tx,
            candidate.id,
            purpose=purpose,
            by=actor,
            at=self.clock.now(),
            sealer=self.sealer,
        )

    async def kept(self, by: Account) -> list[asyncpg.Record]:
        """The readings that an account can see in the log."""
        await act_as(self.tx, actor_of(by))
        return await self.tx.fetch("SELECT candidate_id, read_by, purpose FROM sensitive_read")


@pytest.fixture
def reading(tx: Connection, clock: FixedClock, sealer: Sealer) -> Reading:
    return Reading(tx, clock, sealer)


async def test_an_officer_of_the_office_reads_and_the_reading_is_kept(
    given: Given, reading: Reading
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(
        officer, characteristics=["disability"], referral_source="shelter"
    )

    opened = await reading.of(candidate, officer)

    assert opened.characteristics == [Characteristic.DISABILITY]
    assert opened.referral_source is ReferralSource.SHELTER
    kept = await reading.kept(await given.account(Role.AUDITOR))
    assert [tuple(one) for one in kept] == [(candidate.id, officer.id, PURPOSE)]


async def test_another_office_reads_nothing_and_leaves_no_trace(
    given: Given, reading: Reading
) -> None:
    candidate = await given.candidate(await given.case_officer("prizren"))
    stranger = await given.case_officer("peje")

    with pytest.raises(NotFound):
        await reading.of(candidate, stranger)

    assert await reading.tx.fetchval("SELECT count(*) FROM candidate_sensitive") == 0


@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.ADMINISTRATOR]
)
async def test_no_other_role_reads_anything(given: Given, reading: Reading, role: Role) -> None:
    candidate = await given.candidate()

    with pytest.raises(NotAllowed):
        await reading.of(candidate, await given.account(role))

    assert await reading.tx.fetchval("SELECT count(*) FROM candidate_sensitive") == 0


async def test_an_employer_reads_nothing(given: Given, reading: Reading) -> None:
    candidate = await given.candidate()

    with pytest.raises(NotAllowed):
        await reading.of(candidate, await given.representative())

    assert await reading.tx.fetchval("SELECT count(*) FROM candidate_sensitive") == 0


async def test_a_reading_without_a_purpose_is_refused_and_not_kept(
    given: Given, reading: Reading
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)

    with pytest.raises(PurposeMissing):
        await reading.of(candidate, officer, purpose="hm")

    assert await reading.kept(officer) == []


async def test_a_reading_that_is_rolled_back_was_none(
    given: Given, reading: Reading, tx: Connection
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    savepoint = tx.transaction()
    await savepoint.start()
    await reading.of(candidate, officer)

    await savepoint.rollback()

    assert await reading.kept(officer) == []


async def test_the_log_of_readings_is_never_edited(given: Given, reading: Reading) -> None:
    officer = await given.case_officer()
    await reading.of(await given.candidate(officer), officer)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reading.tx.execute("DELETE FROM sensitive_read")


async def test_facts_are_changed_and_read_back(
    given: Given, reading: Reading, clock: FixedClock, sealer: Sealer
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer, characteristics=["disability"])
    await act_as(reading.tx, actor_of(officer))

    await sensitive.change_sensitive(
        reading.tx,
        candidate.id,
        SensitiveForm(characteristics=["repatriated"]),
        by=actor_of(officer),
        at=clock.now(),
        sealer=sealer,
    )

    assert await reading.of(candidate, officer) == Sensitive([Characteristic.REPATRIATED], None)


async def test_the_row_tells_nothing_of_what_it_holds(given: Given, tx: Connection) -> None:
    officer = await given.case_officer()
    await given.candidate(officer)
    every = [str(one) for one in Characteristic]
    await given.candidate(officer, characteristics=every, referral_source="social_work")
    await act_as(tx, actor_of(officer))

    rows = await tx.fetch("SELECT sealed, blind_indexes FROM candidate_sensitive")

    assert len({len(row["sealed"]) for row in rows}) == 1
    assert {len(row["blind_indexes"]) for row in rows} == {len(Characteristic)}
    assert all(b"disability" not in row["sealed"] for row in rows)


async def test_a_value_moved_to_another_person_does_not_open(
    given: Given, reading: Reading
) -> None:
    officer = await given.case_officer()
    one = await given.candidate(officer, characteristics=["disability"])
    other = await given.candidate(officer)
    await act_as(reading.tx, actor_of(officer))
    await reading.tx.execute(
        "UPDATE candidate_sensitive SET sealed = o.sealed FROM candidate_sensitive AS o"
        " WHERE candidate_sensitive.id = $1 AND o.id = $2",
        other.id,
        one.id,
    )

    with pytest.raises(WrongKey):
        await reading.of(other, officer)


async def test_people_are_found_by_a_characteristic_and_each_counts_as_read(
    given: Given, reading: Reading, clock: FixedClock, sealer: Sealer
) -> None:
    officer = await given.case_officer("prizren")
    found = await given.candidate(officer, characteristics=["repatriated", "disability"])
    await given.candidate(officer, characteristics=["social_assistance"])
    await given.candidate(await given.case_officer("peje"), characteristics=["repatriated"])
    await act_as(reading.tx, actor_of(officer))

    people = await sensitive.list_with_characteristic(
        reading.tx,
        characteristic="repatriated",
        purpose=PURPOSE,
        by=actor_of(officer),
        at=clock.now(),
        sealer=sealer,
    )

    assert [one.id for one in people] == [found.id]
    assert [one["candidate_id"] for one in await reading.kept(officer)] == [found.id]


async def test_one_office_cannot_use_the_indexes_of_another(given: Given, tx: Connection) -> None:
    born = date(2001, 1, 1).isoformat()
    for place in ("prizren", "peje"):
        await given.candidate(
            await given.case_officer(place), born_on=born, characteristics=["repatriated"]
        )
    indexes = []
    for place in ("prizren", "peje"):
        await act_as(tx, actor_of(await given.case_officer(place)))
        indexes.append(set(await tx.fetchval("SELECT blind_indexes FROM candidate_sensitive")))

    assert not indexes[0] & indexes[1]
