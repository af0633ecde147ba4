-- name: insert_donor
INSERT INTO donor (id, code, name, recorded_at, recorded_by)
VALUES (:donor_id, :code, :name, :at, :recorded_by);

-- name: list_donors
SELECT
    id,
    code,
    name
FROM donor
ORDER BY code
LIMIT 200;

-- name: insert_appropriation
INSERT INTO appropriation (
    id, budget_line_id, donor_id, period, priority, amount_cents, document_reference, reduces,
    is_shipped, proposed_at, proposed_by
) VALUES (
    :appropriation_id, :budget_line_id, :donor_id, :period, :priority, :amount_cents,
    :document_reference, :reduces, FALSE, :at, :proposed_by
);

-- name: lock_appropriation
SELECT
    budget_line_id,
    donor_id,
    period,
    priority,
    amount_cents,
    document_reference,
    reduces,
    id,
    proposed_by,
    confirmed_at,
    refused_at
FROM appropriation
WHERE id = :appropriation_id
FOR UPDATE;

-- name: record_confirmation
UPDATE appropriation
SET
    confirmed_at = :at,
    confirmed_by = :confirmed_by
WHERE id = :appropriation_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: record_refusal
UPDATE appropriation
SET
    refused_at = :at,
    refused_by = :refused_by
WHERE id = :appropriation_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: list_appropriations
-- What waits for a second person first, then the newest.
SELECT
    a.id,
    s.code AS scheme_code,
    d.code AS donor_code,
    d.name AS donor_name,
    lower(a.period) AS first_day,
    upper(a.period) - 1 AS last_day,
    a.priority,
    a.amount_cents,
    a.document_reference,
    a.reduces,
    a.proposed_at,
    a.proposed_by,
    proposer.name AS proposed_by_name,
    a.confirmed_at,
    confirmer.name AS confirmed_by_name,
    a.refused_at,
    refuser.name AS refused_by_name
FROM appropriation AS a
INNER JOIN budget_line AS l ON a.budget_line_id = l.id
INNER JOIN scheme AS s ON l.scheme_id = s.id
INNER JOIN donor AS d ON a.donor_id = d.id
LEFT JOIN account AS proposer ON a.proposed_by = proposer.id
LEFT JOIN account AS confirmer ON a.confirmed_by = confirmer.id
LEFT JOIN account AS refuser ON a.refused_by = refuser.id
ORDER BY num_nonnulls(a.confirmed_at, a.refused_at) ASC, a.proposed_at DESC, a.id DESC
LIMIT :at_most;

-- name: lock_lines_of_instalments
-- Held while what waits is summed, so that two payouts cannot both take the last of a line.
SELECT l.id
FROM budget_line AS l
WHERE
    l.scheme_id IN (
        SELECT own.scheme_id
        FROM instalment AS i
        INNER JOIN LATERAL (
            SELECT v.scheme_id
            FROM agreement AS a
            INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
            WHERE a.id = i.agreement_id
            ORDER BY a.id
            LIMIT 1
        ) AS own ON TRUE
        WHERE i.id = any(:instalment_ids::uuid[])
    )
ORDER BY l.id
FOR UPDATE OF l;

-- name: list_passed_lines
-- Lines that have less left than what is about to be put up, and waits already, comes to.
WITH put AS (
    SELECT
        own.scheme_id,
        sum(asked.cents) AS cents
    FROM unnest(:instalment_ids::uuid[], :cents::bigint[]) AS asked (instalment_id, cents)
    INNER JOIN instalment AS i ON asked.instalment_id = i.id
    INNER JOIN LATERAL (
        SELECT v.scheme_id
        FROM agreement AS a
        INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
        WHERE a.id = i.agreement_id
        ORDER BY a.id
        LIMIT 1
    ) AS own ON TRUE
    GROUP BY own.scheme_id
),

waiting AS (
    SELECT
        own.scheme_id,
        sum(pi.cents) AS cents
    FROM put_in AS pi
    INNER JOIN LATERAL (
        SELECT v.scheme_id
        FROM agreement AS a
        INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
        WHERE a.id = pi.agreement_id
        ORDER BY a.id
        LIMIT 1
    ) AS own ON TRUE
    WHERE pi.state IN ('draft', 'submitted')
    GROUP BY own.scheme_id
)

SELECT
    s.code AS scheme_code,
    (put.cents + coalesce(waiting.cents, 0) - line_unspent(l.id))::bigint AS short_cents
FROM put
INNER JOIN budget_line AS l ON put.scheme_id = l.scheme_id
INNER JOIN scheme AS s ON l.scheme_id = s.id
LEFT JOIN waiting ON put.scheme_id = waiting.scheme_id
WHERE put.cents + coalesce(waiting.cents, 0) > line_unspent(l.id)
ORDER BY s.code;
