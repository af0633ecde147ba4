-- An index for each order in which a list is read, so that a page is found and not searched for.
DROP INDEX candidate_by_office;
CREATE INDEX candidate_by_office ON candidate (office_id, registered_at, id);
CREATE INDEX candidate_by_office_name ON candidate (office_id, folded_name, id);
CREATE INDEX candidate_by_office_birth ON candidate (office_id, born_on, id);
CREATE INDEX candidate_by_folded_name ON candidate (folded_name, id);

CREATE INDEX employer_by_folded_name ON employer (folded_name, id);
CREATE INDEX employer_by_age ON employer (registered_at, id);
CREATE INDEX employer_by_headcount ON employer (headcount, id);

CREATE INDEX placement_of_employer ON placement (employer_id, id);
CREATE INDEX placement_in_state ON placement (state, id);
CREATE INDEX placement_by_start ON placement (lower(period), id);
CREATE INDEX placement_by_wage ON placement (gross_wage_cents, id);

CREATE INDEX agreement_of_office ON agreement (office_id, id);
CREATE INDEX agreement_of_employer ON agreement (employer_id, id);
CREATE INDEX agreement_of_candidate ON agreement (candidate_id, id);
CREATE INDEX agreement_in_state ON agreement (state, id);
CREATE INDEX agreement_of_office_by_start ON agreement (office_id, lower(period), id);
CREATE INDEX agreement_by_start ON agreement (lower(period), id);

CREATE INDEX attendance_waiting ON attendance (month, id)
WHERE superseded_at IS NULL AND confirmed_at IS NULL;

CREATE INDEX instalment_by_amount ON instalment (month, amount_cents, id)
WHERE superseded_at IS NULL;

CREATE INDEX payout_by_time ON payout (submitted_at, id);
CREATE INDEX payout_line_by_payee ON payout_line (payout_id, payee_name, id);
CREATE INDEX payout_line_by_amount ON payout_line (payout_id, amount_cents, id);
DROP INDEX payout_line_by_payout;

CREATE INDEX recovery_by_age ON recovery (raised_at, id);

DROP INDEX audit_entry_by_time;
CREATE INDEX audit_entry_by_time ON audit_entry (happened_at, id);
CREATE INDEX audit_entry_by_table ON audit_entry (table_name, happened_at, id);
