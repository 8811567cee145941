"""A program of the owner's takes a bank's file in and back out, by the acts of the pages."""

from typing import Any

import pytest

from accounts.models import Customer, Manager
from accounts.tests.programs import KEY, Program, program_of
from accounts.tests.test_api_sign_in import code
from expenses.models import Category, Expense, Statement, StatementRow
from expenses.tests.filing import a_file, upload
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db
AT = "/api/customer/statements"
ROWS = ("2026-03-02,CORNER CAFE,-4.00", "2026-03-05,RENT,-500.00", "2026-03-20,PAY,900")
OPEN = a_file("03/04/2026,CORNER CAFE,-4.00", "05/06/2026,RENT,-500.00")


@pytest.fixture
def of_asha(asha: Customer) -> Program:
    return program_of(asha)


def sent(program: Program, data: bytes = b"", name: str = "bank.csv") -> Any:
    return program.post(AT, upload(data or a_file(*ROWS), name))


def one(answer: Any) -> str:
    return f"{AT}/{answer.json()['id']}"


def test_a_file_is_sent_looked_at_posted_and_taken_back(of_asha: Program, asha: Customer) -> None:
    with assert_routed():
        answer = sent(of_asha)
        told = answer.json()
        assert (answer.status_code, told["state"], told["rows"], told["new"]) == (201, "ready", 3, 3)
        rows = of_asha.get(f"{one(answer)}/rows").json()["items"]
        assert [(row["day"], row["amount"], row["standing"]) for row in rows] == [
            ("2026-03-02", "-4.00", "new"), ("2026-03-05", "-500.00", "new"), ("2026-03-20", "900.00", "new"),
        ]  # fmt: skip
        assert not Expense.objects.of(asha).exists(), "a look stores nothing"
        told = of_asha.send(f"{one(answer)}/post").json()
        assert (told["state"], told["added"]) == ("taken", 3)
        assert of_asha.send(f"{one(answer)}/post").json()["added"] == 3, "imported once, however often it is sent"
        assert Expense.objects.of(asha).count() == 3
        told = of_asha.send(f"{one(answer)}/undo", {}).json()
        assert (told["state"], told["removed"]) == ("reverted", 3)
    assert not Expense.objects.of(asha).exists()
    assert code(of_asha.send(f"{one(answer)}/post")) == (409, "refused")


def test_the_same_file_again_is_the_one_that_waits(of_asha: Program) -> None:
    assert sent(of_asha).json()["id"] == sent(of_asha, name="other.csv").json()["id"]
    assert Statement.objects.count() == 1


def test_a_question_is_answered(of_asha: Program, asha: Customer) -> None:
    answer = sent(of_asha, OPEN)
    told = answer.json()
    assert (told["state"], told["rows"]) == ("asking", 0)
    question = told["questions"][0]
    assert code(of_asha.send(f"{one(answer)}/post")) == (409, "refused"), "it has a question first"
    for wrong in ({question["key"]: "perhaps"}, {"colour": "red"}):
        assert code(of_asha.send(f"{one(answer)}/answers", {"answers": wrong})) == (409, "refused")
    said = {question["key"]: question["choices"][0]["value"] for question in told["questions"]}
    assert of_asha.send(f"{one(answer)}/answers", {"answers": said}).json()["state"] == "ready"


def test_a_possible_duplicate_takes_a_word(of_asha: Program, asha: Customer) -> None:
    body = {"day": "2026-03-03", "amount": "4.00", "category": "Fun", "note": "corner cafe"}
    of_asha.send("/api/customer/expenses", body, KEY)
    answer = sent(of_asha)
    assert (answer.json()["near"], answer.json()["undecided"]) == (1, 1)
    assert code(of_asha.send(f"{one(answer)}/post")) == (409, "refused")
    (near,) = of_asha.get(f"{one(answer)}/rows?standing=near").json()["items"]
    rent = of_asha.get(f"{one(answer)}/rows?limit=2").json()["items"][1]
    words = {"rows": [{"row": near["id"], "decision": "skip"}, {"row": rent["id"], "category": "Home"}]}
    assert of_asha.send(f"{one(answer)}/decisions", words).json()["undecided"] == 0
    assert of_asha.send(f"{one(answer)}/post").json()["added"] == 2
    assert Expense.objects.get(note="RENT").category.name == "Home"


