"""Train a model: say what counts, see the sample, follow the work."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from accounts.seeing import see_other
from accounts.transactions import Refused
from credit.actions.trainings import ask_for_models, ask_for_sample, stop
from credit.models import Training
from credit.portal.figures import with_rate, years
from credit.portal.training_forms import TrainingForm
from credit.training import too_few
from ledger.portal.pages import ASK, LOOK, StaffRequest

LOOKING, TRAINING = "credit.view_scoringmodel", "credit.add_scoringmodel"
PAGE = 25


@require_http_methods(LOOK)
@permission_required(LOOKING, raise_exception=True)
def trainings(request: HttpRequest) -> HttpResponse:
    """All that was ever asked for, the newest first."""
    rows = Training.objects.select_related("job").prefetch_related("models").order_by("-id")
    return draw(request, "trainings", page=Paginator(rows, PAGE).get_page(request.GET.get("page")))


@require_http_methods(ASK)
@permission_required((LOOKING, TRAINING), raise_exception=True)
def new_training(request: StaffRequest) -> HttpResponse:
    form = TrainingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        training = ask_for_sample(form.wanted(request.user.get_username()))
        return go_to("credit_training", training.pk)
    return draw(request, "new_training", 422 if request.method == "POST" else 200, form=form)


@require_http_methods(ASK)
@permission_required(LOOKING, raise_exception=True)
def training(request: StaffRequest, number: int) -> HttpResponse:
    """GET shows the sample, the work, and what came of it; POST has the models trained, or stops the work."""
    row = get_object_or_404(Training.objects.select_related("job"), pk=number)
    if request.method == "POST":
        if not request.user.has_perm(TRAINING):
            raise PermissionDenied
        _do(request, row)
        return go_to("credit_training", row.pk)
    return draw(request, "training", training=row, **_shown(row))


def _do(request: StaffRequest, row: Training) -> None:
    try:
        match request.POST.get("act"):
            case "train":
                ask_for_models(row, request.user.get_username())
            case "stop":
                stop(row)
                messages.success(request, _("The work stops as soon as the part it is at is done."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)


def _shown(row: Training) -> dict[str, Any]:
    models = list(row.models.order_by("id"))
    sample = row.sample
    few = too_few(sample["rows"], sample["bad"]) if sample else ""
    shown: dict[str, Any] = {"job": row.job, "models": models, "sample": sample, "few": few}
    shown["follow"] = _follow(row)
    shown["works"] = row.job is not None and not row.job.is_over
    shown["may_train"] = bool(sample) and not few and not models and not shown["works"]
    if sample and sample["rows"]:
        shown |= {"years": [with_rate(year) for year in sample["years"]], "plot": years(sample["years"])}
        shown["rate"] = sample["bad"] / sample["rows"]
    return shown


@require_http_methods(LOOK)
@permission_required(LOOKING, raise_exception=True)
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """The part of the page that asks for itself every second, until the work is over and the whole page is new."""
    row = get_object_or_404(Training.objects.select_related("job"), pk=number)
    if row.job is None or row.job.is_over:
        return HttpResponseClientRefresh()
    return render(request, "includes/progress.html", {"job": row.job, "follow": _follow(row)})


def _follow(row: Training) -> str:
    return reverse("admin:credit_training_progress", args=[row.pk])


def draw(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"credit/portal/{template}.html", context, status=status)


def go_to(name: str, *numbers: int) -> HttpResponse:
    return see_other(f"admin:{name}", *numbers)
