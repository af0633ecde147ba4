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
    ('appropriation_reduced', 'appropriation', 'treasury'),
    ('committed', 'appropriation', 'committed'),
    ('commitment_released', 'committed', 'appropriation'),
    ('calculated', 'committed', 'calculated'),
    ('calculation_superseded', 'calculated', 'committed'),
    ('overpaid', 'recoverable', 'committed'),
    ('overpayment_undone', 'committed', 'recoverable'),
    ('netted', 'calculated', 'committed'),
    ('made_good', 'committed', 'recoverable'),
    ('approved', 'calculated', 'approved'),
    ('exported', 'approved', 'in_transit'),
    ('settled', 'in_transit', 'paid'),
    ('rejected', 'in_transit', 'returned'),
    ('returned', 'paid', 'returned'),
    ('cancelled', 'in_transit', 'returned'),
    ('rejection_undone', 'returned', 'in_transit'),
    ('reissued', 'returned', 'calculated'),
    ('reissue_undone', 'calculated', 'returned'),
    ('failure_closed', 'returned', 'recoverable'),
    ('approval_voided', 'approved', 'calculated'),
    ('netting_voided', 'committed', 'calculated'),
    ('made_good_voided', 'recoverable', 'committed'),
    ('recovery_raised', 'paid', 'receivable'), ('recovery_reduced', 'receivable', 'paid'),
    ('set_off', 'calculated', 'paid'), ('set_off_undone', 'paid', 'calculated'),
    ('repaid', 'receivable', 'recovered'), ('repaid_undone', 'recovered', 'receivable'),
    ('restored', 'recovered', 'recoverable'), ('restored_undone', 'recoverable', 'recovered'),
    ('written_off', 'receivable', 'written_off'),
    ('written_off_undone', 'written_off', 'receivable')
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
    OR (t.reason !~ '^appropriat' AND own.id IS DISTINCT FROM t.budget_line_id)
ORDER BY subject
LIMIT 100;

-- name: list_months_paid_unlike_orders
-- I2: for each agreement, month and kind, what the ledger holds as paid and not returned is the sum
-- of the payment orders that the bank has settled and not returned.
WITH told AS (
    SELECT
        t.agreement_id,
        t.month,
        t.kind,
        sum(CASE WHEN t.reason = 'settled' THEN t.amount_cents ELSE -t.amount_cents END) AS cents
    FROM transfer AS t
    WHERE t.reason IN ('settled', 'returned')
    GROUP BY t.agreement_id, t.month, t.kind
),

