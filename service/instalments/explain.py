"""The trace of an instalment as sentences, and the reasons why nothing is due."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from babel.dates import format_date

from service.facts.model import Fact
from service.i18n import N_, _, language
from service.instalments.model import Outcome, Reason
from service.money import format_euros, to_cents

FACTS: Mapping[Fact, str] = {
    Fact.START: N_("Work that has begun"),
    Fact.DATES: N_("Days of an agreement"),
    Fact.SUSPENSION: N_("Suspended days"),
    Fact.ATTENDANCE: N_("Attendance and wages"),
    Fact.MINIMUM_WAGE: N_("The minimum wage"),
}
REASONS: Mapping[Reason, str] = {
    Reason.EVIDENCE_MISSING: N_("The employer has not reported the month's attendance and wage."),
    Reason.EVIDENCE_UNCONFIRMED: N_(
        "Neither the candidate nor the office has confirmed the month's attendance and wage."
    ),
    Reason.WAGE_BELOW_MINIMUM: N_(
        "The gross wage that was paid is below the minimum wage of the month."
    ),
    Reason.PROGRAMME_MONTH_RUNS: N_("No programme month of this agreement ends in this month."),
    Reason.OUTSIDE_PERIOD: N_("The subsidised period holds no day of this month."),
    Reason.SUSPENDED: N_("The agreement was suspended for the whole programme month."),
    Reason.NOTHING_EARNED: N_("Nothing was earned in the programme month."),
    Reason.ENTITLEMENT_USED: N_("The whole entitlement of this agreement has been used."),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.DUE: N_("Due"),
    Outcome.BLOCKED: N_("Blocked"),
    Outcome.NOT_DUE: N_("Not due"),
}

TraceLine = Mapping[str, Any]


def explain(trace: Sequence[TraceLine]) -> list[str]:
    """A sentence for each line of a trace, in the language in use."""
    return [SENTENCES[line["step"]](line) for line in trace]


def explain_fact(fact: Fact) -> str:
    """What has changed, in the language in use."""
    return _(FACTS[fact])


def explain_reason(reason: Reason) -> str:
    """Why nothing is due, in the language in use."""
    return _(REASONS[reason])


def explain_outcome(outcome: Outcome) -> str:
    """The outcome in a word, in the language in use."""
    return _(OUTCOMES[outcome])


def _programme_month(line: TraceLine) -> str:
    return _(
        "Programme month %(number)s, %(first)s to %(last)s: %(covered)s of %(full)s days count."
    ) % {
        "number": line["number"],
        "first": _day(line["first_day"]),
        "last": _day(line["last_day"]),
        "covered": line["covered_days"],
        "full": line["full_days"],
    }


def _evidence(line: TraceLine) -> str:
    return _("Attendance and wage of %(month)s are needed.") % {"month": _month(line["month"])}


def _period(line: TraceLine) -> str:
    return _("The subsidised period is %(first)s to %(last)s.") % {
        "first": _day(line["first_day"]),
        "last": _day(line["last_day"]),
    }


def _first_month(line: TraceLine) -> str:
    return _("The first programme month runs until %(last)s and falls due then.") % {
        "last": _day(line["last_day"])
    }


def _reported(line: TraceLine) -> str:
    return _(
        "Confirmed for %(month)s: gross wage %(wage)s; worked %(worked)s of %(expected)s days, and "
        "%(leave)s days of paid leave."
    ) % {
        "month": _month(line["month"]),
        "wage": _euros(line["gross_wage_cents"]),
        "worked": line["days_worked"],
        "expected": line["days_expected"],
        "leave": line["days_paid_leave"],
    }


def _minimum_wage(line: TraceLine) -> str:
    sentence = (
        _("Minimum wage of %(month)s: %(factors)s = %(least)s: the wage is below it.")
        if line["bound"]
        else _("Minimum wage of %(month)s: %(factors)s = %(least)s: the wage is not below it.")
    )
    shares = [share for share in (line["employed_share"], line["attended_share"]) if share != "1"]
    factors = [_euros(line["monthly_cents"]), f"{line['weekly_hours']}/40 h", *shares]
    return sentence % {
        "month": _month(line["month"]),
        "factors": " × ".join(factors),
        "least": _euros(line["least_cents"]),
    }


def _wage(line: TraceLine) -> str:
    return _(
        "Gross wage of %(month)s: %(wage)s; %(days)s of %(employed)s days employed count: %(part)s."
    ) % {
        "month": _month(line["month"]),
        "wage": _euros(line["gross_wage_cents"]),
        "days": line["days"],
        "employed": line["employed_days"],
        "part": _exact(line["exact"]),
    }


def _share(line: TraceLine) -> str:
    return _("%(rate)s %% of the gross wage of %(wage)s = %(share)s.") % {
        "rate": f"{Fraction(line['rate_bp'], 100)}",
        "wage": _exact(line["wage"]),
        "share": _exact(line["exact"]),
    }


def _monthly_max(line: TraceLine) -> str:
    sentence = (
        _("The monthly maximum of %(monthly)s, for the days that count %(most)s, applies.")
        if line["bound"]
        else _(
            "The monthly maximum of %(monthly)s, for the days that count %(most)s: not exceeded."
        )
    )
    return sentence % {"monthly": _euros(line["monthly_cents"]), "most": _exact(line["exact"])}


def _flat(line: TraceLine) -> str:
    return _("Flat amount of %(monthly)s a month; for the days that count: %(part)s.") % {
        "monthly": _euros(line["monthly_cents"]),
        "part": _exact(line["exact"]),
    }


def _attendance(line: TraceLine) -> str:
    return _(
        "%(month)s: worked %(worked)s of %(expected)s days, and %(leave)s days of paid leave."
    ) % {
        "month": _month(line["month"]),
        "worked": line["days_worked"],
        "expected": line["days_expected"],
        "leave": line["days_paid_leave"],
    }


def _attended(line: TraceLine) -> str:
    percent = Fraction(line["share"]) * 100
    return _("Attended share %(percent)s %%: %(amount)s.") % {
        "percent": f"{float(percent):.4g}",
        "amount": _exact(line["exact"]),
    }


def _rounded(line: TraceLine) -> str:
    return _("Rounded once, half up, to the cent: %(amount)s.") % {"amount": _euros(line["cents"])}


def _entitlement(line: TraceLine) -> str:
    if not line["bound"]:
        return _("The whole entitlement of %(most)s is not exceeded.") % {
            "most": _euros(line["cents"])
        }
    return _("Of the whole entitlement of %(most)s only %(left)s is left.") % {
        "most": _euros(line["cents"]),
        "left": _euros(line["left_cents"]),
    }


def _due(line: TraceLine) -> str:
    return _("Due: %(amount)s.") % {"amount": _euros(line["cents"])}


SENTENCES: Mapping[str, Callable[[TraceLine], str]] = {
    "programme_month": _programme_month,
    "evidence": _evidence,
    "period": _period,
    "first_month": _first_month,
    "reported": _reported,
    "minimum_wage": _minimum_wage,
    "wage": _wage,
    "share": _share,
    "monthly_max": _monthly_max,
    "flat": _flat,
    "attendance": _attendance,
    "attended": _attended,
    "rounded": _rounded,
    "entitlement": _entitlement,
    "due": _due,
}


def _euros(cents: int) -> str:
    return format_euros(cents, language())


def _exact(cents: str) -> str:
    """An exact amount for reading: in cents where it is whole, else marked as about."""
    amount = Fraction(cents)
    shown = _euros(to_cents(amount))
    return shown if amount.denominator == 1 else f"≈ {shown}"


def _day(iso: str) -> str:
    return format_date(date.fromisoformat(iso), format="long", locale=_locale())


def _month(iso: str) -> str:
    return format_date(date.fromisoformat(iso), format="LLLL y", locale=_locale())


def _locale() -> str:
    return {"sr": "sr_Latn"}.get(language(), language())
