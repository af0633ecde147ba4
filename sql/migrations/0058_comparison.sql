-- A payout beside the one before it, and what its checks kept out of it.

-- Agreement by agreement, what a payout pays unlike an earlier one, and the cause of it: who began
-- or ended, what was blocked or left out by a check, more or fewer payments, what is kept back.
CREATE FUNCTION payout_changes(this_id uuid, earlier_id uuid) RETURNS TABLE (
    agreement_id uuid, employer_id uuid, cause text, difference_cents bigint
)
LANGUAGE sql STABLE AS $$
WITH side AS (
    SELECT
        i.agreement_id,
        count(*) FILTER (WHERE l.payout_id = this_id) AS now_count,
        count(*) FILTER (WHERE l.payout_id = earlier_id) AS before_count,
        coalesce(sum(l.amount_cents) FILTER (WHERE l.payout_id = this_id), 0) AS now_cents,
        coalesce(sum(l.amount_cents) FILTER (WHERE l.payout_id = earlier_id), 0) AS before_cents,
        coalesce(sum(l.netted_cents) FILTER (WHERE l.payout_id = this_id), 0) AS now_netted,
        coalesce(sum(l.netted_cents) FILTER (WHERE l.payout_id = earlier_id), 0) AS before_netted
    FROM payout_line AS l
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE l.payout_id IN (this_id, earlier_id)
    GROUP BY i.agreement_id
)

SELECT
    a.id,
    a.employer_id,
    CASE
        WHEN s.before_count = 0 AND EXISTS (
            SELECT 1
            FROM payout_line AS l
            INNER JOIN payout AS o ON l.payout_id = o.id
            INNER JOIN instalment AS i ON l.instalment_id = i.id
            WHERE
                i.agreement_id = a.id
                AND o.approved_at < p.submitted_at
                AND o.state <> 'voided'
        ) THEN 'back'
        WHEN s.before_count = 0 THEN 'began'
        WHEN s.now_count = 0 AND upper(a.period) <= p.month THEN 'ended'
        WHEN s.now_count = 0 AND EXISTS (
            SELECT 1 FROM checked_instalment AS c
            WHERE c.run_id = p.check_run_id AND c.agreement_id = a.id
        ) THEN 'left_out'
        WHEN s.now_count = 0 AND EXISTS (
            SELECT 1 FROM instalment AS i
            WHERE
                i.agreement_id = a.id
                AND i.month = p.month
                AND i.superseded_at IS NULL
                AND i.outcome = 'blocked'
        ) THEN 'blocked'
        WHEN s.now_count = 0 THEN 'not_due'
        WHEN s.now_netted <> s.before_netted THEN 'kept_back'
        WHEN s.now_count > s.before_count THEN 'more_payments'
        WHEN s.now_count < s.before_count THEN 'fewer_payments'
        WHEN s.now_cents > s.before_cents THEN 'higher'
        ELSE 'lower'
    END AS cause,
    (s.now_cents - s.before_cents)::bigint AS difference_cents
FROM side AS s
INNER JOIN agreement AS a ON s.agreement_id = a.id
INNER JOIN payout AS p ON p.id = this_id
WHERE s.now_cents <> s.before_cents OR s.now_count <> s.before_count
$$;

-- What the checks of a payout were run over and it does not pay, each with the first check that
-- stopped it then; without one where it waited for another reason.
CREATE FUNCTION payout_left_out(of_payout uuid) RETURNS TABLE (
    instalment_id uuid, agreement_id uuid, code text, acts text
)
LANGUAGE sql STABLE AS $$
SELECT
    c.instalment_id,
    c.agreement_id,
    stopped.code,
    stopped.acts
FROM payout AS p
INNER JOIN check_run AS n ON p.check_run_id = n.id
INNER JOIN checked_instalment AS c ON n.id = c.run_id
LEFT JOIN LATERAL (
    SELECT
        r.code::text AS code,
        r.acts
    FROM check_result AS f
    INNER JOIN check_rule AS r ON f.code = r.code AND r.valid @> n.run_on
    WHERE
        f.run_id = n.id
        AND f.instalment_id = c.instalment_id
        AND f.override_id IS NULL
        AND (
            (r.is_blocking AND f.outcome = 'failed')
            OR (r.is_blocking AND r.no_data_blocks AND f.outcome = 'no_data')
            OR (r.code = 'state_aid' AND f.outcome = 'failed')
        )
    ORDER BY r.id
    LIMIT 1
) AS stopped ON TRUE
WHERE
    p.id = of_payout
    AND NOT EXISTS (
        SELECT 1 FROM payout_line AS l
        WHERE l.payout_id = p.id AND l.instalment_id = c.instalment_id
    )
$$;
