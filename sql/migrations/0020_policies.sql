-- The second wall: the application's role owns nothing, and sees and writes only what these allow.

GRANT USAGE ON SCHEMA public TO ura_app;
GRANT SELECT, INSERT, UPDATE ON
account, api_token, employer, bank_account, candidate, candidate_sensitive, placement,
placement_match, agreement, agreement_dates, agreement_suspension, attendance, month_run,
month_chunk, instalment, payout, payout_line, payout_netting, payment_attempt, outcome
TO ura_app;
GRANT SELECT, DELETE ON fact_change TO ura_app;
GRANT SELECT, INSERT, DELETE ON instalment_ahead TO ura_app;
GRANT SELECT, INSERT ON
sensitive_read, agreement_signature, agreement_event, transfer, bank_file, bank_entry
TO ura_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON session, sign_in_attempt TO ura_app;
GRANT SELECT ON
agreement_listed, placement_fit, put_in, instalment_standing, receivable, scheme_version_listed,
municipality, office, occupation, minimum_wage, bank_profile, bank_day, installation, audit_entry
TO ura_app;
GRANT SELECT, INSERT, UPDATE ON scheme_version TO ura_app;
GRANT SELECT, INSERT ON scheme, budget_line, ledger_account TO ura_app;
-- A row lock needs the right to update; the budget line is locked while commitments are summed.
GRANT UPDATE (name) ON budget_line TO ura_app;

ALTER TABLE scheme ENABLE ROW LEVEL SECURITY;
CREATE POLICY scheme_seen ON scheme FOR SELECT USING (TRUE);
CREATE POLICY scheme_opened ON scheme FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator'
);

-- What is in force is everybody's to read; drafts are for those who write, activate or audit them.
ALTER TABLE scheme_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY scheme_version_seen ON scheme_version FOR SELECT USING (
    state IN ('activated', 'superseded')
    OR (SELECT actor_sees_all())
    OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY scheme_version_drafted ON scheme_version FOR INSERT WITH CHECK (
    state = 'drafted'
    AND drafted_by = (SELECT actor_account())
    AND (SELECT actor_role()) = 'administrator'
);
CREATE POLICY scheme_version_moved ON scheme_version FOR UPDATE USING (
    (SELECT actor_role()) IN ('administrator', 'finance_authoriser')
) WITH CHECK (
    (SELECT actor_role()) = 'administrator'
    OR ((SELECT actor_role()) = 'finance_authoriser' AND state IN ('activated', 'superseded'))
);

-- Every scheme has a line, opened with it; the line is locked while commitments are summed.
ALTER TABLE budget_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY budget_line_seen ON budget_line FOR SELECT USING (TRUE);
CREATE POLICY budget_line_opened ON budget_line FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator'
);
CREATE POLICY budget_line_locked ON budget_line FOR UPDATE USING (TRUE);

ALTER TABLE ledger_account ENABLE ROW LEVEL SECURITY;
CREATE POLICY ledger_account_seen ON ledger_account FOR SELECT USING (TRUE);
CREATE POLICY ledger_account_opened ON ledger_account FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator'
);

ALTER TABLE candidate ENABLE ROW LEVEL SECURITY;
CREATE POLICY candidate_seen ON candidate FOR SELECT USING (
    (SELECT actor_sees_all())
    OR office_id = (SELECT actor_office())
    OR EXISTS (
        SELECT 1 FROM placement_match AS m
        WHERE
            m.candidate_id = candidate.id
            AND m.employer_id = (SELECT actor_employer())
            AND m.introduced_at IS NOT NULL
    )
);
CREATE POLICY candidate_registered_by_office ON candidate FOR INSERT WITH CHECK (
    office_id = (SELECT actor_office())
);
CREATE POLICY candidate_changed_by_office ON candidate FOR UPDATE USING (
    office_id = (SELECT actor_office())
);

ALTER TABLE candidate_sensitive ENABLE ROW LEVEL SECURITY;
CREATE POLICY candidate_sensitive_own_office ON candidate_sensitive USING (
    office_id = (SELECT actor_office())
);

