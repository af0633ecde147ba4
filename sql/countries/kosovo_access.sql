-- Who must prove twice who they are, and which duties one person does not hold one after another.
-- No text of Kosovo's says this: it is Ura's own policy, and administrators change it.
INSERT INTO second_factor_rule (id, role, valid_from, is_required, source) VALUES
(
    '01900000-0000-7000-8000-00000000d001', 'finance_officer', '2024-01-01', TRUE,
    'Policy of Ura: who moves money proves twice who they are'
),
(
    '01900000-0000-7000-8000-00000000d002', 'finance_authoriser', '2024-01-01', TRUE,
    'Policy of Ura: who moves money proves twice who they are'
)
ON CONFLICT DO NOTHING;

INSERT INTO duty_conflict (id, role_before, role_after, months, source) VALUES
(
    '01900000-0000-7000-8000-00000000d101', 'case_officer', 'finance_officer', 12,
    'Policy of Ura: nobody pays for the cases they handled'
),
(
    '01900000-0000-7000-8000-00000000d102', 'case_officer', 'finance_authoriser', 12,
    'Policy of Ura: nobody pays for the cases they handled'
),
(
    '01900000-0000-7000-8000-00000000d103', 'finance_officer', 'finance_authoriser', 3,
    'Policy of Ura: nobody authorises what they put up or approved'
),
(
    '01900000-0000-7000-8000-00000000d104', 'finance_authoriser', 'finance_officer', 3,
    'Policy of Ura: nobody authorises what they put up or approved'
),
(
    '01900000-0000-7000-8000-00000000d105', 'administrator', 'finance_officer', 12,
    'Policy of Ura: who gives rights and sets rules moves no money'
),
(
    '01900000-0000-7000-8000-00000000d106', 'administrator', 'finance_authoriser', 12,
    'Policy of Ura: who gives rights and sets rules moves no money'
),
(
    '01900000-0000-7000-8000-00000000d107', 'finance_officer', 'administrator', 12,
    'Policy of Ura: who gives rights and sets rules moves no money'
),
(
    '01900000-0000-7000-8000-00000000d108', 'finance_authoriser', 'administrator', 12,
    'Policy of Ura: who gives rights and sets rules moves no money'
),
(
    '01900000-0000-7000-8000-00000000d109', 'case_officer', 'auditor', 24,
    'Policy of Ura: nobody audits their own work'
),
(
    '01900000-0000-7000-8000-00000000d10a', 'finance_officer', 'auditor', 24,
    'Policy of Ura: nobody audits their own work'
),
(
    '01900000-0000-7000-8000-00000000d10b', 'finance_authoriser', 'auditor', 24,
    'Policy of Ura: nobody audits their own work'
),
(
    '01900000-0000-7000-8000-00000000d10c', 'administrator', 'auditor', 24,
    'Policy of Ura: nobody audits their own work'
)
ON CONFLICT DO NOTHING;
