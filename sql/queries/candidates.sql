-- name: list_occupations
-- Reference data of a few hundred rows, the same for everybody.
SELECT
    isco_code,
    name_sq,
    name_sr,
    name_en
FROM occupation
ORDER BY isco_code
LIMIT 1000;

-- name: insert_candidate
INSERT INTO candidate (
    id,
    reference,
    office_id,
    given_name,
    family_name,
    folded_name,
    born_on,
    sex,
    personal_number_sealed,
    personal_number_index,
    municipality_code,
    education,
    occupations,
    skills,
    languages,
    driving_licences,
    unemployed_since,
    travel_km,
    registered_at,
    registered_by
)
VALUES (
    :id,
    :reference,
    :office_id,
    :given_name,
    :family_name,
    :folded_name,
    :born_on,
    :sex,
    :personal_number_sealed,
    :personal_number_index,
    :municipality_code,
    :education,
    :occupations,
    :skills,
    :languages,
    :driving_licences,
    :unemployed_since,
    :travel_km,
    :registered_at,
    :registered_by
);

-- name: get_candidate
SELECT
    given_name,
    family_name,
    born_on,
    sex,
    municipality_code,
    education,
    occupations,
    skills,
    languages,
    driving_licences,
    unemployed_since,
    travel_km,
    id,
    reference,
    office_id,
    registered_at,
    registered_by,
    withdrawn_at
FROM candidate
WHERE id = :candidate_id;

-- name: lock_candidate
SELECT
    given_name,
    family_name,
    born_on,
    sex,
    municipality_code,
    education,
    occupations,
    skills,
    languages,
    driving_licences,
    unemployed_since,
    travel_km,
    id,
    reference,
    office_id,
    registered_at,
    registered_by,
    withdrawn_at
FROM candidate
WHERE id = :candidate_id
FOR UPDATE;

-- name: get_personal_number
SELECT personal_number_sealed AS sealed
FROM candidate
WHERE id = :candidate_id AND office_id = :office_id;

-- name: list_candidates_for_office
-- Every part of the name has to occur, in any order.
-- by newest: c.registered_at::timestamptz, c.id::uuid
-- by name: c.folded_name::text, c.id::uuid
-- by born: c.born_on::date, c.id::uuid
SELECT
    c.id,
    c.reference,
    c.given_name,
    c.family_name,
    c.born_on,
    c.municipality_code,
    c.registered_at,
    c.withdrawn_at
FROM candidate AS c
WHERE
    c.office_id = :office_id
    AND (:name_patterns::text[] IS NULL OR c.folded_name LIKE all(:name_patterns::text[]))
    AND (:is_registered::boolean IS NULL OR (c.withdrawn_at IS NULL) = :is_registered)
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_alike_for_office
-- Trigrams do not mind which name stands first.
SELECT
    id,
    reference,
    given_name,
    family_name,
    born_on,
    round(similarity(folded_name, :folded_name) * 100)::integer AS similarity_percent,
    coalesce(personal_number_index = :personal_number_index::bytea, FALSE) AS same_personal_number
FROM candidate
WHERE
    office_id = :office_id
    AND (
        personal_number_index = :personal_number_index::bytea
        OR similarity(folded_name, :folded_name) * 100 >= :percent_min::integer
    )
ORDER BY same_personal_number DESC, similarity_percent DESC, id DESC
LIMIT 50;

-- name: list_matches_of_candidate
SELECT
    m.id,
    m.state,
    m.placement_id,
    p.title AS placement_title,
    e.legal_name AS employer_name,
    greatest(
        m.proposed_at, m.introduced_at, m.candidate_accepted_at, m.employer_accepted_at,
        m.declined_at
    ) AS since
FROM placement_match AS m
INNER JOIN placement AS p ON m.placement_id = p.id
INNER JOIN employer AS e ON m.employer_id = e.id
WHERE m.candidate_id = :candidate_id
ORDER BY m.id DESC
LIMIT 50;

