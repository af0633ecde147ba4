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

-- name: list_due
-- The worklist of an office, or of all of them for those who audit.
-- by ended: (upper(a.period))::date, a.id::uuid, k.months_after::integer
SELECT
    a.id AS agreement_id,
    a.reference,
    coalesce(
        (
            SELECT c.given_name || ' ' || c.family_name
            FROM candidate AS c
            WHERE c.id = a.candidate_id
        ),
        ''
    ) AS candidate_name,
    (SELECT e.legal_name FROM employer AS e WHERE e.id = a.employer_id) AS employer_name,
    k.months_after,
    (upper(a.period) + make_interval(months => k.months_after))::date AS due_on
FROM agreement AS a
CROSS JOIN unnest(:points::integer[]) AS k (months_after)
WHERE
    (:office_id::uuid IS NULL OR a.office_id = :office_id)
    AND a.state IN ('completed', 'ended_early')
    AND (upper(a.period) + make_interval(months => k.months_after))::date <= :on::date
    AND NOT EXISTS (
        SELECT 1 FROM outcome AS o
        WHERE o.agreement_id = a.id AND o.months_after = k.months_after
    )
    AND (:months_after::integer IS NULL OR k.months_after = :months_after)
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;
