"""The kinds of payment that Kosovo's schemes have."""

from service.instalments.model import PaymentKind

SUBSIDY = PaymentKind("subsidy")
RETENTION = PaymentKind("retention")
