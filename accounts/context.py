"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.messages import count_unread


def lender(request: HttpRequest) -> dict[str, Any]:
    return {"lender": getattr(request, "lender", None), "languages": settings.LANGUAGES}


def unread(request: HttpRequest) -> dict[str, Any]:
    """How many messages a customer has not read; counted when a page asks for it."""
    user = getattr(request, "user", None)
    return {"unread": lambda: count_unread(user.customer_id) if user and user.customer_id else 0}
