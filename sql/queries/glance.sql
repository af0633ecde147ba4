-- name: count_by_reason
-- A month's payments by where they stand, why, and who must act, with the oldest since when.
SELECT
    s.standing,
    s.reason,
    s.acts,
    count(*) AS payment_count,
    sum(s.due_cents)::bigint AS due_cents,
    min(s.since) AS since
FROM standing_seen(:at, :month, NULL) AS s
GROUP BY s.standing, s.reason, s.acts
ORDER BY s.standing, count(*) DESC, s.reason, s.acts;

-- name: list_at_place
-- A page of the payments of a month that stand as asked for, those that have waited longest first.
SELECT
    s.agreement_id,
    a.reference AS agreement_reference,
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
FROM standing_seen(:at, :month, NULL) AS s
INNER JOIN agreement AS a ON s.agreement_id = a.id
INNER JOIN employer AS e ON a.employer_id = e.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN candidate AS c ON a.candidate_id = c.id
WHERE
    (:standing::text IS NULL OR s.standing = :standing)
    AND (:reasons::text[] IS NULL OR s.reason = any(:reasons))
    AND coalesce(s.reason, '') <> all(:other_reasons::text[])
    AND (:acts::text IS NULL OR s.acts = :acts)
ORDER BY s.since, a.reference, s.kind
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
SELECT
    m.month::date AS month,
    coalesce(computed.due_count, 0) AS due_count,
    coalesce(computed.due_cents, 0)::bigint AS due_cents,
    coalesce(computed.blocked_count, 0) AS blocked_count,
    coalesce(ordered.line_count, 0)::bigint AS ordered_count,
    coalesce(ordered.cents, 0)::bigint AS ordered_cents
FROM generate_series(
    :month::date - make_interval(months => :months - 1), :month::date, interval '1 month'
) AS m (month)
LEFT JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE i.outcome = 'due') AS due_count,
        count(*) FILTER (WHERE i.outcome = 'blocked') AS blocked_count,
        sum(i.amount_cents) AS due_cents
    FROM instalment AS i
    WHERE i.month = m.month::date AND i.superseded_at IS NULL
) AS computed ON TRUE
LEFT JOIN LATERAL (
    SELECT
        sum(p.line_count) AS line_count,
        sum(p.total_cents) AS cents
    FROM payout AS p
    WHERE p.month = m.month::date AND p.state IN ('approved', 'exported')
) AS ordered ON TRUE
ORDER BY m.month;
