"""Registering, finding, changing and withdrawing people, on a real database."""

from datetime import date

import asyncpg
import msgspec
import pytest

from service.accounts.model import Account
from service.actor import Role
from service.candidates import actions, store
from service.candidates.forms import ChangeForm, DuplicatesForm
from service.candidates.rules import (
    CandidateWithdrawn,
    LikelyDuplicate,
    PersonalNumberTaken,
)
from service.crypto import Sealer
from service.db import Connection
from service.ids import CandidateId, new_id
from service.problems import InvalidFields, NotFound
from tests.conftest import FixedClock
from tests.forms import candidate_form, next_personal_number
from tests.given import Given, act_as, actor_of


async def names_found(tx: Connection, officer: Account, name: str) -> list[str]:
    await act_as(tx, actor_of(officer))
    found = await actions.list_candidates(tx, name=name, by=actor_of(officer))
    return [one.family_name for one in found.rows]


async def test_a_registered_person_is_as_typed_and_the_number_is_sealed(
    given: Given, tx: Connection
) -> None:
    officer = await given.case_officer()

    candidate = await given.candidate(officer, personal_number="1234567892")

    assert candidate.office_id == officer.office_id
    assert candidate.reference.startswith("C-")
    row = await tx.fetchrow("SELECT * FROM candidate WHERE id = $1", candidate.id)
    assert row is not None
    assert row["folded_name"] == "arta krasniqi"
    assert b"1234567892" not in row["personal_number_sealed"] + row["personal_number_index"]


@pytest.mark.parametrize(
    ("registered", "typed"),
    [("Çelik", "Celik"), ("Đorđević", "Djordjevic"), ("Šaban", "Saban"), ("Gërvalla", "GERVALLA")],
)
async def test_people_are_told_apart_without_regard_to_accents(
    given: Given, tx: Connection, sealer: Sealer, registered: str, typed: str
) -> None:
    officer = await given.case_officer()
    first = await given.candidate(officer, given_name="Élif", family_name=registered)
    await act_as(tx, actor_of(officer))
    form = DuplicatesForm(given_name="Elif", family_name=typed, born_on="2003-05-14")

    found = await actions.find_duplicates(
        tx, form, by=actor_of(officer), on=date(2026, 11, 2), sealer=sealer
    )

    assert [one.id for one in found] == [first.id]
    assert found[0].similarity_percent == 100


async def test_a_slip_in_the_name_is_still_found(
    given: Given, tx: Connection, sealer: Sealer
) -> None:
    officer = await given.case_officer()
    await given.candidate(officer, given_name="Shkëlzen", family_name="Ramadani")
    await act_as(tx, actor_of(officer))
    form = DuplicatesForm(given_name="Shkelzen", family_name="Ramdani", born_on="2003-05-14")

    found = await actions.find_duplicates(
        tx, form, by=actor_of(officer), on=date(2026, 11, 2), sealer=sealer
    )

    assert len(found) == 1


async def test_a_lookalike_is_registered_only_when_confirmed(given: Given) -> None:
    officer = await given.case_officer()
    first = await given.candidate(officer, family_name="Çelik")

    with pytest.raises(LikelyDuplicate) as refused:
        await given.candidate(officer, family_name="Celik", confirmed_not_duplicate=False)
    second = await given.candidate(officer, family_name="Celik")

    assert refused.value.members == {"references": [first.reference]}
    assert second.id != first.id


async def test_a_personal_number_of_the_office_is_taken(given: Given) -> None:
    officer = await given.case_officer()
    number = next_personal_number()
    first = await given.candidate(officer, personal_number=number)

    with pytest.raises(PersonalNumberTaken) as refused:
        await given.candidate(officer, family_name="Else", personal_number=number)

    assert refused.value.members == {"references": [first.reference]}


async def test_a_personal_number_of_another_office_is_taken_and_nothing_more_is_said(
    given: Given,
) -> None:
    number = next_personal_number()
    await given.candidate(await given.case_officer("prizren"), personal_number=number)

    with pytest.raises(PersonalNumberTaken) as refused:
        await given.candidate(await given.case_officer("peje"), personal_number=number)

    assert refused.value.members == {}


async def test_another_offices_lookalikes_are_not_looked_for(given: Given) -> None:
    await given.candidate(await given.case_officer("prizren"))

    here = await given.candidate(await given.case_officer("peje"), confirmed_not_duplicate=False)

    assert here.family_name == "Krasniqi"


async def test_people_are_searched_by_parts_of_their_names_in_any_order(
    given: Given, tx: Connection
) -> None:
    officer = await given.case_officer()
    await given.candidate(officer, given_name="Njomëza", family_name="Çitaku")
    await given.candidate(officer, given_name="Arta", family_name="Hoxha")

    assert await names_found(tx, officer, "cita njom") == ["Çitaku"]
    assert await names_found(tx, officer, "ÇITAKU") == ["Çitaku"]
    assert await names_found(tx, officer, "nobody") == []
    assert len(await names_found(tx, officer, "")) == 2


@pytest.mark.parametrize("name", ["%", "_", "\\", "%%%", "a\x00b"])
async def test_signs_that_mean_something_to_sql_are_only_letters(
    given: Given, tx: Connection, name: str
) -> None:
    officer = await given.case_officer()
    await given.candidate(officer)

    assert await names_found(tx, officer, name) == []


