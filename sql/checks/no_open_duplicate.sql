-- name: no_open_duplicate
-- Nobody else of the same name and day of birth works under an agreement on the same days.
WITH named AS MATERIALIZED (
    SELECT array_agg(k.id) AS candidate_ids
    FROM candidate AS k
    GROUP BY k.folded_name, k.born_on
    HAVING count(*) > 1
),

twin AS MATERIALIZED (
    SELECT
        one.id AS candidate_id,
        twinned.id AS other_id
    FROM named
    CROSS JOIN LATERAL unnest(named.candidate_ids) AS one (id)
    CROSS JOIN LATERAL unnest(named.candidate_ids) AS twinned (id)
    WHERE one.id <> twinned.id
),

overlapping AS (
    SELECT
        a.id AS agreement_id,
        array_agg(DISTINCT c.reference ORDER BY c.reference) AS namesakes
    FROM twin
    INNER JOIN agreement AS a ON twin.candidate_id = a.candidate_id
    INNER JOIN agreement AS b
        ON twin.other_id = b.candidate_id AND a.period && b.period AND b.state <> 'cancelled'
    INNER JOIN candidate AS c ON twin.other_id = c.id
    GROUP BY a.id
)

SELECT
    i.id AS instalment_id,
    CASE WHEN o.namesakes IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object('others', o.namesakes) AS inputs
FROM instalment AS i
LEFT JOIN overlapping AS o ON i.agreement_id = o.agreement_id
WHERE i.id = any(:instalment_ids::uuid[]);
