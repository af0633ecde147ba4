-- name: within_budget
-- The ledger holds what is to be paid: it was set aside from the budget line and calculated.
SELECT
    i.id AS instalment_id,
    CASE WHEN held.cents >= i.amount_cents - put.cents THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object(
        'to_pay_cents', i.amount_cents - put.cents, 'calculated_cents', held.cents
    ) AS inputs
FROM instalment AS i
INNER JOIN LATERAL (
    SELECT
        coalesce(sum(
            CASE
                WHEN
                    t.reason IN ('calculated', 'approval_voided', 'netting_voided', 'reissued')
                    THEN t.amount_cents
                WHEN
                    t.reason IN ('calculation_superseded', 'approved', 'netted', 'reissue_undone')
                    THEN -t.amount_cents
            END
        ), 0)::bigint AS cents
    FROM transfer AS t
    WHERE t.agreement_id = i.agreement_id AND t.month = i.month AND t.kind = i.kind
) AS held ON TRUE
INNER JOIN LATERAL (
    SELECT coalesce(sum(pi.cents), 0)::bigint AS cents
    FROM put_in AS pi
    WHERE pi.agreement_id = i.agreement_id AND pi.month = i.month AND pi.kind = i.kind
) AS put ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
