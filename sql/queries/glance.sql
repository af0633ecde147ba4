-- name: count_by_reason
-- A month's payments by where they stand, why, and who must act, with the oldest since when.
WITH besides AS MATERIALIZED (
    SELECT
        b.standing,
        b.reason,
        b.acts,
        b.since
    FROM standing_besides(:at, :month) AS b
)

SELECT
    n.standing,
    n.reason,
    n.acts,
    n.payment_count,
    n.due_cents,
    least(
        (
            SELECT k.since
            FROM standing_kept(:at, :month) AS k
            WHERE k.standing = n.standing AND k.reason = n.reason AND k.acts = n.acts
            ORDER BY k.standing <> 'blocked', coalesce(k.since, timestamptz 'infinity')
            LIMIT 1
        ),
        (
            SELECT min(b.since)
            FROM besides AS b
            WHERE b.standing = n.standing AND b.reason = n.reason AND b.acts = n.acts
        )
    ) AS since
FROM standing_counted(:at, :month) AS n
ORDER BY n.standing ASC, n.payment_count DESC, n.reason ASC, n.acts ASC;

-- name: list_at_place
-- A page of the payments of a month that stand as asked for, those that have waited longest first.
SELECT
    s.agreement_id,
    s.reference AS agreement_reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    s.month,
    s.kind,
    v.payments -> s.kind -> 'label' AS kind_label,
    s.instalment_id,
    s.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since
FROM standing_of_month(:at, :month) AS s
LEFT JOIN agreement AS a ON s.agreement_id = a.id
LEFT JOIN employer AS e ON a.employer_id = e.id
LEFT JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN candidate AS c ON a.candidate_id = c.id
WHERE
    (:standing::text IS NULL OR s.standing = :standing)
    AND (:reasons::text[] IS NULL OR s.reason = any(:reasons))
    AND coalesce(s.reason, '') <> all(:other_reasons::text[])
    AND (:acts::text IS NULL OR s.acts = :acts)
ORDER BY
    s.standing <> 'blocked',
    coalesce(s.since, timestamptz 'infinity'),
    s.reference,
    s.kind
LIMIT :at_most OFFSET :passed_over;

-- name: list_payouts_of_month
SELECT
    p.id,
    p.reference,
    p.state,
    p.line_count,
    p.total_cents,
    p.submitted_at,
    submitter.name AS submitted_by_name
FROM payout AS p
INNER JOIN account AS submitter ON p.submitted_by = submitter.id
WHERE p.month = :month
ORDER BY p.submitted_at DESC, p.id DESC
LIMIT :at_most;

-- name: list_history
-- What was due for each of the months up to one, and what was ordered from the bank in the payouts
-- put up for it, whichever month each of their lines is of.
WITH shown AS (
    SELECT (:month::date - make_interval(months => n.back))::date AS month
    FROM generate_series(0, :months - 1) AS n (back)
),

computed AS (
    SELECT
        i.month,
        count(*) FILTER (WHERE i.outcome = 'due') AS due_count,
        count(*) FILTER (WHERE i.outcome = 'blocked') AS blocked_count,
        sum(i.amount_cents) AS due_cents
    FROM instalment AS i
    INNER JOIN shown AS m ON i.month = m.month
    WHERE i.superseded_at IS NULL
    GROUP BY i.month
),

ordered AS (
    SELECT
        p.month,
        sum(p.line_count) AS line_count,
        sum(p.total_cents) AS cents
    FROM payout AS p
    INNER JOIN shown AS m ON p.month = m.month
    WHERE p.state IN ('approved', 'exported')
    GROUP BY p.month
)

SELECT
    m.month,
    coalesce(c.due_count, 0) AS due_count,
    coalesce(c.due_cents, 0)::bigint AS due_cents,
    coalesce(c.blocked_count, 0) AS blocked_count,
    coalesce(o.line_count, 0)::bigint AS ordered_count,
    coalesce(o.cents, 0)::bigint AS ordered_cents
FROM shown AS m
LEFT JOIN computed AS c ON m.month = c.month
LEFT JOIN ordered AS o ON m.month = o.month
ORDER BY m.month;
