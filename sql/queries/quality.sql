-- name: insert_sample
-- The first case of each case officer; every line with an overridden check, and every first payment
-- to a changed account; and of all lines those whose hash falls into the share of the rule.
-- Nobody chooses the ids beforehand, and anybody can work the draw out again.
WITH own AS (
    SELECT
        l.id,
        l.instalment_id,
        l.bank_account_id,
        p.id AS payout_id,
        p.check_run_id,
        a.drafted_by,
        a.drafted_at,
        i.month
    FROM payout_line AS l
    INNER JOIN payout AS p ON l.payout_id = p.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    INNER JOIN agreement AS a ON i.agreement_id = a.id
    WHERE p.id = :payout_id
),

first_case AS (
    SELECT f.id
    FROM (
        SELECT DISTINCT ON (k.drafted_by)
            k.drafted_by,
            k.id
        FROM own AS k
        ORDER BY k.drafted_by, k.drafted_at, k.month, k.id
    ) AS f
    WHERE NOT had_first_case(f.drafted_by)
),

drawn AS (
    SELECT
        k.id,
        array_remove(
            ARRAY[
                CASE WHEN k.id IN (SELECT f.id FROM first_case AS f) THEN 'first_case' END,
                CASE
                    WHEN EXISTS (
                        SELECT 1 FROM check_result AS c
                        WHERE
                            c.run_id = k.check_run_id
                            AND c.instalment_id = k.instalment_id
                            AND c.override_id IS NOT NULL
                    ) THEN 'override'
                END,
                CASE WHEN is_first_after_change(k.bank_account_id, :at) THEN 'account_change' END,
                CASE WHEN drawn_by_hash(k.payout_id, k.id, q.sample_bp) THEN 'random' END
            ],
            NULL
        ) AS reasons
    FROM own AS k
    INNER JOIN quality_rule AS q ON q.valid @> :on::date
)

INSERT INTO quality_sample (payout_line_id, reasons, drawn_at)
SELECT
    d.id,
    d.reasons,
    :at AS drawn_at
FROM drawn AS d
WHERE cardinality(d.reasons) > 0;

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