ALTER TABLE sensitive_read ENABLE ROW LEVEL SECURITY;
CREATE POLICY sensitive_read_seen ON sensitive_read FOR SELECT USING (
    (SELECT actor_role()) = 'auditor' OR office_id = (SELECT actor_office())
);
CREATE POLICY sensitive_read_by_reader ON sensitive_read FOR INSERT WITH CHECK (
    office_id = (SELECT actor_office()) AND read_by = (SELECT actor_account())
);

ALTER TABLE bank_account ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_account_seen ON bank_account FOR SELECT USING (
    (SELECT actor_sees_all())
    OR employer_id = (SELECT actor_employer())
    OR (employer_id IS NOT NULL AND (SELECT actor_role()) = 'case_officer')
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM candidate AS c WHERE c.id = bank_account.candidate_id)
    )
);
CREATE POLICY bank_account_proposed ON bank_account FOR INSERT WITH CHECK (
    proposed_by = (SELECT actor_account())
    AND (
        employer_id = (SELECT actor_employer())
        OR (SELECT actor_role()) IN ('case_officer', 'finance_officer')
    )
    AND (
        candidate_id IS NULL
        OR EXISTS (SELECT 1 FROM candidate AS c WHERE c.id = bank_account.candidate_id)
    )
);
CREATE POLICY bank_account_decided ON bank_account FOR UPDATE USING (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer', 'finance_authoriser')
);

ALTER TABLE placement ENABLE ROW LEVEL SECURITY;
CREATE POLICY placement_seen ON placement FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (SELECT actor_role()) = 'case_officer'
    OR employer_id = (SELECT actor_employer())
);
CREATE POLICY placement_posted ON placement FOR INSERT WITH CHECK (
    employer_id = (SELECT actor_employer())
);
CREATE POLICY placement_decided ON placement FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer' OR employer_id = (SELECT actor_employer())
);

ALTER TABLE placement_match ENABLE ROW LEVEL SECURITY;
CREATE POLICY placement_match_seen ON placement_match FOR SELECT USING (
    (SELECT actor_sees_all())
    OR office_id = (SELECT actor_office())
    OR (employer_id = (SELECT actor_employer()) AND introduced_at IS NOT NULL)
);
CREATE POLICY placement_match_proposed ON placement_match FOR INSERT WITH CHECK (
    office_id = (SELECT actor_office())
);
CREATE POLICY placement_match_moved ON placement_match FOR UPDATE USING (
    office_id = (SELECT actor_office()) OR employer_id = (SELECT actor_employer())
);

ALTER TABLE agreement ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreement_seen ON agreement FOR SELECT USING (
    (SELECT actor_sees_all())
    OR office_id = (SELECT actor_office())
    OR employer_id = (SELECT actor_employer())
);
CREATE POLICY agreement_drafted ON agreement FOR INSERT WITH CHECK (
    office_id = (SELECT actor_office())
);
CREATE POLICY agreement_moved ON agreement FOR UPDATE USING (
    office_id = (SELECT actor_office()) OR employer_id = (SELECT actor_employer())
    OR (SELECT actor_role()) = 'system'
);

-- Who puts a payout up or voids one holds its agreements meanwhile, and changes none.
CREATE POLICY agreement_held_for_payout ON agreement FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
) WITH CHECK (FALSE);

ALTER TABLE agreement_dates ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreement_dates_seen ON agreement_dates FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_dates.agreement_id)
);
CREATE POLICY agreement_dates_written ON agreement_dates FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'case_officer' AND recorded_by = (SELECT actor_account())
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_dates.agreement_id)
);
CREATE POLICY agreement_dates_superseded ON agreement_dates FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_dates.agreement_id)
);

ALTER TABLE agreement_signature ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreement_signature_seen ON agreement_signature FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_signature.agreement_id)
);
CREATE POLICY agreement_signature_own ON agreement_signature FOR INSERT WITH CHECK (
    recorded_by = (SELECT actor_account())
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_signature.agreement_id)
    AND ((party = 'employer') = ((SELECT actor_role()) = 'employer'))
);

