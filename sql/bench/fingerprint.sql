-- What a month came to, in one number for each part, so that two ways of computing it compare.
SELECT
    count(*) AS row_count,
    coalesce(sum(i.amount_cents), 0)::bigint AS cents,
    coalesce(sum(hashtextextended(
        concat_ws('|', i.agreement_id, i.outcome, i.amount_cents, i.reason, i.trace), 0
    )), 0)::text AS content_hash,
    (
        SELECT coalesce(sum(t.amount_cents), 0)::bigint FROM transfer AS t
        WHERE t.reason = 'calculated'
    ) AS booked_cents
FROM instalment AS i
WHERE i.month = '2026-10-01' AND i.superseded_at IS NULL;
