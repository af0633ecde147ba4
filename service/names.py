"""Names of people and firms: folded for finding them, in basic Latin letters for the bank."""

import re
import unicodedata

# House rule for Albanian and Serbian (payments are posted on the IBAN, the name is for people).
WITHOUT_DECOMPOSITION = {
    "đ": "dj",
    "Đ": "Dj",
    "ð": "dj",
    "ł": "l",
    "Ł": "L",
    "ø": "o",
    "Ø": "O",
    "ß": "ss",
    "æ": "ae",
    "Æ": "Ae",
    "ı": "i",
    "’": "'",
    "‘": "'",
    "–": "-",
}


def to_latin_basic(text: str) -> str:
    """The text with ë as e, ç as c, č and ć as c, š as s, ž as z, đ as dj; other letters stay."""
    plain = "".join(WITHOUT_DECOMPOSITION.get(letter, letter) for letter in text)
    parts = unicodedata.normalize("NFD", plain)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def fold(text: str) -> str:
    """Lower case, no diacritics, single spaces: `Đorđević ILIĆ` is `djordjevic ilic`."""
    return " ".join(to_latin_basic(text).casefold().split())


def search_patterns(text: str) -> list[str]:
    """One LIKE pattern for each word that is looked for, the longest first; none for nothing."""
    words = fold("".join(letter if letter.isprintable() else " " for letter in text)).split()
    escaped = (re.sub(r"([\\%_])", r"\\\1", word) for word in words)
    return [f"%{word}%" for word in sorted(escaped, key=len, reverse=True)]
