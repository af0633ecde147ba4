"""A small scheme document that passes its check, with whatever a test wants to be different."""

import json
from collections.abc import Mapping
from typing import Any

LABEL = {"sq": "Maksimumi mujor", "sr": "Mesečni maksimum", "en": "Monthly maximum"}
RATE_LABEL = {
    "sq": "Pjesa e pagës bruto",
    "sr": "Deo bruto zarade",
    "en": "Share of the gross wage",
}
SETTINGS: Mapping[str, Any] = {
    "payee": "employer",
    "age_min": 18,
    "age_max": 29,
    "months": 6,
    "monthly_max": "350.00",
}
TEMPLATE = """\
scheme = "{code}"
name = {{ sq = "Provë", sr = "Proba", en = "Trial" }}
country = "XK"
currency = "{currency}"
source = "Act of the test"
selected_by = "{selected_by}"

[settings]
{settings}

[facts]
"agreement.start" = "date"
"agreement.period" = "period"

{rate}[[parameter]]
name = "monthly"
kind = "cents"
is = "{monthly}"
label = {label}

[[step]]
name = "month"
rows = "programme_months(agreement.period, agreement.start)"

[[step]]
name = "due"
for = "month"
is = "{formula}"
unit = "cents"

[[pay]]
for = "month"
kind = "subsidy"
month = "month_of(last_day(month.period))"
amount = "due"

[[example]]
name = "one month"
[example.facts]
agreement = {{ start = 2026-03-17, period = {{ first_day = 2026-03-17, last_day = 2026-04-16 }} }}
[example.expect]
"2026-04" = "{expected}"
"""
RATE = """\
[[parameter]]
name = "rate"
kind = "share"
is = "{rate}"
label = {label}

"""


def a_document(
    *,
    code: str = "TRIAL",
    rate: str | None = "70 %",
    monthly: str = "350.00 EUR",
    expected: str = "350.00",
    formula: str = "monthly",
    currency: str = "EUR",
    selected_by: str = "agreement.start",
    label: Mapping[str, str] = LABEL,
    without: str | None = None,
    **settings: Any,
) -> str:
    """The document's text; `settings` change single ones, `without` leaves one out."""
    said = {key: value for key, value in {**SETTINGS, **settings}.items() if key != without}
    return TEMPLATE.format(
        code=code,
        currency=currency,
        selected_by=selected_by,
        settings="\n".join(f"{key} = {_toml(value)}" for key, value in said.items()),
        rate=RATE.format(rate=rate, label=_toml(RATE_LABEL)) if rate else "",
        monthly=monthly,
        label=_toml(label),
        formula=formula,
        expected=expected,
    )


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, str | int | float | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
