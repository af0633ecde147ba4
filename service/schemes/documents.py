"""What the service reads of a scheme document before it keeps one, and what checking one finds."""

import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from difflib import unified_diff
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from typing import Any

from babel.numbers import format_decimal

from service.facts.supply import last_paid_month, paid_until_months, unsuppliable
from service.i18n import LANGUAGES, N_, _, language, locale_of, use_language
from service.money import ZERO, format_euros, parse_euros
from service.period import format_month, month_of
from service.problems import Problem
from service.schemes.language.checking import check_text
from service.schemes.language.compiler import Compiled, compile_program
from service.schemes.language.document import Document, Parameter, Pay
from service.schemes.language.engine import run
from service.schemes.language.examples import Miss, failing, plain, shown
from service.schemes.language.facts import bind
from service.schemes.language.kinds import quantity
from service.schemes.language.names import capital, in_words
from service.schemes.language.program import Program, TypedParameter
from service.schemes.language.prose import explain_rule
from service.schemes.language.reading import SIZE_MAX, read
from service.schemes.language.tree import Value
from service.schemes.model import (
    ExampleResult,
    Finding,
    Payee,
    Payment,
    ReadDocument,
    Settings,
)

BYTES_MAX = SIZE_MAX
CODE = re.compile(r"[A-Z][A-Z0-9-]{1,29}")
# The date of a case that the database can choose a version by; documents that are selected by
# another one can be run from the command line, and are not kept.
SELECTED_BY = "agreement.start"
CURRENCY = "EUR"
NAME_LETTERS_MAX = 120
MONTHS = range(1, 25)
PAID_UNTIL_MONTHS_MAX = 60
AGES = range(15, 100)
CENTS = quantity((("money", 1),), whole=True)


class NotADocument(Problem):
    """What was sent is not a text that could be a scheme document."""

    slug = "not-a-scheme-document"
    title = N_(
        "This is not a scheme document: send a text file in UTF-8, written in TOML. "
        "Nothing was saved."
    )


class DocumentRefused(Problem):
    """A document that cannot be kept, with the lines to mend as `findings`."""

    slug = "scheme-document-refused"
    title = N_("The document cannot be kept as it is. Mend the lines below; nothing was saved.")

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(None, findings=findings)


