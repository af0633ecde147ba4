-- The reasons of reason_codes.sql in Albanian and Serbian. A code that has no such name, because
-- somebody added it, is told in English.
UPDATE reason_code AS r
SET
    name_sq = told.name_sq,
    name_sr = told.name_sr
FROM (
    VALUES
    ('AC01', 'Numri i llogarisë i gabuar', 'Pogrešan broj računa'),
    ('AC03', 'Numri i llogarisë së marrësit i pavlefshëm', 'Nevažeći broj računa primaoca'),
    ('AC02', 'Numri i llogarisë sonë i pavlefshëm', 'Nevažeći broj našeg računa'),
    ('RC01', 'Identifikuesi i bankës i gabuar', 'Pogrešna oznaka banke'),
    ('RC04', 'Identifikuesi i bankës së marrësit i gabuar', 'Pogrešna oznaka banke primaoca'),
    (
        'RC08',
        'Identifikuesi i klerimit të bankës së marrësit i gabuar',
        'Pogrešna klirinška oznaka banke primaoca'
    ),
    (
        'RC10',
        'Identifikuesi i klerimit të bankës së marrësit i pavlefshëm',
        'Nevažeća klirinška oznaka banke primaoca'
    ),
    ('AC12', 'Lloji i llogarisë i pavlefshëm', 'Nevažeća vrsta računa'),
    ('AC13', 'Lloji i llogarisë sonë i pavlefshëm', 'Nevažeća vrsta našeg računa'),
    ('AC14', 'Lloji i llogarisë së marrësit i pavlefshëm', 'Nevažeća vrsta računa primaoca'),
    ('AC15', 'Të dhënat e llogarisë kanë ndryshuar', 'Podaci o računu su promenjeni'),
    ('BE06', 'Marrësi nuk njihet atje', 'Primalac tamo nije poznat'),
    ('BE08', 'Mungon emri i paguesit', 'Nedostaje ime platioca'),
    ('AC04', 'Llogaria e mbyllur', 'Račun zatvoren'),
    ('AC05', 'Llogaria jonë e mbyllur', 'Naš račun zatvoren'),
    ('AC06', 'Llogaria e bllokuar', 'Račun blokiran'),
    ('AC07', 'Llogaria e marrësit e mbyllur', 'Račun primaoca zatvoren'),
    ('AC08', 'Kodi i degës së llogarisë i pavlefshëm', 'Nevažeći kod filijale računa'),
    ('AG01', 'Pagesat në këtë llogari janë të ndaluara', 'Plaćanja na ovaj račun nisu dozvoljena'),
    ('ED05', 'Shlyerja dështoi', 'Poravnanje nije uspelo'),
    (
        'RR12',
        'Identifikimi i marrësit nuk i plotëson rregullat',
        'Identifikacija primaoca ne ispunjava pravila'
    ),
    (
        'CNOR',
        'Banka e marrësit nuk është e regjistruar në këtë klerim',
        'Banka primaoca nije registrovana u ovom kliringu'
    ),
    ('SP01', 'Urdhër ndalimi mbi llogarinë', 'Nalog za obustavu na računu'),
    ('SP02', 'Urdhër ndalimi i mëparshëm mbi llogarinë', 'Raniji nalog za obustavu na računu'),
    (
        'AM04',
        'Llogaria paguese nuk ka mjete të mjaftueshme',
        'Nema dovoljno sredstava na računu platioca'
    ),
    ('AM23', 'Shuma mbi kufirin e shlyerjes', 'Iznos iznad granice poravnanja'),
    ('AM14', 'Shuma mbi kufirin e rënë dakord', 'Iznos iznad ugovorene granice'),
    ('AM02', 'Shuma nuk lejohet', 'Iznos nije dozvoljen'),
    ('AM05', 'Pagesë e dyfishtë', 'Dvostruko plaćanje'),
    ('DU01', 'Identifikimi i mesazhit është përdorur më parë', 'Oznaka poruke je već korišćena'),
    ('DU02', 'Identifikimi i bllokut është përdorur më parë', 'Oznaka bloka je već korišćena'),
    ('DU03', 'Identifikimi i pagesës është përdorur më parë', 'Oznaka plaćanja je već korišćena'),
    (
        'DU04',
        'Identifikimi nga fundi në fund është përdorur më parë',
        'Oznaka od početka do kraja je već korišćena'
    ),
    ('DU05', 'Identifikimi i urdhrit është përdorur më parë', 'Oznaka naloga je već korišćena'),
    ('DUPL', 'Pagesa është dyfishim i një tjetre', 'Plaćanje je duplikat drugog'),
    ('FRAD', 'Thuhet se është mashtrim', 'Navodno prevara'),
    ('FR01', 'Kthyer për shkak të mashtrimit', 'Vraćeno zbog prevare'),
    ('BE01', 'Emri ose të dhënat e palës nuk përputhen', 'Ime ili podaci strane se ne slažu'),
    (
        'BE04',
        'Adresa e marrësit mungon ose është e gabuar',
        'Adresa primaoca nedostaje ili je pogrešna'
    ),
    ('BE05', 'Pala nismëtare nuk njihet', 'Pokretač nije prepoznat'),
    (
        'BE07',
        'Adresa e paguesit mungon ose është e gabuar',
        'Adresa platioca nedostaje ili je pogrešna'
    ),
    ('BE09', 'Shteti i pavlefshëm', 'Nevažeća država'),
    ('BE10', 'Shteti i paguesit i pavlefshëm', 'Nevažeća država platioca'),
    ('BE11', 'Shteti i marrësit i pavlefshëm', 'Nevažeća država primaoca'),
    ('BE15', 'Kodi i identifikimit i pavlefshëm', 'Nevažeći identifikacioni kod'),
    (
        'BE16',
        'Kodi i identifikimit të paguesit i pavlefshëm',
        'Nevažeći identifikacioni kod platioca'
    ),
    (
        'BE17',
        'Kodi i identifikimit të marrësit i pavlefshëm',
        'Nevažeći identifikacioni kod primaoca'
    ),
    ('BE19', 'Bartësi i shpenzimeve i pavlefshëm', 'Nevažeći nosilac troškova'),
    ('BE20', 'Emri më i gjatë se sa lejohet', 'Ime duže nego što je dozvoljeno'),
    ('BE21', 'Mungon emri', 'Nedostaje ime'),
    ('BE22', 'Mungon emri i marrësit', 'Nedostaje ime primaoca'),
    (
        'RR01',
        'Mungon llogaria ose identifikimi i paguesit, sipas rregullores',
        'Nedostaje račun ili identifikacija platioca, prema propisu'
    ),
    (
        'RR02',
        'Mungon emri ose adresa e paguesit, sipas rregullores',
        'Nedostaje ime ili adresa platioca, prema propisu'
    ),
    (
        'RR03',
        'Mungon emri ose adresa e marrësit, sipas rregullores',
        'Nedostaje ime ili adresa primaoca, prema propisu'
    ),
    ('RR04', 'Arsye rregullatore', 'Regulatorni razlog'),
    ('RR05', 'Raportimi rregullator i pavlefshëm', 'Nevažeće regulatorno izveštavanje'),
    ('RR06', 'Të dhënat tatimore të pavlefshme', 'Nevažeći poreski podaci'),
    (
        'RR07',
        'Përshkrimi i pagesës nuk u përshtatet rregullave',
        'Svrha plaćanja ne odgovara pravilima'
    ),
    (
        'RR09',
        'Referenca e strukturuar e marrësit e pavlefshme',
        'Nevažeći strukturisani poziv na broj primaoca'
    ),
    ('RR10', 'Shkronjë që nuk lejohet', 'Znak nije dozvoljen'),
    (
        'RR11',
        'Identifikimi i shërbimit të bankës së paguesit i pavlefshëm',
        'Nevažeća oznaka usluge banke platioca'
    ),
    ('MD07', 'Mbajtësi i llogarisë ka vdekur', 'Vlasnik računa je preminuo'),
    ('FOCR', 'Kthyer pas kërkesës sonë për kthim', 'Vraćeno posle našeg opoziva'),
    ('CUST', 'Kërkuar nga paguesi', 'Zatražio platilac'),
    ('TM01', 'Erdhi pas orarit të fundit', 'Stiglo posle krajnjeg vremena'),
    ('DT01', 'Data e pavlefshme', 'Nevažeći dan'),
    ('DT02', 'Data e krijimit e pavlefshme', 'Nevažeći dan izrade'),
    ('DT03', 'Nuk është ditë kur bankat shlyejnë', 'Nije dan na koji banke poravnavaju'),
    ('DT04', 'Data në të ardhmen nuk mbështetet', 'Dan u budućnosti nije podržan'),
    ('CH03', 'Data e ekzekutimit tepër larg në të ardhmen', 'Dan izvršenja predaleko unapred'),
    ('CH04', 'Data e ekzekutimit tepër larg në të kaluarën', 'Dan izvršenja predaleko unazad'),
    ('CH07', 'Elementi nuk përdoret në këto nivele', 'Element se ne koristi na ovim nivoima'),
    ('CH15', 'Përshkrimi i pagesës tepër i gjatë', 'Svrha plaćanja preduga'),
    ('CH16', 'Elementi nuk është siç e kërkon formati', 'Element nije kako format zahteva'),
    ('CH17', 'Elementi nuk lejohet', 'Element nije dozvoljen'),
    (
        'CH19',
        'Data u shty në ditën e ardhshme të shlyerjes',
        'Dan pomeren na sledeći dan poravnanja'
    ),
    (
        'CH20',
        'Dhjetoret e shumës nuk lejohen në këtë valutë',
        'Decimale iznosa nisu dozvoljene u ovoj valuti'
    ),
    ('CH21', 'Mungon një element i detyrueshëm', 'Nedostaje obavezni element'),
    ('FF01', 'Formati i skedarit ose i mesazhit i gabuar', 'Pogrešan format datoteke ili poruke'),
    ('FF02', 'Gabim sintakse', 'Sintaksna greška'),
    ('FF03', 'Lloji i pagesës i gabuar', 'Pogrešna vrsta plaćanja'),
    ('FF04', 'Niveli i shërbimit i gabuar', 'Pogrešan nivo usluge'),
    ('FF05', 'Instrumenti lokal i gabuar', 'Pogrešan lokalni instrument'),
    ('FF06', 'Kategoria e qëllimit e gabuar', 'Pogrešna kategorija svrhe'),
    ('FF07', 'Qëllimi i gabuar', 'Pogrešna svrha'),
    ('FF08', 'Identifikimi nga fundi në fund i gabuar', 'Pogrešna oznaka od početka do kraja'),
    ('FF10', 'Gabim gjatë përpunimit në bankë', 'Greška u obradi u banci'),
    ('AG02', 'Kodi i operacionit bankar i pavlefshëm', 'Nevažeći kod bankarske operacije'),
    ('AG03', 'Lloji i transaksionit nuk mbështetet', 'Vrsta transakcije nije podržana'),
    ('AG07', 'Debitimi direkt nuk pati sukses', 'Direktno zaduženje nije uspelo'),
    ('AG08', 'Të drejtat e qasjes të pavlefshme', 'Nevažeća prava pristupa'),
    ('AG09', 'Pagesa nuk është pranuar', 'Plaćanje nije primljeno'),
    ('AG10', 'Banka e pezulluar nga klerimi', 'Banka isključena iz kliringa'),
    ('AM10', 'Shuma e kontrollit ndryshon', 'Kontrolni zbir se razlikuje'),
    ('AM18', 'Numri i pagesave i gabuar', 'Pogrešan broj plaćanja'),
    ('AM19', 'Numri i pagesave e kalon kufirin', 'Broj plaćanja prelazi granicu'),
    ('AM16', 'Shuma e kontrollit e grupit e gabuar', 'Pogrešan kontrolni zbir grupe'),
    ('AM17', 'Shuma e kontrollit e një blloku e gabuar', 'Pogrešan kontrolni zbir bloka'),
    ('RC03', 'Identifikuesi i bankës së paguesit i pavlefshëm', 'Nevažeća oznaka banke platioca'),
    (
        'RC07',
        'Identifikuesi (BIC) i bankës së marrësit i pavlefshëm',
        'Nevažeća oznaka (BIC) banke primaoca'
    ),
    ('RC05', 'Formati i identifikuesit të bankës i gabuar', 'Pogrešan format oznake banke'),
    (
        'RC06',
        'Formati i identifikuesit të bankës së paguesit i gabuar',
        'Pogrešan format oznake banke platioca'
    ),
    (
        'RC09',
        'Identifikuesi i klerimit të bankës së paguesit i pavlefshëm',
        'Nevažeća klirinška oznaka banke platioca'
    ),
    ('RC11', 'Identifikuesi i një ndërmjetësi i gabuar', 'Pogrešna oznaka posrednika'),
    ('AB05', 'Koha skadoi te banka e marrësit', 'Isteklo vreme kod banke primaoca'),
    ('AB06', 'Koha skadoi te një ndërmjetës', 'Isteklo vreme kod posrednika'),
    ('AB07', 'Banka e marrësit jashtë linje', 'Banka primaoca nije na mreži'),
    ('AB08', 'Banka e marrësit e paarritshme', 'Banka primaoca nedostupna'),
    ('AB09', 'Gabim te banka e marrësit', 'Greška kod banke primaoca'),
    ('AB10', 'Gabim te një ndërmjetës', 'Greška kod posrednika'),
    ('ED01', 'Banka korrespondente nuk është e mundur', 'Korespondentska banka nije moguća'),
    ('ED03', 'Kërkohet informacion për gjendjen', 'Traži se podatak o stanju'),
    ('ED06', 'Sistemi i shlyerjes i padisponueshëm', 'Sistem poravnanja nedostupan'),
    ('TD01', 'Nuk ka të dhëna në skedar', 'Nema podataka u datoteci'),
    ('TD02', 'Skedari nuk lexohet', 'Datoteka se ne može pročitati'),
    ('TD03', 'Struktura e skedarit e gabuar', 'Pogrešna struktura datoteke'),
    ('TA01', 'Transmetimi u ndërpre', 'Prenos prekinut'),
    ('AM01', 'Shuma është zero', 'Iznos je nula'),
    ('AM03', 'Valuta nuk lejohet', 'Valuta nije dozvoljena'),
    ('AM06', 'Shuma nën minimumin', 'Iznos ispod najmanjeg'),
    ('AM07', 'Shuma e bllokuar', 'Iznos blokiran'),
    ('AM09', 'Shuma e gabuar', 'Pogrešan iznos'),
    ('AM11', 'Valuta e gabuar', 'Pogrešna valuta'),
    ('AM12', 'Shuma e pavlefshme', 'Nevažeći iznos'),
    ('AM13', 'Shuma mbi kufirin e klerimit', 'Iznos iznad granice kliringa'),
    ('AM15', 'Shuma nën kufirin e klerimit', 'Iznos ispod granice kliringa'),
    ('CURR', 'Valuta e gabuar', 'Pogrešna valuta'),
    ('MS02', 'Marrësi e refuzoi, pa dhënë arsye', 'Primalac odbio, bez navođenja razloga'),
    ('MS03', 'Banka e refuzoi, pa dhënë arsye', 'Banka odbila, bez navođenja razloga'),
    ('NARR', 'Arsyeja e dhënë si tekst', 'Razlog naveden kao tekst'),
    ('LEGL', 'Arsye ligjore', 'Pravni razlog'),
    ('TECH', 'Arsye teknike', 'Tehnički razlog'),
    ('NOAS', 'Marrësi nuk u përgjigj', 'Primalac nije odgovorio'),
    ('NOOR', 'Nuk është pranuar pagesë fillestare', 'Nije primljeno prvobitno plaćanje'),
    ('UPAY', 'Pagesa nuk detyrohet', 'Plaćanje se ne duguje'),
    ('AGNT', 'Bankë e gabuar', 'Pogrešna banka'),
    ('ARDT', 'Kthyer tashmë', 'Već vraćeno'),
    (
        'RUTA',
        'Kthyer pas një kërkese që nuk mund të merrte përgjigje',
        'Vraćeno posle upita na koji se nije moglo odgovoriti'
    ),
    ('SVNR', 'Shërbimi nuk është kryer', 'Usluga nije pružena'),
    ('SL11', 'Marrësi nuk është në listën e paguesit', 'Primalac nije na spisku platioca'),
    ('SL12', 'Marrësi në listën e bllokimit të paguesit', 'Primalac na spisku blokiranih platioca'),
    ('MD01', 'Nuk ka autorizim', 'Nema ovlašćenja'),
    ('MD02', 'Mungojnë të dhënat e autorizimit', 'Nedostaju podaci o ovlašćenju'),
    ('MD05', 'Arkëtuar ndonëse nuk detyrohej', 'Naplaćeno iako se nije dugovalo'),
    ('MD06', 'Paguesi i kërkon paratë mbrapsht', 'Platilac traži novac nazad')
) AS told (code, name_sq, name_sr)
WHERE r.code = told.code;
