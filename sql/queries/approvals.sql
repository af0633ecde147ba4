-- name: list_acts
SELECT
    act.id,
    act.kind,
    act.account_id,
    a.name AS account_name,
    act.acted_at,
    act.code,
    act.reason
FROM payout_act AS act
INNER JOIN account AS a ON act.account_id = a.id
WHERE act.payout_id = :payout_id
ORDER BY act.acted_at, act.id;

-- name: insert_act
INSERT INTO payout_act (
    id, payout_id, account_id, kind, digest, code, reason, acted_at
) VALUES (
    :act_id, :payout_id, :account_id, :kind, :digest, :code, :reason, :at
);

-- name: list_conflicts
-- The parts that somebody had in a payout; that of the whole comes first.
SELECT
    c.duty,
    l.payee_name,
    i.month
FROM payout_conflicts(:payout_id, :account_id, 'infinity') AS c
LEFT JOIN payout_line AS l ON c.payout_line_id = l.id
LEFT JOIN instalment AS i ON l.instalment_id = i.id
ORDER BY l.id NULLS FIRST, c.duty
LIMIT :at_most;

-- name: list_people_free
-- Who of a role may still act on a payout: without a part in it, and without an act on it.
SELECT
    a.id,
    a.name
FROM account AS a
WHERE
    a.role = :role
    AND a.disabled_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM payout_act AS act
        WHERE act.payout_id = :payout_id AND act.account_id = a.id AND act.kind <> 'reopening'
    )
    AND NOT EXISTS (
        SELECT c.duty FROM payout_conflicts(:payout_id, a.id, 'infinity') AS c
    )
ORDER BY a.name, a.id
LIMIT :at_most;

-- name: lock_paid_agreements
-- Nothing is computed for them while what a payout holds of them is given back.
SELECT a.id
FROM agreement AS a
WHERE
    a.id IN (
        SELECT i.agreement_id
        FROM payout_line AS l
        INNER JOIN instalment AS i ON l.instalment_id = i.id
        WHERE l.payout_id = :payout_id
    )
ORDER BY a.id
FOR NO KEY UPDATE OF a;

-- name: list_dues_again
-- What is due now for the months that a payout paid or netted, by the line or netting it was in.
SELECT DISTINCT ON (now.agreement_id, now.month, now.kind)
    now.id AS instalment_id,
    now.agreement_id,
    now.month,
    now.kind,
    budget.id AS budget_line_id,
    now.amount_cents AS due_cents,
    touched.source_type,
    touched.source_id
FROM (
    SELECT
        l.instalment_id,
        'payout_line' AS source_type,
        l.id AS source_id
    FROM payout_line AS l
    WHERE l.payout_id = :payout_id
    UNION ALL
    SELECT
        n.instalment_id,
        'payout_netting' AS source_type,
        n.id AS source_id
    FROM payout_netting AS n
    INNER JOIN payout_line AS l ON n.payout_line_id = l.id
    WHERE l.payout_id = :payout_id
) AS touched
INNER JOIN instalment AS i ON touched.instalment_id = i.id
INNER JOIN instalment AS now
    ON
        i.agreement_id = now.agreement_id
        AND i.month = now.month
        AND i.kind = now.kind
        AND now.superseded_at IS NULL
INNER JOIN agreement AS a ON now.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS budget ON v.scheme_id = budget.scheme_id
ORDER BY now.agreement_id ASC, now.month ASC, now.kind ASC, touched.source_id ASC;

-- name: lock_instalments
-- Those that are paid and those that are netted: none is superseded while it is signed.
SELECT i.id
FROM instalment AS i
WHERE
    i.id IN (
        SELECT l.instalment_id FROM payout_line AS l
        WHERE l.payout_id = :payout_id
        UNION ALL
        SELECT n.instalment_id
        FROM payout_netting AS n
        INNER JOIN payout_line AS l ON n.payout_line_id = l.id
        WHERE l.payout_id = :payout_id
    )
ORDER BY i.id
FOR SHARE OF i;

-- name: list_differences
-- What two payouts pay unlike each other for an agreement, month and kind, or to another account.
WITH paid AS (
    SELECT
        l.payout_id,
        i.agreement_id,
        i.month,
        i.kind,
        l.payee_name,
        l.amount_cents,
        l.bank_account_id
    FROM payout_line AS l
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE l.payout_id IN (:payout_id, :earlier_id)
),

earlier AS (
    SELECT
        agreement_id,
        month,
        kind,
        payee_name,
        amount_cents,
        bank_account_id
    FROM paid
    WHERE payout_id = :earlier_id
),

anew AS (
    SELECT
        agreement_id,
        month,
        kind,
        payee_name,
        amount_cents,
        bank_account_id
    FROM paid
    WHERE payout_id = :payout_id
)

SELECT
    coalesce(anew.payee_name, earlier.payee_name) AS payee_name,
    coalesce(anew.month, earlier.month) AS month,
    earlier.amount_cents AS before_cents,
    anew.amount_cents AS now_cents,
    coalesce(anew.bank_account_id <> earlier.bank_account_id, FALSE) AS is_account_new
FROM anew
FULL JOIN earlier
    ON
        anew.agreement_id = earlier.agreement_id
        AND anew.month = earlier.month
        AND anew.kind = earlier.kind
WHERE
    (anew.amount_cents, anew.bank_account_id)
    IS DISTINCT FROM (earlier.amount_cents, earlier.bank_account_id)
ORDER BY payee_name, month
LIMIT :at_most;

-- name: find_freeze
SELECT
    f.id,
    f.period,
    f.stops,
    f.reason,
    f.proposed_at,
    f.proposed_by,
    proposer.name AS proposed_by_name,
    f.confirmed_at,
    confirmer.name AS confirmed_by_name,
    f.lifted_at,
    lifter.name AS lifted_by_name
