-- name: insert_letter
-- Writes nothing where the same was written before.
INSERT INTO letter (
    id, reference, kind, language, about, agreement_id, placement_id, recovery_id, eligibility_id,
    month, addressee, employer_id, candidate_id, office_id, is_draft, content_index, paper_sealed,
    pdf_sealed, sha256, made_at, made_by
) VALUES (
    :id, :reference, :kind, :language, :about, :agreement_id, :placement_id, :recovery_id,
    :eligibility_id, :month, :addressee, :employer_id, :candidate_id, :office_id, :is_draft,
    :content_index, :paper_sealed, :pdf_sealed, :sha256, :made_at, :made_by
)
ON CONFLICT ON CONSTRAINT letter_once_per_content DO NOTHING;

-- name: find_letter_of_content
SELECT
    id,
    reference,
    kind,
    language,
    about,
    addressee,
    employer_name,
    candidate_name,
    is_draft,
    sha256,
    made_at,
    made_by,
    made_by_name
FROM letter_listed
WHERE content_index = :content_index;

-- name: get_letter
SELECT
    id,
    reference,
    kind,
    language,
    about,
    addressee,
    employer_name,
    candidate_name,
    is_draft,
    sha256,
    made_at,
    made_by,
    made_by_name
FROM letter_listed
WHERE id = :letter_id;

-- name: list_letters_for_employer
SELECT
    id,
    reference,
    kind,
    language,
    about,
    addressee,
    employer_name,
    candidate_name,
    is_draft,
    sha256,
    made_at,
    made_by,
    made_by_name
FROM letter_listed
WHERE
    employer_id = :employer_id
    AND (:kind::text IS NULL OR kind = :kind)
    AND (:before::uuid IS NULL OR id < :before)
ORDER BY id DESC
LIMIT :at_most;

-- name: list_letters_for_office
SELECT
    id,
    reference,
    kind,
    language,
    about,
    addressee,
    employer_name,
    candidate_name,
    is_draft,
    sha256,
    made_at,
    made_by,
    made_by_name
FROM letter_listed
WHERE
    office_id = :office_id
    AND (:kind::text IS NULL OR kind = :kind)
    AND (:before::uuid IS NULL OR id < :before)
ORDER BY id DESC
LIMIT :at_most;

-- name: list_letters_of_all
SELECT
    id,
    reference,
    kind,
    language,
    about,
    addressee,
    employer_name,
    candidate_name,
    is_draft,
    sha256,
    made_at,
    made_by,
    made_by_name
FROM letter_listed
WHERE
    (:kind::text IS NULL OR kind = :kind)
    AND (:before::uuid IS NULL OR id < :before)
ORDER BY id DESC
LIMIT :at_most;

-- name: list_letters_about
-- The newest letters of a kind about one agreement, placement, recovery, or payee and month.
SELECT
    id,
    reference,
    kind,
    language,
    about,
    addressee,
    employer_name,
    candidate_name,
    is_draft,
    sha256,
    made_at,
    made_by,
    made_by_name
FROM letter_listed
WHERE
    subject_id = :subject_id
    AND kind = :kind
    AND month IS NOT DISTINCT FROM :month
ORDER BY id DESC
LIMIT :at_most;

-- name: get_sealed
SELECT
    paper_sealed,
    pdf_sealed,
    sha256,
    made_at
FROM letter
WHERE id = :letter_id;

-- name: insert_reading
INSERT INTO letter_reading (id, letter_id, door, read_at, read_by)
VALUES (:id, :letter_id, :door, :read_at, :read_by);

-- name: list_readings
SELECT
    r.door,
    r.read_at,
    a.name AS read_by_name
FROM letter_reading AS r
INNER JOIN account AS a ON r.read_by = a.id
WHERE r.letter_id = :letter_id
ORDER BY r.read_at DESC
LIMIT 100;

-- name: find_remedy
SELECT
    within_days,
    body_sq,
    body_sr,
    body_en,
    citation
FROM legal_remedy
WHERE appeal_against = :decision AND in_force @> :on_day::date;

-- name: get_agreed_facts
SELECT
    c.reference AS candidate_reference,
    c.languages AS candidate_languages,
    e.business_number,
    e.representative_name,
    o.name_sq AS office_name_sq,
    o.name_sr AS office_name_sr,
    p.reference AS placement_reference,
    p.tasks,
    p.mentor_name,
    p.training_plan,
    m.name_sq AS municipality_name_sq,
    m.name_sr AS municipality_name_sr,
    v.document AS scheme_document,
    v.source AS scheme_source,
    v.payments,
    v.monthly_max_cents
FROM agreement AS a
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
INNER JOIN office AS o ON a.office_id = o.id
INNER JOIN placement AS p ON a.placement_id = p.id
INNER JOIN municipality AS m ON p.municipality_code = m.code
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE a.id = :agreement_id;

-- name: get_placement_facts
SELECT
    p.reference,
    p.state,
    p.title,
    p.seats,
    p.weekly_hours,
    p.gross_wage_cents,
    lower(p.period) AS starts_on,
    upper(p.period) - 1 AS last_day,
    s.code AS scheme_code,
    e.id AS employer_id,
    e.legal_name AS employer_name,
    e.business_number,
    account_languages(e.id) AS employer_languages,
    o.id AS office_id,
    o.name_sq AS office_name_sq,
    o.name_sr AS office_name_sr,
    p.submitted_at,
    p.decided_at,
    d.name AS decided_by_name,
    p.decision_reason
FROM placement AS p
INNER JOIN scheme AS s ON p.scheme_id = s.id
INNER JOIN employer AS e ON p.employer_id = e.id
LEFT JOIN account AS d ON p.decided_by = d.id
LEFT JOIN office AS o ON d.office_id = o.id
WHERE p.id = :placement_id;

