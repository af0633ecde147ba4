-- name: get_posting_facts
-- What the tables say about an offer: the scheme and the minimum wage in force at its start, and
-- whether its codes exist.
SELECT
    s.id AS scheme_id,
    v.months AS scheme_months,
    w.monthly_cents AS minimum_wage_cents,
    o.isco_code IS NOT NULL AS occupation_known,
    m.code IS NOT NULL AS municipality_known
FROM (VALUES (:starts_on::date)) AS posted (starts_on)
LEFT JOIN scheme AS s ON s.code = :scheme_code
LEFT JOIN scheme_version AS v
    ON
        s.id = v.scheme_id
        AND v.valid @> posted.starts_on
        AND v.state IN ('activated', 'superseded')
LEFT JOIN minimum_wage AS w ON w.period @> posted.starts_on AND w.superseded_at IS NULL
LEFT JOIN occupation AS o ON o.isco_code = :occupation_code
LEFT JOIN municipality AS m ON m.code = :municipality_code;

-- name: insert_placement
INSERT INTO placement (
    id, reference, employer_id, scheme_id, title, occupation_code, tasks, mentor_name,
    training_plan, weekly_hours, gross_wage_cents, municipality_code, seats, period, education_min,
    languages, driving_licences, skills, skills_demanded, state, submitted_at, submitted_by
) VALUES (
    :placement_id, :reference, :employer_id, :scheme_id, :title, :occupation_code, :tasks,
    :mentor_name, :training_plan, :weekly_hours, :gross_wage_cents, :municipality_code, :seats,
    :period, :education_min, :languages, :driving_licences, :skills, :skills_demanded, 'submitted',
    :at, :account_id
);

-- name: get_placement
SELECT
    s.code AS scheme_code,
    p.title,
    p.occupation_code,
    p.tasks,
    p.mentor_name,
    p.training_plan,
    p.weekly_hours,
    p.gross_wage_cents,
    p.municipality_code,
    p.seats,
    p.period,
    p.education_min,
    p.languages,
    p.driving_licences,
    p.skills,
    p.skills_demanded,
    p.id,
    p.reference,
    p.employer_id,
    e.legal_name AS employer_name,
    seats_taken(p.id) AS seats_taken,
    p.state,
    p.submitted_at,
    p.submitted_by,
    poster.name AS submitted_by_name,
    p.decided_at,
    p.decided_by,
    decider.name AS decided_by_name,
    p.decision_reason,
    p.closed_at,
    p.closed_by,
    closer.name AS closed_by_name
FROM placement AS p
INNER JOIN scheme AS s ON p.scheme_id = s.id
INNER JOIN employer AS e ON p.employer_id = e.id
INNER JOIN account AS poster ON p.submitted_by = poster.id
LEFT JOIN account AS decider ON p.decided_by = decider.id
LEFT JOIN account AS closer ON p.closed_by = closer.id
WHERE p.id = :placement_id;

-- name: lock_placement
-- Held while it is decided, closed, or its seats are counted.
SELECT
    p.state,
    p.employer_id,
    p.seats,
    p.weekly_hours,
    p.gross_wage_cents,
    (
        SELECT w.monthly_cents FROM minimum_wage AS w
        WHERE w.period @> lower(p.period) AND w.superseded_at IS NULL
    ) AS minimum_wage_cents
FROM placement AS p
WHERE p.id = :placement_id
FOR UPDATE;

-- name: record_decided
UPDATE placement
SET state = :state, decided_at = :at, decided_by = :account_id, decision_reason = :reason
WHERE id = :placement_id AND state = 'submitted';

-- name: record_closed
UPDATE placement
SET state = 'closed', closed_at = :at, closed_by = :account_id
WHERE id = :placement_id AND state = 'approved';

-- name: list_placements
-- An employer's own, or every employer's for the others; `open_on` asks for those that are
-- approved, not over on that day, and have a seat left.
-- counted to 1000
-- by newest: p.id::uuid
-- by employer: e.folded_name::text, p.id::uuid
-- by start: (lower(p.period))::date, p.id::uuid
-- by wage: p.gross_wage_cents::bigint, p.id::uuid
SELECT
    p.id,
    p.reference,
    p.title,
    e.legal_name AS employer_name,
    p.occupation_code,
    p.municipality_code,
    p.seats,
    seats_taken(p.id) AS seats_taken,
    p.weekly_hours,
    p.gross_wage_cents,
    lower(p.period) AS starts_on,
    upper(p.period) - 1 AS last_day,
    p.state,
    p.submitted_at
FROM placement AS p
INNER JOIN employer AS e ON p.employer_id = e.id
WHERE
    (:employer_id::uuid IS NULL OR p.employer_id = :employer_id)
    AND (:state::text IS NULL OR p.state = :state)
    AND (:name_patterns::text[] IS NULL OR e.folded_name LIKE all(:name_patterns::text[]))
    AND (
        :open_on::date IS NULL
        OR (
            p.state = 'approved'
            AND upper(p.period) > :open_on
            AND seats_taken(p.id) < p.seats
        )
    )
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_choices
-- Reference data that a placement is posted with, some hundred rows, the same for everybody.
SELECT
    'scheme' AS kind,
    s.code,
    s.name_sq,
    s.name_sr,
    s.name_en
FROM scheme AS s
WHERE
    EXISTS (
        SELECT 1 FROM scheme_version AS v
        WHERE v.scheme_id = s.id AND v.state IN ('activated', 'superseded')
    )
UNION ALL
SELECT
    'occupation' AS kind,
    o.isco_code AS code,
    o.name_sq,
    o.name_sr,
    o.name_en
FROM occupation AS o
UNION ALL
SELECT
    'municipality' AS kind,
    m.code,
    m.name_sq,
    m.name_sr,
    m.name_sq AS name_en
FROM municipality AS m
ORDER BY kind, code
LIMIT 1000;

-- name: get_standing
SELECT
    least_wage_cents,
    headcount,
    subsidised_count,
    dismissed_count,
    open_recovery_count
FROM employer_standing(:placement_id, :on);
