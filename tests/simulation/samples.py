"""Documents to try out, and instalments made up for sums."""

from datetime import date
from pathlib import Path

from service.ids import AgreementId, CandidateId, new_id
from service.instalments.model import Entry, Outcome, ReasonCode, Result
from service.money import Cents
from service.period import Month
from service.schemes.installation import SHIPPED
from service.simulation.model import Subject
from tests.kinds import SUBSIDY

SEPTEMBER, OCTOBER = Month(date(2026, 9, 1)), Month(date(2026, 10, 1))
WS_70 = SHIPPED / "kosovo" / "ws_70.toml"


def ws_70(**rates: str) -> str:
    """The document of WS-70, its 70 % and its highest age replaced by others."""
    text = WS_70.read_text(encoding="utf-8")
    for before, after in (
        ('"70 %"', f'"{rates.get("rate", "70 %")}"'),
        ("age_max = 29", f"age_max = {rates.get('age_max', '29')}"),
        ("months = 6", f"months = {rates.get('months', '6')}"),
    ):
        assert before in text, before
        text = text.replace(before, after, 1)
    return text


def helsinki() -> str:
    """A document that asks for facts nobody keeps here."""
    path: Path = SHIPPED / "finland" / "helsinki_benefit.toml"
    return path.read_text(encoding="utf-8")


def subject(number: int = 0, sex: str = "female", municipality: str = "prishtine") -> Subject:
    """An agreement of a candidate by number."""
    return Subject(
        agreement_id=AgreementId(new_id()),
        reference=f"A-{number:05}",
        candidate_id=CandidateId(new_id()),
        sex=sex,
        municipality_code=municipality,
        born_on=date(2003, 5, 14),
        starts_on=date(2026, 9, 1),
    )


def due(cents: int, month: Month = OCTOBER) -> Entry:
    """An amount that is due."""
    return Entry(month, SUBSIDY, Result(Outcome.DUE, Cents(cents), None, []))


def nothing(reason: str, month: Month = OCTOBER) -> Entry:
    """A month in which nothing is due, with its reason."""
    return Entry(month, SUBSIDY, Result(Outcome.NOT_DUE, Cents(0), ReasonCode(reason), []))
