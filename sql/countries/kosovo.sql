-- Reference data of Kosovo; run by the owner, again and again without harm: what is there stays.
-- Ids are fixed, so that every database made from this file is the same.

-- Albanian and Serbian names. Centres are approximate, populations rounded to hundreds in the order
-- of the 2024 census (in the north, where it was boycotted, estimates); both only weigh and rank.
INSERT INTO municipality (code, name_sq, name_sr, latitude, longitude, population) VALUES
('decan', 'Deçan', 'Dečane', 42.5402, 20.2879, 27800),
('dragash', 'Dragash', 'Dragaš', 42.0625, 20.6531, 28900),
('ferizaj', 'Ferizaj', 'Uroševac', 42.3706, 21.1553, 109300),
('fushe-kosove', 'Fushë Kosovë', 'Kosovo Polje', 42.6393, 21.0961, 64000),
('gjakove', 'Gjakovë', 'Đakovica', 42.3803, 20.4308, 78700),
('gjilan', 'Gjilan', 'Gnjilane', 42.4635, 21.4694, 82900),
('gllogoc', 'Gllogoc', 'Glogovac', 42.6236, 20.8939, 48000),
('gracanice', 'Graçanicë', 'Gračanica', 42.6010, 21.1930, 18500),
('hani-i-elezit', 'Hani i Elezit', 'Elez Han', 42.1497, 21.2986, 8500),
('istog', 'Istog', 'Istok', 42.7808, 20.4876, 33000),
('junik', 'Junik', 'Junik', 42.4761, 20.2776, 4100),
('kacanik', 'Kaçanik', 'Kačanik', 42.2319, 21.2594, 27700),
('kamenice', 'Kamenicë', 'Kosovska Kamenica', 42.5781, 21.5803, 22900),
('kline', 'Klinë', 'Klina', 42.6217, 20.5778, 30500),
('kllokot', 'Kllokot', 'Klokot', 42.3706, 21.3761, 3000),
('leposaviq', 'Leposaviq', 'Leposavić', 43.1036, 20.8028, 13600),
('lipjan', 'Lipjan', 'Lipljan', 42.5217, 21.1258, 55000),
('malisheve', 'Malishevë', 'Mališevo', 42.4828, 20.7458, 43900),
('mamushe', 'Mamushë', 'Mamuša', 42.3264, 20.7261, 5600),
('mitrovice-e-jugut', 'Mitrovicë e Jugut', 'Južna Mitrovica', 42.8831, 20.8667, 64700),
('mitrovice-e-veriut', 'Mitrovicë e Veriut', 'Severna Mitrovica', 42.8997, 20.8653, 12300),
('novoberde', 'Novobërdë', 'Novo Brdo', 42.6158, 21.4361, 4700),
('obiliq', 'Obiliq', 'Obilić', 42.6867, 21.0703, 22800),
('partesh', 'Partesh', 'Parteš', 42.4019, 21.4339, 1500),
('peje', 'Pejë', 'Peć', 42.6593, 20.2883, 82700),
('podujeve', 'Podujevë', 'Podujevo', 42.9108, 21.1933, 71000),
('prishtine', 'Prishtinë', 'Priština', 42.6629, 21.1655, 227500),
('prizren', 'Prizren', 'Prizren', 42.2139, 20.7397, 147400),
('rahovec', 'Rahovec', 'Orahovac', 42.3994, 20.6547, 41800),
('ranillug', 'Ranillug', 'Ranilug', 42.4919, 21.5989, 2500),
('shterpce', 'Shtërpcë', 'Štrpce', 42.2394, 21.0272, 10800),
('shtime', 'Shtime', 'Štimlje', 42.4331, 21.0397, 24300),
('skenderaj', 'Skenderaj', 'Srbica', 42.7469, 20.7886, 40700),
('suhareke', 'Suharekë', 'Suva Reka', 42.3589, 20.8250, 45700),
('viti', 'Viti', 'Vitina', 42.3214, 21.3583, 35600),
('vushtrri', 'Vushtrri', 'Vučitrn', 42.8231, 20.9675, 61500),
('zubin-potok', 'Zubin Potok', 'Zubin Potok', 42.9144, 20.6897, 6600),
('zvecan', 'Zveçan', 'Zvečan', 42.9075, 20.8403, 7400)
ON CONFLICT DO NOTHING;

