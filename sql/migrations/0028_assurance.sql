-- Seals over what was written, and what the nightly check of the books found.

-- The ledger and the audit trail, sealed minute by minute: a root hashes the rows of its time
-- and the root before it. One who keeps a root elsewhere can tell that nothing under it was
-- changed, even by the owner of the database.
CREATE TABLE seal (
    id uuid PRIMARY KEY,
    number bigint NOT NULL,
    -- After the seal before it, until here.
    up_to timestamptz NOT NULL,
    -- Closed when every transaction is over that could still write under it.
    horizon bigint NOT NULL,
    row_count bigint,
    root bytea,
    sealed_at timestamptz,
    CONSTRAINT seal_once_per_number UNIQUE (number),
    CONSTRAINT seal_number_positive CHECK (number > 0),
    CONSTRAINT seal_root_sha256 CHECK (octet_length(root) = 32),
    CONSTRAINT seal_closed_whole CHECK (num_nonnulls(row_count, root, sealed_at) IN (0, 3)),
    CONSTRAINT seal_holds_something CHECK (row_count > 0)
);

CREATE UNIQUE INDEX seal_one_open ON seal ((TRUE)) WHERE root IS NULL;
CREATE INDEX transfer_by_time ON transfer (recorded_at);

-- What lies under a seal, each row hashed by itself, in one order for ever.
CREATE FUNCTION sealed_rows(after_time timestamptz, until_time timestamptz)
RETURNS TABLE (row_count bigint, digest bytea)
LANGUAGE sql STABLE SET timezone = 'UTC' AS $$
WITH written AS (
    SELECT
        'transfer' AS of_table,
        t.id::text AS row_key,
        to_jsonb(t)::text AS content
    FROM transfer AS t
    WHERE t.recorded_at > sealed_rows.after_time AND t.recorded_at <= sealed_rows.until_time
    UNION ALL
    SELECT
        'audit_entry' AS of_table,
        lpad(e.id::text, 20, '0') AS row_key,
        to_jsonb(e)::text AS content
    FROM audit_entry AS e
    WHERE e.happened_at > sealed_rows.after_time AND e.happened_at <= sealed_rows.until_time
)

SELECT
    count(*) AS row_count,
    sha256(
        coalesce(
            string_agg(
                sha256(convert_to(w.of_table || w.row_key || w.content, 'UTF8')), ''::bytea
                ORDER BY w.of_table, w.row_key COLLATE "C"
            ),
            ''
        )
    ) AS digest
FROM written AS w;
$$;

CREATE FUNCTION seal_root(before bytea, digest bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE
RETURN sha256(coalesce(seal_root.before, ''::bytea) || seal_root.digest);

-- A seal is opened, then closed with its root, and nothing else.
CREATE FUNCTION guard_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.root IS NULL AND new.root IS NOT NULL
        AND (old.id, old.number, old.up_to, old.horizon)
        = (new.id, new.number, new.up_to, new.horizon) THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'a seal that was set never changes'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'seal_stands';
END
$$;

CREATE TRIGGER seal_stands BEFORE UPDATE ON seal
FOR EACH ROW EXECUTE FUNCTION guard_seal();
CREATE TRIGGER seal_never_deleted BEFORE DELETE ON seal
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON seal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One run of all invariants, by night or when somebody asked: how many rows broke one, and which.
CREATE TABLE books_check (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    asked_by uuid REFERENCES account,
    broken_count integer NOT NULL,
    broken jsonb NOT NULL,
    CONSTRAINT books_check_in_time CHECK (finished_at >= started_at),
    CONSTRAINT books_check_counts_all CHECK (broken_count >= jsonb_array_length(broken))
);

CREATE INDEX books_check_by_time ON books_check (started_at);

CREATE TRIGGER books_check_append_only BEFORE UPDATE OR DELETE ON books_check
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER books_check_no_truncate BEFORE TRUNCATE ON books_check
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The ledger seen from below: what stands on each account for an agreement, month and kind, and for
-- whom. Money without a month is what is set aside for the whole agreement.
CREATE VIEW subledger WITH (security_invoker = TRUE) AS
SELECT
    leg.agreement_id,
    leg.month,
    leg.kind,
    a.employer_id,
    a.candidate_id,
    leg.of_account,
    sum(leg.cents)::bigint AS cents
FROM (
    SELECT
        t.agreement_id,
        CASE WHEN la.kind <> 'committed' THEN t.month END AS month,
        CASE WHEN la.kind <> 'committed' THEN t.kind END AS kind,
        la.kind AS of_account,
        t.amount_cents AS cents
    FROM transfer AS t
    INNER JOIN ledger_account AS la ON t.debit_account_id = la.id
    WHERE t.agreement_id IS NOT NULL
    UNION ALL
    SELECT
        t.agreement_id,
        CASE WHEN la.kind <> 'committed' THEN t.month END AS month,
        CASE WHEN la.kind <> 'committed' THEN t.kind END AS kind,
        la.kind AS of_account,
        -t.amount_cents AS cents
    FROM transfer AS t
    INNER JOIN ledger_account AS la ON t.credit_account_id = la.id
    WHERE t.agreement_id IS NOT NULL
) AS leg
INNER JOIN agreement AS a ON leg.agreement_id = a.id
WHERE leg.of_account NOT IN ('treasury', 'appropriation')
GROUP BY leg.agreement_id, leg.month, leg.kind, a.employer_id, a.candidate_id, leg.of_account
HAVING sum(leg.cents) <> 0;

GRANT SELECT, INSERT, UPDATE ON seal TO ura_app;
GRANT SELECT, INSERT ON books_check TO ura_app;
GRANT SELECT ON subledger TO ura_app;

ALTER TABLE seal ENABLE ROW LEVEL SECURITY;
CREATE POLICY seal_seen ON seal FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY seal_opened ON seal FOR INSERT WITH CHECK ((SELECT actor_role()) = 'system');
CREATE POLICY seal_closed ON seal FOR UPDATE USING ((SELECT actor_role()) = 'system');

ALTER TABLE books_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY books_check_seen ON books_check FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY books_check_made ON books_check FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'auditor')
);
