-- The rate of true error among approved payments, by the month they pay for. Of the payments that
-- were drawn at random the rate is that of all payments, within the error of a sample; those drawn
-- for an override, a new account or as a first case are looked for where errors are likelier, and
-- are counted apart. A payment drawn both ways counts as random.

-- name: list_error_rates
WITH paid AS (
    SELECT
        l.id,
        i.month,
        l.due_cents,
        s.payout_line_id IS NOT NULL AS is_drawn,
        coalesce('random' = any(s.reasons), FALSE) AS is_random,
        r.id IS NOT NULL AS is_reviewed,
        coalesce(r.result = 'error', FALSE) AS is_wrong,
        r.error_cents
    FROM payout_line AS l
    INNER JOIN payout AS p ON l.payout_id = p.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    LEFT JOIN quality_sample AS s ON l.id = s.payout_line_id
    LEFT JOIN quality_review AS r ON l.id = r.payout_line_id
    WHERE
        p.state IN ('approved', 'exported')
        AND l.released_at IS NULL
        AND i.month BETWEEN :from_month AND :to_month
)

SELECT
    k.month,
    g.is_random,
    count(*) AS paid_count,
    sum(k.due_cents)::bigint AS paid_cents,
    count(*) FILTER (WHERE f.is_counted) AS drawn_count,
    count(*) FILTER (WHERE f.is_counted AND k.is_reviewed) AS reviewed_count,
    coalesce(
        sum(k.due_cents) FILTER (WHERE f.is_counted AND k.is_reviewed), 0
    )::bigint AS reviewed_cents,
    count(*) FILTER (WHERE f.is_counted AND k.is_wrong) AS error_count,
    coalesce(sum(k.error_cents) FILTER (WHERE f.is_counted), 0)::bigint AS error_cents,
    round(
        coalesce(sum(k.error_cents) FILTER (WHERE f.is_counted), 0) * 10000
        / sum(k.due_cents) FILTER (WHERE f.is_counted AND k.is_reviewed)
    )::integer AS error_rate_bp
FROM paid AS k
CROSS JOIN (VALUES (TRUE), (FALSE)) AS g (is_random)
CROSS JOIN LATERAL (VALUES (k.is_drawn AND k.is_random = g.is_random)) AS f (is_counted)
GROUP BY k.month, g.is_random
ORDER BY k.month DESC, g.is_random DESC
LIMIT 1000;
