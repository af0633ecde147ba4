-- Invariants I7 and I8: what was signed is what is there, what is kept cannot be changed, and what
-- was changed all the same shows.

-- name: list_payouts_unlike_signed
-- I7: an approved payout is what was signed: its digest at the moment of approval, count and total
-- are those of its rows, what its lines keep back is what they net, and each line goes to the payee
-- of its kind.
SELECT
    'I7' AS invariant,
    'payout ' || p.id AS subject,
    concat_ws(
        ' ',
        CASE WHEN p.digest <> payout_digest(p.id, p.approved_at) THEN 'other digest' END,
        CASE
            WHEN (p.line_count, p.total_cents) <> (held.line_count, held.cents) THEN 'other total'
        END,
        CASE WHEN held.nettings_differ THEN 'other nettings' END,
        CASE WHEN held.pays_others THEN 'paid to others than its payees' END
    ) AS found
FROM payout AS p
INNER JOIN LATERAL (
    SELECT
        count(*) AS line_count,
        coalesce(sum(l.amount_cents), 0) AS cents,
        bool_or(
            payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
            IS DISTINCT FROM coalesce(b.employer_id, b.candidate_id)
        ) AS pays_others,
        bool_or(l.netted_cents <> netted.cents + kept_for_recoveries(l.id)) AS nettings_differ
    FROM payout_line AS l
    INNER JOIN bank_account AS b ON l.bank_account_id = b.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    INNER JOIN agreement AS a ON i.agreement_id = a.id
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    INNER JOIN LATERAL (
        SELECT coalesce(sum(n.amount_cents), 0) AS cents
        FROM payout_netting AS n
        INNER JOIN instalment AS o ON n.instalment_id = o.id
        WHERE
            n.payout_line_id = l.id
            AND o.agreement_id = i.agreement_id
            AND payee_of(v.payments, o.kind) = payee_of(v.payments, i.kind)
            AND n.released_at IS NOT DISTINCT FROM l.released_at
    ) AS netted ON TRUE
    WHERE l.payout_id = p.id
) AS held ON TRUE
WHERE
    p.approved_at IS NOT NULL
    AND (
        p.digest <> payout_digest(p.id, p.approved_at)
        OR (p.line_count, p.total_cents) <> (held.line_count, held.cents)
        OR held.nettings_differ
        OR held.pays_others
    )
ORDER BY subject
LIMIT 100;

-- name: list_payouts_wrongly_signed
-- I7: as many acted on the very content of an approved payout as it takes, none of whom had a part
-- in it by then.
SELECT
    'I7' AS invariant,
    'payout ' || p.id AS subject,
    concat_ws(
        ' ',
        CASE WHEN acts.is_short THEN 'not the acts it takes' END,
        CASE WHEN acts.is_unlike THEN 'acts on other content' END,
        CASE WHEN acts.conflicting THEN 'signed by who had a part in it' END
    ) AS found
FROM payout AS p
INNER JOIN LATERAL (
    SELECT
        (
            count(*) FILTER (WHERE act.kind = 'approval'),
            count(*) FILTER (WHERE act.kind = 'authorisation')
        ) <> (p.required_approvals, p.required_authorisations) AS is_short,
        bool_or(act.digest <> p.digest) AS is_unlike,
        bool_or(
            EXISTS (SELECT c.duty FROM payout_conflicts(p.id, act.account_id, act.acted_at) AS c)
        ) AS conflicting
    FROM payout_act AS act
    WHERE act.payout_id = p.id AND act.kind IN ('approval', 'authorisation')
) AS acts ON TRUE
WHERE p.approved_at IS NOT NULL AND (acts.is_short OR acts.is_unlike OR acts.conflicting)
ORDER BY subject
LIMIT 100;

-- name: list_missing_guards
-- I8: every guard that keeps rows from being changed, deleted or truncated is there and awake.
SELECT
    'I8' AS invariant,
    'trigger ' || guard.trigger_name AS subject,
    coalesce('enabled: ' || t.tgenabled::text, 'missing') AS found
