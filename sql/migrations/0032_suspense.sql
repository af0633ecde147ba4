-- What a person (or, for a whole block that adds up, the reading itself) says an unmatched entry
-- is. Never edited: an `undo` row takes another back.
CREATE TABLE suspense_resolution (
    id uuid PRIMARY KEY,
    bank_entry_id uuid NOT NULL REFERENCES bank_entry,
    kind text NOT NULL,
    category text,
    reason text NOT NULL,
    undoes uuid REFERENCES suspense_resolution,
    needs_second boolean NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    CONSTRAINT suspense_resolution_kind_known CHECK (
        kind IN ('match', 'split', 'explain', 'batch', 'undo')
    ),
    CONSTRAINT suspense_resolution_category_known CHECK (
        category IN (
            'bank_fee', 'interest', 'treasury_funding', 'bank_correction', 'repaid_by_payee',
            'foreign', 'other'
        )
    ),
    CONSTRAINT suspense_resolution_explains_by_category CHECK (
        (kind = 'explain') = (category IS NOT NULL)
    ),
    CONSTRAINT suspense_resolution_undoes_one CHECK ((kind = 'undo') = (undoes IS NOT NULL)),
    CONSTRAINT suspense_resolution_with_reason CHECK (btrim(reason) <> ''),
    CONSTRAINT suspense_resolution_undone_once UNIQUE (undoes)
);

CREATE INDEX suspense_resolution_by_entry ON suspense_resolution (bank_entry_id);

-- The orders that an entry is matched to, with what each has of it.
CREATE TABLE suspense_part (
    id uuid PRIMARY KEY,
    suspense_resolution_id uuid NOT NULL REFERENCES suspense_resolution,
    attempt_id uuid NOT NULL REFERENCES payment_attempt,
    amount_cents bigint NOT NULL,
    CONSTRAINT suspense_part_once UNIQUE (suspense_resolution_id, attempt_id),
    CONSTRAINT suspense_part_amount_positive CHECK (amount_cents > 0)
);

CREATE INDEX suspense_part_by_attempt ON suspense_part (attempt_id);

-- A second person's word on what needs one.
CREATE TABLE suspense_confirmation (
    id uuid PRIMARY KEY,
    suspense_resolution_id uuid NOT NULL REFERENCES suspense_resolution,
    is_granted boolean NOT NULL,
    decided_at timestamptz NOT NULL,
    decided_by uuid NOT NULL REFERENCES account,
    CONSTRAINT suspense_confirmation_once UNIQUE (suspense_resolution_id)
);

-- What holds of each entry now: the newest resolution that was neither refused nor undone.
CREATE VIEW suspense_standing WITH (security_invoker = TRUE) AS
SELECT
    r.id,
    r.bank_entry_id,
    r.kind,
    r.needs_second AND c.id IS NULL AS is_waiting
FROM suspense_resolution AS r
LEFT JOIN suspense_confirmation AS c ON r.id = c.suspense_resolution_id
LEFT JOIN suspense_resolution AS u ON r.id = u.undoes
WHERE r.kind <> 'undo' AND u.id IS NULL AND coalesce(c.is_granted, TRUE);

-- The entry is held, so that of two who resolve it at once the second is refused.
CREATE FUNCTION guard_suspense_resolution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    entry public.bank_entry;
BEGIN
    SELECT e.* INTO entry FROM public.bank_entry AS e
    WHERE e.id = new.bank_entry_id FOR UPDATE;
    IF entry.effect <> 'unmatched' OR entry.booking <> 'booked' THEN
        RAISE EXCEPTION 'only what was booked and matches nothing is resolved'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suspense_resolution_of_unmatched';
    END IF;
    IF new.kind <> 'undo' AND EXISTS (
        SELECT 1 FROM public.suspense_standing AS s WHERE s.bank_entry_id = entry.id
    ) THEN
        RAISE EXCEPTION 'the entry is resolved already'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suspense_resolution_one_standing';
    END IF;
    IF new.kind = 'undo' AND NOT EXISTS (
        SELECT 1 FROM public.suspense_standing AS s
        WHERE s.id = new.undoes AND s.bank_entry_id = entry.id AND s.kind = 'explain'
    ) THEN
        RAISE EXCEPTION 'only a standing explanation of the same entry is taken back'
            USING
                ERRCODE = 'restrict_violation',
                CONSTRAINT = 'suspense_resolution_undoes_standing';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER suspense_resolution_one_standing BEFORE INSERT ON suspense_resolution
