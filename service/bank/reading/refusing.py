"""The one refusal of the readers, and how long a file may be."""

from service.i18n import N_
from service.problems import Problem

FILE_BYTES_MAX = 50_000_000


class NotABankFile(Problem):
    """What was sent is not a status report or an account statement that can be read."""

    slug = "not-a-bank-file"
    title = N_(
        "This is not a bank file Ura can read. Send the status report (pain.002) or the account "
        "statement (camt.053) as the bank wrote it; nothing was changed."
    )
    status = 422
