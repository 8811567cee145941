"""Where a page leads after it was posted to."""

from django.http import HttpResponse
from django.shortcuts import redirect


def see_other(name: str, *numbers: int) -> HttpResponse:
    """303: the browser is to GET what follows, never to post again. Name is of an address, or the address itself."""
    response = redirect(name, *numbers)
    response.status_code = 303
    return response
