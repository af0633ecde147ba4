-- Policies of the employment offices' work; an installation ends a rule and writes another.
INSERT INTO eligibility_rule (id, valid, months_without_work, holds_for_months, source)
VALUES
(
    '01900000-0000-7000-8000-000000009001', '[2024-01-01,)', 3, 6,
    'Active measures of the Employment Agency: without declared employment in the last 3 months; '
    'default policy of Ura: a registration is confirmed within 6 months'
)
ON CONFLICT DO NOTHING;

INSERT INTO visit_rule (id, valid, programme_months, unannounced_bp, source)
VALUES
(
    '01900000-0000-7000-8000-000000009101', '[2024-01-01,)', '{1,4}', 1000,
    'Default policy of Ura: one visit in month 1, one in month 4, and one unannounced for one '
    'agreement in ten'
)
ON CONFLICT DO NOTHING;
