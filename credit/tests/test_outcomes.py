"""Outcomes from a file: who later defaulted, stored once for each customer and day."""

import datetime

import pytest

from accounts.models import Batch
from credit.models import Outcome
from ledger.tests.shop import customers, export, file, load, refused, undo

pytestmark = pytest.mark.django_db

HEADER = "customer,as_of,defaulted"


@pytest.fixture(autouse=True)
def two_customers(db):
    customers(1, 2)


def stored() -> list[tuple[int, str, bool]]:
    return [(one.customer_id, f"{one.as_of}", one.defaulted) for one in Outcome.objects.order_by("customer", "as_of")]


def test_one_is_a_default_and_nought_is_none(tmp_path):
    load("outcomes", file(tmp_path, HEADER, "1,2025-03-31,1", "2,2025-03-31,0"))
    assert stored() == [(1, "2025-03-31", True), (2, "2025-03-31", False)]
    assert set(Outcome.objects.values_list("batch__name", flat=True)) == {"file"}


def test_a_customer_may_be_seen_on_several_days(tmp_path):
    load("outcomes", file(tmp_path, HEADER, "1,2025-06-30,1", "1,2025-03-31,0"))
    assert stored() == [(1, "2025-03-31", False), (1, "2025-06-30", True)]


def test_a_day_that_is_not_over_yet_is_refused_and_today_is_taken(tmp_path, lender):
    today = lender.today()
    tomorrow = today + datetime.timedelta(days=1)
    assert refused("outcomes", file(tmp_path, HEADER, f"1,{tomorrow},0"))[0] == (
        f"file.csv: line 2, column as_of: '{tomorrow}' is in the future"
    )
    load("outcomes", file(tmp_path, HEADER, f"1,{today},0"))


def test_an_outcome_once_known_is_not_changed_by_another_file(tmp_path):
    load("outcomes", file(tmp_path, HEADER, "1,2025-03-31,1"))
    said = refused("outcomes", file(tmp_path, HEADER, "2,2025-03-31,0", "1,2025-03-31,0"))
    assert said[0] == "file.csv: line 3, column defaulted: '0' differs from the outcome already stored for that day"
    assert stored() == [(1, "2025-03-31", True)]


def test_the_same_outcome_in_another_file_is_there_already(tmp_path):
    load("outcomes", file(tmp_path, HEADER, "1,2025-03-31,1"))
    assert "1 were added, 1 are there already" in load(
        "outcomes", file(tmp_path, HEADER, "1,2025-03-31,1", "2,2025-03-31,0")
    )
    assert [batch.added for batch in Batch.objects.order_by("id")] == [1, 1]


def test_undoing_takes_back_what_its_own_batch_brought(tmp_path):
    load("outcomes", file(tmp_path, HEADER, "1,2025-03-31,1", name="first.csv"))
    load("outcomes", file(tmp_path, HEADER, "1,2025-03-31,1", "2,2025-03-31,0", name="second.csv"))
    undo("second")
    assert stored() == [(1, "2025-03-31", True)]


def test_an_export_comes_in_again(tmp_path):
    load("outcomes", file(tmp_path, HEADER, "2,2025-03-31,0", "1,2025-03-31,1"))
    text, before = export("outcomes"), stored()
    assert text == "customer,as_of,defaulted\r\n1,2025-03-31,1\r\n2,2025-03-31,0\r\n"
    undo("file")
    assert stored() == []
    path = tmp_path / "again.csv"
    path.write_bytes(text.encode())
    load("outcomes", path)
    assert stored() == before


def test_without_the_unique_rule_of_the_file_a_row_would_be_stored_twice(tmp_path, monkeypatch):
    """The check on the file is what turns the table's refusal into a sentence."""
    twice = file(tmp_path, HEADER, "1,2025-03-31,1", "1,2025-03-31,1")
    assert "stands on line 2 too" in refused("outcomes", twice)[0]
    monkeypatch.setattr("credit.outcomes.Seen.again", lambda self, key, line: None)
    with pytest.raises(Exception, match=r"outcome_is_known_once|UNIQUE constraint failed"):
        load("outcomes", twice)
