-- name: account_well_formed
-- The account number is there in full: its form and check digits were proved when it was handed in,
-- and here only that what is sealed is whole.
SELECT
    p.instalment_id,
    CASE
        WHEN p.bank_account_id IS NULL THEN 'no_data'
        WHEN
            b.iban_last4 ~ '^[A-Z0-9]{4}$'
            AND octet_length(b.iban_index) = 32
            AND octet_length(b.iban_sealed) > 0
            THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'iban_last4', p.iban_last4
    ) AS inputs
FROM paying_account(:instalment_ids::uuid[], :at) AS p
LEFT JOIN bank_account AS b ON p.bank_account_id = b.id;
