"""What repeats is read the short way, and comes to what it comes to tag by tag."""

import pytest

from service.bank.messages import AccountReport, BankUpload, MessageKind
from service.bank.reading.files import read_file
from service.bank.reading.letters import AFTER_THE_END, UTF16_MARKS
from service.bank.reading.refusing import NotABankFile
from service.bank.reading.repeating import Repeating
from service.bank.reading.shapes import SHAPES
from tests.bank.reading import corpus
from tests.bank.reading.mutations import mutations, originals

SEED = 20261127
COUNT = 1_500
# After it a file is read tag by tag, for an element may stand in a comment.
COMMENT = b"<!---->"
ENTRY = (
    '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>'
    "<AcctSvcrRef>{reference}</AcctSvcrRef></Ntry>"
)


def outcome(content: bytes) -> BankUpload | str:
    """What is read of a file, or the sentence that refuses it."""
    try:
        return read_file(content)
    except NotABankFile as refused:
        return refused.sentence()


def both_ways(content: bytes) -> tuple[BankUpload | str, BankUpload | str]:
    whole = content.rstrip(AFTER_THE_END)
    return outcome(whole), outcome(whole + COMMENT)


def statement_of(*entries: str) -> bytes:
    return corpus.message("camt.053", "08", corpus.statement("camt.053", "".join(entries))).encode()


def cut_out(content: bytes) -> list[bytes]:
    """The names of the elements that the parser does not see."""
    repeating = Repeating(SHAPES[MessageKind.STATEMENT], corpus.namespace("camt.053", "08"))
    return [
        name
        for _piece, name, units in repeating.parts(content, 0)
        for unit, _fields in units
        if unit == name.decode()
    ]


def test_files_of_all_kinds_and_bent_ones_are_read_alike_both_ways() -> None:
    files = [one for one in originals() if not one.startswith((*UTF16_MARKS, b"PK"))]
    bent = [one for one in mutations(SEED, COUNT) if not one.startswith((*UTF16_MARKS, b"PK"))]

    different = [one for one in files + bent if len({repr(way) for way in both_ways(one)}) > 1]

    assert len(files) > 5
    assert len(bent) > COUNT // 2
    assert different == []


def test_entries_built_alike_are_not_parsed_tag_by_tag() -> None:
    entries = [ENTRY.format(amount=f"{number}.00", reference=f"R{number}") for number in range(9)]

    content = statement_of(*entries)

    assert cut_out(content) == [b"Ntry"] * 9
    (message,) = read_file(content).messages
    assert isinstance(message, AccountReport)
    assert [one.servicer_reference for one in message.statements[0].entries] == [
        f"R{number}" for number in range(9)
    ]


@pytest.mark.parametrize(
    "reference",
    [
        "A &amp; B",
        "&#65;",
        "Ç",
        "  edges  ",
        "",
        "two\nlines",
        "<X>inside</X>",
        "<!-- <Ntry></Ntry> -->",
        "x" * 501,
        "<![CDATA[x]]>",
        "a<b",
        "]]>",
        "~0~",
    ],
)
def test_odd_texts_are_read_alike_both_ways(reference: str) -> None:
    entries = [ENTRY.format(amount="1.00", reference=one) for one in ("R1", reference, "R3")]

    short, long = both_ways(statement_of(*entries))

    assert short == long


def test_an_entry_where_none_can_stand_is_read_alike_both_ways() -> None:
    entry = ENTRY.format(amount="1.00", reference="R1")
    stray = f"<Elsewhere>{entry}</Elsewhere>"
    other = f'<Elsewhere xmlns="urn:other">{entry}</Elsewhere>'
    attribute = f"<Ntry a='{entry}'/>"

    for odd in (stray, other, attribute):
        short, long = both_ways(statement_of(odd, entry))

        assert short == long


def test_more_kinds_than_banks_have_are_read_the_long_way() -> None:
    entries = [
        ENTRY.format(amount="1.00", reference=f"R{number}") + "<Ntry>" + "<X/>" * number + "</Ntry>"
        for number in range(30)
    ]

    cut = cut_out(statement_of(*entries))

    assert len(cut) == 30 + 7
