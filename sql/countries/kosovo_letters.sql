-- Where decisions can be appealed. Days and articles are to be confirmed by a lawyer before use.

INSERT INTO legal_remedy (
    id, appeal_against, in_force, within_days, body_sq, body_sr, body_en, citation, source
) VALUES
(
    '01900000-0000-7000-8000-00000000ca01', 'placement', '[2016-06-21,)', 30,
    'Agjencisë së Punësimit, përmes zyrës që ka vendosur',
    'Agenciji za zapošljavanje, preko službe koja je odlučila',
    'the Employment Agency, through the office that decided',
    '05/L-031', 'Law 05/L-031 on General Administrative Procedure: complaint within 30 days'
),
(
    '01900000-0000-7000-8000-00000000ca02', 'recovery', '[2016-06-21,)', NULL,
    'Agjencisë së Punësimit, në Ura ose me shkrim',
    'Agenciji za zapošljavanje, u sistemu Ura ili pismeno',
    'the Employment Agency, in Ura or in writing',
    '05/L-031', 'Default policy: the days are those of recovery_terms'
),
(
    '01900000-0000-7000-8000-00000000ca03', 'appeal', '[2010-11-05,)', 30,
    'Gjykatës Themelore në Prishtinë, me padi për konflikt administrativ',
    'Osnovnom sudu u Prištini, tužbom za upravni spor',
    'the Basic Court in Prishtina, by a claim of administrative dispute',
    '03/L-202', 'Law 03/L-202 on Administrative Conflicts: claim within 30 days'
),
(
    '01900000-0000-7000-8000-00000000ca04', 'eligibility', '[2016-06-21,)', 30,
    'Agjencisë së Punësimit, përmes zyrës që ka vendosur',
    'Agenciji za zapošljavanje, preko službe koja je odlučila',
    'the Employment Agency, through the office that decided',
    '05/L-031', 'Law 05/L-031 on General Administrative Procedure: complaint within 30 days'
)
ON CONFLICT DO NOTHING;
