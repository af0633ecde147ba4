"""Reads an expression: letters to words, words to a tree. Nothing is ever evaluated as Python."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import msgspec

from service.schemes.language.tree import (
    Binary,
    Call,
    Choice,
    Expression,
    Literal,
    Lookup,
    Name,
    Unary,
    Words,
)

WORDS = re.compile(
    r"""\s*(?:
        (?P<date>\d{4}-\d{2}-\d{2})
      | (?P<number>\d[\d_]*(?:\.\d+)?)
      | (?P<text>'[^']*')
      | (?P<name>[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*)
      | (?P<sign><=|>=|<>|[-+*/×÷=<>(),%\[\]])
    )""",
    re.VERBOSE,
)
UNITS = {
    **{word: word for word in ("days", "weeks", "months", "years", "hours")},
    "day": "days",
    "week": "weeks",
    "month": "months",
    "year": "years",
    "hour": "hours",
}
KEYWORDS = frozenset(
    {"if", "then", "else", "and", "or", "not", "in", "at", "where", "otherwise"}
    | {"true", "false", "none"}
)
# What binds more loosely comes first.
LEVELS: tuple[Mapping[str, str], ...] = (
    {"or": "or"},
    {"and": "and"},
    {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "in": "in"},
    {"otherwise": "otherwise"},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/", "×": "*", "÷": "/"},
)
COMPARING = 2
DEPTH_MAX = 40
LENGTH_MAX = 2_000


class SyntaxFlaw(ValueError):
    """What is wrong with an expression, and where it is, counted in letters from 0."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


class Word(msgspec.Struct, frozen=True):
    """One word of an expression."""

    kind: str
    text: str
    at: int


def parse(text: str, currency: str) -> Expression:
    """The tree of an expression; SyntaxFlaw says what was expected instead."""
    if len(text) > LENGTH_MAX:
        raise SyntaxFlaw(f"an expression has {LENGTH_MAX} letters at most; cut it into steps", 0)
    return _Parser(_words(text), currency).whole()


def _words(text: str) -> list[Word]:
    found, at = [], 0
    while text[at:].strip():
        word = WORDS.match(text, at)
        if word is None or word.lastgroup is None:
            letter = text[at:].lstrip()[0]
            raise SyntaxFlaw(f"{letter!r} is not a sign of the language", at)
        kind, said = word.lastgroup, word[word.lastgroup]
        if kind == "name" and said in KEYWORDS:
            kind = "sign"
        found.append(Word(kind, said, word.start(word.lastgroup)))
        at = word.end()
    return [*found, Word("end", "the end", len(text))]


class _Parser:
    """Reads words from left to right, looking one word ahead."""

    def __init__(self, words: list[Word], currency: str) -> None:
        self.words, self.currency = words, currency
        self.position, self.depth = 0, 0

    @property
    def word(self) -> Word:
        return self.words[self.position]

    def whole(self) -> Expression:
        node = self.expression()
        if self.word.kind != "end":
            raise SyntaxFlaw(f"expected the end, found {self.word.text!r}", self.word.at)
        return node

    def take(self) -> Word:
        word = self.word
        self.position += 1
        return word

    def sees(self, *signs: str) -> bool:
        return self.word.kind == "sign" and self.word.text in signs

    def expect(self, sign: str) -> Word:
        if not self.sees(sign):
            raise SyntaxFlaw(f"expected {sign!r}, found {self.word.text!r}", self.word.at)
        return self.take()

    def expression(self) -> Expression:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise SyntaxFlaw("nested too deeply; cut it into steps", self.word.at)
        node = self.choice() if self.sees("if") else self.level(0)
        self.depth -= 1
        return node

    def choice(self) -> Expression:
        at = self.expect("if").at
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return Choice(at=at, condition=condition, then=then, otherwise=self.expression())

    def level(self, number: int) -> Expression:
        if number == len(LEVELS):
            return self.unary()
        if number == COMPARING and self.sees("not"):
            at = self.take().at
            return Unary(at=at, operator="not", operand=self.level(COMPARING))
        left = self.level(number + 1)
        while self.sees(*LEVELS[number]):
            word = self.take()
            right = self.level(number + 1)
            left = Binary(at=word.at, operator=LEVELS[number][word.text], left=left, right=right)
            if number == COMPARING:
                break
        return left

    def unary(self) -> Expression:
        if self.sees("-"):
            at = self.take().at
            return Unary(at=at, operator="-", operand=self.unary())
        return self.primary()

    def primary(self) -> Expression:
        word = self.take()
        match word.kind:
            case "date":
                return Literal(at=word.at, value=_day(word))
            case "number":
                return self.number(word)
            case "text":
                return Literal(at=word.at, value=word.text[1:-1])
            case "name":
                return self.call(word) if self.sees("(") else self.named(word)
            case _:
                return self.signed(word)

    def signed(self, word: Word) -> Expression:
        """A constant in words, or what stands in brackets."""
        constants: dict[str, bool | None] = {"true": True, "false": False, "none": None}
        if word.kind == "sign" and word.text in constants:
            return Literal(at=word.at, value=constants[word.text])
        if word.text == "(" and word.kind == "sign":
            node = self.expression()
            self.expect(")")
            return node
        if word.text == "[" and word.kind == "sign":
            return self.words_of(word)
        raise SyntaxFlaw(f"expected a value, found {word.text!r}", word.at)

    def number(self, word: Word) -> Literal:
        value = Fraction(word.text.replace("_", ""))
        if self.sees("%"):
            self.take()
            return Literal(at=word.at, value=value / 100)
        if self.word.kind == "name" and self.word.text == self.currency:
            self.take()
            return Literal(at=word.at, value=value * 100, unit="money")
        if self.word.kind == "name" and self.word.text in UNITS:
            return Literal(at=word.at, value=value, unit=UNITS[self.take().text])
        return Literal(at=word.at, value=value)

    def words_of(self, opening: Word) -> Words:
        items: list[Literal] = []
        while not self.sees("]"):
            item = self.primary()
            if not isinstance(item, Literal):
                raise SyntaxFlaw("a list holds constants only", item.at)
            items.append(item)
            if not self.sees("]"):
                self.expect(",")
        self.expect("]")
        return Words(at=opening.at, items=tuple(items))

    def named(self, word: Word) -> Expression:
        key = on = None
        if self.sees("["):
            self.take()
            key = self.expression()
            self.expect("]")
        if self.sees("at"):
            self.take()
            on = self.primary()
        if key is None and on is None:
            return Name(at=word.at, path=word.text)
        return Lookup(at=word.at, name=word.text, key=key, on=on)

    def call(self, word: Word) -> Call:
        self.expect("(")
        arguments: list[Expression] = []
        where = None
        while not self.sees(")"):
            arguments.append(self.expression())
            if self.sees("where"):
                self.take()
                where = self.expression()
            if not self.sees(")"):
                self.expect(",")
        self.expect(")")
        return Call(at=word.at, function=word.text, arguments=tuple(arguments), where=where)


def _day(word: Word) -> date:
    try:
        return date.fromisoformat(word.text)
    except ValueError:
        raise SyntaxFlaw(f"{word.text} is no day of the calendar", word.at) from None
