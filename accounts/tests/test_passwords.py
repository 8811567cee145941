"""A forgotten password is replaced by mail, a known one by its owner; other sessions end."""

import re

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts import actions
from accounts.models import Customer, Lender, Manager, User
from accounts.tests.cast import PASSWORD, signed_in
from accounts.tests.doors import MANAGER_DOOR, Answer, is_in, knock
from accounts.tests.post_office import deliver

pytestmark = pytest.mark.django_db
NEW = "calm-lake-77"


def ask(address: str) -> Answer:
    """And let the worker send what there is to send."""
    answer = Client().post("/password/reset/", {"email": address})
    deliver()
    return answer


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http://[\w:.]+(/password/reset/\S+)", str(mail.body))
    assert found
    return found[1]


def choose(link: str, password: str, client: Client) -> Answer:
    """Open the link, which leads to an address without the token, and send the form there."""
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": password})


def test_the_mailed_link_sets_a_new_password_once(asha: Customer, mailoutbox: list[EmailMessage]) -> None:
    elsewhere = signed_in(asha)
    assert ask("ASHA@example.com")["Location"] == "/password/reset/sent/"
    mail = mailoutbox[0]
    assert mail.subject == "Duebook: A new password"
    assert mail.to == ["asha@example.com"]
    assert "customer number 101" in mail.body
    assert choose(link_in(mail), NEW, Client())["Location"] == "/password/reset/done/"
    assert not is_in(elsewhere)
    assert knock(101, PASSWORD).status_code == 200
    assert knock(101, NEW).status_code == 302
    assert "This link no longer works" in Client().get(link_in(mail)).text


def test_staff_resets_by_the_same_way(mira: Manager, mailoutbox: list[EmailMessage]) -> None:
    ask("mira@example.com")
    assert "staff number 1" in mailoutbox[0].body
    assert "staff number 1" in str(mailoutbox[0].alternatives)  # type: ignore[attr-defined]
    choose(link_in(mailoutbox[0]), NEW, Client())
    assert knock(1, NEW, MANAGER_DOOR).status_code == 302


def test_the_page_never_says_whether_an_address_is_known(asha: Customer, mailoutbox: list[EmailMessage]) -> None:
    known, unknown = ask("asha@example.com"), ask("nobody@example.com")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    pages = [Client().get(answer["Location"]).text for answer in (known, unknown)]
    assert len({re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in pages}) == 1
    assert [mail.to for mail in mailoutbox] == [["asha@example.com"]]


def test_a_shared_address_gets_a_link_for_each_number(
    asha: Customer, bo: Customer, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.update(email="family@example.com")
    Customer.objects.update(email="family@example.com")
    ask("family@example.com")
    assert ["101" in mailoutbox[0].body, "102" in mailoutbox[1].body] == [True, True]
    choose(link_in(mailoutbox[1]), NEW, Client())
    assert knock(102, NEW).status_code == 302
    assert knock(101, NEW).status_code == 200


def test_a_deactivated_login_gets_no_link(asha: Customer, mailoutbox: list[EmailMessage]) -> None:
    actions.set_active([asha.login], False)
    ask("asha@example.com")
    assert mailoutbox == []


def test_a_link_asked_for_at_an_old_address_dies_with_the_address(
    asha: Customer, mailoutbox: list[EmailMessage]
) -> None:
    ask("asha@example.com")
    asha.email = "new@example.com"
    actions.update_customer(asha)
    assert "This link no longer works" in Client().get(link_in(mailoutbox[0])).text


def test_a_weak_new_password_is_refused(asha: Customer, mailoutbox: list[EmailMessage]) -> None:
    ask("asha@example.com")
    assert "too common" in choose(link_in(mailoutbox[0]), "password", Client()).text
    assert knock(101, PASSWORD).status_code == 302


def test_the_lenders_name_in_a_subject_adds_no_header(asha: Customer, mailoutbox: list[EmailMessage]) -> None:
    Lender.load()
    Lender.objects.update(name="Shop\r\nBcc: all@example.com")
    ask("asha@example.com")
    assert mailoutbox[0].subject == "Shop Bcc: all@example.com: A new password"


def change(client: Client, old: str, new: str) -> Answer:
    return client.post("/password/change/", {"oldpassword": old, "password1": new})


def test_changing_the_password_ends_the_other_sessions(asha: Customer) -> None:
    here, there = signed_in(asha), signed_in(asha)
    assert change(here, PASSWORD, NEW)["Location"] == "/profile/"
    assert "Your password is changed." in here.get("/profile/").text
    assert not is_in(there)
    assert knock(101, NEW).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [("wrong", NEW, "not your password now"), (PASSWORD, "12345678", "entirely numeric"), (PASSWORD, "", "required")],
)
def test_a_wrong_change_changes_nothing(as_asha: Client, old: str, new: str, sentence: str) -> None:
    assert sentence in change(as_asha, old, new).text
    assert knock(101, PASSWORD).status_code == 302


def test_strangers_do_not_change_passwords(client: Client) -> None:
    assert client.get("/password/change/")["Location"] == "/customer/login/?next=/password/change/"


def test_confirming_the_password_takes_the_right_one(as_asha: Client) -> None:
    assert as_asha.post("/confirm-password/?next=/profile/", {"password": PASSWORD})["Location"] == "/profile/"
    assert "This is not your password" in as_asha.post("/confirm-password/", {"password": NEW}).text
