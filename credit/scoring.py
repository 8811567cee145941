"""Scores of customers by one model, streamed."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from accounts.models import Customer
from credit.histories import histories
from credit.judging import measured
from credit.registry import Shelved

Row = tuple[int, datetime.date, Decimal, int, str]


def scores(model: Shelved, as_of: datetime.date) -> Iterator[Row]:
    """customer, as_of, p_repays, points, model for everybody.

    One without any history is scored too, as the model found such customers to be; a decision refers him all the same.
    """
    numbers = Customer.objects.order_by("id").values_list("id", flat=True).iterator()
    named = model.row.code
    for history in histories((number, as_of) for number in numbers):
        points = model.card.points(measured(model.card, history))
        yield history.customer, as_of, Decimal(f"{model.card.p_repays(points):.6f}"), points, named
