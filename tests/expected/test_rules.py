"""What is refused when two computations differ, and in which words."""

from datetime import date

import msgspec
import pytest

from service.actor import SYSTEM
from service.expected import rules
from service.expected.model import Difference, PayoutComparison, WithoutMethod
from service.ids import AgreementId, InstalmentId, new_id
from service.money import Cents
from service.period import Month
from service.problems import NotAllowed

OCTOBER = Month(date(2026, 10, 1))
EQUAL = PayoutComparison(Cents(350_00), 1, 0, 1, 0, [])


def difference(reference: str) -> Difference:
    return Difference(
        AgreementId(new_id()), reference, "subsidy", OCTOBER, Cents(350_01), Cents(350_00)
    )


def test_what_agrees_is_not_refused() -> None:
    rules.refuse_difference(EQUAL)


def test_a_refusal_names_each_agreement_month_kind_and_both_amounts() -> None:
    found = msgspec.structs.replace(
        EQUAL, difference_count=70, differences=[difference(f"A-{n}") for n in range(50)]
    )

    with pytest.raises(rules.ComputedTwiceDiffers) as refused:
        rules.refuse_difference(found)

    members = refused.value.members
    assert members["difference_count"] == 70
    assert isinstance(members["differences"], list)
    assert len(members["differences"]) == 50
    assert members["differences"][0] | {"agreement_id": ""} == {
        "agreement_id": "",
        "agreement_reference": "A-0",
        "month": "2026-10",
        "kind": "subsidy",
        "ours_cents": 350_01,
        "theirs_cents": 350_00,
    }
    assert "70, first A-0 2026-10 subsidy, A-1" in refused.value.sentence()


def test_a_line_without_a_method_passes_only_where_a_second_person_let_it() -> None:
    line = WithoutMethod(InstalmentId(new_id()), "A-1", "PILOT", "subsidy", OCTOBER)

    rules.refuse_without_method([line], [line.instalment_id])
    with pytest.raises(rules.NotComputedTwice) as refused:
        rules.refuse_without_method([line], [])

    assert refused.value.members == {"line_count": 1, "scheme_codes": ["PILOT"]}


def test_only_an_administrator_states_a_method() -> None:
    with pytest.raises(NotAllowed):
        rules.refuse_unless_administrator(SYSTEM)
