-- What a monthly payment covers: its days, and the evidence it rests on.

-- How many programme months, counted from the first day, have begun by the end of a month.
CREATE FUNCTION programme_months_begun(starts_on date, month date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    (
        extract(YEAR FROM programme_months_begun.month)
        - extract(YEAR FROM programme_months_begun.starts_on)
    ) * 12
    + extract(MONTH FROM programme_months_begun.month)
    - extract(MONTH FROM programme_months_begun.starts_on)
    + 1
)::integer;

-- The days that a monthly payment covers: of the programme month that ends in the calendar month,
-- or of two where an early end follows it; programme months are counted from the first day. An
-- expression, and no query, so that it is computed in place.
CREATE FUNCTION days_paid_for(starts_on date, period daterange, month date) RETURNS daterange
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN days_paid_for.period * daterange(
    (
        days_paid_for.starts_on + make_interval(
            months => programme_months_begun(days_paid_for.starts_on, days_paid_for.month)
            - CASE WHEN extract(DAY FROM days_paid_for.starts_on) = 1 THEN 1 ELSE 2 END
        )
    )::date,
    CASE
        WHEN
            upper(days_paid_for.period) > days_paid_for.month
            AND upper(days_paid_for.period)
            <= (days_paid_for.month + interval '1 month')::date
            THEN upper(days_paid_for.period)
        ELSE (
            days_paid_for.starts_on + make_interval(
                months => programme_months_begun(days_paid_for.starts_on, days_paid_for.month)
                - CASE WHEN extract(DAY FROM days_paid_for.starts_on) = 1 THEN 0 ELSE 1 END
            )
        )::date
    END
);

-- How many programme months a period has, the last perhaps in part.
CREATE FUNCTION programme_months_of(starts_on date, period daterange) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    programme_months_begun(programme_months_of.starts_on, upper(programme_months_of.period) - 1)
    - CASE
        WHEN
            (
                programme_months_of.starts_on + make_interval(
                    months => programme_months_begun(
                        programme_months_of.starts_on, upper(programme_months_of.period) - 1
                    ) - 1
                )
            )::date >= upper(programme_months_of.period)
            THEN 1
        ELSE 0
    END
);

-- Where two programme months end in one calendar month, the first day of the second, whose days an
-- early end cut off.
CREATE FUNCTION second_ending_since(starts_on date, period daterange, month date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    CASE
        WHEN
            extract(DAY FROM second_ending_since.starts_on) <> 1
            AND upper(second_ending_since.period)
            <= (second_ending_since.month + interval '1 month')::date
            AND upper(second_ending_since.period) > (
                second_ending_since.starts_on + make_interval(
                    months => programme_months_begun(
                        second_ending_since.starts_on, second_ending_since.month
                    ) - 1
                )
            )::date
            THEN (
                second_ending_since.starts_on + make_interval(
                    months => programme_months_begun(
                        second_ending_since.starts_on, second_ending_since.month
                    ) - 1
                )
            )::date
    END
);

-- Mondays to Fridays from Monday 1 January 1900 until before a day.
CREATE FUNCTION weekdays_before(of_day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (weekdays_before.of_day - date '1900-01-01') / 7 * 5
+ least((weekdays_before.of_day - date '1900-01-01') % 7, 5);

-- The smaller share of a calendar month, by days or by weekdays, that days of it in a row make up.
CREATE FUNCTION share_of_range(days daterange, month date) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN least(
    (upper(share_of_range.days) - lower(share_of_range.days))::numeric
    / ((share_of_range.month + interval '1 month')::date - share_of_range.month),
    (
        weekdays_before(upper(share_of_range.days)) - weekdays_before(lower(share_of_range.days))
    )::numeric
    / (
        weekdays_before((share_of_range.month + interval '1 month')::date)
        - weekdays_before(share_of_range.month)
    )
);

-- The same of days that need not be in a row.
CREATE FUNCTION share_of_month(days datemultirange, month date) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT
        least(
            coalesce(sum(upper(d.piece) - lower(d.piece)), 0)::numeric
            / (m.ends_on - share_of_month.month),
            coalesce(sum(weekdays_before(upper(d.piece)) - weekdays_before(lower(d.piece))), 0)
            ::numeric / (weekdays_before(m.ends_on) - weekdays_before(share_of_month.month))
        )
    FROM (SELECT (share_of_month.month + interval '1 month')::date AS ends_on) AS m
    LEFT JOIN LATERAL unnest(share_of_month.days) AS d (piece) ON TRUE
    GROUP BY m.ends_on
);

-- Whether a stretch has a day that is in none of some others.
CREATE FUNCTION has_other_days(stretch daterange, others datemultirange) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN NOT isempty(has_other_days.stretch)
AND (has_other_days.others IS NULL OR NOT has_other_days.others @> has_other_days.stretch);

-- For each calendar month with a day that a monthly payment covers and that was not suspended: what
-- was reported of it, and the share of the month that was employed without suspension. A programme
-- month lies in two calendar months at most. Where two of them end in the calendar month, each may
-- be paid without the other, and says which evidence it rests on (`for_first`, `for_second`).
CREATE FUNCTION evidence_of(instalment_ids uuid[]) RETURNS TABLE (
    instalment_id uuid, scheme_version_id uuid, weekly_hours integer, agreed_cents bigint,
    month date, attendance_id uuid, is_confirmed boolean, days_expected integer,
    days_present integer, gross_wage_cents bigint, employed_share numeric, for_first boolean,
    for_second boolean
)
LANGUAGE sql STABLE AS $$
SELECT
    i.id AS instalment_id,
    a.scheme_version_id,
    a.weekly_hours,
    a.gross_wage_cents AS agreed_cents,
    c.month,
    t.id AS attendance_id,
    coalesce(t.confirmed_at IS NOT NULL, FALSE) AS is_confirmed,
    t.days_expected,
    t.days_worked + t.days_paid_leave AS days_present,
    t.gross_wage_cents,
    CASE
        WHEN s.days IS NULL AND a.employment @> c.days THEN 1
        WHEN s.days IS NULL THEN share_of_range(a.employment * c.days, c.month)
        ELSE share_of_month(
            datemultirange(a.employment * c.days) - coalesce(s.days, '{}'::datemultirange),
            c.month
        )
    END AS employed_share,
    p.second_since IS NULL OR has_other_days(
        daterange(lower(p.days), p.second_since) * c.days, s.days
    ) AS for_first,
    p.second_since IS NULL OR has_other_days(
        daterange(p.second_since, upper(p.days)) * c.days, s.days
    ) AS for_second
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN (
    SELECT
        o.agreement_id,
        range_agg(o.period) AS days
    FROM agreement_suspension AS o
    WHERE o.superseded_at IS NULL
    GROUP BY o.agreement_id
) AS s ON a.id = s.agreement_id
CROSS JOIN LATERAL (
    VALUES
    (
        i.month,
        daterange(i.month, (i.month + interval '1 month')::date)
    ),
    (
        (i.month - interval '1 month')::date,
        daterange((i.month - interval '1 month')::date, i.month)
    )
) AS c (month, days)
CROSS JOIN LATERAL (
    VALUES (
        days_paid_for(a.starts_on, a.period, i.month),
        second_ending_since(a.starts_on, a.period, i.month)
    )
) AS p (days, second_since)
LEFT JOIN attendance AS t
    ON a.id = t.agreement_id AND c.month = t.month AND t.superseded_at IS NULL
WHERE
    i.id = any(evidence_of.instalment_ids)
    AND has_other_days(p.days * c.days, s.days)
$$;
