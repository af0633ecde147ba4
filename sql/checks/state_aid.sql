-- name: state_aid
-- What is paid to a firm stays within the ceiling of de minimis aid to its undertaking: with all it
-- was granted in the rolling years, and the older instalments that are asked about together.
WITH asked AS (
    SELECT
        i.id,
        i.month,
        undertaking_of(own.employer_id, :on::date) AS head_id,
        payee_of(own.payments, i.kind) = 'employer' AS is_aid,
        greatest(i.amount_cents - put.cents, 0)::bigint AS cents
    FROM instalment AS i
    INNER JOIN LATERAL (
        SELECT
            a.employer_id,
            v.payments
        FROM agreement AS a
        INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
        WHERE a.id = i.agreement_id
        ORDER BY a.id
        LIMIT 1
    ) AS own ON TRUE
    INNER JOIN LATERAL (
        SELECT coalesce(sum(pi.cents), 0) AS cents
        FROM put_in AS pi
        WHERE pi.agreement_id = i.agreement_id AND pi.month = i.month AND pi.kind = i.kind
    ) AS put ON TRUE
    WHERE i.id = any(:instalment_ids::uuid[])
),

heads AS (
    SELECT array_agg(DISTINCT head_id) AS ids
    FROM asked
    WHERE is_aid
),

used AS (
    SELECT
        u.head_id,
        r.ceiling_cents,
        r.excess_policy,
        r.years,
        u.cents
    FROM state_aid_rule AS r
    CROSS JOIN heads
    CROSS JOIN LATERAL state_aid_used_by(heads.ids, :on::date, r.years) AS u
    WHERE r.valid @> :on::date AND r.superseded_at IS NULL
),

running AS (
    SELECT
        asked.id,
        asked.is_aid,
        asked.head_id,
        asked.cents,
        used.excess_policy,
        used.years,
        used.ceiling_cents,
        used.cents + sum(asked.cents) OVER (
            PARTITION BY asked.head_id, asked.is_aid ORDER BY asked.month, asked.id
        ) - asked.cents AS used_cents
    FROM asked
    LEFT JOIN used ON asked.head_id = used.head_id AND asked.is_aid
)

SELECT
    id AS instalment_id,
    CASE
        WHEN NOT is_aid THEN 'passed'
        WHEN ceiling_cents IS NULL THEN 'no_data'
        WHEN used_cents + cents <= ceiling_cents THEN 'passed'
        WHEN excess_policy = 'reduce' AND used_cents < ceiling_cents THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    CASE
        WHEN NOT is_aid THEN jsonb_build_object('is_aid', FALSE)
        ELSE jsonb_build_object(
            'undertaking', head_id,
            'used_cents', used_cents::bigint,
            'instalment_cents', cents,
            'ceiling_cents', ceiling_cents,
            'headroom_cents', greatest(ceiling_cents - used_cents, 0)::bigint,
            'years', years,
            'excess_policy', excess_policy
        )
    END AS inputs
FROM running;
