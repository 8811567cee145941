"""What every template knows."""

from typing import Any

from django.http import HttpRequest


def lender(request: HttpRequest) -> dict[str, Any]:
    return {"lender": getattr(request, "lender", None)}
