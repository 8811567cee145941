"""What the browser tests read of a page is read when all of it has come, however late."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

from config.tests.browsing import IN_A_BROWSER, violations, wider_than_the_screen
from config.tests.halves import WAIT, halves_of

pytestmark = IN_A_BROWSER
HEAD = b"<!DOCTYPE html><html lang=en><title>Books</title><meta name=viewport content='width=device-width'>"
PAGES = {
    "/": b"<body><main><h1>Books</h1><a href=/sound/>Sound</a> <a href=/faulty/>Faulty</a></main>",
    "/sound/": b"<body><main><h1>Sound</h1></main>",
    "/faulty/": b"<body><main style='inline-size: 5000px'><h1>Faulty</h1><img src=data:,></main>",
}


class Slow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(self.path, b"")
        if page and self.path != "/":
            time.sleep(WAIT)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        for half in halves_of(HEAD + page):
            self.wfile.write(half)

    def log_message(self, *told: object) -> None:
        """Nothing: a test is quiet."""


@pytest.fixture
def slow() -> Iterator[str]:
    with ThreadingHTTPServer(("localhost", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def follow(page: Page, start: str, link: str) -> Page:
    page.goto(start)
    page.get_by_role("link", name=link).click()
    return page


def test_a_page_that_comes_slowly_is_judged_whole(look_at: Callable[..., Page], slow: str) -> None:
    page = follow(look_at(), slow, "Sound")
    assert violations(page) == []
    page = follow(look_at(), slow, "Faulty")
    assert wider_than_the_screen(page)
    assert [fault.split(":")[0] for fault in violations(page)] == ["image-alt"]


def test_without_the_wait_half_a_page_is_judged(
    look_at: Callable[..., Page], slow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(Page, "wait_for_load_state", lambda page: None)
    assert violations(follow(look_at(), slow, "Sound")) != []
    assert not wider_than_the_screen(follow(look_at(), slow, "Faulty"))
