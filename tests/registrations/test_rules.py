"""Which step comes after which, and what each of them asks."""

import pytest

from service.contacts.model import Purpose
from service.problems import InvalidFields
from service.registrations import rules
from service.registrations.actions import UNTYPED
from service.registrations.model import CONSENTS, FIELDS, Content, Step
from service.registrations.rules import StepsMissing
from tests.registrations.steps import typed

ALL = list(Step)


def test_the_steps_ask_for_different_fields() -> None:
    asked = [field for step in Step for field in FIELDS[step]]

    assert len(asked) == len(set(asked))
    assert set(UNTYPED) == set(asked)


def test_the_first_step_that_is_not_done_is_next() -> None:
    assert rules.next_step([]) is Step.PERSON
    assert rules.next_step([Step.PERSON, Step.WORK]) is Step.CONTACT
    assert rules.next_step(ALL[:-1]) is Step.CHECK


def test_a_step_is_reached_through_all_before_it() -> None:
    rules.check_reachable(Step.CONTACT, [Step.PERSON])

    with pytest.raises(StepsMissing):
        rules.check_reachable(Step.CHECK, [Step.PERSON, Step.CONTACT, Step.WORK, Step.PRIORITY])


def test_who_changes_the_person_is_compared_again() -> None:
    known = UNTYPED | typed(Step.PERSON) | {"confirmed_not_duplicate": "true"}
    content = Content(known, ALL[:-1])

    same = rules.merge(content, Step.PERSON, {f: known[f] for f in FIELDS[Step.PERSON]})
    other = rules.merge(content, Step.PERSON, typed(Step.PERSON, family_name="Gashi"))

    assert Step.COMPARE in same.done
    assert same.typed["confirmed_not_duplicate"] == "true"
    assert Step.COMPARE not in other.done
    assert other.typed["confirmed_not_duplicate"] == ""


def test_who_changes_the_contact_is_not_compared_again() -> None:
    content = Content(UNTYPED, ALL[:-1])

    changed = rules.merge(content, Step.CONTACT, typed(Step.CONTACT))

    assert Step.COMPARE in changed.done
    assert Step.CONTACT not in changed.done


def test_every_consent_is_asked_for() -> None:
    answers = typed(Step.PRIORITY, consent_messages="")

    wrong = rules.own_complaints(Step.PRIORITY, UNTYPED | answers)

    assert set(wrong) == {"consent_messages"}


def test_no_characteristic_is_kept_against_the_persons_will() -> None:
    refused = UNTYPED | typed(Step.PRIORITY, consent_priority="no")

    assert set(rules.own_complaints(Step.PRIORITY, refused)) == {"consent_priority"}
    assert not rules.own_complaints(Step.PRIORITY, refused | {"characteristics": []})
    assert rules.consents(refused)[Purpose.PRIORITY] is False
    assert set(rules.consents(refused)) == set(CONSENTS)


def test_what_is_kept_for_later_has_an_end() -> None:
    rules.check_length(["skills"], {"skills": "x" * 3000})

    with pytest.raises(InvalidFields):
        rules.check_length(["skills"], {"skills": "x" * 3001})
    with pytest.raises(InvalidFields):
        rules.check_length(["occupations"], {"occupations": ["x" * 2000, "y" * 2000]})
