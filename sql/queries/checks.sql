-- name: plan_for_these
-- A plan made for the very instalments that are asked about: thousands, where a general one expects
-- a few.
SELECT set_config('plan_cache_mode', 'force_custom_plan', TRUE) AS planned;

-- name: insert_run
INSERT INTO check_run (id, month, run_at, run_on, run_by)
VALUES (:run_id, :month, :at, :on, :run_by);

-- name: insert_checked
INSERT INTO checked_instalment (
    run_id, instalment_id, agreement_id, month, kind, payee, is_monthly
)
SELECT
    :run_id AS run_id,
    i.id AS instalment_id,
    i.agreement_id,
    i.month,
    i.kind,
    payee_of(v.payments, i.kind) AS payee,
    (v.payments -> i.kind ->> 'is_monthly')::boolean AS is_monthly
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE i.id = any(:instalment_ids::uuid[]);

-- name: insert_lapses
-- Overrides that have lapsed since the run before: each is noted by the first run without it.
INSERT INTO check_override_lapse (override_id, run_id)
SELECT
    o.id,
    :run_id AS run_id
FROM check_override AS o
LEFT JOIN check_override_lapse AS noted ON o.id = noted.override_id
WHERE o.granted_at IS NOT NULL AND o.expires_at <= :at AND noted.run_id IS NULL;

-- name: list_blocked
SELECT DISTINCT u.instalment_id AS id
FROM unmet_checks(:run_id, :at) AS u
WHERE u.instalment_id IS NOT NULL;

-- name: list_to_check
-- What could be put up: due up to a month, and more than payouts hold of it.
SELECT i.id
FROM instalment AS i
LEFT JOIN payout_line AS l ON i.id = l.instalment_id AND l.released_at IS NULL
WHERE
    i.superseded_at IS NULL
    AND i.outcome = 'due'
    AND i.month <= :month
    AND l.id IS NULL
    AND i.amount_cents > (
        SELECT coalesce(sum(pi.cents), 0)
        FROM put_in AS pi
        WHERE pi.agreement_id = i.agreement_id AND pi.month = i.month AND pi.kind = i.kind
    )
ORDER BY i.id;

-- name: get_month
-- What of which agreement an instalment is for.
SELECT
    agreement_id,
    month,
    kind
FROM instalment
WHERE id = :instalment_id;

-- name: list_results
-- What the checks found of an instalment in one run, or in the last; in the order of their rules.
SELECT
    f.code,
    f.outcome,
    f.inputs,
    f.decided_at,
    n.run_at,
    ran.name AS run_by_name,
    r.is_blocking,
    r.no_data_blocks,
    r.is_overridable,
    r.acts,
    r.source,
    o.reason AS override_reason,
    o.expires_at AS override_expires_at,
    granter.name AS override_granted_by_name
FROM check_result AS f
INNER JOIN check_run AS n ON f.run_id = n.id
INNER JOIN check_rule AS r ON f.code = r.code AND r.valid @> n.run_on
LEFT JOIN account AS ran ON n.run_by = ran.id
LEFT JOIN check_override AS o ON f.override_id = o.id
LEFT JOIN account AS granter ON o.granted_by = granter.id
WHERE
    f.instalment_id = :instalment_id
    AND f.run_id = coalesce(
        :run_id::uuid,
        (
            SELECT c.run_id
            FROM checked_instalment AS c
            WHERE c.instalment_id = :instalment_id
            ORDER BY c.run_id DESC
            LIMIT 1
        )
    )
ORDER BY r.id;

-- name: list_shortcomings
-- What of a payout's lines did not simply pass: the checks that failed, had no data that would
-- block, or were overridden, with their inputs.
SELECT
    l.id AS payout_line_id,
    l.instalment_id,
    l.payee_name,
    i.month,
    f.code,
    f.outcome,
    f.inputs,
    r.is_blocking,
    o.reason AS override_reason
FROM payout AS p
INNER JOIN payout_line AS l ON p.id = l.payout_id
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN check_run AS n ON p.check_run_id = n.id
INNER JOIN check_result AS f ON n.id = f.run_id AND l.instalment_id = f.instalment_id
INNER JOIN check_rule AS r ON f.code = r.code AND r.valid @> n.run_on
LEFT JOIN check_override AS o ON f.override_id = o.id
WHERE
    p.id = :payout_id
    AND (f.outcome = 'failed' OR (f.outcome = 'no_data' AND r.no_data_blocks))
ORDER BY l.payee_name, l.id, r.id
LIMIT :at_most;

