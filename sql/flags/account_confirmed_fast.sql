-- name: account_confirmed_fast
-- Two people took less time over a new account than it takes to call its owner.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object(
        'last4', p.iban_last4,
        'seconds', extract(EPOCH FROM own.confirmed_at - own.proposed_at)::integer
    ) AS evidence
FROM paying_account(:instalment_ids::uuid[], :at) AS p
INNER JOIN bank_account AS own ON p.bank_account_id = own.id
WHERE
    own.confirmed_at < own.proposed_at + make_interval(
        secs => flag_parameter('account_confirmed_fast', 'seconds', :on)
    )
    AND own.confirmed_at > :at::timestamptz - make_interval(
        days => flag_parameter('account_confirmed_fast', 'days', :on)
    );
