"""An error in the notebook says what kind it is and where it happened, and nothing of what the notebook holds."""

import traceback
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings

P = ParamSpec("P")
R = TypeVar("R")


class NotebookFault(Exception):
    """In place of an error whose words, as those of a database, may repeat a row."""


def quietly(view: Callable[P, R], *meant: type[Exception]) -> Callable[P, R]:
    """Let the exceptions that are meant pass. On a developer's machine all do."""

    passing: tuple[type[Exception], ...] = (NotebookFault, *meant)

    @wraps(view)
    def quiet(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return view(*args, **kwargs)
        except passing:
            raise
        except Exception as error:
            if settings.DEBUG:
                raise
            fault = f"{type(error).__name__} at {_where(error)}"
        raise NotebookFault(fault)  # outside of the handler, so that it does not bring the first along

    return quiet


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[1:]
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
