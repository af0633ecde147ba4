-- name: placement_approved
-- An officer has approved the placement.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN p.id IS NULL THEN 'no_data'
        WHEN p.state IN ('approved', 'closed') AND p.decided_at IS NOT NULL THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'placement', p.reference,
        'state', p.state
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN placement AS p ON a.placement_id = p.id
WHERE i.id = any(:instalment_ids::uuid[]);
