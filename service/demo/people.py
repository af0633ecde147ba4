"""Who lives where: the communities of each municipality, and the names they give."""

from collections.abc import Mapping
from random import Random

from service.demo.chance import weighted

Shares = tuple[tuple[str, float], ...]

# Shares by majority and by the larger minorities; rough, for plausibility only.
USUAL: Shares = (("albanian", 97.5), ("ashkali", 1.5), ("roma", 0.5), ("bosniak", 0.5))
SERBIAN: Shares = (("serbian", 92), ("albanian", 6), ("roma", 2))
COMMUNITIES: Mapping[str, Shares] = {
    **dict.fromkeys(
        (
            "gracanice",
            "kllokot",
            "leposaviq",
            "mitrovice-e-veriut",
            "novoberde",
            "partesh",
            "ranillug",
            "shterpce",
            "zubin-potok",
            "zvecan",
        ),
        SERBIAN,
    ),
    "mamushe": (("turkish", 93), ("albanian", 6), ("roma", 1)),
    "prizren": (("albanian", 81), ("bosniak", 10), ("turkish", 6), ("roma", 3)),
    "dragash": (("albanian", 60), ("bosniak", 40)),
    "peje": (("albanian", 91), ("bosniak", 5), ("ashkali", 3), ("roma", 1)),
    "istog": (("albanian", 92), ("bosniak", 4), ("ashkali", 4)),
    "gjakove": (("albanian", 92), ("ashkali", 7), ("roma", 1)),
    "fushe-kosove": (("albanian", 87), ("ashkali", 11), ("serbian", 2)),
    "obiliq": (("albanian", 91), ("serbian", 5), ("ashkali", 4)),
    "kamenice": (("albanian", 94), ("serbian", 5), ("roma", 1)),
    "prishtine": (("albanian", 97), ("turkish", 1.5), ("ashkali", 1), ("serbian", 0.5)),
    "gjilan": (("albanian", 97), ("turkish", 1.5), ("serbian", 1), ("roma", 0.5)),
}
LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "albanian": ("sq",),
    "serbian": ("sr",),
    "turkish": ("tr", "sq"),
    "bosniak": ("bs", "sr", "sq"),
    "roma": ("rom", "sr", "sq"),
    "ashkali": ("sq",),
}

