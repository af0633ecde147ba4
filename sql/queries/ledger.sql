-- name: lock_budget_line
-- Held while the appropriation is summed, so two agreements cannot both take the last of it.
SELECT id
FROM budget_line
WHERE scheme_id = :scheme_id
FOR UPDATE;

-- name: lock_budget_lines
-- Held while unused commitments are summed, so that none is given back twice.
SELECT id
FROM budget_line
ORDER BY id
FOR UPDATE;

-- name: appropriation_left
WITH account AS (
    SELECT id
    FROM ledger_account
    WHERE budget_line_id = :budget_line_id AND kind = 'appropriation'
),

leg AS (
    SELECT t.amount_cents
    FROM transfer AS t
    INNER JOIN account AS a ON t.debit_account_id = a.id
    UNION ALL
    SELECT -t.amount_cents AS amount_cents
    FROM transfer AS t
    INNER JOIN account AS a ON t.credit_account_id = a.id
)

SELECT coalesce(sum(amount_cents), 0)::bigint AS cents
FROM leg;

-- name: insert_transfers
-- The outer joins are deliberate: a line without one of the accounts is refused, not left out.
WITH alike AS MATERIALIZED (
    SELECT
        t.budget_line_id,
        debit.id AS debit_account_id,
        credit.id AS credit_account_id,
        t.reason,
        t.source_type,
        t.month,
        t.kind,
        t.effective_on,
        t.number
    FROM
        unnest(
            :budget_line_ids::uuid[], :debit_kinds::text[], :credit_kinds::text[], :reasons::text[],
            :source_types::text[], :months::date[], :kinds::text[], :effective_on::date[]
        ) WITH ORDINALITY
            AS t (
                budget_line_id,
                debit_kind,
                credit_kind,
                reason,
                source_type,
                month,
                kind,
                effective_on,
                number
            )
    LEFT JOIN ledger_account AS debit
        ON t.budget_line_id = debit.budget_line_id AND t.debit_kind = debit.kind
    LEFT JOIN ledger_account AS credit
        ON t.budget_line_id = credit.budget_line_id AND t.credit_kind = credit.kind
),

written AS (
    INSERT INTO transfer (
        id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason, source_type,
        source_id, agreement_id, month, kind, effective_on
    )
    SELECT
        posted.id,
        alike.budget_line_id,
        alike.debit_account_id,
        alike.credit_account_id,
        posted.amount_cents,
        alike.reason,
        alike.source_type,
        posted.source_id,
        posted.agreement_id,
        alike.month,
        alike.kind,
        alike.effective_on
    FROM
        unnest(
            :ids::uuid[], :alike::int[], :amounts_cents::bigint[], :source_ids::uuid[],
            :agreement_ids::uuid[]
        ) WITH ORDINALITY AS posted (id, alike, amount_cents, source_id, agreement_id, place)
    INNER JOIN alike ON coalesce(posted.alike, 1) = alike.number
    ORDER BY posted.place
    ON CONFLICT ON CONSTRAINT transfer_once_per_source DO NOTHING
    RETURNING id
)

SELECT count(*) AS number FROM written;

-- name: insert_new_transfers
-- Like `insert_transfers`, for what cannot have been posted: to look for it takes a third more.
WITH alike AS MATERIALIZED (
    SELECT
        t.budget_line_id,
        debit.id AS debit_account_id,
        credit.id AS credit_account_id,
        t.reason,
        t.source_type,
        t.month,
        t.kind,
        t.effective_on,
        t.number
    FROM
        unnest(
            :budget_line_ids::uuid[], :debit_kinds::text[], :credit_kinds::text[], :reasons::text[],
            :source_types::text[], :months::date[], :kinds::text[], :effective_on::date[]
        ) WITH ORDINALITY
            AS t (
                budget_line_id,
                debit_kind,
                credit_kind,
                reason,
                source_type,
                month,
                kind,
                effective_on,
                number
            )
    LEFT JOIN ledger_account AS debit
        ON t.budget_line_id = debit.budget_line_id AND t.debit_kind = debit.kind
    LEFT JOIN ledger_account AS credit
        ON t.budget_line_id = credit.budget_line_id AND t.credit_kind = credit.kind
),

