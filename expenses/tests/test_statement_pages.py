"""The pages that take a file in: send, answer once, look row by row, import, take back; for the owner alone."""

import datetime
import re
from decimal import Decimal

import pytest

from expenses.importing.reading import MOST_WAITING
from expenses.models import Expense, RememberedAnswers, Statement, StatementRow
from expenses.statement_files.nouns import LARGEST_FILE
from expenses.tests.filing import a_file, send, taken, upload
from expenses.tests.test_notebook import entry_of
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db
ROWS = ("2026-03-02,CORNER CAFE,-4.00", "2026-03-05,RENT,-500.00", "2026-03-20,PAY,900")
OPEN = a_file("03/04/2026,CORNER CAFE,-4.00", "05/06/2026,RENT,-500.00")


def sent(client, data, name="bank.csv"):
    answer = client.post("/expenses/statements/", upload(data, name))
    assert answer.status_code == 303, answer.content.decode()
    return answer["Location"]


def text_of(client, path):
    return client.get(path).content.decode()


def test_a_file_is_sent_looked_at_imported_and_taken_back(as_asha, asha):
    with assert_routed():
        place = sent(as_asha, a_file(*ROWS))
        page = text_of(as_asha, place)
        assert "CORNER CAFE" in page and "-$500.00" in page and "Import 3 entries" in page
        assert not Expense.objects.of(asha).exists(), "a look stores nothing"
        assert as_asha.post(f"{place}take/", {"take": "1"}).status_code == 303
        assert "3 entries imported" in text_of(as_asha, place)
        assert as_asha.post(f"{place}revert/").status_code == 303
        assert "The import is taken back" in text_of(as_asha, place)
    assert not Expense.objects.of(asha).exists()
    assert "Taken back" in text_of(as_asha, "/expenses/statements/")


def test_what_the_preview_shows_is_what_is_stored(as_asha, asha):
    entry_of(asha, note="corner cafe", category="Fun")
    place = sent(as_asha, a_file(*ROWS, "2026-03-21,CORNER CAFE,4.00"))
    shown = list(
        StatementRow.objects.of(asha).order_by("place").values_list("day", "kind", "signed", "category", "note")
    )
    assert [(kind, category) for _, kind, _, category, _ in shown] == [
        ("spending", "Fun"), ("spending", "Other"), ("income", "Other"), ("refund", "Fun"),
    ]  # fmt: skip
    as_asha.post(f"{place}take/", {"take": "1"})
    stored = Expense.objects.of(asha).filter(key__startswith="statement-").order_by("pk")
    assert list(stored.values_list("day", "kind", "amount", "category__name", "note")) == [
        (day, kind, abs(signed), category, note) for day, kind, signed, category, note in shown
    ]


def test_a_category_that_is_changed_goes_to_the_rows_with_the_same_text(as_asha, asha):
    place = sent(as_asha, a_file(*ROWS, ROWS[0]))
    cafes = list(StatementRow.objects.of(asha).filter(note="CORNER CAFE").order_by("pk"))
    fields = {f"category-{cafes[0].pk}": " Eating  out ", f"category-{cafes[1].pk}": "Other"}
    assert as_asha.post(f"{place}take/", fields).status_code == 303
    assert set(StatementRow.objects.of(asha).filter(note="CORNER CAFE").values_list("category", flat=True)) == {
        "Eating out"
    }
    assert not Expense.objects.of(asha).exists(), "kept, not imported"
    as_asha.post(f"{place}take/", {"take": "1"})
    assert Expense.objects.of(asha).filter(category__name="Eating out").count() == 2


def test_what_the_file_does_not_decide_is_asked_with_its_own_rows_and_asked_once(as_asha, asha):
    place = sent(as_asha, OPEN)
    page = text_of(as_asha, place)
    assert "Which comes first" in page and "03/04/2026" in page and "3 April 2026" in page
    assert as_asha.post(place, {}).status_code == 422
    assert as_asha.post(place, {"date_order": "sideways"}).status_code == 303
    assert Statement.objects.of(asha).get().state == "asking"
    as_asha.post(place, {"date_order": "dmy"})
    page = text_of(as_asha, place)
    assert "Apr 3, 2026" in page and "day/month/year" in page
    as_asha.post(f"{place}take/", {"take": "1"})
    another = sent(as_asha, a_file("07/08/2026,RENT,-500.00"))
    assert "Aug 7, 2026" in text_of(as_asha, another), "remembered for this shape"
    assert "Which comes first" in text_of(as_asha, sent(as_asha, OPEN.replace(b"Date", b"Day")))


