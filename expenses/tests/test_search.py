"""Find by days, category, kind, amount and words at an address that can be kept; the file holds exactly that view."""

import csv

import pytest

from expenses import actions
from expenses.tests.june import earn, june, on, spend, text  # noqa: F401

pytestmark = [pytest.mark.usefixtures("june", "lender"), pytest.mark.every_case("postgresql")]


@pytest.fixture
def notebook(asha, bo):
    spend(asha, on(5, 31), "10", note="Äpfel, May")
    spend(asha, on(6, 1), "20", note="June 100%")
    spend(asha, on(6, 2), "30", "Fun", note="cinema")
    spend(asha, on(6, 3), "5", "Fun", kind="refund", note="cinema back")
    earn(asha, on(6, 4), "900", note="pay")
    gone = spend(asha, on(6, 5), "40", note="in the trash")
    actions.put_in_trash(asha, gone.pk, gone.recorded_at)
    spend(bo, on(6, 1), "20", note="bo's own")


FOUND = [
    ({}, ["Äpfel, May", "June 100%", "cinema", "cinema back", "pay"]),
    ({"since": "2025-06-02"}, ["cinema", "cinema back", "pay"]),
    ({"until": "2025-05-31"}, ["Äpfel, May"]),
    ({"since": "2025-06-01", "until": "2025-06-02"}, ["June 100%", "cinema"]),
    ({"kind": "income"}, ["pay"]),
    ({"kind": "spent", "least": "5", "most": "20"}, ["Äpfel, May", "June 100%", "cinema back"]),
    ({"text": "äpfel"}, ["Äpfel, May"]),
    ({"text": "CINEMA fun"}, ["cinema", "cinema back"]),
    ({"text": "100%"}, ["June 100%"]),
    ({"text": "_"}, []),
    ({"text": "own"}, []),
]


def lines(answer):
    return list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))[1:]


@pytest.mark.parametrize(("asked", "notes"), FOUND, ids=str)
def test_the_page_and_the_file_find_the_same(as_asha, notebook, asked, notes):
    answer = as_asha.get("/expenses/search/", asked)
    assert sorted(row.note for row in answer.context["page"]) == sorted(notes)
    assert [line[4] for line in lines(as_asha.get("/expenses.csv", asked))] == notes


def test_a_category_is_found_by_its_number(as_asha, notebook, asha):
    number = spend(asha, on(6, 2), "1", "Fun").category.pk
    assert as_asha.get("/expenses/search/", {"category": number}).context["page"].paginator.count == 3


def test_the_sums_are_of_all_that_was_found(as_asha, notebook):
    assert dict(as_asha.get("/expenses/search/").context["sums"]) == {"spending": 60, "refund": 5, "income": 900}


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "yesterday"},
        {"until": "2025-02-30"},
        {"since": "2025-06-02", "until": "2025-06-01"},
        {"least": "9", "most": "8"},
        {"least": "nan"},
        {"kind": "theft"},
        {"category": "x"},
        {"category": "99999999999999999999"},
        {"text": "x" * 101},
        {"text": "a\x00b"},
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_said_and_never_answered_with_everything(as_asha, notebook, wrong):
    assert as_asha.get("/expenses/search/", wrong).status_code == 422
    assert as_asha.get("/expenses.csv", wrong).status_code == 303


def test_another_customers_category_finds_nothing(as_bo, notebook, asha):
    number = spend(asha, on(6, 2), "1", "Fun").category.pk
    assert as_bo.get("/expenses/search/", {"category": number}).status_code == 422


def test_a_long_list_comes_in_pages_that_keep_what_was_asked(as_asha, asha):
    for number in range(51):
        spend(asha, on(6, 1), "1", note=f"n{number}")
    page = text(as_asha.get("/expenses/search/?text=n&kind="))
    assert "Page 1 of 2" in page and "?text=n&amp;page=2" in page
    assert as_asha.get("/expenses/search/?text=n&page=2").context["page"].object_list[0].note == "n0"
    assert "Page 1 of 2" in text(as_asha.get("/expenses/?month=2025-06"))
