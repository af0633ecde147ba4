"""What a ceiling lets through, and what is wrong with what was typed."""

from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from service.ids import EmployerId, InstalmentId, new_id
from service.money import Cents
from service.period import Month, add_months
from service.problems import InvalidFields
from service.undertakings import rules
from service.undertakings.model import (
    Asked,
    CeilingPolicy,
    DeclarationForm,
    LinkForm,
    Room,
    YearLine,
)

CEILING = Cents(200_000_00)
HEAD = EmployerId(new_id())
BLOCK, REDUCE = CeilingPolicy.BLOCK, CeilingPolicy.REDUCE


def admitted(
    cents: list[int], *, used: int, policy: CeilingPolicy, ceiling: int = CEILING
) -> list[int]:
    """What is let through of instalments of one undertaking, the oldest first, given backwards."""
    ids = [InstalmentId(new_id()) for _ in cents]
    months = [Month(add_months(date(2026, 1, 1), number)) for number in range(len(cents))]
    rooms = [
        Room(one, month, HEAD, Cents(used), Cents(ceiling), policy)
        for one, month in zip(ids, months, strict=True)
    ]
    asked = [Asked(one, Cents(own)) for one, own in zip(ids, cents, strict=True)]
    found = rules.admit(asked[::-1], rooms[::-1])
    return [found[one].allowed_cents for one in ids]


@pytest.mark.parametrize(
    ("policy", "allowed_cents"),
    [(BLOCK, 0), (REDUCE, 200_00)],
)
def test_with_199_800_used_350_more_are_blocked_or_reduced_to_200(
    policy: CeilingPolicy, allowed_cents: int
) -> None:
    assert admitted([350_00], used=199_800_00, policy=policy) == [allowed_cents]


@pytest.mark.parametrize("policy", list(CeilingPolicy))
def test_what_fits_to_the_cent_is_let_through(policy: CeilingPolicy) -> None:
    assert admitted([200_00], used=199_800_00, policy=policy) == [200_00]


def test_a_younger_instalment_never_takes_what_an_older_one_waits_for() -> None:
    assert admitted([150_00, 350_00, 10_00], used=199_800_00, policy=BLOCK) == [150_00, 0, 0]
    assert admitted([150_00, 350_00, 10_00], used=199_800_00, policy=REDUCE) == [150_00, 50_00, 0]


@for_all(
    st.lists(st.integers(1, 500), max_size=12),
    st.integers(0, 2_000),
    st.integers(1, 2_000),
    st.sampled_from(list(CeilingPolicy)),
)
def test_no_ceiling_is_passed_and_the_oldest_come_first(
    cents: list[int], used: int, ceiling: int, policy: CeilingPolicy
) -> None:
    found = admitted(cents, used=used, policy=policy, ceiling=ceiling)

    assert used + sum(found) <= max(used, ceiling)
    assert all(0 <= allowed <= own for allowed, own in zip(found, cents, strict=True))
    short = [allowed < own for allowed, own in zip(found, cents, strict=True)]
    assert short == sorted(short)
    if policy is REDUCE:
        assert sum(found) == min(sum(cents), max(0, ceiling - used))
    else:
        assert set(found) <= {0, *cents}


def test_what_is_no_aid_to_a_firm_is_not_asked_about() -> None:
    assert rules.admit([Asked(InstalmentId(new_id()), Cents(350_00))], []) == {}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"granted_on": "yesterday"}, "granted_on"),
        ({"granted_on": "2026-11-03"}, "granted_on"),
        ({"granted_by": ""}, "granted_by"),
        ({"amount_cents": 0}, "amount"),
        ({"document_reference": ""}, "document_reference"),
    ],
)
def test_a_wrong_field_of_a_declaration_is_named(facts: dict[str, str], field: str) -> None:
    plain = {
        "granted_on": "2026-11-02", "granted_by": "A", "amount_cents": 1, "document_reference": "D"
    }  # fmt: skip

    form = DeclarationForm(**plain | facts)  # type: ignore[arg-type] # fields of the form
    with pytest.raises(InvalidFields) as refused:
        rules.read_declaration(form, today=date(2026, 11, 2))

    assert list(refused.value.fields) == [field]


def test_every_wrong_field_of_a_link_is_named() -> None:
    form = LinkForm(
        business_number="1", head_business_number="2", linked_on="", reason="",
        document_reference="",
    )  # fmt: skip

    with pytest.raises(InvalidFields) as refused:
        rules.read_link(form, {})

    assert set(refused.value.fields) == set(LinkForm.__struct_fields__)


def test_a_name_that_a_spreadsheet_takes_for_a_formula_is_made_plain() -> None:
    line = YearLine(HEAD, "=1+1", "810000001", "=1+1", Cents(350_00), Cents(1), Cents(350_01))

    written = rules.write_csv([line], year=2026).splitlines()

    assert written[1] == "810000001,'=1+1,'=1+1,2026,350.00,0.01,350.01"
