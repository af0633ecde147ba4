-- What counts as odd about a payment, and how much; policy of Ura, after what audits of wage
-- subsidies have found. An installation ends a rule and writes another.
INSERT INTO flag_rule (id, code, valid, weight, is_active, parameters, source)
SELECT
    ('01900000-0000-7000-8000-0000000080' || lpad(row_number() OVER ()::text, 2, '0'))::uuid,
    f.code,
    '[2024-01-01,)',
    f.weight,
    TRUE,
    f.parameters::jsonb,
    'Default policy of Ura: ' || f.source
FROM (
    VALUES
    ('account_shared', 60, '{}', 'one account for several employers or persons'),
    ('account_of_staff', 80, '{}', 'the account is in the name of staff'),
    ('account_changed', 60, '{"days": 10}', 'first payment after a change; 10 days shown red'),
    (
        'account_confirmed_fast', 40, '{"seconds": 120, "days": 60}',
        'a call to the owner takes longer'
    ),
    ('contact_of_staff', 80, '{}', 'owner or representative works for an office'),
    ('contact_shared', 60, '{}', 'one mailbox or representative for several employers'),
    ('network_shared', 50, '{"days": 90}', 'one network address for several employers'),
    ('employer_new', 10, '{"days": 14}', 'registered shortly before the agreement'),
    (
        'mostly_subsidised', 30, '{"percent": 100, "people": 2}',
        'subsidised staff in place of others'
    ),
    (
        'officer_concentration', 40, '{"cases": 5, "percent": 50}',
        'one case officer and one employer'
    ),
    ('linked_employers', 50, '{}', 'one person in turn at linked employers'),
    ('name_twin', 70, '{}', 'one person under two spellings'),
    ('confirmed_fast', 40, '{"seconds": 30}', 'confirmed without a look'),
    ('odd_hours', 40, '{"days": 60}', 'confirmed at night or on a day off'),
    ('wages_at_cap', 10, '{"people": 3}', 'all wages fit the most that is paid'),
    ('round_wage', 25, '{"step_cents": 10000}', 'a round wage, more than agreed'),
    ('just_under_cap', 40, '{"percent": 2}', 'just under what draws attention'),
    ('leaver_paid', 100, '{}', 'who has left is still paid'),
    ('never_absent', 45, '{"months": 6, "people": 4}', 'attendance nobody can have'),
    ('first_payment', 5, '{}', 'a payee never paid before'),
    ('amount_jump', 15, '{"percent": 150, "least_cents": 5000}', 'much more than the month before'),
    ('amiss_at_visit', 100, '{}', 'not found at the agreed work by who went to see')
) AS f (code, weight, parameters, source)
ON CONFLICT DO NOTHING;

INSERT INTO quality_rule (
    id, valid, flag_threshold, sample_bp, waits_for_overrides, waits_for_account_changes, source
) VALUES
(
    '01900000-0000-7000-8000-000000008101', '[2024-01-01,)', 40, 1000, FALSE, FALSE,
    'Default policy of Ura: the first case of each case officer, then one payment in ten, and '
    'every override and change of account; a payout does not wait for them'
)
ON CONFLICT DO NOTHING;
