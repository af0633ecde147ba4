-- What waits for finance and for an administrator, as in todo.sql.

-- name: list_months_to_compute
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        to_char(:month::date, 'YYYY-MM') AS item_key,
        to_char(:month::date, 'YYYY-MM') AS subject,
        (:month::date + interval '1 month') AT TIME ZONE 'Europe/Belgrade' AS since
    WHERE
        NOT EXISTS (
            SELECT 1 FROM month_run AS r
            WHERE r.month = :month::date AND r.finished_at IS NOT NULL
        )
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_months_to_put_up
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        to_char(r.month, 'YYYY-MM') AS item_key,
        to_char(r.month, 'YYYY-MM') AS subject,
        max(r.finished_at) AS since
    FROM month_run AS r
    WHERE
        r.finished_at IS NOT NULL
        AND r.month BETWEEN :month::date - interval '3 months' AND :month::date
        AND (
            r.standing_due_count > 0
            OR EXISTS (SELECT 1 FROM month_chunk AS c WHERE c.run_id = r.id AND c.due_count > 0)
        )
        AND NOT EXISTS (
            SELECT 1 FROM payout AS p
            WHERE p.month = r.month AND p.state IN ('draft', 'submitted', 'approved', 'exported')
        )
    GROUP BY r.month
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_payouts_to_approve
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        p.id::text AS item_key,
        p.reference || ', ' || to_char(p.month, 'YYYY-MM') AS subject,
        p.submitted_at AS since
    FROM payout AS p
    WHERE
        p.state = 'submitted'
        AND p.submitted_by <> :account_id
        AND NOT EXISTS (
            SELECT 1 FROM payout_act AS t
            WHERE t.payout_id = p.id AND t.account_id = :account_id
        )
        AND p.required_approvals > (
            SELECT count(*) FROM payout_act AS t
            WHERE t.payout_id = p.id AND t.kind = 'approval'
        )
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_payouts_to_authorise
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        p.id::text AS item_key,
        p.reference || ', ' || to_char(p.month, 'YYYY-MM') AS subject,
        p.submitted_at AS since
    FROM payout AS p
    WHERE
        p.state = 'submitted'
        AND p.submitted_by <> :account_id
        AND NOT EXISTS (
            SELECT 1 FROM payout_act AS t
            WHERE t.payout_id = p.id AND t.account_id = :account_id
        )
        AND p.required_authorisations > (
            SELECT count(*) FROM payout_act AS t
            WHERE t.payout_id = p.id AND t.kind = 'authorisation'
        )
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_payouts_to_export
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        p.id::text AS item_key,
        p.reference || ', ' || to_char(p.month, 'YYYY-MM') AS subject,
        p.approved_at AS since
    FROM payout AS p
    WHERE p.state = 'approved'
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_quarantined
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        f.id::text AS item_key,
        f.message_type || ', ' || min(q.code) AS subject,
        f.recorded_at AS since
    FROM bank_file_finding AS q
    INNER JOIN bank_file AS f ON q.bank_file_id = f.id
    WHERE
        q.severity = 'quarantine'
        AND NOT EXISTS (
            SELECT 1 FROM bank_file_release AS r
            WHERE
                r.bank_file_id = f.id
                AND (r.statement_place IS NULL OR r.statement_place = q.statement_place)
        )
    GROUP BY f.id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_suspense
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        e.id::text AS item_key,
        coalesce(e.end_to_end_id, e.servicer_reference, e.kind) AS subject,
        coalesce(
            e.booked_on::timestamp AT TIME ZONE 'Europe/Belgrade', e.recorded_at
        ) AS since
    FROM bank_entry AS e
    LEFT JOIN suspense_standing AS s ON e.id = s.bank_entry_id
    WHERE
        e.effect = 'unmatched' AND e.booking = 'booked' AND (s.id IS NULL OR s.is_waiting)
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_failed
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        o.id::text AS item_key,
        o.end_to_end_id || ', ' || o.payee_name AS subject,
        o.state_changed_at AS since
    FROM payment_attempt AS o
    WHERE
        o.state IN ('rejected', 'cancelled', 'returned')
        AND NOT EXISTS (
            SELECT 1 FROM payout_line AS again
            WHERE again.reissues = o.id AND again.released_at IS NULL
        )
        AND NOT EXISTS (
            SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = o.payout_line_id
        )
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_overrides_to_grant
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        o.id::text AS item_key,
        a.reference || ', ' || to_char(o.month, 'YYYY-MM') AS subject,
        o.asked_at AS since
    FROM check_override AS o
    INNER JOIN agreement AS a ON o.agreement_id = a.id
    WHERE
        o.granted_at IS NULL
        AND o.refused_at IS NULL
        AND o.expires_at > :at::timestamptz
        AND o.asked_by <> :account_id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_recoveries_to_notify
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        r.id::text AS item_key,
        r.reference AS subject,
        r.raised_at AS since
    FROM recovery AS r
    WHERE r.state = 'raised'
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_appeals
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        r.id::text AS item_key,
        r.reference AS subject,
        coalesce(max(s.happened_at), r.notified_at) AS since
    FROM recovery AS r
    LEFT JOIN recovery_step AS s ON r.id = s.recovery_id AND s.step = 'appealed'
    WHERE r.state = 'appealed'
    GROUP BY r.id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_write_offs_to_sign
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        r.id::text AS item_key,
        r.reference AS subject,
        w.proposed_at AS since
    FROM recovery_write_off AS w
    INNER JOIN recovery AS r ON w.recovery_id = r.id
    WHERE w.signed_at IS NULL AND w.refused_at IS NULL AND w.proposed_by <> :account_id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_repayments_to_confirm
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        r.id::text AS item_key,
        r.reference AS subject,
        p.recorded_at AS since
    FROM recovery_payment AS p
    INNER JOIN recovery AS r ON p.recovery_id = r.id
    WHERE p.confirmed_at IS NULL AND p.refused_at IS NULL AND p.recorded_by <> :account_id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_links_to_confirm
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        k.id::text AS item_key,
        e.legal_name AS subject,
        k.proposed_at AS since
    FROM undertaking_link AS k
    INNER JOIN employer AS e ON k.employer_id = e.id
    WHERE k.confirmed_at IS NULL AND k.refused_at IS NULL AND k.proposed_by <> :account_id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_versions_to_activate
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        s.code || '/' || v.number AS item_key,
        s.code || ', ' || v.number AS subject,
        v.checked_at AS since
    FROM scheme_version AS v
    INNER JOIN scheme AS s ON v.scheme_id = s.id
    WHERE v.state = 'checked' AND v.drafted_by IS DISTINCT FROM :account_id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_rules_to_confirm
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        r.id::text AS item_key,
        to_char(r.valid_from, 'YYYY-MM-DD') AS subject,
        r.proposed_at AS since
    FROM approval_rule AS r
    WHERE
        r.confirmed_at IS NULL
        AND r.refused_at IS NULL
        AND r.proposed_by IS DISTINCT FROM :account_id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_freezes_to_confirm
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        z.id::text AS item_key,
        to_char(lower(z.period), 'YYYY-MM-DD') AS subject,
        z.proposed_at AS since
    FROM freeze_period AS z
    WHERE
        z.confirmed_at IS NULL AND z.lifted_at IS NULL AND z.proposed_by <> :account_id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_profiles_to_confirm
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        b.id::text AS item_key,
        b.name AS subject,
        b.proposed_at AS since
    FROM bank_profile AS b
    WHERE
        b.confirmed_at IS NULL
        AND b.refused_at IS NULL
        AND b.proposed_by IS DISTINCT FROM :account_id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;