def test_the_rest_is_decided_alike(of_asha: Program) -> None:
    body = {"day": "2026-03-03", "amount": "4.00", "category": "Fun", "note": "corner cafe"}
    of_asha.send("/api/customer/expenses", body, KEY)
    answer = sent(of_asha)
    assert of_asha.send(f"{one(answer)}/decisions", {"rest": "keep"}).json()["undecided"] == 0
    assert of_asha.send(f"{one(answer)}/post").json()["added"] == 3


def test_what_was_changed_since_stays_unless_told(of_asha: Program, asha: Customer) -> None:
    places = [one(sent(of_asha, a_file(f"2026-0{month}-02,CAFE {month},-4.00"))) for month in (3, 4)]
    for place in places:
        of_asha.send(f"{place}/post")
    for entry in Expense.objects.of(asha):
        Expense.objects.filter(customer=asha, pk=entry.pk).update(note="mine")
    assert of_asha.send(f"{places[0]}/undo", {"also_changed": False}).json()["removed"] == 0
    assert of_asha.send(f"{places[1]}/undo", {"also_changed": True}).json()["removed"] == 1


def test_a_file_that_waits_is_forgotten_and_one_that_was_posted_is_not(of_asha: Program) -> None:
    place = one(sent(of_asha))
    assert code(of_asha.send(f"{place}/undo", {})) == (409, "refused")
    assert of_asha.delete(place).status_code == 204
    assert (code(of_asha.get(place)), StatementRow.objects.count()) == ((404, "not_found"), 0)
    place = one(sent(of_asha))
    of_asha.send(f"{place}/post")
    for answer in (of_asha.delete(place), of_asha.send(f"{place}/decisions", {"rest": "keep"})):
        assert code(answer) == (409, "refused")
    assert of_asha.get(place).json()["added"] == 3


def test_rows_come_in_pages(of_asha: Program) -> None:
    place = one(sent(of_asha))
    first = of_asha.get(f"{place}/rows?limit=2").json()
    second = of_asha.get(f"{place}/rows?limit=2&after={first['next']}").json()
    assert [row["line"] for row in first["items"] + second["items"]] == [2, 3, 4]
    assert second["next"] is None


@pytest.mark.parametrize("data", [b"<html>", b"\x00\x01\x02", b"a", b"x" * (10 * 1024 * 1024 + 1)])
def test_what_is_no_statement_is_refused_by_name(of_asha: Program, data: bytes) -> None:
    answer = sent(of_asha, data)
    assert (code(answer), answer.json()["errors"][0]["field"]) == ((422, "invalid"), "file")
    assert Statement.objects.count() == 0


def test_the_lines_that_cannot_be_taken_over_are_told(of_asha: Program) -> None:
    told = sent(of_asha, a_file(*ROWS, "2999-01-01,FAR,-1.00")).json()
    assert (told["problems"], told["notes"][0]["line"]) == (1, 5)


def test_nobody_else_finds_a_file(of_asha: Program, bo: Customer, mira: Manager) -> None:
    place = one(sent(of_asha))
    asked: list[tuple[str, str, Any]] = [
        ("GET", place, None), ("GET", f"{place}/rows", None), ("DELETE", place, None), ("POST", f"{place}/post", None),
        ("POST", f"{place}/undo", {}), ("POST", f"{place}/decisions", {}),
        ("POST", f"{place}/answers", {"answers": {}}),
    ]  # fmt: skip
    for method, path, body in asked:
        assert code(program_of(bo).send(path, body, method=method)) == (404, "not_found")
        assert code(program_of(mira).send(path, body, method=method)) == (403, "forbidden")
    assert code(program_of(mira).post(AT, upload(a_file(*ROWS)))) == (403, "forbidden")
    assert Statement.objects.get().state == "ready", "the control: it is there, and untouched"


def test_categories_are_the_owners_own(of_asha: Program, asha: Customer, bo: Customer) -> None:
    Category.objects.create(customer=bo, name="Private")
    for name, archived in (("Food", False), ("Old", True)):
        Category.objects.create(customer=asha, name=name, archived=archived)
    rows = of_asha.get("/api/customer/categories").json()["items"]
    assert [(row["name"], row["archived"]) for row in rows] == [("Old", True), ("Food", False)]


def test_a_file_that_is_deleted_while_it_is_posted_is_not_found(
    of_asha: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = one(sent(of_asha))

    def gone(*told: Any) -> None:
        raise Statement.DoesNotExist

    monkeypatch.setattr("expenses.importing.taking.take", gone)
    assert code(of_asha.send(f"{place}/post")) == (404, "not_found")
