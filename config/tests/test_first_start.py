"""The first start in production: one link for the owner, once, and the currency of books that are still empty."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Customer, Lender, Manager, User
from accounts.sites import usual_site

pytestmark = pytest.mark.django_db


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command("first_start", *words)
    return capsys.readouterr().out


def links(text: str) -> list[str]:
    return re.findall(r"http://localhost:8000(/\S+)", text)


def test_the_owner_gets_one_link_and_no_log_has_it_twice(capsys: pytest.CaptureFixture[str]) -> None:
    first = said(capsys)
    link, _ = links(first)
    again = said(capsys)
    assert "has not chosen a password yet" in again
    assert links(again) == []
    owner = Client()
    assert owner.post(link, {"password": "green-lamp-77"}).status_code == 302
    assert owner.get("/admin/start/").status_code == 200
    assert User.objects.get().is_superuser
    assert said(capsys) == ""
    assert Client().get(link).status_code == 410


def test_a_lost_link_is_made_again_only_when_asked_for_and_not_used(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys)
    link, _ = links(said(capsys, "--again"))
    Client().post(link, {"password": "green-lamp-77"})
    with pytest.raises(CommandError, match="has a password already"):
        said(capsys, "--again")


def test_where_somebody_is_there_nobody_is_added(mira: Manager, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys) == ""
    assert User.objects.filter(is_staff=True).count() == 1


def test_empty_books_take_the_currency_and_others_keep_theirs(settings, capsys: pytest.CaptureFixture[str]) -> None:
    Lender.load()
    settings.CURRENCY = "KES"
    assert "from now on kept in KES" in said(capsys)
    assert Lender.load().currency == "KES"
    Customer.objects.create(id=101, name="Asha Rao")  # whose notebook may hold amounts already
    settings.CURRENCY = "JPY"
    said(capsys)
    assert Lender.load().currency == "KES"


def test_the_link_leads_to_where_people_reach_the_pages(settings) -> None:
    assert usual_site() == "http://localhost:8000"
    settings.DEVELOPMENT, settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = False, [".books.example"], True
    assert usual_site() == "https://books.example"
    settings.SECURE_SSL_REDIRECT = False
    assert usual_site().startswith("http://books.example:")
    settings.CSRF_TRUSTED_ORIGINS = ["https://shop.example"]
    assert usual_site() == "https://shop.example"
