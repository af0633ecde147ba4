-- name: account_in_payees_name
-- A person's account bears two words of their name, or their only one; a firm's at least one.
SELECT
    p.instalment_id,
    CASE
        WHEN p.bank_account_id IS NULL THEN 'no_data'
        WHEN
            p.holder_name = p.owner_name
            OR shares_words(
                p.holder_name, p.owner_name, CASE p.payee WHEN 'candidate' THEN 2 ELSE 1 END
            )
            THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object('holder_name', p.holder_name, 'owner_name', p.owner_name) AS inputs
FROM paying_account(:instalment_ids::uuid[], :at) AS p;
