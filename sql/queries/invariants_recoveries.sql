-- What must hold of money that is owed back. Each query answers the rows that break its rule.

-- name: list_months_owed_unlike_booked
-- I2: for each agreement, month and kind, what recoveries still claim is on the account of what is
-- receivable, and what was given up on that of what is written off.
WITH told AS (
    SELECT
        t.agreement_id,
        t.month,
        t.kind,
        sum(
            CASE
                WHEN
                    t.reason IN ('recovery_raised', 'repaid_undone', 'written_off_undone')
                    THEN t.amount_cents
                WHEN t.reason IN ('recovery_reduced', 'repaid', 'written_off') THEN -t.amount_cents
                ELSE 0
            END
        ) AS open_cents,
        sum(
            CASE t.reason
                WHEN 'written_off' THEN t.amount_cents
                WHEN 'written_off_undone' THEN -t.amount_cents
                ELSE 0
            END
        ) AS written_off_cents
    FROM transfer AS t
    WHERE
        t.reason IN (
            'recovery_raised', 'recovery_reduced', 'repaid', 'repaid_undone', 'written_off',
            'written_off_undone'
        )
    GROUP BY t.agreement_id, t.month, t.kind
),

claimed AS (
    SELECT
        m.agreement_id,
        m.month,
        m.kind,
        sum(m.owed_cents - m.settled_cents - m.written_off_cents) AS open_cents,
        sum(m.written_off_cents) AS written_off_cents
    FROM recovery_month AS m
    GROUP BY m.agreement_id, m.month, m.kind
)

SELECT
    'I2' AS invariant,
    concat_ws(' ', 'agreement', coalesce(told.agreement_id, claimed.agreement_id)) AS subject,
    concat_ws(
        ' ', coalesce(told.month, claimed.month)::text, 'ledger', told.open_cents,
        told.written_off_cents, 'recoveries', claimed.open_cents, claimed.written_off_cents
    ) AS found
FROM told
FULL JOIN claimed
    ON
        told.agreement_id = claimed.agreement_id
        AND told.month = claimed.month
        AND told.kind = claimed.kind
WHERE
    (coalesce(told.open_cents, 0), coalesce(told.written_off_cents, 0))
    <> (coalesce(claimed.open_cents, 0), coalesce(claimed.written_off_cents, 0))
ORDER BY subject
LIMIT 100;

-- name: list_recoveries_beyond_owed
-- I5: what was recovered and written off of a recovery is at most what was raised, month by month;
-- a recovery of which something is open waits for somebody, and of another nothing is open.
SELECT
    'I5' AS invariant,
    'recovery ' || r.id AS subject,
    concat_ws(
        ' ', r.state, m.month::text, 'owed', m.owed_cents, 'settled', m.settled_cents, 'given up',
        m.written_off_cents
    ) AS found
FROM recovery AS r
INNER JOIN recovery_month AS m ON r.id = m.recovery_id
WHERE
    m.owed_cents < m.settled_cents + m.written_off_cents
    OR least(m.settled_cents, m.written_off_cents, m.waived_cents) < 0
    OR (
        r.state IN ('settled', 'written_off', 'cancelled')
        AND m.owed_cents <> m.settled_cents + m.written_off_cents
    )
ORDER BY subject
LIMIT 100;

-- name: list_recoveries_beyond_paid
-- I5: never more than was paid: what recoveries claim of a month, and what has come back of it, is
-- at most what its payee got for it. A returned payment that had come back already is sent again.
WITH got AS (
    SELECT
        t.agreement_id,
        t.month,
        t.kind,
        sum(
            CASE
                WHEN t.reason IN ('settled', 'set_off') THEN t.amount_cents
                ELSE -t.amount_cents
            END
        ) AS cents
    FROM transfer AS t
    WHERE t.reason IN ('settled', 'set_off', 'returned', 'set_off_undone')
    GROUP BY t.agreement_id, t.month, t.kind
)

SELECT
    'I5' AS invariant,
    'agreement ' || m.agreement_id AS subject,
    concat_ws(
        ' ', m.month::text, m.kind, 'claimed', sum(m.owed_cents), 'got', coalesce(got.cents, 0)
    ) AS found
FROM recovery_month AS m
LEFT JOIN got
    ON m.agreement_id = got.agreement_id AND m.month = got.month AND m.kind = got.kind
GROUP BY m.agreement_id, m.month, m.kind, got.cents
HAVING
    sum(m.owed_cents) > coalesce(got.cents, 0)
    AND sum(m.owed_cents) > sum(m.settled_cents)
ORDER BY subject
LIMIT 100;
