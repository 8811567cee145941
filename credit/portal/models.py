"""The trained models: which one scores, what is known of each, and putting one to use by two people."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import Lender
from accounts.sentences import sentence_of
from accounts.telling import told
from accounts.transactions import Refused
from credit.actions import activating
from credit.models import Activation, ScoringModel, Watch
from credit.portal.figures import figures, interval
from credit.portal.trainings import LOOKING, PAGE, draw, go_to
from credit.registry import NoModel, take_down
from ledger.portal.pages import ASK, LOOK, StaffRequest

LAST_CHANGES = 20
SAID = {
    Activation.State.DONE: _("%(model)s scores from now on."),
    Activation.State.WAITING: _("A colleague is asked to confirm it; until then nothing changes."),
    Activation.State.REFUSED: _("The request is refused."),
    Activation.State.WITHDRAWN: _("The request is withdrawn."),
}


@require_http_methods(ASK)
@permission_required(LOOKING, raise_exception=True)
def models(request: StaffRequest) -> HttpResponse:
    """GET shows; POST does one of confirm, refuse, withdraw and stop."""
    if request.method == "POST":
        return _post(request, "credit_models")
    rows = ScoringModel.objects.defer("card", "report").order_by("-id")
    changes = Activation.objects.exclude(state="waiting").select_related("model", "before")[:LAST_CHANGES]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    watch = Watch.objects.exclude(as_of=None).defer("figures").first()
    return draw(
        request,
        "models",
        watch=watch,
        page=page,
        changes=changes,
        active=_active(),
        waiting=_waiting(),
        me=_me(request),
    )


@require_http_methods(ASK)
@permission_required(LOOKING, raise_exception=True)
def model(request: StaffRequest, number: int) -> HttpResponse:
    """GET shows the report; POST puts the model to use, or asks for it."""
    row = get_object_or_404(ScoringModel.objects.select_related("training"), pk=number)
    if request.method == "POST":
        return _post(request, "credit_model", row)
    me = _me(request)
    second = activating.takes_second(row, me)
    return draw(request, "model", **_told(row), waiting=_waiting(), me=me, takes_second=second)


@require_http_methods(LOOK)
@permission_required(LOOKING, raise_exception=True)
def model_card(request: HttpRequest, number: int) -> HttpResponse:
    """What is known of the model on paper."""
    row = get_object_or_404(ScoringModel.objects.select_related("training"), pk=number)
    return draw(
        request, "model_card", **_told(row), lender=Lender.load(), changes=row.activations.exclude(state="waiting")
    )


def _told(row: ScoringModel) -> dict[str, Any]:
    low, high = interval(row.metrics) if "auc_se" in row.metrics else (None, None)
    return {"model": row, "fault": _fault(row), "figures": figures(row), "low": low, "high": high}


def _fault(row: ScoringModel) -> str:
    """Why it cannot score; "" where it can."""
    try:
        take_down(row)
    except NoModel as fault:
        return told(sentence_of(fault))
    return ""


def _post(request: StaffRequest, page: str, row: ScoringModel | None = None) -> HttpResponse:
    if not request.user.has_perm(activating.MAY):
        raise PermissionDenied
    try:
        if done := _do(request, row):
            said = SAID[Activation.State(done.state)] if done.model else _("No model scores from now on.")
            messages.success(request, str(said) % {"model": done.model})
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return go_to(page, *([row.pk] if row else []))


def _do(request: StaffRequest, row: ScoringModel | None) -> Activation | None:
    me, act = _me(request), request.POST.get("act", "")
    if act == "activate" and row:
        return activating.activate(row, me)
    if act == "stop":
        return activating.stop_scoring(me)
    if act not in ("confirm", "refuse", "withdraw"):
        return None
    number = request.POST.get("activation", "")
    asked = get_object_or_404(Activation, pk=int(number) if number.isascii() and number.isdigit() else 0)
    if act == "refuse":
        return activating.refuse(asked, me, request.POST.get("note", "")[:300])
    return activating.confirm(asked, me) if act == "confirm" else activating.withdraw(asked, me)


def _active() -> ScoringModel | None:
    return ScoringModel.objects.filter(active=True).defer("report").first()


def _waiting() -> Activation | None:
    return Activation.objects.waiting().select_related("model").first()


def _me(request: StaffRequest) -> str:
    return request.user.get_username()
