-- Who sees and writes what is asked of candidates; and what a candidate sees by a link: the one
-- agreement that it is about, and nothing of anybody else.

-- Before a link is opened nobody is known: these three answer for one secret at a time.
CREATE FUNCTION link_of_token(of_hash bytea) RETURNS TABLE (
    id uuid, expires_at timestamptz, used_at timestamptz, revoked_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    l.id,
    l.expires_at,
    l.used_at,
    l.revoked_at
FROM public.candidate_link AS l
WHERE l.token_hash = link_of_token.of_hash
$$;

CREATE FUNCTION link_of_code(of_index bytea, born_on date) RETURNS TABLE (
    id uuid, expires_at timestamptz, used_at timestamptz, revoked_at timestamptz,
    is_born_then boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    l.id,
    l.expires_at,
    l.used_at,
    l.revoked_at,
    c.born_on = link_of_code.born_on AS is_born_then
FROM public.candidate_link AS l
INNER JOIN public.candidate_question AS q ON l.question_id = q.id
INNER JOIN public.candidate AS c ON q.candidate_id = c.id
WHERE l.code_index = link_of_code.of_index
$$;

CREATE FUNCTION link_holder(of_session bytea, at timestamptz) RETURNS TABLE (
    link_id uuid, question_id uuid, candidate_id uuid, agreement_id uuid, languages text[]
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    l.id AS link_id,
    q.id AS question_id,
    q.candidate_id,
    q.agreement_id,
    array_remove(ARRAY[k.language] || c.languages, NULL) AS languages
FROM public.link_session AS s
INNER JOIN public.candidate_link AS l ON s.link_id = l.id
INNER JOIN public.candidate_question AS q ON l.question_id = q.id
INNER JOIN public.candidate AS c ON q.candidate_id = c.id
LEFT JOIN public.candidate_contact AS k ON c.id = k.id
WHERE
    s.token_hash = link_holder.of_session
    AND s.expires_at > link_holder.at
    AND l.expires_at > link_holder.at
    AND l.used_at IS NULL
    AND l.revoked_at IS NULL
$$;

GRANT SELECT, INSERT, UPDATE ON candidate_question, candidate_link, attendance_contest TO ura_app;
GRANT SELECT, INSERT ON link_event, signing_reminder TO ura_app;
GRANT SELECT, INSERT, DELETE ON link_session, link_attempt TO ura_app;

ALTER TABLE candidate_question ENABLE ROW LEVEL SECURITY;
CREATE POLICY candidate_question_seen ON candidate_question FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR (
        (SELECT actor_role()) IN ('case_officer', 'candidate')
        AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = candidate_question.agreement_id)
    )
);
CREATE POLICY candidate_question_raised ON candidate_question FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('case_officer', 'system')
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = candidate_question.agreement_id)
);
CREATE POLICY candidate_question_moved ON candidate_question FOR UPDATE USING (
    (SELECT actor_role()) = 'system'
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = candidate_question.agreement_id)
    )
);

ALTER TABLE candidate_link ENABLE ROW LEVEL SECURITY;
CREATE POLICY candidate_link_seen ON candidate_link FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR id = (SELECT actor_link())
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM candidate_question AS q WHERE q.id = candidate_link.question_id)
    )
);
CREATE POLICY candidate_link_issued ON candidate_link FOR INSERT WITH CHECK (
    issued_by IS NOT DISTINCT FROM (SELECT actor_account())
    AND (SELECT actor_role()) IN ('case_officer', 'system')
    AND EXISTS (SELECT 1 FROM candidate_question AS q WHERE q.id = candidate_link.question_id)
);
CREATE POLICY candidate_link_used ON candidate_link FOR UPDATE USING (
    id = (SELECT actor_link())
) WITH CHECK (id = (SELECT actor_link()) AND used_at IS NOT NULL);
CREATE POLICY candidate_link_revoked ON candidate_link FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM candidate_question AS q WHERE q.id = candidate_link.question_id)
) WITH CHECK (
    (SELECT actor_role()) = 'case_officer'
    AND revoked_by = (SELECT actor_account())
    AND used_at IS NULL
);