def test_an_answer_may_be_taken_back_before_the_import(as_asha, asha):
    place = sent(as_asha, OPEN)
    as_asha.post(place, {"date_order": "dmy"})
    assert "Which comes first" in text_of(as_asha, f"{place}?answers")
    as_asha.post(place, {"date_order": "mdy"})
    assert "Mar 4, 2026" in text_of(as_asha, place)
    assert RememberedAnswers.objects.get(customer=asha).answers == {"date_order": "mdy"}


def test_answers_are_remembered_for_their_owner_only(as_asha, as_bo):
    as_asha.post(sent(as_asha, OPEN), {"date_order": "dmy"})
    assert "Which comes first" in text_of(as_bo, sent(as_bo, OPEN))


def test_an_answer_about_one_line_is_not_remembered(as_asha, asha):
    head = "Date,Details,Amount,Balance\n"
    place = sent(as_asha, a_file("2026-03-01,AAA,5.00,95.00", "2026-03-02,BBB,5.00,90.00", head=head))
    as_asha.post(place, {"first_sign": "out"})
    assert Statement.objects.of(asha).get().state == "ready"
    assert not RememberedAnswers.objects.filter(customer=asha).exists()


QIF = "!Account\nN{}\n^\n!Type:Bank\nD1/2/2024\nT-5.00\nPShop\n^\n"


def test_two_banks_qif_files_do_not_share_an_answer(as_asha):
    as_asha.post(sent(as_asha, QIF.format("Giro").encode(), "a.qif"), {"date_order": "dmy"})
    assert "Which comes first" in text_of(as_asha, sent(as_asha, QIF.format("Checking").encode(), "b.qif"))
    again = sent(as_asha, QIF.format("Giro").replace("Shop", "Pub").encode())
    assert "Look before you import" in text_of(as_asha, again)


def test_possible_duplicates_are_decided_one_by_one(as_asha, asha):
    typed = entry_of(asha, day="2026-03-02", amount="4.00", note="coffee")
    place = sent(as_asha, a_file(*ROWS))
    page = text_of(as_asha, place)
    assert "Possible duplicate of" in page and f"/expenses/{typed.pk}/" in page
    as_asha.post(f"{place}take/", {"take": "1"})
    assert "Say first of each possible duplicate" in text_of(as_asha, place)
    row = StatementRow.objects.of(asha).undecided().get()
    as_asha.post(f"{place}take/", {f"decision-{row.pk}": "skip", "take": "1"})
    assert Expense.objects.of(asha).count() == 3


def test_lines_with_a_problem_are_named_and_stay_out(as_asha, asha):
    wrong = (
        "soon,A,-1.00",
        "1969-01-01,B,-1.00",
        "2026-03-03,C,nan",
        "2999-01-01,D,-1.00",
        "2026-03-03,E,-1000000000000",
    )
    page = text_of(as_asha, place := sent(as_asha, a_file(ROWS[0], *wrong)))
    assert [f"Line {line}" in page for line in range(2, 8)] == [False, True, True, True, True, True]
    assert "&#x27;soon&#x27; is not a date" in page and "between 1970 and a year ahead" in page
    as_asha.post(f"{place}take/", {"take": "1"})
    assert Expense.objects.of(asha).count() == 1


def test_another_currency_stays_what_it_is(as_asha, asha):
    head = "Date,Description,Amount,Currency\n"
    place = sent(as_asha, a_file("2026-03-02,A,-4.00,USD", "2026-03-02,B,-4.00,EUR", head=head))
    page = text_of(as_asha, place)
    assert "-$4.00" in page and "-€4.00" in page and "Import 2 entries" in page
    as_asha.post(f"{place}take/", {"take": "1"})
    assert list(Expense.objects.of(asha).order_by("note").values_list("note", "currency")) == [("A", ""), ("B", "EUR")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"a,b\n1,2\n", "No column holds dates"),
        (b"x" * (LARGEST_FILE + 1), "10 MB"),
    ],
    ids=["empty", "pdf", "no dates", "large"],
)
def test_what_is_no_statement_is_refused_in_plain_words(as_asha, asha, data, sentence):
    answer = as_asha.post("/expenses/statements/", upload(data))
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not Statement.objects.of(asha).exists()
    assert as_asha.post("/expenses/statements/", {}).status_code == 422


