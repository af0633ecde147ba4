"""The nouns of failed payments: reason codes, holds, alarms, requests to pay again, recalls."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from service.ids import (
    AccountId,
    AgreementId,
    AttemptId,
    BankAccountId,
)
from service.money import Cents
from service.period import Month


class ReasonList(StrEnum):
    """The two public lists of codes: of refusals before execution, and of returns after it."""

    STATUS = "status"
    RETURN = "return"


class Action(StrEnum):
    """What a reason code asks of us. A code that is in no list is for a person."""

    CHANGE_ACCOUNT = "change_account"
    CONTACT_PAYEE = "contact_payee"
    STOP_BATCH = "stop_batch"
    FREEZE = "freeze"
    CORRECT = "correct"
    STOP_PLACEMENT = "stop_placement"
    CLOSE_RECALL = "close_recall"
    OPERATOR = "operator"
    PERSON = "person"


HOLDING = frozenset({Action.CHANGE_ACCOUNT, Action.CONTACT_PAYEE})


class RecallOutcome(StrEnum):
    """How a recall ended: the bank gave the money back, would not, or we took the recall back."""

    HONOURED = "honoured"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
