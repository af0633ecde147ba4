"""Choosing occupations out of hundreds: what is chosen, and what a few words find besides."""

from collections.abc import Sequence

import msgspec

from service.candidates.model import Occupation
from service.candidates.words import Options, occupation_options
from service.names import fold

FOUND_MAX = 20


class Picking(msgspec.Struct, frozen=True):
    """The boxes of a form: those that are ticked, then those that the words find."""

    words: str
    options: Options
    chosen: Sequence[str]
    found_count: int
    has_more: bool


def pick(occupations: Sequence[Occupation], *, chosen: Sequence[str], words: str) -> Picking:
    """The boxes for what is chosen and for what is looked for, by a code or parts of a name.

    A name is found in any language and without its accents; more than twenty are too many to read.
    """
    known = [one for one in occupations if one.isco_code in chosen]
    wanted = fold(words).split()
    found = [
        one for one in occupations if wanted and one.isco_code not in chosen and _fits(one, wanted)
    ]
    return Picking(
        words=words,
        options=occupation_options([*known, *found[:FOUND_MAX]]),
        chosen=chosen,
        found_count=min(len(found), FOUND_MAX),
        has_more=len(found) > FOUND_MAX,
    )


def _fits(occupation: Occupation, wanted: Sequence[str]) -> bool:
    names = fold(f"{occupation.name_sq} {occupation.name_sr} {occupation.name_en}")
    return all(
        word in names or (word.isdigit() and occupation.isco_code.startswith(word))
        for word in wanted
    )