_ALBANIAN_WOMEN = (
    "Adelina Albulena Alma Anita Arbenita Arbnora Ardita Arta Besa Besarta Blerina Blerta"
    " Dafina Diellza Donjeta Dorentina Drita Edona Elira Elona Era Erblina Fjolla Flaka Fitore"
    " Gentiana Gresa Hana Jehona Kaltrina Kosovare Leonora Leutrime Liridona Majlinda Medina"
    " Mimoza Njomëza Pranvera Qëndresa Rina Rita Rrezarta Shkurte Shpresa Shqipe Teuta Valbona"
    " Venera Vjosa Vlora Yllka Zana Drenusha Lulëzime"
)
_ALBANIAN_MEN = (
    "Agon Albin Alban Altin Arber Arbër Ardian Arlind Art Astrit Bardhyl Besart Besnik Blendi"
    " Blerim Burim Butrint Dardan Diell Dion Driton Drin Eduart Endrit Engjëll Erblin Ermal"
    " Fatbardh Fatos Flamur Florent Gent Granit Gëzim Ilir Jeton Kastriot Kushtrim Labinot Leart"
    " Leotrim Liridon Lulzim Mentor Muhamet Përparim Petrit Qëndrim Rinor Shkëlzen Shpend Trim"
    " Valon Veton Visar Ylli Zef Çlirim"
)
_ALBANIAN_FAMILIES = (
    "Ademi Ahmeti Avdiu Bajrami Beqiri Berisha Bislimi Bytyçi Demiri Dërmaku Elshani Fazliu"
    " Gashi Gërguri Gërvalla Hajdini Halili Haliti Haxhiu Hoti Hoxha Hyseni Ibrahimi Islami"
    " Jashari Kastrati Kelmendi Këpuska Krasniqi Kryeziu Latifi Limani Maliqi Maloku Mehmeti"
    " Morina Murati Musliu Mustafa Nikçi Nimani Olluri Osmani Podvorica Pllana Qerimi Rama"
    " Ramadani Rexhepi Sadiku Salihu Sejdiu Selimi Shabani Shala Sopi Spahiu Syla Tahiri Thaçi"
    " Ukaj Veseli Vitia Xhemajli Ymeri Zeka Zeqiri Zogaj Çeku Çitaku Çollaku"
)
_ASHKALI_FAMILIES = "Berisha Bislimi Gashi Hajdini Krasniqi Musliu Osmani Qerimi Salihu Shala"
_SERBIAN_WOMEN = (
    "Ana Aleksandra Anđela Dragana Dušica Đurđa Ivana Jasmina Jelena Jovana Katarina Kristina"
    " Ljiljana Maja Marija Marijana Milena Milica Mirjana Nataša Nevena Nikolina Sanja Snežana"
    " Sonja Suzana Tamara Tanja Teodora Vesna Žaklina Živana"
)
_SERBIAN_MEN = (
    "Aleksandar Boban Bojan Branislav Damjan Dejan Dragan Dušan Đorđe Filip Goran Igor Ivan"
    " Jovan Lazar Luka Marko Milan Miloš Miroslav Nebojša Nemanja Nenad Nikola Petar Predrag"
    " Saša Slobodan Srđan Stefan Uroš Vladimir Vuk Žarko Željko"
)
_SERBIAN_FAMILIES = (
    "Antić Arsić Bogdanović Božović Cvetković Denić Dimić Đekić Đorđević Đurić Filipović Ilić"
    " Ivanović Janićijević Jevtić Jovanović Kostić Krstić Lazić Maksimović Marković Milenković"
    " Milošević Mitrović Nedeljković Nikolić Pavlović Perić Petković Petrović Popović"
    " Radosavljević Savić Simić Spasić Stanković Stojanović Stojković Trajković Vasić Vučković"
    " Zdravković Živković Šarić Čanović Ćirić"
)
_TURKISH_WOMEN = "Ayşe Aylin Aysel Elif Emine Fatma Gülten Melek Nurcan Sevgi Sibel Şükran"
_TURKISH_MEN = "Ahmet Burak Cemil Emre Enis Ercan Kadir Levent Murat Orhan Tahir Yılmaz"
_TURKISH_FAMILIES = "Bütüç Kabaş Kovaç Mazrek Morina Safçı Şala Taç Tüfekçi Volkan"
_BOSNIAK_WOMEN = "Aida Amela Amra Azra Emina Lejla Medina Merjem Nermina Sabina Selma Zehra"
_BOSNIAK_MEN = "Adnan Amir Almir Damir Edin Emir Haris Jasmin Kenan Mirsad Nihad Senad"
_BOSNIAK_FAMILIES = (
    "Bajramović Balić Ćemalović Ćuljević Hadžić Ibrahimović Kurtić Muratović Purić Redžepagić"
    " Šabanović Skenderović Vučetović"
)
_ROMA_WOMEN = "Ajša Elvira Fatima Ganimete Hatidže Nazmije Sanela Sevdije Suzana Zumreta"
_ROMA_MEN = "Arton Bajram Bekim Deniz Enver Gazmend Nedžmedin Rahman Safet Skender"
_ROMA_FAMILIES = "Berisha Bećiri Dibrani Gashnjani Kovači Mehmeti Osmani Ramadani Toplica"
_POOLS = {
    "albanian": (_ALBANIAN_WOMEN, _ALBANIAN_MEN, _ALBANIAN_FAMILIES),
    "ashkali": (_ALBANIAN_WOMEN, _ALBANIAN_MEN, _ASHKALI_FAMILIES),
    "serbian": (_SERBIAN_WOMEN, _SERBIAN_MEN, _SERBIAN_FAMILIES),
    "turkish": (_TURKISH_WOMEN, _TURKISH_MEN, _TURKISH_FAMILIES),
    "bosniak": (_BOSNIAK_WOMEN, _BOSNIAK_MEN, _BOSNIAK_FAMILIES),
    "roma": (_ROMA_WOMEN, _ROMA_MEN, _ROMA_FAMILIES),
}
NAMES: Mapping[str, tuple[list[str], ...]] = {
    community: tuple(names.split() for names in pools) for community, pools in _POOLS.items()
}


def community_in(chance: Random, municipality: str) -> str:
    """A community, as likely as its share of the municipality."""
    return weighted(chance, COMMUNITIES.get(municipality, USUAL))


def name_in(chance: Random, community: str, sex: str) -> tuple[str, str]:
    """A given and a family name of a community, with its own letters."""
    women, men, families = NAMES[community]
    return chance.choice(women if sex == "female" else men), chance.choice(families)
