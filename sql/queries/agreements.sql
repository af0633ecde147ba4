-- name: lock_agreed_match
-- Held while its agreement is drafted, so that nobody gives the match up meanwhile.
SELECT
    m.id AS match_id,
    m.state,
    m.placement_id,
    m.candidate_id,
    m.employer_id,
    m.office_id,
    p.scheme_id,
    c.given_name || ' ' || c.family_name AS candidate_name,
    c.reference AS candidate_reference,
    c.languages AS candidate_languages,
    c.born_on,
    e.legal_name AS employer_name,
    e.business_number,
    e.representative_name,
    o.name_sq AS office_name_sq,
    o.name_sr AS office_name_sr,
    p.reference AS placement_reference,
    p.period AS placement_period,
    p.title,
    p.tasks,
    p.mentor_name,
    p.training_plan,
    u.name_sq AS municipality_name_sq,
    u.name_sr AS municipality_name_sr,
    p.weekly_hours,
    p.gross_wage_cents
FROM placement_match AS m
INNER JOIN placement AS p ON m.placement_id = p.id
INNER JOIN candidate AS c ON m.candidate_id = c.id
INNER JOIN employer AS e ON m.employer_id = e.id
INNER JOIN office AS o ON m.office_id = o.id
INNER JOIN municipality AS u ON p.municipality_code = u.code
WHERE m.id = :match_id
FOR UPDATE OF m;

-- name: find_scheme_terms
SELECT
    v.id,
    v.scheme_id,
    s.code,
    v.number,
    v.document,
    v.monthly_max_cents,
    v.months,
    v.payments,
    v.final_max_cents,
    v.age_min,
    v.age_max,
    v.source
FROM scheme_version AS v
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE
    v.scheme_id = :scheme_id
    AND v.valid @> :starts_on::date
    AND v.state IN ('activated', 'superseded');

-- name: get_scheme_terms
-- A replacement has the months that are left of the agreement that it replaces.
SELECT
    v.id,
    v.scheme_id,
    s.code,
    v.number,
    v.document,
    v.monthly_max_cents,
    coalesce(a.replacement_months, v.months) AS months,
    v.payments,
    v.final_max_cents,
    v.age_min,
    v.age_max,
    v.source
FROM agreement AS a
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE a.id = :agreement_id;

-- name: lock_replaced
-- Held while its successor is drafted, so that it has one only.
SELECT
    a.id,
    a.reference,
    a.state,
    a.end_cause,
    a.candidate_id,
    a.placement_id,
    a.period,
    coalesce(a.replacement_months, v.months) AS months
FROM agreement AS a
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE a.id = :agreement_id
FOR UPDATE OF a;

-- name: minimum_wage_on
SELECT coalesce(max(monthly_cents), 0)
FROM minimum_wage
WHERE period @> :day::date AND superseded_at IS NULL;

-- name: insert_agreement
INSERT INTO agreement (
    id, reference, match_id, placement_id, candidate_id, employer_id, office_id,
    scheme_version_id, starts_on, period, employment, gross_wage_cents, weekly_hours, terms,
    terms_sha256, state, drafted_at, drafted_by, replaces_agreement_id, replacement_months
) VALUES (
    :agreement_id, :reference, :match_id, :placement_id, :candidate_id, :employer_id, :office_id,
    :scheme_version_id, lower(:period::daterange), :period, :employment, :gross_wage_cents,
    :weekly_hours, :terms, :terms_sha256, 'drafted', :at, :account_id,
    :replaces_agreement_id, :replacement_months
);

-- name: lock_agreement
-- Held through every move, so that two people cannot both make one.
SELECT
    a.id,
    a.state,
    a.candidate_id,
    a.employer_id,
    a.scheme_version_id,
    a.starts_on,
    a.period,
    a.employment,
    a.terms_sha256,
    c.given_name || ' ' || c.family_name AS candidate_name
FROM agreement AS a
INNER JOIN candidate AS c ON a.candidate_id = c.id
WHERE a.id = :agreement_id
FOR UPDATE OF a;

-- name: list_signatures
SELECT
    party,
    signed_name,
    signed_at,
    recorded_by,
    by_link,
    terms_sha256
FROM agreement_signature
WHERE agreement_id = :agreement_id
ORDER BY signed_at, party
LIMIT 3;

-- name: insert_signature
INSERT INTO agreement_signature (
    agreement_id, party, signed_name, signed_at, recorded_by, by_link, terms_sha256
) VALUES (
    :agreement_id, :party, :signed_name, :at, :account_id, :by_link, :terms_sha256
);

-- name: record_state
UPDATE agreement SET state = :following
WHERE id = :agreement_id AND state = :present;

-- name: record_started
UPDATE agreement SET state = 'active', started_at = :at, started_by = :account_id
WHERE id = :agreement_id AND state = 'signed';

-- name: check_start_signed
-- The guard waits for the end of a transaction; here it speaks at once, where it can be understood.
SET CONSTRAINTS agreement_starts_signed_by_all IMMEDIATE;

-- name: list_suspensions
SELECT
    id,
    lower(period) AS starts_on,
    upper(period) AS ends_on,
    reason,
    recorded_at
FROM agreement_suspension
WHERE agreement_id = :agreement_id AND superseded_at IS NULL
ORDER BY period
LIMIT 500;

