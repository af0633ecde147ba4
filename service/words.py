"""What roles are called on pages."""

from service.actor import Role
from service.i18n import N_

ROLES = {
    Role.CASE_OFFICER: N_("Case officer"),
    Role.EMPLOYER: N_("Employer"),
    Role.FINANCE_OFFICER: N_("Finance officer"),
    Role.FINANCE_AUTHORISER: N_("Finance authoriser"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
}
