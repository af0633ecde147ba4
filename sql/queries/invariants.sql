-- What must hold of the money at all times. Each query answers the rows that break its rule, named;
-- no rows: the rule holds. Somebody who sees everything must ask: the system or an auditor.

-- name: list_wrong_transfers
-- I1: a transfer moves a positive amount between the two accounts that its reason names, both on
-- one line, that of its agreement's scheme; so debits and credits are equal on every line.
SELECT
    'I1' AS invariant,
    'transfer ' || t.id AS subject,
    concat_ws(
        ' ', t.reason, t.amount_cents, 'from', credit.kind, 'to', debit.kind, 'for', a.reference
    ) AS found
FROM transfer AS t
LEFT JOIN ledger_account AS debit ON t.debit_account_id = debit.id
LEFT JOIN ledger_account AS credit ON t.credit_account_id = credit.id
LEFT JOIN (
    VALUES
    ('appropriated', 'treasury', 'appropriation'),
    ('committed', 'appropriation', 'committed'),
    ('commitment_released', 'committed', 'appropriation'),
    ('calculated', 'committed', 'calculated'),
    ('calculation_superseded', 'calculated', 'committed'),
    ('approved', 'calculated', 'approved'),
    ('exported', 'approved', 'in_transit'),
    ('settled', 'in_transit', 'paid'),
    ('rejected', 'in_transit', 'approved'),
    ('returned', 'paid', 'returned')
) AS flow (transfer_reason, credit_kind, debit_kind)
    ON
        t.reason = flow.transfer_reason
        AND credit.kind = flow.credit_kind
        AND debit.kind = flow.debit_kind
LEFT JOIN agreement AS a ON t.agreement_id = a.id
LEFT JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN budget_line AS own ON v.scheme_id = own.scheme_id
WHERE
    flow.transfer_reason IS NULL
    OR t.amount_cents <= 0
    OR debit.budget_line_id <> t.budget_line_id
    OR credit.budget_line_id <> t.budget_line_id
    OR (t.reason <> 'appropriated' AND own.id IS DISTINCT FROM t.budget_line_id)
ORDER BY subject
LIMIT 100;

-- name: list_months_paid_unlike_orders
-- I2: for each agreement and month, what the ledger holds as paid and not returned is the sum of
-- the payment orders that the bank has settled and not returned.
WITH told AS (
    SELECT
        t.agreement_id,
        t.month,
        sum(CASE WHEN t.reason = 'settled' THEN t.amount_cents ELSE -t.amount_cents END) AS cents
    FROM transfer AS t
    WHERE t.reason IN ('settled', 'returned')
    GROUP BY t.agreement_id, t.month
),

kept AS (
    SELECT
        i.agreement_id,
        i.month,
        sum(o.amount_cents) AS cents
    FROM payment_attempt AS o
    INNER JOIN payout_line AS l ON o.payout_line_id = l.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE o.state = 'settled'
    GROUP BY i.agreement_id, i.month
)

SELECT
    'I2' AS invariant,
    concat_ws(' ', 'agreement', coalesce(told.agreement_id, kept.agreement_id)) AS subject,
    concat_ws(
        ' ', coalesce(told.month, kept.month)::text, 'ledger', coalesce(told.cents, 0), 'orders',
        coalesce(kept.cents, 0)
    ) AS found
FROM told
FULL JOIN kept
    ON told.agreement_id = kept.agreement_id AND told.month = kept.month
WHERE coalesce(told.cents, 0) <> coalesce(kept.cents, 0)
ORDER BY subject
LIMIT 100;

-- name: list_overdrawn_lines
-- I3: paid <= exported <= approved <= calculated <= committed <= appropriated on every line, at
-- every instant: no account but the treasury was ever below zero.
WITH leg AS (
    SELECT
        debit_account_id AS account_id,
        amount_cents,
        recorded_at
    FROM transfer
    UNION ALL
    SELECT
        credit_account_id AS account_id,
        -amount_cents AS amount_cents,
        recorded_at
    FROM transfer
),

running AS (
    SELECT
        account_id,
        recorded_at,
        sum(amount_cents) OVER (PARTITION BY account_id ORDER BY recorded_at) AS balance_cents
    FROM leg
),

overdrawn AS (
    SELECT DISTINCT ON (account_id)
        account_id,
        recorded_at,
        balance_cents
    FROM running
    WHERE balance_cents < 0
    ORDER BY account_id, recorded_at
)

SELECT
    'I3' AS invariant,
    'budget_line ' || a.budget_line_id AS subject,
    concat_ws(' ', a.kind, o.balance_cents, 'at', o.recorded_at) AS found
