"""The payment statement of a payee and a month: each payment with how it came about, what was kept
back and why, and what became of it at the bank."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from service.bank.model import AttemptState
from service.i18n import _, language
from service.ids import SchemeVersionId
from service.instalments.explain import explain, explain_reason, kind_in_words
from service.instalments.model import Outcome
from service.letters.facts import KeptBack, PaidLine, PayeeFacts, Unpaid
from service.letters.model import Pair, Paper, Section, Table
from service.letters.words import candidate_lines, employer_lines, euros, long_day, long_month
from service.period import Month
from service.recoveries.model import CAUSE_WORDS, Cause
from service.schemes.language.program import Program

Programs = Mapping[SchemeVersionId, Program]


def write(
    facts: PayeeFacts,
    sender: str,
    month: Month,
    paid: Sequence[PaidLine],
    kept: Sequence[KeptBack],
    unpaid: Sequence[Unpaid],
    programs: Programs,
) -> Paper:
    """The statement, in the language in use; an employer's holds all its people."""
    kept_of: dict[UUID, list[KeptBack]] = defaultdict(list)
    for one in kept:
        kept_of[one.line_id].append(one)
    lines = employer_lines if facts.employer_id else candidate_lines
    return Paper(
        language=language(),
        title=_("Payment statement, {month}").format(month=long_month(month)),
        mark="",
        sender=[sender],
        recipient=lines(facts.name, facts.number),
        sections=[
            _overview(paid, programs),
            *(
                section
                for line in paid
                for section in _line(line, kept_of[line.line_id], programs[line.scheme_version_id])
            ),
            *_not_paid(unpaid, programs),
        ],
    )


def _overview(paid: Sequence[PaidLine], programs: Programs) -> Section:
    heading = _("Payments of this month's payout")
    if not paid:
        sentence = _("No payout of this month that holds a payment to you is approved yet.")
        return Section(heading=heading, paragraphs=[sentence])
    return Section(
        heading=heading,
        table=Table(
            caption=_("What is paid to you, person by person"),
            head=[
                _("Young person"),
                _("Payment"),
                _("For the month"),
                _("Due now"),
                _("Kept back"),
                _("Paid"),
            ],
            rows=[
                [
                    f"{one.candidate_name}, {one.agreement_reference}",
                    kind_in_words(programs[one.scheme_version_id], one.payment_kind),
                    long_month(one.month),
                    euros(one.due_cents),
                    euros(one.netted_cents),
                    euros(one.amount_cents),
                ]
                for one in paid
            ],
            numbers=3,
            total=[
                _("In all"),
                "",
                "",
                euros(sum(one.due_cents for one in paid)),
                euros(sum(one.netted_cents for one in paid)),
                euros(sum(one.amount_cents for one in paid)),
            ],
        ),
    )


def _line(line: PaidLine, kept: Sequence[KeptBack], program: Program) -> Iterator[Section]:
    earlier = line.computed_cents - line.due_cents
    yield Section(
        heading=_("{name}, {agreement}: {payment} for {month}").format(
            name=line.candidate_name,
            agreement=line.agreement_reference,
            payment=kind_in_words(program, line.payment_kind),
            month=long_month(line.month),
        ),
        paragraphs=[_("This pays again what failed before.")] if line.is_reissue else [],
        pairs=[
            Pair(_("Computed for the month"), euros(line.computed_cents)),
            *([Pair(_("In earlier payouts"), euros(earlier))] if earlier else []),
            Pair(_("Due now"), euros(line.due_cents)),
            *(Pair(_("Kept back"), _kept(one)) for one in kept),
            Pair(_("Paid"), euros(line.amount_cents)),
            *_whereabouts(line),
        ],
    )
    yield Section(
        heading=_("How it came about"),
        level=3,
        items=explain(program, line.payment_kind, line.trace),
    )


def _kept(one: KeptBack) -> str:
    if one.recovery_reference and one.recovery_cause:
        return _("{amount} for recovery {reference}, {month}: {cause}").format(
            amount=euros(one.amount_cents),
            reference=one.recovery_reference,
            month=long_month(one.month),
            cause=_(CAUSE_WORDS[Cause(one.recovery_cause)]),
        )
    return _("{amount}, because {month} was paid too much").format(
        amount=euros(one.amount_cents), month=long_month(one.month)
    )


def _whereabouts(line: PaidLine) -> Iterator[Pair]:
    yield Pair(_("Payout"), line.payout_reference)
    if line.amount_cents:
        yield Pair(_("To the account ending in"), line.iban_last4)
        yield Pair(_("At the bank"), _at_the_bank(line))
    else:
        yield Pair(_("At the bank"), _("Nothing was sent: all of it was kept back."))


def _at_the_bank(line: PaidLine) -> str:
    if line.sent_at is None:
        if line.is_unwritten:
            return _("Not sent: the bank cannot take it as it stands. Ask the finance office.")
        return _("Approved on {day}, not sent yet").format(day=long_day(line.approved_at))
    sent = long_day(line.sent_at)
    if line.returned_on is not None:
        return _("Sent on {sent}, returned by the bank on {day}").format(
            sent=sent, day=long_day(line.returned_on)
        )
    if line.attempt_state in {AttemptState.REJECTED, AttemptState.CANCELLED}:
        return _("Sent on {sent}, not carried out by the bank").format(sent=sent)
    if line.booked_on is not None:
        return _("Sent on {sent}, booked on {day}").format(sent=sent, day=long_day(line.booked_on))
    return _("Sent on {sent}, not booked yet").format(sent=sent)


def _not_paid(unpaid: Sequence[Unpaid], programs: Programs) -> Iterator[Section]:
    if not unpaid:
        return
    yield Section(
        heading=_("Not in an approved payout, and why"),
        table=Table(
            caption=_("What is not paid for this month"),
            head=[_("Young person"), _("Payment"), _("Why"), _("Due")],
            wide=2,
            rows=[
                [
                    f"{one.candidate_name}, {one.agreement_reference}",
                    kind_in_words(programs[one.scheme_version_id], one.payment_kind),
                    _why(one, programs[one.scheme_version_id]),
                    euros(one.amount_cents),
                ]
                for one in unpaid
            ],
            numbers=1,
        ),
    )


def _why(one: Unpaid, program: Program) -> str:
    if one.outcome is Outcome.DUE or one.reason is None:
        return _("Computed; its payout is not approved yet.")
    return explain_reason(one.reason, program)
