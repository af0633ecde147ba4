"""What a password must be: long, and none of those that everybody tries first (NIST SP 800-63B)."""

import re
from collections.abc import Set

from service.i18n import _
from service.names import to_latin_basic

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 200
LETTERS_MIN = 4
OWN_PART_MIN = 3

# The commonest ones are short words with something around them; so the words are listed, and what
# is around them is taken off. Keys that lie side by side, years and repetitions count as nothing.
WORDS = """
    abc access account admin administrator albania alexander amerika andrea angel asdf asdfghjkl
    autumn babygirl barcelona baseball batman beograd blerina chelsea computer daniel default demo
    dragon drilon dritan employer facebook familja fjalekalimi flaka football freedom fuckyou
    gezim gjakova gjilan google guest hello hjkl iloveyou jelena jesus jordan kosova kosovo
    letmein liridon liverpool login love lozinka lufta manchester master michael milan mitrovica
    money monkey mustang nikola ninja number office passw password passwort peja pokemon princess
    prishtina pristina prizren punesimi qwer qwert qwerty qwertyuiop root samsung secret server
    shadow shqipe shqiperia sifra soccer spring srbija starwars summer sunshine superman support
    system temp test thunder tirana trustno uiop ura user welcome whatever winter work zaposlenje
    zxcv zxcvbn
"""
COMMONEST = frozenset(WORDS.split())
WALKS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "98765432109876543210",
    "qwertyuiop", "qwertzuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb",
)  # fmt: skip
LOOKALIKES = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a",
                            "$": "s", "!": "i"})  # fmt: skip
NOT_LETTERS = re.compile(r"[\W\d_]+")  # of any script


def password_complaint(password: str, *, email: str = "", name: str = "") -> str | None:
    """What is wrong with a new password; no rule asks for capitals, digits or signs."""
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        return _("Choose a password of 12 to 200 characters.")
    folded = to_latin_basic(password).casefold()
    if _is_walk(folded) or _says_nothing(folded, COMMONEST):
        return _("This password is one of those that are tried first. Choose a few words of yours.")
    own = [part for part in NOT_LETTERS.split(f"{email} {name}".casefold()) if part]
    if _says_nothing(folded, {part for part in own if len(part) >= OWN_PART_MIN}):
        return _("This password is little more than your name or address. Choose another.")
    return None


def _is_walk(folded: str) -> bool:
    """One character, a pair or a few repeated, or keys that lie side by side."""
    length = len(folded)
    shortest = next(n for n in range(1, length + 1) if folded == (folded[:n] * length)[:length])
    if shortest <= LETTERS_MIN:
        return True
    once = folded[:shortest]
    return any(once in walk or once[::-1] in walk for walk in WALKS)


def _says_nothing(folded: str, words: Set[str]) -> bool:
    """Whether fewer than four letters are left beside some words, with and without lookalikes."""
    return any(_letters_left(text, words) < LETTERS_MIN for text in _readings(folded))


def _readings(folded: str) -> tuple[str, str]:
    return NOT_LETTERS.sub(" ", folded), NOT_LETTERS.sub(" ", folded.translate(LOOKALIKES))


def _letters_left(text: str, words: Set[str]) -> int:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, " ")
    return len(text.replace(" ", ""))
