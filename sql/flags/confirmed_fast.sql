-- name: confirmed_fast
-- The month was confirmed so soon after it was reported that nobody can have looked.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object(
        'seconds', extract(EPOCH FROM t.confirmed_at - t.reported_at)::integer
    ) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN attendance AS t
    ON p.agreement_id = t.agreement_id AND p.month = t.month AND t.superseded_at IS NULL
WHERE
    t.confirmed_at < t.reported_at + make_interval(
        secs => flag_parameter('confirmed_fast', 'seconds', :on)
    );
