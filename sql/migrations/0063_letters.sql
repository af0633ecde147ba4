-- Where and within how many days a decision can be appealed. For recoveries the days are those of
-- recovery_terms, which also decide whether an appeal is taken.
CREATE TABLE legal_remedy (
    id uuid PRIMARY KEY,
    appeal_against text NOT NULL,
    in_force daterange NOT NULL,
    within_days integer,
    body_sq text NOT NULL,
    body_sr text NOT NULL,
    body_en text NOT NULL,
    citation text NOT NULL,
    source text NOT NULL,
    CONSTRAINT legal_remedy_appeal_against_known CHECK (
        appeal_against IN ('placement', 'recovery', 'appeal')
    ),
    CONSTRAINT legal_remedy_days_unless_by_terms CHECK (
        (appeal_against = 'recovery') = (within_days IS NULL) AND within_days BETWEEN 1 AND 365
    ),
    CONSTRAINT legal_remedy_names_a_body CHECK (
        btrim(body_sq) <> '' AND btrim(body_sr) <> '' AND btrim(body_en) <> ''
        AND btrim(source) <> ''
    ),
    CONSTRAINT legal_remedy_one_in_force EXCLUDE USING gist (
        appeal_against WITH =, in_force WITH &&
    )
);

-- A letter as it went out: what it says (`paper_sealed`) and the very bytes of its PDF. Whatever
-- becomes of the facts, of the layout or of the typesetter, this is what was read. The same facts
-- in the same language make no second letter: `content_index` is keyed, and says nothing else.
CREATE TABLE letter (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    kind text NOT NULL,
    language text NOT NULL,
    about text NOT NULL,
    agreement_id uuid REFERENCES agreement,
    placement_id uuid REFERENCES placement,
    recovery_id uuid REFERENCES recovery,
    month date,
    addressee text NOT NULL,
    employer_id uuid REFERENCES employer,
    candidate_id uuid REFERENCES candidate,
    office_id uuid REFERENCES office,
    is_draft boolean NOT NULL,
    content_index bytea NOT NULL,
    paper_sealed bytea NOT NULL,
    pdf_sealed bytea NOT NULL,
    sha256 bytea NOT NULL,
    made_at timestamptz NOT NULL,
    made_by uuid NOT NULL REFERENCES account,
    CONSTRAINT letter_once_per_reference UNIQUE (reference),
    CONSTRAINT letter_once_per_content UNIQUE (content_index),
    CONSTRAINT letter_kind_known CHECK (
        kind IN ('agreement', 'placement', 'appeal', 'statement', 'recovery')
    ),
    CONSTRAINT letter_language_known CHECK (language IN ('sq', 'sr', 'en')),
    CONSTRAINT letter_addressee_known CHECK (addressee IN ('employer', 'candidate', 'parties')),
    CONSTRAINT letter_about_one_thing CHECK (
        num_nonnulls(agreement_id, placement_id, recovery_id, month) = 1
        AND CASE kind
            WHEN 'agreement' THEN agreement_id IS NOT NULL
            WHEN 'placement' THEN placement_id IS NOT NULL
            WHEN 'statement' THEN month IS NOT NULL
            ELSE recovery_id IS NOT NULL
        END
    ),
    -- Whom a letter is not addressed to does not read it, so a young person's own money is not told
    -- to the employer.
    CONSTRAINT letter_to_its_addressee CHECK (
        (addressee <> 'candidate') = (employer_id IS NOT NULL)
        AND (addressee <> 'employer') = (candidate_id IS NOT NULL)
        AND (addressee = 'parties') = (kind = 'agreement')
        AND (kind <> 'placement' OR addressee = 'employer')
    ),
    CONSTRAINT letter_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT letter_sha256_length CHECK (
        octet_length(sha256) = 32 AND octet_length(content_index) = 32
    ),
    CONSTRAINT letter_decided_is_no_draft CHECK (
        NOT is_draft OR kind IN ('agreement', 'recovery')
    )
);

CREATE INDEX letter_by_employer ON letter (employer_id, id);
CREATE INDEX letter_by_candidate ON letter (candidate_id, id);
CREATE INDEX letter_by_office ON letter (office_id, id);
CREATE INDEX letter_by_kind ON letter (kind, id);
CREATE INDEX letter_by_subject ON letter (
    coalesce(agreement_id, placement_id, recovery_id, employer_id, candidate_id), kind, month
);

-- Who read a letter or took it out of Ura, when, and by which door.
CREATE TABLE letter_reading (
    id uuid PRIMARY KEY,
    letter_id uuid NOT NULL REFERENCES letter,
    door text NOT NULL,
    read_at timestamptz NOT NULL,
    read_by uuid NOT NULL REFERENCES account,
    CONSTRAINT letter_reading_door_known CHECK (door IN ('page', 'pdf', 'api'))
);

CREATE INDEX letter_reading_by_letter ON letter_reading (letter_id, read_at);

