"""Pieces of long work: what was asked for, how far it is, and what came of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

import msgspec

from service.ids import AccountId, PayoutId, WorkId
from service.period import Month


class WorkKind(StrEnum):
    """What is done."""

    PUT_UP = "put_up"
    REOPENING = "reopening"
    CHECK_MONTH = "check_month"
    BANK_IMPORT = "bank_import"
    BANK_EXPORT = "bank_export"


class WorkState(StrEnum):
    """Where a piece of work stands; refused is an answer, failed is a bug."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class WorkEvent(StrEnum):
    """What becomes of it."""

    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


MOVES: Mapping[WorkState, Mapping[WorkEvent, WorkState]] = {
    WorkState.WAITING: {WorkEvent.TAKEN: WorkState.RUNNING},
    WorkState.RUNNING: {
        WorkEvent.TAKEN: WorkState.RUNNING,
        WorkEvent.DONE: WorkState.DONE,
        WorkEvent.REFUSED: WorkState.REFUSED,
        WorkEvent.FAILED: WorkState.FAILED,
    },
    WorkState.DONE: {},
    WorkState.REFUSED: {},
    WorkState.FAILED: {},
}


class WorkStep(StrEnum):
    """What a worker is at."""

    READING = "reading"
    WAITING_FOR_TURN = "waiting_for_turn"
    POSTING = "posting"
    GATHERING = "gathering"
    CHECKING = "checking"
    FLAGGING = "flagging"
    COMPUTING_TWICE = "computing_twice"
    WRITING = "writing"


# Called with what is being done, how much of it is done, and of how much where that is known.
OnStep: TypeAlias = Callable[[WorkStep, int, int | None], None]


def unwatched(_step: WorkStep, _done: int, _total: int | None) -> None:
    """The progress of what nobody watches."""


class NewWork(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for, about exactly one subject, and in which language a refusal is told."""

    kind: WorkKind
    language: str
    month: Month | None = None
    payout_id: PayoutId | None = None
    content_sha256: bytes | None = None


class OpenWork(msgspec.Struct, frozen=True):
    """A piece of work that waits or runs."""

    id: WorkId


class NextWork(msgspec.Struct, frozen=True):
    """A piece of work to take, and how often it was taken before."""

    id: WorkId
    attempts: int


class FilePart(msgspec.Struct, frozen=True):
    """A sealed part of the file that is read."""

    number: int
    sealed: bytes


class Work(msgspec.Struct, frozen=True):
    """A piece of work; `attempts` also tells one worker's attempt from the next one's."""

    id: WorkId
    kind: WorkKind
    month: Month | None
    payout_id: PayoutId | None
    payout_reference: str | None
    language: str
    asked_at: datetime
    asked_by: AccountId
    asked_by_name: str
    state: WorkState
    step: WorkStep | None
    done_count: int
    total_count: int | None
    attempts: int
    result_id: UUID | None
    is_repeat: bool
    refusal: str | None
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.finished_at is None


class Done(msgspec.Struct, frozen=True):
    """What came of it: the row to look at; a repeat changed nothing."""

    result_id: UUID
    is_repeat: bool = False


class HowFar(msgspec.Struct):
    """How far a worker is, as it says itself; read by whoever writes it down."""

    step: WorkStep | None = None
    done_count: int = 0
    total_count: int | None = None

    def watch(self, step: WorkStep, done: int, total: int | None) -> None:
        """Takes note of a step; more done than there is counts as all."""
        self.step, self.total_count = step, total
        self.done_count = done if total is None else min(done, total)
