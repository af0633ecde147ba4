-- Finding anybody without sending them to the wrong office: who is of another office is told by
-- initials, year of birth and office only, by functions that read with their owner's rights.
CREATE INDEX candidate_by_likeness ON candidate (born_on, folded_name)
INCLUDE (id, office_id, withdrawn_at);
CREATE INDEX candidate_of_office_by_likeness ON candidate (office_id, born_on, folded_name)
INCLUDE (id, withdrawn_at);

-- `Arta Krasniqi` as `A. K.`.
CREATE FUNCTION initials(given_name text, family_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(initials.given_name, 1) || '. ' || left(initials.family_name, 1) || '.';

-- Who is meant by a name in full, a personal number or a reference, as whoever asks may know them.
-- The patterns come the longest first, so that the index is asked for the rarest. Of other offices
-- nobody is told by a part of a name alone: `elsewhere` is for two words or more, or a number.
CREATE FUNCTION people_found(
    patterns text[], number_index bytea, of_reference text, elsewhere boolean, at_most integer
) RETURNS TABLE (
    candidate_id uuid, reference text, full_name text, born_on date, birth_year integer,
    office_name_sq text, office_name_sr text, has_left boolean, is_seen boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    CASE WHEN f.is_seen THEN f.id END,
    CASE WHEN f.is_seen THEN f.reference END,
    CASE
        WHEN f.is_seen THEN f.given_name || ' ' || f.family_name
        ELSE public.initials(f.given_name, f.family_name)
    END,
    CASE WHEN f.is_seen THEN f.born_on END,
    extract(YEAR FROM f.born_on)::integer,
    o.name_sq,
    o.name_sr,
    f.withdrawn_at IS NOT NULL,
    f.is_seen
FROM (
    SELECT
        c.id,
        c.reference,
        c.given_name,
        c.family_name,
        c.born_on,
        c.office_id,
        c.withdrawn_at,
        public.actor_role() = 'auditor' OR c.office_id = public.actor_office() AS is_seen
    FROM public.candidate AS c
    WHERE
        public.actor_role() IN ('case_officer', 'auditor')
        AND (
            (
                c.folded_name LIKE people_found.patterns[1]
                AND c.folded_name LIKE all(people_found.patterns)
            )
            OR c.personal_number_index = people_found.number_index
            OR c.reference = people_found.of_reference
        )
        AND (
            people_found.elsewhere
            OR public.actor_role() = 'auditor'
            OR c.office_id = public.actor_office()
        )
    ORDER BY coalesce(c.office_id = public.actor_office(), FALSE) DESC, c.id DESC
    LIMIT people_found.at_most
) AS f
INNER JOIN public.office AS o ON f.office_id = o.id
ORDER BY f.is_seen DESC, f.id DESC
$$;

-- Who of other offices may be the person in front of an officer: the same personal number, or a
-- name alike and born on the same day.
CREATE FUNCTION people_alike_elsewhere(
    of_name text, of_birth date, number_index bytea, percent_min integer
) RETURNS TABLE (
    initials text, birth_year integer, office_name_sq text, office_name_sr text,
    same_personal_number boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    public.initials(c.given_name, c.family_name),
    extract(YEAR FROM c.born_on)::integer,
    o.name_sq,
    o.name_sr,
    coalesce(c.personal_number_index = people_alike_elsewhere.number_index, FALSE)
FROM public.candidate AS c
INNER JOIN public.office AS o ON c.office_id = o.id
WHERE
    public.actor_role() = 'case_officer'
    AND c.office_id <> public.actor_office()
    AND (
        c.personal_number_index = people_alike_elsewhere.number_index
        OR (
            c.born_on = people_alike_elsewhere.of_birth
            AND public.similarity(c.folded_name, people_alike_elsewhere.of_name) * 100
            >= people_alike_elsewhere.percent_min
        )
    )
ORDER BY 5 DESC, c.id DESC
LIMIT 20
$$;

-- Two people whom an officer compared and found to be two.
CREATE TABLE twin_decision (
    id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidate,
    other_id uuid NOT NULL REFERENCES candidate,
    decided_at timestamptz NOT NULL,
    decided_by uuid NOT NULL REFERENCES account,
    reason text NOT NULL,
    CONSTRAINT twin_decision_of_a_pair CHECK (candidate_id < other_id),
    CONSTRAINT twin_decision_once_per_pair UNIQUE (candidate_id, other_id),
    CONSTRAINT twin_decision_with_reason CHECK (length(btrim(reason)) BETWEEN 5 AND 500)
);

CREATE TRIGGER twin_decision_append_only BEFORE UPDATE OR DELETE ON twin_decision
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER twin_decision_no_truncate BEFORE TRUNCATE ON twin_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER twin_decision_audited AFTER INSERT OR UPDATE OR DELETE ON twin_decision
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- People of the actor's office of whom another has the same name and day of birth, wherever that
-- one is registered, and of whom nobody has said that they are two.
CREATE FUNCTION twins_to_decide(at_most integer) RETURNS TABLE (
    candidate_id uuid, reference text, full_name text, born_on date, registered_at timestamptz,
    other_id uuid, other_reference text, other_name text, other_registered_at timestamptz,
    office_name_sq text, office_name_sr text, is_own boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
-- The pairs come from the indexes alone: an office has thousands of people, and few twins.
WITH pair AS MATERIALIZED (
    SELECT
        c.id AS candidate_id,
        t.id AS other_id
    FROM public.candidate AS c
    INNER JOIN public.candidate AS t ON c.born_on = t.born_on AND c.folded_name = t.folded_name
    WHERE
        public.actor_role() = 'case_officer'
        AND c.office_id = public.actor_office()
        AND c.withdrawn_at IS NULL
        AND t.withdrawn_at IS NULL
        AND c.id <> t.id
        AND (c.id < t.id OR t.office_id <> c.office_id)
)

SELECT
    c.id,
    c.reference,
    c.given_name || ' ' || c.family_name,
    c.born_on,
    c.registered_at,
    t.id,
    CASE WHEN t.office_id = c.office_id THEN t.reference END,
    CASE
        WHEN t.office_id = c.office_id THEN t.given_name || ' ' || t.family_name
        ELSE public.initials(t.given_name, t.family_name)
    END,
    t.registered_at,
    o.name_sq,
    o.name_sr,
    t.office_id = c.office_id
FROM pair AS p
INNER JOIN public.candidate AS c ON p.candidate_id = c.id
INNER JOIN public.candidate AS t ON p.other_id = t.id
INNER JOIN public.office AS o ON t.office_id = o.id
WHERE
    NOT EXISTS (
        SELECT 1 FROM public.twin_decision AS d
        WHERE d.candidate_id = least(c.id, t.id) AND d.other_id = greatest(c.id, t.id)
    )
ORDER BY greatest(c.registered_at, t.registered_at), c.id, t.id
LIMIT twins_to_decide.at_most
$$;

-- Each time that an officer was told of people of other offices: how many, and by what.
CREATE TABLE elsewhere_look (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    looked_at timestamptz NOT NULL,
    looked_by uuid NOT NULL REFERENCES account,
    office_id uuid NOT NULL REFERENCES office,
    sought_by text NOT NULL,
    found_count integer NOT NULL,
    CONSTRAINT elsewhere_look_sought_by_known CHECK (
        sought_by IN ('name', 'personal_number', 'reference', 'registration')
    ),
    CONSTRAINT elsewhere_look_found_somebody CHECK (found_count > 0)
);

CREATE INDEX elsewhere_look_by_account ON elsewhere_look (looked_by, looked_at);

CREATE TRIGGER elsewhere_look_append_only BEFORE UPDATE OR DELETE ON elsewhere_look
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elsewhere_look_no_truncate BEFORE TRUNCATE ON elsewhere_look
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON twin_decision, elsewhere_look TO ura_app;

ALTER TABLE twin_decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY twin_decision_seen ON twin_decision FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE
            c.id IN (twin_decision.candidate_id, twin_decision.other_id)
            AND c.office_id = (SELECT actor_office())
    )
);
CREATE POLICY twin_decision_by_an_office ON twin_decision FOR INSERT WITH CHECK (
    decided_by = (SELECT actor_account())
    AND EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE
            c.id IN (twin_decision.candidate_id, twin_decision.other_id)
            AND c.office_id = (SELECT actor_office())
    )
);

ALTER TABLE elsewhere_look ENABLE ROW LEVEL SECURITY;
CREATE POLICY elsewhere_look_seen ON elsewhere_look FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
);
CREATE POLICY elsewhere_look_by_looker ON elsewhere_look FOR INSERT WITH CHECK (
    looked_by = (SELECT actor_account()) AND office_id = (SELECT actor_office())
);

-- Whose names have these parts: ids only, for queries whose own tables say what may be seen.
CREATE FUNCTION people_named(patterns text[]) RETURNS TABLE (candidate_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT c.id
FROM public.candidate AS c
WHERE
    c.folded_name LIKE people_named.patterns[1]
    AND c.folded_name LIKE all(people_named.patterns)
LIMIT 5000
$$;