-- name: get_decided_facts
-- The language is that in which the person wishes letters, else what they speak.
SELECT
    c.id AS candidate_id,
    c.given_name || ' ' || c.family_name AS candidate_name,
    c.reference AS candidate_reference,
    array_remove(ARRAY[k.language], NULL) || c.languages AS languages,
    c.office_id,
    o.name_sq AS office_name_sq,
    o.name_sr AS office_name_sr,
    e.decided_at,
    a.name AS decided_by_name
FROM eligibility AS e
INNER JOIN candidate AS c ON e.candidate_id = c.id
INNER JOIN account AS a ON e.decided_by = a.id
INNER JOIN office AS o ON coalesce(a.office_id, c.office_id) = o.id
LEFT JOIN candidate_contact AS k ON c.id = k.id
WHERE e.id = :eligibility_id;

-- name: list_decided_schemes
SELECT
    s.name_sq,
    s.name_sr,
    s.name_en,
    d.is_eligible,
    d.reasons,
    d.expires_on
FROM eligibility AS e
INNER JOIN eligibility AS d
    ON e.candidate_id = d.candidate_id AND e.decided_at = d.decided_at
INNER JOIN scheme_version AS v ON d.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE e.id = :eligibility_id
ORDER BY s.code
LIMIT 100;

-- name: get_recovery_facts
-- The terms are those of the day on which the payee was told, or of this one.
SELECT
    r.employer_id,
    r.candidate_id,
    a.office_id,
    coalesce(e.business_number, c.reference) AS recipient_number,
    coalesce(c.languages, account_languages(e.id)) AS languages,
    r.notified_at,
    t.appeal_days,
    t.netting_share_bp,
    t.invoice_due_days
FROM recovery AS r
INNER JOIN agreement AS a ON r.agreement_id = a.id
INNER JOIN recovery_terms AS t
    ON
        r.payee = t.payee
        AND t.in_force @> coalesce(
            (r.notified_at AT TIME ZONE 'Europe/Belgrade')::date, :on_day::date
        )
LEFT JOIN employer AS e ON r.employer_id = e.id
LEFT JOIN candidate AS c ON r.candidate_id = c.id
WHERE r.id = :recovery_id;

-- name: get_treasury
-- Whose account pays, and takes what comes back: that of the profile confirmed last.
SELECT
    debtor_name AS holder_name,
    debtor_iban AS iban,
    debtor_bic AS bic
FROM bank_profile
WHERE confirmed_at IS NOT NULL AND retired_at IS NULL
ORDER BY confirmed_at DESC
LIMIT 1;

-- name: get_payee_facts
-- None of whom the actor may not know what is paid.
SELECT
    e.id AS employer_id,
    c.id AS candidate_id,
    c.office_id,
    coalesce(e.legal_name, c.given_name || ' ' || c.family_name) AS name,
    coalesce(e.business_number, c.reference) AS number,
    coalesce(c.languages, account_languages(e.id)) AS languages
FROM (VALUES (:payee_id::uuid)) AS payee (id)
LEFT JOIN employer AS e ON payee.id = e.id
LEFT JOIN candidate AS c ON payee.id = c.id
WHERE num_nonnulls(e.id, c.id) = 1 AND may_know_payee(payee.id);

-- name: list_paid_lines
SELECT
    l.line_id,
    l.payout_reference,
    l.approved_at,
    l.scheme_version_id,
    l.agreement_reference,
    l.candidate_name,
    l.month,
    l.kind AS payment_kind,
    l.trace,
    l.computed_cents,
    l.due_cents,
    l.netted_cents,
    l.amount_cents,
    l.iban_last4,
    l.is_reissue,
    l.is_unwritten,
    l.attempt_state,
    l.sent_at,
    l.booked_on,
    l.returned_on
FROM paid_lines(:payee_id, :month) AS l
WHERE l.line_id IS NOT NULL;

-- name: list_kept_back
SELECT
    k.line_id,
    k.month,
    k.amount_cents,
    k.recovery_reference,
    k.recovery_cause
FROM kept_back_lines(:payee_id, :month) AS k
WHERE k.line_id IS NOT NULL;

-- name: list_unpaid
SELECT
    u.scheme_version_id,
    u.agreement_reference,
    u.candidate_name,
    u.kind AS payment_kind,
    u.outcome,
    u.amount_cents,
    u.reason
FROM unpaid_instalments(:payee_id, :month) AS u
WHERE u.agreement_reference IS NOT NULL;

-- name: list_payees
-- Whom the approved payouts of a month pay, in the order of their ids, and how much in all.
SELECT
    coalesce(b.employer_id, b.candidate_id) AS payee_id,
    min(l.payee_name) AS name,
    count(*) AS line_count,
    sum(l.amount_cents)::bigint AS amount_cents
FROM payout AS p
INNER JOIN payout_line AS l ON p.id = l.payout_id
INNER JOIN bank_account AS b ON l.bank_account_id = b.id
WHERE
    p.month = :month
    AND p.state IN ('approved', 'exported')
    AND l.released_at IS NULL
    AND (:after::uuid IS NULL OR coalesce(b.employer_id, b.candidate_id) > :after)
GROUP BY coalesce(b.employer_id, b.candidate_id)
ORDER BY coalesce(b.employer_id, b.candidate_id)
LIMIT :at_most;

-- name: find_payee_of
SELECT
    payee_id(v.payments, i.kind, a.employer_id, a.candidate_id) AS payee_id,
    i.month
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE
    i.id = :instalment_id
    AND may_know_payee(payee_id(v.payments, i.kind, a.employer_id, a.candidate_id));