INSERT INTO office (id, municipality_code, name_sq, name_sr)
SELECT
    o.id::uuid AS id,
    m.code AS municipality_code,
    'Zyra e Punësimit ' || m.name_sq AS name_sq,
    'Biro za zapošljavanje ' || m.name_sr AS name_sr
FROM municipality AS m
INNER JOIN (
    VALUES
    ('01900000-0000-7000-8000-000000000101', 'decan'),
    ('01900000-0000-7000-8000-000000000102', 'dragash'),
    ('01900000-0000-7000-8000-000000000103', 'ferizaj'),
    ('01900000-0000-7000-8000-000000000104', 'fushe-kosove'),
    ('01900000-0000-7000-8000-000000000105', 'gjakove'),
    ('01900000-0000-7000-8000-000000000106', 'gjilan'),
    ('01900000-0000-7000-8000-000000000107', 'gllogoc'),
    ('01900000-0000-7000-8000-000000000108', 'gracanice'),
    ('01900000-0000-7000-8000-000000000109', 'hani-i-elezit'),
    ('01900000-0000-7000-8000-000000000110', 'istog'),
    ('01900000-0000-7000-8000-000000000111', 'junik'),
    ('01900000-0000-7000-8000-000000000112', 'kacanik'),
    ('01900000-0000-7000-8000-000000000113', 'kamenice'),
    ('01900000-0000-7000-8000-000000000114', 'kline'),
    ('01900000-0000-7000-8000-000000000115', 'kllokot'),
    ('01900000-0000-7000-8000-000000000116', 'leposaviq'),
    ('01900000-0000-7000-8000-000000000117', 'lipjan'),
    ('01900000-0000-7000-8000-000000000118', 'malisheve'),
    ('01900000-0000-7000-8000-000000000119', 'mamushe'),
    ('01900000-0000-7000-8000-000000000120', 'mitrovice-e-jugut'),
    ('01900000-0000-7000-8000-000000000121', 'mitrovice-e-veriut'),
    ('01900000-0000-7000-8000-000000000122', 'novoberde'),
    ('01900000-0000-7000-8000-000000000123', 'obiliq'),
    ('01900000-0000-7000-8000-000000000124', 'partesh'),
    ('01900000-0000-7000-8000-000000000125', 'peje'),
    ('01900000-0000-7000-8000-000000000126', 'podujeve'),
    ('01900000-0000-7000-8000-000000000127', 'prishtine'),
    ('01900000-0000-7000-8000-000000000128', 'prizren'),
    ('01900000-0000-7000-8000-000000000129', 'rahovec'),
    ('01900000-0000-7000-8000-000000000130', 'ranillug'),
    ('01900000-0000-7000-8000-000000000131', 'shterpce'),
    ('01900000-0000-7000-8000-000000000132', 'shtime'),
    ('01900000-0000-7000-8000-000000000133', 'skenderaj'),
    ('01900000-0000-7000-8000-000000000134', 'suhareke'),
    ('01900000-0000-7000-8000-000000000135', 'viti'),
    ('01900000-0000-7000-8000-000000000136', 'vushtrri'),
    ('01900000-0000-7000-8000-000000000137', 'zubin-potok'),
    ('01900000-0000-7000-8000-000000000138', 'zvecan')
) AS o (id, code) ON m.code = o.code
ON CONFLICT DO NOTHING;

