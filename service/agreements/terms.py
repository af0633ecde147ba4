"""The text that the three parties sign, and its fingerprint."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service import i18n
from service.agreements.model import AgreedMatch, Replaced, SchemeTerms
from service.i18n import _
from service.money import format_euros
from service.period import Period
from service.schemes.documents import figures_of
from service.schemes.model import PAYEE_WORDS

TEMPLATES = Path(__file__).parent.parent / "templates" / "agreements"
OFFICIAL_LANGUAGE = "sq"


def _text_environment() -> Environment:
    """Jinja for plain text: gettext, strict about names, and no HTML to escape for."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # the text is stored and hashed; a page escapes it when it shows it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined] # added by the extension
        i18n._, i18n.ngettext, newstyle=True
    )
    return environment


ENVIRONMENT = _text_environment()


def language_of(spoken: Iterable[str]) -> str:
    """The first language of the candidate that Ura writes, else Albanian."""
    return next((code for code in spoken if code in i18n.LANGUAGES), OFFICIAL_LANGUAGE)


def write_terms(
    reference: str,
    match: AgreedMatch,
    scheme: SchemeTerms,
    *,
    period: Period,
    employment: Period,
    replaced: Replaced | None = None,
) -> str:
    """The text of an agreement in the candidate's language; nothing sensitive is in it."""
    language = language_of(match.candidate_languages)
    serbian = language == "sr"
    with i18n.use_language(language):
        return ENVIRONMENT.get_template("terms.txt").render(
            reference=reference,
            match=match,
            scheme=scheme,
            period=period,
            employment=employment,
            replaced=replaced.reference if replaced else None,
            office_name=match.office_name_sr if serbian else match.office_name_sq,
            municipality_name=match.municipality_name_sr if serbian else match.municipality_name_sq,
            wage=format_euros(match.gross_wage_cents, language),
            monthly_max=format_euros(scheme.monthly_max_cents, language),
            figures=figures_of(scheme.document, on=period.start),
            payees=payees_of(scheme, language),
        )


def payees_of(scheme: SchemeTerms, language: str) -> list[tuple[str, str]]:
    """Who is paid, in the language in use: by the label of each kind where not all are one's."""
    payments = scheme.payments.values()
    if len({one.payee for one in payments}) == 1:
        return [(_("Paid to"), _(PAYEE_WORDS[next(iter(payments)).payee]))]
    return [(one.label[language], _(PAYEE_WORDS[one.payee])) for one in payments]


def fingerprint(terms: str) -> bytes:
    """The SHA-256 of a text: what a signature stands under."""
    return sha256(terms.encode()).digest()
