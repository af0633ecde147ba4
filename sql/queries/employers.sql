-- name: insert_employer
INSERT INTO employer (
    id,
    business_number,
    legal_name,
    folded_name,
    sector_nace,
    headcount,
    representative_name,
    municipality_code,
    registered_at,
    registered_by
)
VALUES (
    :id,
    :business_number,
    :legal_name,
    :folded_name,
    :sector_nace,
    :headcount,
    :representative_name,
    :municipality_code,
    :registered_at,
    :registered_by
);

-- name: get_employer
SELECT
    legal_name,
    sector_nace,
    headcount,
    representative_name,
    municipality_code,
    id,
    business_number,
    registered_at,
    registered_by
FROM employer
WHERE id = :employer_id;

-- name: lock_employer
SELECT
    legal_name,
    sector_nace,
    headcount,
    representative_name,
    municipality_code,
    id,
    business_number,
    registered_at,
    registered_by
FROM employer
WHERE id = :employer_id
FOR UPDATE;

-- name: list_employers
-- Firms are no office's own; every part of the name has to occur, in any order.
-- by name: e.folded_name::text, e.id::uuid
-- by newest: e.registered_at::timestamptz, e.id::uuid
-- by headcount: e.headcount::integer, e.id::uuid
SELECT
    e.legal_name,
    e.sector_nace,
    e.headcount,
    e.representative_name,
    e.municipality_code,
    e.id,
    e.business_number,
    e.registered_at,
    e.registered_by
FROM employer AS e
WHERE
    (:name_patterns::text[] IS NULL OR e.folded_name LIKE all(:name_patterns::text[]))
    AND (:sector::text IS NULL OR e.sector_nace LIKE :sector || '%')
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: record_change
UPDATE employer
SET
    legal_name = :legal_name,
    folded_name = :folded_name,
    sector_nace = :sector_nace,
    headcount = :headcount,
    representative_name = :representative_name,
    municipality_code = :municipality_code
WHERE id = :employer_id;
