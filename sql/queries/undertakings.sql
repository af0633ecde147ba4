-- name: hold_undertakings
-- Who adds up what an undertaking was granted waits here for whoever does the same.
SELECT hold_undertakings(:instalment_ids::uuid[], :on::date);

-- name: list_rooms
-- What bounds those instalments that are paid to a firm; none where no ceiling is in force. Their
-- agreements are looked up row by row: behind the policies the planner expects one, and tries all.
WITH paid AS (
    SELECT
        i.id,
        i.month,
        undertaking_of(own.employer_id, :on::date) AS head_id
    FROM instalment AS i
    INNER JOIN LATERAL (
        SELECT
            a.employer_id,
            v.payments
        FROM agreement AS a
        INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
        WHERE a.id = i.agreement_id
        ORDER BY a.id
        LIMIT 1
    ) AS own ON TRUE
    WHERE
        i.id = any(:instalment_ids::uuid[])
        AND payee_of(own.payments, i.kind) = 'employer'
),

heads AS (
    SELECT array_agg(DISTINCT head_id) AS ids
    FROM paid
),

used AS (
    SELECT
        u.head_id,
        r.ceiling_cents,
        r.excess_policy,
        u.cents
    FROM state_aid_rule AS r
    CROSS JOIN heads
    CROSS JOIN LATERAL state_aid_used_by(heads.ids, :on::date, r.years) AS u
    WHERE r.valid @> :on::date AND r.superseded_at IS NULL
)

SELECT
    paid.id AS instalment_id,
    paid.month,
    paid.head_id,
    used.cents AS used_cents,
    used.ceiling_cents,
    used.excess_policy
FROM paid
INNER JOIN used ON paid.head_id = used.head_id
ORDER BY paid.head_id, paid.month, paid.id;

-- name: insert_reductions
INSERT INTO state_aid_reduction (
    id, payout_line_id, head_id, full_cents, allowed_cents, used_cents, ceiling_cents, reduced_at
)
SELECT
    r.id,
    r.payout_line_id,
    r.head_id,
    r.full_cents,
    r.allowed_cents,
    r.used_cents,
    r.ceiling_cents,
    :at AS reduced_at
FROM unnest(
    :ids::uuid[], :payout_line_ids::uuid[], :head_ids::uuid[], :full_cents::bigint[],
    :allowed_cents::bigint[], :used_cents::bigint[], :ceilings_cents::bigint[]
) AS r (id, payout_line_id, head_id, full_cents, allowed_cents, used_cents, ceiling_cents);

-- name: find_ceiling
SELECT
    ceiling_cents,
    years,
    excess_policy,
    source
FROM state_aid_rule
WHERE valid @> :on::date AND superseded_at IS NULL;

-- name: get_head
SELECT
    e.id,
    e.legal_name,
    e.business_number
FROM employer AS e
WHERE e.id = undertaking_of(:employer_id, :on::date);

-- name: list_members
SELECT
    e.id AS employer_id,
    e.legal_name,
    e.business_number,
    k.linked_on,
    k.reason
FROM undertaking_members(:head_id, :on::date) AS m (id)
INNER JOIN employer AS e ON m.id = e.id
LEFT JOIN LATERAL (
    SELECT
        l.linked_on,
        l.reason
    FROM undertaking_link AS l
    WHERE l.employer_id = e.id AND l.confirmed_at IS NOT NULL AND l.linked_on <= :on::date
    ORDER BY l.linked_on DESC
    LIMIT 1
) AS k ON e.id <> :head_id
ORDER BY (e.id = :head_id) DESC, e.legal_name ASC, e.id ASC
LIMIT 500;

-- name: aid_used
SELECT cents FROM state_aid_used_by(ARRAY[:head_id::uuid], :on::date, :years::integer);

-- name: list_grants
-- What counts and what has ceased to, the newest first.
SELECT
    g.id,
    g.employer_id,
    e.legal_name,
    g.granted_on,
    g.amount_cents,
    g.payout_reference,
    g.granted_by,
    g.document_reference
FROM undertaking_members(:head_id, :on::date) AS m (id)
INNER JOIN state_aid AS g ON m.id = g.employer_id
INNER JOIN employer AS e ON m.id = e.id
ORDER BY g.granted_on DESC, g.id DESC
LIMIT :at_most;

-- name: list_uses
-- Undertakings by what they were granted within the rolling years, the most first.
SELECT
    u.head_id,
    e.legal_name,
    u.firm_count,
    u.used_cents
FROM (
    SELECT
        undertaking_of(g.employer_id, :on::date) AS head_id,
        count(DISTINCT g.employer_id) AS firm_count,
        sum(g.amount_cents)::bigint AS used_cents
    FROM state_aid AS g
    WHERE
        g.granted_on > (:on::date - make_interval(years => :years::integer))::date
        AND g.granted_on <= :on::date
    GROUP BY undertaking_of(g.employer_id, :on::date)
) AS u
INNER JOIN employer AS e ON u.head_id = e.id
ORDER BY u.used_cents DESC, e.legal_name ASC
LIMIT :at_most;

-- name: list_firms_by_number
SELECT
    id,
    business_number
FROM employer
WHERE business_number = any(:numbers::text[]);

-- name: insert_link
INSERT INTO undertaking_link (
    id, employer_id, head_id, linked_on, reason, document_reference, proposed_at, proposed_by
) VALUES (
    :link_id, :employer_id, :head_id, :linked_on, :reason, :document_reference, :at, :proposed_by
);

-- name: lock_link
SELECT
    id,
    proposed_by,
    confirmed_at,
    refused_at
FROM undertaking_link
WHERE id = :link_id
FOR UPDATE;

-- name: record_link_confirmed
UPDATE undertaking_link
SET
    confirmed_at = :at,
    confirmed_by = :confirmed_by
WHERE id = :link_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: record_link_refused
UPDATE undertaking_link
SET
    refused_at = :at,
    refused_by = :refused_by
WHERE id = :link_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: list_waiting_links
SELECT
    k.id,
    e.legal_name,
    h.legal_name AS head_name,
    k.employer_id = k.head_id AS ends_link,
    k.linked_on,
    k.reason,
    k.document_reference,
    k.proposed_at,
    k.proposed_by,
    p.name AS proposed_by_name
FROM undertaking_link AS k
INNER JOIN employer AS e ON k.employer_id = e.id
INNER JOIN employer AS h ON k.head_id = h.id
INNER JOIN account AS p ON k.proposed_by = p.id
WHERE k.confirmed_at IS NULL AND k.refused_at IS NULL
ORDER BY k.proposed_at, k.id
LIMIT 200;

-- name: insert_declaration
INSERT INTO state_aid_declaration (
    id, employer_id, granted_on, granted_by, amount_cents, document_reference, recorded_at,
    recorded_by
) VALUES (
    :declaration_id, :employer_id, :granted_on, :granted_by, :amount_cents, :document_reference,
    :at, :recorded_by
);

-- name: record_cancellation
UPDATE state_aid_declaration
SET
    cancelled_at = :at,
    cancelled_by = :cancelled_by,
    cancellation_reason = :reason
WHERE id = :declaration_id AND cancelled_at IS NULL;
