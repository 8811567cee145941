"""Staff makes tokens, sees when they were last used, and revokes them; everybody sees the programs let in."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiSession, Customer, HouseEntry, Manager, PersonalToken
from accounts.programs import MOST_TOKENS, make_token, open_session
from accounts.tests.phone import confirmed
from accounts.tests.programs import Program

pytestmark = pytest.mark.django_db
PAGE, NEW = "/programs/", "/programs/new-token/"
WISH = {"name": "nightly file", "scopes": ["read", "files"], "days": "90"}


def made(client: Client, **more: Any) -> str:
    """The token on the page that shows it once."""
    found = re.search(r'value="(dbt_[\w-]+)"', client.post(NEW, WISH | more).text)
    assert found
    return found.group(1)


def test_a_token_is_shown_once_and_works(clem: Manager) -> None:
    client = confirmed(clem)
    secret = made(client)
    page = client.get(PAGE).text
    assert secret not in page
    assert ["nightly file" in page, "files, read" in page, "never" in page] == [True] * 3
    assert Program(secret).get("/api/me").json()["scopes"] == ["files", "read"]
    assert "never" not in client.get(PAGE).text, "the last use is shown"


def test_making_and_revoking_stand_in_the_houses_trail_without_the_secret(clem: Manager) -> None:
    client = confirmed(clem)
    secret = made(client)
    client.post(PAGE, {"token": PersonalToken.objects.get().pk})
    rows = HouseEntry.objects.filter(act__in=["make_token", "revoke_token"]).order_by("number")
    assert [(row.act, row.by) for row in rows] == [("make_token", "m2"), ("revoke_token", "m2")]
    assert "nightly file" in rows[0].facts
    assert secret not in rows[0].facts


def test_a_revoked_token_is_dead_at_once(clem: Manager) -> None:
    client = confirmed(clem)
    program = Program(made(client))
    assert program.get("/api/me").status_code == 200
    answer = client.post(PAGE, {"token": PersonalToken.objects.get().pk})
    assert (answer.status_code, program.get("/api/me").status_code) == (303, 401)


def test_nobody_ends_anothers(clem: Manager, mona: Manager, asha: Customer) -> None:
    token, secret = make_token(clem.login, "his", ["read"], 30)
    pair = open_session(clem.login)
    other = confirmed(mona)
    assert other.post(PAGE, {"token": token.pk}).status_code == 404
    assert other.post(PAGE, {"session": pair.session.pk}).status_code == 404
    assert other.post(PAGE, {}).status_code == 404
    assert "his" not in other.get(PAGE).text
    assert [Program(key).get("/api/me").status_code for key in (secret, pair.access)] == [200, 200]


def test_a_session_of_a_program_is_seen_and_ended(asha: Customer, as_asha: Client) -> None:
    pair = open_session(asha.login, "Till <b>7</b>", "203.0.113.9")
    page = as_asha.get(PAGE).text
    assert "Till &lt;b&gt;7&lt;/b&gt;" in page
    as_asha.post(PAGE, {"session": pair.session.pk})
    assert Program(pair.access).get("/api/me").status_code == 401
    assert ApiSession.objects.of(asha.login).alive().count() == 0


def test_a_token_takes_the_password_once_more(as_clem: Client) -> None:
    assert as_clem.get(NEW)["Location"].startswith("/confirm-password/")
    assert as_clem.post(NEW, WISH)["Location"].startswith("/confirm-password/")
    assert PersonalToken.objects.count() == 0


def test_customers_have_no_tokens(asha: Customer) -> None:
    client = confirmed(asha)
    assert client.post(NEW, WISH).status_code == 403
    assert "Make a token" not in client.get(PAGE).text


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert [client.get(path).status_code for path in (PAGE, NEW)] == [302, 302]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["all"]}, {"days": "9999"}])
def test_what_is_wrong_is_said(clem: Manager, wrong: dict[str, Any]) -> None:
    answer = confirmed(clem).post(NEW, WISH | wrong)
    assert answer.status_code == 422
    assert PersonalToken.objects.count() == 0


def test_there_are_only_so_many(clem: Manager) -> None:
    for number in range(MOST_TOKENS):
        make_token(clem.login, str(number), ["read"], 30)
    assert "Revoke one" in confirmed(clem).post(NEW, WISH).text


def test_the_description_is_open_to_everybody(client: Client) -> None:
    page = client.get("/api/docs").text
    assert ["/api/customer/payment" in page, "Idempotency-Key" in page, "key_reused" in page] == [True] * 3
