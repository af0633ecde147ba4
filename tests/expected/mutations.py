"""The second computation with one rule taken out, each in turn."""

import msgspec


class Mutation(msgspec.Struct, frozen=True):
    """What is wrong, and the words of which function are put in another way."""

    what: str
    function: str
    rule: str
    instead: str
    times: int = 1


MUTATIONS = [
    Mutation("all is rounded down", "expected_half_up", " + lower_part", ""),
    Mutation(
        "no entitlement ends", "expected_due", "least(running.up_to_here, running.entitled_cents)",
        "running.up_to_here",
    ),
    Mutation(
        "a replacement has all months", "expected_term",
        "coalesce(a.replacement_months, months.amount::integer)", "months.amount::integer",
    ),
    Mutation(
        "the newest allowance is paid to all", "expected_term",
        "amount.holds @> a.starts_on", "upper_inf(amount.holds)",
    ),
    Mutation(
        "suspensions are forgotten", "expected_term", "suspension.days,", "NULL::datemultirange,"
    ),
    Mutation(
        "days that were moved later count before", "expected_term",
        "AND d.recorded_at <= computed.known_at\n"
        "        AND (d.superseded_at IS NULL OR d.superseded_at > computed.known_at)",
        "AND d.superseded_at IS NULL",
    ),
    Mutation(
        "suspensions that were withdrawn later do not count before", "expected_term",
        "AND (s.superseded_at IS NULL OR s.superseded_at > computed.known_at)",
        "AND s.superseded_at IS NULL",
    ),
    Mutation(
        "reports that were corrected later count before", "expected_part",
        "AND t.reported_at <= p.known_at\n"
        "        AND (t.superseded_at IS NULL OR t.superseded_at > p.known_at)",
        "AND t.superseded_at IS NULL",
    ),
    Mutation(
        "the last piece is not cut", "expected_piece",
        "least(whole.until, term.until) AS end_day", "whole.until AS end_day",
    ),
    Mutation(
        "a piece is paid in the month of its first day", "expected_piece",
        "THEN p.until ELSE p.end_day END - 1", "THEN p.until - 1 ELSE p.first_day END",
    ),
    Mutation(
        "who left is paid the retention part", "expected_piece",
        "AND term.employment @> daterange(least(term.since, term.until), term.until)", "",
    ),
    Mutation(
        "the retention part counts subsidised days again", "expected_piece",
        "greatest(expected_months_later(t.starts_on, t.months), upper(t.period))",
        "expected_months_later(t.starts_on, t.months)",
    ),
    Mutation(
        "the maximum is not cut to the days", "expected_amount",
        "(amount * covered)::bigint, whole_days", "amount::bigint, 1",
    ),
    Mutation("a month not in order is paid", "expected_amount", "WHEN NOT is_in_order THEN 0", ""),
    Mutation(
        "what nobody confirmed counts", "expected_part", "t.confirmed_at <= p.known_at", "TRUE"
    ),
    Mutation(
        "what nobody reported is no obstacle", "expected_part",
        "        ),\n        FALSE\n", "        ),\n        TRUE\n",
    ),
    Mutation("no wage is too low", "expected_part", "NOT p.is_wage_tested", "TRUE"),
    Mutation("trainees must have a wage", "expected_part", "NOT p.is_wage_tested", "FALSE"),
    Mutation("part time must be paid like full time", "expected_part", "p.weekly_hours", "40"),
    Mutation(
        "the newest minimum wage holds for all", "expected_part",
        "w.period @> cut.month", "upper_inf(w.period)",
    ),
    Mutation(
        "calendar days do not count for the least wage", "expected_part",
        "div(\n                    lawful.cents * counted.at_work,",
        "div(\n                    lawful.cents * 31,",
    ),
    Mutation(
        "weekdays do not count for the least wage", "expected_part",
        "lawful.cents * counted.weekdays_at_work", "lawful.cents * 31",
    ),
    Mutation(
        "a wage is divided by the days of the month", "expected_part",
        "nullif(upper(cut.employed) - lower(cut.employed), 0)", "cut.until - cut.month",
    ),
    Mutation(
        "paid leave is absence", "expected_part",
        "expected_share((t.days_worked + t.days_paid_leave)", "expected_share(t.days_worked",
    ),
]  # fmt: skip
