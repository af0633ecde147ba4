-- What must hold of payment orders and of what banks tell. Each query answers the rows that break
-- its rule, named; no rows: the rule holds.

-- name: list_orders_booked_wrongly
-- I5: a payment order is exported once, with its own amount; it is settled once and returned only
-- if it was settled, or it failed once; what was undone does not count; its state says the same.
WITH booked AS (
    SELECT
        t.source_id,
        coalesce(sum(t.amount_cents) FILTER (WHERE t.reason = 'exported'), 0) AS exported,
        coalesce(sum(
            CASE t.reason WHEN 'rejection_undone' THEN -t.amount_cents ELSE t.amount_cents END
        ) FILTER (WHERE t.reason IN ('rejected', 'cancelled', 'rejection_undone')), 0) AS failed,
        coalesce(sum(t.amount_cents) FILTER (WHERE t.reason = 'settled'), 0) AS settled,
        coalesce(sum(t.amount_cents) FILTER (WHERE t.reason = 'returned'), 0) AS returned
    FROM transfer AS t
    WHERE t.source_type = 'payment_attempt'
    GROUP BY t.source_id
)

SELECT
    'I5' AS invariant,
    concat_ws(' ', 'payment_attempt', coalesce(o.id, booked.source_id)) AS subject,
    concat_ws(
        ' ', coalesce(o.state, 'no such order'), o.amount_cents, 'exported', booked.exported,
        'failed', booked.failed, 'settled', booked.settled, 'returned', booked.returned
    ) AS found
FROM payment_attempt AS o
FULL JOIN booked
    ON o.id = booked.source_id
WHERE
    o.id IS NULL
    OR booked.source_id IS NULL
    OR booked.exported <> o.amount_cents
    OR booked.failed
    <> CASE WHEN o.state IN ('rejected', 'cancelled') THEN o.amount_cents ELSE 0 END
    OR booked.settled
    <> CASE WHEN o.state IN ('settled', 'returned') THEN o.amount_cents ELSE 0 END
    OR booked.returned <> CASE WHEN o.state = 'returned' THEN o.amount_cents ELSE 0 END
ORDER BY subject
LIMIT 100;

-- name: list_failures_kept_wrongly
-- I5: for each agreement, month and kind, what waits as returned is what failed, is not closed and
-- is not in an approved payout to be paid again.
WITH leg AS (
    SELECT
        t.agreement_id,
        t.month,
        t.kind,
        CASE a.id WHEN t.debit_account_id THEN t.amount_cents ELSE -t.amount_cents END AS cents
    FROM transfer AS t
    INNER JOIN ledger_account AS a
        ON a.id IN (t.debit_account_id, t.credit_account_id) AND a.kind = 'returned'
    UNION ALL
    SELECT
        i.agreement_id,
        i.month,
        i.kind,
        -o.amount_cents AS cents
    FROM payment_attempt AS o
    INNER JOIN payout_line AS l ON o.payout_line_id = l.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE
        o.state IN ('rejected', 'cancelled', 'returned')
        AND NOT EXISTS (SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = l.id)
        AND NOT EXISTS (
            SELECT 1
            FROM payout_line AS again
            INNER JOIN payout AS p ON again.payout_id = p.id
            WHERE
                again.reissues = o.id
                AND again.released_at IS NULL
                AND p.state IN ('approved', 'exported')
        )
)

SELECT
    'I5' AS invariant,
    concat_ws(' ', 'agreement', agreement_id) AS subject,
    concat_ws(' ', month::text, kind, 'returned account differs by', sum(cents)) AS found
FROM leg
GROUP BY agreement_id, month, kind
HAVING sum(cents) <> 0
ORDER BY subject
LIMIT 100;

-- name: list_reissues_of_no_failure
-- I6: what is paid again had failed, and the new order points to the old one.
SELECT
    'I6' AS invariant,
    'payout_line ' || l.id AS subject,
    concat_ws(' ', 'pays again', o.end_to_end_id, o.state, o.amount_cents, 'due', l.due_cents)
        AS found
FROM payout_line AS l
INNER JOIN payment_attempt AS o ON l.reissues = o.id
LEFT JOIN payment_attempt AS sent ON l.id = sent.payout_line_id
WHERE
    l.released_at IS NULL
    AND (
        o.state NOT IN ('rejected', 'cancelled', 'returned')
        OR o.amount_cents <> l.due_cents
        OR (sent.id IS NOT NULL AND sent.reissues IS DISTINCT FROM o.id)
    )
