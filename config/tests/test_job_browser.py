"""The page of background work in a real browser: in every look, by keyboard, with nothing to complain of."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import Job, Manager
from config.tests.browsing import IN_A_BROWSER, faults_in_every_look
from config.tests.test_job_pages import PAGE, ended, on_file

pytestmark = IN_A_BROWSER


def test_the_page_of_background_work_stands_in_every_look(look_at: Callable[..., Page], mira: Manager) -> None:
    Job.objects.filter(pk=on_file("may.csv").pk).update(state="running", holder="h", done=4, message="Posting")
    on_file("a file with a rather long name of july.csv", job="undo")
    ended(
        on_file("june.csv"), "failed", "Line 3 has no amount. Write it with a point, as in 1250.00, and send it anew."
    )
    ended(on_file("april.csv"))
    page = look_at(mira)
    page.goto(PAGE)
    assert faults_in_every_look(page) == []
    page.get_by_role("button", name="Undo a file").press("Enter")
    expect(page.get_by_text("The work stops as soon as")).to_be_visible()
    expect(page.get_by_text("Cancelled").first).to_be_visible()
