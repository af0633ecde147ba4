"""An employer's sheet of a month as it was typed: which rows were filled, and what they read as."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from service.answers import read_number
from service.attendance.model import Report, SheetRow
from service.i18n import _
from service.ids import AgreementId
from service.money import Cents, InvalidAmount, parse_euros

DAYS = ("days_expected", "days_worked", "days_paid_leave")
WAGE = "gross_wage"
CELLS = (*DAYS, WAGE)


class Read(msgspec.Struct, frozen=True):
    """What a sheet says: the reports, and a sentence for each cell that cannot be read."""

    reports: list[Report]
    wrong: dict[str, str]


def cell(name: str, agreement_id: AgreementId) -> str:
    """The name of a field of the form: which column, whose row."""
    return f"{name}-{agreement_id}"


def written(rows: Iterable[SheetRow]) -> dict[str, str]:
    """The cells of a sheet as they stand: what was reported before, else empty."""
    cells: dict[str, str] = {}
    for row in rows:
        for name in DAYS:
            number = getattr(row, name)
            cells[cell(name, row.agreement_id)] = "" if number is None else str(number)
        cents = row.gross_wage_cents
        cells[cell(WAGE, row.agreement_id)] = (
            "" if cents is None else f"{cents // 100}.{cents % 100:02}"
        )
    return cells


def read(typed: Mapping[str, str], rows: Iterable[SheetRow]) -> Read:
    """The reports of the rows in which anything was typed."""
    reports: list[Report] = []
    wrong: dict[str, str] = {}
    for row in rows:
        texts = {name: typed.get(cell(name, row.agreement_id), "").strip() for name in CELLS}
        if not any(texts.values()):
            continue
        numbers = {name: read_number(texts[name]) for name in DAYS}
        cents = _read_cents(texts[WAGE])
        complaints = {
            **{name: _("Write a number of days.") for name in DAYS if numbers[name] is None},
            **({} if cents is not None else {WAGE: _("Write euros such as 425.00.")}),
        }
        wrong.update({cell(name, row.agreement_id): one for name, one in complaints.items()})
        reports.append(_report(row.agreement_id, numbers, cents))
    return Read(reports, wrong)


def beside_cells(fields: Mapping[str, str], reports: Sequence[Report]) -> dict[str, str]:
    """Sentences keyed by row, `rows.2.days_worked`, keyed by the cell they belong to instead."""
    placed: dict[str, str] = {}
    for key, sentence in fields.items():
        _rows, row, field = key.split(".")
        name = {"gross_wage_cents": WAGE, "agreement_id": DAYS[0]}.get(field, field)
        placed[cell(name, reports[int(row)].agreement_id)] = sentence
    return placed


def _read_cents(text: str) -> Cents | None:
    try:
        return parse_euros(text)
    except InvalidAmount:
        return None


def _report(
    agreement_id: AgreementId, numbers: Mapping[str, int | None], cents: Cents | None
) -> Report:
    days = {name: number or 0 for name, number in numbers.items()}
    return Report(agreement_id=agreement_id, gross_wage_cents=cents or Cents(0), **days)
