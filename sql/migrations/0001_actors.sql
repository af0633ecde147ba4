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
