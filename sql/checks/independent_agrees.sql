-- name: independent_agrees
-- A second computation, which shares nothing with the first, comes to the same cents; no data for a
-- kind of payment that is not computed twice. It stops nothing here: a payout whose total differs
-- is refused as a whole.
SELECT
    e.instalment_id,
    e.outcome,
    e.inputs
FROM expected_outcome(:instalment_ids::uuid[]) AS e;
