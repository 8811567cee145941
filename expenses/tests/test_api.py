"""A program of the owner's keeps his notebook; nobody of the lender's finds a way to it."""

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Customer, Manager
from accounts.tests.programs import KEY, Program, program_of
from accounts.tests.test_api_sign_in import code
from config.api import api
from expenses.models import Expense, Statement
from expenses.tests.canaries import AS_WRITTEN, WORD, fill
from ledger.tests.reading_pdf import text_of

pytestmark = pytest.mark.django_db
AT = "/api/customer/expenses"


@pytest.fixture
def of_asha(asha: Customer) -> Program:
    return program_of(asha)


def entry(amount: str = "12.50", **more: Any) -> dict[str, Any]:
    return {"day": "2026-03-04", "amount": amount, "category": "Food", "kind": "spending", "note": "", **more}


def test_an_entry_is_made_changed_deleted_and_taken_out_again(of_asha: Program) -> None:
    made = of_asha.send(AT, entry(), KEY)
    one = f"{AT}/{made.json()['id']}"
    assert (made.status_code, made.json()) == (201, {"id": made.json()["id"], **entry(), "currency": "USD"})
    assert of_asha.send(one, entry("13.00", category="Rent"), method="PUT").json()["category"] == "Rent"
    assert of_asha.delete(one).status_code == 204
    assert [code(of_asha.get(one)), of_asha.get(AT).json()["items"]] == [(404, "not_found"), []]
    assert of_asha.send(f"{one}/restore").json()["amount"] == "13.00"
    assert of_asha.get(one).status_code == 200


def test_one_key_is_one_entry(of_asha: Program) -> None:
    first, again = of_asha.send(AT, entry(), KEY), of_asha.send(AT, entry(), KEY)
    assert first.json() == again.json()
    assert code(of_asha.send(AT, entry("9.00"), KEY)) == (422, "key_reused")
    of_asha.send(AT, entry(), f"{KEY}-2")
    assert Expense.objects.count() == 2


def test_the_same_again_after_a_delete_says_that_it_lies_in_the_trash(of_asha: Program) -> None:
    made = of_asha.send(AT, entry(), KEY).json()
    one = f"{AT}/{made['id']}"
    of_asha.delete(one)
    again = of_asha.send(AT, entry(), KEY)
    assert code(again) == (409, "refused")
    assert f"entry {made['id']}, which lies in the trash" in again.json()["detail"]
    assert code(of_asha.send(AT, entry("9.00"), KEY)) == (422, "key_reused")
    assert of_asha.send(f"{one}/restore").status_code == 200
    assert of_asha.send(AT, entry(), KEY).json() == made, "the control: out of the trash it is the entry again"
    assert Expense.objects.count() == 1


def test_after_its_time_in_the_trash_a_key_is_free(of_asha: Program) -> None:
    first = of_asha.send(AT, entry(), KEY).json()["id"]
    for days, answered in ((29, 409), (31, 201)):
        Expense.objects.filter(pk=first).update(trashed_at=timezone.now() - datetime.timedelta(days))
        assert of_asha.send(AT, entry(), KEY).status_code == answered
    kept = Expense.objects.get()
    assert (kept.pk != first, kept.trashed_at) == (True, None)


def test_the_first_body_of_an_entry_that_was_changed_is_another_one(of_asha: Program) -> None:
    made = of_asha.send(AT, entry(), KEY).json()["id"]
    of_asha.send(f"{AT}/{made}", entry("9.00"), method="PUT")
    again = of_asha.send(AT, entry(), KEY)
    assert code(again) == (422, "key_reused")
    assert f"entry {made} " in again.json()["detail"]
    assert of_asha.send(AT, entry("9.00"), KEY).json()["id"] == made, "the control: as it stands now"


def test_the_longest_key_that_is_let_in_enters_too(of_asha: Program) -> None:
    longest = "k" * 100
    assert [of_asha.send(AT, entry(), longest).status_code for _ in range(2)] == [201, 201]
    assert Expense.objects.get().key == longest
    assert of_asha.send(f"{AT}/{Expense.objects.get().pk}", entry("9.00"), method="PUT").status_code == 200
    assert code(of_asha.send(AT, entry(), longest + "k")) == (422, "invalid"), "the control: one sign more"


def test_the_list_is_of_one_month_or_of_all_in_pages(of_asha: Program) -> None:
    for number, day in enumerate(("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01")):
        of_asha.send(AT, entry(day=day), f"{KEY}-{number}")
    rows = of_asha.get(f"{AT}?month=2026-03").json()["items"]
    assert [row["day"] for row in rows] == ["2026-03-31", "2026-03-01"]
    first = of_asha.get(f"{AT}?limit=3").json()
    assert len(of_asha.get(f"{AT}?limit=3&before={first['next']}").json()["items"]) == 1


