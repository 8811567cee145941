"""What the pages of a customer's book share: who may open them, whose book it is, and the frame."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Customer, Lender, User
from accounts.seeing import see_other

READ = ("accounts.view_customer", "ledger.view_due", "ledger.view_payment")
LOOK, ASK, ACT = ("GET", "HEAD"), ("GET", "HEAD", "POST"), ("POST",)
View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """What the admin's door lets through."""

    user: User
    lender: Lender


def book_page(*codes: str, methods: tuple[str, ...] = LOOK) -> Callable[[View], View]:
    """A page of one customer's book: 403 without the right to read it and these besides, 404 without a customer."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, number: int, **named: int) -> HttpResponse:
            return view(request, get_object_or_404(Customer, pk=number), **named)

        allowed = permission_required((*READ, *codes), raise_exception=True)(opened)
        return require_http_methods(methods)(allowed)

    return decorate


def draw(request: HttpRequest, template: str, customer: Customer, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"ledger/portal/{template}.html", {"customer": customer, **context}, status=status)


def address(name: str, customer: Customer, *more: int) -> str:
    return reverse(f"admin:{name}", args=[customer.pk, *more])


def go_to(name: str, customer: Customer, *more: int) -> HttpResponse:
    return see_other(f"admin:{name}", customer.pk, *more)


def whole(text: str) -> int:
    """A row's number as an address or a form has it; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
