"""The agreement on paper: its parties, its job, its rules in words, and who has signed."""

from collections.abc import Iterator

from service.agreements.model import CAUSE_WORDS, PARTY_WORDS, STATE_WORDS, Dossier, Shown, State
from service.agreements.rules import missing_parties, name_parties
from service.agreements.terms import language_of
from service.i18n import LANGUAGES, _, language
from service.letters.facts import AgreedFacts
from service.letters.model import Pair, Paper, Section, Table
from service.letters.words import (
    candidate_lines,
    days_of,
    employer_lines,
    euros,
    long_day,
    moment,
    office_name,
)
from service.schemes.documents import figures_of, rule_of
from service.schemes.model import PAYEE_WORDS


def write(dossier: Dossier, facts: AgreedFacts) -> Paper:
    """The letter of an agreement as it stands, in the language in use."""
    agreement = dossier.agreement
    office = office_name(facts.office_name_sq, facts.office_name_sr)
    return Paper(
        language=language(),
        title=_("Agreement on a subsidised employment {reference}").format(
            reference=agreement.reference
        ),
        mark=_mark(dossier),
        sender=[office],
        recipient=[
            *candidate_lines(agreement.candidate_name, facts.candidate_reference),
            *employer_lines(agreement.employer_name, facts.business_number),
        ],
        sections=[
            _parties(agreement, facts, office),
            _job(agreement, facts),
            _days(agreement),
            _subsidy(agreement, facts),
            _signatures(dossier),
            *_interruptions(dossier),
            _signed_text(agreement, facts),
            _rule(facts),
        ],
    )


def is_draft(dossier: Dossier) -> bool:
    """Whether somebody has yet to sign."""
    return dossier.agreement.state is State.DRAFTED


def _mark(dossier: Dossier) -> str:
    if dossier.agreement.state is State.CANCELLED:
        return _("Cancelled before the start. This agreement binds nobody.")
    if not is_draft(dossier):
        return ""
    missing = missing_parties([one.party for one in dossier.signatures])
    return _("Draft. It binds nobody until it has been signed by: {parties}.").format(
        parties=name_parties(missing)
    )


def _parties(agreement: Shown, facts: AgreedFacts, office: str) -> Section:
    return Section(
        heading=_("The parties"),
        pairs=[
            Pair(_("Candidate"), f"{agreement.candidate_name}, {facts.candidate_reference}"),
            Pair(_("Employer"), f"{agreement.employer_name}, {facts.business_number}"),
            Pair(_("Represented by"), facts.representative_name),
            Pair(_("Employment office"), office),
            Pair(_("State"), _(STATE_WORDS[agreement.state])),
            *(
                [Pair(_("Cause of the end"), _(CAUSE_WORDS[agreement.end_cause]))]
                if agreement.end_cause
                else []
            ),
        ],
    )


def _job(agreement: Shown, facts: AgreedFacts) -> Section:
    place = office_name(facts.municipality_name_sq, facts.municipality_name_sr)
    return Section(
        heading=_("The job"),
        pairs=[
            Pair(_("Placement"), f"{agreement.title}, {facts.placement_reference}, {place}"),
            Pair(_("Tasks"), facts.tasks),
            Pair(_("Mentor"), facts.mentor_name),
            Pair(_("Training plan"), facts.training_plan),
            Pair(_("Hours a week"), str(agreement.weekly_hours)),
            Pair(_("Gross wage a month"), euros(agreement.gross_wage_cents)),
        ],
    )


def _days(agreement: Shown) -> Section:
    return Section(
        heading=_("The days"),
        pairs=[
            Pair(_("Employment contract"), days_of(agreement.employment)),
            Pair(_("Subsidised period"), days_of(agreement.period)),
        ],
    )


def _subsidy(agreement: Shown, facts: AgreedFacts) -> Section:
    scheme = f"{agreement.scheme_code}, {_('version')} {agreement.scheme_number}"
    figures = figures_of(facts.scheme_document, on=agreement.period.start)
    return Section(
        heading=_("The subsidy"),
        pairs=[
            Pair(_("Scheme"), f"{scheme} ({facts.scheme_source})"),
            *(
                Pair(label, value)
                for label, value in figures
                or [(_("At most each month"), euros(facts.monthly_max_cents))]
            ),
            *(
                Pair(
                    _("{payment} is paid to").format(payment=one.label[language()]),
                    _(PAYEE_WORDS[one.payee]),
                )
                for one in facts.payments.values()
            ),
        ],
    )


def _signatures(dossier: Dossier) -> Section:
    if not dossier.signatures:
        return Section(heading=_("Signatures"), paragraphs=[_("Nobody has signed yet.")])
    return Section(
        heading=_("Signatures"),
        paragraphs=[_("Each party signed the text below, word for word.")],
        table=Table(
            caption=_("Who signed and when"),
            head=[_("Party"), _("Signed by"), _("When")],
            wide=1,
            rows=[
                [_(PARTY_WORDS[one.party]), one.signed_name, moment(one.signed_at)]
                for one in dossier.signatures
            ],
        ),
    )


def _interruptions(dossier: Dossier) -> Iterator[Section]:
    if dossier.suspensions:
        yield Section(
            heading=_("Suspended days"),
            table=Table(
                caption=_("Days that are not subsidised"),
                head=[_("From"), _("Work goes on"), _("Reason")],
                wide=2,
                rows=[
                    [
                        long_day(one.starts_on),
                        long_day(one.ends_on) if one.ends_on else _("not known yet"),
                        one.reason,
                    ]
                    for one in dossier.suspensions
                ],
            ),
        )


def _rule(facts: AgreedFacts) -> Section:
    return Section(
        heading=_("The rule of the scheme, step by step"),
        paragraphs=[_("Each month's amount is computed by these sentences and by nothing else.")],
        items=rule_of(facts.scheme_document),
    )


def _signed_text(agreement: Shown, facts: AgreedFacts) -> Section:
    written_in = language_of(facts.candidate_languages)
    return Section(
        heading=_("The text of the agreement, word for word"),
        paragraphs=[
            _(
                "This text, in {language}, is what the parties sign. What stands above is the "
                "agreement as it is on the day of this letter."
            ).format(language=LANGUAGES[written_in]),
            f"SHA-256 {agreement.terms_sha256.hex(' ', 8)}",
        ],
        verbatim=agreement.terms,
        verbatim_language=written_in,
    )
