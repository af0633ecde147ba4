-- name: odd_hours
-- An office confirmed the month, or somebody the account, at night or on a day off.
WITH moment AS MATERIALIZED (
    SELECT
        p.instalment_id,
        t.confirmed_at AS happened_at
    FROM payment_to_flag(:instalment_ids::uuid[]) AS p
    INNER JOIN attendance AS t
        ON p.agreement_id = t.agreement_id AND p.month = t.month AND t.superseded_at IS NULL
    WHERE t.confirmed_for = 'office'
    UNION ALL
    SELECT
        q.instalment_id,
        own.confirmed_at
    FROM paying_account(:instalment_ids::uuid[], :at) AS q
    INNER JOIN bank_account AS own ON q.bank_account_id = own.id
    WHERE
        own.confirmed_at > :at::timestamptz - make_interval(
            days => flag_parameter('odd_hours', 'days', :on)
        )
)

SELECT
    m.instalment_id,
    max(CASE odd_hour(m.happened_at) WHEN 'night' THEN 100 ELSE 25 END) AS score,
    jsonb_build_object(
        'moment', to_char(min(m.happened_at) AT TIME ZONE 'Europe/Belgrade', 'YYYY-MM-DD HH24:MI')
    ) AS evidence
FROM moment AS m
WHERE odd_hour(m.happened_at) IS NOT NULL
GROUP BY m.instalment_id;
