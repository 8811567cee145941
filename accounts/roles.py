"""What each role of the staff may do: the groups, as migrations make them, and as a test compares them."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User

MANAGER, CLERK, AUDITOR = "manager", "clerk", "auditor"
NAMES = {MANAGER: _("manager"), CLERK: _("clerk"), AUDITOR: _("auditor")}

LOOK_AT_THE_BOOKS = frozenset({
    "accounts.view_customer", "accounts.view_batch",
    "ledger.view_due", "ledger.view_payment", "ledger.view_allocation", "ledger.view_case",
    "ledger.view_approval", "ledger.view_notice", "ledger.view_disbursement",
    "credit.view_creditrequest", "credit.view_decision",
})  # fmt: skip
LOOK_AT_EVERYTHING = LOOK_AT_THE_BOOKS | {
    "accounts.view_lender", "accounts.view_manager", "accounts.view_user", "credit.view_outcome",
    "accounts.view_auditentry", "accounts.view_houseentry", "accounts.view_seal", "accounts.view_sealedhead",
    "accounts.view_message", "accounts.view_endpoint", "ledger.view_closing", "ledger.view_statementorder",
    "credit.view_scoringmodel", "credit.view_creditpolicy",
}  # fmt: skip
DAILY_WORK = frozenset({
    "accounts.add_customer", "accounts.change_customer", "accounts.add_batch",
    "ledger.add_due", "ledger.change_due", "ledger.add_payment", "ledger.add_case", "ledger.change_case",
    "ledger.change_notice", "credit.add_creditrequest",
})  # fmt: skip
UNDO_AND_FORGIVE = frozenset({
    "accounts.export_customer", "accounts.erase_customer",
    "accounts.change_batch",  # undoing a batch reverses all its payments
    "ledger.reverse_payment", "ledger.refund_credit", "ledger.waive_due", "ledger.charge_off_due",
    "credit.add_decision",  # overriding what the rule decided
})  # fmt: skip
KEEP_HOUSE = frozenset({
    "accounts.change_lender", "accounts.close_month", "credit.add_outcome", "credit.add_creditpolicy",
    "ledger.add_statementorder",
    "accounts.change_message",  # send a mail anew that was given up
    "accounts.change_endpoint",  # which programs are told of what
    "credit.add_scoringmodel", "credit.change_scoringmodel",  # train a model, and put one to use
})  # fmt: skip

# A change here needs a migration that brings the groups along: accounts/tests/test_roles.py compares them.
# Never anything of expenses: those are the customers' own. Nothing to delete: the books keep what they name.
ROLES: dict[str, frozenset[str]] = {
    MANAGER: LOOK_AT_EVERYTHING | DAILY_WORK | UNDO_AND_FORGIVE | KEEP_HOUSE,
    CLERK: LOOK_AT_THE_BOOKS | DAILY_WORK,
    AUDITOR: LOOK_AT_EVERYTHING,
}


def group_of(role: str) -> Group:
    """The role's group; made again from ROLES where it was lost, for a flushed database runs no migration."""
    group, made = Group.objects.get_or_create(name=role)
    if made:
        group.permissions.set(permissions(ROLES[role]))
    return group


def role_of(user: User) -> str:
    """A name of ROLES, or "" for no role."""
    return next((group.name for group in user.groups.all() if group.name in ROLES), "")


def permissions(names: frozenset[str]) -> QuerySet[Permission]:
    """The rows of "app.code" names."""
    wanted = Q(pk__in=[])
    for name in names:
        app, code = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=code)
    return Permission.objects.filter(wanted)
