"""In Chromium: every page of customers, strangers and staff in Spanish, French, Hindi and Arabic fits a phone and a
desk and runs in its language's direction, and axe finds no fault.

Each page is opened in one of the languages; with EVERY_LANGUAGE=1 in the environment in all of them and in English, on
both screens, in English in light and in dark colours; then a customer's pages with nothing on them are opened as well.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, cycle
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Customer, Manager
from accounts.tests.cast import PASSWORD
from accounts.tests.doors import knock
from accounts.tests.phone import confirmed
from config.tests.browsing import IN_A_BROWSER, faults_in, faults_in_every_look, open_in
from config.tests.places import FOR_STRANGERS, NO_PAGES, customers, notebook, page_at, staffs, strangers
from config.tests.test_permissions import objects

__all__ = ["customers", "notebook", "objects", "staffs", "strangers"]
LANGUAGES = ["es", "fr", "hi", "ar"]
EVERY = bool(os.environ.get("EVERY_LANGUAGE"))
PREVIEW = "main form[method=post] button[type=submit]"

pytestmark = IN_A_BROWSER
Opened = dict[str, Page]


@pytest.fixture
def opened(look_at: Callable[..., Page], live_server: LiveServer, settings: Any) -> Callable[..., Opened]:
    """A browser of each language; a password that was typed once more holds as long as the test takes."""
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 10_000
    languages = ["en", *LANGUAGES] if EVERY else LANGUAGES
    return lambda client=None: {one: open_in(look_at, live_server, one, client) for one in languages}


def faults(opened: Opened, places: Iterable[str], every: bool = EVERY) -> list[str]:
    """Of these pages, each in the next language or in all of them."""
    turn = cycle(opened)
    found: list[str] = []
    for place in places:
        for language in opened if every else [next(turn)]:
            page = opened[language]
            page.goto(place)
            asked = "never" if language == ("en" if EVERY else "fr") else "both" if EVERY else "once"
            found += faults_in(page, language, axe=asked)
            if language == "en":
                found += [f"{place} {fault}" for fault in faults_in_every_look(page)]
    return found


@pytest.mark.slow
@pytest.mark.once
def test_every_page_of_a_customer(
    opened: Callable[..., Opened], customers: Mapping[str, list[str]], asha: Customer, bo: Customer
) -> None:
    """asha has something on each. bo has nothing, and is asked for what one with a second factor does not see."""
    hers, his, places = confirmed(asha), confirmed(bo), [*chain(*customers.values())]
    told = [place for place in places if page_at(hers, place)]
    empty = [place for place in places if page_at(his, place)]
    there = {address for address, places in customers.items() if {*places} & {*told, *empty}}
    left = {one for one in customers.keys() - there if hers.get(customers[one][0]).status_code != 405}
    assert left == NO_PAGES | FOR_STRANGERS
    found = faults(opened(hers), told) + faults(his_browsers := opened(his), [one for one in empty if one not in told])
    assert found + (faults(his_browsers, empty, every=False) if EVERY else []) == []


@pytest.mark.slow
@pytest.mark.once
def test_what_a_customer_is_asked_before_money_moves_and_at_the_door(
    opened: Callable[..., Opened], customers: Mapping[str, list[str]], asha: Customer
) -> None:
    found: list[str] = []
    for language, page in opened(confirmed(asha)).items():
        page.goto("/pay/")
        page.locator(PREVIEW).first.click()
        page.wait_for_selector("input[name=step][value=confirm]", state="attached")
        found += faults_in(page, language)
    knock(asha.pk, PASSWORD, client=(client := Client()))
    assert found + faults(opened(client), ["/second-factor/code/"]) == []


@pytest.mark.slow
@pytest.mark.once
def test_every_page_of_a_stranger(opened: Callable[..., Opened], strangers: list[str]) -> None:
    assert faults(opened(), strangers) == []


@pytest.mark.slow
@pytest.mark.once
def test_every_page_of_the_staff(opened: Callable[..., Opened], staffs: list[str], mira: Manager) -> None:
    assert len(staffs) > 80
    assert faults(opened(confirmed(mira)), staffs) == []


def test_a_page_that_is_too_wide_or_runs_the_wrong_way_is_noticed(
    look_at: Callable[..., Page], live_server: LiveServer
) -> None:
    page = open_in(look_at, live_server, "ar")
    page.goto("/password/reset/")
    page.evaluate("document.documentElement.dir = 'ltr'; document.querySelector('main').style.inlineSize = '2000px'")
    assert [fault.split(": ", 1)[1] for fault in faults_in(page, "ar")][:2] == ["('ar', 'ltr')", "too wide"]
