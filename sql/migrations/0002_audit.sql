CREATE TABLE audit_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_role text,
    actor_account uuid,
    table_name text NOT NULL,
    row_id uuid NOT NULL,
    action text NOT NULL,
    before jsonb,
    after jsonb,
    CONSTRAINT audit_entry_action_known CHECK (action IN ('insert', 'update', 'delete')),
    CONSTRAINT audit_entry_says_what CHECK (before IS NOT NULL OR after IS NOT NULL)
);

CREATE INDEX audit_entry_by_row ON audit_entry (table_name, row_id, id);
CREATE INDEX audit_entry_by_time ON audit_entry (happened_at);

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Writes with its owner's rights, so the application needs (and has) no right to write here itself.
-- Its arguments name columns that are never copied, such as a password's hash.
CREATE FUNCTION record_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    hidden text[] := coalesce(tg_argv, '{}');
    old_row jsonb := CASE WHEN tg_op <> 'INSERT' THEN to_jsonb(old) - hidden END;
    new_row jsonb := CASE WHEN tg_op <> 'DELETE' THEN to_jsonb(new) - hidden END;
    changed_before jsonb := old_row;
    changed_after jsonb := new_row;
BEGIN
    IF tg_op = 'UPDATE' THEN
        SELECT jsonb_object_agg(e.key, e.value) INTO changed_before
        FROM jsonb_each(old_row) AS e WHERE e.value IS DISTINCT FROM new_row -> e.key;
        SELECT jsonb_object_agg(e.key, e.value) INTO changed_after
        FROM jsonb_each(new_row) AS e WHERE e.value IS DISTINCT FROM old_row -> e.key;
        IF changed_after IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO public.audit_entry (
        actor_role, actor_account, table_name, row_id, action, before, after
    ) VALUES (
        public.actor_role(), public.actor_account(), tg_table_name,
        (coalesce(new_row, old_row) ->> 'id')::uuid, lower(tg_op), changed_before, changed_after
    );
    RETURN NULL;
END
$$;
