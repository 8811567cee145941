"""What managers are mailed once a week: money in and out of reach, and who waits for an answer."""

import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.messages import Letter, put_staff
from accounts.models import Lender, Manager, Message, StaffMessage
from accounts.roles import MANAGER
from ledger.models import Approval, Notice, Tally, total
from ledger.money import format_money
from ledger.overview import overview
from ledger.templatetags.money import day

LATE = 2  # days by which a run may miss the lender's weekday
WEEK = datetime.timedelta(7)


def put_summaries(today: datetime.date) -> bool:
    """One for each manager and week, however often it is asked for; whether this is the time for it."""
    weekday = Lender.load().summary_weekday
    if weekday is None or (late := (today.weekday() - weekday) % 7) > LATE:
        return False
    with transaction.atomic():
        put_staff("summary", _managers(), today - datetime.timedelta(late))
    return True


def _managers() -> QuerySet[Manager]:
    """With an address, and a sign-in that is open."""
    may = Q(login__is_superuser=True) | Q(login__groups__name=MANAGER)
    return Manager.objects.filter(may, login__is_active=True).exclude(email="").distinct()


def summaries(row: StaffMessage) -> Letter | None:
    """The week before the day that the message names; what is open and waits is as of now. None for who is no manager
    any more."""
    if not _managers().filter(pk=row.manager_id).exists():
        return None
    until = datetime.date.fromisoformat(row.about)
    days = (until - WEEK, until - datetime.timedelta(1))
    told, sums = overview(Lender.load().today()), _moved(days)
    lines = [
        (_("Received in the week"), format_money(sums["received"])),
        (_("Fell due in the week"), format_money(sums["raised"])),
        (_("Outstanding now"), format_money(told.outstanding)),
        (_("Of it overdue"), format_money(told.overdue)),
        (_("Held as credit"), format_money(told.held or Decimal(0))),
        (_("Requests that wait for a second person"), str(Approval.objects.waiting().count())),
        (_("Notices of payment that wait"), str(Notice.objects.waiting().count())),
        (_("Mails given up"), str(_given_up())),
    ]
    week = {"first": day(days[0]), "last": day(days[1])}
    says = [_("This is the week from %(first)s to %(last)s.") % week]
    return Letter(_("The week to %(last)s") % week, says, lines, _("Open the books"), reverse("admin:index"))


def _given_up() -> int:
    return sum(mails.objects.filter(state=mails.State.DEAD).count() for mails in (Message, StaffMessage))


def _moved(days: tuple[datetime.date, datetime.date]) -> dict[str, Decimal]:
    figures = {name: total("amount", filter=Q(figure=name)) for name in ("received", "raised")}
    return Tally.objects.filter(day__range=days).aggregate(**figures)
