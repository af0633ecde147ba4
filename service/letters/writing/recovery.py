"""What is owed back on paper: the notice, and the decision on an appeal against it."""

from collections.abc import Iterator
from datetime import date, timedelta

from service.clock import business_day
from service.i18n import _, language
from service.letters.facts import RecoveryFacts, Remedy, Treasury
from service.letters.model import Pair, Paper, Section, Table
from service.letters.words import candidate_lines, employer_lines, euros, long_day, long_month
from service.letters.writing import remedies
from service.recoveries.model import CAUSE_WORDS, OUTCOME_WORDS, Outcome, Step
from service.recoveries.shown import Dossier, StepShown
from service.recoveries.words import explain

BP_OF_PERCENT = 100
DECIDED = {
    Step.APPEAL_UPHELD: Outcome.UPHELD,
    Step.APPEAL_PARTLY: Outcome.PARTLY,
    Step.APPEAL_DISMISSED: Outcome.DISMISSED,
}


def write_notice(
    dossier: Dossier, facts: RecoveryFacts, treasury: Treasury, remedy: Remedy
) -> Paper:
    """The notice of a recovery, in the language in use; a draft until the payee was told."""
    recovery = dossier.recovery
    return Paper(
        language=language(),
        title=_("Notice of recovery {reference}").format(reference=recovery.reference),
        mark=_("Draft. The payee has not been told of it yet.") if is_draft(facts) else "",
        sender=[treasury.holder_name],
        recipient=_recipient(dossier, facts),
        sections=[
            Section(
                heading=_("What is owed and why"), pairs=_owed(dossier), paragraphs=_told(dossier)
            ),
            _months(dossier),
            *_payment(dossier, facts, treasury),
            remedies.section_of(remedy, days=facts.appeal_days, last_day=last_day_to_appeal(facts)),
        ],
    )


def write_decision(
    dossier: Dossier, facts: RecoveryFacts, treasury: Treasury, remedy: Remedy
) -> Paper:
    """The decision on the last appeal against a recovery, in the language in use."""
    assert remedy.within_days is not None
    step = decided_step(dossier)
    assert step is not None
    outcome = DECIDED[step.step]
    appealed = [one for one in dossier.steps if one.step is Step.APPEALED]
    return Paper(
        language=language(),
        title=_("Decision on the appeal against recovery {reference}").format(
            reference=dossier.recovery.reference
        ),
        mark="",
        sender=[treasury.holder_name],
        recipient=_recipient(dossier, facts),
        sections=[
            Section(
                heading=_("Decision"),
                paragraphs=[
                    _(OUTCOME_WORDS[outcome]),
                    _("Why: {reason}").format(reason=step.said or ""),
                ],
                pairs=[
                    *(Pair(_("Appeal of"), long_day(one.happened_at)) for one in appealed[-1:]),
                    Pair(_("Decided on"), long_day(step.happened_at)),
                    Pair(_("Decided by"), step.happened_by_name or ""),
                ],
            ),
            Section(heading=_("What is owed now"), pairs=_owed(dossier)),
            _months(dossier),
            *_payment(dossier, facts, treasury),
            remedies.section_of(remedy, days=remedy.within_days),
        ],
    )


def decided_step(dossier: Dossier) -> StepShown | None:
    """The last decision on an appeal, if there was one."""
    decided = [one for one in dossier.steps if one.step in DECIDED]
    return max(decided, key=lambda one: one.happened_at, default=None)


def is_draft(facts: RecoveryFacts) -> bool:
    """Whether the payee has yet to be told."""
    return facts.notified_at is None


def last_day_to_appeal(facts: RecoveryFacts) -> date | None:
    """The last day on which the notice can be appealed; None before the payee was told."""
    if facts.notified_at is None:
        return None
    return business_day(facts.notified_at) + timedelta(days=facts.appeal_days)


def _recipient(dossier: Dossier, facts: RecoveryFacts) -> list[str]:
    lines = employer_lines if facts.employer_id else candidate_lines
    return lines(dossier.recovery.payee_name, facts.recipient_number)


def _owed(dossier: Dossier) -> list[Pair]:
    recovery = dossier.recovery
    settled = (
        [Pair(_("Netted and repaid"), euros(recovery.settled_cents))]
        if recovery.settled_cents
        else []
    )
    written_off = (
        [Pair(_("Written off"), euros(recovery.written_off_cents))]
        if recovery.written_off_cents
        else []
    )
    return [
        Pair(_("Agreement"), recovery.agreement_reference),
        Pair(_("Cause"), _(CAUSE_WORDS[recovery.cause])),
        Pair(_("Owed in all"), euros(recovery.owed_cents)),
        *settled,
        *written_off,
        Pair(_("Still to pay"), euros(recovery.open_cents)),
    ]


def _told(dossier: Dossier) -> list[str]:
    """The day on which the payee was told, where it was."""
    told = [one for one in dossier.steps if one.step is Step.NOTIFIED]
    return [_("You were told on {day}.").format(day=long_day(one.happened_at)) for one in told[-1:]]


def _months(dossier: Dossier) -> Section:
    changes = dossier.changes
    return Section(
        heading=_("How the amount came about"),
        table=Table(
            caption=_("Amounts by month"),
            head=[_("Month"), _("Payment"), _("Why"), _("Amount")],
            wide=2,
            rows=[
                [
                    long_month(one.month),
                    one.kind_label[language()],
                    explain(one),
                    euros(one.amount_cents),
                ]
                for one in changes
            ],
            numbers=1,
            total=[_("In all"), "", "", euros(sum(one.amount_cents for one in changes))],
        ),
    )


def _payment(dossier: Dossier, facts: RecoveryFacts, treasury: Treasury) -> Iterator[Section]:
    recovery = dossier.recovery
    if not recovery.open_cents:
        yield Section(heading=_("How to pay"), paragraphs=[_("There is nothing to pay.")])
        return
    due = recovery.invoice_due_on
    yield Section(
        heading=_("How to pay"),
        paragraphs=list(_ways(facts, due)),
        pairs=[
            Pair(_("Amount"), euros(recovery.open_cents)),
            Pair(_("Account holder"), treasury.holder_name),
            Pair("IBAN", treasury.iban),
            Pair("BIC", treasury.bic),
            Pair(_("Reference to give"), recovery.invoice_number or recovery.reference),
            *([] if due is None else [Pair(_("To be paid by"), long_day(due))]),
        ],
    )


def _ways(facts: RecoveryFacts, due: date | None) -> Iterator[str]:
    if due is not None:
        return
    if facts.netting_share_bp:
        yield _(
            "After the days of appeal, up to {share} % of each later payment is kept back. You may "
            "pay sooner, to the account below."
        ).format(share=facts.netting_share_bp // BP_OF_PERCENT)
    yield _(
        "What is not kept back from payments is invoiced, to be paid within {days} days of the "
        "invoice."
    ).format(days=facts.invoice_due_days)
