"""Kinds, states and steps of work, as words for people."""

from collections.abc import Mapping

from service.i18n import N_, _, language
from service.period import format_month, format_month_name
from service.work.model import Work, WorkKind, WorkState, WorkStep

KINDS: Mapping[WorkKind, str] = {
    WorkKind.PUT_UP: N_("Putting up {subject}"),
    WorkKind.REOPENING: N_("Putting up anew in place of {subject}"),
    WorkKind.CHECK_MONTH: N_("Checking {subject}"),
    WorkKind.BANK_IMPORT: N_("Reading a file from the bank"),
    WorkKind.BANK_EXPORT: N_("Writing the order for {subject}"),
}
STATES: Mapping[WorkState, str] = {
    WorkState.WAITING: N_("Waits for a worker"),
    WorkState.RUNNING: N_("Under way"),
    WorkState.DONE: N_("Done"),
    WorkState.REFUSED: N_("Not done"),
    WorkState.FAILED: N_("Broke off"),
}
STATE_TAGS: Mapping[WorkState, str] = {
    WorkState.WAITING: "grey",
    WorkState.RUNNING: "blue",
    WorkState.DONE: "green",
    WorkState.REFUSED: "yellow",
    WorkState.FAILED: "red",
}
STEPS: Mapping[WorkStep, str] = {
    WorkStep.READING: N_("Reading the file"),
    WorkStep.WAITING_FOR_TURN: N_("Waiting until no other file is being posted"),
    WorkStep.POSTING: N_("Posting"),
    WorkStep.GATHERING: N_("Gathering what is due"),
    WorkStep.CHECKING: N_("Running the checks"),
    WorkStep.FLAGGING: N_("Looking for what is odd"),
    WorkStep.COMPUTING_TWICE: N_("Computing everything a second time"),
    WorkStep.WRITING: N_("Writing the payments"),
}


def title(work: Work) -> str:
    """What is done, with its subject."""
    subject = work.payout_reference or (
        format_month_name(work.month, language()) if work.month else ""
    )
    return _(KINDS[work.kind]).format(subject=subject)


def refusal(work: Work) -> str:
    """Why it was not done, in the language in use, or as it was said where no catalogue has it."""
    said = _(work.refusal or "")
    return said.format(number=work.id.hex[-8:]) if work.state is WorkState.FAILED else said


def address_of_result(work: Work) -> str | None:
    """Where to look at what came of it; nowhere before it is done."""
    if work.result_id is None:
        return None
    if work.kind is WorkKind.BANK_IMPORT:
        return f"/bank/files/{work.result_id}" + ("?again=yes" if work.is_repeat else "")
    if work.kind is WorkKind.BANK_EXPORT:
        return f"/bank/payouts/{work.result_id}"
    if work.kind is WorkKind.CHECK_MONTH:
        assert work.month is not None, "a month is checked"
        return f"/standing/{format_month(work.month)}"
    return f"/payouts/{work.result_id}"


def address_of_origin(work: Work) -> str:
    """Where it was asked for, to try again."""
    if work.kind in {WorkKind.BANK_IMPORT, WorkKind.BANK_EXPORT}:
        return "/bank"
    if work.kind is WorkKind.CHECK_MONTH and work.month is not None:
        return f"/standing/{format_month(work.month)}"
    return "/payouts" if work.payout_id is None else f"/payouts/{work.payout_id}"
