-- name: get_payout
SELECT
    p.id,
    p.reference,
    p.month,
    p.state,
    p.line_count,
    p.total_cents,
    p.digest,
    p.submitted_at,
    p.submitted_by,
    submitter.name AS submitted_by_name,
    p.required_approvals,
    p.required_authorisations,
    p.reopens,
    p.approved_at,
    p.exported_at,
    exporter.name AS exported_by_name
FROM payout AS p
INNER JOIN account AS submitter ON p.submitted_by = submitter.id
LEFT JOIN account AS exporter ON p.exported_by = exporter.id
WHERE p.id = :payout_id;

-- name: list_payouts
-- by newest: p.submitted_at::timestamptz, p.id::uuid
-- by month: p.month::date, p.id::uuid
-- by total: p.total_cents::bigint, p.id::uuid
SELECT
    p.id,
    p.reference,
    p.month,
    p.state,
    p.line_count,
    p.total_cents,
    p.submitted_at,
    submitter.name AS submitted_by_name
FROM payout AS p
LEFT JOIN account AS submitter ON p.submitted_by = submitter.id
WHERE (:state::text IS NULL OR p.state = :state) AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_lines_of_payout
-- As list_payout_lines, for a page that is sorted and filtered; `earlier_account_id` is the account
-- of the payee's line before it in an approved payout. A line that was sent is one order.
-- by payee: l.payee_name::text, l.id::uuid
-- by amount: l.amount_cents::bigint, l.id::uuid
SELECT
    l.id,
    l.instalment_id,
    a.reference AS agreement_reference,
    i.month,
    v.payments -> i.kind -> 'label' AS kind_label,
    s.code AS scheme_code,
    l.payee_name,
    b.iban_last4,
    l.due_cents,
    l.netted_cents,
    l.amount_cents,
    l.bank_account_id,
    (
        SELECT el.bank_account_id
        FROM bank_account AS eb
        INNER JOIN payout_line AS el ON eb.id = el.bank_account_id
        INNER JOIN payout AS ep ON el.payout_id = ep.id
        WHERE
            (eb.employer_id = b.employer_id OR eb.candidate_id = b.candidate_id)
            AND ep.approved_at < p.submitted_at
            AND ep.state <> 'voided'
        ORDER BY ep.approved_at DESC, el.id DESC
        LIMIT 1
    ) AS earlier_account_id,
    o.id AS attempt_id,
    o.state AS attempt_state
FROM payout_line AS l
LEFT JOIN payout AS p ON l.payout_id = p.id
LEFT JOIN payment_attempt AS o ON l.id = o.payout_line_id
LEFT JOIN instalment AS i ON l.instalment_id = i.id
LEFT JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN scheme AS s ON v.scheme_id = s.id
LEFT JOIN bank_account AS b ON l.bank_account_id = b.id
WHERE
    l.payout_id = :payout_id
    AND (:payee::text IS NULL OR starts_with(lower(l.payee_name), lower(:payee)))
    AND (:is_kept_back::boolean IS NULL OR (l.netted_cents > 0) = :is_kept_back)
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: lock_payout
SELECT
    id,
    month,
    state,
    digest,
    submitted_by,
    required_approvals,
    required_authorisations
FROM payout
WHERE id = :payout_id
FOR UPDATE;

-- name: lock_lines
-- With their accounts held, as their instalments are by now: nothing changes before the signature.
SELECT
    l.id,
    l.instalment_id,
    i.agreement_id,
    i.month,
    i.kind,
    budget.id AS budget_line_id,
    l.amount_cents,
    l.due_cents,
    l.reissues
FROM payout_line AS l
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS budget ON v.scheme_id = budget.scheme_id
INNER JOIN bank_account AS b ON l.bank_account_id = b.id
WHERE l.payout_id = :payout_id
ORDER BY b.id, l.id
FOR SHARE OF b;

-- name: list_nettings
SELECT
    n.id,
    n.payout_line_id,
    i.month AS overpaid_month,
    i.kind AS overpaid_kind,
    n.amount_cents
FROM payout_netting AS n
INNER JOIN payout_line AS l ON n.payout_line_id = l.id
INNER JOIN instalment AS i ON n.instalment_id = i.id
WHERE l.payout_id = :payout_id
ORDER BY n.id;

