-- name: count_standing
SELECT
    s.standing,
    s.reason,
    sum(s.payment_count)::bigint AS payment_count,
    sum(s.due_cents)::bigint AS due_cents
FROM standing_counted(:at, :month) AS s
GROUP BY s.standing, s.reason
ORDER BY s.standing, s.reason;

-- name: list_standing
-- One page of a month, what is blocked longest first.
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
    AND (:reason::text IS NULL OR s.reason = :reason)
    AND (
        :office::text IS NULL
        OR s.office_id = any(
            array(SELECT o.id FROM office AS o WHERE o.municipality_code = :office)
        )
    )
ORDER BY
    s.standing <> 'blocked',
    coalesce(s.since, timestamptz 'infinity'),
    s.reference,
    s.kind
LIMIT :at_most OFFSET :passed_over;

-- name: list_payments_of_month
-- The same for a page that is sorted and goes on by key: what is blocked longest first, or else.
-- by urgency: (s.standing <> 'blocked')::boolean,
--   coalesce(s.since, timestamptz 'infinity')::timestamptz, s.reference::text, s.kind::text
-- by reference: s.reference::text, s.kind::text
-- by due: s.due_cents::bigint, s.reference::text, s.kind::text
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
    AND (:reason::text IS NULL OR s.reason = :reason)
    AND (
        :office::text IS NULL
        OR s.office_id = any(
            array(SELECT o.id FROM office AS o WHERE o.municipality_code = :office)
        )
    )
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_agreement_standing
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
FROM standing_seen(:at, NULL, :agreement_id) AS s
INNER JOIN agreement AS a ON s.agreement_id = a.id
INNER JOIN employer AS e ON a.employer_id = e.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN candidate AS c ON a.candidate_id = c.id
WHERE a.id = :agreement_id
ORDER BY s.month, s.kind;

-- name: keep_standing
-- Of how many months what stands was kept anew.
SELECT keep_standing(:at, :at_most);
