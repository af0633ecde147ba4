-- name: try_simulation_lock
-- One what-if at a time on all machines: it keeps a processor busy. Let go with the transaction.
SELECT pg_try_advisory_xact_lock(7305806290431448) AS is_taken;

-- name: agreements_employed
-- How many agreements of a scheme have employment on some days.
SELECT count(*) AS agreement_count
FROM agreement AS a
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE
    s.code = :code
    AND a.started_at IS NOT NULL
    AND a.starts_on < upper(:days::daterange)
    AND a.employment && :days;

-- name: list_agreements_employed
-- These agreements, one candidate's after another's so that people can be counted on the way.
-- Employment and not the subsidised days: a scheme may pay for months that follow these.
SELECT
    a.id AS agreement_id,
    a.reference,
    a.candidate_id,
    c.sex,
    c.municipality_code,
    c.born_on,
    a.starts_on
FROM agreement AS a
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE
    s.code = :code
    AND a.started_at IS NOT NULL
    AND a.starts_on < upper(:days::daterange)
    AND a.employment && :days
ORDER BY a.candidate_id, a.starts_on, a.id;
