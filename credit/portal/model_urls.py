"""The addresses of models and of training, below admin/credit/."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from credit.portal import models, trainings, watching

View = Callable[..., HttpResponseBase]

VIEWS: tuple[tuple[str, str, View], ...] = (
    ("models/", "credit_models", models.models),
    ("models/<int:number>/", "credit_model", models.model),
    ("models/<int:number>/card/", "credit_model_card", models.model_card),
    ("trainings/", "credit_trainings", trainings.trainings),
    ("trainings/new/", "credit_new_training", trainings.new_training),
    ("trainings/<int:number>/", "credit_training", trainings.training),
    ("trainings/<int:number>/progress/", "credit_training_progress", trainings.progress),
    ("monitoring/", "credit_watching", watching.watching),
    ("monitoring/progress/", "credit_watching_progress", watching.progress),
)


def model_urls(guard: Callable[[View], Any]) -> list[URLPattern]:
    """Each page behind the admin's own door."""
    return [path(route, guard(view), name=name) for route, name, view in VIEWS]
