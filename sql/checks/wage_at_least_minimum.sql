-- name: wage_at_least_minimum
-- The minimum wage of each month by hours, days employed and attendance, where the scheme asks for
-- it by the step that the rule names. Of days and weekdays employed the smaller share is asked for.
WITH asking AS MATERIALIZED (
    SELECT v.id
    FROM scheme_version AS v
    WHERE
        position(
            quote_ident(check_parameter('wage_at_least_minimum', 'step', :on)) IN v.document
        ) > 0
),

reported AS MATERIALIZED (
    SELECT
        d.instalment_id,
        d.month,
        d.for_first,
        d.for_second,
        d.gross_wage_cents,
        floor(
            m.monthly_cents::numeric * d.weekly_hours / 40 * d.employed_share
            * d.days_present / d.days_expected
        )::bigint AS least_cents
    FROM evidence_of(:instalment_ids::uuid[]) AS d
    LEFT JOIN asking ON d.scheme_version_id = asking.id
    LEFT JOIN minimum_wage AS m
        ON asking.id IS NOT NULL AND m.period @> d.month AND m.superseded_at IS NULL
)

SELECT
    r.instalment_id,
    CASE
        WHEN count(r.least_cents) = 0 THEN 'no_data'
        WHEN
            bool_and(r.gross_wage_cents >= r.least_cents) FILTER (WHERE r.for_first)
            OR bool_and(r.gross_wage_cents >= r.least_cents) FILTER (WHERE r.for_second)
            THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'months', array_agg(r.month ORDER BY r.month),
        'gross_wage_cents', array_agg(r.gross_wage_cents ORDER BY r.month),
        'least_cents', array_agg(r.least_cents ORDER BY r.month)
    ) AS inputs
FROM reported AS r
GROUP BY r.instalment_id;