ALTER TABLE link_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY link_session_of_browser ON link_session USING (
    (SELECT actor_role()) IN ('anonymous', 'system') OR link_id = (SELECT actor_link())
);

ALTER TABLE link_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY link_event_seen ON link_event FOR SELECT USING (
    EXISTS (SELECT 1 FROM candidate_link AS l WHERE l.id = link_event.link_id)
);
CREATE POLICY link_event_written ON link_event FOR INSERT WITH CHECK (
    link_id = (SELECT actor_link())
    OR (
        (SELECT actor_role()) = 'anonymous'
        AND event IN ('opened', 'refused', 'wrong_birth_date')
    )
);

ALTER TABLE link_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY link_attempt_before_known ON link_attempt USING (
    (SELECT actor_role()) IN ('anonymous', 'system')
);

ALTER TABLE signing_reminder ENABLE ROW LEVEL SECURITY;
CREATE POLICY signing_reminder_seen ON signing_reminder FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = signing_reminder.agreement_id)
    )
);
CREATE POLICY signing_reminder_sent ON signing_reminder FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'system'
);

-- A contest is told the employer as well, who has to correct the report.
ALTER TABLE attendance_contest ENABLE ROW LEVEL SECURITY;
CREATE POLICY attendance_contest_seen ON attendance_contest FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM attendance AS t WHERE t.id = attendance_contest.attendance_id)
);
CREATE POLICY attendance_contest_by_candidate ON attendance_contest FOR INSERT WITH CHECK (
    by_link = (SELECT actor_link())
    AND settled_at IS NULL
    AND EXISTS (SELECT 1 FROM attendance AS t WHERE t.id = attendance_contest.attendance_id)
);
CREATE POLICY attendance_contest_settled ON attendance_contest FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM attendance AS t WHERE t.id = attendance_contest.attendance_id)
) WITH CHECK (settled_by = (SELECT actor_account()));

-- An office sees whether the mail with a link went out.
CREATE POLICY mail_of_link_seen ON mail FOR SELECT USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM candidate_link AS l WHERE l.mail_id = mail.id)
);

-- The job that sends links asks where to; it writes no contact.
CREATE POLICY candidate_contact_for_mails ON candidate_contact FOR SELECT USING (
    (SELECT actor_role()) = 'system'
);

-- What a candidate sees: the agreement of the link, the placement it fills, and oneself.
CREATE POLICY candidate_seen_by_self ON candidate FOR SELECT USING (
    id = (SELECT actor_candidate())
);
CREATE POLICY agreement_seen_by_candidate ON agreement FOR SELECT USING (
    id = (SELECT actor_agreement()) AND candidate_id = (SELECT actor_candidate())
);
CREATE POLICY placement_seen_by_candidate ON placement FOR SELECT USING (
    (SELECT actor_role()) = 'candidate'
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.placement_id = placement.id)
);

-- What a candidate writes: a signature, a confirmation, an answer. The agreement is held meanwhile,
-- and never changed by a candidate.
CREATE POLICY agreement_held_by_candidate ON agreement FOR UPDATE USING (
    id = (SELECT actor_agreement()) AND candidate_id = (SELECT actor_candidate())
) WITH CHECK (FALSE);
CREATE POLICY agreement_signature_by_candidate ON agreement_signature FOR INSERT WITH CHECK (
    party = 'candidate'
    AND by_link = (SELECT actor_link())
    AND agreement_id = (SELECT actor_agreement())
);
CREATE POLICY attendance_confirmed_by_candidate ON attendance FOR UPDATE USING (
    agreement_id = (SELECT actor_agreement())
) WITH CHECK (
    confirmed_by_link = (SELECT actor_link()) AND superseded_at IS NULL
);
-- Nor does any other policy let a candidate change a report in another way.
CREATE POLICY attendance_only_confirmed_by_candidate ON attendance AS RESTRICTIVE FOR UPDATE
USING (TRUE) WITH CHECK (
    (SELECT actor_role()) <> 'candidate'
    OR (confirmed_by_link = (SELECT actor_link()) AND superseded_at IS NULL)
);
CREATE POLICY outcome_answered_by_candidate ON outcome FOR INSERT WITH CHECK (
    by_link = (SELECT actor_link()) AND agreement_id = (SELECT actor_agreement())
);
