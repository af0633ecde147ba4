-- name: list_twins_of_office
SELECT
    candidate_id,
    reference,
    full_name,
    born_on,
    registered_at,
    other_id,
    other_reference,
    other_name,
    other_registered_at,
    office_name_sq,
    office_name_sr,
    is_own
FROM twins_to_decide(:at_most)
ORDER BY greatest(registered_at, other_registered_at), candidate_id, other_id
LIMIT :at_most;

-- name: insert_decisions
-- A pair that was decided before stays as it was.
INSERT INTO twin_decision (id, candidate_id, other_id, decided_at, decided_by, reason)
SELECT
    t.id,
    least(:candidate_id::uuid, t.other_id),
    greatest(:candidate_id::uuid, t.other_id),
    :at,
    :decided_by,
    :reason
FROM unnest(:ids::uuid[], :other_ids::uuid[]) AS t (id, other_id)
ON CONFLICT ON CONSTRAINT twin_decision_once_per_pair DO NOTHING;

-- name: is_pair_to_decide
SELECT count(*) > 0 AS is_pair
FROM twins_to_decide(1000)
WHERE
    (candidate_id = :candidate_id AND other_id = :other_id)
    OR (candidate_id = :other_id AND other_id = :candidate_id);

-- name: is_decided
SELECT count(*) > 0 AS is_decided
FROM twin_decision
WHERE
    candidate_id = least(:candidate_id::uuid, :other_id::uuid)
    AND other_id = greatest(:candidate_id::uuid, :other_id::uuid);
