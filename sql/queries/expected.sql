-- name: compare_payout
-- The second computation beside a payout that is being put up: what its payees get by it, and every
-- amount that differs. Where all months agree and what is kept back does not, the payee is named.
WITH compared AS MATERIALIZED (
    SELECT
        e.agreement_id,
        e.payee,
        e.kind,
        e.month,
        e.ours_cents,
        e.theirs_cents,
        e.is_paid,
        e.put_in_cents,
        e.open_cents
    FROM expected_of_payout(:payout_id, :month) AS e
),

paid AS MATERIALIZED (
    SELECT
        agreement_id,
        payee,
        sum(put_in_cents)::bigint AS ours_cents,
        greatest(0, sum(open_cents))::bigint AS theirs_cents,
        coalesce(bool_and(ours_cents = theirs_cents), TRUE) AS months_agree
    FROM compared
    GROUP BY agreement_id, payee
    HAVING bool_or(is_paid)
),

differing AS MATERIALIZED (
    SELECT
        agreement_id,
        kind,
        month,
        ours_cents,
        theirs_cents
    FROM compared
    WHERE ours_cents <> theirs_cents
    UNION ALL
    SELECT
        agreement_id,
        payee,
        :month,
        ours_cents,
        theirs_cents
    FROM paid
    WHERE months_agree AND ours_cents <> theirs_cents
)

SELECT
    coalesce((SELECT sum(p.theirs_cents) FROM paid AS p), 0)::bigint AS expected_cents,
    count(*) FILTER (WHERE c.is_paid) AS line_count,
    count(*) FILTER (WHERE c.is_paid AND c.theirs_cents IS NULL) AS without_method_count,
    count(DISTINCT c.agreement_id) AS agreement_count,
    (SELECT count(*) FROM differing) AS difference_count,
    array(
        SELECT to_jsonb(d) || jsonb_build_object('agreement_reference', a.reference)
        FROM differing AS d
        INNER JOIN agreement AS a ON d.agreement_id = a.id
        ORDER BY a.reference, d.month, d.kind
        LIMIT :at_most -- noqa: CP05
    ) AS differences
FROM compared AS c;

-- name: insert_payout_expected
INSERT INTO payout_expected (
    payout_id, expected_cents, line_count, without_method_count, agreement_count, compared_at
) VALUES (
    :payout_id, :expected_cents, :line_count, :without_method_count, :agreement_count, :at
);

-- name: find_payout_expected
SELECT
    expected_cents,
    line_count,
    without_method_count,
    agreement_count,
    compared_at
FROM payout_expected
WHERE payout_id = :payout_id;

-- name: list_without_method
-- The lines of a payout whose schemes are not computed a second time.
SELECT
    l.instalment_id,
    a.reference AS agreement_reference,
    s.code AS scheme_code,
    i.kind,
    i.month
FROM payout_line AS l
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
LEFT JOIN expected_term(
    array(
        SELECT paid.agreement_id
        FROM payout_line AS own
        INNER JOIN instalment AS paid ON own.instalment_id = paid.id
        WHERE own.payout_id = :payout_id
    ),
    :month
) AS t ON i.agreement_id = t.agreement_id AND i.kind = t.kind
WHERE l.payout_id = :payout_id AND t.is_known IS NOT TRUE
ORDER BY a.reference, i.month, i.kind;

-- name: compare_month
-- The same for all agreements that were computed for a month, in that month and those before it,
-- without putting anything up.
WITH compared AS MATERIALIZED (
    SELECT
        e.agreement_id,
        e.kind,
        e.month,
        e.ours_cents,
        e.theirs_cents
    FROM expected_comparison(
        array(
            SELECT DISTINCT i.agreement_id FROM instalment AS i
            WHERE i.month = :month AND i.superseded_at IS NULL
        ),
        :month
    ) AS e
)

SELECT
    count(*) AS amount_count,
    count(*) FILTER (WHERE c.theirs_cents IS NULL) AS without_method_count,
    count(DISTINCT c.agreement_id) AS agreement_count,
    coalesce(sum(c.ours_cents) FILTER (WHERE c.month = :month), 0)::bigint AS ours_cents,
    coalesce(
        sum(coalesce(c.theirs_cents, c.ours_cents)) FILTER (WHERE c.month = :month), 0
    )::bigint AS theirs_cents,
    (
        SELECT count(DISTINCT f.agreement_id) FROM fact_change AS f
        WHERE f.since <= :month
    ) AS waiting_count,
    count(*) FILTER (WHERE c.ours_cents <> c.theirs_cents) AS difference_count,
    array(
        SELECT to_jsonb(d) || jsonb_build_object('agreement_reference', a.reference)
        FROM compared AS d
        INNER JOIN agreement AS a ON d.agreement_id = a.id
        WHERE d.ours_cents <> d.theirs_cents
        ORDER BY a.reference, d.month, d.kind
        LIMIT :at_most -- noqa: CP05
    ) AS differences
FROM compared AS c;

-- name: list_unexpected
-- I16: every instalment that stands is what the second computation comes to.
SELECT
    'I16' AS invariant,
    'agreement ' || e.agreement_id AS subject,
    concat_ws(' ', e.month::text, e.kind, e.ours_cents, 'computed twice', e.theirs_cents) AS found
FROM
    expected_comparison(
        array(SELECT DISTINCT i.agreement_id FROM instalment AS i WHERE i.superseded_at IS NULL),
        'infinity'
    ) AS e
WHERE e.ours_cents <> e.theirs_cents
ORDER BY subject, e.month, e.kind
LIMIT 100;

-- name: list_methods
SELECT
    m.scheme_code,
    m.kind,
    m.since,
    m.form,
    m.amount_parameter,
    m.is_wage_tested,
    m.stated_at
FROM expected_method AS m
ORDER BY m.scheme_code, m.kind, m.since
LIMIT 500;

-- name: insert_method
INSERT INTO expected_method (
    id, scheme_code, kind, since, form, amount_parameter, is_wage_tested, stated_at, stated_by
)
SELECT
    :id,
    s.code,
    :kind,
    :since,
    :form,
    :amount_parameter,
    :is_wage_tested,
    :at,
    :stated_by
FROM scheme AS s
WHERE s.code = :scheme_code;
