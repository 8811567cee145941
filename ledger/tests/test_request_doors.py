"""No door leads past the second person: not an address, an action of a list, nor a form posted raw."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Customer, Lender, Manager
from accounts.tests.cast import signed_in
from ledger import approving
from ledger.actions import add_due, record_payment
from ledger.models import Approval, Due, Payment
from ledger.proof import differences
from ledger.tests.routing import assert_routed

D = Decimal
BOOK = "/admin/customer/101/"
KEY = "a-key-of-twenty-letters"


@pytest.fixture
def limits(lender: Lender) -> None:
    """Nothing above 10.00 is done alone."""
    for name in ("reverse_alone", "refund_alone", "waive_alone", "charge_off_alone"):
        setattr(lender, name, D(10))
    lender.save()


@pytest.fixture
def due(limits: None, asha: Customer) -> Due:
    """80.00 late, beside 100.00 held."""
    record_payment(Payment(customer=asha, amount=D(100), policy="forward", starting=datetime.date(2200, 1, 1)))
    return add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=D(80)))


@pytest.fixture
def as_mona(mona: Manager) -> Client:
    return signed_in(mona)


Doors = dict[str, Callable[[Due], tuple[str, dict[str, str]]]]
DOORS: Doors = {
    "reverse": lambda due: (f"payments/{Payment.objects.get(kind='receipt').pk}/reverse/", {"reason": "bounced"}),
    "refund": lambda due: ("refund/", {"key": KEY, "amount": "50", "reference": "slip 4"}),
    "waive": lambda due: (f"dues/{due.pk}/waive/", {"key": KEY, "amount": "50", "reason": "ill"}),
    "charge off": lambda due: (f"dues/{due.pk}/charge-off/", {"key": KEY, "amount": "50", "reason": "gone"}),
    "charge off all": lambda due: ("charge-off/", {"key": KEY, "amount": "80", "reason": "gone"}),
    "lower": lambda due: (f"dues/{due.pk}/change/", {"amount": "30", "due_on": "2024-01-31", "reason": "typo"}),
}
every_door = pytest.mark.parametrize("door", DOORS)


def books(asha: Customer) -> tuple[Any, ...]:
    payments = Payment.objects.of(asha).order_by("id").values_list("id", "amount", "kind", "applied", "reversed")
    return list(payments), list(Due.objects.of(asha).values_list("id", "amount", "paid", "forgiven"))


def ask(client: Client, due: Due, door: str) -> Any:
    path, body = DOORS[door](due)
    return client.post(BOOK + path, body)


def page_of(request: Approval) -> str:
    return f"{BOOK}requests/{request.pk}/"


@every_door
def test_a_door_files_a_request_and_moves_nothing(door: str, due: Due, as_mira: Client, asha: Customer) -> None:
    before = books(asha)
    answers = [ask(as_mira, due, door) for _ in range(2)]
    request = Approval.objects.get()
    if door == "reverse":  # one waits for the payment already, and it is the same
        assert answers[1].status_code == 303
    assert {answer.headers["Location"] for answer in answers} == {page_of(request)}
    assert books(asha) == before
    assert (request.state, request.asked_by) == ("waiting", "m1")
    for page in (BOOK, "/admin/requests/", page_of(request)):
        assert request.title in as_mira.get(page).content.decode()


@every_door
def test_another_confirms_it_and_it_is_done_once(
    door: str, due: Due, as_mira: Client, as_mona: Client, asha: Customer
) -> None:
    before = books(asha)
    ask(as_mira, due, door)
    page = page_of(Approval.objects.get())
    assert as_mona.post(page, {"decision": "confirm", "note": "seen"}).status_code == 303
    after = books(asha)
    assert after != before
    assert as_mona.post(page, {"decision": "confirm"}).status_code == 422
    assert books(asha) == after
    assert "Confirmed by m4" in as_mira.get(page).content.decode()
    assert list(differences()) == []


@every_door
def test_the_asker_does_not_confirm_it_though_a_superuser(door: str, due: Due, as_mira: Client, asha: Customer) -> None:
    before = books(asha)
    ask(as_mira, due, door)
    page = page_of(Approval.objects.get())
    assert 'value="confirm"' not in as_mira.get(page).content.decode()
    for decision in ("confirm", "refuse", "", "CONFIRM"):
        assert as_mira.post(page, {"decision": decision, "note": "x"}).status_code == 422
    assert books(asha) == before
    assert as_mira.post(page, {"decision": "withdraw"}).status_code == 303
    assert Approval.objects.get().state == "withdrawn"


@every_door
def test_who_may_not_do_the_act_does_not_confirm_it(
    door: str, due: Due, as_mira: Client, as_clem: Client, as_nina: Client, as_sten: Client, asha: Customer
) -> None:
    ask(as_mira, due, door)
    page = page_of(Approval.objects.get())
    assert [client.get(page).status_code for client in (as_clem, as_nina, as_sten)] == [200, 200, 403]
    for client in (as_clem, as_nina, as_sten):
        for decision in ("confirm", "refuse", "withdraw"):
            assert client.post(page, {"decision": decision, "note": "x"}).status_code == 403
    assert Approval.objects.get().state == "waiting"


@every_door
def test_a_refusal_has_a_reason_and_ends_it(door: str, due: Due, as_mira: Client, as_mona: Client) -> None:
    ask(as_mira, due, door)
    page = page_of(Approval.objects.get())
    assert as_mona.post(page, {"decision": "refuse"}).status_code == 422
    assert as_mona.post(page, {"decision": "refuse", "note": "no proof"}).status_code == 303
    assert as_mona.post(page, {"decision": "confirm"}).status_code == 422
    assert "no proof" in as_mira.get(page).content.decode()


def raw_posts(due: Due) -> list[tuple[str, dict[str, Any]]]:
    """Every form and list of the plain admin that reaches money, with all that could make it do more."""
    payment = Payment.objects.get(kind="receipt")
    more = {"kind": "refund", "reverses": payment.pk, "reversed": "on", "applied": "0", "forgiven": "80", "paid": "80"}
    acts = ("delete_selected", "reverse", "reverse_payment", "refund_credit", "waive", "charge_off", "confirm")
    chosen = [(f"/admin/ledger/{noun}/", {"action": act, "_selected_action": [row.pk], "post": "yes"})
              for noun, row in (("payment", payment), ("due", due)) for act in acts]  # fmt: skip
    return [
        *chosen,
        (f"/admin/ledger/payment/{payment.pk}/change/", {"amount": "-100", **more}),
        (f"/admin/ledger/payment/{payment.pk}/delete/", {"post": "yes"}),
        ("/admin/ledger/payment/add/", {"customer": "101", "amount": "-50", "once": KEY, **more}),
        (f"/admin/ledger/due/{due.pk}/change/", {"amount": "30", "due_on": "2024-01-31", **more}),
        (f"/admin/ledger/due/{due.pk}/delete/", {"post": "yes"}),
        ("/admin/ledger/approval/1/change/", {"state": "confirmed", "decided_by": "m4"}),
    ]


def test_nothing_posted_raw_to_the_plain_admin_does_it(due: Due, as_mira: Client, asha: Customer) -> None:
    before = books(asha)
    for path, body in raw_posts(due):
        assert as_mira.post(path, body).status_code < 500, path
        assert books(asha) == before, path
    assert not Approval.objects.exists()


@every_door
def test_without_the_guard_the_same_doors_do_it_alone(
    door: str, due: Due, as_mira: Client, asha: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of all above."""
    for module in ("reversing", "payments", "dues", "charging_off"):
        monkeypatch.setattr(f"ledger.actions.{module}.need_second", lambda *args, **more: None)
    before = books(asha)
    assert ask(as_mira, due, door).status_code == 303
    assert books(asha) != before
    assert not Approval.objects.exists()


