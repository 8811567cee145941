"""In Chromium, on a phone and on a desk, light and dark: enter, delete, undo; no complaint from axe or the policy."""

import os
from pathlib import Path

import pytest

from expenses.models import Expense
from ledger.tests.test_browser import (  # noqa: F401
    DESK,
    PHONE,
    browser,
    complaints,
    open_page,
    pytestmark,
    violations,
    wider_than_the_screen,
)

PICTURES = os.environ.get("PICTURES", "")  # a folder to keep pictures of the pages in


def keep(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def enter(page, amount, category):
    page.get_by_text("Or field by field").click()
    page.locator("input[name=amount]").fill(amount)
    page.get_by_role("combobox", name="Category").fill(category)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Entered:").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_enter_delete_and_undo(open_page, asha, size, scheme):  # noqa: F811
    page = open_page(asha.pk, viewport=size, color_scheme=scheme)
    name = f"{scheme}-{size['width']}"
    page.goto("/expenses/")
    assert (violations(page), wider_than_the_screen(page)) == ([], False)
    keep(page, f"empty-{name}")
    enter(page, "12.50", "Food")
    enter(page, "1200", "A category with a rather long name indeed")
    assert (violations(page), wider_than_the_screen(page)) == ([], False)
    keep(page, f"month-{name}")
    page.get_by_role("button", name="Delete Food $12.50").click()
    page.get_by_role("button", name="Undo").wait_for()
    assert (violations(page), wider_than_the_screen(page)) == ([], False)
    keep(page, f"deleted-{name}")
    page.goto("/expenses/trash/")
    assert (violations(page), wider_than_the_screen(page)) == ([], False)
    page.get_by_role("button", name="Take out Food $12.50").click()
    page.get_by_role("link", name="Edit Food $12.50").click()
    assert (violations(page), wider_than_the_screen(page)) == ([], False)
    keep(page, f"edit-{name}")
    assert Expense.objects.of(asha).kept().count() == 2


def test_it_works_without_script(open_page, asha):  # noqa: F811
    page = open_page(asha.pk, java_script_enabled=False)
    page.goto("/expenses/")
    enter(page, "12.50", "Food")
    page.get_by_role("button", name="Delete Food $12.50").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("It is back in your notebook.").wait_for()
    assert Expense.objects.of(asha).kept().count() == 1
