"""The addresses of a customer's credit, below admin/customer/."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from credit.portal import asking

View = Callable[..., HttpResponseBase]

VIEWS: tuple[tuple[str, str, View], ...] = (
    ("<int:number>/credit/", "customer_credit", asking.credit),
    ("<int:number>/credit/<int:asked>/", "customer_credit_decision", asking.decision),
    ("<int:number>/credit/<int:asked>/withdraw/", "customer_credit_withdraw", asking.withdraw),
)


def asking_urls(guard: Callable[[View], Any]) -> list[URLPattern]:
    """Each page behind the admin's own door."""
    return [path(route, guard(view), name=name) for route, name, view in VIEWS]
