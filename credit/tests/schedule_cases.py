"""Reads other lenders' schedules (cases/schedules.json) and says what ours come to for the same terms."""

import datetime
import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from credit.schedule import DueDay, Interest, Schedule, Terms, schedule

FILE = Path(__file__).resolve().parents[3] / "shared" / "cases" / "schedules.json"
Case = dict[str, Any]

DAYS = {
    "same_day": DueDay.SAME_DAY,
    "start_of_next_month": DueDay.FIRST_OF_NEXT,
    "first_of_next_month": DueDay.FIRST_OF_NEXT,
    "end_of_current_month": DueDay.MONTH_END,
}


def schedules() -> list[Case]:
    """The cases that name a schedule: a principal, and how it is paid back."""
    if not FILE.exists():
        return []
    cases = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
    return [case for case in cases if "principal" in case and isinstance(case.get("expect"), dict)]


def terms_of(case: Case) -> Terms:
    """Those systems round an instalment up to a whole unit unless they say cents."""
    method = case.get("method", "").lower()
    interest = Interest.DECLINING
    if "flat" in method:
        interest = Interest.FLAT
    elif "equal principal" in method:
        interest = Interest.EQUAL_PRINCIPAL
    fixed = case.get("fixed_instalment")
    return Terms(
        Decimal(case["principal"]),
        Decimal(case.get("annual_rate", "0")),
        0 if fixed else int(case["periods"]),
        Decimal(fixed) if fixed else None,
        interest,
        unit=Decimal("0.01") if "cent" in method else Decimal(1),
    )


def ours(case: Case) -> Case:
    """Our figure for each that the case expects, as the case writes it."""
    start = datetime.date.fromisoformat(case.get("repayment_start", "2024-01-31"))
    terms, expect = terms_of(case), case["expect"]
    plan = schedule(terms, start, DueDay.SAME_DAY, start.day)
    first = plan.rows[0]
    known = {
        "instalment": plan.instalment,
        "periods": len(plan.rows),
        "total_interest": plan.total_interest,
        "total_payment": plan.total,
        "interest_paid": first.interest,
        "principal_paid": first.principal,
    }
    told: Case = {name: _as_written(known[name], wanted) for name, wanted in expect.items() if name in known}
    for name in DAYS.keys() & expect.keys():
        days = [row.due_on.isoformat() for row in schedule(terms, start, DAYS[name], start.day).rows]
        told[name] = [days[0], days[1], days[-1]]
    if "rows" in expect:
        told["rows"] = {number: _row(plan, int(number), wanted) for number, wanted in expect["rows"].items()}
    return told


def _row(plan: Schedule, number: int, wanted: list[str]) -> list[Any]:
    row = plan.rows[number - 1]
    figures = (row.principal, row.interest, row.balance)
    return [_as_written(figure, one) for figure, one in zip(figures, wanted, strict=True)]


def _as_written(figure: Decimal | int, wanted: str | int) -> str | int:
    """With as many decimals as the other figure has."""
    if isinstance(wanted, int):
        return int(figure)
    places = len(wanted.partition(".")[2])
    return f"{Decimal(figure).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