-- ISCO-08 unit groups that young people are placed in; the rest of the list is added the same way.
INSERT INTO occupation (isco_code, name_sq, name_sr, name_en) VALUES
('2142', 'Inxhinier ndërtimi', 'Građevinski inženjer', 'Civil engineer'),
('2151', 'Inxhinier elektrik', 'Elektroinženjer', 'Electrical engineer'),
('2161', 'Arkitekt', 'Arhitekta', 'Building architect'),
('2166', 'Dizajner grafik', 'Grafički dizajner', 'Graphic and multimedia designer'),
('2221', 'Infermier i diplomuar', 'Diplomirana medicinska sestra', 'Nursing professional'),
('2262', 'Farmacist', 'Farmaceut', 'Pharmacist'),
('2264', 'Fizioterapist', 'Fizioterapeut', 'Physiotherapist'),
('2342', 'Edukator i fëmijërisë së hershme', 'Vaspitač', 'Early childhood educator'),
('2411', 'Kontabilist i diplomuar', 'Računovođa', 'Accountant'),
(
    '2431', 'Specialist i marketingut', 'Stručnjak za marketing',
    'Advertising and marketing professional'
),
('2512', 'Zhvillues softueri', 'Razvijalac softvera', 'Software developer'),
('2513', 'Zhvillues uebi', 'Veb programer', 'Web and multimedia developer'),
('2522', 'Administrator sistemesh', 'Administrator sistema', 'Systems administrator'),
('2643', 'Përkthyes', 'Prevodilac', 'Translator, interpreter and other linguist'),
('3112', 'Teknik ndërtimi', 'Građevinski tehničar', 'Civil engineering technician'),
('3113', 'Teknik elektrik', 'Elektrotehničar', 'Electrical engineering technician'),
('3115', 'Teknik i makinerisë', 'Mašinski tehničar', 'Mechanical engineering technician'),
('3213', 'Teknik farmacie', 'Farmaceutski tehničar', 'Pharmaceutical technician and assistant'),
('3214', 'Teknik dentar', 'Zubni tehničar', 'Medical and dental prosthetic technician'),
('3221', 'Infermier', 'Medicinski tehničar', 'Nursing associate professional'),
('3251', 'Asistent dentar', 'Stomatološki asistent', 'Dental assistant and therapist'),
(
    '3313', 'Asistent kontabiliteti', 'Računovodstveni saradnik',
    'Accounting associate professional'
),
('3322', 'Përfaqësues shitjesh', 'Komercijalista', 'Commercial sales representative'),
('3323', 'Blerës', 'Nabavljač', 'Buyer'),
('3331', 'Agjent doganor dhe spedicioni', 'Špediter', 'Clearing and forwarding agent'),
(
    '3343', 'Sekretar administrativ', 'Administrativni sekretar',
    'Administrative and executive secretary'
),
('3423', 'Instruktor fitnesi', 'Fitnes instruktor', 'Fitness and recreation instructor'),
('3431', 'Fotograf', 'Fotograf', 'Photographer'),
('3434', 'Shef kuzhine', 'Šef kuhinje', 'Chef'),
(
    '3511', 'Teknik i operacioneve të TIK-ut', 'Tehničar za IKT operacije',
    'ICT operations technician'
),
(
    '3512', 'Teknik për mbështetje të TIK-ut', 'Tehničar za IKT podršku',
    'ICT user support technician'
),
('3513', 'Teknik rrjetesh', 'Mrežni tehničar', 'Computer network and systems technician'),
('3514', 'Teknik uebi', 'Veb tehničar', 'Web technician'),
('4110', 'Nëpunës zyre', 'Kancelarijski službenik', 'General office clerk'),
('4120', 'Sekretar', 'Sekretar', 'Secretary (general)'),
('4132', 'Operator për futje të të dhënave', 'Operater za unos podataka', 'Data entry clerk'),
('4211', 'Arkëtar banke', 'Bankarski blagajnik', 'Bank teller and related clerk'),
('4221', 'Këshilltar udhëtimesh', 'Turistički savetnik', 'Travel consultant and clerk'),
(
    '4222', 'Informator në qendër thirrjesh', 'Operater u pozivnom centru',
    'Contact centre information clerk'
),
('4224', 'Recepsionist hoteli', 'Hotelski recepcioner', 'Hotel receptionist'),
('4226', 'Recepsionist', 'Recepcioner', 'Receptionist (general)'),
(
    '4311', 'Nëpunës kontabiliteti', 'Knjigovodstveni službenik',
    'Accounting and bookkeeping clerk'
),
('4321', 'Magazinier', 'Magacioner', 'Stock clerk'),
('4323', 'Nëpunës transporti', 'Službenik za transport', 'Transport clerk'),
('5120', 'Kuzhinier', 'Kuvar', 'Cook'),
('5131', 'Kamerier', 'Konobar', 'Waiter'),
('5132', 'Banakier', 'Barmen', 'Bartender'),
('5141', 'Floktar', 'Frizer', 'Hairdresser'),
('5142', 'Kozmetolog', 'Kozmetičar', 'Beautician and related worker'),
('5153', 'Mirëmbajtës ndërtesash', 'Domar', 'Building caretaker'),
('5221', 'Pronar dyqani', 'Trgovac', 'Shopkeeper'),
('5222', 'Mbikëqyrës dyqani', 'Poslovođa prodavnice', 'Shop supervisor'),
('5223', 'Shitës', 'Prodavac', 'Shop sales assistant'),
('5230', 'Arkëtar', 'Kasir', 'Cashier and ticket clerk'),
('5244', 'Shitës përmes telefonit', 'Prodavac putem telefona', 'Contact centre salesperson'),
(
    '5245', 'Punëtor në pompë karburanti', 'Radnik na benzinskoj pumpi',
    'Service station attendant'
),
(
    '5246', 'Shërbyes ushqimi në banak', 'Poslužilac hrane za pultom',
    'Food service counter attendant'
),
('5311', 'Kujdestar fëmijësh', 'Negovatelj dece', 'Child care worker'),
('5322', 'Kujdestar në shtëpi', 'Negovatelj u kući', 'Home-based personal care worker'),
('5414', 'Roje sigurie', 'Radnik obezbeđenja', 'Security guard'),
('6111', 'Kultivues perimesh', 'Ratar i povrtar', 'Field crop and vegetable grower'),
('6112', 'Pemëtar', 'Voćar', 'Tree and shrub crop grower'),
('6113', 'Kopshtar', 'Baštovan', 'Gardener, horticultural and nursery grower'),
('6121', 'Blegtor', 'Stočar', 'Livestock and dairy producer'),
('7111', 'Ndërtues shtëpish', 'Graditelj kuća', 'House builder'),
('7112', 'Murator', 'Zidar', 'Bricklayer and related worker'),
('7115', 'Zdrukthëtar ndërtimi', 'Građevinski stolar', 'Carpenter and joiner'),
('7122', 'Shtrues pllakash', 'Keramičar', 'Floor layer and tile setter'),
('7123', 'Suvatues', 'Gipsar', 'Plasterer'),
('7126', 'Hidraulik', 'Vodoinstalater', 'Plumber and pipe fitter'),
('7127', 'Mekanik i klimatizimit', 'Mehaničar klima uređaja', 'Air conditioning mechanic'),
('7131', 'Bojaxhi', 'Moler', 'Painter and related worker'),
('7212', 'Saldues', 'Zavarivač', 'Welder and flame cutter'),
('7213', 'Llamarinist', 'Limar', 'Sheet metal worker'),
(
    '7223', 'Operator i makinave metalpunuese', 'Operater na mašinama za metal',
    'Metal working machine tool setter'
),
('7231', 'Automekanik', 'Automehaničar', 'Motor vehicle mechanic and repairer'),
('7411', 'Elektricist', 'Električar', 'Building and related electrician'),
('7422', 'Instalues i TIK-ut', 'IKT instalater', 'ICT installer and servicer'),
('7511', 'Kasap', 'Mesar', 'Butcher and related food preparer'),
(
    '7512', 'Furrtar dhe pastiçier', 'Pekar i poslastičar',
    'Baker, pastry-cook and confectionery maker'
),
('7513', 'Prodhues bulmeti', 'Prerađivač mleka', 'Dairy products maker'),
('7522', 'Mobilier', 'Stolar za nameštaj', 'Cabinet-maker and related worker'),
('7531', 'Rrobaqepës', 'Krojač', 'Tailor, dressmaker, furrier and hatter'),
('7534', 'Tapicier', 'Tapetar', 'Upholsterer and related worker'),
(
    '8142', 'Operator i makinave për plastikë', 'Operater na mašinama za plastiku',
    'Plastic products machine operator'
),
('8153', 'Operator i makinës qepëse', 'Operater na šivaćoj mašini', 'Sewing machine operator'),
(
    '8160', 'Operator i prodhimit ushqimor', 'Operater u proizvodnji hrane',
    'Food products machine operator'
),
(
    '8183', 'Operator paketimi', 'Operater pakovanja',
    'Packing, bottling and labelling machine operator'
),
('8322', 'Shofer automjeti', 'Vozač automobila', 'Car, taxi and van driver'),
('8332', 'Shofer kamioni', 'Vozač kamiona', 'Heavy truck and lorry driver'),
('8344', 'Operator piruni ngritës', 'Viljuškarista', 'Lifting truck operator'),
('9112', 'Pastrues', 'Čistač', 'Cleaner and helper in offices and hotels'),
('9313', 'Punëtor ndërtimi', 'Građevinski radnik', 'Building construction labourer'),
('9321', 'Paketues', 'Paker', 'Hand packer'),
('9334', 'Mbushës raftesh', 'Radnik na popuni rafova', 'Shelf filler'),
('9412', 'Ndihmës kuzhine', 'Pomoćni radnik u kuhinji', 'Kitchen helper')
ON CONFLICT DO NOTHING;

