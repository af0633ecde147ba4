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
-- I8: every trigger that keeps rows as they are, or tells the audit trail of them, is there and
-- awake: the tables of the first column have triggers with the endings of the second.
SELECT
    'I8' AS invariant,
    'trigger ' || t.table_name || '_' || n.suffix AS subject,
    coalesce('enabled: ' || g.tgenabled::text, 'missing') AS found
FROM (
    VALUES
    (
        'account_role_change act_proof agreement_event agreement_signature approval_band '
        'attempt_event audit_entry audit_look bank_download bank_entry bank_file bank_file_chunk '
        'bank_file_finding bank_file_release bank_order bank_statement books_check '
        'candidate_consent check_override_lapse check_result check_run checked_instalment donor '
        'download eligibility elsewhere_look expected_method import_refusal ledger_account letter '
        'letter_reading line_flag link_event payment_closure payout_act payout_expected '
        'quality_review quality_sample recovery_change recovery_netting recovery_settlement '
        'recovery_step second_factor_rule sensitive_read state_aid_reduction '
        'suspense_confirmation suspense_part suspense_recovery suspense_resolution totp_step '
        'transfer transliteration twin_decision',
        'append_only no_truncate'
    ),
    (
        'account account_hold agreement_dates agreement_suspension appropriation approval_rule '
        'attendance attendance_contest bank_alarm check_override check_rule eligibility_rule '
        'employer_right factor_reset flag_rule freeze_period handover instalment instalment_hold '
        'invitation minimum_wage payment_attempt payment_calendar payment_recall payout_line '
        'payout_netting quality_rule recovery recovery_dismissal recovery_payment '
        'recovery_write_off reference_change referral reissue_request seal second_factor '
        'state_aid_declaration state_aid_rule undertaking_link unwritten_line visit visit_rule '
        'work',
        'never_deleted no_truncate'
    ),
    (
        'agreement_dates agreement_suspension appropriation attendance check_rule '
        'eligibility_rule flag_rule instalment instalment_hold minimum_wage payment_calendar '
        'quality_rule recovery_dismissal state_aid_declaration state_aid_rule undertaking_link '
        'visit_rule',
        'never_edited'
    ),
    (
        'account account_hold account_role_change act_proof agreement agreement_suspension '
        'api_token appropriation approval_band approval_rule attendance attendance_contest '
        'bank_account bank_alarm bank_day bank_file_release bank_profile candidate '
        'candidate_consent candidate_contact candidate_link candidate_sensitive check_override '
        'check_rule donor download duty_conflict eligibility eligibility_rule employer '
        'employer_right expected_method factor_reset flag_rule freeze_period handover '
        'instalment_hold invitation legal_remedy letter mail minimum_wage month_run office '
        'outcome password_reset payment_attempt payment_calendar payment_closure payment_recall '
        'payout payout_act placement placement_match quality_review quality_rule recovery '
        'recovery_code recovery_dismissal recovery_payment recovery_rule recovery_terms '
        'recovery_write_off reference_change referral reissue_request scheme scheme_version '
        'second_factor second_factor_rule state_aid_declaration state_aid_rule '
        'suspense_resolution twin_decision undertaking_link visit visit_rule',
        'audited'
    )
) AS kept (table_names, suffixes)
CROSS JOIN LATERAL string_to_table(kept.table_names, ' ') AS t (table_name)
CROSS JOIN LATERAL string_to_table(kept.suffixes, ' ') AS n (suffix)
LEFT JOIN pg_trigger AS g
    ON t.table_name::regclass = g.tgrelid AND t.table_name || '_' || n.suffix = g.tgname
WHERE g.tgenabled IS NULL OR g.tgenabled NOT IN ('O', 'A')
ORDER BY subject
LIMIT 500;

-- name: list_missing_rules
-- I8: the same for the triggers that state a rule of one table, or note that a fact has changed.
SELECT
    'I8' AS invariant,
    'trigger ' || t.table_name || '_' || n.suffix AS subject,
    coalesce('enabled: ' || g.tgenabled::text, 'missing') AS found
