"""All that waits for a second person stands in one list for programs, and each is decided by who may, signed in."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Batch, Customer, Erasure, Lender, Manager
from accounts.tests.chores import work
from accounts.tests.programs import Program, program_of, token_of
from accounts.tests.test_api_sign_in import code
from ledger.actions.erasing import ask_to_erase, erase_customer, put_away
from ledger.bulk import uploads
from ledger.bulk.seconding import ask_to_undo, drop_undo
from ledger.closing import close_books, reopen_books
from ledger.models import Closing, Payment
from ledger.tests.shop import customers, file, load

pytestmark = pytest.mark.django_db
LIST = "/api/approvals"
YES, NO, BACK = ({"decision": "confirm"}, {"decision": "refuse", "note": "not now"}, {"decision": "withdraw"})
DAY = datetime.date(2025, 1, 31)


@pytest.fixture
def batch(tmp_path: Path, lender: Lender) -> Batch:
    """A payment of 50.00; one person may reverse 40.00."""
    customers(1)
    Lender.objects.update(reverse_alone=Decimal(40))
    load("payments", file(tmp_path, "customer,date,amount", "1,2025-02-10,50.00"))
    return Batch.objects.get()


@pytest.fixture
def wish(asha: Customer, lender: Lender) -> Erasure:
    Lender.objects.update(erase_alone=False)
    return ask_to_erase(asha, "m4")


@pytest.fixture
def reopening(lender: Lender) -> Closing:
    Lender.objects.update(reopen_alone=False)
    close_books(DAY, "m4")
    return reopen_books(None, "m4", "a slip")


def listed(program: Program, name: str) -> list[Any]:
    return list(program.get(LIST).json()[name])


def test_a_file_to_undo_waits_in_the_list_and_another_undoes_it(batch: Batch, mona: Manager, mira: Manager) -> None:
    at = f"/api/batches/{batch.pk}/undo"
    assert program_of(mona).send(at).json()["undo_asked_by"] == "m4"
    (row,) = listed(program_of(mira), "files")
    assert (row["id"], row["kind"], row["undo_asked_by"]) == (batch.pk, "payments", "m4")
    assert program_of(mira).send(at).status_code == 202
    work()
    assert Payment.objects.filter(reversed=False, kind="receipt").count() == 0
    assert listed(program_of(mira), "files") == []


def test_a_token_asks_to_undo_a_file_and_never_is_the_second_person(batch: Batch, mona: Manager, mira: Manager) -> None:
    at = f"/api/batches/{batch.pk}/undo"
    assert token_of(mona, "files").send(at).json()["undo_asked_by"] == "m4"
    assert code(token_of(mira, "files").send(at)) == (403, "scope_missing")
    assert code(token_of(mira, "files").send(f"{at}/drop")) == (403, "scope_missing")
    assert not batch.jobs.exists()
    assert program_of(mira).send(at).status_code == 202, "the control: signed in he is"


def test_who_asked_to_undo_a_file_is_looked_at_again_under_the_lock(
    batch: Batch, mona: Manager, mira: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a token would be the second person of who asked in that moment, or somebody of another than he saw."""
    at, undo = f"/api/batches/{batch.pk}/undo", uploads.undo

    def beside(meanwhile: Callable[[], object]) -> Callable[..., Any]:
        return lambda *told: (meanwhile(), undo(*told))

    monkeypatch.setattr(uploads, "undo", beside(lambda: ask_to_undo(batch, "m4")))
    answer = token_of(mira, "files").send(at)
    assert (code(answer), "asked for it, or withdrawn it, meanwhile" in answer.text) == ((409, "refused"), True)
    monkeypatch.setattr(uploads, "undo", beside(lambda: (drop_undo(batch), ask_to_undo(batch, "m5"))))
    assert code(program_of(mira).send(at)) == (409, "refused")
    assert not batch.jobs.exists()
    monkeypatch.setattr(uploads, "undo", undo)
    assert program_of(mira).send(at).status_code == 202
    assert batch.jobs.exists(), "the control: m5 asked before he looked"


def test_who_is_asked_to_undo_a_file_may_refuse(batch: Batch, mona: Manager, mira: Manager, clem: Manager) -> None:
    at = f"/api/batches/{batch.pk}/undo"
    program_of(mona).send(at)
    assert code(program_of(clem).send(f"{at}/drop")) == (403, "forbidden")
    assert program_of(mira).send(f"{at}/drop").json()["undo_asked_by"] == ""
    assert listed(program_of(mira), "files") == []
    assert program_of(mira).send(at).json()["undo_asked_by"] == "m1", "who undoes it now asks anew"