CREATE TRIGGER letter_append_only BEFORE UPDATE OR DELETE ON letter
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER letter_no_truncate BEFORE TRUNCATE ON letter
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER letter_reading_append_only BEFORE UPDATE OR DELETE ON letter_reading
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER letter_reading_no_truncate BEFORE TRUNCATE ON letter_reading
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER letter_audited AFTER INSERT OR UPDATE OR DELETE ON letter
FOR EACH ROW EXECUTE FUNCTION record_audit('content_index', 'paper_sealed', 'pdf_sealed');
CREATE TRIGGER legal_remedy_audited AFTER INSERT OR UPDATE OR DELETE ON legal_remedy
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- Whether the actor may know what a payee is paid: the payee itself, the office of a young person,
-- and who sees all money.
CREATE FUNCTION may_know_payee(of_payee uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        public.actor_sees_all()
        OR (
            public.actor_role() = 'employer' AND may_know_payee.of_payee = public.actor_employer()
        )
        OR (
            public.actor_role() = 'case_officer'
            AND EXISTS (
                SELECT 1
                FROM public.candidate AS c
                WHERE
                    c.id = may_know_payee.of_payee AND c.office_id = public.actor_office()
            )
        )
$$;

-- The languages of those who act for an employer, the first of them first.
CREATE FUNCTION account_languages(of_employer uuid) RETURNS text[]
LANGUAGE sql STABLE
RETURN (
    SELECT coalesce(array_agg(a.language ORDER BY a.created_at, a.id), '{}')
    FROM account AS a
    WHERE a.employer_id = account_languages.of_employer AND a.disabled_at IS NULL
);

-- What the payouts of a month pay to one payee, once they are approved, and what became of it at
-- the bank. With its owner's rights, since only finance sees payouts; of the account nothing but
-- its last digits.
CREATE FUNCTION paid_lines(of_payee uuid, of_month date) RETURNS TABLE (
    line_id uuid, payout_reference text, approved_at timestamptz, scheme_version_id uuid,
    agreement_reference text, candidate_name text, month date, kind text, trace jsonb,
    computed_cents bigint, due_cents bigint, netted_cents bigint, amount_cents bigint,
    iban_last4 text, is_reissue boolean, is_unwritten boolean, attempt_state text,
    sent_at timestamptz, booked_on date, returned_on date
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        l.id,
        p.reference,
        p.approved_at,
        a.scheme_version_id,
        a.reference,
        c.given_name || ' ' || c.family_name,
        i.month,
        i.kind,
        i.trace,
        i.amount_cents,
        l.due_cents,
        l.netted_cents,
        l.amount_cents,
        b.iban_last4,
        l.reissues IS NOT NULL,
        public.is_unwritten(l.id),
        t.state,
        f.recorded_at,
        booked.settled_on,
        booked.returned_on
    FROM public.payout AS p
    INNER JOIN public.payout_line AS l ON p.id = l.payout_id
    INNER JOIN public.bank_account AS b ON l.bank_account_id = b.id
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id
    INNER JOIN public.agreement AS a ON i.agreement_id = a.id
    INNER JOIN public.candidate AS c ON a.candidate_id = c.id
    LEFT JOIN LATERAL (
        SELECT
            o.id,
            o.state,
            o.bank_file_id
        FROM public.payment_attempt AS o
        WHERE o.payout_line_id = l.id
        ORDER BY o.number DESC
        LIMIT 1
    ) AS t ON TRUE
    LEFT JOIN public.bank_file AS f ON t.bank_file_id = f.id
    LEFT JOIN LATERAL (
        SELECT
            min(n.booked_on) FILTER (WHERE n.effect = 'settled') AS settled_on,
            max(n.booked_on) FILTER (WHERE n.effect = 'returned') AS returned_on
        FROM public.bank_entry AS n
        WHERE n.attempt_id = t.id AND n.booking = 'booked'
    ) AS booked ON TRUE
    WHERE
        p.month = paid_lines.of_month
        AND p.state IN ('approved', 'exported')
        AND l.released_at IS NULL
        AND coalesce(b.employer_id, b.candidate_id) = paid_lines.of_payee
        AND public.may_know_payee(paid_lines.of_payee)
    ORDER BY c.family_name, c.given_name, a.reference, i.month, i.kind, l.id
$$;

-- What these lines kept back: for another month of the same agreement that was paid too much, or
-- for a recovery.
CREATE FUNCTION kept_back_lines(of_payee uuid, of_month date) RETURNS TABLE (
    line_id uuid, month date, amount_cents bigint, recovery_reference text, recovery_cause text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        l.line_id,
        k.month,
        k.amount_cents,
        k.reference,
        k.cause
    FROM public.paid_lines(kept_back_lines.of_payee, kept_back_lines.of_month) AS l
    INNER JOIN (
        SELECT
            n.payout_line_id,
            i.month,
            n.amount_cents,
            NULL AS reference,
            NULL AS cause
        FROM public.payout_netting AS n
        INNER JOIN public.instalment AS i ON n.instalment_id = i.id
        WHERE n.released_at IS NULL
        UNION ALL
        SELECT
            n.payout_line_id,
            n.month,
            n.amount_cents,
            r.reference,
            r.cause
        FROM public.recovery_netting AS n
        INNER JOIN public.recovery AS r ON n.recovery_id = r.id
    ) AS k ON l.line_id = k.payout_line_id
    ORDER BY l.line_id, k.month, k.reference
$$;

-- What of a month stands and is in no approved payout: with the reason why nothing is due, or due
-- and not yet approved.
CREATE FUNCTION unpaid_instalments(of_payee uuid, of_month date) RETURNS TABLE (
    scheme_version_id uuid, agreement_reference text, candidate_name text, kind text, outcome text,
    amount_cents bigint, reason text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        a.scheme_version_id,
        a.reference,
        c.given_name || ' ' || c.family_name,
        i.kind,
        i.outcome,
        i.amount_cents,
        i.reason
    FROM public.agreement AS a
    INNER JOIN public.instalment AS i ON a.id = i.agreement_id
    INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
    INNER JOIN public.candidate AS c ON a.candidate_id = c.id
    WHERE
        (
            a.employer_id = unpaid_instalments.of_payee
            OR a.candidate_id = unpaid_instalments.of_payee
        )
        AND i.month = unpaid_instalments.of_month
        AND i.superseded_at IS NULL
        AND public.payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
        = unpaid_instalments.of_payee
        AND NOT EXISTS (
            SELECT 1
            FROM public.payout_line AS l
            INNER JOIN public.payout AS p ON l.payout_id = p.id
            INNER JOIN public.instalment AS o ON l.instalment_id = o.id
            WHERE
                o.agreement_id = i.agreement_id
                AND o.month = i.month
                AND o.kind = i.kind
                AND l.released_at IS NULL
                AND p.state IN ('approved', 'exported')
        )
        AND public.may_know_payee(unpaid_instalments.of_payee)
    ORDER BY c.family_name, c.given_name, a.reference, i.kind
$$;

-- A letter as lists show it, as far as the actor may see it; the candidate's name for whom the
-- candidate is to be seen by.
CREATE VIEW letter_listed WITH (security_invoker = TRUE) AS
SELECT
    l.id,
    l.reference,
    l.kind,
    l.language,
    l.about,
    l.addressee,
    e.legal_name AS employer_name,
    c.given_name || ' ' || c.family_name AS candidate_name,
    l.is_draft,
    l.sha256,
    l.made_at,
    l.made_by,
    m.name AS made_by_name,
    l.content_index,
    l.office_id,
    l.employer_id,
    l.month,
    coalesce(l.agreement_id, l.placement_id, l.recovery_id, l.employer_id, l.candidate_id)
        AS subject_id
FROM letter AS l
INNER JOIN account AS m ON l.made_by = m.id
LEFT JOIN employer AS e ON l.employer_id = e.id
LEFT JOIN candidate AS c ON l.candidate_id = c.id;

GRANT SELECT ON legal_remedy, letter_listed TO ura_app;
GRANT SELECT, INSERT ON letter, letter_reading TO ura_app;

ALTER TABLE legal_remedy ENABLE ROW LEVEL SECURITY;
CREATE POLICY legal_remedy_seen ON legal_remedy FOR SELECT USING (TRUE);

-- Auditors see every letter, finance all that is about agreements and money; an employer sees what
-- is addressed to it, once it has been told; an office those of its young people, who have no
-- account of their own, and the decisions on placements, which every office sees.
ALTER TABLE letter ENABLE ROW LEVEL SECURITY;
CREATE POLICY letter_seen ON letter FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR (
        (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
        AND kind <> 'placement'
    )
    OR (employer_id = (SELECT actor_employer()) AND NOT (kind = 'recovery' AND is_draft))
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND (
            kind = 'placement'
            OR (
                NOT (kind = 'recovery' AND is_draft)
                AND (
                    office_id = (SELECT actor_office())
                    OR EXISTS (
                        SELECT 1
                        FROM candidate AS c
                        WHERE
                            c.id = letter.candidate_id AND c.office_id = (SELECT actor_office())
                    )
                )
            )
        )
    )
);
CREATE POLICY letter_made ON letter FOR INSERT WITH CHECK (
    made_by = (SELECT actor_account())
    AND (
        (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
        OR (
            (SELECT actor_role()) = 'case_officer'
            AND (
                kind = 'placement'
                OR (kind IN ('agreement', 'statement') AND office_id = (SELECT actor_office()))
            )
        )
        OR ((SELECT actor_role()) = 'employer' AND employer_id = (SELECT actor_employer()))
    )
);

-- An employer sees its own people's readings, not who looked in an office.
ALTER TABLE letter_reading ENABLE ROW LEVEL SECURITY;
CREATE POLICY letter_reading_seen ON letter_reading FOR SELECT USING (
    read_by = (SELECT actor_account())
    OR (
        (SELECT actor_role()) <> 'employer'
        AND EXISTS (SELECT 1 FROM letter AS l WHERE l.id = letter_reading.letter_id)
    )
);
CREATE POLICY letter_reading_noted ON letter_reading FOR INSERT WITH CHECK (
    read_by = (SELECT actor_account())
    AND EXISTS (SELECT 1 FROM letter AS l WHERE l.id = letter_reading.letter_id)
);
