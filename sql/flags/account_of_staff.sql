-- name: account_of_staff
-- The holder of the account has the name of somebody who works for an office or for finance.
WITH staff AS MATERIALIZED (
    SELECT
        name_words(a.name) AS words,
        min(a.role) AS role
    FROM account AS a
    WHERE a.role <> 'employer' AND cardinality(name_words(a.name)) > 1
    GROUP BY name_words(a.name)
),

holder AS MATERIALIZED (
    SELECT
        p.instalment_id,
        p.holder_name,
        name_words(p.holder_name) AS words
    FROM paying_account(:instalment_ids::uuid[], :at) AS p
    WHERE p.bank_account_id IS NOT NULL
)

SELECT
    h.instalment_id,
    100 AS score,
    jsonb_build_object('holder', h.holder_name, 'role', s.role) AS evidence
FROM holder AS h
INNER JOIN staff AS s ON h.words = s.words;