-- Gross, a month, full time. Until September 2024 a second amount, EUR 130, held below age 35.
-- Known since the day it came into force at the latest.
INSERT INTO minimum_wage (id, period, monthly_cents, source, recorded_at) VALUES
(
    '01900000-0000-7000-8000-000000000201', '[2011-08-01,2024-10-01)', 17000,
    'Government decision of 2011 on the minimum wage: EUR 170 a month',
    '2011-08-01 00:00+02'
),
(
    '01900000-0000-7000-8000-000000000202', '[2024-10-01,2026-01-01)', 35000,
    'Government decision in force from 2024-10-01: EUR 2.00 an hour, EUR 350 a month',
    '2024-10-01 00:00+02'
),
(
    '01900000-0000-7000-8000-000000000203', '[2026-01-01,2026-07-01)', 42500,
    'Government decision in force from 2026-01-01: EUR 425 a month',
    '2026-01-01 00:00+01'
),
(
    '01900000-0000-7000-8000-000000000204', '[2026-07-01,)', 50000,
    'Government decision in force from 2026-07-01: EUR 500 a month',
    '2026-07-01 00:00+02'
)
ON CONFLICT DO NOTHING;

INSERT INTO scheme (id, code, name_sq, name_sr, name_en) VALUES
(
    '01900000-0000-7000-8000-000000000301', 'WS-70',
    'Subvencionim i pagës 70 %', 'Subvencija zarade 70 %', 'Wage subsidy 70 %'
),
(
    '01900000-0000-7000-8000-000000000302', 'SP-FLAT',
    'Mbështetje mujore për të rinjtë', 'Mesečna podrška za mlade', 'Monthly support for youth'
)
ON CONFLICT DO NOTHING;