-- name: count_results
-- How the checks of a payout's lines came out, check by check.
SELECT
    f.code,
    r.is_blocking,
    count(*) FILTER (WHERE f.outcome = 'passed') AS passed_count,
    count(*) FILTER (WHERE f.outcome = 'failed') AS failed_count,
    count(*) FILTER (WHERE f.outcome = 'no_data') AS no_data_count,
    count(f.override_id) AS overridden_count
FROM payout AS p
INNER JOIN payout_line AS l ON p.id = l.payout_id
INNER JOIN check_run AS n ON p.check_run_id = n.id
INNER JOIN check_result AS f ON n.id = f.run_id AND l.instalment_id = f.instalment_id
INNER JOIN check_rule AS r ON f.code = r.code AND r.valid @> n.run_on
WHERE p.id = :payout_id
GROUP BY f.code, r.is_blocking, r.id
ORDER BY r.id;

-- name: list_rules
SELECT
    code,
    is_blocking,
    no_data_blocks,
    is_overridable,
    payee,
    is_monthly_only,
    acts,
    source
FROM check_rule
WHERE valid @> :on::date
ORDER BY id;

-- name: insert_override
INSERT INTO check_override (
    id, agreement_id, month, kind, code, reason, asked_at, asked_by, expires_at
) VALUES (
    :override_id, :agreement_id, :month, :kind, :code, :reason, :at, :asked_by, :expires_at
);

-- name: lock_override
SELECT
    o.id,
    o.asked_by,
    o.expires_at,
    num_nonnulls(o.granted_at, o.refused_at) > 0 AS is_decided
FROM check_override AS o
WHERE o.id = :override_id
FOR UPDATE OF o;

-- name: record_grant
UPDATE check_override
SET
    granted_at = :at,
    granted_by = :granted_by
WHERE id = :override_id AND granted_at IS NULL AND refused_at IS NULL;

-- name: record_refusal
UPDATE check_override
SET
    refused_at = :at,
    refused_by = :refused_by
WHERE id = :override_id AND granted_at IS NULL AND refused_at IS NULL;

-- name: list_overrides
-- What waits for a second person first, then what is in force, then what is over.
SELECT
    o.id,
    a.reference AS agreement_reference,
    o.agreement_id,
    o.month,
    o.kind,
    o.code,
    o.reason,
    o.asked_at,
    o.asked_by,
    asker.name AS asked_by_name,
    o.expires_at,
    o.granted_at,
    granter.name AS granted_by_name,
    o.refused_at,
    refuser.name AS refused_by_name,
    CASE
        WHEN o.refused_at IS NOT NULL THEN 'refused'
        WHEN o.expires_at <= :at THEN 'lapsed'
        WHEN o.granted_at IS NOT NULL THEN 'granted'
        ELSE 'asked'
    END AS state
FROM check_override AS o
INNER JOIN agreement AS a ON o.agreement_id = a.id
INNER JOIN account AS asker ON o.asked_by = asker.id
LEFT JOIN account AS granter ON o.granted_by = granter.id
LEFT JOIN account AS refuser ON o.refused_by = refuser.id
ORDER BY
    num_nonnulls(o.granted_at, o.refused_at) > 0 OR o.expires_at <= :at,
    o.expires_at <= :at,
    o.asked_at DESC,
    o.id DESC
LIMIT :at_most;

-- name: insert_hold
INSERT INTO instalment_hold (
    id, agreement_id, month, kind, employer_id, reason, placed_at, placed_by
) VALUES (
    :hold_id, :agreement_id, :month, :kind, :employer_id, :reason, :at, :placed_by
);

-- name: lock_hold
SELECT
    h.id,
    h.placed_by,
    h.released_at IS NOT NULL AS is_released
FROM instalment_hold AS h
WHERE h.id = :hold_id
FOR UPDATE OF h;

-- name: record_release
UPDATE instalment_hold
SET
    released_at = :at,
    released_by = :released_by,
    release_reason = :reason
WHERE id = :hold_id AND released_at IS NULL;

-- name: list_holds
-- Those in force first, the oldest of them on top.
SELECT
    h.id,
    h.agreement_id,
    a.reference AS agreement_reference,
    h.month,
    h.kind,
    h.employer_id,
    e.legal_name AS employer_name,
    h.reason,
    h.placed_at,
    h.placed_by,
    placer.name AS placed_by_name,
    h.released_at,
    releaser.name AS released_by_name,
    h.release_reason
FROM instalment_hold AS h
LEFT JOIN agreement AS a ON h.agreement_id = a.id
LEFT JOIN employer AS e ON h.employer_id = e.id
INNER JOIN account AS placer ON h.placed_by = placer.id
LEFT JOIN account AS releaser ON h.released_by = releaser.id
ORDER BY h.released_at DESC NULLS FIRST, h.placed_at ASC, h.id ASC
LIMIT :at_most;