FROM (
    VALUES
    ('audit_entry', ARRAY['audit_entry_append_only', 'audit_entry_no_truncate']),
    ('sensitive_read', ARRAY['sensitive_read_append_only', 'sensitive_read_no_truncate']),
    ('agreement_signature', ARRAY[
        'agreement_signature_append_only', 'agreement_signature_no_truncate'
    ]),
    ('agreement_event', ARRAY['agreement_event_append_only', 'agreement_event_no_truncate']),
    ('instalment', ARRAY[
        'instalment_never_edited', 'instalment_never_deleted', 'instalment_no_truncate'
    ]),
    ('transfer', ARRAY['transfer_append_only', 'transfer_no_truncate', 'transfer_keys_known']),
    ('payout', ARRAY[
        'payout_moves_forward', 'payout_pays_what_is_due', 'payout_moves_when_acted_on',
        'payout_audited'
    ]),
    ('payout_line', ARRAY[
        'payout_line_frozen', 'payout_line_never_deleted', 'payout_line_no_truncate'
    ]),
    ('payout_act', ARRAY[
        'payout_act_keeps_the_rules', 'payout_act_append_only', 'payout_act_no_truncate'
    ]),
    ('approval_rule', ARRAY[
        'approval_rule_stands', 'approval_rule_never_deleted', 'approval_rule_no_truncate'
    ]),
    ('approval_band', ARRAY[
        'approval_band_of_a_proposal', 'approval_band_append_only', 'approval_band_no_truncate'
    ]),
    ('freeze_period', ARRAY[
        'freeze_period_stands', 'freeze_period_never_deleted', 'freeze_period_no_truncate'
    ]),
    ('payout_netting', ARRAY[
        'payout_netting_frozen', 'payout_netting_never_deleted', 'payout_netting_no_truncate'
    ]),
    ('bank_file', ARRAY['bank_file_append_only', 'bank_file_no_truncate']),
    ('payment_attempt', ARRAY[
        'payment_attempt_moves_forward', 'payment_attempt_never_deleted',
        'payment_attempt_no_truncate', 'payment_attempt_audited',
        'payment_attempt_content_stands', 'payment_attempt_not_paid_twice'
    ]),
    ('bank_entry', ARRAY[
        'bank_entry_append_only', 'bank_entry_no_truncate', 'bank_entry_keys_known'
    ]),
    ('seal', ARRAY['seal_stands', 'seal_never_deleted', 'seal_no_truncate']),
    ('books_check', ARRAY['books_check_append_only', 'books_check_no_truncate']),
    ('ledger_account', ARRAY['ledger_account_append_only', 'ledger_account_no_truncate']),
    ('attempt_event', ARRAY[
        'attempt_event_keys_known', 'attempt_event_append_only', 'attempt_event_no_truncate'
    ])
) AS kept (table_name, trigger_names)
CROSS JOIN unnest(kept.trigger_names) AS guard (trigger_name)
LEFT JOIN pg_trigger AS t
    ON kept.table_name::regclass = t.tgrelid AND guard.trigger_name = t.tgname
WHERE t.tgenabled IS NULL OR t.tgenabled NOT IN ('O', 'A')
ORDER BY subject
LIMIT 100;

-- name: list_forbidden_rights
-- I8: the application may not change what is only added to, nor delete or truncate what is kept.
WITH kept AS (
    SELECT
        t.table_name,
        v.verb
    FROM
        unnest(
            ARRAY[
                'audit_entry', 'sensitive_read', 'agreement_signature', 'agreement_event',
                'transfer', 'bank_file', 'bank_entry', 'instalment', 'payout', 'payout_line',
                'payout_netting', 'payment_attempt', 'agreement_dates', 'agreement_suspension',
                'attendance', 'minimum_wage', 'attempt_event', 'bank_statement',
                'bank_file_finding', 'bank_file_release', 'import_refusal', 'payment_closure',
                'suspense_resolution', 'suspense_part', 'suspense_confirmation',
                'payout_act', 'approval_rule', 'approval_band', 'freeze_period', 'seal',
                'books_check'
            ]
        ) AS t (table_name)
    CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS v (verb)
    WHERE
        v.verb <> 'UPDATE'
        OR t.table_name NOT IN (
            'instalment', 'payout', 'payout_line', 'payout_netting', 'payment_attempt',
            'agreement_dates', 'agreement_suspension', 'attendance', 'approval_rule',
            'freeze_period', 'seal'
        )
)

