-- name: list_donor_shares
-- What has become of each appropriation, in the order in which its line draws on them.
SELECT
    a.id AS appropriation_id,
    a.budget_line_id,
    sc.code AS scheme_code,
    d.code AS donor_code,
    d.name AS donor_name,
    lower(a.period) AS first_day,
    upper(a.period) - 1 AS last_day,
    s.place,
    s.amount_cents AS appropriated_cents,
    coalesce(sum(st.cents) FILTER (WHERE st.kind = 'appropriation'), 0)::bigint AS free_cents,
    coalesce(sum(st.cents) FILTER (WHERE st.kind = 'committed'), 0)::bigint AS committed_cents,
    coalesce(sum(st.cents) FILTER (WHERE st.kind = 'calculated'), 0)::bigint AS calculated_cents,
    coalesce(sum(st.cents) FILTER (WHERE st.kind = 'approved'), 0)::bigint AS approved_cents,
    coalesce(sum(st.cents) FILTER (WHERE st.kind = 'in_transit'), 0)::bigint AS in_transit_cents,
    coalesce(sum(st.cents) FILTER (WHERE st.kind = 'paid'), 0)::bigint AS paid_cents,
    coalesce(sum(st.cents) FILTER (WHERE st.kind = 'returned'), 0)::bigint AS returned_cents,
    coalesce(sum(st.cents) FILTER (
        WHERE st.kind NOT IN (
            'appropriation', 'committed', 'calculated', 'approved', 'in_transit', 'paid',
            'returned'
        )
    ), 0)::bigint AS recoverable_cents
FROM appropriation_source AS s
INNER JOIN appropriation AS a ON s.id = a.id
INNER JOIN budget_line AS l ON a.budget_line_id = l.id
INNER JOIN scheme AS sc ON l.scheme_id = sc.id
INNER JOIN donor AS d ON a.donor_id = d.id
LEFT JOIN donor_standing AS st ON s.id = st.appropriation_id
GROUP BY a.id, sc.code, d.code, d.name, s.place, s.amount_cents
ORDER BY sc.code, s.place
LIMIT 1000;
