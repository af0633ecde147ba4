"""The menu: for each role a few sections, each with the pages that belong together."""

from collections.abc import Sequence

import msgspec

from service.actor import Role
from service.i18n import N_


class Link(msgspec.Struct, frozen=True):
    """A page of the menu and its words."""

    href: str
    words: str


class Section(msgspec.Struct, frozen=True):
    """Pages that belong together; the first one is where the section leads."""

    words: str
    links: tuple[Link, ...]

    @property
    def href(self) -> str:
        """Where the section leads."""
        return self.links[0].href


def _section(words: str, *links: tuple[str, str]) -> Section:
    return Section(words, tuple(Link(href, named) for href, named in links))


OWN = ("/account", N_("My account"))
HOME = _section(N_("To do"), ("/", N_("To do")), ("/find", N_("Find")), OWN)
OUTCOMES = _section(
    N_("Outcomes"), ("/reports/outcomes", N_("Results")), ("/outcomes", N_("Questions due"))
)
RESULTS = _section(N_("Outcomes"), ("/reports/outcomes", N_("Results")))
LETTERS = ("/letters", N_("Letters"))
QUALITY = (("/checks/overrides", N_("Overrides")), ("/quality", N_("Quality reviews")))
MONEY = (
    _section(
        N_("Months"), ("/months", N_("Months")), ("/standing", N_("Why not paid")),
        ("/expected", N_("Second computation")), ("/work", N_("Work under way")),
    ),
    _section(
        N_("Payouts"), ("/payouts", N_("Payouts")), *QUALITY, ("/checks/holds", N_("Holds")),
        ("/approvals", N_("Approvals")), LETTERS,
    ),
    _section(
        N_("Bank"), ("/bank", N_("Bank files")), ("/bank/suspense", N_("Suspense")),
        ("/bank/failures", N_("Failed payments")), ("/bank/failures/alarms", N_("Bank alarms")),
        ("/bank-profiles", N_("Bank profile")),
    ),
    _section(
        N_("Recoveries"), ("/recoveries", N_("Recoveries")), ("/receivables", N_("Receivables")),
        ("/recoveries/forecast", N_("Forecast")),
    ),
    _section(
        N_("Budget"), ("/budget", N_("Budget")), ("/undertakings", N_("State aid")),
        ("/ledger", N_("Ledger")), ("/assurance", N_("Assurance")), ("/schemes", N_("Schemes")),
    ),
)  # fmt: skip

MENU: dict[Role, tuple[Section, ...]] = {
    Role.CASE_OFFICER: (
        HOME,
        _section(
            N_("Candidates"), ("/candidates", N_("Candidates")),
            ("/candidates/new", N_("Register a candidate")), ("/handovers", N_("Hand-overs")),
            ("/candidates/twins", N_("Possible duplicates")), ("/questions", N_("Questions")),
        ),
        _section(
            N_("Employers"), ("/employers", N_("Employers")),
            ("/undertakings", N_("State aid")), ("/bank-accounts", N_("Bank accounts")),
        ),
        _section(
            N_("Placements"), ("/placements", N_("Placements")), ("/matches", N_("Matches")),
        ),
        _section(
            N_("Agreements"), ("/agreements", N_("Agreements")), ("/attendance", N_("Attendance")),
            ("/visits", N_("Visits")), ("/standing", N_("Why not paid")), *QUALITY,
            ("/bank/failures/alarms", N_("Bank alarms")), LETTERS,
        ),
        OUTCOMES,
    ),
    Role.EMPLOYER: (
        HOME,
        _section(N_("Placements"), ("/placements", N_("Placements"))),
        _section(N_("Introductions"), ("/matches", N_("Introductions"))),
        _section(N_("Agreements"), ("/agreements", N_("Agreements"))),
        _section(N_("Attendance"), ("/attendance", N_("Attendance"))),
        _section(
            N_("Payments"), ("/standing", N_("Payments")), ("/recoveries", N_("Recoveries")),
            ("/bank-accounts", N_("Bank accounts")), LETTERS,
        ),
        _section(N_("People"), ("/people", N_("People"))),
    ),
    Role.FINANCE_OFFICER: (
        HOME, *MONEY,
        _section(N_("Bank accounts"), ("/bank-accounts", N_("Bank accounts"))), RESULTS,
    ),
    Role.FINANCE_AUTHORISER: (HOME, *MONEY, RESULTS),
    Role.AUDITOR: (
        HOME, *MONEY, OUTCOMES,
        _section(
            N_("Agreements"), ("/agreements", N_("Agreements")), ("/attendance", N_("Attendance")),
            ("/matches", N_("Matches")),
        ),
        _section(
            N_("Audit"), ("/audit", N_("Audit")), ("/downloads", N_("Files that people took")),
            ("/audit/readings", N_("Sealed facts that were opened")),
            ("/audit/elsewhere", N_("People of other offices that were shown")),
            ("/accounts", N_("Accounts")), ("/offices", N_("Offices")),
            ("/reference", N_("Rules and reference data")),
        ),
    ),
    Role.ADMINISTRATOR: (
        _section(N_("To do"), ("/", N_("To do")), OWN),
        _section(N_("Accounts"), ("/accounts", N_("Accounts")), ("/offices", N_("Offices"))),
        _section(N_("Schemes"), ("/schemes", N_("Schemes"))),
        _section(
            N_("Rules"), ("/reference", N_("Rules and reference data")),
            ("/approvals", N_("Approvals")), ("/bank-profiles", N_("Bank profile")),
        ),
        _section(N_("E-mails"), ("/mails", N_("E-mails"))),
    ),
}  # fmt: skip


class Here(msgspec.Struct, frozen=True):
    """The menu of a page: the sections, and which of them and of its pages the reader is at."""

    sections: Sequence[Section]
    section: Section | None
    link: Link | None


def menu_of(role: Role, path: str) -> Here:
    """The menu of a role at an address; the page is the one whose address begins it the longest."""
    sections = MENU.get(role, ())
    candidates = [
        (link, section)
        for section in sections
        for link in section.links
        if path == link.href or (link.href != "/" and path.startswith(link.href + "/"))
    ]
    if not candidates:
        return Here(sections, None, None)
    link, section = max(candidates, key=lambda one: len(one[0].href))
    return Here(sections, section, link)
