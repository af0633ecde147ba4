-- What follows the answers of each flag (sql/flags/), under the name `answer`: they are kept for
-- the lines of the payout, each weighed by the rule of the day.
INSERT INTO line_flag (payout_line_id, code, score, evidence, flagged_at)
SELECT
    l.id,
    r.code,
    greatest(1, (answer.score * r.weight + 50) / 100) AS score,
    answer.evidence,
    :at AS flagged_at
FROM answer
INNER JOIN payout_line AS l ON answer.instalment_id = l.instalment_id
INNER JOIN flag_rule AS r ON r.code = :code AND r.valid @> :on::date AND r.is_active
WHERE l.payout_id = :payout_id;
