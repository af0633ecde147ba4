-- Who has to sign a payout, and how its total is counted a second time.

-- A policy choice of ours, to be edited: up to EUR 10,000 one approves and one authorises, up to
-- EUR 100,000 two approve, above two authorise as well.
INSERT INTO approval_rule (id, valid_from, basis, proposed_at, confirmed_at) VALUES
(
    '01900000-0000-7000-8000-000000000601', '2024-01-01',
    'The default of this installation; a policy choice, not a law.',
    '2024-01-01 08:00:00+00', '2024-01-01 08:00:00+00'
)
ON CONFLICT DO NOTHING;

INSERT INTO approval_band (
    id, approval_rule_id, below_cents, approval_count, authorisation_count
) VALUES
(
    '01900000-0000-7000-8000-000000000602', '01900000-0000-7000-8000-000000000601', 1000000, 1, 1
),
(
    '01900000-0000-7000-8000-000000000603', '01900000-0000-7000-8000-000000000601', 10000000, 2, 1
),
(
    '01900000-0000-7000-8000-000000000604', '01900000-0000-7000-8000-000000000601', NULL, 2, 2
)
ON CONFLICT DO NOTHING;

-- How the second computation comes to what these schemes pay (sql/schema.sql, expected_method).
INSERT INTO expected_method (
    id, scheme_code, kind, since, form, amount_parameter, is_wage_tested, stated_at
) VALUES
(
    '01900000-0000-7000-8000-000000000901', 'WS-70', 'subsidy', '2024-01-01',
    'wage_share', 'monthly_max', TRUE, '2026-11-26'
),
(
    '01900000-0000-7000-8000-000000000902', 'WS-70', 'retention', '2024-01-01',
    'retention', 'monthly_max', TRUE, '2026-11-26'
),
(
    '01900000-0000-7000-8000-000000000903', 'WS-50', 'subsidy', '2024-01-01',
    'wage_share', 'monthly_max', TRUE, '2026-11-26'
),
(
    '01900000-0000-7000-8000-000000000904', 'SP-FLAT', 'subsidy', '2024-01-01',
    'by_attendance', 'monthly_max', TRUE, '2026-11-26'
),
(
    '01900000-0000-7000-8000-000000000905', 'OJT', 'allowance', '2024-01-01',
    'by_attendance', 'monthly_max', FALSE, '2026-11-26'
),
(
    '01900000-0000-7000-8000-000000000906', 'OJT-DISABILITY', 'allowance', '2024-01-01',
    'by_attendance', 'monthly_max', FALSE, '2026-11-26'
),
(
    '01900000-0000-7000-8000-000000000907', 'OJT-DISABILITY', 'host', '2024-01-01',
    'by_attendance', 'host_monthly', FALSE, '2026-11-26'
)
ON CONFLICT DO NOTHING;

-- After the declaration of the 15th to the tax administration; the payment day is that of Ura.
INSERT INTO payment_calendar (
    id, valid, reporting_closes_day, put_up_day, payment_day, source
) VALUES
(
    '01900000-0000-7000-8000-000000000a01', '[2024-01-01,)', 20, 22, 25,
    'Default policy of Ura: evidence until the 20th, after the wage declaration of the 15th; '
    'put up by the 22nd, paid by the 25th'
)
ON CONFLICT DO NOTHING;
