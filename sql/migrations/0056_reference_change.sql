-- Reference data that money depends on: one administrator proposes, another confirms, and then the
-- rule that held ends and the new one begins. The application itself cannot write these tables.
CREATE TABLE reference_change (
    id uuid PRIMARY KEY,
    table_name text NOT NULL,
    row_values jsonb NOT NULL,
    valid_from date,
    basis text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT reference_change_table_known CHECK (
        table_name IN (
            'check_rule', 'flag_rule', 'quality_rule', 'state_aid_rule', 'minimum_wage',
            'recovery_terms', 'recovery_rule', 'reason_code', 'second_factor_rule',
            'duty_conflict'
        )
    ),
    CONSTRAINT reference_change_values_named CHECK (jsonb_typeof(row_values) = 'object'),
    CONSTRAINT reference_change_dated CHECK (
        (valid_from IS NULL) = (table_name IN ('reason_code', 'duty_conflict'))
    ),
    CONSTRAINT reference_change_says_why CHECK (length(btrim(basis)) BETWEEN 5 AND 500),
    CONSTRAINT reference_change_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT reference_change_decided_once CHECK (
        num_nonnulls(confirmed_at, refused_at) <= 1
    ),
    CONSTRAINT reference_change_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT reference_change_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL)),
    CONSTRAINT reference_change_not_backdated CHECK (
        confirmed_at IS NULL
        OR valid_from IS NULL
        OR valid_from >= (confirmed_at AT TIME ZONE 'Europe/Belgrade')::date
    )
);

CREATE INDEX reference_change_by_table ON reference_change (table_name, proposed_at);

CREATE TRIGGER reference_change_ended_once BEFORE UPDATE ON reference_change
FOR EACH ROW EXECUTE FUNCTION guard_once();
CREATE TRIGGER reference_change_never_deleted BEFORE DELETE ON reference_change
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reference_change_no_truncate BEFORE TRUNCATE ON reference_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The rows that hold or will, by table, each with the days for which it does.
CREATE VIEW reference_row WITH (security_invoker = TRUE) AS
SELECT
    'check_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.valid) AS valid_from,
    upper(r.valid) AS valid_until
FROM check_rule AS r
UNION ALL
SELECT
    'flag_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.valid) AS valid_from,
    upper(r.valid) AS valid_until
FROM flag_rule AS r
UNION ALL
SELECT
    'quality_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.valid) AS valid_from,
    upper(r.valid) AS valid_until
FROM quality_rule AS r
UNION ALL
SELECT
    'state_aid_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.valid) AS valid_from,
    upper(r.valid) AS valid_until
FROM state_aid_rule AS r
WHERE r.superseded_at IS NULL
UNION ALL
SELECT
    'minimum_wage' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.period) AS valid_from,
    upper(r.period) AS valid_until
FROM minimum_wage AS r
WHERE r.superseded_at IS NULL
UNION ALL
SELECT
    'recovery_terms' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.in_force) AS valid_from,
    upper(r.in_force) AS valid_until
FROM recovery_terms AS r
UNION ALL
SELECT
    'recovery_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.in_force) AS valid_from,
    upper(r.in_force) AS valid_until
FROM recovery_rule AS r
UNION ALL
SELECT
    'reason_code' AS table_name,
    md5(r.code_list || r.code)::uuid AS id,
    to_jsonb(r) AS row_values,
    NULL AS valid_from,
    NULL AS valid_until
FROM reason_code AS r
UNION ALL
SELECT
    'second_factor_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    r.valid_from,
    lead(r.valid_from) OVER (PARTITION BY r.role ORDER BY r.valid_from) AS valid_until
FROM second_factor_rule AS r
UNION ALL
SELECT
    'duty_conflict' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    NULL AS valid_from,
    NULL AS valid_until
FROM duty_conflict AS r;

-- The row that holds on the day on which a change begins, of the same code, payee or cause.
CREATE FUNCTION row_before(change reference_change) RETURNS reference_row
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    SELECT r
    FROM reference_row AS r
    WHERE
        r.table_name = change.table_name
        AND r.valid_from <= change.valid_from
        AND (r.valid_until IS NULL OR r.valid_until > change.valid_from)
        AND NOT EXISTS (
            SELECT 1
            FROM unnest(ARRAY['code', 'payee', 'cause', 'end_cause', 'scheme_id']) AS k (name)
            WHERE
                (change.table_name, k.name) <> ('check_rule', 'payee')
                AND nullif(r.row_values -> k.name, 'null')
                IS DISTINCT FROM nullif(change.row_values -> k.name, 'null')
        )
    ORDER BY r.valid_from DESC
    LIMIT 1;
END;

