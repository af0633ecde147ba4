-- name: account_not_changed_lately
-- The account has not taken the place of another in the last days.
SELECT
    p.instalment_id,
    CASE
        WHEN p.bank_account_id IS NULL THEN 'no_data'
        WHEN
            former.id IS NULL
            OR p.in_force_since + make_interval(
                days => check_parameter('account_not_changed_lately', 'days', :on)::integer
            ) <= :at
            THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'in_force_since', p.in_force_since,
        'replaces_another', former.id IS NOT NULL,
        'days', check_parameter('account_not_changed_lately', 'days', :on)
    ) AS inputs
FROM paying_account(:instalment_ids::uuid[], :at) AS p
LEFT JOIN bank_account AS own ON p.bank_account_id = own.id
LEFT JOIN LATERAL (
    SELECT b.id
    FROM bank_account AS b
    WHERE
        (b.employer_id = own.employer_id OR b.candidate_id = own.candidate_id)
        AND upper(b.in_force) = p.in_force_since
    ORDER BY b.id
    LIMIT 1
) AS former ON TRUE;
