"""In Chromium: the staff's pages in Spanish, French, Hindi and Arabic fit a phone and a desk, run in their language's
direction, and axe finds nothing in them.

Each page is opened in one of the languages, and with EVERY_LANGUAGE=1 in the environment in all of them.
"""

import os
import re
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts import hooks
from accounts.models import Manager
from accounts.tests.cast import signed_in
from config.tests.browsing import IN_A_BROWSER, faults_in, open_in
from config.tests.test_permissions import addresses, fill, objects

__all__ = ["objects"]
LANGUAGES = ["es", "fr", "hi", "ar"]
EVERY = bool(os.environ.get("EVERY_LANGUAGE"))
STAFFS = re.compile(r"(admin/(?!.*(history|logout)/)|manager/|programs/$|profile/$|sessions/$|second-factor/$)")

pytestmark = IN_A_BROWSER


@pytest.fixture
def places(objects: dict[str, Any], mira: Manager) -> list[str]:
    """What a manager may look at, where it is a page with something on it."""
    endpoint, _secret = hooks.make_endpoint("https://books.example/webhooks", ["payment.recorded"], "m1")
    asked = [fill(address, objects) for address in addresses() if STAFFS.match(address)]
    told = [f"/admin/webhooks/{endpoint.pk}/{more}" for more in ("", "change/", "secret/")]
    client = signed_in(mira)
    return [place for place in dict.fromkeys([*asked, *told]) if is_page(client.get(place))]


def is_page(response: Any) -> bool:
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return response.status_code == 200 and html and not response.streaming and b"<html" in response.content


@pytest.mark.slow
@pytest.mark.once
def test_every_page_of_the_staff_fits_and_is_accessible_in_the_languages(
    look_at: Callable[..., Page], live_server: LiveServer, places: list[str], mira: Manager
) -> None:
    opened = {language: open_in(look_at, live_server, language, mira) for language in LANGUAGES}
    for page in opened.values():
        page.route("**/progress/", lambda route: route.fulfill(status=204))  # else it reloads itself under axe
    turn = cycle(LANGUAGES)
    found: list[str] = []
    assert len(places) > 80
    for place in places:
        for language in LANGUAGES if EVERY else [next(turn)]:
            opened[language].goto(place)
            found += faults_in(opened[language], language, axe=language != "fr" or EVERY)
    assert found == []
