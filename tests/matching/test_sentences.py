"""What officers read of a score and of a requirement that fails."""

from typing import Any

import pytest

from service.matching.model import Part, Reason, Requirement
from service.matching.sentences import describe_failure, describe_reason
from tests.matching.test_rules import fit


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (Reason(Part.OCCUPATION, 35, 35, 1), "Looks for exactly this occupation."),
        (Reason(Part.OCCUPATION, 20, 35, 0), "Looks for an occupation of the same group."),
        (Reason(Part.OCCUPATION, 0, 35, 0), "Looks for other occupations."),
        (Reason(Part.SKILLS, 12, 25, 1, of=2), "Has 1 of 2 wished skills."),
        (Reason(Part.SKILLS, 25, 25, 0, of=0), "No skills are wished."),
        (Reason(Part.DISTANCE, 15, 20, 15), "15 km between home and work."),
        (Reason(Part.UNEMPLOYED, 0, 15, 1), "Without work for 1 month."),
        (Reason(Part.UNEMPLOYED, 7, 15, 12), "Without work for 12 months."),
        (Reason(Part.LANGUAGES, 5, 5, 2, of=2), "Speaks 2 of 2 asked languages."),
        (Reason(Part.LANGUAGES, 5, 5, 0, of=0), "No language is asked."),
    ],
)
def test_every_line_of_a_score_is_a_sentence(reason: Reason, sentence: str) -> None:
    assert describe_reason(reason) == sentence


@pytest.mark.parametrize(
    ("requirement", "facts", "word"),
    [
        (Requirement.AGE, {"age_at_start": 30}, "30 years old"),
        (Requirement.AGE, {"age_min": None, "age_max": None}, "no rules"),
        (
            Requirement.EDUCATION,
            {"education_asked": "bachelor", "education_held": "vocational"},
            "Asked is: Bachelor. Completed is: Vocational school.",
        ),
        (Requirement.LANGUAGES, {"languages_asked": ["sq", "sr"]}, "Does not speak: Serbian."),
        (Requirement.LICENCES, {"licences_asked": ["B", "C"], "licences_held": ["B"]}, ": C."),
        (Requirement.SKILLS, {"skills_demanded": ["welding"]}, "welding"),
        (Requirement.DISTANCE, {"distance_km": 61, "travel_km": 20}, "61 km"),
    ],
)
def test_a_failure_says_what_is_asked_and_what_there_is(
    requirement: Requirement, facts: dict[str, Any], word: str
) -> None:
    assert word in describe_failure(requirement, fit(**facts))


def test_every_requirement_has_a_sentence_of_its_own() -> None:
    sentences = {describe_failure(requirement, fit()) for requirement in Requirement}

    assert len(sentences) == len(Requirement)