written AS (
    INSERT INTO transfer (
        id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason, source_type,
        source_id, agreement_id, month, kind, effective_on
    )
    SELECT
        posted.id,
        alike.budget_line_id,
        alike.debit_account_id,
        alike.credit_account_id,
        posted.amount_cents,
        alike.reason,
        alike.source_type,
        posted.source_id,
        posted.agreement_id,
        alike.month,
        alike.kind,
        alike.effective_on
    FROM
        unnest(
            :ids::uuid[], :alike::int[], :amounts_cents::bigint[], :source_ids::uuid[],
            :agreement_ids::uuid[]
        ) WITH ORDINALITY AS posted (id, alike, amount_cents, source_id, agreement_id, place)
    INNER JOIN alike ON coalesce(posted.alike, 1) = alike.number
    ORDER BY posted.place
    RETURNING id
)

SELECT count(*) AS number FROM written;

-- name: contradictions
-- How many stand in the ledger under the same source and reason, but with other facts.
WITH posted AS (
    SELECT
        budget_line_id,
        amount_cents,
        reason,
        source_type,
        source_id,
        agreement_id,
        month,
        kind
    FROM unnest(
        :budget_line_ids::uuid[], :amounts_cents::bigint[], :reasons::text[],
        :source_types::text[], :source_ids::uuid[], :agreement_ids::uuid[], :months::date[],
        :kinds::text[]
    ) AS t (
        budget_line_id, amount_cents, reason, source_type, source_id, agreement_id, month, kind
    )
)

SELECT count(*) AS contradictions
FROM posted
INNER JOIN transfer AS t
    ON
        posted.source_type = t.source_type
        AND posted.source_id = t.source_id
        AND posted.reason = t.reason
WHERE
    (t.budget_line_id, t.amount_cents, t.agreement_id, t.month, t.kind)
    IS DISTINCT FROM
    (posted.budget_line_id, posted.amount_cents, posted.agreement_id, posted.month, posted.kind);

-- name: list_balances
-- What the ledger holds for agreements, months and kinds of payment; nothing for one that is new.
SELECT
    wanted.agreement_id,
    wanted.month,
    wanted.kind,
    sum(
        CASE
            WHEN
                t.reason IN (
                    'calculated', 'reissued', 'approval_voided', 'netting_voided', 'set_off_undone'
                )
                THEN t.amount_cents
            WHEN
                t.reason IN (
                    'calculation_superseded', 'approved', 'netted', 'reissue_undone', 'set_off'
                )
                THEN -t.amount_cents
            ELSE 0
        END
    )::bigint AS calculated_cents,
    sum(
        CASE
            WHEN
                t.reason IN ('overpayment_undone', 'made_good', 'failure_closed', 'restored')
                THEN t.amount_cents
            WHEN
                t.reason IN ('overpaid', 'made_good_voided', 'restored_undone')
                THEN -t.amount_cents
            ELSE 0
        END
    )::bigint AS recoverable_cents,
    sum(
        CASE
            WHEN
                t.reason IN (
                    'approved', 'netted', 'reissue_undone', 'made_good_voided', 'set_off',
                    'restored_undone'
                )
                THEN t.amount_cents
            WHEN
                t.reason IN (
                    'made_good', 'reissued', 'failure_closed', 'approval_voided', 'netting_voided',
                    'restored', 'set_off_undone'
                )
                THEN -t.amount_cents
            ELSE 0
        END
    )::bigint AS put_in_cents
FROM
    unnest(
        :agreement_ids::uuid[], :months::date[], :kinds::text[]
    ) AS wanted (agreement_id, month, kind)
INNER JOIN transfer AS t
    ON
        wanted.agreement_id = t.agreement_id
        AND wanted.month = t.month
        AND wanted.kind = t.kind
GROUP BY wanted.agreement_id, wanted.month, wanted.kind;

-- name: list_shortfalls
-- Agreements whose commitment does not cover what is about to be drawn from it.
WITH drawn AS (
    SELECT
        agreement_id,
        budget_line_id,
        cents - commitment_held(agreement_id) AS short_cents
    FROM unnest(
        :agreement_ids::uuid[], :budget_line_ids::uuid[], :drawn_cents::bigint[]
    ) AS t (agreement_id, budget_line_id, cents)
)

SELECT
    agreement_id,
    budget_line_id,
    short_cents
FROM drawn
WHERE short_cents > 0
ORDER BY budget_line_id, agreement_id;

-- name: lock_ended_agreements
-- Those that still hold money, held before it is summed: who computes a month draws on it.
SELECT a.id
FROM agreement AS a
WHERE
    a.state IN ('completed', 'ended_early', 'cancelled')
    AND commitment_held(a.id) > 0
ORDER BY a.id
LIMIT :at_most
FOR NO KEY UPDATE OF a SKIP LOCKED;