-- name: digest_now
SELECT payout_digest(:payout_id, :at) AS digest;

-- name: list_stale_lines
-- Lines that would no longer be put up as they stand.
SELECT
    l.id,
    l.payee_name,
    i.month,
    l.amount_cents,
    CASE
        WHEN num_nonnulls(i.superseded_at, netted.superseded_at) > 0 THEN 'superseded'
        WHEN is_on_hold(i.agreement_id, i.month, i.kind) THEN 'on_hold'
        WHEN contested.line_id IS NOT NULL THEN 'contested'
        WHEN paying.iban_index IS NULL THEN 'account_gone'
        ELSE 'account_changed'
    END AS reason
FROM payout_line AS l
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN bank_account AS put_up ON l.bank_account_id = put_up.id
LEFT JOIN LATERAL (
    SELECT b.iban_index
    FROM bank_account AS b
    WHERE
        (b.employer_id = put_up.employer_id OR b.candidate_id = put_up.candidate_id)
        AND b.in_force @> :at::timestamptz
    ORDER BY b.id
    LIMIT 1
) AS paying ON TRUE
INNER JOIN LATERAL (
    SELECT max(o.superseded_at) AS superseded_at
    FROM payout_netting AS n
    INNER JOIN instalment AS o ON n.instalment_id = o.id
    WHERE n.payout_line_id = l.id
) AS netted ON TRUE
LEFT JOIN contested_line AS contested
    ON l.payout_id = contested.payout_id AND l.id = contested.line_id
WHERE
    l.payout_id = :payout_id
    AND (
        num_nonnulls(i.superseded_at, netted.superseded_at, contested.line_id) > 0
        OR is_on_hold(i.agreement_id, i.month, i.kind)
        OR paying.iban_index IS DISTINCT FROM put_up.iban_index
    )
ORDER BY l.payee_name, l.id
LIMIT :at_most;

-- name: list_contested_lines
-- What candidates contest of a payout that is approved: it does not go to the bank.
SELECT
    l.id,
    l.payee_name,
    c.contested_month AS month,
    l.amount_cents
FROM contested_line AS c
INNER JOIN payout_line AS l ON c.line_id = l.id
WHERE c.payout_id = :payout_id
ORDER BY l.payee_name, l.id;

-- name: record_approval
UPDATE payout
SET
    state = 'approved',
    approved_at = :at
WHERE id = :payout_id AND state = 'submitted';

-- name: record_closing
-- Rejected, withdrawn or voided; the database holds it against the act that says so.
UPDATE payout
SET state = :state
WHERE id = :payout_id AND state IN ('submitted', 'approved');

-- name: record_export
UPDATE payout
SET
    state = 'exported',
    exported_at = :at,
    exported_by = :exported_by
WHERE id = :payout_id AND state = 'approved';

-- name: mark_lines_released
UPDATE payout_line
SET released_at = :at
WHERE payout_id = :payout_id AND released_at IS NULL;

-- name: mark_some_lines_released
UPDATE payout_line
SET released_at = :at
WHERE id = any(:line_ids) AND released_at IS NULL;

-- name: mark_some_nettings_released
UPDATE payout_netting
SET released_at = :at
WHERE payout_line_id = any(:line_ids) AND released_at IS NULL;

-- name: mark_nettings_released
UPDATE payout_netting AS n
SET released_at = :at
FROM payout_line AS l
WHERE l.id = n.payout_line_id AND l.payout_id = :payout_id AND n.released_at IS NULL;

-- name: list_payout_lines
-- Each with the payee's line before it in an approved payout, to show what is new or changed.
WITH shown AS (
    SELECT
        l.id,
        l.payout_id,
        l.instalment_id,
        l.bank_account_id,
        l.payee_name,
        l.due_cents,
        l.netted_cents,
        l.amount_cents,
        i.agreement_id,
        i.month,
        i.kind
    FROM payout_line AS l
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE l.payout_id = :payout_id
    ORDER BY l.payee_name, i.month, l.id
    LIMIT :at_most OFFSET :passed_over
)

