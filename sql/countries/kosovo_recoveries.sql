-- What is owed back, and how it is collected.

-- No law of Kosovo was found that says what an employer pays back: these are defaults to decide on.
INSERT INTO recovery_rule (
    id, scheme_id, cause, end_cause, within_months, last_instalments, share_bp, in_force, source
) VALUES
(
    '01900000-0000-7000-8000-00000000c601', NULL, 'early_end', 'employer_dismissed', 6, 2, 10000,
    '[2024-01-01,)', 'Default policy: ended by the employer without cause before month 6'
),
(
    '01900000-0000-7000-8000-00000000c602', NULL, 'dismissal_after', 'employer_dismissed', 3, NULL,
    5000, '[2024-01-01,)', 'Default policy: dismissed within 3 months after the subsidy'
)
ON CONFLICT DO NOTHING;

-- Nothing is kept back from a young person's own payments: they are what somebody lives on. What
-- was overpaid is asked back by invoice, in parts if need be.
INSERT INTO recovery_terms (
    id, payee, in_force, netting_share_bp, floor_cents, appeal_days, invoice_after_days,
    invoice_due_days, small_cents, source
) VALUES
(
    '01900000-0000-7000-8000-00000000c611', 'employer', '[2024-01-01,)', 5000, 0, 15, 60, 30, 1000,
    'Default policy: half of each next instalment, an invoice after 60 days'
),
(
    '01900000-0000-7000-8000-00000000c612', 'candidate', '[2024-01-01,)', 0, 20000, 15, 60, 30,
    1000, 'Default policy: nothing is kept back from young people'
)
ON CONFLICT DO NOTHING;
