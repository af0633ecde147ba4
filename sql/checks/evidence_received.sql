-- name: evidence_received
-- Each calendar month that a payment needs is reported and confirmed.
SELECT
    d.instalment_id,
    CASE
        WHEN bool_and((d.attendance_id IS NOT NULL AND d.is_confirmed) OR NOT d.is_needed)
            THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'months', array_agg(d.month ORDER BY d.month),
        'reported', array_agg(d.month ORDER BY d.month) FILTER (
            WHERE d.attendance_id IS NOT NULL
        ),
        'confirmed', array_agg(d.month ORDER BY d.month) FILTER (WHERE d.is_confirmed)
    ) AS inputs
FROM evidence_of(:instalment_ids::uuid[]) AS d
GROUP BY d.instalment_id;
