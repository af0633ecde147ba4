"""Names in the letters that banks take: checked with an account, written with a payment."""

import re

from service.i18n import N_, _
from service.names import to_latin_basic
from service.problems import Problem

NAME_LETTERS = 70
# The letters every bank takes (EPC 217-08): the rest of Unicode is refused, never dropped.
BANK_LETTERS = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")


class NameNotForBank(Problem):
    """A payee's name cannot be written in the letters a bank takes, or is too long."""

    slug = "name-not-for-bank"
    title = N_("The name has letters a bank does not take. Write it in Latin letters.")
    status = 422


def bank_name(name: str) -> str:
    """A name in the letters a bank takes; NameNotForBank when others are left or it is too long."""
    plain = " ".join(to_latin_basic(name).split())
    left = sorted(set(BANK_LETTERS.sub("", plain)))
    if left:
        raise NameNotForBank(
            _("Banks take plain Latin letters. Write the name without: {letters}").format(
                letters=" ".join(left)
            )
        )
    if not 1 <= len(plain) <= NAME_LETTERS:
        raise NameNotForBank(
            _("The name has {count} letters; a bank takes 1 to 70. Write it shorter.").format(
                count=len(plain)
            )
        )
    return plain


def bank_name_complaint(name: str) -> str | None:
    """What keeps a name from being paid under, if anything."""
    try:
        bank_name(name)
    except NameNotForBank as refused:
        return refused.sentence()
    return None