async def test_another_office_sees_nobody(given: Given, tx: Connection) -> None:
    candidate = await given.candidate(await given.case_officer("prizren"))
    stranger = await given.case_officer("peje")

    assert await names_found(tx, stranger, "Krasniqi") == []
    with pytest.raises(NotFound):
        await actions.get_candidate(tx, candidate.id)
    assert await tx.fetchval("SELECT count(*) FROM candidate") == 0


async def test_another_office_changes_and_withdraws_nobody(
    given: Given, tx: Connection, sealer: Sealer, clock: FixedClock
) -> None:
    candidate = await given.candidate(await given.case_officer("prizren"))
    stranger = actor_of(await given.case_officer("peje"))
    await act_as(tx, stranger)

    with pytest.raises(NotFound):
        await actions.change_candidate(
            tx, candidate.id, ChangeForm(travel_km=1), on=clock.today(), sealer=sealer
        )
    with pytest.raises(NotFound):
        await actions.withdraw_candidate(tx, candidate.id, by=stranger, at=clock.now())
    assert await tx.execute("UPDATE candidate SET travel_km = 1") == "UPDATE 0"


async def test_an_auditor_sees_everybody_and_changes_nobody(given: Given, tx: Connection) -> None:
    candidate = await given.candidate()
    await act_as(tx, actor_of(await given.account(Role.AUDITOR)))

    seen = await actions.get_candidate(tx, candidate.id)

    assert seen.id == candidate.id
    assert await tx.execute("UPDATE candidate SET travel_km = 1") == "UPDATE 0"


async def test_an_employer_sees_nobody_before_an_introduction(given: Given, tx: Connection) -> None:
    candidate = await given.candidate()
    await act_as(tx, actor_of(await given.representative()))

    with pytest.raises(NotFound):
        await actions.get_candidate(tx, candidate.id)


async def test_a_wrong_registration_saves_nothing(given: Given, tx: Connection) -> None:
    with pytest.raises(InvalidFields):
        await given.candidate(municipality_code="atlantis", iban="XK0500")

    assert await tx.fetchval("SELECT count(*) FROM candidate") == 0


async def test_a_wrong_check_digit_warns_and_registers(
    given: Given, tx: Connection, sealer: Sealer, clock: FixedClock
) -> None:
    officer = actor_of(await given.case_officer())
    await act_as(tx, officer)

    registered = await actions.register_candidate(
        tx,
        candidate_form(personal_number="1234567893"),
        by=officer,
        at=clock.now(),
        on=clock.today(),
        sealer=sealer,
    )
    shown = await actions.show_personal_number(
        tx, registered.candidate.id, by=officer, sealer=sealer
    )

    assert len(registered.warnings) == 1
    assert (shown.ending, shown.has_check_digit) == ("893", False)


async def test_a_change_folds_the_new_name(
    given: Given, tx: Connection, sealer: Sealer, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    await act_as(tx, actor_of(officer))

    changed = await actions.change_candidate(
        tx, candidate.id, ChangeForm(family_name="Čanović"), on=clock.today(), sealer=sealer
    )

    assert changed.given_name == candidate.given_name
    assert await names_found(tx, officer, "canovic") == ["Čanović"]


async def test_a_personal_number_is_corrected_but_not_to_a_taken_one(
    given: Given, tx: Connection, sealer: Sealer, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    taken, free = next_personal_number(), next_personal_number()
    await given.candidate(officer, personal_number=taken)
    candidate = await given.candidate(officer)
    await act_as(tx, actor_of(officer))

    await actions.change_candidate(
        tx, candidate.id, ChangeForm(personal_number=free), on=clock.today(), sealer=sealer
    )
    shown = await actions.show_personal_number(
        tx, candidate.id, by=actor_of(officer), sealer=sealer
    )

    assert shown.ending == free[-3:]
    with pytest.raises(PersonalNumberTaken):
        await actions.change_candidate(
            tx, candidate.id, ChangeForm(personal_number=taken), on=clock.today(), sealer=sealer
        )


async def test_who_left_is_not_changed_any_more(
    given: Given, tx: Connection, sealer: Sealer, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    await act_as(tx, actor_of(officer))

    gone = await actions.withdraw_candidate(tx, candidate.id, by=actor_of(officer), at=clock.now())

    assert gone.withdrawn_at == clock.now()
    with pytest.raises(CandidateWithdrawn):
        await actions.change_candidate(
            tx, candidate.id, ChangeForm(travel_km=1), on=clock.today(), sealer=sealer
        )


async def test_the_audit_tells_of_a_change_but_no_personal_number(
    given: Given, tx: Connection
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    await act_as(tx, actor_of(await given.account(Role.AUDITOR)))

    entries = await tx.fetch(
        "SELECT actor_account, after FROM audit_entry"
        " WHERE table_name = 'candidate' AND row_id = $1",
        candidate.id,
    )

    assert [entry["actor_account"] for entry in entries] == [officer.id]
    assert "family_name" in entries[0]["after"]
    assert not {"personal_number_sealed", "personal_number_index"} & entries[0]["after"].keys()


async def test_the_database_registers_nobody_at_another_office(
    given: Given, tx: Connection
) -> None:
    candidate = await given.candidate(await given.case_officer("prizren"))
    await act_as(tx, actor_of(await given.case_officer("peje")))
    smuggled = msgspec.structs.replace(candidate, id=CandidateId(new_id()), reference="C-NEW")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await store.insert_candidate(
            tx, smuggled, personal_number_sealed=b"sealed", personal_number_index=b"index"
        )
