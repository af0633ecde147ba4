-- Who is acting is said once per transaction (service/db.py); every policy below asks these.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION actor_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('ura.role', TRUE), '');

CREATE FUNCTION actor_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('ura.account_id', TRUE), '')::uuid;

CREATE FUNCTION actor_office() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('ura.office_id', TRUE), '')::uuid;

CREATE FUNCTION actor_employer() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('ura.employer_id', TRUE), '')::uuid;

CREATE FUNCTION actor_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(
    actor_role() IN ('finance_officer', 'finance_authoriser', 'auditor', 'system'), FALSE
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: write a new row that corrects the old one', tg_table_name
        USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_append_only';
END
$$;

-- For what is known in versions: a row says from recorded_at to superseded_at what it always said.
CREATE FUNCTION guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.superseded_at IS NOT NULL
        OR to_jsonb(new) - 'superseded_at' <> to_jsonb(old) - 'superseded_at'
    THEN
        RAISE EXCEPTION '% is never edited: a new version supersedes the old one', tg_table_name
            USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_never_edited';
    END IF;
    RETURN new;
END
$$;
