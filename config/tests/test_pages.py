"""The landing page, the error pages, and what every page carries."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views import defaults

from accounts.models import Lender
from config.views import forbidden

# Pages: a mail is none, and mail programs read no style sheet of ours.
TEMPLATES = sorted(path for path in (settings.BASE_DIR / "templates").rglob("*.html") if path.parent.name != "mails")
FORBIDDEN = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|<style|<script(?![^>]*\ssrc=)|https?://(?!www\.w3\.org)""",
    re.IGNORECASE,
)


@pytest.mark.django_db
def test_the_landing_page_has_two_doors(client: Client, lender: Lender) -> None:
    page = client.get("/").content.decode()
    assert lender.name in page
    assert 'href="/customer/login/"' in page
    assert 'href="/manager/login/"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("is_open", [True, False])
def test_the_landing_page_offers_to_register_where_that_is_open(client: Client, lender: Lender, is_open: bool) -> None:
    lender.registration_open = is_open
    lender.save()
    assert ('href="/register/"' in client.get("/").content.decode()) is is_open


@pytest.mark.django_db
def test_an_unknown_address_is_answered_in_the_products_look(client: Client, as_asha: Client, lender: Lender) -> None:
    for browser in (client, as_asha):
        answer = browser.get("/no/such/page/")
        assert answer.status_code == 404
        page = answer.content.decode()
        assert lender.name in page
        assert "There is nothing here" in page
        assert "duebook.css" in page


@pytest.mark.django_db
def test_a_stale_form_is_told_how_to_mend_it() -> None:
    answer = forbidden(RequestFactory().get("/"))
    assert answer.status_code == 403
    assert b"Open the page afresh" in answer.content


@pytest.mark.django_db
def test_a_refusal_gives_its_reason() -> None:
    answer = defaults.permission_denied(RequestFactory().get("/"), PermissionDenied("Only on Sundays."))
    assert answer.status_code == 403
    assert b"Only on Sundays." in answer.content


def test_a_bad_request_needs_no_database() -> None:
    """pytest-django refuses any query in here."""
    answer = defaults.bad_request(RequestFactory().get("/"), Exception())
    assert answer.status_code == 400
    assert b"could not be read" in answer.content


def test_the_500_page_needs_no_database_and_no_context() -> None:
    answer = defaults.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b"Something went wrong on our side" in answer.content


@pytest.mark.django_db
def test_a_crash_is_answered_with_the_500_page(as_asha: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("ledger.views.figures", crash)
    as_asha.raise_request_exception = False
    answer = as_asha.get("/dashboard/")
    assert answer.status_code == 500
    assert b"Something went wrong on our side" in answer.content
    assert b"planted" not in answer.content


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_template_has_inline_style_script_or_a_foreign_address(path: Path) -> None:
    text = path.read_text().replace('<a href="https://wa.me/', "")  # a link that a person follows loads nothing
    found = FORBIDDEN.search(text)
    assert not found, f"{path.name}: {found.group() if found else ''}"


@pytest.mark.parametrize(
    "text",
    ['<p style="x">', '<a onclick="x()">', "<style>", "<script>x()</script>", '<img src="https://cdn.example/x">'],
)
def test_the_search_for_them_finds_each(text: str) -> None:
    """The negative control of the test above."""
    assert FORBIDDEN.search(text)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/dashboard/", "/pay/", "/payments/", "/nowhere/"])
def test_every_page_sends_the_strict_policy(as_asha: Client, address: str) -> None:
    policy = as_asha.get(address).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_every_page_has_one_heading_a_skip_link_and_a_place_for_messages(as_asha: Client) -> None:
    for address in ("/", "/dashboard/", "/pay/", "/payments/", "/nowhere/"):
        page = as_asha.get(address).content.decode()
        assert page.count("<h1") == 1
        assert 'href="#main"' in page
        assert 'role="status"' in page


def test_the_frame_renders_with_nothing_to_go_by() -> None:
    assert "Duebook" in render_to_string("base.html")
