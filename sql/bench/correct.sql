-- One agreement in a hundred is reported anew for October, a little lower, and confirmed; in bulk,
-- with the triggers that note what has changed.
WITH chosen AS (
    SELECT t.id
    FROM attendance AS t
    INNER JOIN agreement AS a ON t.agreement_id = a.id
    WHERE
        t.month = '2026-10-01'
        AND t.superseded_at IS NULL
        AND right(a.reference, 2) = '37'
),

replaced AS (
    UPDATE attendance AS t SET superseded_at = now()
    FROM chosen
    WHERE t.id = chosen.id
    RETURNING t.*
)

INSERT INTO attendance (
    id, agreement_id, month, version, days_expected, days_worked, days_paid_leave,
    gross_wage_cents, reported_at, reported_by, confirmed_at, confirmed_by, confirmed_for
)
SELECT
    gen_random_uuid(),
    agreement_id,
    month,
    version + 1,
    days_expected,
    days_worked,
    days_paid_leave,
    gross_wage_cents - 1,
    now(),
    reported_by,
    now(),
    confirmed_by,
    confirmed_for
FROM replaced;
