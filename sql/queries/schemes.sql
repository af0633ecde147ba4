-- name: list_scheme_versions
-- Those that the actor may see, of every scheme or of one.
SELECT
    id,
    scheme_id,
    code,
    name_sq,
    name_sr,
    name_en,
    number,
    state,
    valid_from,
    valid_until,
    selected_by,
    monthly_max_cents,
    months,
    final_max_cents,
    paid_until_months,
    payments,
    age_min,
    age_max,
    source,
    is_shipped,
    document_sha256,
    drafted_at,
    drafted_by,
    drafted_by_name,
    checked_at,
    checked_by_name,
    activated_at,
    activated_by_name,
    superseded_at
FROM scheme_version_listed
WHERE :code::text IS NULL OR code = :code
ORDER BY code ASC, number DESC
LIMIT :at_most;

-- name: get_version
SELECT
    l.id,
    l.scheme_id,
    l.code,
    l.name_sq,
    l.name_sr,
    l.name_en,
    l.number,
    l.state,
    l.valid_from,
    l.valid_until,
    l.selected_by,
    l.monthly_max_cents,
    l.months,
    l.final_max_cents,
    l.paid_until_months,
    l.payments,
    l.age_min,
    l.age_max,
    l.source,
    l.is_shipped,
    l.document_sha256,
    l.drafted_at,
    l.drafted_by,
    l.drafted_by_name,
    l.checked_at,
    l.checked_by_name,
    l.activated_at,
    l.activated_by_name,
    l.superseded_at,
    v.document,
    v.findings
FROM scheme_version_listed AS l
INNER JOIN scheme_version AS v ON l.id = v.id
WHERE l.code = :code AND l.number = :number;

-- name: lock_versions
-- All of a scheme, in one order for everybody, so that two people cannot both move them.
SELECT
    v.id,
    v.scheme_id,
    v.number,
    v.state,
    lower(v.valid) AS valid_from,
    upper(v.valid) - 1 AS valid_until,
    v.drafted_by,
    v.document,
    v.document_sha256
FROM scheme_version AS v
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE s.code = :code
ORDER BY v.number
FOR UPDATE OF v;

-- name: find_scheme
SELECT id
FROM scheme
WHERE code = :code;

-- name: insert_scheme
INSERT INTO scheme (id, code, name_sq, name_sr, name_en)
VALUES (:scheme_id, :code, :name_sq, :name_sr, :name_en);

-- name: insert_version
INSERT INTO scheme_version (
    id, scheme_id, number, valid, document, document_sha256, selected_by,
    monthly_max_cents, months, final_max_cents, paid_until_months, payments, age_min, age_max,
    source, is_shipped, state, drafted_at, drafted_by, checked_at, activated_at
) VALUES (
    :version_id,
    :scheme_id,
    (
        SELECT coalesce(max(o.number), 0) + 1 FROM scheme_version AS o
        WHERE o.scheme_id = :scheme_id
    ),
    daterange(:valid_from::date, NULL),
    :document,
    :document_sha256,
    :selected_by,
    :monthly_max_cents,
    :months,
    :final_max_cents,
    :paid_until_months,
    :payments,
    :age_min,
    :age_max,
    :source,
    :account_id::uuid IS NULL,
    :state,
    :at::timestamptz,
    :account_id,
    CASE WHEN :state::text <> 'drafted' THEN :at::timestamptz END,
    CASE WHEN :state::text = 'activated' THEN :at::timestamptz END
)
RETURNING number;

-- name: record_rewritten
UPDATE scheme_version
SET
    valid = daterange(:valid_from::date, NULL),
    document = :document,
    document_sha256 = :document_sha256,
    selected_by = :selected_by,
    monthly_max_cents = :monthly_max_cents,
    months = :months,
    final_max_cents = :final_max_cents,
    paid_until_months = :paid_until_months,
    payments = :payments,
    age_min = :age_min,
    age_max = :age_max,
    source = :source,
    state = 'drafted',
    findings = NULL,
    drafted_at = :at,
    checked_at = NULL,
    checked_by = NULL
WHERE id = :version_id AND state IN ('drafted', 'checked');

-- name: record_findings
UPDATE scheme_version
SET findings = :findings
WHERE id = :version_id AND state = 'drafted';

-- name: record_checked
UPDATE scheme_version
SET
    state = 'checked',
    findings = NULL,
    checked_at = :at,
    checked_by = :account_id
WHERE id = :version_id AND state = 'drafted';

-- name: is_computed_from
SELECT is_computed_from(:version_id, :day) AS is_computed;

-- name: mark_superseded
UPDATE scheme_version
SET
    state = 'superseded',
    valid = daterange(lower(valid), :ends_before::date),
    superseded_at = :at
WHERE id = :version_id AND state = 'activated';

-- name: mark_activated
UPDATE scheme_version
SET
    state = 'activated',
    activated_at = :at,
    activated_by = :account_id
WHERE id = :version_id AND state = 'checked';

-- name: list_minimum_wages
SELECT
    lower(period) AS valid_from,
    upper(period) - 1 AS valid_until,
    monthly_cents,
    source
FROM minimum_wage
WHERE superseded_at IS NULL
ORDER BY period DESC
LIMIT :at_most;

-- name: list_minimum_wages_during
SELECT
    period * :days AS period,
    monthly_cents,
    recorded_at
FROM minimum_wage
WHERE
    period && :days
    AND recorded_at <= :known_at
    AND (superseded_at IS NULL OR superseded_at > :known_at)
ORDER BY period;

-- name: hold_rates
-- With everybody who computes; who changes a rate waits (await_computations in sql/schema.sql).
SELECT pg_advisory_xact_lock_shared(7305806290431447);

-- name: list_documents
SELECT
    id,
    document
FROM scheme_version
WHERE id = any(:version_ids::uuid[])
ORDER BY id;
