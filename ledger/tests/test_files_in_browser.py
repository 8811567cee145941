"""A file of payments in Chromium, with a real server and a real worker: sent, looked at, posted, undone."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from config.tests.browsing import CHROMIUM, DESK, QUIET, faults_in_every_look
from ledger.tests.racing import gunicorn, run, start
from ledger.tests.working import end, heard, payments

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists() and not os.environ.get("CI"), reason="there is no Chromium here"),
]
# Every value that the bar ever showed, through each swap of the part it stands in.
WATCH = """
    const note = () => {
        const bar = document.querySelector("progress");
        if (!bar) return;
        const seen = JSON.parse(sessionStorage.seen || "[]");
        if (seen.at(-1) !== bar.value) sessionStorage.seen = JSON.stringify([...seen, bar.value]);
    };
    document.addEventListener("htmx:afterSettle", note);
    document.addEventListener("DOMContentLoaded", note);
"""


@pytest.fixture
def office(town: str, tmp_path: Path) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """Books of so many customers, a server, a worker, and a manager's browsers with what their consoles said."""
    processes: list[subprocess.Popen[str]] = []
    sessions: list[str] = []

    def opened(customers: int, **options: Any) -> tuple[Page, list[str]]:
        if not sessions:
            sessions.append(heard(town, f"open_books({customers})"))
            processes.append(start(town, "manage.py", "work"))
        context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", **{"viewport": DESK, **options})
        context.add_cookies([{"name": "sessionid", "value": sessions[0], "url": f"http://127.0.0.1:{port}"}])
        page, said = context.new_page(), []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        return page, said

    with gunicorn(town, "config.wsgi") as port, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        chromium.close()
    for process in processes:
        end(process)


def send(page: Page, file: Path) -> None:
    page.goto("/admin/batches/")
    page.get_by_role("link", name="Send").first.click()
    page.get_by_label("What it holds").select_option("payments")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Send and check").click()
    page.wait_for_url(re.compile(r"/admin/batches/\d+/$"))


def moved(page: Page) -> list[float]:
    """The values of the bar since the last look."""
    seen: list[float] = page.evaluate("JSON.parse(sessionStorage.seen || '[]')")
    page.evaluate("sessionStorage.removeItem('seen')")
    return seen


def through(page: Page, town: str, file: Path, rows: int, minutes: float) -> dict[str, tuple[float, list[float]]]:
    """Send, post and undo the file; for each the seconds it took and how the bar moved. The books prove after each."""
    page.set_default_timeout(minutes * 60_000)
    expect.set_options(timeout=minutes * 60_000)
    page.add_init_script(WATCH)
    told: dict[str, tuple[float, list[float]]] = {}

    def step(name: str, act: Callable[[], Any], state: str) -> None:
        began = time.monotonic()
        act()
        expect(page.locator(".details .state")).to_have_text(state)
        told[name] = time.monotonic() - began, moved(page)
        assert run(town, "manage.py", "check_books") == ""

    step("read", lambda: send(page, file), "Ready to post")
    step("post", page.get_by_role("button", name=f"Post {rows:,} lines").click, "Posted")
    page.get_by_role("link", name="Undo this file").click()
    step("undo", page.get_by_role("button", name="Undo it").click, "Undone")
    return told


def test_a_file_is_sent_posted_and_undone_with_a_bar_that_moves(office, town, tmp_path):
    page, said = office(1500)
    rows = payments(tmp_path / "march.csv", 1500, 6)
    told = through(page, town, tmp_path / "march.csv", len(rows), 2)
    for name, (_, bar) in told.items():
        assert len(set(bar)) >= 2, f"the bar of {name} stood still: {bar}"
    assert said == []


@pytest.mark.soak
def test_a_hundred_thousand_payments(office, town, tmp_path):
    page, said = office(4000)
    rows = payments(tmp_path / "march.csv", 4000, 25)
    told = through(page, town, tmp_path / "march.csv", len(rows), 9)
    for name, (seconds, bar) in told.items():
        print(f"{name}: {seconds:.0f} s, {len(set(bar))} values of the bar")  # noqa: T201
        assert len(set(bar)) >= 10
    assert said == []


def test_it_all_works_by_reload_without_javascript(office, town, tmp_path):
    page, _ = office(20, java_script_enabled=False)
    payments(tmp_path / "march.csv", 20, 2)
    send(page, tmp_path / "march.csv")
    look_again_until(page, "Ready to post")
    page.get_by_role("button", name="Post 40 lines").click()
    look_again_until(page, "Posted")


def look_again_until(page: Page, state: str) -> None:
    for _ in range(60):
        if page.locator(".details .state").inner_text() == state and not page.locator("progress").count():
            return
        if page.locator("progress").count():
            page.get_by_role("link", name="Look again").click()
        time.sleep(0.3)
    raise AssertionError(page.inner_text("main"))


def test_axe_finds_no_fault_in_light_or_dark_on_a_phone_or_a_desk(office, town, tmp_path):
    page, said = office(20)
    payments(file := tmp_path / "march.csv", 20, 2)
    file.write_text(f"{file.read_text()}1,2024-02-30,5.00\nx,2024-02-03,no-such\n")
    faults = {name: faults_in_every_look(page) for name in walk(page, file)}
    assert ({name: found for name, found in faults.items() if found}, said) == ({}, [])
    assert len(faults) == 6


def walk(page: Page, file: Path) -> Iterator[str]:
    """Through every page of a file; tells where it stands."""
    page.goto("/admin/batches/send/")
    yield "send"
    page.route("**/progress/", lambda route: route.fulfill(status=204))  # it is not to go on while axe looks at it
    send(page, file)
    yield "reading"
    page.unroute("**/progress/")
    page.reload()
    expect(page.locator(".details .state")).to_have_text("Ready to post")
    yield "preview"
    page.get_by_text("Totals of each day").click()
    page.get_by_role("button", name="Post 40 lines").click()
    expect(page.locator(".details .state")).to_have_text("Posted")
    yield "posted"
    page.get_by_role("link", name="Undo this file").click()
    yield "undo"
    page.goto("/admin/batches/")
    yield "list"
