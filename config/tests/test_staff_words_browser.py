"""In Chromium: the staff's pages in Spanish, French, Hindi and Arabic fit a phone and a desk, run in their language's
direction, and axe finds nothing in them.

Each page is opened in one of the languages, and with EVERY_LANGUAGE=1 in the environment in all of them.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts import hooks
from accounts.models import Manager
from accounts.tests.cast import signed_in
from config.tests.browsing import IN_A_BROWSER, faults_in, open_in
from config.tests.test_permissions import addresses, fill, objects
from config.tests.test_words import NOT_FOR_STAFF

__all__ = ["objects"]
LANGUAGES = ["es", "fr", "hi", "ar"]
EVERY = bool(os.environ.get("EVERY_LANGUAGE"))

pytestmark = IN_A_BROWSER


@pytest.fixture
def places(objects: dict[str, Any], mira: Manager) -> list[str]:
    """What a manager may look at, where it is a page with something on it."""
    endpoint, _secret = hooks.make_endpoint("https://books.example/webhooks", ["payment.recorded"], "m1")
    asked = [fill(address, objects) for address in addresses() if not NOT_FOR_STAFF.match(address)]
    told = [f"/admin/webhooks/{endpoint.pk}/{more}" for more in ("", "change/", "secret/")]
    client = signed_in(mira)
    return [place for place in dict.fromkeys([*asked, *told]) if is_page(client.get(place))]


def is_page(response: Any) -> bool:
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return response.status_code == 200 and html and not response.streaming and b"<html" in response.content


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_staff_fits_and_is_accessible_in(
    language: str, look_at: Callable[..., Page], live_server: LiveServer, places: list[str], mira: Manager
) -> None:
    page = open_in(look_at, live_server, language, mira)
    page.route("**/progress/", lambda route: route.fulfill(status=204))  # else it reloads itself under axe
    found: list[str] = []
    for place in places if EVERY else places[LANGUAGES.index(language) :: len(LANGUAGES)]:
        page.goto(place)
        found += faults_in(page, language)
    assert found == []
