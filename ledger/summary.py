"""What managers are mailed once a week: money in and out of reach, and who waits for an answer."""

import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

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


def _managers() -> list[Manager]:
    """With an address, and a sign-in that is open."""
    may = Q(login__is_superuser=True) | Q(login__groups__name=MANAGER)
    return list(Manager.objects.filter(may, login__is_active=True).exclude(email="").distinct())


def summaries(row: StaffMessage) -> Letter:
    """The week before the day that the message names; what is open and waits is as of now."""
    until = datetime.date.fromisoformat(row.about)
    days = (until - WEEK, until - datetime.timedelta(1))
    told, sums = overview(Lender.load().today()), _moved(days)
    lines = [
        ("Received in the week", format_money(sums["received"])),
        ("Fell due in the week", format_money(sums["raised"])),
        ("Outstanding now", format_money(told.outstanding)),
        ("Of it overdue", format_money(told.overdue)),
        ("Held as credit", format_money(told.held or Decimal(0))),
        ("Requests that wait for a second person", str(Approval.objects.waiting().count())),
        ("Notices of payment that wait", str(Notice.objects.waiting().count())),
        ("Mails given up", str(Message.objects.filter(state=Message.State.DEAD).count())),
    ]
    says = [f"This is the week from {day(days[0])} to {day(days[1])}."]
    return Letter(f"The week to {day(days[1])}", says, lines, "Open the books", reverse("admin:index"))


def _moved(days: tuple[datetime.date, datetime.date]) -> dict[str, Decimal]:
    figures = {name: total("amount", filter=Q(figure=name)) for name in ("received", "raised")}
    return Tally.objects.filter(day__range=days).aggregate(**figures)
