"""A letter set in type: what may stand on paper, and the PDF of it, the same bytes each time.

Typst compiles in this process, with the fonts it brings (Libertinus Serif, under the SIL Open Font
License): no file is read but the one in `paper/`, nothing is fetched, and what people typed comes
as JSON, which is never markup. The PDF follows PDF/UA-1 (ISO 14289-1) or is not made.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import typst

from service import i18n
from service.i18n import _
from service.letters.model import Pair, Paper
from service.letters.words import long_day

FOLDER = Path(__file__).parent / "paper"
MAIN = FOLDER / "letter.typ"

# What Libertinus Serif has letters for, of what may be typed: Latin, Greek and Cyrillic, their
# marks, signs of currency, arrows and figures. First and last of each row.
LETTERS = (
    (0x0020, 0x007E), (0x00A0, 0x00AC), (0x00AE, 0x02E4), (0x0384, 0x038A), (0x038E, 0x03A1),
    (0x03A3, 0x03CE), (0x0400, 0x0477), (0x048C, 0x04C4), (0x04D0, 0x04F9), (0x1E00, 0x1EFF),
    (0x2010, 0x2027), (0x2030, 0x2037), (0x2039, 0x203E), (0x20AB, 0x20AC), (0x2116, 0x2116),
    (0x2122, 0x2122), (0x2153, 0x215E), (0x2190, 0x2193), (0x2212, 0x2212), (0x2260, 0x2260),
    (0x2264, 0x2265), (0x25A1, 0x25A1),
)  # fmt: skip
FIRSTS = [first for first, _last in LETTERS]
NO_LETTER = "□"
LONGEST_WORD = 40
WORD = re.compile(r"\S{41,}")
BREAK_HERE = "\u200b"  # no width: a line may break, and nothing is seen


def print_paper(paper: Paper, *, reference: str, made_at: datetime) -> bytes:
    """The PDF of a letter: for one paper, reference and moment always the same bytes."""
    with i18n.use_language(paper.language):
        facts = {
            "paper": msgspec.to_builtins(paper),
            "reference": reference,
            "particulars": [
                msgspec.to_builtins(Pair(_("Letter"), reference)),
                msgspec.to_builtins(Pair(_("Date"), long_day(made_at))),
            ],
            "page_words": _("Page {page} of {pages}"),
        }
    # One compiler for one letter: it is not to be shared by threads, and forgets what it was given.
    compiler = typst.Compiler(
        MAIN,
        root=FOLDER,
        font_paths=_fonts(),
        package_path=FOLDER,
        package_cache_path=FOLDER,
    )
    compiled = compiler.compile(
        format="pdf",
        sys_inputs={"facts": msgspec.json.encode(printable(facts)).decode()},
        pdf_standards=["ua-1"],
        timestamp=int(made_at.timestamp()),
    )
    assert isinstance(compiled, bytes)
    return compiled


@cache
def _fonts() -> typst.Fonts:
    """The fonts that come with the typesetter, and none of the machine's: everywhere the same."""
    return typst.Fonts(include_system_fonts=False)


def printable(facts: Any) -> Any:
    """The same facts with every text as it can stand on paper."""
    if isinstance(facts, str):
        return printable_text(facts)
    if isinstance(facts, Mapping):
        return {name: printable(value) for name, value in facts.items()}
    if isinstance(facts, list):
        return [printable(value) for value in facts]
    return facts


def printable_text(text: str) -> str:
    """A text with the letters that the font has; an empty square stands for any other.

    What controls the direction or the device is left out, tabs become spaces, and words too long
    for a line may break anywhere.
    """
    composed = unicodedata.normalize("NFC", text.replace("\t", " ").replace("\r\n", "\n"))
    kept = "".join(_letter(one) for one in composed)
    return WORD.sub(_breakable, kept)


def _letter(one: str) -> str:
    if one == "\n":
        return one
    row = bisect_right(FIRSTS, ord(one)) - 1
    if row >= 0 and ord(one) <= LETTERS[row][1]:
        return one
    return "" if unicodedata.category(one) in {"Cc", "Cf"} else NO_LETTER


def _breakable(found: re.Match[str]) -> str:
    word = found[0]
    pieces = [word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD)]
    return BREAK_HERE.join(pieces)