def text_of(content: bytes) -> str:
    """The text of a file that was sent, with plain line ends; NotADocument when it is none."""
    if len(content) > BYTES_MAX:
        most = BYTES_MAX // 1000
        raise NotADocument(
            _("The file is larger than {most} kB. Is it a scheme document?").format(most=most)
        )
    try:
        return tidy_lines(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotADocument from None


def tidy_lines(text: str) -> str:
    """The text with line ends as Ura keeps them: browsers send two letters for each."""
    return text.replace("\r\n", "\n")


def read_document(text: str) -> ReadDocument:
    """What the service needs of a document; DocumentRefused, with lines, when it cannot be kept.

    It may still hold steps that do not fit together: a check finds those.
    """
    document, flaws = read(text)
    if document is None:
        raise DocumentRefused([Finding(one.line, one.part, one.message) for one in flaws])
    wrong = sorted({*_wrong_head(document), *_wrong_settings(document)})
    if wrong:
        raise DocumentRefused(wrong)
    said = document.settings
    return ReadDocument(
        text=text,
        sha256=sha256(text.encode()).digest(),
        code=document.code,
        names=document.name,
        selected_by=SELECTED_BY,
        source=document.source,
        settings=Settings(
            age_min=said["age_min"],
            age_max=said["age_max"],
            months=said["months"],
            monthly_max_cents=parse_euros(said["monthly_max"]),
            final_max_cents=parse_euros(said["final_max"]) if "final_max" in said else ZERO,
            paid_until_months=paid_until_months(document),
            payments={pay.kind: _payment(pay, document) for pay in document.pays},
            valid_from=said.get("valid_from"),
        ),
    )


def _payment(pay: Pay, document: Document) -> Payment:
    """Who is paid by this kind of payment, and what the document calls it, else its name.

    What is paid for rows of the same table as the first kind is paid for each month.
    """
    said, label = document.settings, {}
    for code in LANGUAGES:
        with use_language(code):
            label[code] = pay.label.get(code) or capital(in_words(pay.kind))
    payee = Payee(said.get("payees", {}).get(pay.kind, said["payee"]))
    return Payment(payee, label, is_monthly=pay.table == document.pays[0].table)


def _wrong_head(document: Document) -> Iterator[Finding]:
    def wrong(key: str, sentence: str) -> Finding:
        return Finding(_line_of(document.text, key, after=None), key, sentence)

    if not CODE.fullmatch(document.code):
        yield wrong("scheme", _('Write a code of capital letters, digits and hyphens: "WS-70".'))
    if any(not 0 < len(name.strip()) <= NAME_LETTERS_MAX for name in document.name.values()):
        yield wrong("name", _("Write a name of 120 letters at most in each language."))
    if not document.pays:
        yield Finding(1, "pay", _("Write at least one [[pay]]: what becomes an instalment."))
    if document.currency != CURRENCY:
        yield wrong("currency", _("Ura pays in euros here: write EUR."))
    if tomllib.loads(document.text)["selected_by"].strip() != SELECTED_BY:
        yield wrong(
            "selected_by",
            _("Write agreement.start: a version is chosen by the first day of an agreement."),
        )


def _wrong_settings(document: Document) -> Iterator[Finding]:
    said = document.settings
    sentences = {
        "payee": _fits_payee(said.get("payee")),
        "payees": _fits_payees(said.get("payees", {}), {pay.kind for pay in document.pays}),
        "monthly_max": _fits_amount(said.get("monthly_max")),
        "final_max": _fits_amount(said["final_max"]) if "final_max" in said else None,
        "paid_until_months": _fits_last_month(said),
        "months": None
        if _whole(said.get("months"), MONTHS)
        else _("Write a whole number of months, 1 to 24."),
        "age_min": None if _whole(said.get("age_min"), AGES) else _("Write an age, 15 to 99."),
        "age_max": _fits_last_age(said),
        "valid_from": None
        if "valid_from" not in said or type(said["valid_from"]) is date
        else _("Write a day without quotes, such as 2026-01-01."),
    }
    for key, sentence in sentences.items():
        if sentence:
            line = _line_of(document.text, key, after="settings")
            yield Finding(line, f"settings.{key}", sentence)


def _fits_payee(said: Any) -> str | None:
    known = isinstance(said, str) and said in set(Payee)
    return None if known else _('Write "employer" or "candidate".')


def _fits_payees(said: Any, kinds: Collection[str]) -> str | None:
    if (
        isinstance(said, dict)
        and set(said) <= set(kinds)
        and not any(map(_fits_payee, said.values()))
    ):
        return None
    return _('Write who else is paid by which kind of [[pay]]: { host = "employer" }.')


def _fits_last_month(said: Any) -> str | None:
    months, last = said.get("months"), said.get("paid_until_months")
    if last is None or not _whole(months, MONTHS):
        return None
    if _whole(last, range(months, PAID_UNTIL_MONTHS_MAX + 1)):
        return None
    return _("Write a whole number of months: at least those of settings.months, 60 at most.")


def _fits_amount(said: Any) -> str | None:
    try:
        if isinstance(said, str) and parse_euros(said) > 0:
            return None
    except Problem:
        pass
    return _('Write the most that it can cost, in quotes: "350.00".')


def _fits_last_age(said: Any) -> str | None:
    last, first = said.get("age_max"), said.get("age_min")
    if not _whole(last, AGES):
        return _("Write an age, 15 to 99.")
    if _whole(first, AGES) and last < first:
        return _("The highest age is below the lowest.")
    return None


def _whole(said: Any, within: range) -> bool:
    return type(said) is int and said in within


def _line_of(text: str, key: str, *, after: str | None) -> int:
    """The line of a key, of its section where the key is missing, else the first."""
    start = 0
    if after is not None:
        section = re.search(rf"^\s*\[{after}\]", text, re.MULTILINE)
        if section is None:
            return 1
        start = section.start()
    found = re.compile(rf"^[ \t]*{key}[ \t]*=", re.MULTILINE).search(text, start)
    return text.count("\n", 0, found.start() if found else start) + 1


# ----- checking


def examine(text: str) -> tuple[list[Finding], list[ExampleResult]]:
    """All that is wrong with a document, and how each of its examples came out.

    Names, kinds, units and rounding come first; examples run only when those are right. Asked again
    of the same text it remembers: everybody who opens a version's page asks.
    """
    findings, results = _examined(text, language())
    return list(findings), list(results)


@lru_cache(maxsize=64)
def _examined(text: str, _language: str) -> tuple[list[Finding], list[ExampleResult]]:
    program, flaws = check_text(text)
    if program is None:
        return [Finding(one.line, one.part, one.message) for one in flaws], []
    results = _run_examples(program)
    findings = [miss for result in results for miss in result.misses]
    findings += [_nobody_keeps(program, path) for path in unsuppliable(program)]
    findings += [] if findings else _pays_too_late(program)
    if not results:
        sentence = _("Write at least one [[example]]: a version without one cannot be activated.")
        findings.append(Finding(1, "example", sentence))
    return sorted(findings), results


def _nobody_keeps(program: Program, path: str) -> Finding:
    line = next(fact.fact.line for fact in program.facts if fact.fact.path == path)
    sentence = _("Ura keeps no such fact of an agreement. Give it a default, or do without it.")
    return Finding(line, f"fact {path}", sentence)


def _pays_too_late(program: Program) -> Iterator[Finding]:
    """Payments of examples after the last month that a run would compute: they would be lost."""
    for example in program.document.examples:
        facts = bind(program, plain(example.facts))
        last = last_paid_month(facts.single["agreement.start"], paid_until_months(program.document))
        period = facts.single.get("agreement.period")
        last = max(last, month_of(period.last_day)) if period else last
        for month in {one.month for one in run(program, facts).paid if one.month > last}:
            sentence = _(
                "{example}: a payment in {month} comes later than settings.paid_until_months says."
            ).format(example=example.name, month=format_month(month))
            yield Finding(example.line, example.name, sentence)


def _run_examples(program: Program) -> list[ExampleResult]:
    missed: dict[int, list[Finding]] = {}
    for miss in failing(program):
        missed.setdefault(miss.line, []).append(_finding(miss))
    return [
        ExampleResult(one.name, one.line, one.source, missed.get(one.line, []))
        for one in program.document.examples
    ]


def _finding(miss: Miss) -> Finding:
    sentence = _("{what}: expected {expected}, found {found}").format(
        what=miss.what, expected=miss.expected, found=miss.found
    )
    return Finding(miss.line, miss.example, sentence)


def differences(before: str, after: str, *, names: tuple[str, str]) -> list[str]:
    """What changed between two documents, as lines of a unified diff; none when nothing did."""
    return list(unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="", n=3))


