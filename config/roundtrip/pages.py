"""The pages of the round trip on a list of the admin: export, import, look, confirm.

They stand at the addresses of django-import-export's own and ask for its permissions. The library's views are not
used: they keep files that fail, confirm what they did not store, and report success for what was rolled back.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from import_export.admin import ExportMixin, ImportMixin
from import_export.formats.base_formats import CSV

from accounts.actor import IMPORT, acting
from accounts.models import Customer, WaitingFile
from accounts.seeing import see_other
from accounts.transactions import one_transaction
from config.roundtrip.forms import ExportForm, FileForm
from config.roundtrip.resources import COLUMNS, CustomerResource, chosen_columns
from config.roundtrip.sheets import MOST_ROWS, read_sheet, write_sheet
from config.roundtrip.waiting import WaitingFiles
from ledger.portal.pages import ASK, StaffRequest

MOST_PROBLEMS = 100  # on a page
OVER = _("No file of yours waits to be confirmed. If you have just confirmed one, its changes are stored.")
CHANGED = _("Somebody changed the books while you looked, and nothing was stored. Look again at what differs now.")


class WayOut(ExportMixin):
    """The list as a file, for who may look at it."""

    formats = [CSV]
    resource_classes = [CustomerResource]

    @admin.action(description=_("Export the chosen as CSV"), permissions=["export"])
    def export_chosen(self, request: StaffRequest, chosen: QuerySet[Customer]) -> HttpResponse:
        numbers = chosen.order_by("pk").values_list("pk", flat=True)[: MOST_ROWS + 1]
        form = ExportForm(initial={"only": ",".join(map(str, numbers))})
        return self._export_page(request, form, len(numbers))

    @method_decorator(require_http_methods(ASK))
    def export_action(self, request: StaffRequest) -> HttpResponse:
        """The list as it is filtered, or the customers chosen in it."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            chosen = self.get_export_queryset(request)
        except IncorrectLookupParameters:
            messages.error(request, gettext("The list cannot be narrowed like that; this is all of it."))
            return go_to("changelist")
        form = ExportForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and form.cleaned_data["only"]:
            chosen = chosen.filter(pk__in=form.cleaned_data["only"])
        count = chosen[: MOST_ROWS + 1].count()
        if not form.is_valid() or count > MOST_ROWS:
            return self._export_page(request, form, count)
        return self._download(chosen, form)

    def _download(self, chosen: QuerySet[Customer], form: ExportForm) -> HttpResponse:
        dataset = CustomerResource().export(chosen, export_fields=chosen_columns(form.cleaned_data["columns"]))
        content = write_sheet(dataset, for_excel=form.cleaned_data["excel"])
        named = {"Content-Disposition": f'attachment; filename="customers-{timezone.localdate()}.csv"'}
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=named)

    def _export_page(self, request: StaffRequest, form: ExportForm, count: int) -> HttpResponse:
        where = f"{address('export')}{'?' * bool(request.GET)}{request.GET.urlencode()}"
        told = {"form": form, "count": count, "too_many": count > MOST_ROWS, "most": MOST_ROWS, "where": where}
        return draw(request, "export", 422 if form.errors else 200, **told)


class WayBack(ImportMixin):
    """The file taken in again. It may bring new customers too, so who sends one may also add them."""

    formats = [CSV]
    resource_classes = [CustomerResource]
    tmp_storage_class = WaitingFiles

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_import_permission(request) and self.has_add_permission(request))

    @method_decorator(require_http_methods(ASK))
    def import_action(self, request: StaffRequest) -> HttpResponse:
        """Take a file that has nothing wrong, to wait until its sender has looked at it."""
        self._may_import(request)
        if request.method != "POST":
            return draw(request, "import", form=FileForm(columns=COLUMNS), columns=COLUMNS)
        form, problems = FileForm(request.POST, request.FILES, columns=COLUMNS), []
        if form.is_valid() and form.sheet is not None:
            problems = CustomerResource().take(form.sheet).problems
            if not problems:
                self._waiting(request).save(form.content, form.cleaned_data["file"].name)
                return go_to("process_import")
        return draw(request, "import", 422, form=form, columns=COLUMNS, **_shown(problems))

    @method_decorator(require_http_methods(ASK))
    def process_import(self, request: StaffRequest) -> HttpResponse:
        """Look at what the file changes; post to store it, or to put it away."""
        self._may_import(request)
        if request.method == "POST":
            return self._put_away(request) if "put_away" in request.POST else self._confirm(request)
        file = self._waiting(request).find()
        if file is None:
            messages.info(request, OVER)
            return go_to("import")
        read = CustomerResource().take(read_sheet(bytes(file.content), COLUMNS))
        return draw(request, "preview", file=file, read=read, header=_header(read), **_shown(read.problems))

    def _confirm(self, request: StaffRequest) -> HttpResponse:
        stored = self._store(request)
        if stored is None:
            messages.info(request, OVER)
            return go_to("import")
        if not stored.store:
            messages.error(request, CHANGED)
            return go_to("process_import")
        new, changed, same = len(stored.new), len(stored.changed), len(stored.same)
        told = {"changed": changed, "new": new, "same": same}
        sentence = gettext("Stored: %(changed)s changed, %(new)s new, %(same)s left as they were.")
        messages.success(request, sentence % told)
        return go_to("changelist")

    @one_transaction
    def _store(self, request: StaffRequest) -> CustomerResource | None:
        """All of it, exactly as it was shown, or nothing: then `store` is off. None where no such file waits."""
        file = self._waiting(request, request.POST.get("name", "")).find(held=True)
        if file is None:
            return None
        with acting(request.user.get_username(), IMPORT):
            read = CustomerResource(store=True).take(read_sheet(bytes(file.content), COLUMNS))
        if read.problems or read.fingerprint != request.POST.get("seen"):
            transaction.set_rollback(True)
            read.store = False
            return read
        self._log(request, read, file)
        file.delete()
        return read

    def _log(self, request: StaffRequest, read: CustomerResource, file: WaitingFile) -> None:
        """In the history of each customer."""
        for rows, flag in ((read.new, ADDITION), (read.changed, CHANGE)):
            customers = [row.customer for row in rows]
            LogEntry.objects.log_actions(request.user.pk, customers, flag, f"By the file {file.file_name}.")

    def _put_away(self, request: StaffRequest) -> HttpResponse:
        self._waiting(request, request.POST.get("name", "")).remove()
        messages.info(request, gettext("The file was put away; nothing was changed."))
        return go_to("changelist")

    def _may_import(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _waiting(self, request: HttpRequest, name: str | None = None) -> WaitingFiles:
        return WaitingFiles(request, "accounts.customer", name=name)


def draw(request: HttpRequest, page: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"admin/import_export/{page}.html", context, status=status)


def address(name: str) -> str:
    return reverse(f"admin:accounts_customer_{name}")


def go_to(name: str) -> HttpResponse:
    return see_other(address(name))


def _shown(problems: list[Any]) -> dict[str, Any]:
    return {"problems": problems[:MOST_PROBLEMS], "more_problems": max(0, len(problems) - MOST_PROBLEMS)}


def _header(read: CustomerResource) -> list[tuple[str, bool]]:
    return [(cell.column, cell.is_amount) for cell in read.rows[0].cells] if read.rows else []