def test_a_manager_does_not_lift_the_limits_first_and_the_owner_may(
    limits: None, as_mona: Client, as_mira: Client
) -> None:
    page = "/admin/accounts/lender/1/change/"
    lender = Lender.load()
    names = (
        "name",
        "time_zone",
        "language",
        "distribution_policy",
        "component_order",
        "late_fee_kind",
        "late_fee_grace_days",
        "retention_years",
    )
    fields = {name: getattr(lender, name) for name in names} | {"reverse_alone": "", "reopen_alone": "on"}
    assert as_mona.post(page, fields | {"name": "Renamed", "waive_alone": "9999"}).status_code == 302
    lender.refresh_from_db()
    assert (lender.name, lender.reverse_alone, lender.waive_alone) == ("Renamed", 10, 10)
    assert as_mira.post(page, fields | {"waive_alone": "0", "refund_alone": "-1"}).status_code == 200
    assert as_mira.post(page, fields | {"waive_alone": "0"}).status_code == 302
    lender.refresh_from_db()
    assert (lender.reverse_alone, lender.waive_alone) == (None, 0)


def test_a_clerk_who_lowered_too_much_asks_and_withdraws_but_confirms_nothing(
    due: Due, as_clem: Client, as_mona: Client
) -> None:
    page = ask(as_clem, due, "lower").headers["Location"]
    told = Approval.objects.get().parameters
    assert told == {"amount": "30.00"}, "the day was left as it was"
    assert "New amount" in (read := as_clem.get(page).text)
    assert "$30.00" in read
    assert as_clem.post(page, {"decision": "confirm"}).status_code == 422
    assert as_clem.post(page, {"decision": "withdraw"}).status_code == 303
    due.reread()
    assert (Approval.objects.get().state, due.amount) == ("withdrawn", 80)