FROM overdrawn AS o
INNER JOIN ledger_account AS a ON o.account_id = a.id
WHERE a.kind <> 'treasury'
ORDER BY subject
LIMIT 100;

-- name: list_overdrawn_agreements
-- I3: the same for each agreement's commitment and for each of its months from there on.
WITH leg AS (
    SELECT
        debit_account_id AS account_id,
        agreement_id,
        month,
        amount_cents,
        recorded_at
    FROM transfer
    WHERE agreement_id IS NOT NULL
    UNION ALL
    SELECT
        credit_account_id AS account_id,
        agreement_id,
        month,
        -amount_cents AS amount_cents,
        recorded_at
    FROM transfer
    WHERE agreement_id IS NOT NULL
),

running AS (
    SELECT
        a.kind,
        leg.agreement_id,
        CASE WHEN a.kind <> 'committed' THEN leg.month END AS month,
        leg.recorded_at,
        sum(leg.amount_cents) OVER (
            PARTITION BY
                a.id, leg.agreement_id, CASE WHEN a.kind <> 'committed' THEN leg.month END
            ORDER BY leg.recorded_at
        ) AS balance_cents
    FROM leg
    INNER JOIN ledger_account AS a ON leg.account_id = a.id
    WHERE a.kind <> 'appropriation'
)

SELECT DISTINCT ON (kind, agreement_id, month)
    'I3' AS invariant,
    'agreement ' || agreement_id AS subject,
    concat_ws(' ', kind, month::text, balance_cents, 'at', recorded_at) AS found
FROM running
WHERE balance_cents < 0
ORDER BY kind, agreement_id, month, recorded_at
LIMIT 100;

-- name: list_months_computed_twice
-- I4: an agreement has at most one current instalment for a month.
SELECT
    'I4' AS invariant,
    'agreement ' || agreement_id AS subject,
    concat_ws(' ', month::text, count(*), 'current instalments') AS found
FROM instalment
WHERE superseded_at IS NULL
GROUP BY agreement_id, month
HAVING count(*) > 1
ORDER BY subject
LIMIT 100;

-- name: list_months_calculated_unlike_due
-- I4: what the ledger calculated for a month, less what it took back, is what is now due.
WITH told AS (
    SELECT
        t.agreement_id,
        t.month,
        sum(CASE WHEN t.reason = 'calculated' THEN t.amount_cents ELSE -t.amount_cents END) AS cents
    FROM transfer AS t
    WHERE t.reason IN ('calculated', 'calculation_superseded')
    GROUP BY t.agreement_id, t.month
),

due AS (
    SELECT
        i.agreement_id,
        i.month,
        sum(i.amount_cents) AS cents
    FROM instalment AS i
    WHERE i.superseded_at IS NULL AND i.outcome = 'due'
    GROUP BY i.agreement_id, i.month
)

SELECT
    'I4' AS invariant,
    concat_ws(' ', 'agreement', coalesce(told.agreement_id, due.agreement_id)) AS subject,
    concat_ws(
        ' ', coalesce(told.month, due.month)::text, 'ledger', coalesce(told.cents, 0), 'due',
        coalesce(due.cents, 0)
    ) AS found
FROM told
FULL JOIN due
    ON told.agreement_id = due.agreement_id AND told.month = due.month
WHERE coalesce(told.cents, 0) <> coalesce(due.cents, 0)
ORDER BY subject
LIMIT 100;

-- name: list_orders_booked_wrongly
-- I5: a payment order is exported once, then rejected or settled once, with its own amount, and
-- returned only if it was settled; and its state says the same.
WITH booked AS (
    SELECT
        t.source_id,
        coalesce(sum(t.amount_cents) FILTER (WHERE t.reason = 'exported'), 0) AS exported,
        coalesce(sum(t.amount_cents) FILTER (WHERE t.reason = 'rejected'), 0) AS rejected,
        coalesce(sum(t.amount_cents) FILTER (WHERE t.reason = 'settled'), 0) AS settled,
        coalesce(sum(t.amount_cents) FILTER (WHERE t.reason = 'returned'), 0) AS returned
    FROM transfer AS t
    WHERE t.reason IN ('exported', 'rejected', 'settled', 'returned')
    GROUP BY t.source_id
)

SELECT
    'I5' AS invariant,
    concat_ws(' ', 'payment_attempt', coalesce(o.id, booked.source_id)) AS subject,
    concat_ws(
        ' ', coalesce(o.state, 'no such order'), o.amount_cents, 'exported', booked.exported,
        'rejected', booked.rejected, 'settled', booked.settled, 'returned', booked.returned
    ) AS found
