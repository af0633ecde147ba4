-- name: evidence_received
-- Each calendar month that a payment covers is reported and confirmed, and the candidate does not
-- contest it; of two programme months that end together, those of the one that is paid.
SELECT
    d.instalment_id,
    CASE
        WHEN
            bool_and(d.is_confirmed AND k.id IS NULL) FILTER (WHERE d.for_first)
            OR bool_and(d.is_confirmed AND k.id IS NULL) FILTER (WHERE d.for_second)
            THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'months', array_agg(d.month ORDER BY d.month),
        'reported', array_agg(d.month ORDER BY d.month) FILTER (
            WHERE d.attendance_id IS NOT NULL
        ),
        'confirmed', array_agg(d.month ORDER BY d.month) FILTER (WHERE d.is_confirmed),
        'contested', array_agg(d.month ORDER BY d.month) FILTER (WHERE k.id IS NOT NULL)
    ) AS inputs
FROM evidence_of(:instalment_ids::uuid[]) AS d
LEFT JOIN attendance_contest AS k ON d.attendance_id = k.attendance_id AND k.settled_at IS NULL
GROUP BY d.instalment_id;
