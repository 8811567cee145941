"""Every page reaches the browser late and in two halves, as on a busy machine: what a test reads too early shows.

python -m pytest -p config.tests.plugin -p config.tests.halves -m browser
"""

import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

WAIT = 0.4  # seconds before a page begins, and between its halves


class Halves:
    """Django's own test client gets its pages whole, for it says nothing of a destination as browsers do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if request.headers.get("Sec-Fetch-Dest") != "document" or not isinstance(answer, HttpResponse):
            return answer
        time.sleep(WAIT)
        late = StreamingHttpResponse(halves_of(answer.content), status=answer.status_code, headers=answer.headers)
        late.cookies = answer.cookies
        return late


def halves_of(page: bytes) -> Iterator[bytes]:
    """Its head, and after a while its body."""
    middle = max(page.find(b"<body"), 0)
    yield page[:middle]
    time.sleep(WAIT)
    yield page[middle:]


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    settings.MIDDLEWARE = ["config.tests.halves.Halves", *settings.MIDDLEWARE]
