"""A letter as data, for tests that care about the paper and not about what it says."""

from datetime import UTC, datetime
from typing import Any

from service.letters.model import Pair, Paper, Section, Table
from service.letters.printing import print_paper

MADE_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def paper(**said: Any) -> Paper:
    """A letter with every part that a letter can have; whatever a test does not name is plain."""
    plain: dict[str, Any] = {
        "language": "sq",
        "title": "Pasqyra e pagesave, tetor 2026",
        "mark": "",
        "sender": ["Agjencia e Punësimit"],
        "recipient": ["Çelik Ndërtimi Sh.p.k.", "Numri i biznesit 812345678"],
        "sections": [
            Section(
                heading="Pagesat",
                paragraphs=["Një fjali."],
                pairs=[Pair("Gjithsej", "350,00 €")],
                table=Table(
                    caption="Sipas muajve",
                    head=["Muaji", "Shuma"],
                    rows=[["tetor 2026", "350,00 €"]],
                    numbers=1,
                    total=["Gjithsej", "350,00 €"],
                ),
            ),
            Section(heading="Si u llogarit", level=3, items=["Hapi i parë.", "Hapi i dytë."]),
            Section(heading="Teksti", verbatim="Rreshti 1\n\nРед 2", verbatim_language="sr"),
        ],
    }
    return Paper(**plain | said)


def printed(**said: Any) -> bytes:
    """The PDF of such a letter."""
    return print_paper(paper(**said), reference="L-0123456789", made_at=MADE_AT)


def saying(text: str) -> bytes:
    """A letter that says one text wherever somebody's words may stand."""
    return printed(
        title=f"T {text}",
        mark=text,
        sender=[f"S {text}"],
        recipient=[text],
        sections=[
            Section(
                heading=f"H {text}",
                paragraphs=[text],
                pairs=[Pair(text, text)],
                table=Table(caption=text, head=["A", text], rows=[[text, text]], total=[text, ""]),
                items=[text],
                verbatim=text,
                verbatim_language="en",
            )
        ],
    )