-- name: list_agreements_of_candidate
SELECT
    a.id,
    a.reference,
    a.state,
    e.legal_name AS employer_name,
    p.title,
    lower(a.period) AS starts_on,
    upper(a.period) - 1 AS last_day
FROM agreement AS a
INNER JOIN placement AS p ON a.placement_id = p.id
INNER JOIN employer AS e ON a.employer_id = e.id
WHERE a.candidate_id = :candidate_id
ORDER BY a.starts_on DESC, a.id DESC
LIMIT 50;

-- name: list_alike_elsewhere
SELECT
    initials,
    birth_year,
    office_name_sq,
    office_name_sr,
    same_personal_number
FROM
    people_alike_elsewhere(
        :folded_name, :born_on, :personal_number_index::bytea, :percent_min::integer
    )
ORDER BY same_personal_number DESC, birth_year ASC, initials ASC
LIMIT 20;

-- name: insert_look
INSERT INTO elsewhere_look (looked_at, looked_by, office_id, sought_by, found_count)
VALUES (:looked_at, :looked_by, :office_id, :sought_by, :found_count);

-- name: record_change
UPDATE candidate
SET
    given_name = :given_name,
    family_name = :family_name,
    folded_name = :folded_name,
    born_on = :born_on,
    sex = :sex,
    municipality_code = :municipality_code,
    education = :education,
    occupations = :occupations,
    skills = :skills,
    languages = :languages,
    driving_licences = :driving_licences,
    unemployed_since = :unemployed_since,
    travel_km = :travel_km
WHERE id = :candidate_id AND withdrawn_at IS NULL;

-- name: record_personal_number
UPDATE candidate
SET
    personal_number_sealed = :personal_number_sealed,
    personal_number_index = :personal_number_index
WHERE id = :candidate_id AND withdrawn_at IS NULL;

-- name: record_withdrawal
UPDATE candidate
SET
    withdrawn_at = :withdrawn_at,
    withdrawn_by = :withdrawn_by
WHERE id = :candidate_id AND withdrawn_at IS NULL;

-- name: live_agreements
SELECT count(*) AS live_agreements
FROM agreement
WHERE
    candidate_id = :candidate_id
    AND state NOT IN ('completed', 'ended_early', 'cancelled');

-- name: record_sensitive
INSERT INTO candidate_sensitive AS s (
    id,
    office_id,
    sealed,
    blind_indexes,
    written_at,
    written_by
)
VALUES (
    :candidate_id,
    :office_id,
    :sealed,
    :blind_indexes,
    :written_at,
    :written_by
)
ON CONFLICT (id) DO UPDATE
    SET
        sealed = excluded.sealed,
        blind_indexes = excluded.blind_indexes,
        written_at = excluded.written_at,
        written_by = excluded.written_by;

-- name: find_sensitive_for_office
SELECT sealed
FROM candidate_sensitive
WHERE id = :candidate_id AND office_id = :office_id;

-- name: list_candidates_with_index_for_office
SELECT
    c.id,
    c.reference,
    c.given_name,
    c.family_name,
    c.born_on,
    c.municipality_code,
    c.registered_at,
    c.withdrawn_at
FROM candidate AS c
INNER JOIN candidate_sensitive AS s ON c.id = s.id
WHERE
    s.office_id = :office_id
    AND s.blind_indexes @> ARRAY[:blind_index::bytea]
    AND c.withdrawn_at IS NULL
ORDER BY c.registered_at, c.id
LIMIT 100;

-- name: insert_sensitive_reads
-- One row a person, in the transaction that reads.
INSERT INTO sensitive_read (candidate_id, office_id, read_by, read_at, purpose)
SELECT
    r.candidate_id,
    :office_id,
    :read_by,
    :read_at,
    :purpose
FROM unnest(:candidate_ids::uuid[]) AS r (candidate_id);
