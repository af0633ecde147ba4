-- Finding anything: each list is short, and holds what the policies let the actor see.

-- name: list_people
SELECT
    candidate_id,
    reference,
    full_name,
    born_on,
    birth_year,
    office_name_sq,
    office_name_sr,
    has_left,
    is_seen
FROM
    people_found(
        :patterns::text[], :number_index::bytea, :reference::text, :elsewhere::boolean,
        :at_most::integer
    )
ORDER BY is_seen DESC, candidate_id DESC
LIMIT :at_most;

-- name: list_employers
SELECT
    id,
    business_number,
    legal_name,
    municipality_code
FROM employer
WHERE
    business_number = :business_number
    OR (folded_name LIKE (:patterns::text[])[1] AND folded_name LIKE all(:patterns::text[]))
ORDER BY legal_name, id
LIMIT :at_most;

-- name: list_agreements_by_reference
SELECT
    id,
    reference,
    candidate_name,
    employer_name,
    state
FROM agreement_listed
WHERE reference = :reference
ORDER BY id
LIMIT :at_most;

-- name: list_agreements_by_name
-- For those who have no register of people: whose agreement it is says enough.
SELECT
    a.id,
    a.reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    a.state
FROM agreement AS a
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
WHERE
    (:employer_id::uuid IS NULL OR a.employer_id = :employer_id)
    AND a.candidate_id IN (SELECT n.candidate_id FROM people_named(:patterns::text[]) AS n)
ORDER BY a.id DESC
LIMIT :at_most;

-- name: list_placements
SELECT
    p.id,
    p.reference,
    p.title,
    e.legal_name AS employer_name
FROM placement AS p
INNER JOIN employer AS e ON p.employer_id = e.id
WHERE p.reference = :reference
ORDER BY p.id
LIMIT :at_most;

-- name: list_payouts
SELECT
    id,
    reference,
    month
FROM payout
WHERE reference = :reference
ORDER BY id
LIMIT :at_most;

-- name: list_payments
-- One order for the bank, by the reference under which the bank knows it.
SELECT
    id,
    end_to_end_id,
    payee_name,
    amount_cents,
    month,
    state
FROM payment_attempt
WHERE end_to_end_id = :end_to_end_id
ORDER BY id
LIMIT :at_most;
