"""People see where they are signed in, and end it; only their own."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import Customer
from accounts.tests.cast import PASSWORD
from accounts.tests.doors import is_in, knock

pytestmark = pytest.mark.django_db


def enter(number: int, browser: str) -> Client:
    client = Client(headers={"user-agent": browser})
    knock(number, PASSWORD, client=client)
    return client


def session_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def test_the_list_shows_own_sessions_only(asha: Customer, bo: Customer) -> None:
    phone, _, _ = enter(101, "Phone"), enter(101, "Desk"), enter(102, "Stranger")
    page = phone.get("/sessions/").text
    assert ["Phone" in page, "Desk" in page, "Stranger" in page] == [True, True, False]
    assert page.count("This one") == 1


def test_one_session_ends_and_the_rest_stays(asha: Customer) -> None:
    phone, desk, lost = enter(101, "Phone"), enter(101, "Desk"), enter(101, "Lost")
    phone.post("/sessions/", {"session": session_of(lost).pk})
    assert [is_in(phone), is_in(desk), is_in(lost)] == [True, True, False]


def test_all_others_end_at_once(asha: Customer, bo: Customer) -> None:
    phone, desk, of_bo = enter(101, "Phone"), enter(101, "Desk"), enter(102, "Bo")
    phone.post("/sessions/")
    assert [is_in(phone), is_in(desk), is_in(of_bo)] == [True, False, True]


def test_nobody_ends_another_persons_session(asha: Customer, bo: Customer) -> None:
    of_asha, of_bo, desk = enter(101, "Phone"), enter(102, "Bo"), enter(101, "Desk")
    answer = of_asha.post("/sessions/", {"session": session_of(of_bo).pk})
    assert answer.status_code == 200
    assert [is_in(of_bo), is_in(desk)] == [True, True]


def test_a_browsers_name_is_shown_as_text(asha: Customer) -> None:
    page = enter(101, "<script>alert(1)</script>").get("/sessions/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get("/sessions/")["Location"] == "/customer/login/?next=/sessions/"
