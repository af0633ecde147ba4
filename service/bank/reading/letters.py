"""In which letters a file is written: as it declares or, with a note, as it turns out."""

import re
from collections.abc import Iterator

from service.bank.reading.refusing import NotABankFile
from service.i18n import _

DECLARED = re.compile(rb"""^<\?xml[^>]{1,100}?encoding\s*=\s*["'](?P<name>[^"']{1,40})["']""")
# Only what banks write; Python knows "encodings" that are programs of their own.
ENCODINGS = re.compile(
    r"utf-(8|16)|us-ascii|iso-8859-([1-9]|1[03456])|(windows-|cp)125[0-8]", re.IGNORECASE
)
ALIASES = {"utf8": "utf-8", "ascii": "us-ascii"} | dict.fromkeys(
    ("latin1", "latin-1", "iso8859-1", "iso_8859-1"), "iso-8859-1"
)
SPACE = b" \t\r\n"
AFTER_THE_END = SPACE + b"\x00\x1a"
UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
FALLBACK = "iso-8859-1"


def cleaned(content: bytes) -> tuple[bytes, bool]:
    """The bytes from the first to the last of the XML, and whether white space stood before it."""
    if content.startswith(UTF16_MARKS):
        return content, False
    marked = content.removeprefix(UTF8_MARK)
    bare = marked.lstrip(SPACE)
    return bare.rstrip(AFTER_THE_END), len(bare) != len(marked)


def passes(content: bytes) -> Iterator[tuple[str | None, bool]]:
    """The encodings to read with, and whether each is a guess.

    As declared (None) first; when the letters belie UTF-8, as Latin 1. NotABankFile for an encoding
    in which no bank writes, and for UTF-16 in which not everything is a letter.
    """
    if content.startswith(UTF16_MARKS):
        _refuse_half_letters(content)
        yield None, False
        return
    found = DECLARED.match(content)
    declared = "utf-8" if found is None else found["name"].decode("latin-1").lower()
    known = ALIASES.get(declared, declared)
    if not ENCODINGS.fullmatch(known):
        raise NotABankFile(_("The file is written in an encoding that no bank's message has."))
    if known == "utf-16":
        # Programs that write UTF-8 and say what their memory holds.
        yield "utf-8", True
        return
    yield (None if known == declared else known), False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        yield FALLBACK, True


def _refuse_half_letters(content: bytes) -> None:
    """Expat lets such UTF-16 pass."""
    backwards = content.startswith((b"\xfe\xff", b"\x00<"))
    try:
        content.decode("utf-16-be" if backwards else "utf-16-le")
    except UnicodeDecodeError as broken:
        raise NotABankFile from broken
