-- name: find_owner_name
-- An owner that the policies hide is none.
SELECT
    e.legal_name AS name,
    FALSE AS is_person
FROM employer AS e
WHERE e.id = :employer_id
UNION ALL
SELECT
    c.given_name || ' ' || c.family_name AS name,
    TRUE AS is_person
FROM candidate AS c
WHERE c.id = :candidate_id;

-- name: insert_proposal
INSERT INTO bank_account (
    id,
    employer_id,
    candidate_id,
    holder_name,
    iban_sealed,
    iban_index,
    iban_last4,
    proposed_at,
    proposed_by
)
VALUES (
    :id,
    :employer_id,
    :candidate_id,
    :holder_name,
    :iban_sealed,
    :iban_index,
    :iban_last4,
    :proposed_at,
    :proposed_by
);

-- name: get_account
SELECT
    id,
    employer_id,
    candidate_id,
    holder_name,
    iban_last4,
    proposed_at,
    proposed_by,
    confirmed_at,
    confirmed_by,
    refused_at,
    lower(in_force) AS in_force_from,
    upper(in_force) AS in_force_until
FROM bank_account
WHERE id = :account_id;

-- name: lock_account
SELECT
    id,
    employer_id,
    candidate_id,
    holder_name,
    iban_last4,
    proposed_at,
    proposed_by,
    confirmed_at,
    confirmed_by,
    refused_at,
    lower(in_force) AS in_force_from,
    upper(in_force) AS in_force_until
FROM bank_account
WHERE id = :account_id
FOR UPDATE;

-- name: lock_last_confirmed
-- The account that nothing follows yet, be it in force or still cooling off.
SELECT
    id,
    employer_id,
    candidate_id,
    holder_name,
    iban_last4,
    proposed_at,
    proposed_by,
    confirmed_at,
    confirmed_by,
    refused_at,
    lower(in_force) AS in_force_from,
    upper(in_force) AS in_force_until
FROM bank_account
WHERE
    coalesce(employer_id, candidate_id) = coalesce(:employer_id::uuid, :candidate_id::uuid)
    AND upper_inf(in_force)
FOR UPDATE;

-- name: record_end
-- Closes the former account at the moment from which the new one pays.
UPDATE bank_account
SET in_force = tstzrange(lower(in_force), greatest(lower(in_force), :until))
WHERE id = :account_id AND upper_inf(in_force);

-- name: record_confirmation
UPDATE bank_account
SET
    confirmed_at = :confirmed_at,
    confirmed_by = :confirmed_by,
    in_force = tstzrange(:in_force_from, NULL)
WHERE id = :account_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: record_refusal
UPDATE bank_account
SET
    refused_at = :refused_at,
    refused_by = :refused_by
WHERE id = :account_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: find_account_in_force
SELECT
    id,
    holder_name,
    iban_sealed,
    iban_index,
    iban_last4
FROM bank_account
WHERE
    coalesce(employer_id, candidate_id) = coalesce(:employer_id::uuid, :candidate_id::uuid)
    AND in_force @> :at::timestamptz;

-- name: list_accounts_of_owner
SELECT
    id,
    employer_id,
    candidate_id,
    holder_name,
    iban_last4,
    proposed_at,
    proposed_by,
    confirmed_at,
    confirmed_by,
    refused_at,
    lower(in_force) AS in_force_from,
    upper(in_force) AS in_force_until
FROM bank_account
WHERE coalesce(employer_id, candidate_id) = coalesce(:employer_id::uuid, :candidate_id::uuid)
ORDER BY proposed_at DESC, id DESC
LIMIT 100;

-- name: list_waiting
-- Oldest first; the policies leave an officer the employers' and the own candidates' proposals.
SELECT
    b.id,
    b.employer_id,
    b.candidate_id,
    coalesce(e.legal_name, c.given_name || ' ' || c.family_name) AS owner_name,
    b.holder_name,
    b.iban_sealed,
    b.proposed_at,
    b.proposed_by,
    f.iban_last4 AS replaces_last4,
    (
        SELECT count(DISTINCT coalesce(o.employer_id, o.candidate_id))
        FROM bank_account AS o
        WHERE
            o.iban_index = b.iban_index
            AND o.refused_at IS NULL
            AND coalesce(o.employer_id, o.candidate_id)
            <> coalesce(b.employer_id, b.candidate_id)
    ) AS other_owners
FROM bank_account AS b
LEFT JOIN employer AS e ON b.employer_id = e.id
LEFT JOIN candidate AS c ON b.candidate_id = c.id
LEFT JOIN bank_account AS f
    ON
        coalesce(b.employer_id, b.candidate_id) = coalesce(f.employer_id, f.candidate_id)
        AND upper_inf(f.in_force)
WHERE b.confirmed_at IS NULL AND b.refused_at IS NULL
ORDER BY b.proposed_at, b.id
LIMIT 200;
