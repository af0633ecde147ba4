-- name: list_changes
-- Per employer and cause, what this payout pays its agreements unlike the one before it. The
-- employers whose sum changed most come first, with all their causes.
WITH change AS MATERIALIZED (
    SELECT
        employer_id,
        cause,
        difference_cents
    FROM payout_changes(:payout_id, :previous_id)
),

largest AS (
    SELECT
        employer_id,
        sum(difference_cents)::bigint AS cents
    FROM change
    GROUP BY employer_id
    ORDER BY abs(sum(difference_cents)) DESC, employer_id ASC
    LIMIT :at_most
)

SELECT
    e.id AS employer_id,
    e.legal_name AS employer_name,
    largest.cents AS employer_cents,
    change.cause,
    count(*) AS agreement_count,
    sum(change.difference_cents)::bigint AS difference_cents
FROM largest
INNER JOIN change ON largest.employer_id = change.employer_id
INNER JOIN employer AS e ON largest.employer_id = e.id
GROUP BY e.id, largest.cents, change.cause
ORDER BY abs(largest.cents) DESC, e.id ASC, change.cause ASC;

-- name: count_changes
-- The same over all employers, by cause.
SELECT
    cause,
    count(*) AS agreement_count,
    count(DISTINCT employer_id) AS employer_count,
    sum(difference_cents)::bigint AS difference_cents
FROM payout_changes(:payout_id, :previous_id)
GROUP BY cause
ORDER BY abs(sum(difference_cents)) DESC, cause ASC;

-- name: list_new_payees
-- Payees to whom nothing that was approved went before.
SELECT
    coalesce(b.employer_id, b.candidate_id) AS payee_id,
    min(l.payee_name) AS payee_name,
    min(b.iban_last4) AS iban_last4,
    min(b.confirmed_at) AS confirmed_at,
    min(confirmer.name) AS confirmed_by_name,
    count(*) AS line_count,
    sum(l.amount_cents)::bigint AS amount_cents
FROM payout_line AS l
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN bank_account AS b ON l.bank_account_id = b.id
LEFT JOIN account AS confirmer ON b.confirmed_by = confirmer.id
WHERE
    l.payout_id = :payout_id
    AND NOT EXISTS (
        SELECT 1
        FROM bank_account AS eb
        INNER JOIN payout_line AS el ON eb.id = el.bank_account_id
        INNER JOIN payout AS ep ON el.payout_id = ep.id
        WHERE
            (eb.employer_id = b.employer_id OR eb.candidate_id = b.candidate_id)
            AND ep.approved_at < p.submitted_at
            AND ep.state <> 'voided'
    )
GROUP BY coalesce(b.employer_id, b.candidate_id)
ORDER BY sum(l.amount_cents) DESC, min(l.payee_name) ASC
LIMIT :at_most;

-- name: list_changed_accounts
-- Payees who are paid to another account than when something was last approved for them.
WITH paid AS (
    SELECT
        l.bank_account_id,
        min(l.payee_name) AS payee_name,
        count(*) AS line_count,
        sum(l.amount_cents)::bigint AS amount_cents
    FROM payout_line AS l
    WHERE l.payout_id = :payout_id
    GROUP BY l.bank_account_id
)

SELECT
    paid.payee_name,
    earlier.iban_last4 AS before_last4,
    b.iban_last4 AS now_last4,
    b.proposed_at,
    proposer.name AS proposed_by_name,
    b.confirmed_at,
    confirmer.name AS confirmed_by_name,
    paid.line_count,
    paid.amount_cents
FROM paid
INNER JOIN bank_account AS b ON paid.bank_account_id = b.id
INNER JOIN payout AS p ON p.id = :payout_id
INNER JOIN LATERAL (
    SELECT
        eb.id,
        eb.iban_last4
    FROM bank_account AS eb
    INNER JOIN payout_line AS el ON eb.id = el.bank_account_id
    INNER JOIN payout AS ep ON el.payout_id = ep.id
    WHERE
        (eb.employer_id = b.employer_id OR eb.candidate_id = b.candidate_id)
        AND ep.approved_at < p.submitted_at
        AND ep.state <> 'voided'
    ORDER BY ep.approved_at DESC, el.id DESC
    LIMIT 1
) AS earlier ON b.id <> earlier.id
LEFT JOIN account AS proposer ON b.proposed_by = proposer.id
LEFT JOIN account AS confirmer ON b.confirmed_by = confirmer.id
ORDER BY paid.amount_cents DESC, paid.payee_name ASC
LIMIT :at_most;

-- name: count_left_out
SELECT
    o.code,
    o.acts,
    count(*) AS payment_count,
    sum(i.amount_cents)::bigint AS due_cents
FROM payout_left_out(:payout_id) AS o
INNER JOIN instalment AS i ON o.instalment_id = i.id
GROUP BY o.code, o.acts
ORDER BY count(*) DESC, o.code ASC;

-- name: list_left_out
SELECT
    o.instalment_id,
    a.reference AS agreement_reference,
    e.legal_name AS employer_name,
    i.month,
    i.amount_cents AS due_cents,
    o.code,
    o.acts
FROM payout_left_out(:payout_id) AS o
INNER JOIN instalment AS i ON o.instalment_id = i.id
INNER JOIN agreement AS a ON o.agreement_id = a.id
INNER JOIN employer AS e ON a.employer_id = e.id
ORDER BY o.code ASC, i.amount_cents DESC, o.instalment_id ASC
LIMIT :at_most;

-- name: list_drawn
-- The lines of a payout that were drawn to be looked at again, those not reviewed first.
SELECT
    s.payout_line_id,
    l.instalment_id,
    l.payee_name,
    i.month,
    l.amount_cents,
    s.reasons,
    r.result,
    r.reviewed_at
FROM payout_line AS l
INNER JOIN quality_sample AS s ON l.id = s.payout_line_id
INNER JOIN instalment AS i ON l.instalment_id = i.id
LEFT JOIN quality_review AS r ON s.payout_line_id = r.payout_line_id
WHERE l.payout_id = :payout_id
ORDER BY r.result IS NOT NULL, l.amount_cents DESC, l.id ASC
LIMIT :at_most;
