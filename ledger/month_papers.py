"""The manager's report on a month: the figures of the first screen as they stood when it ended, and what came in it."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from accounts.models import Lender
from accounts.paper import Block, Paper, heading, pairs, table, text
from ledger.charts import Chart, Pair, draw
from ledger.models import Disbursement, total
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
    paper = Paper(f"Report on {month_name(month)}", lender, day(today))
    paper.blocks = [pairs(_figures(told, on, month)), *_ages(told.ages, told.outstanding), *_risks(told.risks)]
    paper.blocks += _months(told.months)
    paper.blocks += _takings(takings(month, on), month)
    return paper


def _figures(told: Overview, on: datetime.date, month: datetime.date) -> list[tuple[str, str]]:
    given = Disbursement.objects.filter(paid_on__range=(month, on)).aggregate(all=total("amount"))["all"]
    this = told.this_month
    held = [("Credit held", money(told.held))] if told.held is not None else []
    return [
        (f"Outstanding on {day(on)}", money(told.outstanding)),
        ("Of it overdue", money(told.overdue)),
        ("Due in the month", money(this.due)),
        ("Collected in the month", money(this.paid)),
        ("Lent in the month", money(given)),
        *held,
    ]


def _ages(ages: Sequence[Age], outstanding: Decimal) -> Iterator[Block]:
    yield heading("Open by age")
    rows = [["Not late" if age.name == "current" else age.name, money(age.amount), percent(age.share)] for age in ages]
    yield table("Days late*|Open>|Share>", rows, ["All", money(outstanding), ""])


def _risks(risks: Sequence[Risk]) -> Iterator[Block]:
    yield heading("Portfolio at risk")
    rows = [[f"PAR {risk.days}", money(risk.amount), percent(risk.share)] for risk in risks]
    yield table("Measure*|Whole balance at risk>|Share>", rows)
    yield text("PAR 30 is the whole balance of customers with any due more than 30 days late.", look="soft")


def _months(months: Sequence[Pair]) -> Iterator[Block]:
    yield heading("Due and collected by month")
    told = f"Bars of what was due and collected in each of {len(months)} months. The table below has every figure."
    yield _bars(draw(months, label=season, slim=True), told, ["Due", "Collected"])
    rows = [[month_name(pair.day), money(pair.due), money(pair.paid)] for pair in reversed(months)]
    yield table("Month*|Due>|Collected>", rows)


def _takings(days: Sequence[Pair], month: datetime.date) -> Iterator[Block]:
    yield heading(f"Takings by day, {month_short(month)} {month.year}")
    rows = [[day(pair.day), money(pair.paid)] for pair in days if pair.paid]
    if not rows:
        yield text("Nothing came in this month.")
        return
    told = "Bars of the money received on each day of the month. The table below has every figure."
    yield _bars(draw(days, label=lambda on: str(on.day) if on.day % 5 == 0 else ""), told, [])
    yield table("Day*|Received>", rows, ["Together", money(sum((pair.paid for pair in days), Decimal(0)))])


def _bars(chart: Chart, told: str, legend: list[str]) -> Block:
    width, height = map(int, chart.view_box.split()[2:])
    bars: list[dict[str, Any]] = [
        {"label": bar.label} | {name: float(value) for name, value in asdict(bar).items() if name in NUMBERS}
        for bar in chart.bars
    ]
    ticks = [(float(y), label) for y, label in chart.ticks]
    shown = {"width": width, "height": height, "start": chart.start, "ticks": ticks, "bars": bars}
    return {"kind": "bars", "told": told, "legend": legend, **shown}
