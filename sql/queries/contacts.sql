-- name: record_contact
INSERT INTO candidate_contact AS k (
    id,
    language,
    sealed,
    written_at,
    written_by
)
VALUES (
    :candidate_id,
    :language,
    :sealed,
    :written_at,
    :written_by
)
ON CONFLICT (id) DO UPDATE
    SET
        language = excluded.language,
        sealed = excluded.sealed,
        written_at = excluded.written_at,
        written_by = excluded.written_by;

-- name: find_contact
SELECT
    language,
    sealed,
    written_at
FROM candidate_contact
WHERE id = :candidate_id;

-- name: insert_consents
INSERT INTO candidate_consent (
    id,
    candidate_id,
    purpose,
    is_given,
    recorded_at,
    recorded_by
)
SELECT
    said.id,
    :candidate_id,
    said.purpose,
    said.is_given,
    :at,
    :recorded_by
FROM unnest(:ids::uuid[], :purposes::text[], :given::boolean[]) AS said (id, purpose, is_given);

-- name: list_consents
SELECT DISTINCT ON (k.purpose)
    k.purpose,
    k.is_given,
    k.recorded_at,
    a.name AS recorded_by_name
FROM candidate_consent AS k
INNER JOIN account AS a ON k.recorded_by = a.id
WHERE k.candidate_id = :candidate_id
ORDER BY k.purpose ASC, k.recorded_at DESC, k.id DESC;
