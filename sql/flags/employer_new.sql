-- name: employer_new
-- The employer was registered here only days before the agreement was drafted.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object(
        'registered_on', (e.registered_at AT TIME ZONE 'Europe/Belgrade')::date,
        'days', greatest(0, extract(DAY FROM a.drafted_at - e.registered_at)::integer)
    ) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN agreement AS a ON p.agreement_id = a.id
INNER JOIN employer AS e ON p.employer_id = e.id
WHERE
    a.drafted_at < e.registered_at + make_interval(
        days => flag_parameter('employer_new', 'days', :on)
    );