FROM (
    VALUES
    (
        'approval_rule bank_account bank_profile freeze_period mail recovery_payment '
        'recovery_write_off seal unwritten_line visit',
        'stands'
    ),
    ('account_hold bank_alarm handover referral reissue_request', 'ended_once'),
    (
        'agreement',
        'has_its_dates noted replacement_fits start_noted starts_signed_by_all terms_stand'
    ),
    ('agreement_dates', 'are_its_own noted'),
    ('agreement_suspension attendance', 'change_noted noted'),
    ('approval_band', 'of_a_proposal'),
    ('attempt_event bank_entry', 'keys_known'),
    ('candidate', 'moves_by_handover'),
    ('check_override scheme_version', 'guarded'),
    ('check_result', 'of_its_run'),
    ('fact_change', 'known_in_order'),
    ('instalment_hold', 'awaits_decisions'),
    ('line_flag quality_sample', 'while_draft'),
    ('minimum_wage', 'awaits_computations change_noted noted'),
    (
        'payment_attempt',
        'content_stands moves_forward not_contested not_paid_twice of_written pays_its_line '
        'reissues_of_line'
    ),
    ('payment_closure reissue_request', 'of_failed'),
    ('payment_recall work', 'moves_forward'),
    (
        'payout',
        'moves_forward moves_when_acted_on nets_what_is_owed pays_no_held_account '
        'pays_nothing_contested pays_what_is_due rests_on_checks waits_for_reviews '
        'within_appropriation within_state_aid worked_out_twice'
    ),
    ('payout_act', 'keeps_the_rules'),
    ('payout_line', 'frozen reissues_failure'),
    ('payout_netting', 'frozen'),
    ('placement', 'pays_minimum_wage'),
    ('placement_match', 'agreed agreed_at_once introduced_with_consent'),
    ('quality_review', 'by_no_one_concerned'),
    ('recovery', 'moves'),
    ('recovery_change', 'never_beyond_paid'),
    ('recovery_netting', 'never_beyond_owed within_share'),
    ('recovery_payment', 'of_its_entry'),
    ('recovery_settlement', 'never_beyond_owed'),
    ('suspense_confirmation', 'two_people'),
    ('suspense_resolution', 'one_standing parts_add_up'),
    ('transfer', 'keys_known within_appropriation'),
    ('attendance_contest', 'of_standing settled_once')
) AS kept (table_names, suffixes)
CROSS JOIN LATERAL string_to_table(kept.table_names, ' ') AS t (table_name)
CROSS JOIN LATERAL string_to_table(kept.suffixes, ' ') AS n (suffix)
LEFT JOIN pg_trigger AS g
    ON t.table_name::regclass = g.tgrelid AND t.table_name || '_' || n.suffix = g.tgname
WHERE g.tgenabled IS NULL OR g.tgenabled NOT IN ('O', 'A')
ORDER BY subject
LIMIT 500;

-- name: list_missing_access_rules
-- I8: the same for the triggers that say who comes in, and what nobody is left without.
SELECT
    'I8' AS invariant,
    'trigger ' || t.table_name || '_' || n.suffix AS subject,
    coalesce('enabled: ' || g.tgenabled::text, 'missing') AS found
FROM (
    VALUES
    ('account', 'keeps_the_rules'),
    ('candidate_link', 'serves_once'),
    ('candidate_question', 'of_its_agreement stands'),
    ('employer_right', 'of_own_people'),
    ('employer_right invitation office second_factor', 'stands'),
    ('factor_reset passkey_challenge password_reset recovery_code reference_change', 'ended_once'),
    ('payout_act', 'asks_second_factor')
) AS kept (table_names, suffixes)
CROSS JOIN LATERAL string_to_table(kept.table_names, ' ') AS t (table_name)
CROSS JOIN LATERAL string_to_table(kept.suffixes, ' ') AS n (suffix)
LEFT JOIN pg_trigger AS g
    ON t.table_name::regclass = g.tgrelid AND t.table_name || '_' || n.suffix = g.tgname
