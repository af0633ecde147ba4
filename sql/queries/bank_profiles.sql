-- name: get_profile_in_use
-- The account that orders go out from; bank_profile_one_in_use lets there be only one.
SELECT
    id,
    name,
    number,
    debtor_name,
    debtor_iban,
    debtor_bic,
    version,
    service_level,
    charge_bearer,
    purpose,
    category_purpose,
    address_form,
    is_batch_booked,
    letters,
    payments_per_file_max,
    file_cents_max,
    payment_cents_max,
    payee_cents_max,
    cut_off,
    days_ahead_max,
    proposed_at,
    proposed_by,
    confirmed_at,
    refused_at,
    retired_at
FROM bank_profile
WHERE confirmed_at IS NOT NULL AND retired_at IS NULL;

-- name: get_profile
SELECT
    id,
    name,
    number,
    debtor_name,
    debtor_iban,
    debtor_bic,
    version,
    service_level,
    charge_bearer,
    purpose,
    category_purpose,
    address_form,
    is_batch_booked,
    letters,
    payments_per_file_max,
    file_cents_max,
    payment_cents_max,
    payee_cents_max,
    cut_off,
    days_ahead_max,
    proposed_at,
    proposed_by,
    confirmed_at,
    refused_at,
    retired_at
FROM bank_profile
WHERE id = :profile_id;

-- name: lock_profile
SELECT
    id,
    name,
    number,
    debtor_name,
    debtor_iban,
    debtor_bic,
    version,
    service_level,
    charge_bearer,
    purpose,
    category_purpose,
    address_form,
    is_batch_booked,
    letters,
    payments_per_file_max,
    file_cents_max,
    payment_cents_max,
    payee_cents_max,
    cut_off,
    days_ahead_max,
    proposed_at,
    proposed_by,
    confirmed_at,
    refused_at,
    retired_at
FROM bank_profile
WHERE id = :profile_id
FOR UPDATE;

-- name: list_profiles
SELECT
    id,
    name,
    number,
    debtor_name,
    debtor_iban,
    debtor_bic,
    version,
    service_level,
    charge_bearer,
    purpose,
    category_purpose,
    address_form,
    is_batch_booked,
    letters,
    payments_per_file_max,
    file_cents_max,
    payment_cents_max,
    payee_cents_max,
    cut_off,
    days_ahead_max,
    proposed_at,
    proposed_by,
    confirmed_at,
    refused_at,
    retired_at
FROM bank_profile
ORDER BY proposed_at DESC, id DESC
LIMIT 100;

-- name: list_our_accounts
-- Retired ones too: a return may come back to the account that paid.
SELECT DISTINCT ON (debtor_iban)
    debtor_iban AS iban,
    settles_by
FROM bank_profile
WHERE confirmed_at IS NOT NULL
ORDER BY debtor_iban ASC, confirmed_at DESC
LIMIT 100;

-- name: list_transliteration
-- What holds for a profile: its own rows and the shared ones.
SELECT
    letter,
    written_as,
    bank_profile_id IS NULL AS is_shared
FROM transliteration
WHERE bank_profile_id IS NULL OR bank_profile_id = :profile_id
ORDER BY letter, is_shared;

-- name: insert_profile
-- Numbered on from the newest version of its name.
INSERT INTO bank_profile (
    id, name, number, debtor_name, debtor_iban, debtor_bic, version, service_level, charge_bearer,
    purpose, category_purpose, address_form, is_batch_booked, letters, payments_per_file_max,
    file_cents_max, payment_cents_max, payee_cents_max, cut_off, days_ahead_max, proposed_at,
    proposed_by
)
SELECT
    :profile_id AS id,
    :name AS name,
    coalesce(max(number), 0) + 1 AS number,
    :debtor_name AS debtor_name,
    :debtor_iban AS debtor_iban,
    :debtor_bic AS debtor_bic,
    :version AS version,
    :service_level AS service_level,
    :charge_bearer AS charge_bearer,
    :purpose AS purpose,
    :category_purpose AS category_purpose,
    :address_form AS address_form,
    :is_batch_booked::boolean AS is_batch_booked,
    :letters AS letters,
    :payments_per_file_max::int AS payments_per_file_max,
    :file_cents_max::bigint AS file_cents_max,
    :payment_cents_max::bigint AS payment_cents_max,
    :payee_cents_max::bigint AS payee_cents_max,
    :cut_off::time AS cut_off,
    :days_ahead_max::int AS days_ahead_max,
    :at::timestamptz AS proposed_at,
    :proposed_by::uuid AS proposed_by
FROM bank_profile
WHERE name = :name;

-- name: insert_transliteration
INSERT INTO transliteration (bank_profile_id, letter, written_as)
SELECT
    :profile_id AS bank_profile_id,
    spelled.letter,
    spelled.written_as
FROM unnest(:letters::text[], :written_as::text[]) AS spelled (letter, written_as);

-- name: mark_in_use_retired
UPDATE bank_profile
SET retired_at = :at
WHERE confirmed_at IS NOT NULL AND retired_at IS NULL;

-- name: record_confirmation
UPDATE bank_profile
SET
    confirmed_at = :at,
    confirmed_by = :confirmed_by
WHERE id = :profile_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: record_refusal
UPDATE bank_profile
SET
    refused_at = :at,
    refused_by = :refused_by
WHERE id = :profile_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: list_bank_days
SELECT
    falls_on,
    is_closed
FROM bank_day
WHERE falls_on BETWEEN :first_day AND :last_day
ORDER BY falls_on;

-- name: list_kept_days
SELECT
    falls_on,
    is_closed,
    reason
FROM bank_day
WHERE falls_on >= :first_day
ORDER BY falls_on
LIMIT 400;

-- name: record_bank_day
INSERT INTO bank_day (id, falls_on, is_closed, reason)
VALUES (:day_id, :falls_on, :is_closed, :reason)
ON CONFLICT ON CONSTRAINT bank_day_once
DO UPDATE SET is_closed = excluded.is_closed, reason = excluded.reason;

-- name: delete_bank_day
DELETE FROM bank_day
WHERE falls_on = :falls_on;
