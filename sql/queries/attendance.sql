-- name: lock_reported_agreements
-- Held while a month is reported, so that two reports of one month come one after the other.
SELECT
    id,
    state,
    employment
FROM agreement
WHERE id = any(:agreement_ids::uuid[])
ORDER BY id
FOR UPDATE;

-- name: list_current
SELECT
    id,
    agreement_id,
    version,
    days_expected,
    days_worked,
    days_paid_leave,
    gross_wage_cents
FROM attendance
WHERE agreement_id = any(:agreement_ids::uuid[]) AND month = :month AND superseded_at IS NULL;

-- name: mark_superseded
UPDATE attendance SET superseded_at = :at
WHERE id = any(:attendance_ids::uuid[]) AND superseded_at IS NULL;

-- name: insert_attendance
INSERT INTO attendance (
    id, agreement_id, month, version, days_expected, days_worked, days_paid_leave,
    gross_wage_cents, reported_at, reported_by
)
SELECT
    reported.id,
    reported.agreement_id,
    :month,
    reported.number,
    reported.days_expected,
    reported.days_worked,
    reported.days_paid_leave,
    reported.gross_wage_cents,
    :at,
    :account_id
FROM unnest(
    :ids::uuid[], :agreement_ids::uuid[], :versions::integer[], :days_expected::integer[],
    :days_worked::integer[], :days_paid_leave::integer[], :gross_wages_cents::bigint[]
) AS reported (
    id, agreement_id, number, days_expected, days_worked, days_paid_leave, gross_wage_cents
);

-- name: lock_agreement_of_attendance
-- Before the report itself, as a report does: whoever computes the agreement has done so, or waits.
SELECT a.id
FROM agreement AS a
WHERE a.id = (SELECT t.agreement_id FROM attendance AS t WHERE t.id = :attendance_id)
FOR UPDATE OF a;

-- name: lock_attendance
SELECT
    id,
    reported_by,
    confirmed_at,
    superseded_at
FROM attendance
WHERE id = :attendance_id
FOR UPDATE;

-- name: record_confirmed
UPDATE attendance
SET
    confirmed_at = :at,
    confirmed_by = :account_id,
    confirmed_by_link = :by_link,
    confirmed_for = :confirmed_for
WHERE id = :attendance_id AND confirmed_at IS NULL AND superseded_at IS NULL;

-- name: list_month_of_party
-- Who was employed in a month, by the employer or by an office's agreements.
SELECT
    a.id AS agreement_id,
    a.reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    p.title,
    lower(a.employment) AS employed_from,
    upper(a.employment) - 1 AS employed_until,
    a.gross_wage_cents AS agreed_wage_cents,
    t.id AS attendance_id,
    t.version,
    t.days_expected,
    t.days_worked,
    t.days_paid_leave,
    t.gross_wage_cents,
    t.confirmed_at,
    t.confirmed_for
FROM agreement AS a
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN placement AS p ON a.placement_id = p.id
LEFT JOIN attendance AS t
    ON a.id = t.agreement_id AND t.month = :month AND t.superseded_at IS NULL
WHERE
    (a.employer_id = :employer_id OR a.office_id = :office_id)
    AND a.started_at IS NOT NULL
    AND a.employment && daterange(:month::date, (:month::date + interval '1 month')::date)
ORDER BY c.family_name, c.given_name, a.id
LIMIT :limit;

-- name: list_missing_for_employer
-- Months that are over and for which no report counts: of the subsidised period, and of the
-- employment after it up to a payment that may still follow from them.
-- by month: due.month::date, due.agreement_id::uuid
SELECT
    due.month,
    due.agreement_id,
    due.reference,
    coalesce(c.given_name || ' ' || c.family_name, '') AS candidate_name
