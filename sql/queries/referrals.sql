-- name: insert_referral
INSERT INTO referral (
    id, candidate_id, direction, made_on, sealed, recorded_at, recorded_by
) VALUES (
    :referral_id, :candidate_id, :direction, :made_on, :sealed, :at, :recorded_by
);

-- name: list_referrals_of_candidate
SELECT
    r.id,
    r.direction,
    r.made_on,
    r.recorded_at,
    a.name AS recorded_by_name,
    r.closed_at,
    c.name AS closed_by_name
FROM referral AS r
INNER JOIN account AS a ON r.recorded_by = a.id
LEFT JOIN account AS c ON r.closed_by = c.id
WHERE r.candidate_id = :candidate_id
ORDER BY r.made_on DESC, r.id DESC
LIMIT 100;

-- name: list_sealed_of_candidate
SELECT
    id,
    direction,
    made_on,
    sealed,
    closed_at
FROM referral
WHERE candidate_id = :candidate_id
ORDER BY made_on DESC, id DESC
LIMIT 100;

-- name: lock_referral
SELECT
    id,
    direction,
    made_on,
    sealed,
    closed_at
FROM referral
WHERE id = :referral_id AND candidate_id = :candidate_id
FOR UPDATE;

-- name: record_closed
UPDATE referral
SET
    sealed = :sealed,
    closed_at = :at,
    closed_by = :closed_by
WHERE id = :referral_id AND closed_at IS NULL;
