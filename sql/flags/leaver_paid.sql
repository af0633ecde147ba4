-- name: leaver_paid
-- More days were reported for the month than the employment lasted in it. The period that is paid
-- for stays within the employment by a constraint.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object(
        'left_on', upper(a.employment), 'days', t.days_worked + t.days_paid_leave
    ) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN agreement AS a ON p.agreement_id = a.id
INNER JOIN attendance AS t
    ON p.agreement_id = t.agreement_id AND p.month = t.month AND t.superseded_at IS NULL
WHERE
    p.is_monthly
    AND upper(a.employment) IS NOT NULL
    AND t.days_worked + t.days_paid_leave > greatest(
        0,
        least(upper(a.employment), (p.month + interval '1 month')::date)
        - greatest(lower(a.employment), p.month)
    );