-- The versions are documents: service/schemes/shipped/kosovo, loaded beside this file.

INSERT INTO budget_line (id, scheme_id, name) VALUES
(
    '01900000-0000-7000-8000-000000000401', '01900000-0000-7000-8000-000000000301',
    'WS-70 wage subsidies'
),
(
    '01900000-0000-7000-8000-000000000402', '01900000-0000-7000-8000-000000000302',
    'SP-FLAT youth support'
)
ON CONFLICT DO NOTHING;

INSERT INTO ledger_account (id, budget_line_id, kind) VALUES
(
    '01900000-0000-7000-8000-000000000411', '01900000-0000-7000-8000-000000000401', 'treasury'
),
(
    '01900000-0000-7000-8000-000000000412', '01900000-0000-7000-8000-000000000401', 'appropriation'
),
(
    '01900000-0000-7000-8000-000000000413', '01900000-0000-7000-8000-000000000401', 'committed'
),
(
    '01900000-0000-7000-8000-000000000414', '01900000-0000-7000-8000-000000000401', 'calculated'
),
(
    '01900000-0000-7000-8000-000000000415', '01900000-0000-7000-8000-000000000401', 'approved'
),
(
    '01900000-0000-7000-8000-000000000416', '01900000-0000-7000-8000-000000000401', 'in_transit'
),
(
    '01900000-0000-7000-8000-000000000417', '01900000-0000-7000-8000-000000000401', 'paid'
),
(
    '01900000-0000-7000-8000-000000000418', '01900000-0000-7000-8000-000000000401', 'returned'
),
(
    '01900000-0000-7000-8000-000000000419', '01900000-0000-7000-8000-000000000401', 'recoverable'
),
(
    '01900000-0000-7000-8000-000000000421', '01900000-0000-7000-8000-000000000402', 'treasury'
),
(
    '01900000-0000-7000-8000-000000000422', '01900000-0000-7000-8000-000000000402', 'appropriation'
),
(
    '01900000-0000-7000-8000-000000000423', '01900000-0000-7000-8000-000000000402', 'committed'
),
(
    '01900000-0000-7000-8000-000000000424', '01900000-0000-7000-8000-000000000402', 'calculated'
),
(
    '01900000-0000-7000-8000-000000000425', '01900000-0000-7000-8000-000000000402', 'approved'
),
(
    '01900000-0000-7000-8000-000000000426', '01900000-0000-7000-8000-000000000402', 'in_transit'
),
(
    '01900000-0000-7000-8000-000000000427', '01900000-0000-7000-8000-000000000402', 'paid'
),
(
    '01900000-0000-7000-8000-000000000428', '01900000-0000-7000-8000-000000000402', 'returned'
),
(
    '01900000-0000-7000-8000-000000000429', '01900000-0000-7000-8000-000000000402', 'recoverable'
),
(
    '01900000-0000-7000-8000-00000000041a', '01900000-0000-7000-8000-000000000401', 'receivable'
),
(
    '01900000-0000-7000-8000-00000000041b', '01900000-0000-7000-8000-000000000401', 'recovered'
),
(
    '01900000-0000-7000-8000-00000000041c', '01900000-0000-7000-8000-000000000401', 'written_off'
),
(
    '01900000-0000-7000-8000-00000000042a', '01900000-0000-7000-8000-000000000402', 'receivable'
),
(
    '01900000-0000-7000-8000-00000000042b', '01900000-0000-7000-8000-000000000402', 'recovered'
),
(
    '01900000-0000-7000-8000-00000000042c', '01900000-0000-7000-8000-000000000402', 'written_off'
)
ON CONFLICT DO NOTHING;

