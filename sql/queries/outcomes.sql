-- name: lock_followed
-- Held so that the agreement is not ended or extended while an outcome of it is recorded.
SELECT
    id,
    state,
    started_at,
    period
FROM agreement
WHERE id = :agreement_id
FOR UPDATE;

-- name: insert_outcome
INSERT INTO outcome (
    id, agreement_id, months_after, employed, same_employer, observed_on, source,
    recorded_at, recorded_by, by_link
) VALUES (
    :id, :agreement_id, :months_after, :employed, :same_employer, :observed_on, :source,
    :recorded_at, :recorded_by, :by_link
);

-- name: list_outcomes
SELECT
    id,
    agreement_id,
    months_after,
    employed,
    same_employer,
    observed_on,
    source,
    recorded_at
FROM outcome
WHERE agreement_id = :agreement_id
ORDER BY months_after;

-- name: list_due_for_office
-- The worklist of an office: the oldest first.
SELECT
    a.id AS agreement_id,
    a.reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    k.months_after,
    (upper(a.period) + make_interval(months => k.months_after))::date AS due_on
FROM agreement AS a
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
CROSS JOIN unnest(:points::integer[]) AS k (months_after)
LEFT JOIN outcome AS o ON a.id = o.agreement_id AND k.months_after = o.months_after
WHERE
    a.office_id = :office_id
    AND a.state IN ('completed', 'ended_early')
    AND (upper(a.period) + make_interval(months => k.months_after))::date <= :on::date
    AND o.id IS NULL
ORDER BY due_on, a.reference, k.months_after
LIMIT :at_most;