FROM payment_attempt AS o
FULL JOIN booked
    ON o.id = booked.source_id
WHERE
    o.id IS NULL
    OR booked.source_id IS NULL
    OR booked.exported <> o.amount_cents
    OR booked.rejected <> CASE WHEN o.state = 'rejected' THEN o.amount_cents ELSE 0 END
    OR booked.settled
    <> CASE WHEN o.state IN ('settled', 'returned') THEN o.amount_cents ELSE 0 END
    OR booked.returned <> CASE WHEN o.state = 'returned' THEN o.amount_cents ELSE 0 END
ORDER BY subject
LIMIT 100;

-- name: list_orders_outside_payouts
-- I6: every payment order belongs to an exported payout's file and pays what was approved there:
-- the same line, name, account and amount.
SELECT
    'I6' AS invariant,
    'payment_attempt ' || o.id AS subject,
    concat_ws(' ', 'payout', p.reference, p.state, 'line', l.amount_cents, 'order', o.amount_cents)
        AS found
FROM payment_attempt AS o
INNER JOIN payout_line AS l ON o.payout_line_id = l.id
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN bank_account AS b ON l.bank_account_id = b.id
INNER JOIN bank_file AS f ON o.bank_file_id = f.id
WHERE
    p.state <> 'exported'
    OR l.released_at IS NOT NULL
    OR f.payout_id IS DISTINCT FROM p.id
    OR (o.amount_cents, o.payee_name, o.iban_index)
    <> (l.amount_cents, l.payee_name, b.iban_index)
ORDER BY subject
LIMIT 100;

-- name: list_files_unlike_payouts
-- I6: an exported payout has a file, and the file as many orders and cents as were approved.
SELECT
    'I6' AS invariant,
    'payout ' || p.id AS subject,
    concat_ws(
        ' ', 'approved', p.line_count, 'lines', p.total_cents, 'sent', count(o.id), 'orders',
        coalesce(sum(o.amount_cents), 0)
    ) AS found
FROM payout AS p
LEFT JOIN bank_file AS f ON p.id = f.payout_id
LEFT JOIN payment_attempt AS o ON f.id = o.bank_file_id
WHERE p.state = 'exported'
GROUP BY p.id
HAVING count(o.id) <> p.line_count OR coalesce(sum(o.amount_cents), 0) <> p.total_cents
ORDER BY subject
LIMIT 100;

-- name: list_payouts_unlike_signed
-- I7: an approved payout is what was signed: its digest at the moment of approval, count and total
-- are those of its rows, it was approved by a second person, and by none who proposed an account it
-- pays to.
SELECT
    'I7' AS invariant,
    'payout ' || p.id AS subject,
    concat_ws(
        ' ',
        CASE WHEN p.digest <> payout_digest(p.id, p.approved_at) THEN 'other digest' END,
        CASE
            WHEN (p.line_count, p.total_cents) <> (held.line_count, held.cents) THEN 'other total'
        END,
        CASE WHEN p.approved_by = p.submitted_by THEN 'approved by who put it up' END,
        CASE WHEN held.approver_proposed THEN 'approved by who proposed an account' END,
        CASE WHEN held.superseded THEN 'pays a superseded instalment' END
    ) AS found
FROM payout AS p
INNER JOIN LATERAL (
    SELECT
        count(*) AS line_count,
        coalesce(sum(l.amount_cents), 0) AS cents,
        bool_or(b.proposed_by = p.approved_by) AS approver_proposed,
        bool_or(i.superseded_at IS NOT NULL) AS superseded
    FROM payout_line AS l
    INNER JOIN bank_account AS b ON l.bank_account_id = b.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE l.payout_id = p.id
) AS held ON TRUE
WHERE
    p.approved_at IS NOT NULL
    AND (
        p.digest <> payout_digest(p.id, p.approved_at)
        OR (p.line_count, p.total_cents) <> (held.line_count, held.cents)
        OR p.approved_by = p.submitted_by
        OR held.approver_proposed
        OR held.superseded
    )
ORDER BY subject
LIMIT 100;

-- name: list_missing_guards
-- I8: every guard that keeps rows from being changed, deleted or truncated is there and awake.
SELECT
    'I8' AS invariant,
    'trigger ' || guard.trigger_name AS subject,
    coalesce('enabled: ' || t.tgenabled::text, 'missing') AS found