SELECT
    shown.id,
    shown.instalment_id,
    shown.agreement_id,
    a.reference AS agreement_reference,
    shown.month,
    shown.kind,
    v.payments -> shown.kind -> 'label' AS kind_label,
    s.code AS scheme_code,
    shown.payee_name,
    b.iban_last4,
    shown.due_cents,
    shown.netted_cents,
    shown.amount_cents,
    array(
        SELECT o.month
        FROM payout_netting AS n
        INNER JOIN instalment AS o ON n.instalment_id = o.id
        WHERE n.payout_line_id = shown.id
        ORDER BY o.month, n.id
    ) AS netted_months,
    earlier.bank_account_id IS NULL AS is_first_payment,
    coalesce(earlier.bank_account_id <> shown.bank_account_id, FALSE) AS is_account_new
FROM shown
INNER JOIN payout AS p ON shown.payout_id = p.id
INNER JOIN agreement AS a ON shown.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
INNER JOIN bank_account AS b ON shown.bank_account_id = b.id
LEFT JOIN LATERAL (
    SELECT el.bank_account_id
    FROM bank_account AS eb
    INNER JOIN payout_line AS el ON eb.id = el.bank_account_id
    INNER JOIN payout AS ep ON el.payout_id = ep.id
    WHERE
        (eb.employer_id = b.employer_id OR eb.candidate_id = b.candidate_id)
        AND ep.approved_at < p.submitted_at
        AND ep.state <> 'voided'
    ORDER BY ep.approved_at DESC, el.id DESC
    LIMIT 1
) AS earlier ON TRUE
ORDER BY shown.payee_name, shown.month, shown.id;

-- name: list_scheme_totals
SELECT
    s.code AS scheme_code,
    count(*) AS line_count,
    sum(l.due_cents)::bigint AS due_cents,
    sum(l.netted_cents)::bigint AS netted_cents,
    sum(l.amount_cents)::bigint AS total_cents
FROM payout_line AS l
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE l.payout_id = :payout_id
GROUP BY s.code
ORDER BY s.code;

-- name: find_previous_payout
SELECT
    p.id,
    p.reference,
    p.month,
    p.state,
    p.line_count,
    p.total_cents,
    p.submitted_at,
    submitter.name AS submitted_by_name
FROM payout AS p
INNER JOIN account AS submitter ON p.submitted_by = submitter.id
INNER JOIN payout AS this ON p.approved_at < this.submitted_at
WHERE this.id = :payout_id AND p.state <> 'voided'
ORDER BY p.approved_at DESC, p.id DESC
LIMIT 1;

-- name: get_payee_changes
-- The payees of this payout beside those of the previous one and of all approved before it.
WITH paid AS (
    SELECT
        l.payout_id,
        p.approved_at,
        l.bank_account_id,
        coalesce(b.employer_id, b.candidate_id) AS payee_id
    FROM payout_line AS l
    INNER JOIN payout AS p ON l.payout_id = p.id
    INNER JOIN payout AS this ON p.approved_at < this.submitted_at
    INNER JOIN bank_account AS b ON l.bank_account_id = b.id
    WHERE this.id = :payout_id AND p.state <> 'voided'
),

last_account AS (
    SELECT DISTINCT ON (payee_id)
        payee_id,
        bank_account_id
    FROM paid
    ORDER BY payee_id ASC, approved_at DESC
),

mine AS (
    SELECT DISTINCT
        l.bank_account_id,
        coalesce(b.employer_id, b.candidate_id) AS payee_id
    FROM payout_line AS l
    INNER JOIN bank_account AS b ON l.bank_account_id = b.id
    WHERE l.payout_id = :payout_id
),

gone AS (
    SELECT payee_id FROM paid
    WHERE payout_id = :previous_id
    EXCEPT
    SELECT payee_id FROM mine
)

SELECT
    count(*) FILTER (WHERE a.payee_id IS NULL) AS new_payee_count,
    count(*) FILTER (WHERE m.bank_account_id <> a.bank_account_id) AS new_account_count,
    (SELECT count(*) FROM gone) AS gone_payee_count
FROM mine AS m
LEFT JOIN last_account AS a ON m.payee_id = a.payee_id;
