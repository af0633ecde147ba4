-- name: list_year_lines
-- For the State Aid Department: what each undertaking, as it is on the last day of a year, was
-- granted in that year by the programme and as it declared, and in the rolling years up to it.
WITH granted AS (
    SELECT
        undertaking_of(g.employer_id, :last_day::date) AS head_id,
        coalesce(
            sum(g.amount_cents) FILTER (WHERE g.payout_reference IS NOT NULL), 0
        )::bigint AS paid_cents,
        coalesce(
            sum(g.amount_cents) FILTER (WHERE g.payout_reference IS NULL), 0
        )::bigint AS declared_cents
    FROM state_aid AS g
    WHERE g.granted_on BETWEEN :first_day::date AND :last_day::date
    GROUP BY undertaking_of(g.employer_id, :last_day::date)
),

heads AS (
    SELECT array_agg(head_id) AS ids
    FROM granted
)

SELECT
    granted.head_id,
    h.legal_name,
    h.business_number,
    (
        SELECT string_agg(e.legal_name, '; ' ORDER BY e.legal_name)
        FROM undertaking_members(granted.head_id, :last_day::date) AS m (id)
        INNER JOIN employer AS e ON m.id = e.id
    ) AS firms,
    granted.paid_cents,
    granted.declared_cents,
    used.cents AS used_cents
FROM granted
INNER JOIN employer AS h ON granted.head_id = h.id
CROSS JOIN heads
INNER JOIN LATERAL state_aid_used_by(heads.ids, :last_day::date, :years::integer) AS used
    ON granted.head_id = used.head_id
ORDER BY h.legal_name, granted.head_id
LIMIT 100000;