-- name: insert_suspension
INSERT INTO agreement_suspension (id, agreement_id, period, reason, recorded_at, recorded_by)
VALUES (
    :suspension_id, :agreement_id, daterange(:starts_on, :ends_on), :reason, :at, :account_id
);

-- name: record_suspension_end
-- What was known until now stays: the same days, with their end, are a row of their own.
WITH opened AS (
    UPDATE agreement_suspension SET superseded_at = :at
    WHERE id = :suspension_id AND superseded_at IS NULL AND upper_inf(period)
    RETURNING agreement_id, period, reason
)

INSERT INTO agreement_suspension (id, agreement_id, period, reason, recorded_at, recorded_by)
SELECT
    :closed_id,
    opened.agreement_id,
    daterange(lower(opened.period), :ends_on),
    opened.reason,
    :at,
    :account_id
FROM opened;

-- name: record_dates
-- The days as they are known from now on; the version before them ends at the same moment.
WITH superseded AS (
    UPDATE agreement_dates SET superseded_at = :at
    WHERE agreement_id = :agreement_id AND superseded_at IS NULL
    RETURNING version
)

INSERT INTO agreement_dates (
    agreement_id, version, period, employment, recorded_at, recorded_by
)
SELECT
    :agreement_id,
    coalesce(max(superseded.version), 0) + 1,
    :period,
    :employment,
    :at,
    :account_id
FROM superseded;

-- name: record_periods
UPDATE agreement SET period = :period, employment = :employment
WHERE id = :agreement_id;

-- name: record_ended_early
UPDATE agreement
SET
    state = 'ended_early',
    period = :period,
    employment = :employment,
    ended_at = :at,
    ended_by = :account_id,
    end_cause = :cause
WHERE id = :agreement_id AND state IN ('active', 'suspended');

-- name: record_cancelled
UPDATE agreement
SET
    state = 'cancelled',
    ended_at = :at,
    ended_by = :account_id,
    end_cause = 'cancelled_before_start'
WHERE id = :agreement_id AND state IN ('drafted', 'signed');

-- name: lock_finished_agreements
-- A batch of the nightly job; what another worker holds is left to it.
SELECT id
FROM agreement
WHERE state = 'active' AND upper(period) <= :day
ORDER BY id
LIMIT :limit
FOR UPDATE SKIP LOCKED;

-- name: record_completed
UPDATE agreement SET state = 'completed', ended_at = :at, end_cause = 'completed'
WHERE id = any(:agreement_ids::uuid[]) AND state = 'active';

-- name: insert_events
INSERT INTO agreement_event (id, agreement_id, event, happened_at, happened_by, reason)
SELECT
    happened.id,
    happened.agreement_id,
    happened.event,
    :at,
    :account_id,
    happened.reason
FROM unnest(
    :ids::uuid[], :agreement_ids::uuid[], :events::text[], :reasons::text[]
) AS happened (id, agreement_id, event, reason);

-- name: list_events
SELECT
    event,
    happened_at,
    happened_by,
    reason
FROM agreement_event
WHERE agreement_id = :agreement_id
ORDER BY id
LIMIT 500;

-- name: get_agreement
SELECT
    a.id,
    a.reference,
    a.state,
    a.match_id,
    a.placement_id,
    a.candidate_id,
    a.employer_id,
    a.office_id,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    p.title,
    s.code AS scheme_code,
    v.number AS scheme_number,
    a.period,
    a.employment,
    a.gross_wage_cents,
    a.weekly_hours,
    a.terms,
    a.terms_sha256,
    a.drafted_at,
    a.started_at,
    a.ended_at,
    a.end_cause,
    a.replaces_agreement_id
FROM agreement AS a
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
INNER JOIN placement AS p ON a.placement_id = p.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE a.id = :agreement_id;

-- name: list_agreements
-- An office's or an employer's own, or everybody's for those who pay and audit. A candidate who is
-- another office's by now has no name here. What a page only shows is looked up for its rows alone.
-- by newest: a.id::uuid
-- by start: (lower(a.period))::date, a.id::uuid
-- by employer: e.folded_name::text, a.id::uuid
SELECT
    a.id,
    a.reference,
    a.state,
    coalesce(
        (
            SELECT c.given_name || ' ' || c.family_name
            FROM candidate AS c
            WHERE c.id = a.candidate_id
        ),
        ''
    ) AS candidate_name,
    e.legal_name AS employer_name,
    (SELECT p.title FROM placement AS p WHERE p.id = a.placement_id) AS title,
    (
        SELECT s.code
        FROM scheme_version AS v
        INNER JOIN scheme AS s ON v.scheme_id = s.id
        WHERE v.id = a.scheme_version_id
    ) AS scheme_code,
    a.period,
    array(
        SELECT g.party FROM agreement_signature AS g WHERE g.agreement_id = a.id ORDER BY g.party
    ) AS signed_parties
FROM agreement AS a
LEFT JOIN employer AS e ON a.employer_id = e.id
WHERE
    (:office_id::uuid IS NULL OR a.office_id = :office_id)
    AND (:employer_id::uuid IS NULL OR a.employer_id = :employer_id)
    AND (:state::text IS NULL OR a.state = :state)
    AND (
        :candidate_patterns::text[] IS NULL
        OR a.candidate_id IN (SELECT n.id FROM candidates_named(:candidate_patterns::text[]) AS n)
    )
    AND (:employer_patterns::text[] IS NULL OR e.folded_name LIKE all(:employer_patterns::text[]))
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;
