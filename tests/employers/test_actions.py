"""Registering, finding and changing firms, on a real database."""

import pytest

from service.crypto import Sealer
from service.db import Connection
from service.employers import actions
from service.employers.model import ChangeForm
from service.employers.rules import BusinessNumberTaken
from service.ids import EmployerId, new_id
from service.problems import InvalidFields, NotFound
from tests.conftest import FixedClock
from tests.forms import employer_form, next_iban
from tests.given import Given, act_as, actor_of


async def test_a_firm_is_registered_once(given: Given) -> None:
    first = await given.employer()

    with pytest.raises(BusinessNumberTaken):
        await given.employer(business_number=first.business_number, legal_name="Another")


async def test_a_first_account_waits_for_a_second_person(
    given: Given, tx: Connection, clock: FixedClock, sealer: Sealer
) -> None:
    officer = actor_of(await given.case_officer())
    await act_as(tx, officer)

    registered = await actions.register_employer(
        tx, employer_form(iban=next_iban()), by=officer, at=clock.now(), sealer=sealer
    )

    row = await tx.fetchrow(
        "SELECT * FROM bank_account WHERE employer_id = $1", registered.employer.id
    )
    assert row is not None
    assert row["id"] == registered.bank_account_id
    assert row["holder_name"] == registered.employer.legal_name
    assert row["confirmed_at"] is None


async def test_a_wrong_registration_saves_nothing(given: Given, tx: Connection) -> None:
    with pytest.raises(InvalidFields):
        await given.employer(iban="XK05")

    assert await tx.fetchval("SELECT count(*) FROM employer") == 0


async def test_firms_are_found_without_regard_to_accents(given: Given, tx: Connection) -> None:
    firm = await given.employer(legal_name="Đakovica Gradnja d.o.o.")
    await given.employer(legal_name="Something Else")

    found = await actions.list_employers(tx, name="gradnja DJAKOV")

    assert [one.id for one in found.rows] == [firm.id]


async def test_a_change_writes_what_it_names(given: Given, tx: Connection) -> None:
    firm = await given.employer()
    await act_as(tx, actor_of(await given.case_officer()))

    changed = await actions.change_employer(
        tx, firm.id, ChangeForm(legal_name="Žito Promet", headcount=40)
    )

    assert (changed.legal_name, changed.headcount) == ("Žito Promet", 40)
    assert changed.business_number == firm.business_number
    found = await actions.list_employers(tx, name="zito")
    assert [one.id for one in found.rows] == [firm.id]


async def test_an_unknown_firm_is_not_there(given: Given, tx: Connection) -> None:
    officer = actor_of(await given.case_officer())

    with pytest.raises(NotFound):
        await actions.get_employer(tx, EmployerId(new_id()), by=officer)
