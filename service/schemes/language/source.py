"""The text of a document with its lines: parts are asked for by key, and what is wrong is kept."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from service.schemes.language.document import Flaw, Words
from service.schemes.language.kinds import Kind, parse_kind
from service.schemes.language.syntax import SyntaxFlaw, parse
from service.schemes.language.tree import Expression

LANGUAGES = ("sq", "sr", "en")
NAME = re.compile(r"[a-z][a-z_0-9]*")


class Part:
    """One table of the file with its line, answering its keys and refusing those nobody knows."""

    def __init__(self, source: "Source", raw: Any, line: int, name: str) -> None:
        self.source, self.line, self.name = source, line, name
        self.raw: dict[str, Any] = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            self.flaw("expected a table of keys and values")

    def flaw(self, message: str, key: str | None = None) -> None:
        line = self.source.line_of(key, self.line) if key else self.line
        self.source.flaws.append(Flaw(line, self.name, message))

    def only(self, *keys: str) -> None:
        for key in self.raw.keys() - set(keys):
            self.flaw(f"{key!r} is not known here; expected one of {', '.join(keys)}", key)

    def text(self, key: str, default: str | None = None) -> str:
        said = self.raw.get(key, default)
        if isinstance(said, str) and (said.strip() or default is not None):
            return said
        self.flaw(f"{key!r} is missing; expected a text", key)
        return default or ""

    def word(self, key: str) -> str:
        said = self.text(key)
        if said and not NAME.fullmatch(said):
            self.flaw(f"{key} {said!r}: expected a word such as 'monthly_max'", key)
        return said

    def words(self, key: str, *, needed: bool = False) -> Words:
        said = self.raw.get(key, {})
        good = isinstance(said, dict) and all(
            name in LANGUAGES and isinstance(text, str) for name, text in said.items()
        )
        missing = [name for name in LANGUAGES if name not in said] if good else []
        if not good or (said and missing) or (needed and missing):
            self.flaw(f"{key!r}: expected a text in each of {', '.join(LANGUAGES)}", key)
            return {}
        return dict(said)

    def expression(self, key: str, *, needed: bool = True) -> Expression | None:
        said = self.raw.get(key)
        if said is None and not needed:
            return None
        if isinstance(said, bool):
            said = "true" if said else "false"
        if isinstance(said, int | date) and not isinstance(said, bool):
            said = str(said)
        if not isinstance(said, str):
            self.flaw(f"{key!r} is missing; expected an expression in quotes", key)
            return None
        try:
            return parse(said, self.source.currency)
        except SyntaxFlaw as error:
            shown = f"{said[: error.at]}▸{said[error.at :]}" if len(said) < 200 else said[:200]
            self.flaw(f"{key}: {error}, in: {shown}", key)
            return None

    def kind(self, key: str, *, needed: bool = True) -> Kind | None:
        said = self.raw.get(key)
        if said is None and not needed:
            return None
        try:
            return parse_kind(self.text(key))
        except ValueError as error:
            self.flaw(f"{key}: {error}", key)
            return None

    def day(self, key: str) -> date | None:
        said = self.raw.get(key)
        if said is None or type(said) is date:
            return said
        self.flaw(f"{key}: expected a day such as 2026-01-31, without quotes", key)
        return None


class Source:
    """Turns the raw file into structs and collects its flaws with their lines."""

    def __init__(self, text: str, raw: dict[str, Any]) -> None:
        self.text, self.raw = text, raw
        self.lines = text.splitlines()
        self.flaws: list[Flaw] = []
        self.currency = raw.get("currency", "") if isinstance(raw.get("currency"), str) else ""

    def line_of(self, key: str, start: int) -> int:
        """The line of a key in the part that begins at a line; that line where it is not found."""
        for number in range(start, len(self.lines) + 1):
            written = self.lines[number - 1].strip()
            if number > start and written.startswith("["):
                break
            if re.match(rf'"?{re.escape(key)}"?\s*[.=]', written):
                return number
        return start

    def headers(self, name: str) -> list[int]:
        pattern = re.compile(rf"\s*\[\[?\s*{re.escape(name)}\s*\]")
        return [number for number, line in enumerate(self.lines, 1) if pattern.match(line)]

    def parts(self, name: str) -> Iterator[Part]:
        raw = self.raw.get(name, [])
        if not isinstance(raw, list):
            self.flaws.append(Flaw(1, name, f"expected [[{name}]] parts"))
            return
        lines = self.headers(name)
        for index, one in enumerate(raw):
            said = one.get("name", one.get("kind")) if isinstance(one, dict) else None
            label = f"{name} {said}" if isinstance(said, str) else f"{name} {index + 1}"
            yield Part(self, one, lines[index] if index < len(lines) else 1, label)
