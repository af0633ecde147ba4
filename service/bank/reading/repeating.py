"""What is built like something before it: matched at once instead of parsed tag by tag.

A statement of a month repeats one entry a hundred thousand times, with other texts in it. The first
of its kind shows where its texts go: it is read, with marks in their places, by the very scanner
that reads the file. Others of its kind are cut out of what the parser sees, which is left one mark
for those that follow each other, so that where they stand is judged as ever. Texts are plain
printable ASCII without any of XML's own signs, so they mean the same in all encodings that are
read; what is not goes the long way, and so does a whole file with comments, sections or
instructions, in which a tag may be none.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from operator import itemgetter
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from service.bank.reading.refusing import NotABankFile
from service.bank.reading.scanning import (
    ALIKE,
    BODY,
    DIFFERING,
    Fields,
    Reader,
    Scan,
    Shape,
    Unit,
    Units,
    scan,
)

REPEATING = ("Ntry", "TxDtls", "TxInfAndSts")
BEGINNING = re.compile(rb"<(?P<name>Ntry|TxDtls|TxInfAndSts)>")
TAG = re.compile(rb'<(?P<end>/?)(?P<name>[A-Za-z0-9]{1,35})(?: Ccy="[A-Z]{3}")?(?P<empty>/?)>')
SPACE = re.compile(rb"[ \t\r\n]*")
TEXT = rb"[ -%'-;=?-~]{0,500}"
TEXTS = re.compile(TEXT)
TAGS_MAX = 200
BYTES_MAX = 20_000
# A bank writes a few kinds of entries; one that writes more is read the long way.
KINDS_MAX = 8
TRIES_MAX = 64
# Of those that follow each other; so many are held before the parser takes them.
RUN_MAX = 500
# A kind has a few sets of codes and days; one that has more is not told to be alike.
SETS_MAX = 1_000
DECLARATION = b"<?xml "
MARK = re.compile(r"~[0-9]+~")
EDGE = re.compile(r"^ | $", re.MULTILINE)


def scan_repeating(
    content: bytes,
    reader_for: Callable[[str, str], tuple[Shape, Reader]],
    *,
    encoding: str | None = None,
) -> None:
    """What `scan` does, in less than half of the time where elements repeat.

    Raises OutOfPlace, after which only a new reader and `scan` help; and what `scan` raises.
    """
    mark = _mark_for(content)
    scanner = Scan(reader_for, encoding=encoding, mark=mark)
    first = BEGINNING.search(content) if _has_only_tags(content) else None
    begun = first.start() if first else 0
    scanner.feed(content[:begun], is_last=False)
    if scanner.message is None:
        scanner.feed(content[begun:], is_last=True)
        return
    pieces: list[bytes] = []
    held = 0
    for piece, name, units in Repeating(*scanner.message).parts(content, begun):
        pieces.append(piece)
        if name:
            scanner.aside.append(units)
            pieces.append(b'<%b %b=""/>' % (name, mark.encode()))
            held += len(units)
        if held > RUN_MAX or len(pieces) > RUN_MAX or not name:
            scanner.feed(b"".join(pieces), is_last=not name)
            pieces.clear()
            held = 0


def _has_only_tags(content: bytes) -> bool:
    """Whether each `<` begins a tag: there is nothing in which one could stand for itself."""
    if b"!" in content and b"<!" in content:
        return False
    declared = content.startswith(DECLARATION)
    return content.count(b"?") == 2 * declared or content.count(b"<?") == declared


def _mark_for(content: bytes) -> str:
    """The name of an attribute that the content does not have."""
    number = 0
    while b"cut-out-%d" % number in content:
        number += 1
    return f"cut-out-{number}"


class Kind:
    """How one kind of element is built: what all have, and where the texts of each one go."""

    def __init__(self, name: str, pattern: re.Pattern[bytes], units: Units) -> None:
        self._name = name
        self._pattern = pattern
        self._units = [_Places(unit, fields) for unit, fields in units]
        same = {place for unit in self._units for place in unit.same.values()}
        self._same = _picking(sorted(same))
        self._sets: dict[tuple[str, ...], list[Fields]] = {}

    def read(self, content: bytes, at: int) -> tuple[Units, int] | None:
        """The units of the elements of this kind that follow each other from there, and where the
        next thing begins; None when another kind begins there."""
        begun, match, units = at, self._pattern.match, Units()
        while len(units) < RUN_MAX and (found := match(content, at)):
            at = found.end()
            told = b"\n".join(found.groups()).decode("ascii")
            texts = told.split("\n")
            if " " in told and EDGE.search(told):
                texts = [text.strip() for text in texts]
            alike = self._sets.get(self._same(texts)) or self._set(texts)
            units += [
                (unit.name, fields | dict(zip(unit.paths, unit.pick(texts), strict=True)))
                for unit, fields in zip(self._units, alike, strict=True)
            ]
        return None if at == begun else (units, at)

    def _set(self, texts: list[str]) -> list[Fields]:
        """What elements have in common that differ only in what differs in each."""
        alike = [
            unit.always | {path: texts[place] for path, place in unit.same.items()}
            for unit in self._units
        ]
        if len(self._sets) < SETS_MAX:
            for fields in alike:
                fields[ALIKE] = f"{self._name}/{len(self._sets)}"
            self._sets[self._same(texts)] = alike
        return alike


class _Places:
    """Where the fields of one unit stand among the texts of an element."""

    def __init__(self, name: str, fields: Fields) -> None:
        self.name = name
        marked = {path: text for path, text in fields.items() if MARK.fullmatch(text)}
        self.always = {path: text for path, text in fields.items() if path not in marked}
        places = {path: int(text.strip("~")) for path, text in marked.items()}
        self.paths = [path for path in places if path.rpartition("/")[2] in DIFFERING]
        self.same = {path: place for path, place in places.items() if path not in self.paths}
        self.pick = _picking([places[path] for path in self.paths])


def _picking(places: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes the texts at some places; itemgetter answers a tuple for two or more only."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda texts: tuple([texts[place] for place in places])


class Repeating:
    """The kinds of elements that were met in one message, by the names of their tags."""

    def __init__(self, shape: Shape, namespace: str) -> None:
        self._shape = shape
        self._namespace = namespace
        self._paths = {path[-1]: path for path in _paths_of(shape.body, ())}
        self._kinds: dict[bytes, list[Kind]] = {}
        self._tries = 0

    def parts(self, content: bytes, at: int) -> Iterator[tuple[bytes, bytes, Units]]:
        """The content from there on: what is to be parsed, then the name and the units of the
        elements that were cut out behind it; at the end no name."""
        begun = at
        while found := BEGINNING.search(content, at):
            name, at = found["name"], found.start()
            read = self._read(name, content, at)
            if read is None:
                at = found.end()
                continue
            yield content[begun:at], name, read[0]
            begun = at = read[1]
        yield content[begun:], b"", []

    def _read(self, name: bytes, content: bytes, at: int) -> tuple[Units, int] | None:
        kinds = self._kinds.setdefault(name, [])
        for kind in kinds:
            read = kind.read(content, at)
            if read is not None:
                return read
        if len(kinds) >= KINDS_MAX or self._tries >= TRIES_MAX:
            return None
        self._tries += 1
        learnt = self._learn(name, content, at)
        if learnt is None:
            return None
        kinds.append(learnt)
        return learnt.read(content, at)

    def _learn(self, name: bytes, content: bytes, at: int) -> Kind | None:
        path = self._paths.get(name.decode())
        taken_apart = _take_apart(content, at)
        if path is None or taken_apart is None:
            return None
        pattern, marked = taken_apart
        around = ("Document", self._shape.root, *path[:-1])
        whole = (
            f"<Document xmlns={quoteattr(self._namespace)}>"
            + "".join(f"<{one}>" for one in around[1:])
            + marked
            + "".join(f"</{one}>" for one in reversed(around))
        )
        recorder = _Recorder(self._shape, path[-1])
        try:
            scan(whole.encode(), lambda _message, _version: (self._shape, recorder))
        except (expat.ExpatError, NotABankFile):
            return None
        texts = [text for _, fields in recorder.units for text in fields.values()]
        if any("~" in text and not MARK.fullmatch(text) for text in texts):
            return None
        return Kind(str(self._tries), pattern, recorder.units)


def _paths_of(unit: Unit, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for path, inner in unit.units.items():
        here = (*above, *path.split("/"))
        if here[-1] in REPEATING:
            yield here
        yield from _paths_of(inner, here)


def _take_apart(content: bytes, at: int) -> tuple[re.Pattern[bytes], str] | None:
    """A pattern for all that are built like the element that begins there, and the element with a
    mark for each text; None when it has anything but plain tags and texts."""
    pattern, marked = [], []
    depth = texts = 0
    for _ in range(TAGS_MAX):
        tag = TAG.match(content, at)
        if tag is None:
            return None
        pattern.append(re.escape(tag[0]))
        marked.append(tag[0].decode())
        at = tag.end()
        opens = not tag["end"] and not tag["empty"]
        depth += 1 if opens else -1 if tag["end"] else 0
        if depth <= 0:
            pattern.append(SPACE.pattern)
            return re.compile(b"".join(pattern)), "".join(marked)
        text = TEXTS.match(content, at)
        assert text is not None, "a text may be empty"
        if opens and content[text.end() : text.end() + 2] == b"</":
            pattern.append(b"(" + TEXT + b")")
            marked.append(f"~{texts}~")
            texts, at = texts + 1, text.end()
            continue
        space = SPACE.match(content, at)
        assert space is not None, "there may be no space"
        pattern.append(SPACE.pattern)
        at = space.end()
    return None


class _Recorder:
    """Takes the units of an element, of its own kind and below."""

    def __init__(self, shape: Shape, name: str) -> None:
        self._names = {BODY, *_names_of(shape.body)}
        self._name = name
        self._is_over = False
        self.units: Units = []

    def begin(self) -> Mapping[str, Callable[[], None]]:
        """Nothing happens when a unit begins."""
        return {}

    def end(self) -> Mapping[str, Callable[[Fields], None]]:
        """Every unit is kept until the element itself has ended."""
        return {name: partial(self._keep, name) for name in self._names}

    def _keep(self, name: str, fields: Fields) -> None:
        if not self._is_over:
            self.units.append((name, fields))
        self._is_over = self._is_over or name == self._name


def _names_of(unit: Unit) -> Iterator[str]:
    for path, inner in unit.units.items():
        yield path.rpartition("/")[2]
        yield from _names_of(inner)
