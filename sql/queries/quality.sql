-- name: insert_sample
-- The first case of each case officer; every line with an overridden check, with something amiss at
-- a visit, and every first payment to a changed account; and of all lines those whose hash falls
-- into the share of the rule. Nobody chooses the ids beforehand.
WITH own AS MATERIALIZED (
    SELECT
        l.id,
        l.instalment_id,
        l.bank_account_id,
        l.payout_id,
        a.drafted_by,
        row_number() OVER (
            PARTITION BY a.drafted_by ORDER BY a.drafted_at, i.month, l.id
        ) AS place
    FROM payout_line AS l
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    INNER JOIN agreement AS a ON i.agreement_id = a.id
    WHERE l.payout_id = :payout_id
),

why AS (
    SELECT
        k.id,
        'first_case' AS reason
    FROM own AS k
    WHERE k.place = 1 AND NOT had_first_case(k.drafted_by)
    UNION ALL
    SELECT DISTINCT
        k.id,
        'override' AS reason
    FROM payout AS p
    INNER JOIN check_result AS c ON p.check_run_id = c.run_id AND c.override_id IS NOT NULL
    INNER JOIN own AS k ON p.id = k.payout_id AND c.instalment_id = k.instalment_id
    UNION ALL
    SELECT
        k.id,
        'account_change' AS reason
    FROM own AS k
    WHERE k.bank_account_id IN (SELECT c.id FROM accounts_first_after_change(:at) AS c)
    UNION ALL
    SELECT
        k.id,
        'visit' AS reason
    FROM own AS k
    INNER JOIN line_flag AS f ON k.id = f.payout_line_id AND f.code = 'amiss_at_visit'
    UNION ALL
    SELECT
        k.id,
        'random' AS reason
    FROM own AS k
    INNER JOIN quality_rule AS q ON q.valid @> :on::date
    WHERE drawn_by_hash(k.payout_id, k.id, q.sample_bp)
)

INSERT INTO quality_sample (payout_line_id, reasons, drawn_at)
SELECT
    w.id,
    array_agg(w.reason ORDER BY w.reason),
    :at AS drawn_at
FROM why AS w
GROUP BY w.id;

-- name: get_rule
SELECT
    flag_threshold,
    sample_bp,
    waits_for_overrides,
    waits_for_account_changes,
    source
FROM quality_rule
WHERE valid @> :on::date;

-- name: list_cases
-- What waits comes first, the oldest of it on top.
SELECT
    payout_line_id,
    payout_reference,
    reasons,
    drawn_at,
    agreement_reference,
    employer_name,
    candidate_name,
    month,
    due_cents,
    amount_cents,
    agreed_wage_cents,
    paid_wage_cents,
    days_expected,
    days_worked,
    days_paid_leave,
    override_reasons,
    may_review,
    result,
    error_cents,
    note,
    reviewed_at,
    reviewed_by_name
FROM quality_cases(NULL, :at_most)
ORDER BY result IS NOT NULL, drawn_at, payout_line_id
LIMIT :at_most;

-- name: get_case
SELECT
    payout_line_id,
    payout_reference,
    reasons,
    drawn_at,
    agreement_reference,
    employer_name,
    candidate_name,
    month,
    due_cents,
    amount_cents,
    agreed_wage_cents,
    paid_wage_cents,
    days_expected,
    days_worked,
    days_paid_leave,
    override_reasons,
    may_review,
    result,
    error_cents,
    note,
    reviewed_at,
    reviewed_by_name
FROM quality_cases(:payout_line_id, 1);

-- name: insert_review
INSERT INTO quality_review (
    id, payout_line_id, result, error_cents, note, reviewed_at, reviewed_by
) VALUES (
    :review_id, :payout_line_id, :result, :error_cents, :note, :at, :reviewed_by
);

-- name: count_drawn
SELECT
    count(*) AS drawn_count,
    count(*) FILTER (WHERE r.id IS NULL) AS open_count
FROM quality_sample AS s
INNER JOIN payout_line AS l ON s.payout_line_id = l.id
LEFT JOIN quality_review AS r ON s.payout_line_id = r.payout_line_id
WHERE l.payout_id = :payout_id;
