CREATE TRIGGER account_audited AFTER INSERT OR UPDATE OR DELETE ON account
FOR EACH ROW EXECUTE FUNCTION record_audit('password_hash');
CREATE TRIGGER api_token_audited AFTER INSERT OR UPDATE OR DELETE ON api_token
FOR EACH ROW EXECUTE FUNCTION record_audit('token_hash');
CREATE TRIGGER employer_audited AFTER INSERT OR UPDATE OR DELETE ON employer
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER bank_account_audited AFTER INSERT OR UPDATE OR DELETE ON bank_account
FOR EACH ROW EXECUTE FUNCTION record_audit('iban_sealed', 'iban_index');
CREATE TRIGGER candidate_audited AFTER INSERT OR UPDATE OR DELETE ON candidate
FOR EACH ROW EXECUTE FUNCTION record_audit('personal_number_sealed', 'personal_number_index');
CREATE TRIGGER candidate_sensitive_audited AFTER INSERT OR UPDATE OR DELETE ON candidate_sensitive
FOR EACH ROW EXECUTE FUNCTION record_audit('sealed', 'blind_indexes');
CREATE TRIGGER minimum_wage_audited AFTER INSERT OR UPDATE OR DELETE ON minimum_wage
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER scheme_audited AFTER INSERT OR UPDATE OR DELETE ON scheme
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER scheme_version_audited AFTER INSERT OR UPDATE OR DELETE ON scheme_version
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER placement_audited AFTER INSERT OR UPDATE OR DELETE ON placement
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER placement_match_audited AFTER INSERT OR UPDATE OR DELETE ON placement_match
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER agreement_audited AFTER INSERT OR UPDATE OR DELETE ON agreement
FOR EACH ROW EXECUTE FUNCTION record_audit('terms');
CREATE TRIGGER agreement_suspension_audited
AFTER INSERT OR UPDATE OR DELETE ON agreement_suspension
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER attendance_audited AFTER INSERT OR UPDATE OR DELETE ON attendance
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER month_run_audited AFTER INSERT OR UPDATE OR DELETE ON month_run
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER payout_audited AFTER INSERT OR UPDATE OR DELETE ON payout
FOR EACH ROW EXECUTE FUNCTION record_audit();
-- Orders move by the hundred thousand at once: what changed of them is written in one statement.
CREATE FUNCTION record_attempt_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.audit_entry (
        actor_role, actor_account, table_name, row_id, action, before, after
    )
    SELECT
        public.actor_role(),
        public.actor_account(),
        tg_table_name,
        n.id,
        'update',
        jsonb_build_object(
            'state', o.state,
            'reason_code', o.reason_code,
            'state_changed_at', o.state_changed_at
        ),
        jsonb_build_object(
            'state', n.state,
            'reason_code', n.reason_code,
            'state_changed_at', n.state_changed_at
        )
    FROM new_row AS n
    INNER JOIN old_row AS o ON n.id = o.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER payment_attempt_audited AFTER UPDATE ON payment_attempt
REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
FOR EACH STATEMENT EXECUTE FUNCTION record_attempt_audit();
CREATE TRIGGER bank_profile_audited AFTER INSERT OR UPDATE OR DELETE ON bank_profile
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER bank_day_audited AFTER INSERT OR UPDATE OR DELETE ON bank_day
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER outcome_audited AFTER INSERT OR UPDATE OR DELETE ON outcome
FOR EACH ROW EXECUTE FUNCTION record_audit();
