-- What is read about recoveries: receivables, lists, one with its rows, and the forecast.

-- name: list_receivables
SELECT
    r.agreement_id,
    a.reference AS agreement_reference,
    s.code AS scheme_code,
    coalesce(e.legal_name, c.given_name || ' ' || c.family_name) AS payee_name,
    r.amount_cents,
    r.since
FROM receivable AS r
INNER JOIN agreement AS a ON r.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
LEFT JOIN employer AS e ON a.employer_id = e.id AND r.payee = 'employer'
LEFT JOIN candidate AS c ON a.candidate_id = c.id AND r.payee = 'candidate'
ORDER BY r.since, a.reference, r.payee
LIMIT :at_most;

-- name: receivables_in_all
SELECT coalesce(sum(amount_cents), 0)::bigint AS cents
FROM receivable;

-- name: list_rules
SELECT
    id,
    scheme_id,
    cause,
    end_cause,
    within_months,
    last_instalments,
    share_bp,
    lower(in_force) AS starts_on,
    upper(in_force) AS ends_before,
    source
FROM recovery_rule
ORDER BY id
LIMIT 1000;

-- name: list_terms
SELECT
    payee,
    netting_share_bp,
    floor_cents,
    appeal_days,
    invoice_after_days,
    invoice_due_days,
    small_cents
FROM recovery_terms
WHERE in_force @> :on_day::date;

-- name: list_recoveries
-- Of those that the actor may see, those of a state, or all; `is_open` asks for what is under way.
-- by newest: r.raised_at::timestamptz, r.id::uuid
SELECT
    r.id,
    r.reference,
    r.agreement_id,
    a.reference AS agreement_reference,
    s.code AS scheme_code,
    r.payee,
    coalesce(e.legal_name, c.given_name || ' ' || c.family_name, '') AS payee_name,
    r.cause,
    r.state,
    sums.owed_cents,
    sums.settled_cents,
    sums.written_off_cents,
    sums.open_cents,
    r.raised_at,
    r.invoice_number,
    r.invoice_due_on
FROM recovery AS r
LEFT JOIN agreement AS a ON r.agreement_id = a.id
LEFT JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN scheme AS s ON v.scheme_id = s.id
LEFT JOIN employer AS e ON r.employer_id = e.id
LEFT JOIN candidate AS c ON r.candidate_id = c.id
LEFT JOIN LATERAL (
    SELECT
        coalesce(sum(m.owed_cents), 0)::bigint AS owed_cents,
        coalesce(sum(m.settled_cents), 0)::bigint AS settled_cents,
        coalesce(sum(m.written_off_cents), 0)::bigint AS written_off_cents,
        coalesce(sum(m.owed_cents - m.settled_cents - m.written_off_cents), 0)::bigint
            AS open_cents
    FROM recovery_month AS m
    WHERE m.recovery_id = r.id
) AS sums ON TRUE
WHERE
    (:state::text IS NULL OR r.state = :state)
    AND (
        :is_open::boolean IS NULL
        OR (r.state NOT IN ('settled', 'written_off', 'cancelled')) = :is_open
    )
    AND (:employer_id::uuid IS NULL OR r.employer_id = :employer_id)
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: get_recovery
SELECT
    r.id,
    r.reference,
    r.agreement_id,
    a.reference AS agreement_reference,
    s.code AS scheme_code,
    r.payee,
    coalesce(e.legal_name, c.given_name || ' ' || c.family_name, '') AS payee_name,
    r.cause,
    r.state,
    sums.owed_cents,
    sums.settled_cents,
    sums.written_off_cents,
    sums.open_cents,
    r.raised_at,
    r.invoice_number,
    r.invoice_due_on
FROM recovery AS r
INNER JOIN agreement AS a ON r.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
LEFT JOIN employer AS e ON r.employer_id = e.id
LEFT JOIN candidate AS c ON r.candidate_id = c.id
INNER JOIN LATERAL (
    SELECT
        coalesce(sum(m.owed_cents), 0)::bigint AS owed_cents,
        coalesce(sum(m.settled_cents), 0)::bigint AS settled_cents,
        coalesce(sum(m.written_off_cents), 0)::bigint AS written_off_cents,
        coalesce(sum(m.owed_cents - m.settled_cents - m.written_off_cents), 0)::bigint
            AS open_cents
    FROM recovery_month AS m
    WHERE m.recovery_id = r.id
) AS sums ON TRUE
WHERE r.id = :recovery_id;

