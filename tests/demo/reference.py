"""A small country to plan on: six municipalities, two schemes and the minimum wages of Kosovo."""

from datetime import date
from uuid import UUID

from service.agreements.model import SchemeTerms
from service.demo.model import DemoOptions, MinimumWage, Place, Reference
from service.demo.trades import JOBS
from service.ids import OfficeId, SchemeId, SchemeVersionId
from service.money import Cents
from service.offices.model import Municipality, Office
from service.period import Month
from service.schemes.model import Payee, Payment
from tests.schemes.samples import LABEL, a_document

UNTIL = Month(date(2026, 10, 1))
SMALL = DemoOptions(until=UNTIL, candidates=500, employers=120, months=12, seed=7)
CENTRES = (
    ("prishtine", "Prishtinë", "Priština", 42.66, 21.17, 227_500),
    ("prizren", "Prizren", "Prizren", 42.21, 20.74, 147_400),
    ("peje", "Pejë", "Peć", 42.66, 20.29, 82_700),
    ("shtime", "Shtime", "Štimlje", 42.43, 21.04, 24_300),
    ("gracanice", "Graçanicë", "Gračanica", 42.60, 21.19, 18_500),
    ("mamushe", "Mamushë", "Mamuša", 42.33, 20.73, 5_600),
)


def a_scheme(number: int, code: str, *, rate: str | None, cents: int, payee: str) -> SchemeTerms:
    return SchemeTerms(
        id=SchemeVersionId(UUID(int=number)),
        scheme_id=SchemeId(UUID(int=10 + number)),
        code=code,
        number=1,
        document=a_document(code=code, rate=rate),
        monthly_max_cents=Cents(cents),
        months=6,
        payments={"subsidy": Payment(Payee(payee), LABEL, is_monthly=True)},
        final_max_cents=Cents(60_000 if rate else 0),
        age_min=18,
        age_max=29,
        source="test",
    )


REFERENCE = Reference(
    places=[
        Place(
            Municipality(code, sq, sr, latitude, longitude, population),
            Office(OfficeId(UUID(int=100 + number)), code, f"Zyra {sq}", f"Biro {sr}"),
        )
        for number, (code, sq, sr, latitude, longitude, population) in enumerate(CENTRES)
    ],
    occupations=frozenset(JOBS),
    wages=[
        MinimumWage(date(2024, 10, 1), 35_000),
        MinimumWage(date(2026, 1, 1), 42_500),
        MinimumWage(date(2026, 7, 1), 50_000),
    ],
    schemes=[
        a_scheme(1, "WS-70", rate="70 %", cents=35_000, payee="employer"),
        a_scheme(2, "SP-FLAT", rate=None, cents=26_400, payee="candidate"),
    ],
)
