"""Every page and act of the notebook asks the database for its owner's rows, and for nobody else's."""

import datetime
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.utils import timezone

from accounts.tests.cast import PASSWORD
from expenses import actions, urls
from expenses.models import Expense, Rule
from expenses.tests import canaries
from expenses.tests.test_notebook import entry_of, fields
from expenses.tests.test_quick import line, sealed
from expenses.tests.test_receipts import PDF
from expenses.tests.test_splits import shares
from ledger.tests.routing import Unrouted, assert_routed

ADDRESSES = sorted({str(pattern.pattern) for pattern in urls.urlpatterns})


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_routed(as_asha, asha, address):
    filled = canaries.fill(asha)
    for number in {row.pk for row in filled.values()} if "<" in address else {0}:
        with assert_routed():
            answer = as_asha.get(f"/{re.sub('<int:number>', str(number), address)}")
            assert b"".join(answer.streaming_content if answer.streaming else [answer.content]) is not None


def test_the_acts_are_routed(as_asha, asha):
    entry = entry_of(asha, note="tea")
    path = f"/expenses/{entry.pk}/"
    with assert_routed() as seen:
        as_asha.post("/expenses/quick/", line("3,50 coffee"))
        as_asha.post("/expenses/quick/waiting/", {"sealed": sealed(asha, **line("4 tea"))})
        as_asha.post(path, fields(note="tea", category="Fun"))
        as_asha.post("/expenses/rules/", {"text": "tea", "category": "Fun"})
        as_asha.post(f"/expenses/rules/{Rule.objects.of(asha).get().pk}/delete/")
        as_asha.post("/expenses/rules/decline/", {"category": "Fun"})
        as_asha.post(f"{path}receipt/", {"receipt": SimpleUploadedFile("a.pdf", PDF)})
        as_asha.post(f"{path}split/", shares(("10", "Food"), ("2.50", "Fun")))
        as_asha.post(f"{path}join/")
        as_asha.post(f"{path}receipt/delete/")
    assert len(seen) > 40 and Expense.objects.of(asha).count() == 3


def test_erasing_is_routed(as_asha, asha):
    filled = canaries.fill(asha)
    Expense.objects.of(asha).update(trashed_at=timezone.now() - datetime.timedelta(days=31))
    with assert_routed():
        actions.put_in_trash(asha, 0, timezone.now())
        assert not Expense.objects.of(asha).filter(pk=filled["expense"].pk).exists()
    entry_of(asha)
    with assert_routed():
        assert as_asha.post("/expenses/mine/erase/", {"password": PASSWORD}).status_code == 303


def test_the_guard_sees_an_act_that_forgets_whose(asha):
    """The negative control."""
    entry_of(asha)
    with pytest.raises(Unrouted), assert_routed():
        Expense.objects.filter(note="lunch").update(note="")


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_tried_again_and_the_entry_stands_once(asha, monkeypatch):
    honest, failures = actions.category_named, [OperationalError("database is locked")] * 2

    def deadlocked(*told):
        if failures:
            raise failures.pop()
        return honest(*told)

    monkeypatch.setattr("accounts.transactions.time.sleep", lambda seconds: None)
    monkeypatch.setattr(actions, "category_named", deadlocked)
    entry_of(asha)
    assert Expense.objects.of(asha).count() == 1 and not failures


def test_no_act_of_the_notebook_opens_a_transaction_of_another_kind():
    sources = [path for path in (settings.BASE_DIR / "expenses").rglob("*.py") if "tests" not in path.parts]
    assert len(sources) > 30
    assert [path.name for path in sources if "atomic" in path.read_text() and "migrations" not in path.parts] == []
