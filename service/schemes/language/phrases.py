"""The words of the language's functions, table makers, comparisons and roundings.

Every phrase is written so that what it is about stays in its plain form in Albanian and Serbian.
"""

from collections.abc import Mapping

from service.i18n import N_, _, ngettext
from service.schemes.language.rounding import Rounding

FUNCTIONS: Mapping[str, str] = {
    "through": N_("the period from {0} to {1}"),
    "until": N_("the period from {0} until {1}, that day not included"),
    "start": N_("the first day of {0}"),
    "last_day": N_("the last day of {0}"),
    "end": N_("the day after {0} ends"),
    "days": N_("the number of days of {0}"),
    "weekdays": N_("the number of days from Monday to Friday of {0}"),
    "overlaps": N_("{0} and {1} share a day"),
    "overlap": N_("the period that {0} and {1} share"),
    "is_empty": N_("{0} holds no day"),
    "days_without": N_("the number of days of {0} that are not taken by {1}"),
    "weekdays_without": N_(
        "the number of days from Monday to Friday of {0} that are not taken by {1}"
    ),
    "days_inside": N_("the number of days of {0} that are covered by {1}"),
    "month_of": N_("the first day of the month of {0}"),
    "month_end": N_("the last day of the month of {0}"),
    "whole_month": N_("the whole calendar month of {0}"),
    "year": N_("the year of {0}"),
    "month_number": N_("the number of the month of {0} (1 to 12)"),
    "day_of_month": N_("the number of the day {0} in its month"),
    "weekday": N_("the number of the day {0} in its week (Monday is 1)"),
    "new_year": N_("1 January of the year of {0}"),
    "age": N_("the age in full years, on {1}, of a person born on {0}"),
    "months_between": N_("the number of whole months from {0} to {1}"),
    "days_after_months": N_("the number of days left after the whole months from {0} to {1}"),
    "months_30e_360": N_("the number of months of 30 days each (30E/360) from {0} to {1}"),
    "month_ends": N_("how many months end from {0} to {1}, both days included"),
    "overflow_months": N_(
        "{0} plus {1}, or the first day of the month after where there is no such day"
    ),
}
# What a table's rows are; the rows of another table are said by the wording itself.
MAKERS: Mapping[str, str] = {
    "months": N_("each calendar month that {0} touches"),
    "programme_months": N_("each programme month of {0}, counted from {1}"),
    "weeks": N_("each week from Monday that {0} touches"),
    "split": N_("each piece of {0}, divided at {1}"),
    "split_by_month": N_("each piece of {0}, divided at the end of every month and at {1}"),
    "stretches": N_("each stretch of {0} that is not taken by {1}"),
    "merged": N_("each unbroken stretch of {0}"),
    "distinct": N_("each different day among {0}"),
}
MONTHS_ONLY = N_("each piece of {0}, divided at the end of every month")
SELECTIONS: Mapping[str, str] = {
    "select": N_("each of {rows}"),
    "ordered": N_("each of {rows}, in the order of {value}"),
    "ordered_down": N_("each of {rows}, in the order of {value}, the highest first"),
}
AGGREGATES: Mapping[str, str] = {
    "sum": N_("the sum of {value} over {rows}"),
    "count": N_("the number of {rows}"),
    "any": N_("{value} for at least one of {rows}"),
    "all": N_("{value} for {rows}"),
    "least": N_("the lowest {value} of {rows}"),
    "greatest": N_("the highest {value} of {rows}"),
    "first": N_("the first {value} of {rows}"),
    "last": N_("the last {value} of {rows}"),
}
SHARING: Mapping[str, str] = {
    "largest_remainder": N_(
        "this row's part of {total}, divided by {weights} into units of {unit};"
        " what is left goes to the largest remainders"
    ),
    "first": N_(
        "this row's part of {total}, divided by {weights} into units of {unit};"
        " what is left goes to the first row"
    ),
    "last": N_(
        "this row's part of {total}, divided by {weights} into units of {unit};"
        " what is left goes to the last row"
    ),
    "none": N_(
        "this row's part of {total}, divided by {weights} into units of {unit};"
        " what is left is not paid"
    ),
}
COMPARED: Mapping[str, str] = {
    "=": N_("{0} is {1}"),
    "<>": N_("{0} is not {1}"),
    "<": N_("{0} is less than {1}"),
    "<=": N_("{0} is at most {1}"),
    ">": N_("{0} is more than {1}"),
    ">=": N_("{0} is at least {1}"),
}
DAYS_COMPARED: Mapping[str, str] = {
    "=": N_("{0} is {1}"),
    "<>": N_("{0} is not {1}"),
    "<": N_("{0} is before {1}"),
    "<=": N_("{0} is not after {1}"),
    ">": N_("{0} is after {1}"),
    ">=": N_("{0} is not before {1}"),
}
OPPOSITE: Mapping[str, str] = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
LOGIC: Mapping[str, str] = {"and": N_("{0} and {1}"), "or": N_("{0} or {1}")}
EXTREMES: Mapping[str, str] = {
    "min": N_("the lowest of {values}"),
    "max": N_("the highest of {values}"),
}
MODES: Mapping[str, str] = {
    "half_up": N_("rounded half up"),
    "half_even": N_("rounded half to even"),
    "half_toward_plus_infinity": N_("rounded half towards the higher"),
    "down": N_("rounded towards zero"),
    "up": N_("rounded up, away from zero"),
    "floor": N_("rounded down"),
    "ceiling": N_("rounded up"),
}


def rounded(rounding: Rounding) -> str:
    """How a value is rounded: `rounded half up to 2 decimals`."""
    mode = _(MODES[rounding.mode])
    if rounding.places == 0:
        return _("{mode} to a whole number").format(mode=mode)
    said = ngettext("{mode} to {count} decimal", "{mode} to {count} decimals", rounding.places)
    return said.format(mode=mode, count=rounding.places)
