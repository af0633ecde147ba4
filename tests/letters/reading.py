"""A PDF as somebody's aids read it: its structure tree, and the text of each part in its order."""

import re
from collections.abc import Iterator
from io import BytesIO

import msgspec
import pikepdf

RANGES = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
HEX = re.compile(rb"<([0-9A-Fa-f]+)>|\[([^\]]*)\]")
ROW, HEADINGS = "TR", ("H1", "H2", "H3")


class Part(msgspec.Struct, frozen=True):
    """A leaf of the structure tree: the roles above it, the outermost first, and its text."""

    roles: tuple[str, ...]
    text: str


class Read(msgspec.Struct, frozen=True):
    """All that matters of a PDF to those who cannot see it."""

    title: str
    language: str
    is_marked: bool
    shows_title: bool
    claims_ua: bool
    pages: int
    parts: list[Part]
    unembedded: list[str]

    @property
    def text(self) -> str:
        """All of it, in the order of reading, one line a part."""
        return "\n".join(part.text for part in self.parts)

    def of_role(self, role: str) -> list[str]:
        """The texts below a role."""
        return [part.text for part in self.parts if role in part.roles]


def read_pdf(content: bytes) -> Read:
    """Reads a PDF by its structure tree."""
    with pikepdf.open(BytesIO(content)) as pdf:
        texts: Texts = {_key(page.obj): _marked_texts(page) for page in pdf.pages}
        root = pdf.Root
        with pdf.open_metadata() as metadata:
            claims = str(metadata.get("pdfuaid:part", "")) == "1"
        return Read(
            title=str(pdf.docinfo["/Title"]),
            language=str(root.Lang),
            is_marked=bool(root.MarkInfo.Marked),
            shows_title=bool(root.ViewerPreferences.DisplayDocTitle),
            claims_ua=claims,
            pages=len(pdf.pages),
            parts=_joined(_leaves(root.StructTreeRoot, (), None, texts)),
            unembedded=[name for page in pdf.pages for name in _unembedded(page)],
        )


Texts = dict[tuple[int, int], dict[int, str]]
Leaf = tuple[tuple[str, ...], int, str]


def _leaves(
    node: pikepdf.Object, roles: tuple[str, ...], page: pikepdf.Object | None, texts: Texts
) -> Iterator[Leaf]:
    """Every piece of text with its roles and the element that holds it."""
    page = node.get("/Pg") or page
    if "/S" in node:
        roles = (*roles, str(node.S).removeprefix("/"))
    kids = node.get("/K")
    for kid in [] if kids is None else kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield roles, id(node), texts[_key(page)].get(kid, "")
        elif kid.get("/Type") == "/MCR":
            yield roles, id(node), texts[_key(kid.get("/Pg") or page)].get(int(kid.MCID), "")
        elif kid.get("/Type") != "/OBJR":
            yield from _leaves(kid, roles, page, texts)


def _key(page: pikepdf.Object | None) -> tuple[int, int]:
    """What tells a page from the others of its file."""
    assert page is not None
    number, generation = page.objgen
    return number, generation


def _joined(leaves: Iterator[Leaf]) -> list[Part]:
    parts: list[Part] = []
    before: object = None
    for roles, element, text in leaves:
        if parts and before == (roles, element):
            parts[-1] = Part(roles, parts[-1].text + text)
        else:
            parts.append(Part(roles, text))
        before = (roles, element)
    return parts


def _marked_texts(page: pikepdf.Page) -> dict[int, str]:
    """The text of each marked piece of a page, by its number."""
    fonts = {name: _letters(font) for name, font in _fonts(page)}
    found: dict[int, str] = {}
    open_marks: list[int | None] = []
    letters: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = list(instruction.operands), str(instruction.operator)
        if operator in {"BDC", "BMC"}:
            marked = operands[1] if len(operands) > 1 else None
            number = marked.get("/MCID") if isinstance(marked, pikepdf.Dictionary) else None
            open_marks.append(None if number is None else int(number))
        elif operator == "EMC":
            open_marks.pop()
        elif operator == "Tf":
            letters = fonts[str(operands[0])]
        elif operator in {"Tj", "TJ"}:
            inner = next((one for one in reversed(open_marks) if one is not None), None)
            if inner is not None:
                found[inner] = found.get(inner, "") + _shown(operands[0], letters)
    return found


def _shown(operand: object, letters: dict[int, str]) -> str:
    pieces = operand if isinstance(operand, pikepdf.Array) else [operand]
    text = ""
    for piece in pieces:
        if isinstance(piece, pikepdf.String):
            codes = bytes(piece)
            text += "".join(
                letters.get(int.from_bytes(codes[at : at + 2], "big"), "")
                for at in range(0, len(codes), 2)
            )
    return text.replace("\xa0", " ")


def _fonts(page: pikepdf.Page) -> list[tuple[str, pikepdf.Object]]:
    fonts = page.Resources.get("/Font")
    return [] if fonts is None else [(name, fonts[name]) for name in list(fonts.keys())]


def _unembedded(page: pikepdf.Page) -> Iterator[str]:
    for _name, font in _fonts(page):
        described = font.DescendantFonts[0].FontDescriptor
        if not {"/FontFile2", "/FontFile3"} & set(described.keys()):
            yield str(font.BaseFont)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """What each code of a font means, by the table that comes with it."""
    found: dict[int, str] = {}
    for kind, body in RANGES.findall(font.ToUnicode.read_bytes()):
        written = [one or many for one, many in HEX.findall(body)]
        step = 2 if kind == b"char" else 3
        for at in range(0, len(written), step):
            first = int(written[at], 16)
            last = first if kind == b"char" else int(written[at + 1], 16)
            base = bytes.fromhex(written[at + step - 1].decode()).decode("utf-16-be")
            for code in range(first, last + 1):
                found[code] = base[:-1] + chr(ord(base[-1]) + code - first)
    return found
