-- name: wage_as_agreed
-- The wage that was paid is that of the agreement, by days employed and attendance.
WITH reported AS MATERIALIZED (
    SELECT
        d.instalment_id,
        d.month,
        d.attendance_id,
        d.gross_wage_cents,
        floor(
            d.agreed_cents::numeric * d.employed_share * d.days_present / d.days_expected
        )::bigint AS agreed_cents
    FROM evidence_of(:instalment_ids::uuid[]) AS d
)

SELECT
    r.instalment_id,
    CASE
        WHEN count(r.attendance_id) = 0 THEN 'no_data'
        WHEN bool_and(r.gross_wage_cents >= r.agreed_cents) THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'months', array_agg(r.month ORDER BY r.month),
        'gross_wage_cents', array_agg(r.gross_wage_cents ORDER BY r.month),
        'agreed_cents', array_agg(r.agreed_cents ORDER BY r.month)
    ) AS inputs
FROM reported AS r
GROUP BY r.instalment_id;
