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
CREATE TRIGGER payment_attempt_audited AFTER UPDATE ON payment_attempt
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_audit_of_moves('iban_sealed', 'iban_index');
CREATE TRIGGER bank_profile_audited AFTER INSERT OR UPDATE OR DELETE ON bank_profile
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER bank_day_audited AFTER INSERT OR UPDATE OR DELETE ON bank_day
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER outcome_audited AFTER INSERT OR UPDATE OR DELETE ON outcome
FOR EACH ROW EXECUTE FUNCTION record_audit();
