-- name: independent_agrees
-- The second computation comes to the same cents; no data where nobody has stated how a kind of
-- payment of the scheme is computed twice.
SELECT
    e.instalment_id,
    e.outcome,
    e.inputs
FROM expected_outcome(:instalment_ids::uuid[]) AS e;
