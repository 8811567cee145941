"""The managers' portal: Django's admin behind the staff's door, for active staff alone."""

from collections.abc import Iterable
from typing import Any, cast

from allauth.account.views import logout
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.decorators import wrong_door
from config.apps import IN_THE_PORTAL
from config.exports import export_urls
from config.job_pages import job_urls
from credit.portal.asking_urls import asking_urls
from credit.portal.deciding import waiting_requests
from credit.portal.model_urls import model_urls
from credit.portal.urls import deciding_urls, lending_urls
from ledger.portal.batch_urls import batch_urls
from ledger.portal.first_screen import first_screen
from ledger.portal.grid import grid_urls
from ledger.portal.orders import order_urls
from ledger.portal.owing import owing_urls
from ledger.portal.pages import StaffRequest
from ledger.portal.start import starting
from ledger.portal.trail import trail_urls
from ledger.portal.urls import book_urls, list_urls
from ledger.portal.webhooks import webhook_urls

LEFT_OUT = {"view_on_site", "password_change_done"}
PLACES = (
    ("", list_urls),
    ("batches/", batch_urls),
    ("credit/", model_urls),
    ("customer/", book_urls),
    ("customer/", asking_urls),
    ("customer/", deciding_urls),
    ("credit/", lending_urls),
    ("export/", export_urls),
    ("grid/", grid_urls),
    ("jobs/", job_urls),
    ("owing/", owing_urls),
    ("statements/", order_urls),
    ("audit/", trail_urls),
    ("webhooks/", webhook_urls),
)


class DuebookAdminSite(AdminSite):
    site_header = "Duebook"
    site_title = "Duebook"
    index_title = _("The books")
    enable_nav_sidebar = False  # the header names the places: templates/ledger/portal/nav.html
    index_template = "ledger/portal/index.html"
    rooms = IN_THE_PORTAL

    def get_urls(self) -> list[Any]:
        """Django's own pages, and before them ours. Django's way to a thing's page on the site leads nowhere: ours have
        none, and its refusals count the tables. A password that was changed is told of on a page of ours."""
        ours = [path(place, include(pages(self.admin_view))) for place, pages in PLACES]
        return [*ours, *(one for one in super().get_urls() if getattr(one, "name", "") not in LEFT_OUT)]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        staff = cast(StaffRequest, request)
        shown = first_screen(staff) | waiting_requests(request) | starting(staff)
        return super().index(request, shown | (extra_context or {}))

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
