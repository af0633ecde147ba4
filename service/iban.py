"""International bank account numbers, with Kosovo's own rule."""

import re

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from service.i18n import N_
from service.problems import Problem

# Kosovo: 4 bank and branch, 10 account, 2 national check digits that make the BBAN 1 modulo 97;
# hence every well-formed number starts XK05 (Central Bank of Kosovo).
KOSOVO = re.compile(r"XK05[0-9]{16}")


class InvalidIban(Problem):
    """What was typed is not an account number that exists."""

    slug = "invalid-iban"
    title = N_("This IBAN is not valid. Compare it with the bank's card: one digit may be wrong.")
    status = 422


def parse_iban(text: str) -> str:
    """The IBAN without spaces, in capitals; InvalidIban when a check digit or the form is wrong."""
    iban = text.replace(" ", "").upper()
    if not (iban.isascii() and iban.isalnum()):
        raise InvalidIban
    try:
        IBAN(iban)
    except SchwiftyException as wrong:
        raise InvalidIban from wrong
    if iban.startswith("XK") and not (KOSOVO.fullmatch(iban) and int(iban[4:]) % 97 == 1):
        raise InvalidIban
    return iban
