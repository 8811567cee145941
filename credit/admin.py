"""Credit in the portal: requests, decisions, policies, outcomes and trained models, to look at."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnly
from accounts.columns import kept
from credit.models import CreditPolicy, CreditRequest, Decision, Outcome, ScoringModel
from credit.wording import kept_change_words, reason_words


@admin.register(Outcome)
class OutcomeAdmin(ReadOnly):
    list_display = ("id", "customer", "as_of", "defaulted", "batch")
    list_select_related = ("customer", "batch")
    list_filter = ("defaulted",)
    search_fields = ("customer__id__exact", "customer__name")
    ordering = ("-id",)


@admin.register(ScoringModel)
class ScoringModelAdmin(ReadOnly):
    list_display = ("id", "kind", "active", "rows", "bad", "outcomes", "last_as_of", "trained_by", "trained_at")
    ordering = ("-id",)
    exclude = ("libraries", "features", "metrics", "report")
    readonly_fields = (
        kept("libraries", _("libraries")),
        kept("features", _("features")),
        kept("metrics", _("metrics")),
        "its_report",
    )

    @admin.display(description=_("report"))
    def its_report(self, row: ScoringModel) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:credit_model", args=[row.pk]), gettext("Open the report")
        )


@admin.register(CreditPolicy)
class CreditPolicyAdmin(ReadOnly):
    list_display = ("id", "starts_on", "methods", "threshold", "model_threshold", "made_by", "made_at")


@admin.register(CreditRequest)
class CreditRequestAdmin(ReadOnly):
    list_display = ("id", "customer", "month", "amount", "method", "state", "asked_by", "asked_at")
    list_select_related = ("customer",)
    list_filter = ("state", "method")
    search_fields = ("customer__id__exact", "customer__name")
    ordering = ("-id",)


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = ("id", "customer", "request", "method", "verdict", "score", "decided_by", "decided_at")
    list_select_related = ("customer", "request")
    list_filter = ("verdict", "method")
    search_fields = ("customer__id__exact", "customer__name")
    ordering = ("-id",)
    exclude = ("reasons", "changes", "figures")
    readonly_fields = ("its_reasons", "its_changes", kept("figures", _("figures")))

    @admin.display(description=_("reasons"))
    def its_reasons(self, row: Decision) -> str:
        return "\n".join(map(reason_words, row.reasons))

    @admin.display(description=_("changes"))
    def its_changes(self, row: Decision) -> str:
        return "\n".join(map(kept_change_words, row.changes))