-- A change comes into force once: the new row has its id. The row before ends where it begins, and
-- what the change does not name stays as it was.
CREATE FUNCTION put_reference_in_force(change_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    change public.reference_change;
    before public.reference_row;
    days daterange;
    old_days daterange;
    old_row jsonb;
    new_row jsonb;
BEGIN
    SELECT * INTO STRICT change FROM public.reference_change AS c
    WHERE c.id = put_reference_in_force.change_id FOR UPDATE;
    IF change.confirmed_at IS NULL THEN
        RAISE EXCEPTION 'a second administrator confirms a change first'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reference_change_confirmed_first';
    END IF;
    before := public.row_before(change);
    old_days := daterange(before.valid_from, change.valid_from);
    days := daterange(change.valid_from, before.valid_until);
    new_row := coalesce(before.row_values, '{}') || change.row_values || jsonb_build_object(
        'id', change.id, 'source', change.basis, 'valid', days, 'in_force', days, 'period', days,
        'valid_from', change.valid_from, 'recorded_at', clock_timestamp(), 'superseded_at', NULL
    );
    old_row := before.row_values || jsonb_build_object(
        'id', gen_random_uuid(), 'valid', old_days, 'period', old_days,
        'recorded_at', clock_timestamp()
    );
    CASE change.table_name
        WHEN 'check_rule' THEN
            UPDATE public.check_rule SET valid = old_days WHERE id = before.id;
            INSERT INTO public.check_rule
            SELECT * FROM jsonb_populate_record(NULL::public.check_rule, new_row);
        WHEN 'flag_rule' THEN
            UPDATE public.flag_rule SET valid = old_days WHERE id = before.id;
            INSERT INTO public.flag_rule
            SELECT * FROM jsonb_populate_record(NULL::public.flag_rule, new_row);
        WHEN 'quality_rule' THEN
            UPDATE public.quality_rule SET valid = old_days WHERE id = before.id;
            INSERT INTO public.quality_rule
            SELECT * FROM jsonb_populate_record(NULL::public.quality_rule, new_row);
        WHEN 'recovery_terms' THEN
            UPDATE public.recovery_terms SET in_force = old_days WHERE id = before.id;
            INSERT INTO public.recovery_terms
            SELECT * FROM jsonb_populate_record(NULL::public.recovery_terms, new_row);
        WHEN 'recovery_rule' THEN
            UPDATE public.recovery_rule SET in_force = old_days WHERE id = before.id;
            INSERT INTO public.recovery_rule
            SELECT * FROM jsonb_populate_record(NULL::public.recovery_rule, new_row);
        WHEN 'state_aid_rule' THEN
            UPDATE public.state_aid_rule SET superseded_at = clock_timestamp()
            WHERE id = before.id;
            INSERT INTO public.state_aid_rule
            SELECT * FROM jsonb_populate_record(NULL::public.state_aid_rule, old_row)
            WHERE before.id IS NOT NULL AND NOT isempty(old_days);
            INSERT INTO public.state_aid_rule
            SELECT * FROM jsonb_populate_record(NULL::public.state_aid_rule, new_row);
        WHEN 'minimum_wage' THEN
            UPDATE public.minimum_wage SET superseded_at = clock_timestamp()
            WHERE id = before.id;
            INSERT INTO public.minimum_wage
            SELECT * FROM jsonb_populate_record(NULL::public.minimum_wage, old_row)
            WHERE before.id IS NOT NULL AND NOT isempty(old_days);
            INSERT INTO public.minimum_wage
            SELECT * FROM jsonb_populate_record(NULL::public.minimum_wage, new_row);
        WHEN 'second_factor_rule' THEN
            INSERT INTO public.second_factor_rule
            SELECT * FROM jsonb_populate_record(NULL::public.second_factor_rule, new_row);
        WHEN 'reason_code' THEN
            INSERT INTO public.reason_code
            SELECT * FROM jsonb_populate_record(NULL::public.reason_code, new_row)
            ON CONFLICT (code_list, code)
            DO UPDATE SET name = excluded.name, action = excluded.action;
        WHEN 'duty_conflict' THEN
            INSERT INTO public.duty_conflict
            SELECT * FROM jsonb_populate_record(NULL::public.duty_conflict, new_row)
            ON CONFLICT (role_before, role_after)
            DO UPDATE SET months = excluded.months, source = excluded.source;
    END CASE;
END
$$;

CREATE TRIGGER reference_change_audited AFTER INSERT OR UPDATE OR DELETE ON reference_change
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT, INSERT, UPDATE ON reference_change TO ura_app;
GRANT SELECT ON reference_row TO ura_app;

-- Who proposes a weight sees the weights.
CREATE POLICY flag_rule_kept ON flag_rule FOR SELECT USING (
    (SELECT actor_role()) = 'administrator'
);

ALTER TABLE reference_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY reference_change_seen ON reference_change FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY reference_change_proposed ON reference_change FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND proposed_by = (SELECT actor_account())
    AND num_nonnulls(confirmed_at, refused_at) = 0
);
CREATE POLICY reference_change_decided ON reference_change FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
) WITH CHECK ((SELECT actor_account()) IN (confirmed_by, refused_by));
