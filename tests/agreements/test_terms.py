"""The text that is signed."""

from hashlib import sha256

import msgspec
import pytest

from service.agreements import periods, terms
from service.agreements.model import SchemeTerms
from service.schemes.model import Payee, Payment
from tests.agreements.test_rules import MATCH, TODAY, WS_70, a_match
from tests.schemes.samples import LABEL, a_document

PERIOD = periods.subsidised_period(TODAY, 6)
EMPLOYMENT = periods.employment_period(PERIOD, None)


def the_terms(spoken: tuple[str, ...] = ("en",), scheme: SchemeTerms = WS_70) -> str:
    match = a_match(candidate_languages=list(spoken))
    return terms.write_terms("A-0000000000", match, scheme, period=PERIOD, employment=EMPLOYMENT)


@pytest.mark.parametrize(
    "fact",
    [
        "A-0000000000", "Arta Krasniqi", "C-7K3M92QFA0", "Dru Peja Sh.P.K.", "811234567",
        "Blerim Gashi", "Zyra e Punësimit Pejë", "Joiner", "Ilir Berisha", "€500.00", "WS-70",
        "70 %", "€350.00", "2026-11-02 – 2027-05-01", "2026-11-02 – 2027-11-01",
    ],
)  # fmt: skip
def test_the_text_holds_every_fact_that_is_signed(fact: str) -> None:
    assert fact in the_terms()


def test_the_text_is_plain_and_says_what_was_written() -> None:
    assert MATCH.tasks in the_terms()


def test_the_text_keeps_the_birth_date_to_itself() -> None:
    assert str(MATCH.born_on) not in the_terms()


def test_a_flat_scheme_names_its_amount_and_no_share() -> None:
    document = a_document(
        rate=None, label={"sq": "Çdo muaj", "sr": "Svakog meseca", "en": "Each month"}
    )
    flat = msgspec.structs.replace(
        WS_70,
        document=document,
        payments={"subsidy": Payment(Payee.CANDIDATE, LABEL, is_monthly=True)},
    )

    text = the_terms(scheme=flat)

    assert "Each month: €350.00" in text
    assert "70 %" not in text


def test_the_text_says_who_is_paid_and_by_each_kind_where_they_are_several() -> None:
    host = {"sq": "Pritësi", "sr": "Domaćin", "en": "Host amount"}
    payments = {
        "allowance": Payment(Payee.CANDIDATE, LABEL | {"en": "Allowance"}, is_monthly=True),
        "host": Payment(Payee.EMPLOYER, host, is_monthly=True),
    }

    text = the_terms(scheme=msgspec.structs.replace(WS_70, payments=payments))

    assert "Paid to: the employer" in the_terms()
    assert "Allowance: the candidate" in text
    assert "Host amount: the employer" in text


def test_the_figures_of_the_scheme_are_said_in_the_candidates_language() -> None:
    assert "Deo bruto zarade: 70 %" in the_terms(("sr",))


@pytest.mark.parametrize(
    ("spoken", "written"),
    [(("sr", "sq"), "sr"), (("tr", "en"), "en"), (("tr", "de"), "sq"), ((), "sq")],
)
def test_the_language_is_the_first_that_the_candidate_speaks(
    spoken: tuple[str, ...], written: str
) -> None:
    assert terms.language_of(spoken) == written


def test_a_serbian_text_names_the_office_in_serbian() -> None:
    assert "Biro za zapošljavanje Peć" in the_terms(("sr",))


def test_an_albanian_text_is_albanian_throughout() -> None:
    text = the_terms(("sq",))

    assert text.startswith("MARRËVESHJE PËR PUNËSIM TË SUBVENCIONUAR")
    assert "Pjesa e pagës bruto: 70 %" in text
    assert "I paguhet: punëdhënësit" in text


def test_one_changed_letter_changes_the_fingerprint() -> None:
    text = the_terms()

    assert terms.fingerprint(text) == sha256(text.encode()).digest()
    assert terms.fingerprint(text) != terms.fingerprint(text.replace("€500.00", "€500.01"))