-- The donors are examples; an installation opens its own.
INSERT INTO donor (id, code, name, recorded_at) VALUES
(
    '01900000-0000-7000-8000-000000000601', 'BUDGET', 'Buxheti i Republikës së Kosovës',
    '2024-01-01 08:00:00+00'
),
(
    '01900000-0000-7000-8000-000000000602', 'DONOR-A', 'Donor A (example)',
    '2024-01-01 08:00:00+00'
)
ON CONFLICT DO NOTHING;

-- EUR 15 million to each line; the budget's own money is drawn on first.
INSERT INTO appropriation (
    id, budget_line_id, donor_id, period, priority, amount_cents, document_reference, is_shipped,
    proposed_at, confirmed_at
) VALUES
(
    '01900000-0000-7000-8000-000000000431', '01900000-0000-7000-8000-000000000401',
    '01900000-0000-7000-8000-000000000601', '[2024-01-01,2027-01-01)', 1,
    1000000000, 'Example: budget law', TRUE, '2024-01-01 08:00:00+00', '2024-01-01 08:00:00+00'
),
(
    '01900000-0000-7000-8000-000000000433', '01900000-0000-7000-8000-000000000401',
    '01900000-0000-7000-8000-000000000602', '[2024-01-01,2027-01-01)', 2,
    500000000, 'Example: grant agreement', TRUE, '2024-01-01 08:00:00+00', '2024-01-01 08:00:00+00'
),
(
    '01900000-0000-7000-8000-000000000432', '01900000-0000-7000-8000-000000000402',
    '01900000-0000-7000-8000-000000000601', '[2024-01-01,2027-01-01)', 1,
    1500000000, 'Example: budget law', TRUE, '2024-01-01 08:00:00+00', '2024-01-01 08:00:00+00'
)
ON CONFLICT DO NOTHING;

