-- name: get_fit
-- One pair, whether or not it fits; a pair the actor may not see is no row.
SELECT
    f.placement_id,
    f.candidate_id,
    f.occupation_code,
    f.occupations,
    f.skills_wished,
    f.skills_held,
    f.languages_asked,
    f.languages_spoken,
    f.distance_km,
    f.unemployed_since,
    f.employer_id,
    f.office_id,
    f.skills_demanded,
    f.licences_asked,
    f.licences_held,
    f.education_asked,
    f.education_held,
    f.travel_km,
    f.age_at_start,
    f.age_min,
    f.age_max,
    f.placement_open,
    f.seat_left,
    f.candidate_registered,
    f.candidate_free,
    f.not_yet_matched,
    f.age_fits,
    f.occupation_fits,
    f.education_fits,
    f.languages_fit,
    f.licences_fit,
    f.skills_fit,
    f.distance_fits
FROM placement_fit AS f
WHERE f.placement_id = :placement_id AND f.candidate_id = :candidate_id;

-- name: list_fitting_candidates
-- Of the actor's office. The likely best come first, so that a bound never cuts the best off.
SELECT
    f.placement_id,
    f.candidate_id,
    f.occupation_code,
    f.occupations,
    f.skills_wished,
    f.skills_held,
    f.languages_asked,
    f.languages_spoken,
    f.distance_km,
    f.unemployed_since,
    c.reference,
    c.given_name,
    c.family_name,
    c.education,
    c.municipality_code
FROM placement_fit AS f
INNER JOIN candidate AS c ON f.candidate_id = c.id
WHERE
    f.placement_id = :placement_id
    AND f.office_id = :office_id
    AND f.placement_open
    AND f.candidate_registered
    AND f.age_fits
    AND f.occupation_fits
    AND f.education_fits
    AND f.languages_fit
    AND f.licences_fit
    AND f.skills_fit
    AND f.distance_fits
    AND f.not_yet_matched
    AND f.candidate_free
    AND f.seat_left
ORDER BY
    array_position(f.occupations, f.occupation_code) IS NULL, f.distance_km, f.unemployed_since,
    f.candidate_id
LIMIT :most;

-- name: list_fitting_placements
-- Those that have not begun, the soonest first.
SELECT
    f.placement_id,
    f.candidate_id,
    f.occupation_code,
    f.occupations,
    f.skills_wished,
    f.skills_held,
    f.languages_asked,
    f.languages_spoken,
    f.distance_km,
    f.unemployed_since,
    p.reference,
    p.title,
    e.legal_name AS employer_name,
    p.gross_wage_cents,
    p.weekly_hours,
    p.municipality_code,
    lower(p.period) AS starts_on
FROM placement_fit AS f
INNER JOIN placement AS p ON f.placement_id = p.id
INNER JOIN employer AS e ON p.employer_id = e.id
WHERE
    f.candidate_id = :candidate_id
    AND f.placement_open
    AND f.candidate_registered
    AND f.age_fits
    AND f.occupation_fits
    AND f.education_fits
    AND f.languages_fit
    AND f.licences_fit
    AND f.skills_fit
    AND f.distance_fits
    AND f.not_yet_matched
    AND f.candidate_free
    AND f.seat_left
ORDER BY
    array_position(f.occupations, f.occupation_code) IS NULL, f.distance_km, starts_on,
    f.placement_id
LIMIT :most;

-- name: insert_match
-- The office is the candidate's and the employer the placement's, read from their own rows.
INSERT INTO placement_match (
    id, placement_id, candidate_id, office_id, employer_id, state, score, reasons, proposed_at,
    proposed_by
)
SELECT
    :match_id AS id,
    p.id AS placement_id,
    c.id AS candidate_id,
    c.office_id,
    p.employer_id,
    'proposed' AS state,
    :score AS score,
    :reasons AS reasons,
    :at AS proposed_at,
    :account_id AS proposed_by
FROM placement AS p
CROSS JOIN candidate AS c
WHERE p.id = :placement_id AND c.id = :candidate_id;

-- name: lock_match
SELECT
    m.state,
    m.placement_id,
    m.candidate_id
FROM placement_match AS m
WHERE m.id = :match_id
FOR UPDATE;

-- name: live_agreements
-- Asked after the match is locked: drafting an agreement waits for that lock.
SELECT count(*) AS live FROM agreement AS a
WHERE a.match_id = :match_id AND a.state <> 'cancelled';

-- name: lock_seats
-- Held while the agreed matches of a placement are counted.
SELECT
    p.state = 'approved' AS open,
    p.seats
FROM placement AS p
WHERE p.id = :placement_id
FOR UPDATE;

-- name: seats_taken
SELECT seats_taken(:placement_id) AS taken;

-- name: record_introduced
UPDATE placement_match
SET state = 'introduced', introduced_at = :at, introduced_by = :account_id
WHERE id = :match_id AND state = 'proposed';