FROM (
    SELECT
        a.id AS agreement_id,
        a.reference,
        a.candidate_id,
        a.employment,
        first_day::date AS month
    FROM agreement AS a
    CROSS JOIN
        LATERAL (
            SELECT
                (
                    SELECT max(n.month) FROM instalment_ahead AS n
                    WHERE n.agreement_id = a.id AND n.can_pay
                ) AS ahead,
                (
                    SELECT max(i.month) FROM instalment AS i
                    WHERE
                        i.agreement_id = a.id AND i.superseded_at IS NULL AND i.outcome = 'blocked'
                ) AS blocked
        ) AS paid
    CROSS JOIN
        LATERAL generate_series(
            date_trunc('month', lower(a.period)),
            least(
                greatest(upper(a.period) - 1, paid.ahead, paid.blocked), upper(a.employment) - 1
            )::timestamp,
            '1 month'
        ) AS first_day
    WHERE a.employer_id = :employer_id AND a.started_at IS NOT NULL
) AS due
LEFT JOIN candidate AS c ON due.candidate_id = c.id
WHERE
    least((due.month + interval '1 month')::date, upper(due.employment)) <= :today
    AND NOT EXISTS (
        SELECT 1 FROM attendance AS t
        WHERE
            t.agreement_id = due.agreement_id
            AND t.month = due.month
            AND t.superseded_at IS NULL
    )
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_waiting
-- Of an office, or of every office for those who audit.
-- by month: t.month::date, t.id::uuid
-- by reported: t.reported_at::timestamptz, t.id::uuid
SELECT
    t.id,
    t.month,
    t.agreement_id,
    a.reference,
    coalesce(
        (
            SELECT c.given_name || ' ' || c.family_name
            FROM candidate AS c
            WHERE c.id = a.candidate_id
        ),
        ''
    ) AS candidate_name,
    e.legal_name AS employer_name,
    t.version,
    t.days_expected,
    t.days_worked,
    t.days_paid_leave,
    t.gross_wage_cents,
    t.reported_at,
    t.reported_by
FROM attendance AS t
INNER JOIN agreement AS a ON t.agreement_id = a.id
LEFT JOIN employer AS e ON a.employer_id = e.id
WHERE
    (:office_id::uuid IS NULL OR a.office_id = :office_id)
    AND t.superseded_at IS NULL
    AND t.confirmed_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM attendance_contest AS k
        WHERE k.attendance_id = t.id AND k.settled_at IS NULL
    )
    AND (:month::date IS NULL OR t.month = :month)
    AND (:employer_patterns::text[] IS NULL OR e.folded_name LIKE all(:employer_patterns::text[]))
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_reports
-- Every report that counts, for those who audit.
-- by newest: t.id::uuid
SELECT
    t.id,
    t.month,
    t.agreement_id,
    a.reference,
    coalesce(
        (
            SELECT c.given_name || ' ' || c.family_name
            FROM candidate AS c
            WHERE c.id = a.candidate_id
        ),
        ''
    ) AS candidate_name,
    e.legal_name AS employer_name,
    t.version,
    t.days_expected,
    t.days_worked,
    t.days_paid_leave,
    t.gross_wage_cents,
    t.reported_at,
    CASE
        WHEN k.id IS NOT NULL THEN 'contested'
        WHEN t.confirmed_at IS NULL THEN 'waiting'
        ELSE 'confirmed'
    END AS standing
FROM attendance AS t
INNER JOIN agreement AS a ON t.agreement_id = a.id
LEFT JOIN employer AS e ON a.employer_id = e.id
LEFT JOIN attendance_contest AS k ON t.id = k.attendance_id AND k.settled_at IS NULL
WHERE
    t.superseded_at IS NULL
    AND (:month::date IS NULL OR t.month = :month)
    AND (:employer_patterns::text[] IS NULL OR e.folded_name LIKE all(:employer_patterns::text[]))
    AND (
        :standing::text IS NULL
        OR CASE
            WHEN k.id IS NOT NULL THEN 'contested'
            WHEN t.confirmed_at IS NULL THEN 'waiting'
            ELSE 'confirmed'
        END = :standing
    )
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_unreported
-- Whose report of a month that is over nobody has given, for those who audit: in the same months as
-- `list_missing_for_employer` asks for.
-- by reference: a.reference::text, a.id::uuid
-- by employer: e.folded_name::text, a.id::uuid
SELECT
    :month::date AS month,
    a.id AS agreement_id,
    a.reference,
    coalesce(
        (
            SELECT c.given_name || ' ' || c.family_name
            FROM candidate AS c
            WHERE c.id = a.candidate_id
        ),
        ''
    ) AS candidate_name,
    e.legal_name AS employer_name
