-- name: account_changed
-- The account took the place of another in the last days, or was never paid to since it did.
SELECT
    p.instalment_id,
    CASE
        WHEN p.in_force_since + make_interval(
            days => flag_parameter('account_changed', 'days', :on)
        ) > :at THEN 100
        ELSE 70
    END AS score,
    jsonb_build_object(
        'last4', p.iban_last4,
        'since', (p.in_force_since AT TIME ZONE 'Europe/Belgrade')::date,
        'days', (:on::date - (p.in_force_since AT TIME ZONE 'Europe/Belgrade')::date)
    ) AS evidence
FROM paying_account(:instalment_ids::uuid[], :at) AS p
WHERE is_first_after_change(p.bank_account_id, :at);
