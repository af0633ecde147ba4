-- name: list_municipalities
SELECT
    code,
    name_sq,
    name_sr,
    latitude,
    longitude,
    population
FROM municipality
ORDER BY code
LIMIT 500;

-- name: list_offices
SELECT
    id,
    municipality_code,
    name_sq,
    name_sr
FROM office
WHERE closed_at IS NULL
ORDER BY municipality_code
LIMIT 500;

-- name: list_kept_offices
SELECT
    o.id,
    o.municipality_code,
    o.name_sq,
    o.name_sr,
    o.opened_at,
    o.closed_at,
    c.officer_count,
    c.candidate_count,
    c.agreement_count
FROM office AS o
INNER JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE c.kind = 'account')::int AS officer_count,
        count(*) FILTER (WHERE c.kind = 'candidate')::int AS candidate_count,
        count(*) FILTER (WHERE c.kind = 'agreement')::int AS agreement_count
    FROM open_cases_of_office(o.id) AS c
) AS c ON TRUE
ORDER BY o.closed_at ASC NULLS FIRST, o.municipality_code ASC
LIMIT 500;

-- name: lock_office
SELECT
    id,
    municipality_code,
    name_sq,
    name_sr,
    closed_at
FROM office
WHERE id = :office_id
FOR UPDATE;

-- name: list_open_cases
SELECT
    c.kind,
    c.case_id,
    c.reference
FROM open_cases_of_office(:office_id::uuid) AS c
ORDER BY c.kind, c.reference
LIMIT :at_most;

-- name: insert_office
INSERT INTO office (id, municipality_code, name_sq, name_sr, opened_at, opened_by)
VALUES (:office_id, :municipality_code, :name_sq, :name_sr, :at, :opened_by);

-- name: record_renamed
UPDATE office SET name_sq = :name_sq, name_sr = :name_sr
WHERE id = :office_id AND closed_at IS NULL;

-- name: record_closed
UPDATE office SET closed_at = :at, closed_by = :closed_by
WHERE id = :office_id AND closed_at IS NULL;
