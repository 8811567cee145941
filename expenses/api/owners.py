"""Whose the notebook is: its owner's own programs reach it, and nobody of the lender's."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from ninja import Router

from accounts.api.access import Access
from accounts.api.problems import Problem
from expenses.quiet import quietly

own = Access(customers=True, staff=False)


def notebook() -> Router:
    """A router whose errors say nothing of what a notebook holds."""
    router = Router(tags=["Notebook"])
    router.add_decorator(lambda view: quietly(view, Problem, ValidationError, Http404, PermissionDenied))
    return router