def test_an_erasure_waits_in_the_list_and_another_confirms_it(
    wish: Erasure, asha: Customer, mona: Manager, mira: Manager, clem: Manager
) -> None:
    at = "/api/customers/101/erasure"
    (row,) = listed(program_of(clem), "erasures")
    assert (row["id"], row["customer_id"], row["asked_by"]) == (wish.pk, 101, "m4")
    assert code(program_of(mona).send(at, YES)) == (409, "refused"), "nobody confirms his own"
    assert code(program_of(clem).send(at, YES)) == (403, "forbidden")
    assert code(token_of(mira, "read", "customers").send(at, YES)) == (403, "scope_missing")
    asha.refresh_from_db()
    assert asha.name == "Asha Rao"
    assert program_of(mira).send(at, YES).json()["state"] == "done"
    asha.refresh_from_db()
    assert asha.name == "erased"
    assert code(program_of(mira).send(at, YES)) == (404, "not_found"), "nothing waits any more"


def test_a_program_names_the_wish_that_it_read(wish: Erasure, asha: Customer, bo: Customer, mira: Manager) -> None:
    other = ask_to_erase(bo, "m4")
    put_away(wish, "m4")
    fresh = ask_to_erase(asha, "m4")
    at, program = "/api/customers/101/erasure", program_of(mira)
    assert code(program.send(at, YES | {"id": wish.pk})) == (409, "refused")
    assert code(program.send(at, NO | {"id": wish.pk})) == (409, "refused")
    assert code(program.send(at, YES | {"id": other.pk})) == (404, "not_found"), "another customer's"
    assert set(Customer.objects.filter(pk__in=(101, 102)).values_list("name", flat=True)) & {"erased"} == set()
    assert program.send(at, YES | {"id": fresh.pk}).json()["state"] == "done"


def test_a_wish_withdrawn_and_made_anew_in_that_moment_is_not_confirmed(
    wish: Erasure, asha: Customer, mira: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is erased is gone: nobody confirms a wish that he has not looked at."""

    def meanwhile(*told: Any, **more: Any) -> Erasure:
        put_away(wish, "m4")
        ask_to_erase(asha, "c101")
        return erase_customer(*told, **more)

    monkeypatch.setattr("ledger.api.waiting.erase_customer", meanwhile)
    answer = program_of(mira).send("/api/customers/101/erasure", YES)
    assert (code(answer), "already withdrawn, by m4" in answer.text) == ((409, "refused"), True)
    assert Erasure.objects.waiting().get().asked_by == "c101"
    monkeypatch.undo()
    assert Customer.objects.get(pk=101).name == "Asha Rao"
    assert program_of(mira).send("/api/customers/101/erasure", YES).json()["state"] == "done", "the control"


def test_an_erasure_is_refused_by_another_and_withdrawn_by_its_asker(
    wish: Erasure, asha: Customer, mona: Manager, mira: Manager
) -> None:
    at = "/api/customers/101/erasure"
    assert code(program_of(mona).send(at, NO)) == (409, "refused")
    assert code(program_of(mira).send(at, BACK)) == (409, "refused")
    assert code(program_of(mira).send(at, {"decision": "refuse"})) == (409, "refused"), "without a reason"
    assert program_of(mira).send(at, NO).json()["state"] == "refused"
    ask_to_erase(asha, "m4")
    assert program_of(mona).send(at, BACK).json()["state"] == "withdrawn"
    assert listed(program_of(mira), "erasures") == []


def test_a_reopening_waits_in_the_list_and_another_decides(
    reopening: Closing, mona: Manager, mira: Manager, nina: Manager
) -> None:
    at = f"/api/reopenings/{reopening.pk}"
    (row,) = listed(program_of(nina), "reopenings")
    assert (row["id"], row["before"], row["after"], row["reason"]) == (reopening.pk, f"{DAY}", None, "a slip")
    assert code(program_of(nina).send(at, YES)) == (403, "forbidden")
    assert code(program_of(mona).send(at, YES)) == (409, "refused"), "nobody confirms his own"
    assert code(program_of(mira).send(at, BACK)) == (409, "refused")
    assert program_of(mira).send(at, NO).json()["state"] == "refused"
    assert Lender.load().closed_through == DAY
    again = reopen_books(None, "m4", "a slip")
    assert program_of(mira).send(f"/api/reopenings/{again.pk}", YES).json()["state"] == "done"
    assert Lender.load().closed_through is None
    assert code(program_of(mira).send("/api/reopenings/999999", YES)) == (404, "not_found")


def test_what_waits_beside_stands_on_the_first_page_of_what_waits(reopening: Closing, mira: Manager) -> None:
    program = program_of(mira)
    for question in ("?state=confirmed", "?before=999"):
        assert program.get(f"{LIST}{question}").json()["reopenings"] == []
    assert len(program.get(f"{LIST}?limit=1").json()["reopenings"]) == 1