FROM (
    VALUES
    ('audit_entry', 'audit_entry_append_only'),
    ('audit_entry', 'audit_entry_no_truncate'),
    ('sensitive_read', 'sensitive_read_append_only'),
    ('sensitive_read', 'sensitive_read_no_truncate'),
    ('agreement_signature', 'agreement_signature_append_only'),
    ('agreement_signature', 'agreement_signature_no_truncate'),
    ('agreement_event', 'agreement_event_append_only'),
    ('agreement_event', 'agreement_event_no_truncate'),
    ('instalment', 'instalment_never_edited'),
    ('instalment', 'instalment_never_deleted'),
    ('instalment', 'instalment_no_truncate'),
    ('transfer', 'transfer_append_only'),
    ('transfer', 'transfer_no_truncate'),
    ('payout', 'payout_moves_forward'),
    ('payout_line', 'payout_line_frozen'),
    ('payout_line', 'payout_line_never_deleted'),
    ('payout_line', 'payout_line_no_truncate'),
    ('bank_file', 'bank_file_append_only'),
    ('bank_file', 'bank_file_no_truncate'),
    ('payment_attempt', 'payment_attempt_moves_forward'),
    ('payment_attempt', 'payment_attempt_never_deleted'),
    ('payment_attempt', 'payment_attempt_no_truncate'),
    ('bank_entry', 'bank_entry_append_only'),
    ('bank_entry', 'bank_entry_no_truncate'),
    ('payout', 'payout_audited'),
    ('payment_attempt', 'payment_attempt_audited')
) AS guard (table_name, trigger_name)
LEFT JOIN pg_trigger AS t
    ON guard.table_name::regclass = t.tgrelid AND guard.trigger_name = t.tgname
WHERE t.tgenabled IS NULL OR t.tgenabled NOT IN ('O', 'A')
ORDER BY subject
LIMIT 100;

-- name: list_forbidden_rights
-- I8: the application may not change what is only added to, nor delete or truncate what is kept.
WITH kept AS (
    SELECT
        t.table_name,
        v.verb
    FROM
        unnest(
            ARRAY[
                'audit_entry', 'sensitive_read', 'agreement_signature', 'agreement_event',
                'transfer', 'bank_file', 'bank_entry', 'instalment', 'payout', 'payout_line',
                'payment_attempt'
            ]
        ) AS t (table_name)
    CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS v (verb)
    WHERE
        v.verb <> 'UPDATE'
        OR t.table_name NOT IN ('instalment', 'payout', 'payout_line', 'payment_attempt')
)

SELECT
    'I8' AS invariant,
    'table ' || kept.table_name AS subject,
    'ura_app may ' || lower(kept.verb) AS found
FROM kept
WHERE has_table_privilege('ura_app', kept.table_name, kept.verb)
ORDER BY subject
LIMIT 100;

-- name: list_payouts_unlike_audit
-- I8: a payout is as the audit trail last heard of it: a change made behind its back shows.
WITH heard AS (
    SELECT DISTINCT ON (e.row_id, fact.key)
        e.row_id,
        fact.key,
        fact.value
    FROM audit_entry AS e
    CROSS JOIN LATERAL jsonb_each(e.after) AS fact
    WHERE e.table_name = 'payout'
    ORDER BY e.row_id ASC, fact.key ASC, e.id DESC
),

audited AS (
    SELECT
        row_id,
        jsonb_object_agg(key, value) AS facts
    FROM heard
    GROUP BY row_id
)

SELECT
    'I8' AS invariant,
    'payout ' || p.id AS subject,
    'not as the audit trail has it' AS found
FROM payout AS p
LEFT JOIN audited AS a ON p.id = a.row_id
WHERE jsonb_populate_record(NULL::payout, a.facts) IS DISTINCT FROM p
ORDER BY subject
LIMIT 100;

-- name: list_orders_unlike_audit
-- I8: the state of a payment order is the one that the audit trail last heard of.
WITH heard AS (
    SELECT DISTINCT ON (e.row_id)
        e.row_id,
        e.after ->> 'state' AS state
    FROM audit_entry AS e
    WHERE e.table_name = 'payment_attempt' AND e.after ? 'state'
    ORDER BY e.row_id ASC, e.id DESC
)

SELECT
    'I8' AS invariant,
    'payment_attempt ' || o.id AS subject,
    concat_ws(' ', 'state', o.state, 'audit trail', coalesce(h.state, 'sent')) AS found
FROM payment_attempt AS o
LEFT JOIN heard AS h ON o.id = h.row_id
WHERE o.state <> coalesce(h.state, 'sent')
ORDER BY subject
LIMIT 100;
