-- Personal data in the audit trail is masked until an auditor says what for; each look stays.
CREATE TABLE audit_look (
    id uuid PRIMARY KEY,
    table_name text NOT NULL,
    row_id uuid NOT NULL,
    purpose text NOT NULL,
    looked_at timestamptz NOT NULL,
    looked_by uuid NOT NULL REFERENCES account,
    CONSTRAINT audit_look_has_purpose CHECK (length(btrim(purpose)) BETWEEN 5 AND 500)
);

CREATE INDEX audit_look_by_row ON audit_look (table_name, row_id, looked_at);

CREATE TRIGGER audit_look_append_only BEFORE UPDATE OR DELETE ON audit_look
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_look_no_truncate BEFORE TRUNCATE ON audit_look
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON audit_look TO ura_app;

ALTER TABLE audit_look ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_look_seen ON audit_look FOR SELECT USING ((SELECT actor_role()) = 'auditor');
CREATE POLICY audit_look_noted ON audit_look FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'auditor' AND looked_by = (SELECT actor_account())
);