SELECT
    'I8' AS invariant,
    'table ' || kept.table_name AS subject,
    'ura_app may ' || lower(kept.verb) AS found
FROM kept
WHERE has_table_privilege('ura_app', kept.table_name, kept.verb)
ORDER BY subject
LIMIT 100;

-- name: list_payouts_unlike_audit
-- I8: a payout is as the audit trail last heard of it: a change made behind its back shows.
WITH heard AS (
    SELECT DISTINCT ON (e.row_id, fact.key)
        e.row_id,
        fact.key,
        fact.value
    FROM audit_entry AS e
    CROSS JOIN LATERAL jsonb_each(e.after) AS fact
    WHERE e.table_name = 'payout'
    ORDER BY e.row_id ASC, fact.key ASC, e.id DESC
),

audited AS (
    SELECT
        row_id,
        jsonb_object_agg(key, value) AS facts
    FROM heard
    GROUP BY row_id
)

SELECT
    'I8' AS invariant,
    'payout ' || p.id AS subject,
    'not as the audit trail has it' AS found
FROM payout AS p
LEFT JOIN audited AS a ON p.id = a.row_id
WHERE jsonb_populate_record(NULL::payout, a.facts) IS DISTINCT FROM p
ORDER BY subject
LIMIT 100;

-- name: list_orders_unlike_audit
-- I8: the state of a payment order is the one that the audit trail last heard of.
WITH heard AS (
    SELECT DISTINCT ON (e.row_id)
        e.row_id,
        e.after ->> 'state' AS state
    FROM audit_entry AS e
    WHERE e.table_name = 'payment_attempt' AND e.after ? 'state'
    ORDER BY e.row_id ASC, e.id DESC
)

SELECT
    'I8' AS invariant,
    'payment_attempt ' || o.id AS subject,
    concat_ws(' ', 'state', o.state, 'audit trail', coalesce(h.state, 'sent')) AS found
FROM payment_attempt AS o
LEFT JOIN heard AS h ON o.id = h.row_id
WHERE o.state <> coalesce(h.state, 'sent')
ORDER BY subject
LIMIT 100;

-- name: list_unguarded_facts
-- I8: no fact is rewritten, and none changes unnoticed: what guards and notes them is awake.
SELECT
    'I8' AS invariant,
    'trigger ' || guard.trigger_name AS subject,
    coalesce('enabled: ' || t.tgenabled::text, 'missing') AS found
FROM (
    VALUES
    ('agreement', 'agreement_terms_stand'),
    ('agreement', 'agreement_has_its_dates'),
    ('agreement', 'agreement_replacement_fits'),
    ('agreement', 'agreement_noted'),
    ('agreement', 'agreement_start_noted'),
    ('agreement_dates', 'agreement_dates_are_its_own'),
    ('agreement_dates', 'agreement_dates_never_edited'),
    ('agreement_dates', 'agreement_dates_never_deleted'),
    ('agreement_dates', 'agreement_dates_no_truncate'),
    ('agreement_dates', 'agreement_dates_noted'),
    ('agreement_suspension', 'agreement_suspension_never_edited'),
    ('agreement_suspension', 'agreement_suspension_never_deleted'),
    ('agreement_suspension', 'agreement_suspension_no_truncate'),
    ('agreement_suspension', 'agreement_suspension_noted'),
    ('agreement_suspension', 'agreement_suspension_change_noted'),
    ('attendance', 'attendance_never_edited'),
    ('attendance', 'attendance_never_deleted'),
    ('attendance', 'attendance_no_truncate'),
    ('attendance', 'attendance_noted'),
    ('attendance', 'attendance_change_noted'),
    ('minimum_wage', 'minimum_wage_never_edited'),
    ('minimum_wage', 'minimum_wage_never_deleted'),
    ('minimum_wage', 'minimum_wage_awaits_computations'),
    ('minimum_wage', 'minimum_wage_noted'),
    ('minimum_wage', 'minimum_wage_change_noted'),
    ('fact_change', 'fact_change_known_in_order')
) AS guard (table_name, trigger_name)
LEFT JOIN pg_trigger AS t
    ON guard.table_name::regclass = t.tgrelid AND guard.trigger_name = t.tgname
WHERE t.tgenabled IS NULL OR t.tgenabled NOT IN ('O', 'A')
ORDER BY subject
LIMIT 100;
