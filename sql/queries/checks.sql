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
