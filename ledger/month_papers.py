"""The manager's report on a month: the figures of the first screen as they stood when it ended, and what came in it."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Lender
from accounts.paper import Block, Paper, heading, pairs, table, text
from ledger.charts import Chart, Pair, draw
from ledger.models import Disbursement, total
from ledger.money import apart
from ledger.months import last_day
from ledger.overview import Age, Overview, Risk, overview, overview_on, takings
from ledger.portal.first_screen import season
from ledger.templatetags.money import day, money, month_name, month_short
from ledger.templatetags.portal import percent

NUMBERS = ("x", "width", "middle", "due_y", "due_height", "paid_x", "paid_width", "paid_y", "paid_height")


def month_report(month: datetime.date, lender: Lender) -> Paper:
    """Of a month that is over its last day, of this month today. Reads all of the books for a past day."""
    today = lender.today()
    on = min(last_day(month), today)
    told = overview(today) if on == today else overview_on(on, lender)
    paper = Paper(_("Report on %(month)s") % {"month": month_name(month)}, lender, day(today))
    paper.blocks = [
        pairs(_figures(told, on, month), sums=True),
        *_ages(told.ages, told.outstanding),
        *_risks(told.risks),
    ]
    paper.blocks += _months(told.months)
    paper.blocks += _takings(takings(month, on), month)
    return paper


def _figures(told: Overview, on: datetime.date, month: datetime.date) -> list[tuple[str, str]]:
    """A loan that was taken back since was never lent: its dues are withdrawn from the other figures too."""
    given = Disbursement.objects.standing().filter(paid_on__range=(month, on)).aggregate(all=total("amount"))["all"]
    this = told.this_month
    held = [(_("Credit held"), money(told.held))] if told.held is not None else []
    return [
        (_("Outstanding on %(day)s") % {"day": day(on)}, money(told.outstanding)),
        (_("Of it overdue"), money(told.overdue)),
        (_("Due in the month"), money(this.due)),
        (_("Collected in the month"), money(this.paid)),
        (_("Lent in the month"), money(given)),
        *held,
    ]


def _ages(ages: Sequence[Age], outstanding: Decimal) -> Iterator[Block]:
    yield heading(_("Open by age"))
    rows = [[_days_late(age), money(age.amount), percent(age.share)] for age in ages]
    columns = [_("Days late") + "*", pgettext("an amount", "Open") + ">", _("Share") + ">"]
    yield table("|".join(columns), rows, [_("All"), money(outstanding), ""])


def _days_late(age: Age) -> str:
    return _("Not late") if age.name == "current" else apart(age.name)


def _risks(risks: Sequence[Risk]) -> Iterator[Block]:
    yield heading(_("Portfolio at risk"))
    rows = [[_("PAR %(days)s") % {"days": risk.days}, money(risk.amount), percent(risk.share)] for risk in risks]
    columns = [_("Measure") + "*", _("Whole balance at risk") + ">", _("Share") + ">"]
    yield table("|".join(columns), rows)
    yield text(_("PAR 30 is the whole balance of customers with any due more than 30 days late."), look="soft")


def _months(months: Sequence[Pair]) -> Iterator[Block]:
    yield heading(_("Due and collected by month"))
    told = _("Bars of what was due and collected in each of %(number)s months. The table below has every figure.")
    told %= {"number": len(months)}
    yield _bars(draw(months, label=season, slim=True), told, [_("Due"), _("Collected")])
    rows = [[month_name(pair.day), money(pair.due), money(pair.paid)] for pair in reversed(months)]
    yield table("|".join([_("Month") + "*", _("Due") + ">", _("Collected") + ">"]), rows)


def _takings(days: Sequence[Pair], month: datetime.date) -> Iterator[Block]:
    yield heading(_("Takings by day, %(month)s") % {"month": f"{month_short(month)} {month.year}"})
    rows = [[day(pair.day), money(pair.paid)] for pair in days if pair.paid]
    if not rows:
        yield text(_("Nothing came in this month."))
        return
    told = _("Bars of the money received on each day of the month. The table below has every figure.")
    yield _bars(draw(days, label=lambda on: str(on.day) if on.day % 5 == 0 else ""), told, [])
    columns = [_("Day") + "*", _("Received") + ">"]
    yield table("|".join(columns), rows, [_("Together"), money(sum((pair.paid for pair in days), Decimal(0)))])


def _bars(chart: Chart, told: str, legend: list[str]) -> Block:
    width, height = map(int, chart.view_box.split()[2:])
    bars: list[dict[str, Any]] = [
        {"label": bar.label} | {name: float(value) for name, value in asdict(bar).items() if name in NUMBERS}
        for bar in chart.bars
    ]
    ticks = [(float(y), label) for y, label in chart.ticks]
    shown = {"width": width, "height": height, "start": chart.start, "ticks": ticks, "bars": bars}
    return {"kind": "bars", "told": told, "legend": legend, **shown}