FROM freeze_period AS f
INNER JOIN account AS proposer ON f.proposed_by = proposer.id
LEFT JOIN account AS confirmer ON f.confirmed_by = confirmer.id
LEFT JOIN account AS lifter ON f.lifted_by = lifter.id
WHERE
    :stop = any(f.stops)
    AND f.period @> :on_day::date
    AND f.confirmed_at IS NOT NULL
    AND f.lifted_at IS NULL
ORDER BY upper(f.period) DESC
LIMIT 1;

-- name: list_freezes
SELECT
    f.id,
    f.period,
    f.stops,
    f.reason,
    f.proposed_at,
    f.proposed_by,
    proposer.name AS proposed_by_name,
    f.confirmed_at,
    confirmer.name AS confirmed_by_name,
    f.lifted_at,
    lifter.name AS lifted_by_name
FROM freeze_period AS f
INNER JOIN account AS proposer ON f.proposed_by = proposer.id
LEFT JOIN account AS confirmer ON f.confirmed_by = confirmer.id
LEFT JOIN account AS lifter ON f.lifted_by = lifter.id
ORDER BY lower(f.period) DESC, f.id DESC
LIMIT :at_most;

-- name: lock_freeze
SELECT
    f.id,
    f.period,
    f.stops,
    f.reason,
    f.proposed_at,
    f.proposed_by,
    proposer.name AS proposed_by_name,
    f.confirmed_at,
    confirmer.name AS confirmed_by_name,
    f.lifted_at,
    lifter.name AS lifted_by_name
FROM freeze_period AS f
INNER JOIN account AS proposer ON f.proposed_by = proposer.id
LEFT JOIN account AS confirmer ON f.confirmed_by = confirmer.id
LEFT JOIN account AS lifter ON f.lifted_by = lifter.id
WHERE f.id = :freeze_id
FOR UPDATE OF f;

-- name: insert_freeze
INSERT INTO freeze_period (id, period, stops, reason, proposed_at, proposed_by)
VALUES (:freeze_id, :period, :stops, :reason, :at, :account_id);

-- name: record_freeze_confirmed
UPDATE freeze_period
SET
    confirmed_at = :at,
    confirmed_by = :account_id
WHERE id = :freeze_id AND confirmed_at IS NULL AND lifted_at IS NULL;

-- name: record_freeze_lifted
UPDATE freeze_period
SET
    lifted_at = :at,
    lifted_by = :account_id
WHERE id = :freeze_id AND lifted_at IS NULL;

-- name: list_rules
SELECT
    r.id,
    r.valid_from,
    r.basis,
    bands.listed AS bands,
    r.proposed_at,
    r.proposed_by,
    proposer.name AS proposed_by_name,
    r.confirmed_at,
    confirmer.name AS confirmed_by_name,
    r.refused_at,
    refuser.name AS refused_by_name
FROM approval_rule AS r
INNER JOIN LATERAL (
    SELECT
        jsonb_agg(
            jsonb_build_object(
                'below_cents', b.below_cents,
                'approval_count', b.approval_count,
                'authorisation_count', b.authorisation_count
            ) ORDER BY b.below_cents ASC NULLS LAST
        ) AS listed
    FROM approval_band AS b
    WHERE b.approval_rule_id = r.id
) AS bands ON TRUE
LEFT JOIN account AS proposer ON r.proposed_by = proposer.id
LEFT JOIN account AS confirmer ON r.confirmed_by = confirmer.id
LEFT JOIN account AS refuser ON r.refused_by = refuser.id
ORDER BY r.valid_from DESC, r.id DESC
LIMIT :at_most;

-- name: lock_rule
SELECT
    r.id,
    r.valid_from,
    r.basis,
    bands.listed AS bands,
    r.proposed_at,
    r.proposed_by,
    proposer.name AS proposed_by_name,
    r.confirmed_at,
    confirmer.name AS confirmed_by_name,
    r.refused_at,
    refuser.name AS refused_by_name
FROM approval_rule AS r
INNER JOIN LATERAL (
    SELECT
        jsonb_agg(
            jsonb_build_object(
                'below_cents', b.below_cents,
                'approval_count', b.approval_count,
                'authorisation_count', b.authorisation_count
            ) ORDER BY b.below_cents ASC NULLS LAST
        ) AS listed
    FROM approval_band AS b
    WHERE b.approval_rule_id = r.id
) AS bands ON TRUE
LEFT JOIN account AS proposer ON r.proposed_by = proposer.id
LEFT JOIN account AS confirmer ON r.confirmed_by = confirmer.id
LEFT JOIN account AS refuser ON r.refused_by = refuser.id
WHERE r.id = :rule_id
FOR UPDATE OF r;

-- name: insert_rule
INSERT INTO approval_rule (id, valid_from, basis, proposed_at, proposed_by)
VALUES (:rule_id, :valid_from, :basis, :at, :account_id);

-- name: insert_bands
INSERT INTO approval_band (
    id, approval_rule_id, below_cents, approval_count, authorisation_count
)
SELECT
    id,
    :rule_id AS approval_rule_id,
    below_cents,
    approval_count,
    authorisation_count
FROM unnest(
    :ids::uuid[], :below_cents::bigint[], :approval_counts::integer[],
    :authorisation_counts::integer[]
) AS band (id, below_cents, approval_count, authorisation_count);

-- name: record_rule_confirmed
UPDATE approval_rule
SET
    confirmed_at = :at,
    confirmed_by = :account_id
WHERE id = :rule_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: record_rule_refused
UPDATE approval_rule
SET
    refused_at = :at,
    refused_by = :account_id
WHERE id = :rule_id AND confirmed_at IS NULL AND refused_at IS NULL;