ORDER BY subject
LIMIT 100;

-- name: list_statements_posted_wrongly
-- I11: what of a statement was new is booked entry by entry: each is matched, or in suspense with
-- its age; together they are the movement.
WITH booked AS (
    SELECT
        e.bank_statement_id,
        sum(CASE e.kind WHEN 'credit' THEN e.amount_cents ELSE -e.amount_cents END) AS cents
    FROM bank_entry AS e
    WHERE e.booking = 'booked'
    GROUP BY e.bank_statement_id
)

SELECT
    'I11' AS invariant,
    'bank_statement ' || s.id AS subject,
    concat_ws(' ', 'new', s.new_cents, 'entries', coalesce(b.cents, 0)) AS found
FROM bank_statement AS s
LEFT JOIN booked AS b ON s.id = b.bank_statement_id
WHERE s.new_cents <> coalesce(b.cents, 0)
ORDER BY subject
LIMIT 100;

-- name: list_matches_that_differ
-- I11: a booked entry that is matched has the amount and the direction of what it did; no order is
-- paid by two entries, nor sent back by two.
SELECT
    'I11' AS invariant,
    'payment_attempt ' || o.id AS subject,
    concat_ws(' ', e.kind, count(*), 'entries', sum(e.amount_cents), 'order', o.amount_cents)
        AS found
FROM bank_entry AS e
INNER JOIN payment_attempt AS o ON e.attempt_id = o.id
WHERE e.booking = 'booked'
GROUP BY o.id, e.kind
HAVING
    count(*) > 1
    OR sum(e.amount_cents) <> o.amount_cents
ORDER BY subject
LIMIT 100;

-- name: list_split_entries_that_differ
-- I11: what a person matched to orders, or said to settle recoveries, adds up to the entry.
WITH part AS (
    SELECT
        p.suspense_resolution_id,
        p.amount_cents
    FROM suspense_part AS p
    UNION ALL
    SELECT
        p.suspense_resolution_id,
        p.amount_cents
    FROM suspense_recovery AS p
)

SELECT
    'I11' AS invariant,
    'suspense_resolution ' || r.id AS subject,
    concat_ws(' ', r.kind, 'entry', e.amount_cents, 'parts', coalesce(sum(p.amount_cents), 0))
        AS found
FROM suspense_resolution AS r
INNER JOIN bank_entry AS e ON r.bank_entry_id = e.id
LEFT JOIN part AS p ON r.id = p.suspense_resolution_id
WHERE r.kind IN ('match', 'split', 'recover')
GROUP BY r.id, r.kind, e.amount_cents
HAVING e.amount_cents <> coalesce(sum(p.amount_cents), 0)
ORDER BY subject
LIMIT 100;

-- name: list_accounts_paid_out_of_force
-- I13: an order goes to the account that was in force when its payout was approved, never before
-- its time.
SELECT
    'I13' AS invariant,
    'payment_attempt ' || o.id AS subject,
    concat_ws(' ', 'approved', p.approved_at, 'account in force', b.in_force) AS found
FROM payment_attempt AS o
INNER JOIN payout_line AS l ON o.payout_line_id = l.id
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN bank_account AS b ON l.bank_account_id = b.id
WHERE
    o.iban_index <> b.iban_index
    OR lower(b.in_force) > p.approved_at
ORDER BY subject
LIMIT 100;

-- name: list_events_out_of_step
-- I8: the state of an order is the furthest that its history has brought it.
SELECT
    'I8' AS invariant,
    'payment_attempt ' || o.id AS subject,
    concat_ws(' ', 'state', o.state, 'history', coalesce(furthest.to_state, 'sent')) AS found
FROM payment_attempt AS o
LEFT JOIN LATERAL (
    SELECT v.to_state
    FROM attempt_history AS v
    INNER JOIN (
        VALUES
        ('sent', 0), ('accepted', 1), ('rejected', 2), ('cancelled', 3), ('settled', 4),
        ('returned', 5)
    ) AS ranked (state, rank) ON v.to_state = ranked.state
    WHERE v.attempt_id = o.id
    ORDER BY ranked.rank DESC
    LIMIT 1
) AS furthest ON TRUE
WHERE o.state <> coalesce(furthest.to_state, 'sent')
ORDER BY subject
LIMIT 100;
