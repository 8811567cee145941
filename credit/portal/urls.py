"""The addresses of the staff's part in lending: lists below admin/credit/, one request's below admin/customer/."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from credit.portal import deciding, policies

View = Callable[..., HttpResponseBase]

LISTS: tuple[tuple[str, str, View], ...] = (
    ("requests/", "credit_requests", deciding.requests),
    ("policy/", "credit_policy", policies.policies),
    ("policy/new/", "credit_policy_new", policies.new_policy),
)
DECIDING: tuple[tuple[str, str, View], ...] = (
    ("<int:number>/credit/<int:asked>/decide/", "customer_credit_decide", deciding.decide),
    ("<int:number>/credit/<int:asked>/letter/", "customer_credit_letter", deciding.letter),
    ("<int:number>/credit/<int:asked>/letter.pdf", "customer_credit_letter_pdf", deciding.letter_pdf),
)


def lending_urls(guard: Callable[[View], Any]) -> list[URLPattern]:
    """Each page behind the admin's own door."""
    return [path(route, guard(view), name=name) for route, name, view in LISTS]


def deciding_urls(guard: Callable[[View], Any]) -> list[URLPattern]:
    return [path(route, guard(view), name=name) for route, name, view in DECIDING]
