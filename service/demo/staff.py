"""The staff of the demo country: one officer an office, the finance office, and those who watch."""

from datetime import UTC, datetime, time, timedelta

from service.actor import Role
from service.demo.chance import make_id, stream
from service.demo.model import DemoOptions, Employment, Reference
from service.demo.people import COMMUNITIES, SERBIAN, community_in, name_in

OPENED_DAYS_BEFORE = 260
ADDRESS = "ura.example"


def opening(options: DemoOptions) -> datetime:
    """When the offices of the demo country opened: before anybody registered."""
    day = options.first_month - timedelta(days=OPENED_DAYS_BEFORE)
    return datetime.combine(day, time(6), UTC)


def plan_staff(reference: Reference, options: DemoOptions) -> list[Employment]:
    """A case officer for each office; finance, authorisers, an auditor, administrators."""
    chance, at = stream(options.seed, "staff"), opening(options)
    staff = []
    for place in reference.places:
        code = place.code
        community = community_in(chance, code)
        given, family = name_in(chance, community, chance.choice(("female", "male")))
        staff.append(
            Employment(
                id=make_id(chance, at),
                email=f"officer.{code}@{ADDRESS}",
                name=f"{given} {family}",
                role=Role.CASE_OFFICER,
                office_id=place.office_id,
                employer_id=None,
                language="sr" if COMMUNITIES.get(code) is SERBIAN else "sq",
                created_at=at,
            )
        )
    centre = (
        ("finance.1", "Vjosa Krasniqi", Role.FINANCE_OFFICER, "sq"),
        ("finance.2", "Nikola Stojanović", Role.FINANCE_OFFICER, "sr"),
        ("authoriser", "Përparim Hoxha", Role.FINANCE_AUTHORISER, "sq"),
        ("auditor", "Jelena Đorđević", Role.AUDITOR, "sr"),
        ("administrator", "Shkëlzen Gashi", Role.ADMINISTRATOR, "sq"),
        ("finance.3", "Teuta Berisha", Role.FINANCE_OFFICER, "sq"),
        ("finance.4", "Ardian Shala", Role.FINANCE_OFFICER, "sq"),
        ("finance.5", "Dragana Jovanović", Role.FINANCE_OFFICER, "sr"),
        ("authoriser.2", "Mirjana Petrović", Role.FINANCE_AUTHORISER, "sr"),
        ("authoriser.3", "Arta Kelmendi", Role.FINANCE_AUTHORISER, "sq"),
        ("administrator.2", "Blerta Morina", Role.ADMINISTRATOR, "sq"),
    )
    for mailbox, name, role, language in centre:
        staff.append(
            Employment(
                make_id(chance, at), f"{mailbox}@{ADDRESS}", name, role, None, None, language, at
            )
        )
    return staff
