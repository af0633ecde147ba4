-- name: no_open_duplicate
-- Nobody else of the same name and day of birth works under an agreement on the same days.
WITH named AS (
    SELECT
        k.folded_name,
        k.born_on
    FROM candidate AS k
    GROUP BY k.folded_name, k.born_on
    HAVING count(*) > 1
)

SELECT
    i.id AS instalment_id,
    CASE WHEN twins.references_found IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object('others', twins.references_found) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN candidate AS c ON a.candidate_id = c.id
LEFT JOIN named ON c.folded_name = named.folded_name AND c.born_on = named.born_on
LEFT JOIN LATERAL (
    SELECT array_agg(o.reference ORDER BY o.reference) AS references_found
    FROM candidate AS o
    INNER JOIN agreement AS b ON o.id = b.candidate_id
    WHERE
        o.folded_name = named.folded_name
        AND o.born_on = named.born_on
        AND o.id <> c.id
        AND b.state <> 'cancelled'
        AND b.period && a.period
) AS twins ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
