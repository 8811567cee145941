"""The managers' portal: Django's admin behind the staff's door, for active staff alone."""

from collections.abc import Iterable
from typing import Any

from allauth.account.views import logout
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.decorators import wrong_door
from ledger.portal.urls import book_urls, list_urls


class DuebookAdminSite(AdminSite):
    site_header = "Duebook"
    site_title = "Duebook"
    index_title = "The books"
    index_template = "ledger/portal/index.html"
    rooms = ("accounts", "ledger", "credit")

    def get_urls(self) -> list[Any]:
        """Django's own pages, and before them the book of each customer and the lists of what waits."""
        books = [path("customer/", include(book_urls(self.admin_view))), *list_urls(self.admin_view)]
        return [*books, *super().get_urls()]

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Our nouns only: the tables of libraries (groups, e-mail addresses, sessions) are not the staff's to edit,
        and expenses are nobody's but the customer's."""
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        super().register([model for model in models if model._meta.app_label in self.rooms], admin_class, **options)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The admin has no door of its own: strangers go to the staff's, customers are told whose page this is."""
        if not request.user.is_authenticated:
            return redirect_to_login(self._next(request), reverse("manager_login"))
        if not self.has_permission(request):
            return wrong_door(request, "the lender’s staff")
        return redirect(self._next(request))

    def _next(self, request: HttpRequest) -> str:
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
        return wanted if safe else reverse("admin:index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return logout(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")
