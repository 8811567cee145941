"""The lender's figures for programs: what is outstanding, how late, at what risk, and what came in."""

import datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Router, Schema
from pydantic import Field, PlainSerializer, WithJsonSchema

from accounts.api.access import Access, ApiRequest
from accounts.api.fields import Money, Month, Year
from ledger.overview import overview
from ledger.portal.pages import READ

router = Router(tags=["Reports"])
SHARE = r"^[0-9]\.[0-9]{6}$"
Share = Annotated[
    Decimal,
    PlainSerializer(lambda share: f"{share:.6f}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": SHARE, "examples": ["0.125000"], "description": "From 0 to 1."}),
]


class BucketOut(Schema):
    """What is open in one bucket of days late, and its share of all."""

    bucket: Annotated[str, Field(examples=["31-60"])]
    amount: Money
    share: Share


class RiskOut(Schema):
    """Portfolio at risk: the whole balance of customers with any due more than `days` days past due."""

    days: Annotated[int, Field(examples=[30])]
    amount: Money
    share: Share


class MonthFigures(Schema):
    year: Year
    month: Month
    due: Annotated[Money, Field(description="What fell due in it.")]
    collected: Annotated[Money, Field(description="Money received in it, less what was taken back.")]


class DayFigures(Schema):
    day: datetime.date
    collected: Money


class PortfolioOut(Schema):
    """As the first screen has it. Months and days are oldest first, without a gap."""

    on: datetime.date
    currency: Annotated[str, Field(examples=["USD"])]
    outstanding: Money
    overdue: Money
    held: Annotated[Money, Field(description="Money that waits as credit.")]
    ageing: list[BucketOut]
    at_risk: list[RiskOut]
    months: Annotated[list[MonthFigures], Field(description="The last 24, with this one.")]
    days: Annotated[list[DayFigures], Field(description="The last 30, with today.")]


@router.get("/reports/portfolio", response=PortfolioOut, auth=Access(*READ), summary="Ageing, risk, and what came in")
def portfolio(request: ApiRequest) -> Any:
    """From sums kept by day: as quick for large books as for small ones."""
    today = request.lender.today()
    told = overview(today)
    return {
        "on": today,
        "currency": request.lender.currency,
        "outstanding": told.outstanding,
        "overdue": told.overdue,
        "held": told.held,
        "ageing": [{"bucket": age.name, "amount": age.amount, "share": age.share} for age in told.ages],
        "at_risk": told.risks,
        "months": [
            {"year": pair.day.year, "month": pair.day.month, "due": pair.due, "collected": pair.paid}
            for pair in told.months
        ],
        "days": [{"day": pair.day, "collected": pair.paid} for pair in told.takings],
    }
