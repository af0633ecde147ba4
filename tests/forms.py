"""Forms filled in plainly, for tests that care about one field of them; every number is valid."""

from itertools import count
from typing import Any

from service.candidates.forms import RegistrationForm as CandidateForm
from service.candidates.rules import CHECK_WEIGHTS
from service.employers.model import RegistrationForm as EmployerForm
from service.placements.forms import PlacementForm

_numbers = count(1)


def next_personal_number() -> str:
    """A personal number nobody has, with the right check digit."""
    digits = f"{100_000_000 + next(_numbers):09}"
    total = sum(int(d) * w for d, w in zip(digits, CHECK_WEIGHTS, strict=True))
    return f"{digits}{(11 - total % 11) % 11 % 10}"


def next_business_number() -> str:
    """A business number no firm has."""
    return f"8{next(_numbers):08}"


def next_iban() -> str:
    """A Kosovo IBAN nobody has: the national check digits make the rest 1 modulo 97."""
    account = f"1212{next(_numbers):010}"
    return f"XK05{account}{98 - int(account) * 100 % 97:02}"


def candidate_form(**fields: Any) -> CandidateForm:
    """A young person of Prishtina who can be registered."""
    plain: dict[str, Any] = {
        "given_name": "Arta",
        "family_name": "Krasniqi",
        "born_on": "2003-05-14",
        "sex": "female",
        "personal_number": next_personal_number(),
        "municipality_code": "prishtine",
        "education": "vocational",
        "occupations": ["5223", "9412"],
        "skills": ["Excel"],
        "languages": ["sq", "en"],
        "driving_licences": ["B"],
        "unemployed_since": "2026-01-10",
        "travel_km": 20,
        "confirmed_not_duplicate": True,
    }
    return CandidateForm(**plain | fields)


def employer_form(**fields: Any) -> EmployerForm:
    """A firm of Prishtina that can be registered."""
    plain: dict[str, Any] = {
        "business_number": next_business_number(),
        "legal_name": "Çelik Ndërtimi Sh.p.k.",
        "sector_nace": "43.21",
        "headcount": 12,
        "representative_name": "Blerim Gashi",
        "municipality_code": "prishtine",
    }
    return EmployerForm(**plain | fields)


def placement_form(**fields: Any) -> PlacementForm:
    """A year as a shop assistant in Prishtina from 1 December 2026, at the minimum wage."""
    plain: dict[str, Any] = {
        "scheme_code": "WS-70",
        "title": "Shop assistant",
        "occupation_code": "5223",
        "tasks": "Serves customers, keeps the shelves and the till.",
        "mentor_name": "Blerim Gashi",
        "training_plan": "The till in week one, orders in month two, stock-taking in month four.",
        "weekly_hours": 40,
        "gross_wage_cents": 500_00,
        "municipality_code": "prishtine",
        "seats": 1,
        "starts_on": "2026-12-01",
        "last_day": "2027-11-30",
    }
    return PlacementForm(**plain | fields)
