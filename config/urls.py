"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from config import api_docs, views
from config.api import api, nowhere

urlpatterns = [
    path("", views.landing, name="landing"),
    path("", include("accounts.urls")),
    path("", include("ledger.urls")),
    path("", include("credit.urls")),
    path("", include("expenses.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/docs", api_docs.page, name="api_docs"),
    path("api/", api.urls),
    path("api/<path:rest>", nowhere),
    path("admin/", admin.site.urls),
]