def test_the_same_waiting_file_is_one_and_the_oldest_of_many_makes_room(as_asha, asha):
    places = [sent(as_asha, a_file(f"2026-03-0{day},A,-1.00")) for day in (1, 1, 2, 3, 4)]
    assert places[0] == places[1] and Statement.objects.of(asha).count() == MOST_WAITING
    assert as_asha.get(places[0]).status_code == 404
    with assert_routed():
        assert as_asha.post(f"{places[4]}put-away/").status_code == 303
    assert Statement.objects.of(asha).count() == MOST_WAITING - 1


def test_a_file_that_nobody_came_back_to_is_forgotten_with_the_next(asha):
    old = send(asha, a_file(*ROWS))
    Statement.objects.of(asha).update(sent_at=old.sent_at - datetime.timedelta(days=31))
    send(asha, a_file(*ROWS[:1]))
    assert not Statement.objects.of(asha).filter(pk=old.pk).exists()


def test_the_file_itself_is_not_kept_once_it_is_imported(asha):
    statement = taken(asha, a_file(*ROWS))
    assert bytes(statement.content) == b""


def test_many_rows_come_in_pages_and_as_many_queries(as_asha, asha, django_assert_max_num_queries):
    place = sent(as_asha, a_file(*(f"2026-03-01,SHOP {number},-{number}.00" for number in range(1, 251))))
    with django_assert_max_num_queries(14):
        first = text_of(as_asha, place)
    assert first.count("import-row ") == 100 and "SHOP 250" not in first
    assert text_of(as_asha, f"{place}?page=3").count("import-row ") == 50
    assert as_asha.post(f"{place}take/", {"page": "2"})["Location"] == f"{place}?page=2"


def test_odd_input_breaks_nothing(as_asha):
    place = sent(as_asha, a_file(*ROWS))
    odd = {
        "category-x": "a",
        "category-²": "b",
        f"category-{'9' * 30}": "c",
        "decision-1": "theft",
        "page": "x",
        "rest": "y",
    }
    assert as_asha.post(f"{place}take/", odd).status_code == 303
    for address in (f"{place}?page=x", f"{place}?page=99", f"{place}?answers"):
        assert as_asha.get(address).status_code == 200


def test_nobody_else_finds_a_file_and_staff_and_strangers_are_turned_away(as_asha, as_bo, as_mira, client):
    place = sent(as_asha, a_file(*ROWS))
    for path in (place, f"{place}take/", f"{place}revert/", f"{place}put-away/"):
        assert as_bo.post(path, {"take": "1"}).status_code == 404
        assert as_mira.post(path).status_code == 403
        assert client.post(path).status_code == 302
    assert as_bo.get(place).status_code == 404 and as_asha.get(place).status_code == 200
    assert not re.search("bank.csv", text_of(as_bo, "/expenses/statements/"))


def test_our_own_export_is_read_back_to_the_same_rows_and_known_again(as_asha, as_bo, asha, bo):
    kinds = ("spending", "refund", "income", "transfer")
    notes = ("=1+1", "'quoted", 'plain, with "marks"', "", "-5", "çà 日本", "@x", "  + y")
    for number, note in enumerate(notes):
        entry_of(asha, day=f"2026-02-0{number + 1}", note=note, category=f"+C{number % 3}", kind=kinds[number % 4],
                 amount=Decimal(number) + Decimal("0.10"))  # fmt: skip
    export = b"".join(as_asha.get("/expenses.csv").streaming_content)
    again = send(asha, export, "notebook.csv")
    assert set(StatementRow.objects.of(asha).values_list("standing", flat=True)) == {"there"} and again.rows == 8
    taken(bo, export)
    assert b"".join(as_bo.get("/expenses.csv").streaming_content) == export
