-- What must hold of donors' money and of state aid at all times; see invariants.sql.

-- name: list_appropriations_unlike_ledger
-- I3: every confirmed appropriation and reduction is in the ledger once, with its amount and line,
-- and nothing else is appropriated there or taken away.
WITH decided AS (
    SELECT
        id,
        budget_line_id,
        amount_cents
    FROM appropriation
    WHERE confirmed_at IS NOT NULL
),

posted AS (
    SELECT
        source_id,
        source_type,
        budget_line_id,
        reason,
        amount_cents
    FROM transfer
    WHERE reason IN ('appropriated', 'appropriation_reduced')
)

SELECT
    'I3' AS invariant,
    concat_ws(' ', 'appropriation', coalesce(a.id, t.source_id)) AS subject,
    concat_ws(' ', 'decided', a.amount_cents, 'ledger', t.reason, t.amount_cents) AS found
FROM decided AS a
FULL JOIN posted AS t
    ON a.id = t.source_id AND t.source_type = 'appropriation'
WHERE
    a.id IS NULL
    OR t.source_id IS NULL
    OR a.budget_line_id <> t.budget_line_id
    OR a.amount_cents
    <> CASE t.reason WHEN 'appropriated' THEN t.amount_cents ELSE -t.amount_cents END
ORDER BY subject
LIMIT 100;

-- name: list_donors_unlike_lines
-- I3: the donors' parts of every account come to what stands on it, and those of each appropriation
-- to what is left of it after reductions.
WITH leg AS (
    SELECT
        debit_account_id AS account_id,
        amount_cents
    FROM transfer
    UNION ALL
    SELECT
        credit_account_id AS account_id,
        -amount_cents AS amount_cents
    FROM transfer
),

balance AS (
    SELECT
        la.budget_line_id,
        la.kind,
        sum(leg.amount_cents) AS cents
    FROM ledger_account AS la
    INNER JOIN leg ON la.id = leg.account_id
    WHERE la.kind <> 'treasury'
    GROUP BY la.budget_line_id, la.kind
),

part AS (
    SELECT
        s.budget_line_id,
        s.kind,
        sum(s.cents) AS cents
    FROM donor_standing AS s
    GROUP BY s.budget_line_id, s.kind
)

SELECT
    'I3' AS invariant,
    concat_ws(' ', 'budget_line', b.budget_line_id) AS subject,
    concat_ws(' ', b.kind, b.cents, 'donors', coalesce(p.cents, 0)) AS found
FROM balance AS b
LEFT JOIN part AS p ON b.budget_line_id = p.budget_line_id AND b.kind = p.kind
WHERE
    -- What is below zero on any account, such as what is recoverable, is one part of the donors'.
    b.kind <> 'recoverable'
    AND CASE WHEN b.cents < 0 THEN FALSE ELSE b.cents <> coalesce(p.cents, 0) END
UNION ALL
SELECT
    'I3' AS invariant,
    concat_ws(' ', 'appropriation', s.id) AS subject,
    concat_ws(' ', 'given', s.amount_cents, 'stands', coalesce(sum(d.cents), 0)) AS found
FROM appropriation_source AS s
LEFT JOIN donor_standing AS d ON s.id = d.appropriation_id
GROUP BY s.id, s.amount_cents
HAVING s.amount_cents <> coalesce(sum(d.cents), 0)
ORDER BY subject
LIMIT 100;

-- name: list_overdrawn_donors
-- I3 by donor, at every instant: what a line has committed or spent lies within what its donors had
-- given it by then. What has come further is a part of what has not, and both are laid on the same
-- appropriations in the same order; so within each, paid <= exported <= approved <= calculated
-- <= committed <= appropriated holds when it holds of the line and no appropriation is below zero.
WITH moved AS (
    SELECT
        t.budget_line_id,
        t.recorded_at,
        sum(
            CASE t.reason
                WHEN 'appropriated' THEN t.amount_cents
                WHEN 'appropriation_reduced' THEN -t.amount_cents
                ELSE 0
            END
        ) OVER before AS given_cents,
        sum(
            CASE t.reason
                WHEN 'committed' THEN t.amount_cents
                WHEN 'commitment_released' THEN -t.amount_cents
                ELSE 0
            END
        ) OVER before AS used_cents
    FROM transfer AS t
    WHERE
        t.reason IN (
            'appropriated', 'appropriation_reduced', 'committed', 'commitment_released'
        )
    WINDOW before AS (PARTITION BY t.budget_line_id ORDER BY t.recorded_at)
)

(
    SELECT DISTINCT ON (m.budget_line_id)
        'I3' AS invariant,
        concat_ws(' ', 'budget_line', m.budget_line_id) AS subject,
        concat_ws(
            ' ', 'donors gave', m.given_cents, 'used', m.used_cents, 'at', m.recorded_at
        ) AS found
    FROM moved AS m
    WHERE m.used_cents > m.given_cents
    ORDER BY m.budget_line_id, m.recorded_at
)
UNION ALL
SELECT
    'I3' AS invariant,
    concat_ws(' ', 'appropriation', s.id) AS subject,
    concat_ws(' ', 'below zero:', s.amount_cents) AS found
FROM appropriation_source AS s
WHERE s.amount_cents < 0
ORDER BY subject
LIMIT 100;

-- name: list_ceilings_passed
-- No payout was put up by which an undertaking, with all that was known to be granted to its firms
-- then, passed the ceiling of de minimis aid in force that day. Groups that have changed since are
-- left out: what they were then is only in their links.
WITH firm AS (
    SELECT
        employer_id,
        undertaking_of(employer_id, 'infinity') AS head_id
    FROM state_aid
    GROUP BY employer_id
),

granted AS (
    SELECT
        f.head_id,
        g.payout_reference,
        g.known_at,
        g.granted_on,
        sum(g.amount_cents) AS cents
    FROM state_aid AS g
    INNER JOIN firm AS f ON g.employer_id = f.employer_id
    GROUP BY f.head_id, g.payout_reference, g.known_at, g.granted_on
),

put_up AS (
    SELECT DISTINCT
        head_id,
        payout_reference,
        known_at,
        (known_at AT TIME ZONE 'Europe/Belgrade')::date AS on_day
    FROM granted
    WHERE payout_reference IS NOT NULL
)

SELECT
    'I3' AS invariant,
    concat_ws(' ', 'undertaking', p.head_id) AS subject,
    concat_ws(' ', p.payout_reference, 'granted', sum(g.cents), 'ceiling', r.ceiling_cents)
        AS found
FROM put_up AS p
INNER JOIN state_aid_rule AS r
    ON r.valid @> p.on_day AND r.superseded_at IS NULL
INNER JOIN granted AS g
    ON
        p.head_id = g.head_id
        AND p.known_at >= g.known_at
        AND (p.on_day - make_interval(years => r.years))::date < g.granted_on
WHERE
    NOT EXISTS (
        SELECT 1 FROM undertaking_link AS k
        WHERE
            p.head_id IN (k.head_id, k.employer_id, undertaking_of(k.employer_id, 'infinity'))
            AND k.confirmed_at IS NOT NULL
            AND (k.confirmed_at > p.known_at OR k.linked_on > p.on_day)
    )
GROUP BY p.head_id, p.payout_reference, r.ceiling_cents
HAVING sum(g.cents) > r.ceiling_cents
ORDER BY subject
LIMIT 100;