-- name: list_changes
SELECT
    c.month,
    c.kind,
    v.payments -> c.kind -> 'label' AS kind_label,
    c.amount_cents,
    c.why,
    c.facts,
    c.recorded_at
FROM recovery_change AS c
INNER JOIN agreement AS a ON c.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE c.recovery_id = :recovery_id
ORDER BY c.recorded_at, c.month, c.kind, c.id;

-- name: list_steps
SELECT
    s.step,
    s.state,
    s.happened_at,
    b.name AS happened_by_name,
    s.said
FROM recovery_step AS s
LEFT JOIN account AS b ON s.happened_by = b.id
WHERE s.recovery_id = :recovery_id
ORDER BY s.happened_at, s.id;

-- name: list_people
-- Who took part in a recovery, or asked for the appeal that is decided.
SELECT DISTINCT s.happened_by AS id
FROM recovery_step AS s
WHERE
    s.recovery_id = :recovery_id
    AND s.happened_by IS NOT NULL
    AND s.step = any(:steps::text[]);

-- name: list_payments
SELECT
    p.id,
    p.recovery_id,
    p.amount_cents,
    p.received_on,
    p.bank_reference,
    p.recorded_at,
    p.recorded_by,
    r.name AS recorded_by_name,
    p.confirmed_at,
    c.name AS confirmed_by_name,
    p.refused_at
FROM recovery_payment AS p
INNER JOIN account AS r ON p.recorded_by = r.id
LEFT JOIN account AS c ON p.confirmed_by = c.id
WHERE p.recovery_id = :recovery_id
ORDER BY p.recorded_at, p.id;

-- name: list_write_offs
SELECT
    w.id,
    w.recovery_id,
    w.amount_cents,
    w.reason,
    w.proposed_at,
    w.proposed_by,
    p.name AS proposed_by_name,
    w.signed_at,
    s.name AS signed_by_name,
    w.refused_at
FROM recovery_write_off AS w
INNER JOIN account AS p ON w.proposed_by = p.id
LEFT JOIN account AS s ON w.signed_by = s.id
WHERE w.recovery_id = :recovery_id
ORDER BY w.proposed_at, w.id;

-- name: list_state_totals
SELECT
    r.state,
    count(DISTINCT r.id) AS recovery_count,
    coalesce(sum(m.owed_cents - m.settled_cents - m.written_off_cents), 0)::bigint AS open_cents
FROM recovery AS r
INNER JOIN recovery_month AS m ON r.id = m.recovery_id
WHERE r.state NOT IN ('settled', 'written_off', 'cancelled')
GROUP BY r.state
ORDER BY r.state;

-- name: list_coming
-- What each payee owes, beside the share of what its running agreements may still pay: their
-- schemes' monthly maximum for each calendar month that is left of their days.
WITH owing AS (
    SELECT
        r.payee,
        r.employer_id,
        r.candidate_id,
        sum(m.owed_cents - m.settled_cents - m.written_off_cents) AS cents
    FROM recovery AS r
    INNER JOIN recovery_month AS m ON r.id = m.recovery_id
    WHERE r.state IN ('raised', 'notified', 'appealed', 'netting')
    GROUP BY r.payee, r.employer_id, r.candidate_id
    HAVING sum(m.owed_cents - m.settled_cents - m.written_off_cents) > 0
)

SELECT
    owing.payee,
    owing.cents::bigint AS owed_cents,
    least(owing.cents, coalesce(ahead.within_3, 0))::bigint AS within_3_cents,
    least(owing.cents, coalesce(ahead.within_12, 0))::bigint AS within_12_cents
