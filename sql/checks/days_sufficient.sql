-- name: days_sufficient
-- Some day of what is paid was worked or on paid leave, and no more than expected.
SELECT
    d.instalment_id,
    CASE
        WHEN count(d.attendance_id) = 0 THEN 'no_data'
        WHEN sum(d.days_present) > 0 AND bool_and(d.days_present <= d.days_expected) THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'days_present', sum(d.days_present), 'days_expected', sum(d.days_expected)
    ) AS inputs
FROM evidence_of(:instalment_ids::uuid[]) AS d
GROUP BY d.instalment_id;
