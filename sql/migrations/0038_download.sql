-- Who took which list as a file, written before its first byte leaves. What of a list's filters is
-- personal is not kept: only that it was given.
CREATE TABLE download (
    id uuid PRIMARY KEY,
    list_name text NOT NULL,
    filters jsonb NOT NULL,
    kind text NOT NULL,
    row_count integer NOT NULL,
    downloaded_at timestamptz NOT NULL,
    downloaded_by uuid NOT NULL REFERENCES account,
    CONSTRAINT download_list_named CHECK (list_name ~ '^[a-z_]{3,40}$'),
    CONSTRAINT download_filters_by_name CHECK (jsonb_typeof(filters) = 'object'),
    CONSTRAINT download_kind_known CHECK (kind IN ('csv', 'xlsx')),
    CONSTRAINT download_row_count_not_negative CHECK (row_count >= 0)
);

CREATE INDEX download_by_time ON download (downloaded_at, id);
CREATE INDEX download_by_rows ON download (row_count, id);
CREATE INDEX download_by_list ON download (list_name, downloaded_at, id);

CREATE TRIGGER download_append_only BEFORE UPDATE OR DELETE ON download
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER download_no_truncate BEFORE TRUNCATE ON download
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER download_audited AFTER INSERT OR UPDATE OR DELETE ON download
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT, INSERT ON download TO ura_app;

ALTER TABLE download ENABLE ROW LEVEL SECURITY;
CREATE POLICY download_seen ON download FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system') OR downloaded_by = (SELECT actor_account())
);
CREATE POLICY download_by_taker ON download FOR INSERT WITH CHECK (
    downloaded_by = (SELECT actor_account())
);