FROM owing
INNER JOIN recovery_terms AS t ON owing.payee = t.payee AND t.in_force @> :on_day::date
LEFT JOIN LATERAL (
    SELECT
        sum(least(left_over.months, 3) * month_share.cents) AS within_3,
        sum(least(left_over.months, 12) * month_share.cents) AS within_12
    FROM agreement AS a
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    INNER JOIN LATERAL (
        SELECT ceil((upper(a.period) - greatest(lower(a.period), :on_day::date)) / 31.0) AS months
    ) AS left_over ON left_over.months > 0
    INNER JOIN LATERAL (
        SELECT
            greatest(
                least(
                    v.monthly_max_cents * t.netting_share_bp / 10000,
                    v.monthly_max_cents - t.floor_cents
                ),
                0
            ) AS cents
    ) AS month_share ON TRUE
    WHERE
        a.state IN ('signed', 'active', 'suspended')
        AND (a.employer_id = owing.employer_id OR a.candidate_id = owing.candidate_id)
        AND EXISTS (
            SELECT 1 FROM jsonb_each(v.payments) AS kind (name, facts)
            WHERE kind.facts ->> 'payee' = owing.payee
        )
) AS ahead ON TRUE
ORDER BY owing.cents DESC
LIMIT 10000;

-- name: list_ageing
-- Of what was first raised at least so many days ago, what came back within that many days.
SELECT
    limits.days,
    count(r.id) AS recovery_count,
    coalesce(sum(raised.cents), 0)::bigint AS raised_cents,
    coalesce(sum(least(raised.cents, back.cents)), 0)::bigint AS settled_cents
FROM unnest(:days::integer[]) AS limits (days)
LEFT JOIN recovery AS r ON r.raised_at <= :at::timestamptz - make_interval(days => limits.days)
LEFT JOIN LATERAL (
    SELECT sum(c.amount_cents) AS cents FROM recovery_change AS c WHERE c.recovery_id = r.id
) AS raised ON TRUE
LEFT JOIN LATERAL (
    SELECT coalesce(sum(one.cents), 0) AS cents
    FROM (
        SELECT
            s.amount_cents AS cents,
            s.settled_at AS came_at
        FROM recovery_settlement AS s
        WHERE s.recovery_id = r.id AND s.means = 'repaid'
        UNION ALL
        SELECT
            k.amount_cents AS cents,
            p.approved_at AS came_at
        FROM recovery_netting AS k
        INNER JOIN payout_line AS l ON k.payout_line_id = l.id
        INNER JOIN payout AS p ON l.payout_id = p.id
        WHERE
            k.recovery_id = r.id
            AND l.released_at IS NULL
            AND p.state IN ('approved', 'exported')
    ) AS one
    WHERE one.came_at <= r.raised_at + make_interval(days => limits.days)
) AS back ON TRUE
GROUP BY limits.days
ORDER BY limits.days;

-- name: list_month_facts
-- What was due, got and beyond its due, for each month and kind that money moved for.
SELECT
    t.agreement_id,
    t.month,
    t.kind,
    payee_of(v.payments, t.kind) AS payee,
    coalesce(max(i.amount_cents), 0)::bigint AS due_cents,
    sum(
        CASE
            WHEN
                t.reason IN ('overpaid', 'made_good_voided', 'restored_undone')
                THEN t.amount_cents
            WHEN
                t.reason IN ('overpayment_undone', 'made_good', 'failure_closed', 'restored')
                THEN -t.amount_cents
            ELSE 0
        END
    )::bigint AS overpaid_cents,
    sum(
        CASE
            WHEN t.reason IN ('settled', 'set_off') THEN t.amount_cents
            WHEN t.reason IN ('returned', 'set_off_undone') THEN -t.amount_cents
            ELSE 0
        END
    )::bigint AS got_cents
FROM transfer AS t
INNER JOIN agreement AS a ON t.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN instalment AS i
    ON
        t.agreement_id = i.agreement_id
        AND t.month = i.month
        AND t.kind = i.kind
        AND i.superseded_at IS NULL
WHERE t.agreement_id = any(:agreement_ids::uuid[]) AND t.month IS NOT NULL
GROUP BY t.agreement_id, t.month, t.kind, v.payments
ORDER BY t.agreement_id, t.month, t.kind;
