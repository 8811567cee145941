"""The addresses of one customer's book, below admin/customer/."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from ledger.portal import cases, money, people, trail, views, worklist

View = Callable[..., HttpResponseBase]

VIEWS: tuple[tuple[str, str, View], ...] = (
    ("", "customer_search", views.search),
    ("<int:number>/", "customer_book", views.book),
    ("<int:number>/statement/", "customer_statement", views.statement),
    ("<int:number>/payments/<int:payment>/", "customer_receipt", views.receipt),
    ("<int:number>/payments/<int:payment>/reverse/", "customer_reverse", money.reverse_payment),
    ("<int:number>/pay/", "customer_pay", money.pay),
    ("<int:number>/refund/", "customer_refund", money.refund),
    ("<int:number>/case/", "customer_case", cases.case),
    ("<int:number>/letter/", "customer_letter", cases.letter),
    ("<int:number>/invite/", "customer_invite", people.invite),
    ("<int:number>/login/", "customer_login", people.login),
    ("<int:number>/audit/", "customer_trail", trail.customer_trail),
)


def book_urls(guard: Callable[[View], Any]) -> list[URLPattern]:
    """Each page behind the admin's own door."""
    return [path(route, guard(view), name=name) for route, name, view in VIEWS]


def worklist_urls(guard: Callable[[View], Any]) -> list[URLPattern]:
    """The same for the list of whom to contact, below admin/worklist/."""
    return [path("", guard(worklist.worklist), name="worklist")]
