"""In Chromium on a phone: send a bank's file, answer its question, look, import, take back; with script and without."""

import pytest

from config.tests.browsing import DESK, IN_A_BROWSER, PHONE, faults_in_every_look
from expenses.models import Expense
from expenses.tests.filing import a_file
from expenses.tests.test_notebook import entry_of

pytestmark = IN_A_BROWSER
FILE = a_file(
    "03/04/2026,CORNER CAFE,-4.00",
    "05/06/2026,RENT FOR THE SMALL FLAT BEHIND THE STATION INCLUDING WATER,-1500.00",
    "07/06/2026,PAY,900.00",
    "soon,NO DATE,-1.00",
    ",Total,-604.00",
)


def seen(page, name):
    assert faults_in_every_look(page) == [], name


def send(page, data=FILE):
    page.goto("/expenses/statements/")
    page.get_by_label("Statement of your bank or app").set_input_files(
        {"name": "bank.csv", "mimeType": "text/csv", "buffer": data}
    )
    page.get_by_role("button", name="Read the file").click()


def walk_through(page, look):
    page.goto("/expenses/")
    page.get_by_role("link", name="Import").click()
    look(page, "import-empty")
    send(page)
    page.get_by_text("Which comes first").wait_for()
    look(page, "import-question")
    page.get_by_label("day/month/year: 03/04/2026 is 3 April 2026").check()
    page.get_by_role("button", name="Read the file with this").click()
    page.get_by_text("Possible duplicate of").wait_for()
    look(page, "import-preview")
    page.get_by_label("The same: leave it out").check()
    page.get_by_label("Category of line 3").fill("Rent")
    page.get_by_role("button", name="Import 2 entries").click()
    page.get_by_role("heading", name="2 entries imported").wait_for()
    look(page, "import-taken")


def take_back(page, look):
    page.get_by_role("button", name="Take this import back").click()
    page.get_by_role("heading", name="The import is taken back").wait_for()
    look(page, "import-back")
    page.goto("/expenses/statements/")
    look(page, "import-files")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_file_goes_in_and_out_again_on_a_phone(look_at, asha, script):
    entry_of(asha, day="2026-04-03", amount="4.00", note="coffee")
    page = look_at(asha, viewport=PHONE, java_script_enabled=script)
    look = seen if script else (lambda page, name: None)  # axe itself is a script
    walk_through(page, look)
    rent = Expense.objects.of(asha).get(category__name="Rent")
    assert (str(rent.day), rent.amount) == ("2026-06-05", 1500)
    take_back(page, look)
    assert Expense.objects.of(asha).get().note == "coffee"


def test_a_pdf_is_refused_with_the_way_to_mend_it(look_at, asha):
    page = look_at(asha, viewport=DESK)
    page.goto("/expenses/statements/")
    page.get_by_label("Statement of your bank or app").set_input_files(
        {"name": "bank.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    page.get_by_role("button", name="Read the file").click()
    page.get_by_text("This is a PDF.").wait_for()
    seen(page, "refused")