def test_a_request_of_another_customer_is_not_in_this_book(due: Due, as_mira: Client, bo: Customer) -> None:
    ask(as_mira, due, "waive")
    other = f"/admin/customer/102/requests/{Approval.objects.get().pk}/"
    assert (as_mira.get(other).status_code, as_mira.post(other, {"decision": "withdraw"}).status_code) == (404, 404)


def test_the_list_shows_what_waits_first_and_its_empty_state_says_why(
    due: Due, as_mira: Client, as_nina: Client, as_sten: Client, asha: Customer
) -> None:
    assert "Nothing waits" in as_mira.get("/admin/requests/").content.decode()
    ask(as_mira, due, "waive")
    first = Approval.objects.get()
    ask(as_mira, due, "refund")  # the key of another request
    payment = Payment.objects.get(kind="receipt")
    decided = approving.ask(approving.to_reverse(payment, "m1", "bounced"))
    approving.refuse(decided, "m4", "no proof")
    page = as_nina.get("/admin/requests/")
    assert list(page.context["waiting"]) == [first]
    assert list(page.context["page"].object_list) == [decided]
    assert as_sten.get("/admin/requests/").status_code == 403
    assert as_mira.post("/admin/requests/", {}).status_code == 405


def test_asking_and_confirming_is_routed(due: Due) -> None:
    with assert_routed() as seen:
        asked = approving.ask(approving.to_reverse(Payment.objects.get(customer=101), "m1", "bounced"))
        approving.confirm(asked, "m4")
    assert len(seen) > 8


def test_a_payment_shows_the_request_about_it_and_the_one_that_made_it(
    due: Due, as_mira: Client, as_mona: Client
) -> None:
    ask(as_mira, due, "reverse")
    request = Approval.objects.get()
    page = f"{BOOK}payments/{request.payment}/"
    assert "waits for a second person" in as_mira.get(page).content.decode()
    as_mona.post(page_of(request), {"decision": "confirm"})
    request.reread()
    assert "confirmed by m4" in as_mira.get(f"{BOOK}payments/{request.made}/").content.decode()