FOR EACH ROW EXECUTE FUNCTION guard_suspense_resolution();

CREATE FUNCTION guard_suspense_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.kind IN ('match', 'split') AND NOT EXISTS (
        SELECT 1
        FROM bank_entry AS e
        INNER JOIN suspense_part AS p ON p.suspense_resolution_id = new.id
        WHERE e.id = new.bank_entry_id
        GROUP BY e.id, e.amount_cents
        HAVING
            sum(p.amount_cents) = e.amount_cents
            AND (new.kind = 'match') = (count(*) = 1)
    ) THEN
        RAISE EXCEPTION 'the parts of an entry add up to it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suspense_parts_add_up';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER suspense_resolution_parts_add_up AFTER INSERT ON suspense_resolution
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION guard_suspense_parts();

CREATE FUNCTION guard_suspense_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM suspense_resolution AS r
        WHERE
            r.id = new.suspense_resolution_id
            AND r.needs_second
            AND r.proposed_by <> new.decided_by
    ) THEN
        RAISE EXCEPTION 'somebody else than who proposed it confirms'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suspense_two_people';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER suspense_confirmation_two_people BEFORE INSERT ON suspense_confirmation
FOR EACH ROW EXECUTE FUNCTION guard_suspense_confirmation();

CREATE TRIGGER suspense_resolution_append_only BEFORE UPDATE OR DELETE ON suspense_resolution
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_resolution_no_truncate BEFORE TRUNCATE ON suspense_resolution
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_part_append_only BEFORE UPDATE OR DELETE ON suspense_part
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_part_no_truncate BEFORE TRUNCATE ON suspense_part
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_confirmation_append_only BEFORE UPDATE OR DELETE ON suspense_confirmation
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_confirmation_no_truncate BEFORE TRUNCATE ON suspense_confirmation
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE attempt_event ADD CONSTRAINT attempt_event_by_resolution
FOREIGN KEY (suspense_resolution_id) REFERENCES suspense_resolution;

-- Which entries have paid an order (debit) or sent it back (credit): by name, as part of a block or
-- because a person said so. There is at most one of each.
CREATE VIEW payment_booking WITH (security_invoker = TRUE) AS
SELECT
    e.attempt_id,
    e.kind
FROM bank_entry AS e
WHERE e.booking = 'booked' AND e.attempt_id IS NOT NULL
UNION ALL
SELECT
    v.attempt_id,
    'debit' AS kind
FROM attempt_event AS v
WHERE v.said = 'batch'
UNION ALL
SELECT
    p.attempt_id,
    e.kind
FROM suspense_part AS p
INNER JOIN suspense_standing AS s ON p.suspense_resolution_id = s.id
INNER JOIN bank_entry AS e ON s.bank_entry_id = e.id
WHERE NOT s.is_waiting;

GRANT SELECT, INSERT ON suspense_resolution, suspense_part, suspense_confirmation TO ura_app;
GRANT SELECT ON suspense_standing, payment_booking TO ura_app;

ALTER TABLE suspense_resolution ENABLE ROW LEVEL SECURITY;
CREATE POLICY suspense_resolution_seen ON suspense_resolution FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY suspense_resolution_written ON suspense_resolution FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND proposed_by = (SELECT actor_account())
);

ALTER TABLE suspense_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY suspense_part_seen ON suspense_part FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY suspense_part_written ON suspense_part FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE suspense_confirmation ENABLE ROW LEVEL SECURITY;
CREATE POLICY suspense_confirmation_seen ON suspense_confirmation FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY suspense_confirmation_written ON suspense_confirmation FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND decided_by = (SELECT actor_account())
);

CREATE TRIGGER suspense_resolution_audited AFTER INSERT OR UPDATE OR DELETE ON suspense_resolution
FOR EACH ROW EXECUTE FUNCTION record_audit();
