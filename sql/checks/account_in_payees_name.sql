-- name: account_in_payees_name
-- A person's account bears two words of their name, or their only one; a firm's at least one.
SELECT
    p.instalment_id,
    CASE
        WHEN p.bank_account_id IS NULL THEN 'no_data'
        WHEN
            cardinality(shared.words) >= CASE
                WHEN p.payee = 'candidate' THEN least(2, cardinality(name_words(p.owner_name)))
                ELSE 1
            END
            THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'holder_name', p.holder_name,
        'owner_name', p.owner_name,
        'shared_words', shared.words
    ) AS inputs
FROM paying_account(:instalment_ids::uuid[], :at) AS p
INNER JOIN LATERAL (
    SELECT coalesce(array_agg(w.word ORDER BY w.word), '{}') AS words
    FROM unnest(name_words(p.holder_name)) AS w (word)
    WHERE w.word = any(name_words(p.owner_name))
) AS shared ON TRUE;
