"""The nouns of recoveries: what an ended agreement owes back."""

from datetime import datetime

import msgspec

from service.ids import AgreementId
from service.money import Cents


class Receivable(msgspec.Struct, frozen=True):
    """What an ended agreement was paid beyond all that is due to it, in cents, and since when."""

    agreement_id: AgreementId
    agreement_reference: str
    scheme_code: str
    payee_name: str
    amount_cents: Cents
    since: datetime


class Receivables(msgspec.Struct, frozen=True):
    """Receivables, the oldest first and bounded in number, and what all of them come to."""

    total_cents: Cents
    listed: list[Receivable]