WHERE g.tgenabled IS NULL OR g.tgenabled NOT IN ('O', 'A')
ORDER BY subject
LIMIT 500;

-- name: list_missing_notes
-- I8: the same for the triggers that note where payments may stand elsewhere than is kept.
SELECT
    'I8' AS invariant,
    'trigger ' || t.table_name || '_' || n.suffix AS subject,
    coalesce('enabled: ' || g.tgenabled::text, 'missing') AS found
FROM (
    VALUES
    (
        'agreement check_override check_rule instalment instalment_ahead instalment_hold '
        'payment_attempt payout_line payout_netting',
        'standing_change_noted standing_noted'
    ),
    ('check_result checked_instalment payment_closure transfer', 'standing_noted'),
    ('instalment_ahead', 'standing_end_noted'),
    ('payout', 'standing_change_noted')
) AS kept (table_names, suffixes)
CROSS JOIN LATERAL string_to_table(kept.table_names, ' ') AS t (table_name)
CROSS JOIN LATERAL string_to_table(kept.suffixes, ' ') AS n (suffix)
LEFT JOIN pg_trigger AS g
    ON t.table_name::regclass = g.tgrelid AND t.table_name || '_' || n.suffix = g.tgname
WHERE g.tgenabled IS NULL OR g.tgenabled NOT IN ('O', 'A')
ORDER BY subject
LIMIT 500;

-- name: list_forbidden_rights
-- I8: the application may not change what is only added to, nor delete or truncate what is kept.
SELECT
    'I8' AS invariant,
    'table ' || t.table_name AS subject,
    'ura_app may ' || lower(v.verb) AS found
FROM (
    VALUES
    (
        'account_role_change act_proof agreement_event agreement_signature approval_band '
        'attempt_event audit_entry audit_look bank_download bank_entry bank_file bank_file_chunk '
        'bank_file_finding bank_file_release bank_order bank_statement books_check '
        'candidate_consent check_override_lapse check_result check_rule check_run '
        'checked_instalment donor download duty_conflict eligibility eligibility_rule '
        'elsewhere_look expected_method flag_rule import_refusal ledger_account legal_remedy '
        'letter letter_reading line_flag link_event minimum_wage payment_calendar payment_closure '
        'payout_act payout_expected quality_review quality_rule quality_sample recovery_change '
        'recovery_netting recovery_settlement recovery_step second_factor_rule sensitive_read '
        'state_aid_reduction state_aid_rule suspense_confirmation suspense_part suspense_recovery '
        'suspense_resolution totp_step transfer transliteration twin_decision visit_rule',
        'UPDATE DELETE TRUNCATE TRIGGER'
    ),
    (
        'account account_hold agreement_dates agreement_suspension appropriation approval_rule '
        'attendance attendance_contest bank_alarm check_override employer_right factor_reset '
        'freeze_period handover instalment instalment_hold invitation office payment_attempt '
        'payment_recall payout payout_line payout_netting recovery recovery_dismissal '
        'recovery_payment recovery_write_off reference_change referral reissue_request seal '
        'second_factor state_aid_declaration undertaking_link unwritten_line visit work',
        'DELETE TRUNCATE TRIGGER'
    ),
    ('standing standing_change standing_count', 'INSERT UPDATE DELETE TRUNCATE TRIGGER')
) AS kept (table_names, verbs)
CROSS JOIN LATERAL string_to_table(kept.table_names, ' ') AS t (table_name)
CROSS JOIN LATERAL string_to_table(kept.verbs, ' ') AS v (verb)
WHERE has_table_privilege('ura_app', t.table_name, v.verb)
ORDER BY subject
LIMIT 500;

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
