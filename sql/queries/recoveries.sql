-- name: list_receivables
SELECT
    r.agreement_id,
    a.reference AS agreement_reference,
    s.code AS scheme_code,
    coalesce(e.legal_name, c.given_name || ' ' || c.family_name) AS payee_name,
    r.amount_cents,
    r.since
FROM receivable AS r
INNER JOIN agreement AS a ON r.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
LEFT JOIN employer AS e ON a.employer_id = e.id AND r.payee = 'employer'
LEFT JOIN candidate AS c ON a.candidate_id = c.id AND r.payee = 'candidate'
ORDER BY r.since, a.reference, r.payee
LIMIT :at_most;

-- name: receivables_in_all
SELECT coalesce(sum(amount_cents), 0)::bigint AS cents
FROM receivable;
