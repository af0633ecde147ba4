"""What a version's life allows, and what the service reads of a document, without a database."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from service.actor import Actor, Role
from service.i18n import use_language
from service.ids import AccountId, SchemeId, SchemeVersionId, new_id
from service.problems import InvalidFields, NotAllowed
from service.schemes import documents, rules
from service.schemes.installation import shipped_documents
from service.schemes.model import MOVES, Event, HeldVersion, State
from tests.schemes.samples import SETTINGS, a_document

AUTHOR = Actor(Role.ADMINISTRATOR, AccountId(new_id()))
SECOND = Actor(Role.FINANCE_AUTHORISER, AccountId(new_id()))
SCHEME = SchemeId(new_id())


def held(number: int, since: date, state: State = State.ACTIVATED, **changes: Any) -> HeldVersion:
    plain: dict[str, Any] = {
        "id": SchemeVersionId(new_id()),
        "scheme_id": SCHEME,
        "number": number,
        "state": state,
        "valid_from": since,
        "valid_until": None,
        "drafted_by": AUTHOR.account,
        "document": "",
        "document_sha256": bytes(32),
    }
    return HeldVersion(**plain | changes)


def refused(document: str) -> list[tuple[str, str]]:
    with pytest.raises(documents.DocumentRefused) as found:
        documents.read_document(document)
    return [(one.part, one.message) for one in found.value.findings]


def test_a_version_is_used_only_after_it_was_checked_and_never_edited_then() -> None:
    assert [state for state, moves in MOVES.items() if Event.ACTIVATED in moves] == [State.CHECKED]
    assert [state for state, moves in MOVES.items() if Event.REWRITTEN in moves] == [
        State.DRAFTED, State.CHECKED
    ]  # fmt: skip
    assert MOVES[State.CHECKED][Event.REWRITTEN] is State.DRAFTED
    with pytest.raises(rules.VersionMovedOn):
        rules.move(State.DRAFTED, Event.ACTIVATED)


@pytest.mark.parametrize(
    ("refuse", "allowed"),
    [
        (rules.refuse_unless_author, {Role.ADMINISTRATOR}),
        (rules.refuse_unless_activator, {Role.ADMINISTRATOR, Role.FINANCE_AUTHORISER}),
    ],
)
def test_roles_are_kept_apart(refuse: Callable[[Actor], None], allowed: set[Role]) -> None:
    for role in Role:
        if role in allowed:
            refuse(Actor(role))
        else:
            with pytest.raises(NotAllowed):
                refuse(Actor(role))


def test_nobody_activates_an_own_draft_nor_rewrites_anothers() -> None:
    draft = held(1, date(2027, 1, 1), State.CHECKED)

    rules.refuse_own(draft, SECOND)
    rules.refuse_other_author(draft, AUTHOR)
    with pytest.raises(rules.ActivatesOwnDraft):
        rules.refuse_own(draft, AUTHOR)
    with pytest.raises(rules.NotYourDraft):
        rules.refuse_other_author(draft, SECOND)


def test_what_is_activated_is_what_was_read() -> None:
    draft = held(1, date(2027, 1, 1), document_sha256=b"\x01" * 32)

    rules.refuse_unread(draft, "01" * 32)
    for other in ("02" * 32, "", "é"):
        with pytest.raises(rules.DocumentChanged):
            rules.refuse_unread(draft, other)


def test_a_version_replaces_the_one_that_has_no_end() -> None:
    old = held(1, date(2020, 1, 1), State.SUPERSEDED, valid_until=date(2023, 12, 31))
    current = held(2, date(2024, 1, 1))
    other_draft = held(3, date(2026, 1, 1), State.CHECKED)
    new = held(4, date(2027, 1, 1), State.CHECKED)

    assert rules.replaced_by(new, [old, current, other_draft, new]) == current
    assert rules.replaced_by(new, [other_draft, new]) is None


@pytest.mark.parametrize("since", [date(2027, 1, 1), date(2027, 6, 1)])
def test_a_version_begins_after_all_that_were_activated(since: date) -> None:
    new = held(4, date(2027, 1, 1), State.CHECKED)

    with pytest.raises(rules.BeginsTooEarly):
        rules.replaced_by(new, [held(1, since), new])


def test_the_first_day_is_asked_for_or_written_and_never_two_different_ones() -> None:
    plain = documents.read_document(a_document())
    dated = documents.read_document(a_document(valid_from=date(2027, 1, 1)))

    assert rules.first_day(plain, date(2027, 2, 1)) == date(2027, 2, 1)
    assert rules.first_day(dated, None) == date(2027, 1, 1)
    assert rules.first_day(dated, date(2027, 1, 1)) == date(2027, 1, 1)
    for document, asked in ((plain, None), (dated, date(2027, 1, 2))):
        with pytest.raises(InvalidFields):
            rules.first_day(document, asked)


# ----- documents


def test_a_document_gives_the_service_what_it_needs() -> None:
    read = documents.read_document(a_document())

    assert (read.code, read.selected_by, read.source) == (
        "TRIAL", "agreement.start", "Act of the test"
    )  # fmt: skip
    assert read.settings.monthly_max_cents == 350_00


@pytest.mark.parametrize("left_out", SETTINGS)
def test_every_setting_must_be_there(left_out: str) -> None:
    ((part, _),) = refused(a_document(without=left_out))

    assert part == f"settings.{left_out}"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"payee": "landlord"}, "settings.payee"),
        ({"payee": ["employer"]}, "settings.payee"),
        ({"payees": {"host": "employer"}}, "settings.payees"),
        ({"payees": {"subsidy": "landlord"}}, "settings.payees"),
        ({"payees": "employer"}, "settings.payees"),
        ({"final_max": "a lot"}, "settings.final_max"),
        ({"final_max": 600}, "settings.final_max"),
        ({"paid_until_months": 5}, "settings.paid_until_months"),
        ({"paid_until_months": 61}, "settings.paid_until_months"),
        ({"paid_until_months": "12"}, "settings.paid_until_months"),
        ({"monthly_max": "0.00"}, "settings.monthly_max"),
        ({"monthly_max": 350}, "settings.monthly_max"),
        ({"monthly_max": "350.001"}, "settings.monthly_max"),
        ({"months": 0}, "settings.months"),
        ({"months": 25}, "settings.months"),
        ({"months": True}, "settings.months"),
        ({"months": 6.0}, "settings.months"),
        ({"age_min": 14}, "settings.age_min"),
        ({"age_max": 100}, "settings.age_max"),
        ({"age_min": 30}, "settings.age_max"),
        ({"valid_from": "2027-01-01"}, "settings.valid_from"),
        ({"code": "trial"}, "scheme"),
        ({"code": "X" * 31}, "scheme"),
        ({"currency": "NOK", "monthly": "350.00 NOK"}, "currency"),
        ({"selected_by": "start(agreement.period)"}, "selected_by"),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(changes: dict[str, Any], part: str) -> None:
    assert [found for found, _ in refused(a_document(**changes))] == [part]


def test_a_flaw_names_the_line_of_the_key_that_is_wrong() -> None:
    document = a_document(months=0)

    with pytest.raises(documents.DocumentRefused) as found:
        documents.read_document(document)

    (finding,) = found.value.findings
    assert document.splitlines()[finding.line - 1] == "months = 0"


def test_examples_are_told_apart_by_whether_they_pass() -> None:
    good, results = documents.examine(a_document())
    bad, missed = documents.examine(a_document(expected="349.99"))

    assert (good, [result.misses for result in results]) == ([], [[]])
    assert bad == missed[0].misses
    assert bad[0].message == "2026-04: expected 349.99, found 350"


def test_a_document_without_an_example_does_not_pass() -> None:
    document = a_document().partition("[[example]]")[0]

    findings, results = documents.examine(document)

    assert results == []
    assert [one.part for one in findings] == ["example"]


@pytest.mark.parametrize(
    "expected",
    [
        '"2026-13" = "350.00"', 'steps = "350.00"', 'steps = { "month[9].due" = "1" }',
        "total = { a = 1 }", "count = nan", "stop = [1]",
    ],
)  # fmt: skip
def test_an_example_that_asks_for_nonsense_fails_and_breaks_nothing(expected: str) -> None:
    document = a_document().replace('"2026-04" = "350.00"', expected)

    findings, _ = documents.examine(document)

    assert [one.part for one in findings] == ["one month"]


@pytest.mark.parametrize("last_day", ["9999-12-31", "9999-12-30"])
def test_an_example_beyond_the_calendar_fails_and_breaks_nothing(last_day: str) -> None:
    document = a_document().replace("2026-04-16", last_day).replace("2026-03-17", "9999-11-30")

    findings, _ = documents.examine(document)

    assert [one.part for one in findings] == ["one month"]


def test_figures_are_the_labelled_parameters_of_a_day_in_the_readers_language() -> None:
    text = a_document(rate="33.5 %").replace(
        'is = "350.00 EUR"',
        'values = [{ is = "170.00 EUR" }, { from = 2026-01-01, is = "1350.00 EUR" }]',
    )

    with use_language("sr"):
        before = documents.figures_of(text, on=date(2025, 12, 31))
        after = documents.figures_of(text, on=date(2026, 1, 1))

    assert before[0] == ("Deo bruto zarade", "33,5 %")
    assert [value.replace("\xa0", " ") for _, value in (before[1], after[1])] == [
        "170,00 €", "1.350,00 €"
    ]  # fmt: skip


@pytest.mark.parametrize("file", shipped_documents("kosovo"), ids=lambda file: file.stem)
def test_what_comes_with_ura_can_be_laid_down(file: Any) -> None:
    text = documents.text_of(file.read_bytes())

    assert documents.read_document(text).settings.valid_from is not None
    assert documents.examine(text)[0] == []
