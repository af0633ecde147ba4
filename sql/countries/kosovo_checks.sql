-- What each check of Kosovo's payments demands. Whatever is not a law's is Ura's own policy, and
-- says so; an installation ends a rule and writes another.
INSERT INTO check_rule (
    id, code, valid, is_blocking, no_data_blocks, is_overridable, payee, is_monthly_only, acts,
    is_told_employer, parameters, source
) VALUES
(
    '01900000-0000-7000-8000-000000002001', 'identity_found', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'office', FALSE, '{}',
    'Hard stop: a person without a valid number is not paid'
),
(
    '01900000-0000-7000-8000-000000002002', 'candidate_alive', '[2024-01-01,)',
    FALSE, FALSE, FALSE, NULL, FALSE, 'office', FALSE, '{}',
    'Recorded until a civil registry is connected'
),
(
    '01900000-0000-7000-8000-000000002003', 'candidate_registered', '[2024-01-01,)',
    TRUE, TRUE, TRUE, NULL, FALSE, 'office', FALSE, '{}',
    'Registered jobseekers only'
),
(
    '01900000-0000-7000-8000-000000002004', 'age_eligible', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'office', FALSE, '{}',
    'Hard stop: the ages of the scheme (18 to 29, Super Puna)'
),
(
    '01900000-0000-7000-8000-000000002005', 'waiting_period_over', '[2024-01-01,)',
    FALSE, FALSE, FALSE, NULL, FALSE, 'office', FALSE, '{"months": "24"}',
    'Policy of Ura: two years after a completed measure; shown, as no Kosovo text orders it'
),
(
    '01900000-0000-7000-8000-000000002006', 'signed_by_all', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'office', TRUE, '{}',
    'Hard stop: no agreement, no payment'
),
(
    '01900000-0000-7000-8000-000000002007', 'agreement_active', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'office', TRUE, '{}',
    'Hard stop: placement not active'
),
(
    '01900000-0000-7000-8000-000000002008', 'placement_approved', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'office', TRUE, '{}',
    'Public call of the employment agency'
),
(
    '01900000-0000-7000-8000-000000002009', 'evidence_received', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, TRUE, 'employer', TRUE, '{}',
    'Monthly report, confirmed by candidate or office'
),
(
    '01900000-0000-7000-8000-000000002010', 'days_sufficient', '[2024-01-01,)',
    TRUE, TRUE, TRUE, NULL, TRUE, 'employer', TRUE, '{}',
    'Nothing is paid for a month without a day at work'
),
(
    '01900000-0000-7000-8000-000000002011', 'wage_at_least_minimum', '[2024-01-01,)',
    TRUE, FALSE, FALSE, NULL, TRUE, 'employer', TRUE, '{"step": "wage_below_minimum"}',
    'Hard stop: minimum wage; no data where the scheme does not ask for it'
),
(
    '01900000-0000-7000-8000-000000002012', 'wage_as_agreed', '[2024-01-01,)',
    FALSE, FALSE, FALSE, 'employer', TRUE, 'employer', TRUE, '{}',
    'Shown: a lower wage lowers the subsidy by itself'
),
(
    '01900000-0000-7000-8000-000000002013', 'on_tax_payroll', '[2024-01-01,)',
    FALSE, FALSE, FALSE, NULL, TRUE, 'employer', FALSE, '{}',
    'Recorded until the payroll feed of the tax administration is connected'
),
(
    '01900000-0000-7000-8000-000000002014', 'not_employed_there_before', '[2024-01-01,)',
    TRUE, FALSE, TRUE, NULL, FALSE, 'office', FALSE, '{"months": "6"}',
    'Policy of Ura: never employed there in the six months before'
),
(
    '01900000-0000-7000-8000-000000002015', 'employer_registered', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'office', FALSE, '{}',
    'Registered employers only'
),
(
    '01900000-0000-7000-8000-000000002016', 'no_unresolved_recovery', '[2024-01-01,)',
    FALSE, FALSE, FALSE, 'employer', FALSE, 'finance', FALSE, '{}',
    'Shown: what is owed is kept back from what is due'
),
(
    '01900000-0000-7000-8000-000000002017', 'account_known', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'payee', TRUE, '{}',
    'Hard stop: there must be an account to pay to'
),
(
    '01900000-0000-7000-8000-000000002018', 'account_confirmed', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'finance', TRUE, '{}',
    'A second person confirms every account'
),
(
    '01900000-0000-7000-8000-000000002019', 'account_in_force', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'nobody', TRUE, '{}',
    'Cooling-off after a change: 72 hours'
),
(
    '01900000-0000-7000-8000-000000002020', 'account_well_formed', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'finance', FALSE, '{}',
    'Hard stop: invalid IBAN'
),
(
    '01900000-0000-7000-8000-000000002021', 'account_in_payees_name', '[2024-01-01,)',
    TRUE, TRUE, TRUE, NULL, FALSE, 'payee', FALSE, '{}',
    'Hard stop for young people; a firm may be named otherwise with a reason'
),
(
    '01900000-0000-7000-8000-000000002022', 'account_not_shared', '[2024-01-01,)',
    TRUE, TRUE, TRUE, NULL, FALSE, 'finance', FALSE, '{}',
    'One account for several employers or persons is the commonest sign of fraud'
),
(
    '01900000-0000-7000-8000-000000002023', 'account_not_changed_lately', '[2024-01-01,)',
    FALSE, FALSE, FALSE, NULL, FALSE, 'finance', FALSE, '{"days": "10"}',
    'Shown red in approval: a change in the last ten days'
),
(
    '01900000-0000-7000-8000-000000002024', 'account_not_held', '[2024-01-01,)',
    TRUE, FALSE, FALSE, NULL, FALSE, 'payee', FALSE, '{}',
    'The bank refused the account: another one is confirmed, or finance releases it'
),
(
    '01900000-0000-7000-8000-000000002025', 'not_on_hold', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'finance', FALSE, '{}',
    'A hold is released by another person, not overridden'
),
(
    '01900000-0000-7000-8000-000000002026', 'no_open_duplicate', '[2024-01-01,)',
    FALSE, FALSE, FALSE, NULL, FALSE, 'office', FALSE, '{}',
    'Shown: at registration an officer has confirmed that it is somebody else'
),
(
    '01900000-0000-7000-8000-000000002027', 'not_sanctioned', '[2024-01-01,)',
    FALSE, FALSE, FALSE, NULL, FALSE, 'finance', FALSE, '{}',
    'Recorded until a list is connected'
),
(
    '01900000-0000-7000-8000-000000002028', 'no_open_grievance', '[2024-01-01,)',
    FALSE, FALSE, FALSE, NULL, FALSE, 'office', FALSE, '{}',
    'Recorded: Ura keeps no register of complaints'
),
(
    '01900000-0000-7000-8000-000000002029', 'no_other_subsidy', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, TRUE, 'office', FALSE, '{}',
    'Hard stop: same person and month paid elsewhere'
),
(
    '01900000-0000-7000-8000-000000002030', 'within_months', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, TRUE, 'finance', TRUE, '{}',
    'Months granted by the scheme'
),
(
    '01900000-0000-7000-8000-000000002031', 'within_amount', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'finance', TRUE, '{}',
    'Maximum of the scheme'
),
(
    '01900000-0000-7000-8000-000000002032', 'within_budget', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'finance', FALSE, '{}',
    'Nothing is paid that was not set aside'
),
(
    '01900000-0000-7000-8000-000000002033', 'state_aid', '[2024-01-01,)',
    FALSE, FALSE, FALSE, 'employer', FALSE, 'finance', FALSE, '{}',
    'De minimis: EUR 200,000 over three years'
),
(
    '01900000-0000-7000-8000-000000002034', 'period_ended', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'nobody', TRUE, '{}',
    'Paid in arrears'
),
(
    '01900000-0000-7000-8000-000000002035', 'no_change_waiting', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'finance', TRUE, '{}',
    'What has changed is computed before it is paid'
),
(
    '01900000-0000-7000-8000-000000002036', 'current_version', '[2024-01-01,)',
    TRUE, TRUE, FALSE, NULL, FALSE, 'finance', TRUE, '{}',
    'Only the result that stands is paid'
),
(
    '01900000-0000-7000-8000-000000002037', 'independent_agrees', '[2024-01-01,)',
    TRUE, TRUE, TRUE, NULL, FALSE, 'finance', TRUE, '{}',
    'Policy of Ura: nothing is paid that two computations do not agree about'
)
ON CONFLICT DO NOTHING;
