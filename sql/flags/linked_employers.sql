-- name: linked_employers
-- The young person was subsidised before at another firm of the same undertaking.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object('agreement', min(b.reference), 'agreements', count(*)) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN agreement AS a ON p.agreement_id = a.id
INNER JOIN agreement AS b
    ON
        p.candidate_id = b.candidate_id
        AND p.employer_id <> b.employer_id
        AND a.starts_on > b.starts_on
        AND b.started_at IS NOT NULL
WHERE undertaking_of(a.employer_id, :on) = undertaking_of(b.employer_id, :on)
GROUP BY p.instalment_id;