-- name: list_ended_commitments
-- Ended agreements that still hold money. A month is closed when all that is paid for it is.
WITH month AS (
    SELECT
        agreement_id,
        month,
        sum(amount_cents) AS cents,
        bool_and(is_closed) AS is_closed
    FROM instalment_standing
    WHERE agreement_id = any(:agreement_ids::uuid[]) AND is_monthly
    GROUP BY agreement_id, month
),

computed AS (
    SELECT
        agreement_id,
        array_agg(month) FILTER (WHERE is_closed) AS closed_months,
        sum(cents) FILTER (WHERE NOT is_closed) AS open_cents
    FROM month
    GROUP BY agreement_id
)

SELECT
    a.id AS agreement_id,
    l.id AS budget_line_id,
    a.starts_on,
    a.period,
    a.state = 'cancelled' AS is_cancelled,
    v.monthly_max_cents,
    v.final_max_cents,
    besides.cents AS final_cents,
    is_final_open(a.id) AS is_final_open,
    commitment_held(a.id) AS held_cents,
    overpaid_to(a.id) AS overpaid_cents,
    coalesce(c.closed_months, '{}') AS closed_months,
    coalesce(c.open_cents, 0)::bigint AS open_cents,
    newest.id AS newest_transfer_id
FROM agreement AS a
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS l ON v.scheme_id = l.scheme_id
LEFT JOIN computed AS c ON a.id = c.agreement_id
INNER JOIN LATERAL (
    SELECT coalesce(sum(s.amount_cents), 0)::bigint AS cents
    FROM instalment_standing AS s
    WHERE s.agreement_id = a.id AND NOT s.is_monthly
) AS besides ON TRUE
INNER JOIN LATERAL (
    SELECT t.id
    FROM transfer AS t
    WHERE t.agreement_id = a.id
    ORDER BY t.recorded_at DESC, t.id DESC
    LIMIT 1
) AS newest ON TRUE
WHERE a.id = any(:agreement_ids::uuid[]) AND a.state IN ('completed', 'ended_early', 'cancelled')
ORDER BY a.id;

-- name: list_budget_lines
WITH leg AS (
    SELECT
        debit_account_id AS account_id,
        amount_cents
    FROM transfer
    UNION ALL
    SELECT
        credit_account_id AS account_id,
        -amount_cents AS amount_cents
    FROM transfer
),

balance AS (
    SELECT
        a.budget_line_id,
        a.kind,
        coalesce(sum(leg.amount_cents), 0)::bigint AS cents
    FROM ledger_account AS a
    LEFT JOIN leg ON a.id = leg.account_id
    GROUP BY a.budget_line_id, a.kind
)

SELECT
    l.id,
    l.scheme_id,
    s.code AS scheme_code,
    l.name,
    -max(b.cents) FILTER (WHERE b.kind = 'treasury') AS appropriated_cents,
    max(b.cents) FILTER (WHERE b.kind = 'appropriation') AS appropriation_cents,
    max(b.cents) FILTER (WHERE b.kind = 'committed') AS committed_cents,
    max(b.cents) FILTER (WHERE b.kind = 'calculated') AS calculated_cents,
    max(b.cents) FILTER (WHERE b.kind = 'approved') AS approved_cents,
    max(b.cents) FILTER (WHERE b.kind = 'in_transit') AS in_transit_cents,
    max(b.cents) FILTER (WHERE b.kind = 'paid') AS paid_cents,
    max(b.cents) FILTER (WHERE b.kind = 'returned') AS returned_cents,
    max(b.cents) FILTER (WHERE b.kind = 'recoverable') AS recoverable_cents,
    max(b.cents) FILTER (WHERE b.kind = 'receivable') AS receivable_cents,
    max(b.cents) FILTER (WHERE b.kind = 'recovered') AS recovered_cents,
    max(b.cents) FILTER (WHERE b.kind = 'written_off') AS written_off_cents
FROM budget_line AS l
INNER JOIN scheme AS s ON l.scheme_id = s.id
INNER JOIN balance AS b ON l.id = b.budget_line_id
GROUP BY l.id, s.code
ORDER BY s.code;

-- name: insert_budget_line
INSERT INTO budget_line (id, scheme_id, name)
VALUES (:budget_line_id, :scheme_id, :name);

-- name: insert_accounts
INSERT INTO ledger_account (id, budget_line_id, kind)
SELECT
    made.id,
    :budget_line_id AS budget_line_id,
    made.kind
FROM unnest(:ids::uuid[], :kinds::text[]) AS made (id, kind);
