-- name: list_line_flags
-- The lines with the highest sums of scores, each with all its flags.
WITH line AS MATERIALIZED (
    SELECT
        l.id,
        l.instalment_id,
        l.payee_name,
        l.amount_cents,
        sum(f.score)::integer AS line_score
    FROM payout_line AS l
    INNER JOIN line_flag AS f ON l.id = f.payout_line_id
    WHERE l.payout_id = :payout_id
    GROUP BY l.id
    ORDER BY sum(f.score) DESC, l.id ASC
    LIMIT :at_most
)

SELECT
    line.id AS payout_line_id,
    line.instalment_id,
    a.reference AS agreement_reference,
    line.payee_name,
    i.month,
    line.amount_cents,
    line.line_score,
    f.code,
    f.score,
    f.evidence,
    f.flagged_at
FROM line
INNER JOIN line_flag AS f ON line.id = f.payout_line_id
INNER JOIN instalment AS i ON line.instalment_id = i.id
INNER JOIN agreement AS a ON i.agreement_id = a.id
ORDER BY line.line_score DESC, line.id ASC, f.score DESC, f.code ASC;

-- name: count_flags
SELECT
    f.code,
    count(*) AS line_count
FROM line_flag AS f
INNER JOIN payout_line AS l ON f.payout_line_id = l.id
WHERE l.payout_id = :payout_id
GROUP BY f.code
ORDER BY count(*) DESC, f.code ASC;

-- name: get_tally
-- The threshold is that of the day on which the payout was put up.
SELECT
    p.line_count,
    count(flagged.score) AS flagged_count,
    count(flagged.score) FILTER (
        WHERE flagged.score >= q.flag_threshold
    ) AS suspicious_count,
    q.flag_threshold
FROM payout AS p
INNER JOIN quality_rule AS q
    ON q.valid @> (p.submitted_at AT TIME ZONE 'Europe/Belgrade')::date
LEFT JOIN LATERAL (
    SELECT sum(f.score) AS score
    FROM payout_line AS l
    INNER JOIN line_flag AS f ON l.id = f.payout_line_id
    WHERE l.payout_id = p.id
    GROUP BY l.id
) AS flagged ON TRUE
WHERE p.id = :payout_id
GROUP BY p.id, q.id;

-- name: list_rules
SELECT
    code,
    weight,
    is_active,
    parameters,
    source
FROM flag_rule
WHERE valid @> :on::date
ORDER BY weight DESC, code ASC;
