"""A manager adds an address, sees its secret once, tests it, and tells it again what it was told; an auditor looks."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.hooks import make_endpoint
from accounts.models import AuditEntry, Delivery, Endpoint, Event, HouseEntry, User
from accounts.tests.cast import signed_in
from accounts.tests.phone import confirmed
from accounts.tests.programs import program_of
from accounts.tests.receiver import Receiver, call_all, receiver
from ledger.tests.shop import pay

pytestmark = pytest.mark.django_db
PAGE = "/admin/webhooks/"


@pytest.fixture
def program() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def endpoint(lender: Any, program: Receiver) -> Endpoint:
    return make_endpoint(program.url, Event.values, "m1")[0]


def secret_on(page: Any) -> str:
    found = re.search(r'value="(whsec_[\w+/=]+)"', page.text)
    assert found
    return found.group(1)


def place(row: Delivery) -> str:
    return f"{PAGE}{row.endpoint_id}/told/{row.customer_id}/{row.pk}/"


def test_a_manager_adds_an_address_and_sees_its_secret_once(mona, asha, program):
    client = confirmed(mona)
    assert "No program is told yet" in client.get(PAGE).text
    made = client.post(f"{PAGE}new/", {"url": program.url, "events": ["payment.recorded"]})
    secret, row = secret_on(made), Endpoint.objects.get()
    assert "no-store" in made["Cache-Control"]
    for page in (PAGE, f"{PAGE}{row.pk}/", f"{PAGE}{row.pk}/change/", f"{PAGE}{row.pk}/secret/"):
        assert secret not in client.get(page).text
    assert (row.made_by, row.events) == ("m4", ["payment.recorded"])
    told = HouseEntry.objects.get(act="make_endpoint")
    assert ("127.0.0.1" in told.facts, "by=duebook" in told.facts, secret in told.facts) == (True, False, False)
    pay(101, "5.00")
    call_all()
    assert program.calls[0].is_signed_with(secret)
    fresh = secret_on(client.post(f"{PAGE}{row.pk}/secret/"))
    pay(101, "6.00")
    call_all()
    assert [program.calls[1].is_signed_with(one) for one in (secret, fresh)] == [True, True]


def test_what_is_wrong_with_an_address_is_said_beside_the_form(mona, lender):
    answer = confirmed(mona).post(f"{PAGE}new/", {"url": "ftp://a.example", "events": ["payment.recorded"]})
    assert (answer.status_code, "must start with https://" in answer.text) == (422, True)
    assert confirmed(mona).post(f"{PAGE}new/", {"url": "https://a.example"}).status_code == 422
    assert Endpoint.objects.count() == 0


def test_it_is_changed_and_switched_off(mona, endpoint, program):
    client, page = confirmed(mona), f"{PAGE}{endpoint.pk}/"
    assert client.post(f"{page}change/", {"url": program.url, "events": ["due.overdue"]}).status_code == 303
    endpoint.refresh_from_db()
    assert (endpoint.is_on, endpoint.events) == (False, ["due.overdue"])
    assert "It is off, and told nothing" in client.get(page).text


def test_making_and_changing_take_the_password_once_more(mona, endpoint):
    client = signed_in(mona)
    for page in ("new/", f"{endpoint.pk}/change/", f"{endpoint.pk}/secret/"):
        for answer in (client.get(PAGE + page), client.post(PAGE + page)):
            assert answer["Location"].startswith("/confirm-password/")


def test_a_test_is_sent_at_once_and_its_answer_shown(mona, endpoint, program):
    client = signed_in(mona)
    program.answers = [(200, b""), (500, b"<b>no</b>")]
    said = [client.post(f"{PAGE}{endpoint.pk}/test/", follow=True).text for _ in range(2)]
    assert "The test was taken: the program answered 200." in said[0]
    assert "The test was not taken. It answered 500: &lt;b&gt;no&lt;/b&gt;" in said[1]
    assert [call.told["type"] for call in program.calls] == ["test", "test"]
    assert Delivery.objects.count() == 0


def test_what_was_told_is_shown_and_sent_again_under_its_id(mona, asha, endpoint, program):
    client = signed_in(mona)
    program.answers = [(400, b"what is this?")]
    payment = pay(101, "5.00")
    call_all()
    row = Delivery.objects.get()
    page = client.get(f"{PAGE}{endpoint.pk}/").text
    assert (f"payment.recorded {payment.pk}" in page, "It answered 400: <bdi>what is this?</bdi>" in page) == (
        True,
        True,
    )
    assert "Send again" not in client.get(place(row)).text, "it waits already"
    Delivery.objects.update(state="dead")
    shown = client.get(place(row)).text
    assert ("Send again" in shown, row.lasting_name in shown) == (True, True)
    assert "&quot;amount&quot;:&quot;5.00&quot;" in shown
    for words in ("It is sent again", "It waits to be sent already"):
        assert words in client.post(place(row), follow=True).text
    call_all()
    assert (len(program.calls), len(set(program.ids))) == (2, 1)
    assert AuditEntry.objects.filter(customer=101, act="send_again", by="m4").count() == 1


def test_why_it_was_not_taken_is_told_in_the_readers_language_and_what_the_program_said_as_it_said_it(
    mona, asha, endpoint, program
):
    program.answers = [(400, b"<b>what is this?</b>"), (503, b"")]
    for amount in ("5.00", "6.00"):
        pay(101, amount)
        call_all()
    said, silent = Delivery.objects.order_by("pk")
    User.objects.filter(manager=mona).update(language="es")
    client = signed_in(mona)
    shown = client.get(f"{PAGE}{endpoint.pk}/").text
    assert "Respondió 400: <bdi>&lt;b&gt;what is this?&lt;/b&gt;</bdi>" in shown
    assert "Respondió 503." in shown
    assert "Respondió 400: <bdi>" in client.get(place(said)).text
    assert (said.reason, silent.reason) == ("It answered 400: <b>what is this?</b>", "It answered 503.")
    told = program_of(mona).get(f"/api/webhooks/{endpoint.pk}/deliveries", headers={"Accept-Language": "es"}).json()
    assert told["items"][1]["reason"] == "Respondió 400: <b>what is this?</b>"
    Delivery.objects.update(reason="It answered 400: stored before")  # as a plain text it stays what it is
    assert "<bdi>It answered 400: stored before</bdi>" in client.get(place(said)).text


def test_a_test_that_nobody_takes_is_told_in_the_readers_language(mona, endpoint):
    Endpoint.objects.update(url="http://127.0.0.1:9/")
    User.objects.filter(manager=mona).update(language="es")
    page = signed_in(mona).post(f"{PAGE}{endpoint.pk}/test/", follow=True).text
    assert "No hubo respuesta: allí no escucha nadie" in page


def test_an_auditor_looks_and_changes_nothing_and_a_clerk_does_not_look(nina, clem, asha, endpoint, program):
    pay(101, "5.00")
    call_all()
    row = Delivery.objects.get()
    looks = (PAGE, f"{PAGE}{endpoint.pk}/", place(row))
    acts = [f"{PAGE}{endpoint.pk}/{what}/" for what in ("test", "change", "secret")] + [f"{PAGE}new/", place(row)]
    auditor, clerk = confirmed(nina), confirmed(clem)
    assert [auditor.get(page).status_code for page in looks] == [200] * 3
    assert [clerk.get(page).status_code for page in looks] == [403] * 3
    for client in (auditor, clerk):
        assert [client.post(page).status_code for page in acts] == [403] * 5
    assert "Send" not in auditor.get(looks[2]).text + auditor.get(looks[1]).text.replace("Send a test to see", "")
    assert len(program.calls) == 1
    assert "/admin/webhooks/" in auditor.get("/programs/").text
    assert "/admin/webhooks/" not in clerk.get("/programs/").text


def test_a_telling_is_found_under_its_own_customer_and_address_alone(mona, asha, bo, endpoint):
    pay(101, "5.00")
    row, client = Delivery.objects.get(), signed_in(mona)
    pages = [place(row), f"{PAGE}{endpoint.pk}/told/102/{row.pk}/", f"{PAGE}{endpoint.pk + 1}/told/101/{row.pk}/"]
    assert [client.get(page).status_code for page in pages] == [200, 404, 404]
    assert client.get(f"{PAGE}{endpoint.pk + 1}/").status_code == 404


def test_older_ones_are_a_page_further_and_the_queries_stay_the_same(
    mona: Any, asha: Any, endpoint: Endpoint, django_assert_max_num_queries: Any
) -> None:
    client: Client = signed_in(mona)
    for amount in range(1, 31):
        pay(101, f"{amount}.00")
    with django_assert_max_num_queries(12):
        page = client.get(f"{PAGE}{endpoint.pk}/?state=waiting").text
    assert page.count("payment.recorded ") == 25
    older = re.search(r"\?state=waiting&amp;before=\d+", page)
    assert older
    assert (
        client.get(f"{PAGE}{endpoint.pk}/{older.group(0).replace('&amp;', '&')}").text.count("payment.recorded ") == 5
    )
    assert "Nothing in this state" in client.get(f"{PAGE}{endpoint.pk}/?state=dead").text
    assert client.get(f"{PAGE}{endpoint.pk}/?state=no&before=-1").status_code == 200
