"""In Chromium: a manager with a phone trains, reads the report and asks; a colleague at a desk confirms."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Manager
from accounts.tests.chores import work
from config.tests.browsing import IN_A_BROWSER, faults_in_every_look
from credit import scorecard
from credit.models import ScoringModel
from credit.tests.shelf import books

pytestmark = IN_A_BROWSER


def looks_right(page: Page) -> None:
    assert faults_in_every_look(page) == []
    for plot in page.locator("svg.plot").all():
        assert plot.locator("xpath=ancestor::*[contains(@class, 'halves')]").locator("table").count() == 1


def test_train_read_ask_and_confirm(
    look_at: Callable[..., Page], mira: Manager, mona: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(scorecard.BOOSTING, "max_iter", 10)
    books(150)
    page = look_at(mira)
    # A page asks how far the work is only while the test waits for it: SQLite in memory locks whole tables.
    page.route("**/progress/", lambda route: route.continue_())
    page.goto("/admin/credit/models/")
    looks_right(page)
    page.get_by_role("link", name="Train a model").first.click()
    looks_right(page)
    page.get_by_role("button", name="See the sample").click()
    expect(page.get_by_role("heading", name="Waiting for a worker")).to_be_visible()
    work()
    page.get_by_role("button", name="Train on these 150 outcomes").click()  # the page found out by itself
    work()
    page.get_by_role("link", name="Scorecard").click()
    looks_right(page)
    expect(page.locator("svg.plot")).to_have_count(3)
    page.get_by_role("button", name="Ask a colleague to put it to use").click()
    expect(page.get_by_text("until then nothing changes")).to_be_visible()
    page.get_by_role("link", name="Model card").click()
    looks_right(page)
    assert not ScoringModel.objects.filter(active=True).exists()
    colleague = look_at(mona)
    colleague.goto(page.url.replace("card/", ""))
    looks_right(colleague)
    colleague.goto("/admin/credit/models/")
    looks_right(colleague)
    colleague.get_by_role("button", name="Confirm: score by it").click()
    expect(colleague.get_by_text("scores from now on")).to_be_visible()
    looks_right(colleague)
    assert ScoringModel.objects.get(active=True).activated_by == "m4"