FROM agreement AS a
LEFT JOIN employer AS e ON a.employer_id = e.id
WHERE
    a.started_at IS NOT NULL
    AND a.employment && daterange(:month::date, (:month::date + interval '1 month')::date)
    AND lower(a.period) < (:month::date + interval '1 month')::date
    AND least((:month::date + interval '1 month')::date, upper(a.employment)) <= :today
    AND (
        upper(a.period) > :month::date
        OR EXISTS (
            SELECT 1 FROM instalment_ahead AS n
            WHERE n.agreement_id = a.id AND n.can_pay AND n.month >= :month::date
        )
        OR EXISTS (
            SELECT 1 FROM instalment AS i
            WHERE
                i.agreement_id = a.id
                AND i.superseded_at IS NULL
                AND i.outcome = 'blocked'
                AND i.month >= :month::date
        )
    )
    AND NOT EXISTS (
        SELECT 1 FROM attendance AS t
        WHERE t.agreement_id = a.id AND t.month = :month AND t.superseded_at IS NULL
    )
    AND (:employer_patterns::text[] IS NULL OR e.folded_name LIKE all(:employer_patterns::text[]))
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: get_reported
-- A report as its candidate reads it.
SELECT
    t.id,
    t.month,
    t.agreement_id,
    e.legal_name AS employer_name,
    t.days_expected,
    t.days_worked,
    t.days_paid_leave,
    t.gross_wage_cents,
    t.confirmed_at,
    t.superseded_at
FROM attendance AS t
INNER JOIN agreement AS a ON t.agreement_id = a.id
INNER JOIN employer AS e ON a.employer_id = e.id
WHERE t.id = :attendance_id;

-- name: insert_contest
INSERT INTO attendance_contest (
    id, attendance_id, contested_at, by_link, days_worked, wage_cents, note
) VALUES (
    :contest_id, :attendance_id, :at, :by_link, :days_worked, :wage_cents, :note
);

-- name: lock_contest
SELECT
    k.id,
    k.attendance_id,
    k.settled_at
FROM attendance_contest AS k
WHERE k.id = :contest_id
FOR UPDATE;

-- name: record_settled
UPDATE attendance_contest
SET settled_at = :at, settled_by = :account_id, finding = :finding
WHERE id = :contest_id AND settled_at IS NULL;

-- name: list_contested
-- What candidates say is wrong and nobody has settled, of an office's agreements or an employer's;
-- a report that was corrected since is contested no more.
SELECT
    k.id,
    t.id AS attendance_id,
    t.month,
    t.agreement_id,
    a.reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    t.days_worked AS reported_days,
    t.gross_wage_cents AS reported_cents,
    t.confirmed_at IS NOT NULL AS is_confirmed,
    k.contested_at,
    k.days_worked,
    k.wage_cents,
    k.note
FROM attendance_contest AS k
INNER JOIN attendance AS t ON k.attendance_id = t.id
INNER JOIN agreement AS a ON t.agreement_id = a.id
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
WHERE
    k.settled_at IS NULL
    AND t.superseded_at IS NULL
    AND (:is_of_all::boolean OR a.office_id = :office_id OR a.employer_id = :employer_id)
ORDER BY k.contested_at, k.id
LIMIT :limit;