kept AS (
    SELECT
        i.agreement_id,
        i.month,
        i.kind,
        sum(o.amount_cents) AS cents
    FROM payment_attempt AS o
    INNER JOIN payout_line AS l ON o.payout_line_id = l.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE o.state = 'settled'
    GROUP BY i.agreement_id, i.month, i.kind
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
    ON
        told.agreement_id = kept.agreement_id
        AND told.month = kept.month
        AND told.kind = kept.kind
WHERE coalesce(told.cents, 0) <> coalesce(kept.cents, 0)
ORDER BY subject
LIMIT 100;

-- name: list_overdrawn_lines
-- I3: paid <= exported <= approved <= calculated <= committed <= appropriated on every line, at
-- every instant: no account but the treasury was ever below zero, and what can be recovered was
-- never above it. What is owed back still counts as paid here (I5 bounds it).
WITH running AS (
    SELECT
        a.id AS account_id,
        t.recorded_at,
        sum(CASE a.id WHEN t.debit_account_id THEN t.amount_cents ELSE -t.amount_cents END) OVER (
            PARTITION BY a.id ORDER BY t.recorded_at
        ) AS balance_cents
    FROM transfer AS t
    INNER JOIN ledger_account AS a ON a.id IN (t.debit_account_id, t.credit_account_id)
    WHERE a.kind <> 'paid' OR t.reason NOT IN ('recovery_raised', 'recovery_reduced')
),

overdrawn AS (
    SELECT DISTINCT ON (r.account_id)
        r.account_id,
        r.recorded_at,
        r.balance_cents
    FROM running AS r
    INNER JOIN ledger_account AS a ON r.account_id = a.id
    WHERE CASE a.kind WHEN 'recoverable' THEN r.balance_cents > 0 ELSE r.balance_cents < 0 END
    ORDER BY r.account_id, r.recorded_at
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
-- I3: the same for each agreement's commitment and for each of its months and kinds from there on.
WITH leg AS (
    SELECT
        a.id AS account_id,
        a.kind,
        t.agreement_id,
        CASE WHEN a.kind <> 'committed' THEN concat_ws(' ', t.month::text, t.kind) END AS month,
        CASE a.id WHEN t.debit_account_id THEN t.amount_cents ELSE -t.amount_cents END AS cents,
        t.recorded_at
    FROM transfer AS t
    INNER JOIN ledger_account AS a ON a.id IN (t.debit_account_id, t.credit_account_id)
    WHERE
        t.agreement_id IS NOT NULL
        AND a.kind <> 'appropriation'
        AND (a.kind <> 'paid' OR t.reason NOT IN ('recovery_raised', 'recovery_reduced'))
),

running AS (
    SELECT
        kind,
        agreement_id,
        month,
        recorded_at,
        sum(cents) OVER (
            PARTITION BY account_id, agreement_id, month ORDER BY recorded_at
        ) AS balance_cents
    FROM leg
)

SELECT DISTINCT ON (kind, agreement_id, month)
    'I3' AS invariant,
    'agreement ' || agreement_id AS subject,
    concat_ws(' ', kind, month, balance_cents, 'at', recorded_at) AS found
FROM running
WHERE CASE kind WHEN 'recoverable' THEN balance_cents > 0 ELSE balance_cents < 0 END
ORDER BY kind, agreement_id, month, recorded_at
LIMIT 100;

-- name: list_months_computed_twice
-- I4: an agreement has at most one current instalment for a month and kind.
SELECT
    'I4' AS invariant,
    'agreement ' || agreement_id AS subject,
    concat_ws(' ', month::text, kind, count(*), 'current instalments') AS found
FROM instalment
WHERE superseded_at IS NULL
GROUP BY agreement_id, month, kind
HAVING count(*) > 1
ORDER BY subject
LIMIT 100;

-- name: list_months_booked_unlike_due
-- I4: what is due for a month and kind, less what approved payouts hold of it, is in the ledger: as
-- calculated where something is still to be paid, as recoverable where too much was.
WITH leg AS (
    SELECT
        t.agreement_id,
        t.month,
        t.kind,
        a.kind AS of_account,
        CASE a.id WHEN t.debit_account_id THEN t.amount_cents ELSE -t.amount_cents END AS cents
    FROM transfer AS t
    INNER JOIN ledger_account AS a ON a.id IN (t.debit_account_id, t.credit_account_id)
    WHERE a.kind IN ('calculated', 'recoverable')
    UNION ALL
    SELECT
        i.agreement_id,
        i.month,
        i.kind,
        'open' AS of_account,
        i.amount_cents AS cents
    FROM instalment AS i
    WHERE i.superseded_at IS NULL
    UNION ALL
    SELECT
        pi.agreement_id,
        pi.month,
        pi.kind,
        'open' AS of_account,
        -pi.cents AS cents
    FROM put_in AS pi
    WHERE pi.state IN ('approved', 'exported')
),

told AS (
    SELECT
        agreement_id,
        month,
        kind,
        coalesce(sum(cents) FILTER (WHERE of_account = 'calculated'), 0) AS calculated_cents,
        coalesce(sum(cents) FILTER (WHERE of_account = 'recoverable'), 0) AS recoverable_cents,
        coalesce(sum(cents) FILTER (WHERE of_account = 'open'), 0) AS open_cents
    FROM leg
    GROUP BY agreement_id, month, kind
)

SELECT
    'I4' AS invariant,
    concat_ws(' ', 'agreement', agreement_id) AS subject,
    concat_ws(
        ' ', month::text, kind, 'calculated', calculated_cents, 'recoverable', recoverable_cents,
        'open', open_cents
    ) AS found
FROM told
WHERE
    calculated_cents <> greatest(open_cents, 0)
    OR recoverable_cents <> least(open_cents, 0)
ORDER BY subject
LIMIT 100;

-- name: list_months_put_in_beyond_due
-- I4: what payouts hold for a month and kind is never below zero, nor more than the most that was
-- ever due for it.
SELECT
    'I4' AS invariant,
    'agreement ' || pi.agreement_id AS subject,
    concat_ws(' ', pi.month::text, pi.kind, 'in payouts', sum(pi.cents), 'due', most.cents) AS found
FROM put_in AS pi
INNER JOIN LATERAL (
    SELECT max(i.amount_cents) AS cents
    FROM instalment AS i
    WHERE i.agreement_id = pi.agreement_id AND i.month = pi.month AND i.kind = pi.kind
) AS most ON TRUE
GROUP BY pi.agreement_id, pi.month, pi.kind, most.cents
HAVING sum(pi.cents) NOT BETWEEN 0 AND most.cents
ORDER BY subject
LIMIT 100;

-- name: list_orders_outside_payouts
-- I6: every payment order belongs to an exported payout's file and pays what was approved there:
-- the same line, name, account and amount, for the month of the agreement that the line pays.
SELECT
    'I6' AS invariant,
    'payment_attempt ' || o.id AS subject,
    concat_ws(' ', p.reference, p.state, 'line', l.amount_cents, 'order', o.amount_cents) AS found
FROM payment_attempt AS o
INNER JOIN payout_line AS l ON o.payout_line_id = l.id
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN bank_account AS b ON l.bank_account_id = b.id
INNER JOIN bank_file AS f ON o.bank_file_id = f.id
WHERE
    p.state <> 'exported'
    OR l.released_at IS NOT NULL
    OR f.payout_id IS DISTINCT FROM p.id
    OR (o.amount_cents, o.payee_name, o.iban_index, o.bank_account_id)
    <> (l.amount_cents, l.payee_name, b.iban_index, b.id)
    OR (o.agreement_id, o.month, o.kind) <> (i.agreement_id, i.month, i.kind)
ORDER BY subject
LIMIT 100;

-- name: list_files_unlike_payouts
-- I6: an exported payout has files, and they as many orders and cents as were approved, less what
-- could not be written; a line that is netted to nothing has no order.
SELECT
    'I6' AS invariant,
    'payout ' || p.id AS subject,
    concat_ws(
        ' ', payments.paid, 'approved', payments.cents, 'sent', orders.sent, orders.cents
    ) AS found
FROM payout AS p
INNER JOIN LATERAL (
    SELECT
        count(*) AS sent,
        coalesce(sum(o.amount_cents), 0) AS cents
    FROM bank_file AS f
    INNER JOIN payment_attempt AS o ON f.id = o.bank_file_id
    WHERE f.payout_id = p.id
) AS orders ON TRUE
INNER JOIN LATERAL (
    SELECT
        count(*) AS paid,
        coalesce(sum(l.amount_cents), 0) AS cents
    FROM payout_line AS l
    WHERE l.payout_id = p.id AND l.amount_cents > 0 AND NOT is_unwritten(l.id)
) AS payments ON TRUE
WHERE
    p.state = 'exported'
    AND (orders.sent <> payments.paid OR orders.cents <> payments.cents)
ORDER BY subject
LIMIT 100;

-- name: list_people_subsidised_twice
-- I9: no day of a person is subsidised under two agreements, whatever their schemes: what they come
-- to each month lies in days of their own. After its head a trace has a row for each piece, its
-- days second, and `false` last where a guard ended it. What waits to be computed does not count.
WITH paid AS (
    SELECT
        a.candidate_id,
        a.reference,
        min((line.row -> 1 ->> 0)::date) AS first_day,
        max((line.row -> 1 ->> 1)::date) AS last_day
    FROM instalment AS i
    INNER JOIN agreement AS a ON i.agreement_id = a.id
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    CROSS JOIN LATERAL jsonb_array_elements(i.trace) WITH ORDINALITY AS line (row, place)
    WHERE
        i.superseded_at IS NULL
        AND i.outcome = 'due'
        AND line.place > 1
        AND jsonb_typeof(line.row -> 1) = 'array'
        AND line.row -> -1 <> 'false'
        AND (v.payments -> i.kind ->> 'is_monthly')::boolean
        AND NOT EXISTS (
            SELECT 1 FROM fact_change AS c
            WHERE c.agreement_id = i.agreement_id AND c.since <= i.month
        )
    GROUP BY a.id
),

ordered AS (
    SELECT
        paid.candidate_id,
        paid.reference,
        paid.first_day,
        max(paid.last_day) OVER (
            PARTITION BY paid.candidate_id ORDER BY paid.first_day, paid.reference
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS taken_until
    FROM paid
)

SELECT
    'I9' AS invariant,
    'candidate ' || candidate_id AS subject,
    concat_ws(' ', reference, 'from', first_day::text, 'taken until', taken_until::text) AS found
FROM ordered
WHERE first_day <= taken_until
ORDER BY subject
LIMIT 100;

-- name: list_days_subsidised_twice
-- I9: no day of an agreement is in two programme months that are due for one kind of payment.
WITH piece AS (
    SELECT
        i.agreement_id,
        i.kind,
        i.month,
        (line.row -> 1 ->> 0)::date AS first_day,
        max((line.row -> 1 ->> 1)::date) OVER (
            PARTITION BY i.agreement_id, i.kind
            ORDER BY (line.row -> 1 ->> 0)::date, i.month
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS taken_until
    FROM instalment AS i
    CROSS JOIN LATERAL jsonb_array_elements(i.trace) WITH ORDINALITY AS line (row, place)
    WHERE
        i.superseded_at IS NULL
        AND i.outcome = 'due'
        AND line.place > 1
        AND jsonb_typeof(line.row -> 1) = 'array'
        AND line.row -> -1 <> 'false'
)

SELECT
    'I9' AS invariant,
    'agreement ' || agreement_id AS subject,
    concat_ws(' ', month::text, kind, first_day::text, 'taken until', taken_until::text) AS found
FROM piece
WHERE first_day <= taken_until
ORDER BY subject
LIMIT 100;
