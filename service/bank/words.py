"""The words for where orders stand, what entries did, and which way money went."""

from service.bank.model import AttemptState, Effect, EntryKind
from service.i18n import N_

KINDS = {
    EntryKind.STATUS: N_("Status"),
    EntryKind.DEBIT: N_("Money out"),
    EntryKind.CREDIT: N_("Money in"),
}
WORDS: dict[str, str] = {
    AttemptState.SENT: N_("Sent, not answered"),
    Effect.ACCEPTED: N_("Accepted by the bank"),
    Effect.REJECTED: N_("Rejected by the bank"),
    Effect.SETTLED: N_("Paid"),
    Effect.CANCELLED: N_("Called back before it was paid"),
    Effect.RETURNED: N_("Sent back"),
    Effect.CONFIRMED: N_("Booked, as was known"),
    Effect.BATCH: N_("Booked as a block"),
    Effect.NONE: N_("Known already, nothing done"),
    Effect.UNMATCHED: N_("Matches no payment of ours"),
}