-- The same in the ledger: credit treasury, debit appropriation.
INSERT INTO transfer (
    id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason, source_type,
    source_id, effective_on, recorded_at
) VALUES
(
    '01900000-0000-7000-8000-000000000431', '01900000-0000-7000-8000-000000000401',
    '01900000-0000-7000-8000-000000000412', '01900000-0000-7000-8000-000000000411',
    1000000000, 'appropriated', 'appropriation', '01900000-0000-7000-8000-000000000431',
    '2024-01-01', '2024-01-01 08:00:00+00'
),
(
    '01900000-0000-7000-8000-000000000433', '01900000-0000-7000-8000-000000000401',
    '01900000-0000-7000-8000-000000000412', '01900000-0000-7000-8000-000000000411',
    500000000, 'appropriated', 'appropriation', '01900000-0000-7000-8000-000000000433',
    '2024-01-01', '2024-01-01 08:00:00+00'
),
(
    '01900000-0000-7000-8000-000000000432', '01900000-0000-7000-8000-000000000402',
    '01900000-0000-7000-8000-000000000422', '01900000-0000-7000-8000-000000000421',
    1500000000, 'appropriated', 'appropriation', '01900000-0000-7000-8000-000000000432',
    '2024-01-01', '2024-01-01 08:00:00+00'
)
ON CONFLICT DO NOTHING;

-- De minimis: Regulation 04/2020 under Law 05/L-100 on State aid.
INSERT INTO state_aid_rule (
    id, valid, ceiling_cents, years, excess_policy, source, recorded_at
) VALUES
(
    '01900000-0000-7000-8000-000000000701', '[2020-01-01,)', 20000000, 3, 'block',
    'Regulation 04/2020, Law 05/L-100', '2020-01-01 00:00+01'
)
ON CONFLICT DO NOTHING;

-- Account and BIC are examples with valid check digits; an installation sets its own.
-- The channel for small payments takes 9 999 EUR of one payee in a file, the gross one the rest.
INSERT INTO bank_profile (
    id, name, number, debtor_name, debtor_iban, debtor_bic, version, service_level, charge_bearer,
    purpose, category_purpose, address_form, is_batch_booked, letters, payments_per_file_max,
    file_cents_max, payment_cents_max, payee_cents_max, cut_off, days_ahead_max, proposed_at,
    confirmed_at
) VALUES
(
    '01900000-0000-7000-8000-000000000501', 'treasury', 1, 'Agjencia e Punësimit',
    'XK051000130000041708', 'AGPNXKPR', 'pain.001.001.09', NULL, 'SHAR', 'AEMP', 'GOVT', 'none',
    FALSE,
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,''+ ',
    100000, 99999999999, 99999999999, 999900, '14:00', 30, '2024-01-01 08:00:00+00',
    '2024-01-01 08:00:00+00'
)
ON CONFLICT DO NOTHING;