def test_the_bounds_are_those_of_the_form(of_asha: Program) -> None:
    far = datetime.date.today() + datetime.timedelta(days=400)  # noqa: DTZ011  any far day
    assert code(of_asha.send(AT, entry(day=f"{far}"), KEY)) == (409, "refused")
    for wrong in ({"amount": "0"}, {"category": " "}, {"category": "x" * 61}, {"kind": "gift"}, {"day": "4.3.2026"}):
        assert code(of_asha.send(AT, entry() | wrong, KEY)) == (422, "invalid")
    assert Expense.objects.count() == 0


def test_nobody_elses_program_finds_it(of_asha: Program, bo: Customer, mira: Manager) -> None:
    one = f"{AT}/{of_asha.send(AT, entry(), KEY).json()['id']}"
    other, boss = program_of(bo), program_of(mira)
    assert other.get(AT).json()["items"] == []
    for method, path in (("GET", one), ("DELETE", one), ("POST", f"{one}/restore")):
        assert code(other.send(path, method=method)) == (404, "not_found")
        assert code(boss.send(path, method=method)) == (403, "forbidden")
    assert code(other.send(one, entry(), method="PUT")) == (404, "not_found")
    assert code(boss.get(AT)) == (403, "forbidden")


def test_what_became_of_a_banks_file(of_asha: Program, asha: Customer, bo: Customer) -> None:
    row = Statement.objects.create(customer=asha, file_name="march.csv", sha256="0" * 64, rows=7, problem_count=1)
    at = "/api/customer/statements"
    told = of_asha.get(f"{at}/{row.pk}").json()
    assert (told["state"], told["rows"], told["problems"]) == ("asking", 7, 1)
    (listed,) = of_asha.get(at).json()["items"]
    assert listed == {name: told[name] for name in listed}
    assert code(program_of(bo).get(f"{at}/{row.pk}")) == (404, "not_found")


def test_an_entry_of_another_currency_keeps_it(of_asha: Program) -> None:
    made = of_asha.send(AT, entry(currency="EUR"), KEY).json()
    assert (made["currency"], made["amount"]) == ("EUR", "12.50")
    one = f"{AT}/{made['id']}"
    assert of_asha.send(one, entry("13.00"), method="PUT").json()["currency"] == "EUR"
    assert of_asha.send(one, entry("13.00", currency="USD"), method="PUT").json()["currency"] == "USD"
    assert Expense.objects.get().currency == ""
    assert code(of_asha.send(AT, entry(currency="JPY"), f"{KEY}-2")) == (409, "refused")
    assert code(of_asha.send(AT, entry(currency="eur"), f"{KEY}-3")) == (422, "invalid")


@pytest.mark.slow
@pytest.mark.parametrize("person", ["bo", "mira", "clem"])
def test_nobody_else_finds_the_word_by_a_token(person: str, asha: Customer, request: pytest.FixtureRequest) -> None:
    program, filled = program_of(request.getfixturevalue(person)), fill(asha)
    numbers = {asha.pk, *(row.pk for row in filled.values())}
    paths = sorted({str(pattern.pattern) for pattern in api.urls[0]})
    asked = {re.sub(r"<[^>]*>", str(number), path) for path in paths for number in numbers}
    assert len(asked) > 30
    answers = [(path, program.get(f"/api/{path}")) for path in sorted(asked)]
    assert [path for path, answer in answers if any(text in said(answer) for text in AS_WRITTEN)] == []
    assert any(answer["Content-Type"] == "application/pdf" for _, answer in answers) == (person != "bo")


def said(answer: Any) -> str:
    pdf = answer["Content-Type"] == "application/pdf"
    return text_of(answer.content) if pdf else str(answer.content.decode())


def test_its_owner_finds_it(asha: Customer) -> None:
    """The control."""
    entry, program = fill(asha)["expense"], program_of(asha)
    assert WORD in program.get(AT).content.decode() and WORD in program.get(f"{AT}/{entry.pk}").content.decode()


def test_an_error_is_written_down_without_its_words(
    of_asha: Program, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*told: Any) -> None:
        raise ValueError(f"{WORD} is in the words of the error")

    monkeypatch.setattr("expenses.actions.enter", fail)
    assert code(of_asha.send(AT, entry(note=WORD), KEY)) == (500, "broken")
    assert "ValueError at" in caplog.text and WORD not in caplog.text
