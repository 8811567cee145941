"""Monitoring: what was decided, what came of it, how far customers moved, and what to look at."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from accounts.transactions import Refused
from credit.actions.watching import ask_to_watch
from credit.drift import MOVED, MUCH, alarms
from credit.models import Watch
from credit.naming import name_of
from credit.plots import Frame, Line, Plot, percent, plot
from credit.portal.trainings import LOOKING, TRAINING, draw, go_to
from ledger.portal.pages import ASK, LOOK, StaffRequest

Json = dict[str, Any]
STATES = {
    "much": pgettext_lazy("moved", "much"),
    "some": pgettext_lazy("moved", "some"),
    "little": pgettext_lazy("moved", "little"),
}
FOLLOW = "admin:credit_watching_progress"


@require_http_methods(ASK)
@permission_required(LOOKING, raise_exception=True)
def watching(request: StaffRequest) -> HttpResponse:
    """GET shows the last count; POST has it counted anew."""
    if request.method == "POST":
        if not request.user.has_perm(TRAINING):
            raise PermissionDenied
        try:
            ask_to_watch(request.user.get_username())
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        return go_to("credit_watching")
    last = Watch.objects.select_related("job").first()
    job = last.job if last else None
    works = job is not None and not job.is_over
    watch = Watch.objects.exclude(as_of=None).select_related("model").first()
    told = {"alarms": _alarms(watch), **_shown(watch)}
    return draw(request, "watching", watch=watch, job=job, works=works, follow=reverse(FOLLOW), **told)


@require_http_methods(LOOK)
@permission_required(LOOKING, raise_exception=True)
def progress(request: HttpRequest) -> HttpResponse:
    """As that of a training."""
    last = Watch.objects.select_related("job").first()
    if last is None or last.job is None or last.job.is_over:
        return HttpResponseClientRefresh()
    return render(request, "includes/progress.html", {"job": last.job, "follow": reverse(FOLLOW)})


def _alarms(watch: Watch | None) -> list[str]:
    """Said anew from the figures that were counted; where no model could count, what was kept of that."""
    if watch is None or "came" not in watch.figures:
        return [gettext(alarm) for alarm in watch.alarms] if watch else []
    return alarms(watch.figures["came"], watch.figures["moved"], watch.figures["customers"])


def _shown(watch: Watch | None) -> dict[str, Any]:
    if watch is None or "came" not in watch.figures:
        return {}
    came = watch.figures["came"]
    bands = [{**_rated(row), "label": _band(int(row["name"]) * 10)} for row in came["bands"]]
    moved = [{**row, **_named(row)} for row in watch.figures["moved"]]
    return {
        "whole": _rated(came["all"]),
        "bands": bands,
        "vintages": [_rated(row) for row in came["vintages"]],
        "plot": _plot(bands) if bands else None,
        "moved": moved,
    }


def _band(low: int) -> str:
    return gettext("%(low)s to %(high)s %%") % {"low": low, "high": low + 10}


def _rated(row: Json) -> Json:
    count = row["rows"] or 1
    return {**row, "rate": row["bad"] / count, "foretold_rate": row["foretold"] / count}


def _named(row: Json) -> Json:
    state = "much" if row["moved"] > MUCH else "some" if row["moved"] > MOVED else "little"
    return {"sentence": name_of(row["feature"]), "state": state, "word": STATES[state]}


def _plot(bands: list[Json]) -> Plot:
    """Defaults that came against those foretold, band by band."""
    frame = Frame((0, 1), (0, 1), gettext("Foretold to default"), gettext("Defaulted"), percent, percent)
    points = sorted((row["foretold_rate"], row["rate"]) for row in bands)
    spans = [
        Line("plot-span", [(row["foretold_rate"], row["low"]), (row["foretold_rate"], row["high"])]) for row in bands
    ]
    told = gettext(
        "Line of the part that defaulted against the part foretold, by band of the score, beside the diagonal."
    )
    return plot(told, frame, [Line("plot-ideal", [(0, 0), (1, 1)]), *spans, Line("plot-line", points)])
