"""A real browser for the tests of every room: how it is started, what it may not complain of, what axe says."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Customer, Manager
from accounts.tests.cast import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=800)
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# Colours are the same in every language, and take axe the longest.
BUT_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}
FAULTS = """async options => (await axe.run(options)).violations.flatMap(
    fault => fault.nodes.map(node => [fault.id, node.html]))"""
PICTURES = os.environ.get("PICTURES", "")  # a folder: every page looked at lands there in every look

# Transactional, so that the server's threads see what the test wrote.
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists() and not os.environ.get("CI"), reason="there is no Chromium here"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright keeps an event loop in this thread, where Django would refuse its database: for one module only."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def console_faults() -> Iterator[list[str]]:
    """What the browser's console said against our pages: a broken policy or a broken script."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def look_at(chromium: Browser, live_server: LiveServer, console_faults: list[str]) -> Iterator[Callable[..., Page]]:
    """A fresh browser; with a customer or a member of staff, signed in by hand at their door."""
    contexts: list[BrowserContext] = []

    def opened(person: Customer | Manager | None = None, **options: Any) -> Page:
        contexts.append(chromium.new_context(base_url=live_server.url, **{"viewport": DESK, **options}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: console_faults.append(str(error)))
        page.on("console", lambda message: note(message, console_faults))
        if person:
            give_password(page, person)
        return page

    yield opened
    for context in contexts:
        context.close()


def note(message: Any, complaints: list[str]) -> None:
    """A 404 or 422 page is meant here, and Chromium reports it as an error."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        complaints.append(message.text)


def give_password(page: Page, person: Customer | Manager) -> None:
    page.goto("/customer/login/" if isinstance(person, Customer) else "/manager/login/")
    page.locator("input[name=login]").fill(str(person.pk))
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: not address.endswith("/login/"))


def violations(page: Page, **options: Any) -> list[str]:
    """axe goes into a page once and gives back its faults alone: all that it looked at is a hundred times as much.

    It is not to fetch style sheets by itself: of one with an @import, as Django's forms.css, it makes an inline style,
    which our policy refuses, and the console would blame the page. A click is over when the next page begins to come:
    without the wait, half a page would be judged.
    """
    page.wait_for_load_state()
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(FAULTS, {"preload": False, "resultTypes": ["violations"], **options})
    return [f"{fault}: {html[:120]}" for fault, html in found]


def wider_than_the_screen(page: Page) -> bool:
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def faults_in_every_look(page: Page) -> list[str]:
    """Of the page as it stands, on a phone and on a desk, light and dark; the dark has the same content in other
    colours, so that there only the rules of colours are asked."""
    found, before = [], page.viewport_size
    page.emulate_media(reduced_motion="reduce")  # axe is not to measure a colour on its way to another
    for screen in (PHONE, DESK):
        page.set_viewport_size(screen)
        for scheme, options in (("light", {}), ("dark", OF_COLOURS)):
            page.emulate_media(color_scheme=scheme)
            faults = violations(page, **options) + ["too wide"] * wider_than_the_screen(page)
            found += [f"{screen['width']} {scheme}: {fault}" for fault in faults]
            keep_picture(page, f"{screen['width']}-{scheme}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before or DESK)
    return found


def open_in(look_at: Callable[..., Page], server: LiveServer, language: str, client: Client | None = None) -> Page:
    """A phone whose browser asks for the language; with who is signed in there."""
    page = look_at(viewport=PHONE, locale=language)
    page.emulate_media(reduced_motion="reduce")
    page.route("**/progress/", lambda route: route.fulfill(status=204))  # else a page reloads itself under axe
    page.route("**/wait/", held)
    if client:
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    return page


def held(route: Route) -> None:
    """A page that leads on by itself stays, so that axe has the time."""
    answer = route.fetch()
    kept = {name: value for name, value in answer.headers.items() if name != "refresh"}
    route.fulfill(response=answer, headers=kept)


def faults_in(page: Page, language: str, *, axe: str = "once") -> Iterator[str]:
    """What is wrong with the page in this language, on a phone and on a desk, but for its colours. axe is asked once,
    on both, or never."""
    html, meant = page.locator("html"), "rtl" if language == "ar" else "ltr"
    if (told := (html.get_attribute("lang"), html.get_attribute("dir"))) != (language, meant):
        yield f"{page.url}: {told}"
    for screen, asked in ((DESK, axe == "both"), (PHONE, axe != "never")):
        page.set_viewport_size(screen)
        keep_picture(page, f"{language}-{screen['width']}")
        if wider_than_the_screen(page):
            yield f"{page.url} {screen['width']}: too wide"
        if asked:
            yield from (f"{page.url} {screen['width']}: {fault}" for fault in violations(page, **BUT_COLOURS))


def keep_picture(page: Page, look: str) -> None:
    if PICTURES:
        page.wait_for_load_state()
        name = re.sub(r"[^a-z0-9]+", "-", urlsplit(page.url).path + "-" + urlsplit(page.url).query).strip("-")
        page.screenshot(path=Path(PICTURES) / f"{name or 'home'}-{look}.png", full_page=True)
