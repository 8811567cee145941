"""What a file looks like: the columns in words, and templates to fill in."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ledger.bulk.shaped_workbooks import as_workbook
from ledger.bulk.shapes import Shape, example_csv, shape_named, shapes
from ledger.portal.pages import LOOK

LOOKING = "accounts.view_batch"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(LOOK)
@permission_required(LOOKING, raise_exception=True)
def columns(request: HttpRequest) -> HttpResponse:
    return render(request, "ledger/portal/batches/columns.html", {"shapes": shapes()})


@require_http_methods(LOOK)
@permission_required(LOOKING, raise_exception=True)
def template_csv(request: HttpRequest, kind: str) -> HttpResponseBase:
    shape = _shape(kind)
    return _download(StreamingHttpResponse(example_csv(shape), content_type="text/csv; charset=utf-8"), f"{kind}.csv")


@require_http_methods(LOOK)
@permission_required(LOOKING, raise_exception=True)
def template_xlsx(request: HttpRequest, kind: str) -> HttpResponseBase:
    return _download(HttpResponse(as_workbook(_shape(kind)), content_type=XLSX), f"{kind}.xlsx")


def _shape(name: str) -> Shape:
    if shape := shape_named(name):
        return shape
    raise Http404


def _download(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