# ----- what others say of a document


@lru_cache(maxsize=64)
def program_of(text: str) -> Program:
    """The program of a document that passed its check; another one is a bug."""
    program, flaws = check_text(text)
    assert program is not None, f"a kept document has flaws: {flaws[:1]}"
    return program


def rule_of(text: str) -> list[str]:
    """A document's rule as sentences in the language in use; none while it has flaws."""
    program, _flaws = check_text(text)
    return explain_rule(program) if program is not None else []


@lru_cache(maxsize=64)
def compiled_of(text: str) -> Compiled:
    """The compiled form of a document that passed its check."""
    return compile_program(program_of(text))


def figures_of(text: str, *, on: date) -> list[tuple[str, str]]:
    """The labelled parameters of a document as they hold on a day, in the language in use."""
    program = program_of(text)
    written = {one.name: one for one in program.document.parameters}
    found = []
    for name, parameter in program.parameters.items():
        holding = [v.value for v in parameter.values if v.since is None or v.since <= on]
        if parameter.label and parameter.key_kind is None and holding:
            value = _figure(written[name], parameter, holding[-1])
            found.append((parameter.label[language()], value))
    return found


def _figure(written: Parameter, parameter: TypedParameter, value: Value) -> str:
    if isinstance(value, Fraction) and written.written == "share":
        percent = Decimal(round(value * 1_000_000)).scaleb(-4)
        locale = locale_of(language())
        return f"{format_decimal(percent, locale=locale)} %"
    if isinstance(value, Fraction) and parameter.kind.fits(CENTS):
        return format_euros(int(value), language())
    return shown(parameter.kind, value)