-- name: record_candidate_accepted
UPDATE placement_match
SET state = :state, candidate_accepted_at = :at, candidate_accepted_by = :account_id
WHERE id = :match_id AND state IN ('introduced', 'employer_accepted');

-- name: record_employer_accepted
UPDATE placement_match
SET state = :state, employer_accepted_at = :at, employer_accepted_by = :account_id
WHERE id = :match_id AND state IN ('introduced', 'candidate_accepted');

-- name: record_declined
UPDATE placement_match
SET
    state = 'declined', declined_at = :at, declined_by = :account_id, declined_side = :side,
    decline_reason = :reason
WHERE id = :match_id AND state <> 'declined';

-- name: get_match
SELECT
    m.id,
    m.state,
    m.placement_id,
    p.reference AS placement_reference,
    p.title AS placement_title,
    e.legal_name AS employer_name,
    m.candidate_id,
    c.reference AS candidate_reference,
    c.given_name,
    c.family_name,
    m.score,
    m.reasons,
    m.proposed_at,
    proposer.name AS proposed_by_name,
    m.introduced_at,
    m.candidate_accepted_at,
    m.employer_accepted_at,
    m.declined_at,
    m.declined_side,
    m.decline_reason
FROM placement_match AS m
INNER JOIN placement AS p ON m.placement_id = p.id
INNER JOIN employer AS e ON m.employer_id = e.id
INNER JOIN candidate AS c ON m.candidate_id = c.id
INNER JOIN account AS proposer ON m.proposed_by = proposer.id
WHERE m.id = :match_id AND m.office_id = :office_id;

-- name: list_matches
-- Of an office's candidates, or of everybody's for those who audit.
SELECT
    m.id,
    m.state,
    m.placement_id,
    p.reference AS placement_reference,
    p.title AS placement_title,
    e.legal_name AS employer_name,
    m.candidate_id,
    c.reference AS candidate_reference,
    c.given_name,
    c.family_name,
    m.score,
    m.reasons,
    m.proposed_at,
    proposer.name AS proposed_by_name,
    m.introduced_at,
    m.candidate_accepted_at,
    m.employer_accepted_at,
    m.declined_at,
    m.declined_side,
    m.decline_reason
FROM placement_match AS m
INNER JOIN placement AS p ON m.placement_id = p.id
INNER JOIN employer AS e ON m.employer_id = e.id
INNER JOIN candidate AS c ON m.candidate_id = c.id
INNER JOIN account AS proposer ON m.proposed_by = proposer.id
WHERE
    (:office_id::uuid IS NULL OR m.office_id = :office_id)
    AND (:state::text IS NULL OR m.state = :state)
    AND (:before::uuid IS NULL OR m.id < :before)
ORDER BY m.id DESC
LIMIT :most;

-- name: get_introduction
-- What the employer may know of an introduced candidate, and no column more. Why the candidate
-- declined stays with the office.
SELECT
    m.id,
    m.state,
    m.placement_id,
    p.reference AS placement_reference,
    p.title AS placement_title,
    c.given_name,
    c.family_name,
    c.education,
    c.skills,
    c.languages,
    c.driving_licences,
    m.introduced_at,
    m.candidate_accepted_at,
    m.employer_accepted_at,
    m.declined_at,
    m.declined_side,
    CASE m.declined_side WHEN 'employer' THEN m.decline_reason END AS decline_reason
FROM placement_match AS m
INNER JOIN placement AS p ON m.placement_id = p.id
INNER JOIN candidate AS c ON m.candidate_id = c.id
WHERE m.id = :match_id AND m.employer_id = :employer_id AND m.introduced_at IS NOT NULL;

-- name: list_introductions_for_employer
SELECT
    m.id,
    m.state,
    m.placement_id,
    p.reference AS placement_reference,
    p.title AS placement_title,
    c.given_name,
    c.family_name,
    c.education,
    c.skills,
    c.languages,
    c.driving_licences,
    m.introduced_at,
    m.candidate_accepted_at,
    m.employer_accepted_at,
    m.declined_at,
    m.declined_side,
    CASE m.declined_side WHEN 'employer' THEN m.decline_reason END AS decline_reason
FROM placement_match AS m
INNER JOIN placement AS p ON m.placement_id = p.id
INNER JOIN candidate AS c ON m.candidate_id = c.id
WHERE
    m.employer_id = :employer_id
    AND m.introduced_at IS NOT NULL
    AND (:state::text IS NULL OR m.state = :state)
    AND (:before::uuid IS NULL OR m.id < :before)
ORDER BY m.id DESC
LIMIT :most;

-- name: find_candidate
-- By the reference that people write down.
SELECT
    c.id,
    c.reference,
    c.given_name,
    c.family_name
FROM candidate AS c
WHERE c.reference = :reference AND c.office_id = :office_id;