ALTER TABLE agreement_suspension ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreement_suspension_seen ON agreement_suspension FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_suspension.agreement_id)
);
CREATE POLICY agreement_suspension_written ON agreement_suspension FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_suspension.agreement_id)
);
CREATE POLICY agreement_suspension_closed ON agreement_suspension FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_suspension.agreement_id)
);

ALTER TABLE agreement_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreement_event_seen ON agreement_event FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_event.agreement_id)
);
CREATE POLICY agreement_event_written ON agreement_event FOR INSERT WITH CHECK (
    happened_by IS NOT DISTINCT FROM (SELECT actor_account())
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_event.agreement_id)
);

ALTER TABLE attendance ENABLE ROW LEVEL SECURITY;
CREATE POLICY attendance_seen ON attendance FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = attendance.agreement_id)
);
CREATE POLICY attendance_reported ON attendance FOR INSERT WITH CHECK (
    reported_by = (SELECT actor_account()) AND (SELECT actor_role()) IN ('employer', 'case_officer')
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = attendance.agreement_id)
);
-- An employer supersedes its reports; only a case officer confirms one.
CREATE POLICY attendance_confirmed ON attendance FOR UPDATE USING (
    (SELECT actor_role()) IN ('employer', 'case_officer')
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = attendance.agreement_id)
) WITH CHECK (
    superseded_at IS NOT NULL
    OR (confirmed_by = (SELECT actor_account()) AND (SELECT actor_role()) = 'case_officer')
);

ALTER TABLE instalment ENABLE ROW LEVEL SECURITY;
CREATE POLICY instalment_seen ON instalment FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = instalment.agreement_id)
);
CREATE POLICY instalment_computed ON instalment FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'system'
);
-- Finance officers may lock the rows they put up or approve; guard_instalment lets nobody edit.
CREATE POLICY instalment_superseded ON instalment FOR UPDATE USING (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
);

ALTER TABLE instalment_ahead ENABLE ROW LEVEL SECURITY;
CREATE POLICY instalment_ahead_seen ON instalment_ahead FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = instalment_ahead.agreement_id)
);
CREATE POLICY instalment_ahead_computed ON instalment_ahead FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'system'
);
CREATE POLICY instalment_ahead_computed_again ON instalment_ahead FOR DELETE USING (
    (SELECT actor_role()) = 'system'
);

ALTER TABLE fact_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY fact_change_seen ON fact_change FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY fact_change_computed ON fact_change FOR DELETE USING (
    (SELECT actor_role()) = 'system'
);

ALTER TABLE transfer ENABLE ROW LEVEL SECURITY;
CREATE POLICY transfer_seen ON transfer FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer'
);
CREATE POLICY transfer_written ON transfer FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser', 'case_officer')
);

ALTER TABLE payout ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_seen ON payout FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payout_prepared ON payout FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer' AND submitted_by = (SELECT actor_account())
);
CREATE POLICY payout_moved ON payout FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE payout_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_line_seen ON payout_line FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payout_line_written ON payout_line FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);
CREATE POLICY payout_line_released ON payout_line FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE payout_netting ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_netting_seen ON payout_netting FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payout_netting_written ON payout_netting FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);
CREATE POLICY payout_netting_released ON payout_netting FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_file_seen ON bank_file FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_file_written ON bank_file FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE payment_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY payment_attempt_seen ON payment_attempt FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payment_attempt_sent ON payment_attempt FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);
CREATE POLICY payment_attempt_answered ON payment_attempt FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_entry_seen ON bank_entry FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_entry_read ON bank_entry FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE outcome ENABLE ROW LEVEL SECURITY;
CREATE POLICY outcome_seen ON outcome FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = outcome.agreement_id)
);
CREATE POLICY outcome_recorded ON outcome FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('case_officer', 'system')
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = outcome.agreement_id)
);

ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_entry_seen ON audit_entry FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
);
