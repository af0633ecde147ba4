-- The letter of a decision for which schemes somebody may be placed: to the candidate alone, from
-- their office. It says nothing that is sealed.
ALTER TABLE legal_remedy
DROP CONSTRAINT legal_remedy_appeal_against_known,
ADD CONSTRAINT legal_remedy_appeal_against_known CHECK (
    appeal_against IN ('placement', 'recovery', 'appeal', 'eligibility')
);

-- The decision about one scheme stands for all of its moment.
ALTER TABLE letter
ADD COLUMN eligibility_id uuid REFERENCES eligibility,
DROP CONSTRAINT letter_kind_known,
DROP CONSTRAINT letter_about_one_thing,
DROP CONSTRAINT letter_to_its_addressee,
ADD CONSTRAINT letter_kind_known CHECK (
    kind IN ('agreement', 'placement', 'appeal', 'statement', 'recovery', 'eligibility')
),
ADD CONSTRAINT letter_about_one_thing CHECK (
    num_nonnulls(agreement_id, placement_id, recovery_id, eligibility_id, month) = 1
    AND CASE kind
        WHEN 'agreement' THEN agreement_id IS NOT NULL
        WHEN 'placement' THEN placement_id IS NOT NULL
        WHEN 'statement' THEN month IS NOT NULL
        WHEN 'eligibility' THEN eligibility_id IS NOT NULL
        ELSE recovery_id IS NOT NULL
    END
),
ADD CONSTRAINT letter_to_its_addressee CHECK (
    (addressee <> 'candidate') = (employer_id IS NOT NULL)
    AND (addressee <> 'employer') = (candidate_id IS NOT NULL)
    AND (addressee = 'parties') = (kind = 'agreement')
    AND (kind <> 'placement' OR addressee = 'employer')
    AND (kind <> 'eligibility' OR addressee = 'candidate')
);

DROP INDEX letter_by_subject;
CREATE INDEX letter_by_subject ON letter (
    coalesce(
        agreement_id, placement_id, recovery_id, eligibility_id, employer_id, candidate_id
    ),
    kind,
    month
);

CREATE OR REPLACE VIEW letter_listed WITH (security_invoker = TRUE) AS
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
    coalesce(
        l.agreement_id, l.placement_id, l.recovery_id, l.eligibility_id, l.employer_id,
        l.candidate_id
    ) AS subject_id
FROM letter AS l
INNER JOIN account AS m ON l.made_by = m.id
LEFT JOIN employer AS e ON l.employer_id = e.id
LEFT JOIN candidate AS c ON l.candidate_id = c.id;

-- As before; and finance, which pays, has no part in who may be placed.
ALTER POLICY letter_seen ON letter USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR (
        (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
        AND kind NOT IN ('placement', 'eligibility')
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
ALTER POLICY letter_made ON letter WITH CHECK (
    made_by = (SELECT actor_account())
    AND (
        (
            (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
            AND kind <> 'eligibility'
        )
        OR (
            (SELECT actor_role()) = 'case_officer'
            AND (
                kind = 'placement'
                OR (
                    kind IN ('agreement', 'statement', 'eligibility')
                    AND office_id = (SELECT actor_office())
                )
            )
        )
        OR ((SELECT actor_role()) = 'employer' AND employer_id = (SELECT actor_employer()))
    )
);
