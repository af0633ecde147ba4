"""A letter can be read by everybody, is the same each time, and takes no orders from its words."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import typst

from service.i18n import LANGUAGES
from service.letters import printing
from service.letters.model import Section
from service.letters.printing import LETTERS, print_paper, printable_text
from tests.letters.papers import MADE_AT, paper, printed, saying
from tests.letters.reading import read_pdf

ORDERS = [
    '#eval("1 + 1")',
    '#read("/etc/passwd")',
    '#include "letter.typ"',
    '#import "@preview/cetz:0.3.0"',
    "$ x^2 $ *strong* _weak_ `raw` @label <label> = Heading",
    "\\ \\u{41} \\#a \"quoted\" 'single' // no comment /* none */",
    "#{panic()}",
    "]#text(fill: white)[",
    '"); #sys.inputs',
]


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_letter_can_be_read_without_seeing_it(language: str) -> None:
    read = read_pdf(printed(language=language))

    assert (read.title, read.language) == ("Pasqyra e pagesave, tetor 2026", language)
    assert read.is_marked
    assert read.shows_title
    assert read.claims_ua
    assert not read.unembedded


def test_headings_and_the_head_of_a_table_are_what_they_look_like() -> None:
    read = read_pdf(printed())

    assert read.of_role("H1") == ["Pasqyra e pagesave, tetor 2026"]
    assert read.of_role("H2") == ["Pagesat", "Teksti"]
    assert read.of_role("H3") == ["Si u llogarit"]
    assert read.of_role("TH") == ["Muaji", "Shuma"]
    assert read.of_role("Caption") == ["Sipas muajve"]
    assert "tetor 2026" in read.of_role("TD")


def test_it_is_read_in_the_order_in_which_it_is_written() -> None:
    text = read_pdf(printed()).text

    order = [
        "Agjencia e Punësimit",
        "L-0123456789",
        "Çelik Ndërtimi Sh.p.k.",
        "Pasqyra e pagesave",
        "Një fjali.",
        "Sipas muajve",
        "Hapi i parë.",
        "Hapi i dytë.",
        "Rreshti 1",
        "Ред 2",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_the_same_letter_is_the_same_bytes_and_another_moment_is_not() -> None:
    first = print_paper(paper(), reference="L-1", made_at=MADE_AT)

    again = print_paper(paper(), reference="L-1", made_at=MADE_AT)
    later = print_paper(paper(), reference="L-1", made_at=MADE_AT + timedelta(seconds=1))

    assert first == again
    assert first != later


@pytest.mark.parametrize("order", ORDERS)
def test_what_people_type_is_printed_and_never_obeyed(order: str) -> None:
    read = read_pdf(saying(order))

    assert read.title == f"T {order}"
    assert read.of_role("LBody")[2:] == [order, order]
    assert "root:" not in read.text


def test_the_layout_reads_nothing_but_its_facts() -> None:
    layout = printing.MAIN.read_text()

    called = set(re.findall(r"\b(read|eval|plugin|csv|yaml|toml|xml|cbor|image|json)\(", layout))
    assert called == {"json"}
    assert layout.count("json(bytes(sys.inputs.facts))") == layout.count("json(")
    assert not re.search(r"#(import|include)\b|@preview", layout)


def test_the_typesetter_reads_no_file_outside_its_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "secret.txt"
    inside.mkdir()
    outside.write_text("secret")
    (inside / "main.typ").write_text('#read("../secret.txt")')

    with pytest.raises(typst.TypstError):
        typst.Compiler(inside / "main.typ", root=inside).compile(format="pdf")
    assert {file.name for file in printing.FOLDER.iterdir()} == {"letter.typ"}


def test_a_name_too_long_for_a_line_breaks_and_stays_whole() -> None:
    name = "Ndërmarrja" * 60

    read = read_pdf(printed(recipient=[name]))

    assert name in read.text.replace("\u200b", "").replace("\n", "")


def test_a_text_of_ten_thousand_letters_without_a_space_is_printed() -> None:
    text = "Ж" * 10_000

    read = read_pdf(printed(sections=[Section(heading="H", paragraphs=[text])]))

    assert read.text.count("Ж") == 10_000
    assert read.pages > 1


def test_words_too_long_for_any_place_of_a_letter_leave_it_whole() -> None:
    read = read_pdf(saying("Ж" * 3_000 + "\n" + "W" * 300))

    assert read.pages > 2
    assert read.of_role("TH")[0] == "A"
    assert read.claims_ua


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("Čačak, Đakovica, Këlcyrë, Žabljak", "Čačak, Đakovica, Këlcyrë, Žabljak"),
        ("e\u0308", "ë"),
        ("a\tb", "a b"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("\u202egnirts\u202c", "gnirts"),
        ("well 😀 done", "well □ done"),
        ("中", "□"),
        ("\ue000", "□"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_what_no_letter_exists_for_is_a_square_and_what_controls_is_left_out(
    typed: str, stands: str
) -> None:
    assert printable_text(typed) == stands


def test_every_letter_that_may_stand_can_be_printed_with_the_font_that_is_embedded() -> None:
    every = [chr(code) for first, last in LETTERS for code in range(first, last + 1)]
    lines = ["".join(every[at : at + 40]) for at in range(0, len(every), 40)]

    content = printed(sections=[Section(heading="H", paragraphs=lines)])

    assert b"Libertinus" in content
    assert read_pdf(content).unembedded == []
