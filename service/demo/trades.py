"""What firms do and whom they take: sectors (NACE), occupations (ISCO-08) and wages."""

import msgspec


class Job(msgspec.Struct, frozen=True):
    """An occupation within a trade; pay in per cent of the month's minimum wage, from and to."""

    isco: str
    title: str
    pay: tuple[int, int]
    education: str = "primary"
    skills: tuple[str, ...] = ()
    licence: str | None = None


class Trade(msgspec.Struct, frozen=True):
    """A sector, how common it is, what its firms are called, and its jobs."""

    nace: str
    weight: int
    albanian: str
    serbian: str
    jobs: tuple[Job, ...]


TRADES = (
    Trade(
        "47.11",
        14,
        "Market",
        "Market",
        (
            Job("5223", "Shitës", (100, 120), skills=("customer service",)),
            Job("5230", "Arkëtar", (100, 125), "upper_secondary", ("cash register",)),
            Job("9334", "Mbushës raftesh", (100, 110)),
        ),
    ),
    Trade(
        "56.10",
        13,
        "Restorant",
        "Restoran",
        (
            Job("5131", "Kamerier", (100, 130), skills=("customer service",)),
            Job("5120", "Kuzhinier", (110, 160), "vocational", ("cooking",)),
            Job("9412", "Ndihmës kuzhine", (100, 110)),
        ),
    ),
    Trade(
        "55.10",
        4,
        "Hotel",
        "Hotel",
        (
            Job("4224", "Recepsionist hoteli", (105, 140), "upper_secondary", ("hospitality",)),
            Job("9112", "Pastrues", (100, 110)),
        ),
    ),
    Trade(
        "62.01",
        6,
        "Teknologji",
        "Tehnologija",
        (
            Job("2512", "Zhvillues softueri", (140, 240), "bachelor", ("programming",)),
            Job("2513", "Zhvillues uebi", (130, 220), "upper_secondary", ("web design",)),
            Job(
                "3512",
                "Teknik për mbështetje të TIK-ut",
                (110, 160),
                "upper_secondary",
                ("it support",),
            ),
        ),
    ),
    Trade(
        "41.20",
        12,
        "Ndërtimi",
        "Gradnja",
        (
            Job("7112", "Murator", (120, 180), skills=("masonry",)),
            Job("9313", "Punëtor ndërtimi", (105, 140)),
            Job("3112", "Teknik ndërtimi", (115, 170), "vocational", ("autocad",)),
            Job("7131", "Bojaxhi", (110, 150), skills=("painting",)),
        ),
    ),
    Trade(
        "43.21",
        5,
        "Elektro",
        "Elektro",
        (
            Job("7411", "Elektricist", (115, 170), "vocational", ("electrical installation",)),
            Job("7422", "Instalues i TIK-ut", (110, 150), "vocational", ("network cabling",)),
        ),
    ),
    Trade(
        "43.22",
        3,
        "Instalime",
        "Instalacije",
        (
            Job("7126", "Hidraulik", (110, 160), "vocational", ("plumbing",)),
            Job("7127", "Mekanik i klimatizimit", (115, 160), "vocational", ("air conditioning",)),
        ),
    ),
    Trade(
        "45.20",
        5,
        "Auto Servis",
        "Auto Servis",
        (
            Job("7231", "Automekanik", (105, 160), "vocational", ("car repair",)),
            Job("7213", "Llamarinist", (105, 150), skills=("welding",)),
        ),
    ),
    Trade(
        "25.11",
        4,
        "Metal",
        "Metal",
        (
            Job("7212", "Saldues", (120, 180), "vocational", ("welding",)),
            Job("7223", "Operator i makinave metalpunuese", (110, 150), "vocational"),
        ),
    ),
    Trade(
        "31.09",
        4,
        "Mobileri",
        "Nameštaj",
        (
            Job("7522", "Mobilier", (105, 150), "vocational", ("carpentry",)),
            Job("7534", "Tapicier", (100, 130), skills=("sewing",)),
        ),
    ),
    Trade(
        "14.13",
        4,
        "Tekstil",
        "Tekstil",
        (
            Job("8153", "Operator i makinës qepëse", (100, 120), skills=("sewing",)),
            Job("7531", "Rrobaqepës", (100, 130), skills=("sewing",)),
        ),
    ),
    Trade(
        "10.71",
        6,
        "Furra",
        "Pekara",
        (
            Job("7512", "Furrtar dhe pastiçier", (105, 140), skills=("baking",)),
            Job("5246", "Shërbyes ushqimi në banak", (100, 115)),
        ),
    ),
    Trade(
        "10.51",
        3,
        "Bulmeti",
        "Mlekara",
        (
            Job("7513", "Prodhues bulmeti", (105, 135)),
            Job("8183", "Operator paketimi", (100, 120)),
        ),
    ),
    Trade(
        "01.13",
        4,
        "Agro",
        "Agro",
        (
            Job("6111", "Kultivues perimesh", (100, 120), skills=("greenhouse work",)),
            Job("6112", "Pemëtar", (100, 120)),
        ),
    ),
    Trade(
        "82.20",
        4,
        "Call Center",
        "Kontakt Centar",
        (
            Job(
                "4222",
                "Informator në qendër thirrjesh",
                (110, 160),
                "upper_secondary",
                ("customer service",),
            ),
            Job("5244", "Shitës përmes telefonit", (110, 160), "upper_secondary", ("sales",)),
        ),
    ),
    Trade(
        "69.20",
        3,
        "Kontabiliteti",
        "Računovodstvo",
        (
            Job("4311", "Nëpunës kontabiliteti", (105, 150), "upper_secondary", ("bookkeeping",)),
            Job("3313", "Asistent kontabiliteti", (115, 170), "bachelor", ("bookkeeping",)),
        ),
    ),
    Trade(
        "47.73",
        3,
        "Barnatore",
        "Apoteka",
        (Job("3213", "Teknik farmacie", (105, 140), "vocational", ("pharmacy",)),),
    ),
    Trade(
        "86.23",
        2,
        "Klinika Dentare",
        "Stomatologija",
        (
            Job("3251", "Asistent dentar", (105, 140), "vocational", ("dental care",)),
            Job("3214", "Teknik dentar", (110, 150), "vocational", ("dental care",)),
        ),
    ),
    Trade(
        "88.91",
        3,
        "Çerdhja",
        "Vrtić",
        (
            Job("5311", "Kujdestar fëmijësh", (100, 120), "upper_secondary", ("child care",)),
            Job(
                "2342", "Edukator i fëmijërisë së hershme", (115, 150), "bachelor", ("child care",)
            ),
        ),
    ),
    Trade(
        "96.02",
        3,
        "Salloni",
        "Salon",
        (
            Job("5141", "Floktar", (100, 130), skills=("hairdressing",)),
            Job("5142", "Kozmetolog", (100, 130), skills=("cosmetics",)),
        ),
    ),
    Trade(
        "49.41",
        4,
        "Transport",
        "Transport",
        (
            Job("8322", "Shofer automjeti", (105, 140), licence="B"),
            Job("8332", "Shofer kamioni", (130, 180), licence="C"),
            Job("4323", "Nëpunës transporti", (105, 140), "upper_secondary"),
        ),
    ),
    Trade(
        "52.10",
        3,
        "Logjistika",
        "Logistika",
        (
            Job("4321", "Magazinier", (100, 130), "upper_secondary", ("stock keeping",)),
            Job("9321", "Paketues", (100, 110)),
        ),
    ),
    Trade(
        "73.11",
        2,
        "Media",
        "Media",
        (
            Job("2166", "Dizajner grafik", (115, 180), "upper_secondary", ("graphic design",)),
            Job("2431", "Specialist i marketingut", (120, 180), "bachelor", ("marketing",)),
        ),
    ),
    Trade(
        "22.22",
        2,
        "Plast",
        "Plast",
        (
            Job("8142", "Operator i makinave për plastikë", (105, 135)),
            Job("8183", "Operator paketimi", (100, 120)),
        ),
    ),
)
_COINED = (
    "Alba Arbëria Aurora Dardania Diamant Drini Ereniku Era Flaka Horizonti Iliria Jehona Kalaja"
    " Kosova Lumbardhi Luani Mirusha Prestigj Qendra Rugova Sharri Shkëndija Shqiponja Sitnica"
    " Trendi Ulpiana Vala Valbona Visioni Ylli"
)
_COINED_SERBIAN = (
    "Balkan Beli Dvor Centar Dunav Gračanka Ibar Jugo Kopaonik Morava Nova Rogozna Sunce Šar"
    " Šumadija Zlatar Zora"
)
COINED, COINED_SERBIAN = _COINED.split(), _COINED_SERBIAN.split()
JOBS = {job.isco: job for trade in TRADES for job in trade.jobs}


def trade_of(nace: str) -> Trade:
    """The trade of a sector code."""
    return next(trade for trade in TRADES if trade.nace == nace)
