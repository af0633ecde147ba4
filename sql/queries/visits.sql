-- name: get_visited
SELECT
    a.id,
    a.reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    p.title,
    a.state,
    a.employment
FROM agreement AS a
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
INNER JOIN placement AS p ON a.placement_id = p.id
WHERE a.id = :agreement_id AND a.office_id = :office_id;

-- name: insert_visit
INSERT INTO visit (
    id, reference, agreement_id, state, is_announced, planned_on, planned_at, planned_by
) VALUES (
    :visit_id, :reference, :agreement_id, 'planned', :is_announced, :planned_on, :at, :planned_by
);

-- name: lock_visit
SELECT
    state,
    agreement_id,
    planned_on
FROM visit
WHERE id = :visit_id
FOR UPDATE;

-- name: record_report
UPDATE visit
SET
    state = 'done',
    visited_on = :visited_on,
    finding = :finding,
    note = :note,
    recorded_at = :at,
    recorded_by = :recorded_by
WHERE id = :visit_id AND state = 'planned';

-- name: record_call_off
UPDATE visit
SET
    state = 'called_off',
    called_off_at = :at,
    called_off_by = :called_off_by,
    call_off_reason = :reason
WHERE id = :visit_id AND state = 'planned';

-- name: get_visit
SELECT
    v.id,
    v.reference,
    v.state,
    v.is_announced,
    v.planned_on,
    planner.name AS planned_by_name,
    v.agreement_id,
    a.reference AS agreement_reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    v.visited_on,
    v.finding,
    v.note,
    v.recorded_at,
    recorder.name AS recorded_by_name,
    v.call_off_reason
FROM visit AS v
INNER JOIN agreement AS a ON v.agreement_id = a.id
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
INNER JOIN account AS planner ON v.planned_by = planner.id
LEFT JOIN account AS recorder ON v.recorded_by = recorder.id
WHERE v.id = :visit_id;

-- name: list_visits
-- What is planned comes first, the soonest on top; then what was done, the newest on top.
SELECT
    v.id,
    v.reference,
    v.state,
    v.is_announced,
    v.planned_on,
    planner.name AS planned_by_name,
    v.agreement_id,
    a.reference AS agreement_reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    v.visited_on,
    v.finding,
    v.note,
    v.recorded_at,
    recorder.name AS recorded_by_name,
    v.call_off_reason
FROM visit AS v
INNER JOIN agreement AS a ON v.agreement_id = a.id
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
INNER JOIN account AS planner ON v.planned_by = planner.id
LEFT JOIN account AS recorder ON v.recorded_by = recorder.id
WHERE
    (:office_id::uuid IS NULL OR a.office_id = :office_id)
    AND (:agreement_id::uuid IS NULL OR v.agreement_id = :agreement_id)
ORDER BY
    v.state = 'planned' DESC,
    CASE WHEN v.state = 'planned' THEN v.planned_on END ASC,
    v.visited_on DESC NULLS LAST,
    v.id DESC
LIMIT :at_most;

-- name: list_wanted
SELECT
    w.agreement_id,
    a.reference AS agreement_reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    w.is_announced,
    w.since
FROM visits_wanted(:office_id, :on) AS w
INNER JOIN agreement AS a ON w.agreement_id = a.id
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
ORDER BY w.since, a.reference, w.is_announced
LIMIT :at_most;
